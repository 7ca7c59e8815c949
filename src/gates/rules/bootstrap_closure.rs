//! All that the strict roots import is on intrinsics.

use super::import_chain::by_way;
use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict, word},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "bootstrap-closure",
    title: "the strict roots and all that they import are on intrinsics",
    why: "Every program starts with them, so a gap there is a gap everywhere.",
    repair: "Convert the named module, or stop importing it at module level from there.",
    is_hard: false,
    molt: Some(("23", Headline::Words("bootstrap strict closure must be intrinsic-implemented"))),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let roots = &facts.policy.strict_roots;
    if roots.is_empty() || !roots.iter().all(|it| facts.inputs.layout.names.contains_key(it)) {
        return Verdict::NotJudged("the strict roots are not all in the tree".into());
    }
    let closure = facts.graph.closure(roots.iter().map(String::as_str));
    let records = closure.into_iter().filter_map(|name| facts.audit().get(name));
    let open = records.filter(|it| facts.is_open(it));
    let ways = facts.graph.ways(roots.iter().map(String::as_str));
    open.map(|it| {
        let how = match ways.start(&it.name) {
            Some(root) if root != it.name => format!("`{root}` imports it{}", by_way(&ways, &it.name)),
            _ => "is a strict root".to_owned(),
        };
        let message = format!("`{}` is {} and {how}", it.name, word(it.status));
        Finding::of(it, message).related([word(it.status)])
    })
    .collect()
}
