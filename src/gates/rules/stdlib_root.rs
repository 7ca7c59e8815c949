//! There is a tree to judge.

use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "stdlib-root",
    title: "there is a tree of modules",
    why: "Without the tree every other gate would pass by not looking.",
    repair: "Run it in a Molt checkout, or set paths.stdlib in molt-sync.toml.",
    is_hard: false,
    molt: Some(("1", Headline::Line)),
    run,
};

/// Gates that do not look at the tree of modules.
const WITHOUT_TREE: [&str; 12] = [
    "stdlib-root",
    "baseline",
    "ratchet-file",
    "attestation-file",
    "manifest",
    "audit-document",
    "core-lane",
    "manifest-form",
    "manifest-symbols",
    "bindings-stub",
    "bindings-table",
    "recorded-union",
];

/// Why a gate cannot judge a workspace without a tree: each finding would be the one of this gate again, and each pass one
/// that did not look.
pub(in crate::gates) fn keeps_from(gate: &Gate, facts: &GateFacts<'_>) -> Option<String> {
    let looks = !WITHOUT_TREE.contains(&gate.id);
    (looks && !facts.inputs.has_root).then(|| format!("there is no folder {}", facts.inputs.sources.stdlib))
}

fn run(facts: &GateFacts<'_>) -> Verdict {
    let sources = &facts.inputs.sources;
    let line = format!("stdlib root missing: {}/{}", sources.root, sources.stdlib);
    let finding = || Finding::new(format!("there is no folder {}", sources.stdlib)).at(&sources.stdlib).headline(line);
    Verdict::Judged((!facts.inputs.has_root).then(finding).into_iter().collect())
}
