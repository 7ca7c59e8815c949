//! Nobody but the loader touches its registry.

use crate::audit::Record;
use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "registry-access",
    title: "the registry of intrinsics is the loader's own",
    why: "Who reads the registry directly passes by the loader, which fails fast where an intrinsic is missing.",
    repair: "Import `require_intrinsic` from `_intrinsics` and load by name.",
    is_hard: false,
    molt: Some(("9", Headline::Bare)),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let others = facts.audit().records.iter().filter(|it| !is_loader(it));
    let found = others
        .flat_map(|it| it.said().into_iter().flat_map(move |said| said.registry.iter().map(move |span| (it, *span))));
    found.map(|(it, span)| Finding::of(it, "`_molt_intrinsics` is used in code").span(span)).collect()
}

/// Files called `_intrinsics.py` are the loader, in whatever folder.
pub(in crate::gates) fn is_loader(record: &Record) -> bool {
    record.path.file_name() == "_intrinsics.py"
}
