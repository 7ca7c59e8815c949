//! What a point of the template is, and what it comes to.

use super::facts::{Facts, Subject};
use crate::base::RelPath;

/// What a point comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It was looked at, and holds.
    Met,
    /// A person has to judge it: there is a measure, with its lines.
    ToJudge,
    /// It was not looked at, because what shows it is not there.
    NotMeasured,
    /// It was looked at, and does not hold.
    Missing,
}

/// What a verdict goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The file; none where it is about none.
    pub path: Option<RelPath>,
    /// The line, one-based.
    pub line: Option<usize>,
    /// In words.
    pub text: String,
}

/// What judges a point.
type Judge = fn(&Facts<'_>, &Subject<'_>) -> Judgement;

/// One point of the template.
pub struct Point {
    /// Its number.
    pub number: usize,
    /// Its id, for reports.
    pub id: &'static str,
    /// What it asks for.
    pub title: &'static str,
    run: Judge,
}

/// What a point says of a module.
pub struct Outcome {
    /// Which.
    pub point: &'static Point,
    /// What it comes to.
    pub verdict: Verdict,
    /// Why.
    pub evidence: Vec<Evidence>,
}

/// What a point says of a module, before it is said which point it is.
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    pub(super) evidence: Vec<Evidence>,
}

impl Verdict {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::ToJudge => "to-judge",
            Self::NotMeasured => "not-measured",
            Self::Missing => "missing",
        }
    }
}

impl Point {
    pub(super) const fn new(number: usize, id: &'static str, title: &'static str, run: Judge) -> Self {
        Self { number, id, title, run }
    }

    /// What it says of a module.
    pub fn judge(&'static self, facts: &Facts<'_>, subject: &Subject<'_>) -> Outcome {
        let Judgement { verdict, evidence } = (self.run)(facts, subject);
        Outcome { point: self, verdict, evidence }
    }
}

impl Evidence {
    pub(super) fn words(text: impl Into<String>) -> Self {
        Self { path: None, line: None, text: text.into() }
    }

    pub(super) fn at(path: &RelPath, line: usize, text: impl Into<String>) -> Self {
        Self { path: Some(path.clone()), line: Some(line), text: text.into() }
    }

    pub(super) fn of(path: &RelPath, text: impl Into<String>) -> Self {
        Self { path: Some(path.clone()), line: None, text: text.into() }
    }
}

/// Evidence for several verdicts, of which the worst counts.
#[derive(Default)]
pub(super) struct Findings {
    verdict: Option<Verdict>,
    evidence: Vec<(Verdict, Evidence)>,
}

impl Findings {
    pub(super) fn add(&mut self, verdict: Verdict, evidence: Evidence) {
        self.verdict = self.verdict.max(Some(verdict));
        self.evidence.push((verdict, evidence));
    }

    pub(super) fn missing(&mut self, evidence: Evidence) {
        self.add(Verdict::Missing, evidence);
    }

    pub(super) fn met(&mut self, evidence: Evidence) {
        self.add(Verdict::Met, evidence);
    }

    pub(super) fn not_measured(&mut self, evidence: Evidence) {
        self.add(Verdict::NotMeasured, evidence);
    }

    /// The worst verdict, with its evidence first. Without any, nothing was looked at.
    pub(super) fn outcome(mut self) -> Judgement {
        self.evidence.sort_by_key(|(verdict, _)| std::cmp::Reverse(*verdict));
        Judgement {
            verdict: self.verdict.unwrap_or(Verdict::NotMeasured),
            evidence: self.evidence.into_iter().map(|(_, it)| it).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_verdict_counts_and_nothing_is_not_a_pass() {
        assert_eq!(Findings::default().outcome().verdict, Verdict::NotMeasured);
        let mut found = Findings::default();
        found.met(Evidence::words("a"));
        assert_eq!(found.verdict, Some(Verdict::Met));
        found.missing(Evidence::words("b"));
        found.not_measured(Evidence::words("c"));
        let outcome = found.outcome();
        assert_eq!(outcome.verdict, Verdict::Missing);
        assert_eq!(outcome.evidence.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["b", "c", "a"]);
    }
}
