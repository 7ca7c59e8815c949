//! The modules that every program starts with are there together, or none of them is.

use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "bootstrap-roots",
    title: "the strict roots are complete",
    why: "Start-up needs all of them; a part of them starts nothing.",
    repair: "Bring the missing module back, or correct gates.strict-roots in molt-sync.toml.",
    is_hard: false,
    molt: Some(("22", Headline::Words("bootstrap strict roots are incomplete"))),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let roots = &facts.policy.strict_roots;
    let is_there = |name: &&String| facts.inputs.layout.names.contains_key(*name);
    let missing: Vec<&String> = roots.iter().filter(|it| !is_there(it)).collect();
    if missing.len() == roots.len() {
        return Verdict::NotJudged("none of the strict roots is in the tree".into());
    }
    missing
        .into_iter()
        .map(|name| Finding::new(format!("the strict root `{name}` is not in the tree")).module(name))
        .collect()
}
