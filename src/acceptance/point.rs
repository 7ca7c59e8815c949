//! What a point of the template is, and what it comes to.

use super::facts::{SharedFacts, Subject};
use crate::base::RelPath;

/// What a point comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PointVerdict {
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
pub struct PointEvidence {
    /// The file; none where it is about none.
    pub path: Option<RelPath>,
    /// The line, one-based.
    pub line: Option<usize>,
    /// In words.
    pub text: String,
}

/// What judges a point.
type Judge = fn(&SharedFacts<'_>, &Subject<'_>) -> Judgement;

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
pub struct PointOutcome {
    /// Which.
    pub point: &'static Point,
    /// What it comes to.
    pub verdict: PointVerdict,
    /// Why.
    pub evidence: Vec<PointEvidence>,
}

/// What a point says of a module, before it is said which point it is.
pub(super) struct Judgement {
    pub(super) verdict: PointVerdict,
    pub(super) evidence: Vec<PointEvidence>,
}

impl PointVerdict {
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
    pub fn judge(&'static self, facts: &SharedFacts<'_>, subject: &Subject<'_>) -> PointOutcome {
        let Judgement { verdict, evidence } = (self.run)(facts, subject);
        PointOutcome { point: self, verdict, evidence }
    }
}

impl PointEvidence {
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
    verdict: Option<PointVerdict>,
    evidence: Vec<(PointVerdict, PointEvidence)>,
}

impl Findings {
    pub(super) fn add(&mut self, verdict: PointVerdict, evidence: PointEvidence) {
        self.verdict = self.verdict.max(Some(verdict));
        self.evidence.push((verdict, evidence));
    }

    pub(super) fn missing(&mut self, evidence: PointEvidence) {
        self.add(PointVerdict::Missing, evidence);
    }

    pub(super) fn met(&mut self, evidence: PointEvidence) {
        self.add(PointVerdict::Met, evidence);
    }

    pub(super) fn not_measured(&mut self, evidence: PointEvidence) {
        self.add(PointVerdict::NotMeasured, evidence);
    }

    /// What of a family cannot be parsed: it may load anything, so that a look at what is loaded is no whole look.
    pub(super) fn unread(&mut self, subject: &Subject<'_>) {
        for record in subject.members.iter().map(|it| it.record).filter(|it| it.said().is_none()) {
            let text = format!("`{}` cannot be parsed: what it loads is not known", record.name);
            self.not_measured(PointEvidence::of(&record.path, text));
        }
    }

    /// The worst verdict, with its evidence first. Without any, nothing was looked at.
    pub(super) fn outcome(mut self) -> Judgement {
        self.evidence.sort_by_key(|(verdict, _)| std::cmp::Reverse(*verdict));
        Judgement {
            verdict: self.verdict.unwrap_or(PointVerdict::NotMeasured),
            evidence: self.evidence.into_iter().map(|(_, it)| it).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_verdict_counts_and_nothing_is_not_a_pass() {
        assert_eq!(Findings::default().outcome().verdict, PointVerdict::NotMeasured);
        let mut found = Findings::default();
        found.met(PointEvidence::words("a"));
        assert_eq!(found.verdict, Some(PointVerdict::Met));
        found.missing(PointEvidence::words("b"));
        found.not_measured(PointEvidence::words("c"));
        let outcome = found.outcome();
        assert_eq!(outcome.verdict, PointVerdict::Missing);
        assert_eq!(outcome.evidence.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["b", "c", "a"]);
    }
}
