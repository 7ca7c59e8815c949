//! Who uses a loader imports it.

use super::registry_access::is_loader;
use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "loader-import",
    title: "loaders come from `_intrinsics`",
    why: "A loader of unknown origin may do anything where an intrinsic is missing.",
    repair: "Put `from _intrinsics import require_intrinsic` on a line of its own.",
    is_hard: false,
    molt: Some(("9", Headline::Bare)),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let others = facts.audit().records.iter().filter(|it| !is_loader(it));
    let found = others.filter_map(|it| {
        let said = it.said()?;
        Some((it, said.loader.filter(|_| !said.has_loader_import)?))
    });
    found.map(|(it, span)| Finding::of(it, "a loader is used and not imported from `_intrinsics`").span(span)).collect()
}
