//! What the gates say, as facts: asked only where a document says it too, because that takes as long as judging the tree.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::{
    base::Files,
    command::support::{failure::Failure, judging, state::State},
    docs::{Document, Fact, Facts, Value, speaks_of_gates},
    gates::{Mode, Outcome},
    stdlib::Union,
};

/// Adds whether each gate passes.
pub(super) fn add(
    facts: &mut Facts,
    documents: &[Document],
    (files, state, union): (&dyn Files, &State, &Union),
    checker: &str,
) -> Result<(), Failure> {
    if !state.unknown.is_empty() || !documents.par_iter().any(|it| speaks_of_gates(&it.text)) {
        return Ok(());
    }
    let inputs = judging::inputs(files, state, union)?;
    let run = |critical: bool| judging::run(&inputs, &state.config.gates, &Mode { critical, ..Mode::default() });
    let (usual, critical) = (run(false), run(true));
    let is_strict = |it: &&Outcome| it.gate.id.starts_with("strict-");
    let mut states: BTreeMap<&str, bool> = BTreeMap::new();
    for outcome in usual.iter().filter(|it| !is_strict(it)).chain(critical.iter().filter(is_strict)) {
        // a checker that never prints its line has another rule in its place
        let line = outcome.gate.line().unwrap_or_default();
        let is_theirs = checker.is_empty() || line.split_once(": ").is_none_or(|(_, words)| checker.contains(words));
        if outcome.not_judged.is_none() && is_theirs {
            states.insert(outcome.gate.id, outcome.findings.is_empty());
        }
    }
    // two halves of one gate go by names of their own
    for word in ["probe-only", "python-only"] {
        if let Some(Value::Int(count)) = facts.get(&format!("stdlib.{word}")).map(|it| &it.value) {
            states.insert(word, *count == 0);
        }
    }
    for (id, passes) in states {
        let word = if passes { "passes" } else { "fails" };
        let fact =
            Fact::new(format!("gate.{id}.state"), Value::Text(word.into()), "molt-sync gates", "what the gate says");
        facts.add(fact.with_command("molt-sync gates"));
    }
    Ok(())
}
