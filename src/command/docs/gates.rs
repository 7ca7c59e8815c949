//! What the gates say, as facts: asked only where a document says it too, because that takes as long as judging the tree.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::subject::Present;
use crate::{
    base::Files,
    command::support::{failure::Failure, judging, state::State},
    docs::{Document, Fact, Facts, Value, spoken_gates},
    gates::{Mode, Outcome, needs_the_tree_alone},
};

/// Two halves of one gate, which go by names of their own.
const HALVES: [&str; 2] = ["probe-only", "python-only"];

/// Adds whether each gate passes that a document speaks of. What a workspace says in forms of its own can name any of them.
pub(super) fn add(
    facts: &mut Facts,
    documents: &[Document],
    (files, state, now, has_own): (&dyn Files, &State, &Present<'_>, bool),
    checker: &str,
) -> Result<(), Failure> {
    if !state.unknown.is_empty() {
        return Ok(());
    }
    let spoken = documents.par_iter().map(|it| spoken_gates(&it.text));
    let spoken: BTreeSet<&str> = spoken.reduce(BTreeSet::new, |a, b| a.union(&b).copied().collect());
    if spoken.is_empty() {
        return Ok(());
    }
    let asked: BTreeSet<&str> = spoken.iter().copied().filter(|it| !HALVES.contains(it)).collect();
    let is_wanted = |it: &str| has_own || asked.contains(it);
    let is_of_the_tree = !has_own && asked.iter().all(|it| needs_the_tree_alone(it));
    let mut outcomes: Vec<Outcome> = Vec::new();
    if has_own || !asked.is_empty() {
        let inputs = if is_of_the_tree && !state.attestation.is_unread {
            judging::inputs_of_tree(files, state, (now.union, now.audit))?
        } else {
            judging::inputs(files, state, now.union)?
        };
        let mut run = |critical: bool| {
            // what the options of a run make strict is judged in a strict one
            let is_its = |it: &str| is_wanted(it) && it.starts_with("strict-") == critical;
            let mode = Mode { critical, ..Mode::default() };
            outcomes.extend(judging::run_some(&inputs, &state.config.gates, &mode, is_its));
        };
        run(false);
        run(true);
    }
    let mut states: BTreeMap<&str, bool> = BTreeMap::new();
    for outcome in &outcomes {
        // a checker that never prints its line has another rule in its place
        let line = outcome.gate.line().unwrap_or_default();
        let is_theirs = checker.is_empty() || line.split_once(": ").is_none_or(|(_, words)| checker.contains(words));
        if outcome.not_judged.is_none() && is_theirs {
            states.insert(outcome.gate.id, outcome.findings.is_empty());
        }
    }
    for word in HALVES {
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
