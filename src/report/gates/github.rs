//! Annotations of a workflow on GitHub, which shows ten of a kind and step: at most nine findings, and a summary.

use super::GateReport;
use crate::base::number_of;

const SHOWN: usize = 9;

impl GateReport<'_> {
    /// One workflow command a line. The workspace lies at `prefix` in its repository.
    pub fn github(&self, prefix: &str) -> String {
        let all = self.chosen().flat_map(|row| row.findings.iter().map(move |it| (row, it)));
        let failing: Vec<_> = all.filter(|(_, it)| self.counts(it)).collect();
        let mut out = String::new();
        for (row, shown) in failing.iter().take(SHOWN) {
            let mut properties = Vec::new();
            if let Some(path) = &shown.finding.path {
                properties.push(format!("file={}", property(&format!("{prefix}{path}"))));
                properties.extend(shown.located.line.map(|it| format!("line={it}")));
                properties.extend(shown.located.column.map(|it| format!("col={it}")));
                properties.extend(shown.located.end_column.map(|it| format!("endColumn={it}")));
            }
            properties.push(format!("title={}", property(row.gate.id)));
            out += &format!(
                "::error {}::{}\n",
                properties.join(","),
                data(&format!("{}{}\nrepair: {}", shown.finding.message, shown.age(), row.gate.repair))
            );
        }
        let rest = failing.len().saturating_sub(SHOWN);
        let counts = self.statuses().join(", ");
        let silent = self.chosen().filter(|it| it.not_judged.is_some()).count();
        let not_judged = if silent > 0 { format!("; {} not judged", number_of(silent, "gate")) } else { String::new() };
        let findings = number_of(failing.len(), "finding");
        out += &match (failing.len(), rest) {
            (0, _) => format!("::notice title=gates::{}\n", data(&format!("{}; {counts}", self.passed()))),
            (_, 0) => format!("::error title=gates::{}\n", data(&format!("{findings}; {counts}{not_judged}"))),
            (_, rest) => {
                let text = format!("{findings}, {rest} of them not shown here; {counts}{not_judged}");
                format!("::error title=gates::{}\n", data(&text))
            }
        };
        // GitHub shows ten notices of a step too, and the summary can be one
        for it in self.remarks().take(SHOWN) {
            out += &format!("::notice title=gates::{}\n", data(&it));
        }
        out
    }

    /// `all gates pass`, unless some could not be judged, or have findings that do not count.
    fn passed(&self) -> String {
        let all = self.chosen().count();
        let old = self.chosen().flat_map(|row| &row.findings).filter(|it| !self.counts(it)).count();
        if old > 0 {
            return format!("no new findings, {}", number_of(old, "old finding"));
        }
        match self.chosen().filter(|it| it.not_judged.is_some()).count() {
            0 => "all gates pass".into(),
            silent => format!("{} pass, {silent} not judged", number_of(all - silent, "gate")),
        }
    }
}

/// A message must not end the command.
pub(in crate::report) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property must not end itself either.
pub(in crate::report) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
