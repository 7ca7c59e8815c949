//! Modules that only refuse to be imported are agreed on.

use std::collections::HashSet;

use crate::audit::Status;
use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "policy-gates",
    title: "modules that only refuse are on the list",
    why: "A module that raises on import is a decision not to support it, which a person has to make (dialect of 2026-08).",
    repair: "Convert the module, or add it to the checker's list and, where molt-sync.toml has one, to gates.allowed-policy-gates.",
    is_hard: false,
    molt: Some(("10b", Headline::Words("policy-gate modules require explicit allowlist"))),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let gates = facts.audit().records.iter().filter(|it| it.status == Some(Status::PolicyGate));
    let allowed: HashSet<&String> = facts.allowed_policy_gates().iter().collect();
    let unknown = gates.filter(|it| !allowed.contains(&it.name));
    unknown.map(|it| Finding::of(it, format!("`{}` only raises ImportError", it.name))).collect()
}
