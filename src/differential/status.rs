//! The words of a verdict.

use serde::{Deserialize, Serialize};

/// What became of one test in one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TestStatus {
    /// Both sides did the same, in something that could have differed.
    Pass,
    /// They differ.
    Fail,
    /// The program was not built.
    BuildFailed,
    /// The kernel ended the candidate for want of memory.
    Oom,
    /// The candidate took longer than it may.
    Timeout,
    /// The lanes differ from each other where the reference decides nothing.
    Diverged,
    /// The reference did not come to an end of its own.
    ReferenceFailed,
    /// It passes although it is expected to fail.
    Xpass,
    /// It fails, as expected.
    Xfail,
    /// It failed beside others, and passes alone.
    Flaky,
    /// The reference differs from itself.
    Unstable,
    /// Nothing was compared that could have differed.
    Vacuous,
    /// It is not for this lane, platform or version.
    Skip,
    /// The lane lacks a program that it needs.
    Uncalibrated,
}

/// Every status, in the order in which they are counted.
pub const STATUSES: [TestStatus; 14] = [
    TestStatus::Pass,
    TestStatus::Fail,
    TestStatus::BuildFailed,
    TestStatus::Oom,
    TestStatus::Timeout,
    TestStatus::Diverged,
    TestStatus::ReferenceFailed,
    TestStatus::Xpass,
    TestStatus::Xfail,
    TestStatus::Flaky,
    TestStatus::Unstable,
    TestStatus::Vacuous,
    TestStatus::Skip,
    TestStatus::Uncalibrated,
];

impl TestStatus {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::BuildFailed => "build-failed",
            Self::Oom => "oom",
            Self::Timeout => "timeout",
            Self::Diverged => "diverged",
            Self::ReferenceFailed => "reference-failed",
            Self::Xpass => "xpass",
            Self::Xfail => "xfail",
            Self::Flaky => "flaky",
            Self::Unstable => "unstable",
            Self::Vacuous => "vacuous",
            Self::Skip => "skip",
            Self::Uncalibrated => "uncalibrated",
        }
    }

    /// The status with that word.
    pub fn from_word(word: &str) -> Option<Self> {
        STATUSES.into_iter().find(|it| it.word() == word)
    }

    /// Whether it makes the run fail.
    pub fn fails(self) -> bool {
        matches!(
            self,
            Self::Fail
                | Self::BuildFailed
                | Self::Oom
                | Self::Timeout
                | Self::Diverged
                | Self::ReferenceFailed
                | Self::Xpass
        )
    }

    /// Whether the candidate was compared with the reference: percentages are over these.
    pub fn is_compared(self) -> bool {
        matches!(
            self,
            Self::Pass
                | Self::Fail
                | Self::BuildFailed
                | Self::Oom
                | Self::Timeout
                | Self::Xpass
                | Self::Xfail
                | Self::Flaky
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_and_is_that_of_the_report() {
        let all = schemars::schema_for!(TestStatus).to_value()["oneOf"].as_array().map(Vec::len);
        assert_eq!(all, Some(STATUSES.len()), "a status is not in `STATUSES`");
        for it in STATUSES {
            assert_eq!(TestStatus::from_word(it.word()), Some(it));
            assert_eq!(serde_json::to_string(&it).unwrap(), format!("\"{}\"", it.word()));
        }
        assert_eq!(TestStatus::from_word("passed"), None);
        assert!(STATUSES.iter().filter(|it| it.fails()).count() == 7 && !TestStatus::Vacuous.is_compared());
    }
}
