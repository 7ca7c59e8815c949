//! What became of each test between two runs.

use serde_json::json;

use super::in_words;
use crate::{
    base::number_of,
    differential::{Changed, CountChange, RunLanes, RunResults, TestChange, UnnamedCounts},
    report::envelope::{envelope, json_document},
    report::gates::{data, property},
};

/// Two runs and how they differ.
pub struct ChangesReport<'a> {
    /// The earlier one.
    pub before: &'a RunResults,
    /// The later one.
    pub after: &'a RunResults,
    /// The lanes that were compared.
    pub lanes: &'a RunLanes,
    /// Every test that is not as it was.
    pub changes: &'a [Changed],
    /// Counts that differ, where one of them does not name each test.
    pub counts: &'a [CountChange],
}

/// How many of a kind are shown, unless all are asked for.
const SHOWN: usize = 20;

impl ChangesReport<'_> {
    /// How many tests, and counts of tests without names, are worse.
    pub fn worse(&self) -> usize {
        self.changes.iter().filter(|it| it.change.is_worse()).count() + self.counts.iter().filter(|it| it.worse).count()
    }

    fn of(&self, change: TestChange) -> Vec<&Changed> {
        self.changes.iter().filter(|it| it.change == change).collect()
    }

    /// In words.
    pub fn human(&self, shows_all: bool) -> String {
        let mut out = String::new();
        let most = if shows_all { usize::MAX } else { SHOWN };
        for change in TestChange::ALL {
            // a lane that only one of them has is told as one
            let is_compared = |it: &&Changed| !self.lanes.gone.contains(&it.lane) && !self.lanes.new.contains(&it.lane);
            let those: Vec<&Changed> = self.of(change).into_iter().filter(is_compared).collect();
            for it in those.iter().take(most) {
                let word = |it: Option<crate::differential::TestStatus>| it.map_or("–", |it| it.word());
                let why = if it.why.is_empty() || it.change != TestChange::Broken {
                    String::new()
                } else {
                    format!(": {}", it.why)
                };
                line!(out, "{} {} [{}] {} → {}{why}", change.word(), it.test, it.lane, word(it.before), word(it.after));
            }
            if those.len() > most {
                line!(out, "{} {} more; -v shows all", change.word(), those.len() - most);
            }
        }
        for (lanes, change, whose) in
            [(&self.lanes.gone, TestChange::Gone, "earlier"), (&self.lanes.new, TestChange::New, "later")]
        {
            for lane in lanes {
                let count = number_of(self.of(change).iter().filter(|it| it.lane == *lane).count(), "result");
                line!(out, "{} lane {lane}: only the {whose} results have it; {count} not compared", change.word());
            }
        }
        for it in self.counts {
            let word = if it.worse { "worse" } else { "other" };
            line!(out, "{word} {} tests counted, not all by name: {} → {}", it.what, it.before, it.after);
        }
        let (before, after) = self.lanes.totals(self.before, self.after);
        line!(out, "before: {}", in_words(&before));
        line!(out, "after: {}", in_words(&after));
        let unnamed = [self.before, self.after].map(UnnamedCounts::of).into_iter().map(|it| it.passed + it.failed);
        match unnamed.max() {
            _ if !self.changes.is_empty() || !self.counts.is_empty() => {}
            None | Some(0) => line!(out, "every test is as it was"),
            Some(count) => line!(
                out,
                "every test that is named is as it was; {} without a name, of which only the counts are the same",
                number_of(count, "test")
            ),
        }
        out
    }

    /// As one JSON document.
    pub fn json(&self) -> String {
        let mut sets = serde_json::Map::new();
        for change in TestChange::ALL {
            sets.insert(change.word().to_owned(), json!(self.of(change)));
        }
        let (before, after) = self.lanes.totals(self.before, self.after);
        let value = envelope(json!({
            "worse": self.worse(),
            "changes": sets,
            "counts": self.counts,
            "lanes": {
                "compared": self.lanes.pairs.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "gone": self.lanes.gone,
                "new": self.lanes.new,
            },
            "before": before,
            "after": after,
        }));
        json_document(&value)
    }

    /// Annotations of a workflow on GitHub: of ten that it shows, nine and a summary.
    pub fn github(&self) -> String {
        let mut out = String::new();
        let worse: Vec<&Changed> = self.changes.iter().filter(|it| it.change.is_worse()).collect();
        let is_alone = |it: &&&Changed| self.lanes.gone.contains(&it.lane);
        for lane in &self.lanes.gone {
            let words = format!("lane {lane}: only the earlier results have it");
            out += &format!("::error title=gone::{}\n", data(&words));
        }
        for it in worse.iter().filter(|it| !is_alone(it)).take(9 - self.lanes.gone.len().min(9)) {
            let place = format!("file={},title={}", property(&it.test), property(it.change.word()));
            out += &format!("::error {place}::{}\n", data(&format!("lane {}: {}", it.lane, it.why)));
        }
        for it in self.counts.iter().filter(|it| it.worse) {
            let words = format!("{} tests counted, not all by name: {} → {}", it.what, it.before, it.after);
            out += &format!("::error title=counted::{}\n", data(&words));
        }
        let kind = if self.worse() == 0 { "notice" } else { "error" };
        let words = format!("{} worse, {} fixed", number_of(self.worse(), "test"), self.of(TestChange::Fixed).len());
        out + &format!("::{kind} title=differential::{}\n", data(&words))
    }
}
