//! What is known of the interface of a release, as it is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{documents::Note, name::Name, removals::Removal};
use crate::{base::Version, python::Deprecated};

/// Changes whenever the same archive would give other facts.
pub const FORM: u32 = 6;

/// The interface of a release.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Api {
    /// Which release.
    pub release: Option<Version>,
    /// Each module that was looked at.
    pub modules: BTreeMap<String, ModuleApi>,
    /// Each module that was not, with the reason.
    pub not_looked_at: BTreeMap<String, String>,
    /// What the documentation dates.
    pub notes: Vec<Note>,
    /// What is announced to be removed.
    pub removals: Vec<Removal>,
    /// Files that were not read, with the reason.
    pub unread: BTreeMap<String, String>,
}

/// The interface of a module.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleApi {
    /// Its file, if it is Python.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Which module it is another name of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// The platforms that it is limited to, as `sys.platform` spells them; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// Whether it says itself which names are public.
    pub is_stated: bool,
    /// Its public names, and those of its classes, dotted.
    pub names: BTreeMap<String, Name>,
    /// Names that it has besides, and that are not public.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub private: BTreeSet<String>,
    /// That it is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<Deprecated>,
    /// What of it was not looked at, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_looked_at: Vec<String>,
}
