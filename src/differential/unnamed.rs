//! Tests that another program counted and did not name: what failed among them, and what became of the counts between two runs.

use serde::Serialize;

use super::{RunLanes, TestStatus, results::RunResults};

/// How many tests a file counts that it does not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnnamedCounts {
    /// Those that passed.
    pub passed: u64,
    /// Those that failed; what ended for want of memory is one of them.
    pub failed: u64,
}

/// A count that is another one in the later run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct CountChange {
    /// `passed` or `failed`.
    pub what: String,
    /// How many before.
    pub before: u64,
    /// How many now.
    pub after: u64,
    /// Whether it is for the worse: fewer passed, or more failed.
    pub worse: bool,
}

/// How many are counted, named or not.
fn counted(of: &RunResults, keys: &[&str], named: u64) -> u64 {
    keys.iter().filter_map(|it| of.counted.get(*it)).copied().fold(named, u64::max)
}

/// How many passed and how many failed, of those that are named and looked at, and of all.
fn counts(of: &RunResults, looks_at: &dyn Fn(&str) -> bool) -> [(u64, u64); 2] {
    let count = |wanted: fn(TestStatus) -> bool| {
        of.results.iter().filter(|it| looks_at(&it.lane) && wanted(it.status)).count() as u64
    };
    let (passed, failed) = (count(|it| it == TestStatus::Pass), count(TestStatus::fails));
    [(passed, counted(of, &["passed"], passed)), (failed, counted(of, &["failed", "oom"], failed))]
}

impl UnnamedCounts {
    /// Those of a file.
    pub fn of(results: &RunResults) -> Self {
        let [passed, failed] = counts(results, &|_| true).map(|(named, all)| all - named);
        Self { passed, failed }
    }
}

/// The counts that differ, where one of two runs does not name all that it counts.
pub fn count_changes(before: &RunResults, after: &RunResults, lanes: &RunLanes) -> Vec<CountChange> {
    let old = counts(before, &|it| lanes.of_before(it).is_some());
    let new = counts(after, &|it| lanes.of_after(it).is_some());
    if old.iter().chain(&new).all(|(named, all)| named == all) {
        return Vec::new();
    }
    let change = |what: &str, at: usize, is_worse: fn(u64, u64) -> bool| {
        let (before, after) = (old[at].1, new[at].1);
        let change = CountChange { what: what.to_owned(), before, after, worse: is_worse(before, after) };
        (before != after).then_some(change)
    };
    [change("passed", 0, |before, after| after < before), change("failed", 1, |before, after| after > before)]
        .into_iter()
        .flatten()
        .collect()
}
