//! Annotations of a workflow on GitHub, which shows ten of a kind and step: at most nine failures, and a summary.

use super::{DifferentialReport, in_words};
use crate::{
    base::number_of,
    differential::UnnamedCounts,
    report::gates::{data, property},
};

const SHOWN: usize = 9;

impl DifferentialReport<'_> {
    /// One workflow command a line.
    pub fn github(&self) -> String {
        let failing = self.shown();
        let mut out = String::new();
        for it in failing.iter().take(SHOWN) {
            let place = format!(
                "file={},title={}",
                property(&it.test),
                property(&format!("{} in lane {}", it.status.word(), it.lane))
            );
            let difference = it.difference.as_ref();
            let more =
                difference.map_or(String::new(), |it| format!("\nexpected: {}\nactual: {}", it.expected, it.actual));
            out += &format!("::error {place}::{}\n", data(&format!("{}{more}", it.why)));
        }
        for it in &self.results.headers {
            let place = format!("file={},line={},title=header", property(&it.test), it.fault.line);
            out += &format!("::warning {place}::{}\n", data(&it.fault.message));
        }
        for (lane, why) in &self.results.uncalibrated {
            out += &format!("::error title=uncalibrated::{}\n", data(&format!("lane {lane}: {why}")));
        }
        let unnamed = UnnamedCounts::of(self.results).failed;
        if unnamed > 0 {
            let words = format!("{} that the summary does not name", number_of(unnamed, "failed test"));
            out += &format!("::error title=unnamed::{}\n", data(&words));
        }
        let counts = in_words(&self.results.totals);
        let kind = if failing.is_empty() && unnamed == 0 { "notice" } else { "error" };
        let rest = failing.len().saturating_sub(SHOWN);
        let more = if rest > 0 { format!("; {} not shown here", number_of(rest, "failure")) } else { String::new() };
        out + &format!("::{kind} title=differential::{}\n", data(&format!("{counts}{more}")))
    }
}
