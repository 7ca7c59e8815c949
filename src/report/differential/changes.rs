//! What became of each test between two runs.

use serde_json::json;

use super::in_words;
use crate::{
    base::number_of,
    differential::{Changed, RunLanes, RunResults, TestChange},
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
}

/// How many of a kind are shown, unless all are asked for.
const SHOWN: usize = 20;

impl ChangesReport<'_> {
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
        let (before, after) = self.lanes.totals(self.before, self.after);
        line!(out, "before: {}", in_words(&before));
        line!(out, "after: {}", in_words(&after));
        if self.changes.is_empty() {
            line!(out, "every test is as it was");
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
            "worse": self.changes.iter().filter(|it| it.change.is_worse()).count(),
            "changes": sets,
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
        let kind = if worse.is_empty() { "notice" } else { "error" };
        let words = format!("{} worse, {} fixed", number_of(worse.len(), "test"), self.of(TestChange::Fixed).len());
        out + &format!("::{kind} title=differential::{}\n", data(&words))
    }
}
