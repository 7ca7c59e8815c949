//! What a gate is, what it is given and what it answers.

use std::borrow::Cow;

use super::{
    finding::Finding,
    inputs::Inputs,
    policy::{Mode, Policy},
};
use crate::{
    audit::{Audit, Graph, Record, Status},
    base::Dialect,
};

/// What a gate judges.
pub struct GateFacts<'a> {
    /// What was read.
    pub inputs: &'a Inputs,
    /// Which module imports which.
    pub graph: &'a Graph<'a>,
    /// What the workspace decides for itself.
    pub policy: &'a Policy,
    /// How strictly this run judges.
    pub mode: &'a Mode,
}

/// One gate.
pub struct Gate {
    /// Its id, for options and reports.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Why it exists.
    pub why: &'static str,
    /// What repairs a finding.
    pub repair: &'static str,
    /// Whether it is one of the seven that the conversion's plan does not negotiate.
    pub is_hard: bool,
    /// Its place in the order of Molt's checker and what that prints; none where only this tool has the gate.
    pub molt: Option<(&'static str, Headline)>,
    pub(super) run: fn(&GateFacts<'_>) -> Verdict,
}

/// The first line of Molt's checker when a gate is violated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headline {
    /// `stdlib intrinsics lint failed: ` and these words.
    Words(&'static str),
    /// `stdlib intrinsics lint failed:` and nothing.
    Bare,
    /// `stdlib intrinsics lint failed: ` and the finding's own words; a traceback where it has none.
    Finding,
    /// The finding's own words alone.
    Line,
    /// A traceback.
    Crash,
}

/// What a gate says.
pub enum Verdict {
    /// It looked, and this is what it found.
    Judged(Vec<Finding>),
    /// There was nothing to look at, and why.
    NotJudged(String),
}

/// One gate with what it says.
pub struct GateOutcome {
    /// Which.
    pub gate: &'static Gate,
    /// Its findings; none where it passed or was not judged.
    pub findings: Vec<Finding>,
    /// Why it was not judged, where it was not.
    pub not_judged: Option<String>,
}

/// How the line of Molt's checker begins where a gate is violated.
pub(super) const PREFIX: &str = "stdlib intrinsics lint failed:";

impl Gate {
    /// The first line of Molt's checker where it is always the same.
    pub fn line(&self, dialect: Dialect) -> Option<String> {
        match self.molt?.1 {
            Headline::Words(words) => Some(format!("{PREFIX} {}", in_dialect(words, dialect))),
            Headline::Bare | Headline::Finding | Headline::Line | Headline::Crash => None,
        }
    }
}

/// The words of Molt's checker, which has had others where it had other rules.
pub(super) fn in_dialect(words: &'static str, dialect: Dialect) -> Cow<'static, str> {
    let traits = dialect.traits();
    if traits.lenient_start && words.starts_with("bootstrap modules ") {
        return "bootstrap modules cannot be python-only".into();
    }
    if traits.wants_backed { words.replace("intrinsic-implemented", "intrinsic-backed").into() } else { words.into() }
}

impl GateFacts<'_> {
    /// Whether a module is not what is demanded of it where intrinsics are.
    pub(super) fn is_open(&self, record: &Record) -> bool {
        let wants_backed = self.audit().dialect.traits().wants_backed;
        let is_enough = |it: Status| if wants_backed { it == Status::Backed } else { it.is_implemented() };
        record.status.is_some_and(|it| !is_enough(it))
    }

    pub(super) fn audit(&self) -> &Audit {
        &self.inputs.audit
    }

    /// The modules that may do nothing but refuse: those of the workspace's settings, and without a list there those of the
    /// tree's own checker.
    pub fn allowed_policy_gates(&self) -> &[String] {
        let own = &self.policy.allowed_policy_gates;
        if own.is_empty() { &self.inputs.allowed_policy_gates } else { own }
    }

    /// The modules that the options of this run make strict, sorted.
    pub(super) fn strict_roots(&self) -> Vec<String> {
        let mut res = self.mode.listed().unwrap_or_default();
        if self.mode.critical {
            res.extend(self.policy.critical_roots(self.audit().dialect));
        }
        res.sort();
        res.dedup();
        res
    }
}

/// The part of the names that a gate looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Names without a dot.
    Top,
    /// Names with one.
    Below,
}

impl Level {
    pub(super) fn has(self, name: &str) -> bool {
        name.contains('.') == (self == Self::Below)
    }
}

/// A status for people.
pub(super) fn word(status: Option<Status>) -> &'static str {
    status.map_or("not judged", Status::word)
}

impl From<Vec<Finding>> for Verdict {
    fn from(findings: Vec<Finding>) -> Self {
        Self::Judged(findings)
    }
}

impl FromIterator<Finding> for Verdict {
    fn from_iter<T: IntoIterator<Item = Finding>>(findings: T) -> Self {
        Self::Judged(findings.into_iter().collect())
    }
}
