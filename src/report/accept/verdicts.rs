//! The verdicts of the acceptance template, module by module.

use crate::acceptance::{PointEvidence, PointOutcome, PointVerdict};

/// What `accept` found.
pub struct AcceptReport {
    /// Module by module.
    pub modules: Vec<AcceptedModule>,
    /// The change of the attestation that is proposed, as a patch.
    pub attestation: Option<String>,
    /// The settings that decide what is judged and that the base has otherwise.
    pub settings: Vec<String>,
}

/// One module.
pub struct AcceptedModule {
    /// Its name.
    pub module: String,
    /// Its family, itself first.
    pub family: Vec<String>,
    /// What each point says.
    pub points: Vec<PointOutcome>,
}

impl AcceptReport {
    /// Whether all points of all modules are met.
    pub fn is_met(&self) -> bool {
        self.modules.iter().all(AcceptedModule::is_met)
    }
}

impl AcceptedModule {
    /// Whether all of its points are met.
    pub fn is_met(&self) -> bool {
        self.points.iter().all(|it| it.verdict == PointVerdict::Met)
    }

    /// How many points come to each verdict, the worst first: `2 missing, 1 not-measured, 6 met`.
    pub(super) fn summary(&self) -> String {
        let verdicts = [PointVerdict::Missing, PointVerdict::NotMeasured, PointVerdict::ToJudge, PointVerdict::Met];
        let count = |verdict: PointVerdict| self.points.iter().filter(|it| it.verdict == verdict).count();
        let counts = verdicts.into_iter().map(|it| (count(it), it.word())).filter(|(count, _)| *count > 0);
        counts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }
}

/// Evidence in a line: `path:line: text`.
pub(super) fn line_of(it: &PointEvidence) -> String {
    let place = match (&it.path, it.line) {
        (Some(path), Some(line)) => format!("{path}:{line}: "),
        (Some(path), None) => format!("{path}: "),
        (None, _) => String::new(),
    };
    format!("{place}{}", it.text)
}
