//! No module of the library imports Molt's own package of intrinsics.

use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "forbidden-import",
    title: "`molt.intrinsics` is not imported",
    why: "It is for the compiler's side; in the library it would bind to the host.",
    repair: "Import from `_intrinsics` instead. A line in a docstring counts too: reword it.",
    is_hard: false,
    molt: Some(("9", Headline::Bare)),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let records = facts.audit().records.iter().filter_map(|it| Some((it, it.said()?)));
    let found = records.flat_map(|(it, said)| said.forbidden_imports.iter().map(move |span| (it, *span)));
    found.map(|(it, span)| Finding::of(it, "a line imports `molt.intrinsics`").span(span)).collect()
}
