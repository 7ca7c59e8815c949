//! The versions of the files that facts come from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::RelPath;

/// One version of a file that a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactFileVersion {
    /// The commit, abbreviated.
    pub commit: String,
    /// Its day, `2026-02-12`.
    pub date: String,
    /// Its subject.
    pub subject: String,
    /// What the file held; none where it was deleted.
    pub text: Option<String>,
}

/// The versions of one file along the first parents, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Newest first.
    pub all: Vec<FactFileVersion>,
    /// Whether there are none before: not so in a shallow clone.
    pub is_whole: bool,
    /// Whether there are more of them here, which are too much to be read.
    pub is_cut: bool,
}

/// The histories of files, as far as they were asked for.
pub type Histories = BTreeMap<RelPath, Versions>;
