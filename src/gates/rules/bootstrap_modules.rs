//! The modules of start-up are on intrinsics, each where it is there.

use std::collections::HashSet;

use crate::{
    audit::{Record, Status},
    gates::{
        finding::Finding,
        gate::{Gate, GateFacts, Headline, Verdict, word},
    },
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "bootstrap-modules",
    title: "the modules of start-up are on intrinsics",
    why: "They run before any code of the user's does.",
    repair: "Convert the module, or correct gates.bootstrap-modules in molt-sync.toml.",
    is_hard: false,
    molt: Some(("24", Headline::Words("bootstrap modules must be intrinsic-implemented"))),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let wanted: HashSet<&String> = facts.policy.bootstrap_modules.iter().collect();
    let modules = facts.audit().records.iter().filter(|it| wanted.contains(&it.name));
    let is_lenient = facts.audit().dialect.traits().lenient_start;
    let is_open = |it: &&Record| if is_lenient { it.status == Some(Status::PythonOnly) } else { facts.is_open(it) };
    let open = modules.filter(is_open);
    open.map(|it| Finding::of(it, format!("`{}` is {}", it.name, word(it.status)))).collect()
}
