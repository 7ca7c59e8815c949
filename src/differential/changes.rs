//! Two runs compared test by test, because two equal counts can be of different tests.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{RunLanes, TestStatus, results::RunResults};

/// What became of a test between two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TestChange {
    /// It passed, or failed as expected, and fails now; or it passed, and is expected to fail now.
    Broken,
    /// It failed, and passes now.
    Fixed,
    /// It was not flaky or unstable, and is now.
    NewlyFlaky,
    /// Something was compared, and now nothing is.
    NewlyVacuous,
    /// It was compared, and is now skipped or not looked at.
    NoLongerCompared,
    /// It is not there any more.
    Gone,
    /// It was not there.
    New,
    /// Its word is another one, and none of the above.
    Other,
}

impl TestChange {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Broken,
        Self::Fixed,
        Self::NewlyFlaky,
        Self::NewlyVacuous,
        Self::NoLongerCompared,
        Self::Gone,
        Self::New,
        Self::Other,
    ];

    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Fixed => "fixed",
            Self::NewlyFlaky => "newly-flaky",
            Self::NewlyVacuous => "newly-vacuous",
            Self::NoLongerCompared => "no-longer-compared",
            Self::Gone => "gone",
            Self::New => "new",
            Self::Other => "other",
        }
    }

    /// Whether it is for the worse: a test that tells less than it did is.
    pub fn is_worse(self) -> bool {
        matches!(self, Self::Broken | Self::NewlyFlaky | Self::NewlyVacuous | Self::NoLongerCompared | Self::Gone)
    }
}

/// One test that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Changed {
    /// What became of it.
    pub change: TestChange,
    /// Which.
    pub test: String,
    /// In which lane; `A=B` where they are lanes of two names.
    pub lane: String,
    /// The word then.
    pub before: Option<TestStatus>,
    /// The word now.
    pub after: Option<TestStatus>,
    /// Why it is what it is now.
    pub why: String,
}

/// The words of a test in both runs, and why it has the later one.
type BothWords<'a> = (Option<TestStatus>, Option<TestStatus>, &'a str);

/// Of two results of one test in one lane, the one that promises more; the first where both promise the same.
fn better(first: TestStatus, second: TestStatus) -> TestStatus {
    let fault = |it: TestStatus| {
        let is_uncertain = matches!(it, TestStatus::Flaky | TestStatus::Unstable);
        (it.fails(), it == TestStatus::Xfail, is_uncertain, !it.is_compared())
    };
    if fault(second) < fault(first) { second } else { first }
}

/// Every test that is not as it was, sorted by what became of it. Where a file has several results of a test, the best of
/// them counts of before and the worst of after: one that passes hides none that fails.
pub fn changes(before: &RunResults, after: &RunResults, lanes: &RunLanes) -> Vec<Changed> {
    let mut all: BTreeMap<(&str, String), BothWords<'_>> = BTreeMap::new();
    for (it, lane) in before.results.iter().filter_map(|it| Some((it, lanes.of_before(&it.lane)?))) {
        let before = &mut all.entry((&it.test, lane)).or_default().0;
        *before = Some(before.map_or(it.status, |first| better(first, it.status)));
    }
    for (it, lane) in after.results.iter().filter_map(|it| Some((it, lanes.of_after(&it.lane)?))) {
        let entry = all.entry((&it.test, lane)).or_default();
        if entry.1.is_none_or(|first| better(first, it.status) != it.status) {
            (entry.1, entry.2) = (Some(it.status), &it.why);
        }
    }
    let mut res: Vec<Changed> = all
        .into_iter()
        .filter_map(|((test, lane), (before, after, why))| {
            let change = change(before, after)?;
            Some(Changed { change, test: test.to_owned(), lane, before, after, why: why.to_owned() })
        })
        .collect();
    res.sort_by(|a, b| (a.change, &a.lane, &a.test).cmp(&(b.change, &b.lane, &b.test)));
    res
}

