//! Two runs compared test by test, because two equal counts can be of different tests.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{RunLanes, Status, results::RunResults};

/// What became of a test between two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It passed, or failed as expected, and fails now.
    Broken,
    /// It failed, and does not any more.
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

impl Change {
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
    pub change: Change,
    /// Which.
    pub test: String,
    /// In which lane; `A=B` where they are lanes of two names.
    pub lane: String,
    /// The word then.
    pub before: Option<Status>,
    /// The word now.
    pub after: Option<Status>,
    /// Why it is what it is now.
    pub why: String,
}

/// The words of a test in both runs, and why it has the later one.
type BothWords<'a> = (Option<Status>, Option<Status>, &'a str);

/// Every test that is not as it was, sorted by what became of it.
pub fn changes(before: &RunResults, after: &RunResults, lanes: &RunLanes) -> Vec<Changed> {
    let mut all: BTreeMap<(&str, String), BothWords<'_>> = BTreeMap::new();
    for (it, lane) in before.results.iter().filter_map(|it| Some((it, lanes.of_before(&it.lane)?))) {
        all.entry((&it.test, lane)).or_default().0 = Some(it.status);
    }
    for (it, lane) in after.results.iter().filter_map(|it| Some((it, lanes.of_after(&it.lane)?))) {
        let entry = all.entry((&it.test, lane)).or_default();
        (entry.1, entry.2) = (Some(it.status), &it.why);
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

fn change(before: Option<Status>, after: Option<Status>) -> Option<Change> {
    let (Some(before), Some(after)) = (before, after) else {
        return if before.is_some() { Some(Change::Gone) } else { after.map(|_| Change::New) };
    };
    let is_uncertain = |it| matches!(it, Status::Flaky | Status::Unstable);
    Some(match (before, after) {
        _ if before == after => return None,
        _ if is_uncertain(after) && !is_uncertain(before) => Change::NewlyFlaky,
        (_, Status::Vacuous) => Change::NewlyVacuous,
        _ if after.fails() && !before.fails() => Change::Broken,
        (_, Status::Skip | Status::Uncalibrated) if before.is_compared() => Change::NoLongerCompared,
        _ if before.fails() && matches!(after, Status::Pass | Status::Xfail) => Change::Fixed,
        _ => Change::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differential::results::{Fingerprint, Provenance, result};

    #[test]
    fn each_change_has_its_word() {
        for (before, after, change) in [
            (Some(Status::Pass), Some(Status::Pass), None),
            (Some(Status::Pass), Some(Status::Fail), Some(Change::Broken)),
            (Some(Status::Vacuous), Some(Status::Oom), Some(Change::Broken)),
            (Some(Status::Fail), Some(Status::Pass), Some(Change::Fixed)),
            (Some(Status::Fail), Some(Status::Vacuous), Some(Change::NewlyVacuous)),
            (Some(Status::Pass), Some(Status::Flaky), Some(Change::NewlyFlaky)),
            (Some(Status::Fail), Some(Status::Skip), Some(Change::NoLongerCompared)),
            (Some(Status::Fail), Some(Status::Timeout), Some(Change::Other)),
            (Some(Status::Fail), None, Some(Change::Gone)),
            (None, Some(Status::Fail), Some(Change::New)),
        ] {
            assert_eq!(super::change(before, after), change, "{before:?} {after:?}");
        }
    }

    #[test]
    fn equal_counts_of_different_tests_are_not_the_same() {
        let run = |passes: &str, fails: &str| {
            let results = vec![result(passes, "x", Status::Pass), result(fails, "x", Status::Fail)];
            RunResults::new(Provenance::Run, Fingerprint::default(), results)
        };
        let (before, after) = (run("a", "b"), run("b", "a"));
        let found = changes(&before, &after, &RunLanes::of(&before, &after, &[]).unwrap());
        let shown: Vec<String> = found.iter().map(|it| format!("{} {}", it.change.word(), it.test)).collect();
        assert_eq!(shown, ["broken a", "fixed b"]);
    }
}
