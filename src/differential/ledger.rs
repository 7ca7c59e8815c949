//! What is remembered of earlier runs, test by test and lane by lane: how it went, how long it took, how much memory it used.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::TestStatus;

/// What is remembered of one test in one lane.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LedgerEntry {
    /// How it went last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TestStatus>,
    /// The peak of the program's memory that later runs are held against, in KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_kb: Option<u64>,
    /// The highest charge of the test's programs that was seen, in KiB: so much has to be free for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charged_kb: Option<u64>,
    /// Processor time of all that the test needs, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<f64>,
    /// How long that took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// Version of this form.
    pub schema: u32,
    /// Each lane's tests.
    pub lanes: BTreeMap<String, BTreeMap<String, LedgerEntry>>,
}

/// From where on more memory is a spike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpikeRule {
    /// So many times the recorded peak.
    pub factor: f64,
    /// And so many KiB more than it.
    pub floor_kb: u64,
}

impl SpikeRule {
    /// Whether a peak is a spike, beside the recorded one.
    #[expect(clippy::cast_precision_loss, reason = "no memory has so many KiB")]
    pub fn is_spike(self, recorded_kb: u64, now_kb: u64) -> bool {
        now_kb.saturating_sub(recorded_kb) >= self.floor_kb.max(1) && now_kb as f64 > recorded_kb as f64 * self.factor
    }
}

impl Ledger {
    /// What is remembered of a test.
    pub fn entry(&self, lane: &str, test: &str) -> Option<&LedgerEntry> {
        self.lanes.get(lane)?.get(test)
    }

    /// The entry of a test, to be changed.
    pub fn entry_mut(&mut self, lane: &str, test: &str) -> &mut LedgerEntry {
        self.lanes.entry(lane.to_owned()).or_default().entry(test.to_owned()).or_default()
    }

    /// Processor times of a test in all these lanes together.
    pub fn cpu_seconds(&self, lanes: &[&str]) -> BTreeMap<String, f64> {
        let mut res: BTreeMap<String, f64> = BTreeMap::new();
        for tests in lanes.iter().filter_map(|it| self.lanes.get(*it)) {
            for (test, entry) in tests {
                if let Some(seconds) = entry.cpu_seconds {
                    *res.entry(test.clone()).or_default() += seconds;
                }
            }
        }
        res
    }

    /// How much has to be free for a test in these lanes; none where nobody knows.
    pub fn charged_kb(&self, lanes: &[&str], test: &str) -> Option<u64> {
        lanes.iter().filter_map(|lane| self.entry(lane, test)?.charged_kb).max()
    }

    /// Tests in the order in which they are run: what failed and what is new first, then what takes longest; equal ones as they came.
    pub fn in_order<T>(&self, lanes: &[&str], mut tests: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
        let rank = |test: &str| {
            let entries: Vec<Option<&LedgerEntry>> = lanes.iter().map(|it| self.entry(it, test)).collect();
            let is_urgent = entries
                .iter()
                .any(|it| it.and_then(|it| it.status).is_none_or(|it| it.fails() || it == TestStatus::Flaky));
            let seconds: f64 = entries.into_iter().flatten().filter_map(|it| it.seconds).sum();
            (!is_urgent, seconds)
        };
        tests.sort_by(|a, b| {
            let (a, b) = (rank(name(a)), rank(name(b)));
            a.0.cmp(&b.0).then(b.1.total_cmp(&a.1))
        });
        tests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_is_above_the_factor_and_the_floor() {
        let rule = SpikeRule { factor: 1.5, floor_kb: 1000 };
        for (recorded, now, is) in
            [(100, 900, false), (100, 1100, true), (10_000, 14_000, false), (10_000, 15_001, true), (5000, 4000, false)]
        {
            assert_eq!(rule.is_spike(recorded, now), is, "{recorded} {now}");
        }
    }

    #[test]
    fn what_failed_and_what_is_new_comes_first_and_then_the_longest() {
        let mut ledger = Ledger::default();
        for (test, status, seconds) in [
            ("a", TestStatus::Pass, 1.0),
            ("b", TestStatus::Pass, 3.0),
            ("c", TestStatus::Fail, 0.1),
            ("e", TestStatus::Vacuous, 2.0),
        ] {
            *ledger.entry_mut("x", test) = LedgerEntry {
                status: Some(status),
                seconds: Some(seconds),
                cpu_seconds: Some(seconds),
                ..LedgerEntry::default()
            };
        }
        assert_eq!(ledger.in_order(&["x"], vec!["a", "b", "c", "d", "e"], |it| it), ["c", "d", "b", "e", "a"]);
        assert_eq!(ledger.in_order(&["y"], vec!["b", "a"], |it| it), ["b", "a"]);
        ledger.entry_mut("y", "a").cpu_seconds = Some(0.5);
        assert!((ledger.cpu_seconds(&["x", "y"])["a"] - 1.5).abs() < 1e-9);
    }
}