fn change(before: Option<TestStatus>, after: Option<TestStatus>) -> Option<TestChange> {
    let (Some(before), Some(after)) = (before, after) else {
        return if before.is_some() { Some(TestChange::Gone) } else { after.map(|_| TestChange::New) };
    };
    let is_uncertain = |it| matches!(it, TestStatus::Flaky | TestStatus::Unstable);
    // of a test that is expected to fail, too, a pass is one
    let passed = matches!(before, TestStatus::Pass | TestStatus::Xpass) || is_uncertain(before);
    let is_failure = |it: TestStatus| (it.fails() && it != TestStatus::Xpass) || it == TestStatus::Xfail;
    Some(match (before, after) {
        _ if before == after => return None,
        _ if is_uncertain(after) && !is_uncertain(before) => TestChange::NewlyFlaky,
        (_, TestStatus::Vacuous) => TestChange::NewlyVacuous,
        _ if passed && is_failure(after) => TestChange::Broken,
        _ if after.fails() && !before.fails() => TestChange::Broken,
        (_, TestStatus::Skip | TestStatus::Uncalibrated) if before.is_compared() => TestChange::NoLongerCompared,
        _ if before.fails() && after == TestStatus::Pass => TestChange::Fixed,
        _ => TestChange::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differential::results::{Fingerprint, ResultsProvenance, result};

    #[test]
    fn of_two_results_of_a_test_the_one_that_fails_counts() {
        let run = |all: &[TestStatus]| {
            let results = all.iter().map(|it| result("a.py", "native", *it)).collect();
            RunResults::new(ResultsProvenance::Run, Fingerprint::default(), results)
        };
        let (pass, fail) = (TestStatus::Pass, TestStatus::Fail);
        for (before, after, wanted) in [
            (&[pass][..], &[fail, pass][..], Some(TestChange::Broken)),
            (&[pass], &[pass, fail], Some(TestChange::Broken)),
            (&[fail, pass], &[fail], Some(TestChange::Broken)),
            (&[pass, fail], &[fail], Some(TestChange::Broken)),
            (&[pass], &[pass, TestStatus::Vacuous], Some(TestChange::NewlyVacuous)),
            (&[fail], &[pass, pass], Some(TestChange::Fixed)),
            (&[fail], &[pass, fail], None),
            (&[pass], &[pass, TestStatus::Xfail], Some(TestChange::Broken)),
            (&[TestStatus::Xfail, pass], &[TestStatus::Xfail], Some(TestChange::Broken)),
        ] {
            let (before, after) = (run(before), run(after));
            let lanes = RunLanes::of(&before, &after, &[]).unwrap();
            let found = changes(&before, &after, &lanes).first().map(|it| it.change);
            assert_eq!(found, wanted, "{:?} {:?}", before.results, after.results);
        }
    }

    #[test]
    fn each_change_has_its_word() {
        for (before, after, change) in [
            (Some(TestStatus::Pass), Some(TestStatus::Pass), None),
            (Some(TestStatus::Pass), Some(TestStatus::Fail), Some(TestChange::Broken)),
            (Some(TestStatus::Vacuous), Some(TestStatus::Oom), Some(TestChange::Broken)),
            (Some(TestStatus::Fail), Some(TestStatus::Pass), Some(TestChange::Fixed)),
            (Some(TestStatus::Fail), Some(TestStatus::Vacuous), Some(TestChange::NewlyVacuous)),
            (Some(TestStatus::Pass), Some(TestStatus::Flaky), Some(TestChange::NewlyFlaky)),
            (Some(TestStatus::Fail), Some(TestStatus::Skip), Some(TestChange::NoLongerCompared)),
            (Some(TestStatus::Fail), Some(TestStatus::Timeout), Some(TestChange::Other)),
            // a mark in its head makes no failure a pass
            (Some(TestStatus::Pass), Some(TestStatus::Xfail), Some(TestChange::Broken)),
            (Some(TestStatus::Flaky), Some(TestStatus::Xfail), Some(TestChange::Broken)),
            (Some(TestStatus::Unstable), Some(TestStatus::Xfail), Some(TestChange::Broken)),
            (Some(TestStatus::Xpass), Some(TestStatus::Xfail), Some(TestChange::Broken)),
            (Some(TestStatus::Xpass), Some(TestStatus::Fail), Some(TestChange::Broken)),
            (Some(TestStatus::Xpass), Some(TestStatus::Pass), Some(TestChange::Fixed)),
            (Some(TestStatus::Fail), Some(TestStatus::Xfail), Some(TestChange::Other)),
            (Some(TestStatus::Skip), Some(TestStatus::Xfail), Some(TestChange::Other)),
            (Some(TestStatus::Xfail), Some(TestStatus::Fail), Some(TestChange::Broken)),
            (Some(TestStatus::Xfail), Some(TestStatus::Pass), Some(TestChange::Other)),
            (Some(TestStatus::Fail), None, Some(TestChange::Gone)),
            (None, Some(TestStatus::Fail), Some(TestChange::New)),
        ] {
            assert_eq!(super::change(before, after), change, "{before:?} {after:?}");
        }
    }

    #[test]
    fn equal_counts_of_different_tests_are_not_the_same() {
        let run = |passes: &str, fails: &str| {
            let results = vec![result(passes, "x", TestStatus::Pass), result(fails, "x", TestStatus::Fail)];
            RunResults::new(ResultsProvenance::Run, Fingerprint::default(), results)
        };
        let (before, after) = (run("a", "b"), run("b", "a"));
        let found = changes(&before, &after, &RunLanes::of(&before, &after, &[]).unwrap());
        let shown: Vec<String> = found.iter().map(|it| format!("{} {}", it.change.word(), it.test)).collect();
        assert_eq!(shown, ["broken a", "fixed b"]);
    }
}
