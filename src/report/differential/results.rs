//! The results of a differential run, for any reader.

use crate::differential::{RunResults, TestResult, TestStatus, Totals};

/// One run, to be printed.
pub struct DifferentialReport<'a> {
    /// What came of it.
    pub results: &'a RunResults,
}

impl DifferentialReport<'_> {
    /// The results as one JSON document.
    pub fn json(&self) -> String {
        // nothing in it can fail to be written: every key is a text
        serde_json::to_string_pretty(self.results).unwrap_or_default() + "\n"
    }

    /// Results that are shown one by one, those that fail the run first.
    pub(super) fn shown(&self) -> Vec<&TestResult> {
        let rank = |it: &TestResult| (it.spike_over_kb.is_none(), it.status);
        let mut res: Vec<&TestResult> = self.results.failing().collect();
        res.sort_by(|a, b| (rank(a), &a.lane, &a.test).cmp(&(rank(b), &b.lane, &b.test)));
        res
    }
}

/// `41 of 50 compared pass (82.0 %); 3 fail, 2 vacuous`
pub(super) fn in_words(totals: &Totals) -> String {
    let percent = totals.pass_percent.map_or(String::new(), |it| format!(" ({it:.1} %)"));
    let mut res = format!("{} of {} compared pass{percent}", totals.count(TestStatus::Pass), totals.compared);
    let others = totals.counts.iter().filter(|(word, count)| **count > 0 && word.as_str() != TestStatus::Pass.word());
    let others: Vec<String> = others.map(|(word, count)| format!("{count} {word}")).collect();
    if !others.is_empty() {
        res += &format!("; {}", others.join(", "));
    }
    if totals.spikes > 0 {
        res += &format!("; {} with a spike of memory", totals.spikes);
    }
    res
}

/// `1.5 GB`, `12 MB`
pub(super) fn memory(kb: u64) -> String {
    match kb {
        0..10_240 => format!("{kb} KiB"),
        10_240..10_485_760 => format!("{} MiB", kb / 1024),
        _ => format!("{}.{} GiB", kb / 1_048_576, kb % 1_048_576 * 10 / 1_048_576),
    }
}
