//! What a run of the differential tests says of one lane: each test by its outcome, and the peaks of memory.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::number::Number;
use crate::base::percent;

/// The fewest compared tests that make a percentage: with fewer of them, one test is worth more than ten points.
const FEWEST: u64 = 10;

/// A peak has grown where it is larger by more than this factor, and by more than the floor.
const FACTOR: f64 = 1.1;
/// In KiB. Smaller steps are the allocator's.
const FLOOR: u64 = 1024;

/// Outcomes in which nothing was compared: those of a run, and those that only other tools have.
const NOT_COMPARED: [&str; 9] =
    ["skip", "vacuous", "unstable", "diverged", "reference-failed", "uncalibrated", "skipped", "cut-off", "unseen"];

/// Whether a test with that outcome was compared.
pub fn is_compared(outcome: &str) -> bool {
    !NOT_COMPARED.contains(&outcome)
}

/// Whether a test with that outcome did what the reference does, which it may be expected not to do.
pub fn is_pass(outcome: &str) -> bool {
    matches!(outcome, "pass" | "xpass")
}

/// One lane.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LaneFigures {
    /// The report that says so.
    pub report: String,
    /// How many tests were compared.
    pub compared: u64,
    /// How many of them passed.
    pub passed: u64,
    /// How many tests there are, as far as the report says.
    #[serde(default)]
    pub there: u64,
    /// The tests, by outcome.
    #[serde(default)]
    pub outcomes: BTreeMap<String, BTreeSet<String>>,
    /// The peak of memory of each test, in KiB.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub peaks: BTreeMap<String, u64>,
    /// The tests that are expected to fail, by whoever or whatever owns them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub owners: BTreeMap<String, BTreeSet<String>>,
}

impl LaneFigures {
    /// A lane of tests that are known one by one.
    pub fn of_tests(report: &str, outcomes: BTreeMap<String, BTreeSet<String>>) -> Self {
        let count = |wanted: &dyn Fn(&str) -> bool| {
            outcomes.iter().filter(|(it, _)| wanted(it)).map(|(_, tests)| tests.len() as u64).sum()
        };
        Self {
            report: report.to_owned(),
            compared: count(&is_compared),
            passed: count(&is_pass),
            there: count(&|_| true),
            outcomes,
            peaks: BTreeMap::new(),
            owners: BTreeMap::new(),
        }
    }

    /// Whether the tests that passed are known by name.
    pub fn names_passes(&self) -> bool {
        self.passed == self.outcomes.iter().filter(|(it, _)| is_pass(it)).map(|(_, it)| it.len() as u64).sum::<u64>()
    }

    /// How many tests failed that are not known by name.
    pub(super) fn unnamed_failures(&self) -> u64 {
        let is_failure = |it: &str| is_compared(it) && !is_pass(it);
        let named = self.outcomes.iter().filter(|(it, _)| is_failure(it)).map(|(_, it)| it.len() as u64).sum();
        self.compared.saturating_sub(self.passed).saturating_sub(named)
    }

    /// The outcome of each test that is known by name.
    pub fn by_test(&self) -> BTreeMap<&str, &str> {
        self.outcomes
            .iter()
            .flat_map(|(word, tests)| tests.iter().map(move |it| (it.as_str(), word.as_str())))
            .collect()
    }

    /// What passed of what was compared, in percent; why there is none.
    pub(super) fn percent(&self) -> Result<Number, String> {
        if self.compared < FEWEST {
            return Err(format!("{} of {} tests passed: too few for a percentage", self.passed, self.compared));
        }
        let share = percent(self.passed, self.compared, 1).ok_or_else(|| "no test was compared".to_owned())?;
        Ok(Number::Percent(share))
    }

    /// The tests whose peak grew since `before`, with both peaks, the worst ones first.
    #[expect(clippy::cast_precision_loss, reason = "peaks are small against what a float holds")]
    pub(super) fn grown<'a>(&'a self, before: &Self) -> Vec<(&'a str, u64, u64)> {
        let both = self.peaks.iter().filter_map(|(test, now)| Some((test.as_str(), *before.peaks.get(test)?, *now)));
        let is_more = |old: u64, new: u64| new as f64 > old as f64 * FACTOR && new > old.saturating_add(FLOOR);
        let mut res: Vec<_> = both.filter(|(_, old, new)| is_more(*old, *new)).collect();
        res.sort_by(|a, b| (b.2 - b.1, a.0).cmp(&(a.2 - a.1, b.0)));
        res
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_has_grown_by_a_tenth_and_by_a_mebibyte() {
        let of = |peaks: &[(&str, u64)]| LaneFigures {
            peaks: peaks.iter().map(|(name, peak)| ((*name).to_owned(), *peak)).collect(),
            ..LaneFigures::default()
        };
        let before = of(&[("a", 20_000), ("b", 20_000), ("c", 1_000), ("d", 1_000), ("e", 20_000), ("f", 40_000)]);
        let now = of(&[("a", 22_000), ("b", 22_001), ("c", 2_024), ("d", 2_025), ("f", 50_000), ("g", 90_000)]);
        assert_eq!(now.grown(&before), [("f", 40_000, 50_000), ("b", 20_000, 22_001), ("d", 1_000, 2_025)]);
        assert_eq!(before.grown(&before), []);
    }
}
