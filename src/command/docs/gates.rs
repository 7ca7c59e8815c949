//! What the gates say, as facts: asked only where a document says it too, because that takes as long as judging the tree.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::subject::Present;
use crate::{
    base::{Dialect, Files, number_of},
    command::support::{failure::Failure, judging, state::WorkspaceState},
    docs::{ABSENT, Document, Fact, Facts, OpenStatement, Value, spoken_gates},
    gates::{CheckersLists, Gate, GateOutcome, Inputs, Mode, Policy, first_in_molt, needs_the_tree_alone},
    workspace::SourceEffect,
};

/// Two halves of one gate, which go by names of their own.
const HALVES: [&str; 2] = ["probe-only", "python-only"];

/// The gate that a run judges which judges fallbacks everywhere.
const ALL_FALLBACKS: &str = "stdlib-fallback";
/// The gate that fails until the documents are written.
const OUTDATED: &str = "audit-document-current";

/// Adds whether each gate passes that a document speaks of. What a workspace says in forms of its own can name any of them.
/// Returned is why those of them were not judged that were not.
pub(super) fn add(
    facts: &mut Facts,
    documents: &[Document],
    (files, state, now, has_own): (&dyn Files, &WorkspaceState, &Present<'_>, bool),
    (words, lists): (&[String], &CheckersLists),
) -> Result<BTreeMap<&'static str, String>, Failure> {
    let spoken = documents.par_iter().map(|it| spoken_gates(&it.text));
    let spoken: BTreeSet<&str> = spoken.reduce(BTreeSet::new, |a, b| a.union(&b).copied().collect());
    if spoken.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut found = GateStatements { checker: words, dialect: state.dialect, ..GateStatements::default() };
    // a tree without a union has no gate that asks for one, and all others can be judged
    let unknown = state.unknown.first();
    if let Some(unknown) = state.unknown.iter().find(|it| it.of != SourceEffect::NoUnion) {
        return Ok(spoken.into_iter().map(|id| (id, unknown.why.clone())).collect());
    }
    let mut whole: Vec<(&'static str, Mode)> = runs().into_iter().filter(|(id, _)| spoken.contains(id)).collect();
    let is_of_checker = |it: &str| whole.iter().any(|(id, _)| *id == it);
    let asked: BTreeSet<&str> =
        spoken.iter().copied().filter(|it| !HALVES.contains(it) && !is_of_checker(it)).collect();
    if let Some(unknown) = unknown {
        found.open.extend(whole.drain(..).map(|(id, _)| (id, unknown.why.clone())));
    }
    let is_of_the_tree = !has_own && whole.is_empty() && asked.iter().all(|it| needs_the_tree_alone(it));
    if has_own || !asked.is_empty() || !whole.is_empty() {
        let inputs = if is_of_the_tree && !state.attestation.is_unread {
            judging::inputs_of_tree(files, state, (now.union, now.audit))?
        } else {
            judging::inputs(files, state, now.union)?
        };
        // the tree is judged by the lists of its own checker
        let policy = state.config.gates.following(lists);
        for critical in [false, true] {
            // what the options of a run make strict is judged in a strict one
            let is_its = |it: &str| (has_own || asked.contains(it)) && it.starts_with("strict-") == critical;
            let mode = Mode { critical, ..Mode::default() };
            for outcome in judging::run_some(&inputs, &policy, &mode, is_its) {
                found.gate(&outcome);
            }
        }
        for (id, mode) in &whole {
            found.run(id, &inputs, &policy, mode);
        }
    }
    for word in HALVES {
        if let Some(Value::Int(count)) = facts.get(&format!("stdlib.{word}")).map(|it| &it.value) {
            found.states.insert(word, if *count == 0 { "passes" } else { "fails" });
        }
    }
    for (id, word) in found.states {
        let fact =
            Fact::new(format!("gate.{id}.state"), Value::Text(word.into()), "molt-sync gates", "what the gate says");
        facts.add(fact.with_command("molt-sync gates"));
    }
    Ok(found.open)
}

/// What documents say of gates that were not judged, a line for each gate; and why they were not.
pub(super) fn not_judged(open: &[OpenStatement], why: &BTreeMap<&'static str, String>) -> Vec<String> {
    let mut by_gate: BTreeMap<&str, Vec<&OpenStatement>> = BTreeMap::new();
    for it in open {
        by_gate.entry(it.gate).or_default().push(it);
    }
    let line = |(gate, places): (&str, Vec<&OpenStatement>)| {
        let more = match places.len() - 1 {
            0 => String::new(),
            more => format!(" and {}", number_of(more, "more place")),
        };
        let what = if gate.starts_with("checker") { "the checker" } else { gate };
        let why = why.get(gate).map_or("it was not judged", String::as_str);
        format!("whether {what} passes, as {}:{}{more} says or denies: {why}", places[0].path, places[0].line)
    };
    by_gate.into_iter().map(line).collect()
}

/// The runs of the checker as a whole that documents speak of.
fn runs() -> [(&'static str, Mode); 3] {
    [
        ("checker", Mode { as_molt: true, ..Mode::default() }),
        ("checker.critical", Mode { as_molt: true, critical: true, ..Mode::default() }),
        ("checker.backed", Mode { as_molt: true, fallback_backed_only: true, ..Mode::default() }),
    ]
}

/// What was found out.
#[derive(Default)]
struct GateStatements<'a> {
    /// The words that the tree's checker can print.
    checker: &'a [String],
    dialect: Dialect,
    states: BTreeMap<&'static str, &'static str>,
    open: BTreeMap<&'static str, String>,
}

impl GateStatements<'_> {
    /// Whether the tree's checker has a gate: one that never prints its line has another rule in its place.
    fn has(&self, gate: &Gate) -> bool {
        let line = gate.line(self.dialect).unwrap_or_default();
        let words = line.split_once(": ").map(|(_, words)| words);
        self.checker.is_empty() || words.is_none_or(|words| self.checker.iter().any(|it| it.contains(words)))
    }

    fn gate(&mut self, outcome: &GateOutcome) {
        let id = outcome.gate.id;
        if !self.has(outcome.gate) {
            self.states.insert(id, ABSENT);
            self.open.insert(id, "the checker of this tree has no such gate".to_owned());
        } else if let Some(why) = &outcome.not_judged {
            self.open.insert(id, why.clone());
        } else {
            self.states.insert(id, if outcome.findings.is_empty() { "passes" } else { "fails" });
        }
    }

    /// The checker as a whole: it fails where one of its gates does, and passes where all of them were judged and do.
    fn run(&mut self, id: &'static str, inputs: &Inputs, policy: &Policy, mode: &Mode) {
        let mut outcomes = judging::run(inputs, policy, mode);
        outcomes.retain(|it| it.gate.molt.is_some() && self.has(it.gate));
        // a gate that an option leaves out is none of the run
        outcomes.retain(|it| !mode.fallback_backed_only || it.gate.id != ALL_FALLBACKS);
        let mut failing = outcomes.iter().filter(|it| !it.findings.is_empty()).map(|it| it.gate.id).peekable();
        if failing.peek().is_some() && failing.all(|it| it == OUTDATED) {
            self.open
                .insert(id, format!("of its gates {OUTDATED} alone fails, and `molt-sync docs sync` repairs that"));
        } else if first_in_molt(&outcomes, self.dialect).is_some() {
            self.states.insert(id, "fails");
        } else if let Some((gate, why)) = outcomes.iter().find_map(|it| Some((it.gate.id, it.not_judged.as_ref()?))) {
            self.open.insert(id, format!("of its gates {gate} was not judged ({why})"));
        } else {
            self.states.insert(id, "passes");
        }
    }
}
