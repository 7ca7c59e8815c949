//! What the tree of modules says: each module with its state, the required names without a file, and the public names of what is
//! attested.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    audit::{Audit, Status},
    gates::Required,
    stdlib::{Layout, ROOT_MODULE},
};

/// How far a module is: the higher, the better. A name that is missed, and a file that cannot be judged, are below all.
pub(super) fn rank(status: Status) -> u8 {
    match status {
        Status::Backed => 5,
        Status::Support => 4,
        Status::Partial => 3,
        Status::PolicyGate | Status::ProbeOnly => 2,
        Status::PythonOnly => 1,
    }
}

/// One tree.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Each module with its state; none in it where its file cannot be judged. Of two files of one name the worse state counts.
    pub states: BTreeMap<String, Option<Status>>,
    /// How many files are in each state.
    pub counts: BTreeMap<Status, u64>,
    /// The intrinsic-partial modules that are nothing but stubs.
    pub stubs: BTreeSet<String>,
    /// Required top-level names without a file.
    pub missing_top: BTreeSet<String>,
    /// Required names below them without a file.
    pub missing_below: BTreeSet<String>,
    /// The public names of each module that is intrinsic-backed.
    pub names: BTreeMap<String, BTreeSet<String>>,
    /// How many intrinsics each module loads.
    pub intrinsics: BTreeMap<String, usize>,
    /// Why the states may be others, in words.
    pub doubt: Option<String>,
}

impl Tree {
    /// Of an audit, the names of the tree, and what it must have.
    pub fn new(audit: &Audit, layout: &Layout, required: &Required) -> Self {
        // as the gates have it: a dot in a top-level name is looked for where nothing is
        let is_there = |name: &str| name != ROOT_MODULE && layout.places(name).exist();
        let top = required.top_level.iter().filter(|it| it.contains('.') || !is_there(it));
        let below = required.submodules.iter().filter(|it| !it.contains('.') || !is_there(it));
        let backed = audit.by_name().filter(|it| it.status == Some(Status::Backed));
        let public = backed.map(|it| {
            let names = it.said().map(|it| it.names.iter().map(ToString::to_string).collect());
            (it.name.clone(), names.unwrap_or_default())
        });
        let intrinsics = audit.by_name().filter_map(|it| {
            let loads: BTreeSet<&str> = it.said()?.loads.iter().map(|(name, _)| &**name).collect();
            Some((it.name.clone(), loads.len()))
        });
        let mut states: BTreeMap<String, Option<Status>> = BTreeMap::new();
        for it in &audit.records {
            let known = states.entry(it.name.clone()).or_insert(it.status);
            if it.status.map_or(0, rank) < known.map_or(0, rank) {
                *known = it.status;
            }
        }
        let stubs = audit.by_name().filter(|it| it.status == Some(Status::Partial) && it.is_stub);
        Self {
            states,
            counts: audit.counts().into_iter().map(|(status, count)| (status, count as u64)).collect(),
            stubs: stubs.map(|it| it.name.clone()).collect(),
            missing_top: top.cloned().collect(),
            missing_below: below.cloned().collect(),
            names: public.collect(),
            intrinsics: intrinsics.collect(),
            doubt: None,
        }
    }

    /// The modules in a state.
    pub fn in_state(&self, status: Status) -> BTreeSet<String> {
        self.states.iter().filter(|(_, it)| **it == Some(status)).map(|(name, _)| name.clone()).collect()
    }

    /// Whether a name is required and there is no file for it.
    pub(super) fn misses(&self, name: &str) -> bool {
        self.missing_top.contains(name) || self.missing_below.contains(name)
    }
}
