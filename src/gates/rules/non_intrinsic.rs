//! Every module is on intrinsics, at least in part.

use crate::audit::Status;
use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict, word},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "zero-non-intrinsic",
    title: "no module is probe-only or python-only",
    why: "What is plain Python would be compiled as a copy of CPython's library, which is just what Molt does not do.",
    repair: "Convert the module, or make it a stub that fails fast.",
    is_hard: true,
    molt: Some(("30", Headline::Words("zero non-intrinsic gate violated"))),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let is_bare = |status| matches!(status, Some(Status::ProbeOnly | Status::PythonOnly));
    let bare = facts.audit().records.iter().filter(|it| is_bare(it.status));
    bare.map(|it| Finding::of(it, format!("`{}` is {}", it.name, word(it.status))).related([word(it.status)])).collect()
}
