//! Where the inputs of a workspace lie: one list, of which a revision, a checkout and the gates take their parts.

use crate::{audit::later_document, base::RelPath, config::Paths};

/// What the states of the modules and the names that are required follow from.
pub fn tree_places(paths: &Paths) -> Vec<RelPath> {
    let policy = paths.stdlib.parent_file("stdlib_intrinsic_policy.py");
    let all = [
        &paths.stdlib,
        &policy,
        &paths.union,
        &paths.ratchet,
        &paths.attestation,
        &paths.baselines,
        &paths.checker,
        &paths.stub_templates,
    ];
    all.map(RelPath::clone).into()
}

/// What the gates judge: that, and what is generated from it or goes with it.
pub fn judged_places(paths: &Paths) -> Vec<RelPath> {
    let others = [
        &paths.lock,
        &paths.manifest,
        &paths.bindings_stub,
        &paths.bindings_table,
        &paths.runtime,
        &paths.core_lane,
        &paths.audit,
        &later_document(),
    ];
    [tree_places(paths), others.map(RelPath::clone).into()].concat()
}

/// What any command reads besides documents.
pub fn read_places(paths: &Paths) -> Vec<RelPath> {
    let others = [&paths.exceptions, &paths.plan, &paths.coverage_index, &paths.doc_templates];
    [judged_places(paths), others.map(RelPath::clone).into()].concat()
}
