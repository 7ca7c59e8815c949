//! Nothing falls back to a host interpreter's module.

use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "host-fallback",
    title: "no `_py_*` module is imported",
    why: "A compiled program has no host interpreter to fall back to.",
    repair: "Load the intrinsic, or raise where there is none yet.",
    is_hard: false,
    molt: Some(("9", Headline::Bare)),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let records = facts.audit().records.iter().filter_map(|it| Some((it, it.said()?)));
    let found = records.flat_map(|(record, said)| said.host_fallbacks.iter().map(move |it| (record, it)));
    found
        .map(|(record, it)| {
            let how = it.by.as_ref().map_or(String::new(), |by| format!(" by `{by}`"));
            let finding = Finding::of(record, format!("`{}` is imported{how}", it.name)).span(it.span);
            finding.related([it.name.to_string()])
        })
        .collect()
}
