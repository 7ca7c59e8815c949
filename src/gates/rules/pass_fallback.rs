//! No failure of an intrinsic is passed over.

use std::collections::HashSet;

use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "pass-fallback",
    title: "an intrinsic's failure is not passed over",
    why: "A handler that only passes turns a failing intrinsic into a silently wrong result.",
    repair: "Let the error through, or handle it by saying what is missing.",
    is_hard: true,
    molt: Some(("28", Headline::Words("intrinsic runtime fallback gate violated"))),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let policy = facts.policy;
    let wanted: HashSet<&String> = policy.pass_fallback_modules.iter().collect();
    let is_exempt = |name: &str| policy.exempt_prefixes.iter().any(|it| name.starts_with(it.as_str()));
    let judged = facts
        .audit()
        .records
        .iter()
        .filter(|it| wanted.contains(&it.name) && it.is_implemented() && !is_exempt(&it.name));
    let found = judged.flat_map(|it| {
        it.said().into_iter().flat_map(move |said| said.pass_fallbacks.iter().map(move |span| (it, *span)))
    });
    found.map(|(it, span)| Finding::of(it, "the failure of this intrinsic is passed over").span(span)).collect()
}
