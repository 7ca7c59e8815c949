//! For people: what failed with its diff, then what it comes to.

use super::{DifferentialReport, in_words, memory};
use crate::{
    base::{number_of, printable, shortened},
    differential::{FirstDifference, ResultsProvenance, TestResult, TestStatus},
};

/// How many failures are shown with their diffs, unless all are asked for.
const SHOWN: usize = 10;
/// How many names of a list are shown then.
const NAMES: usize = 5;

impl DifferentialReport<'_> {
    /// The results in words.
    pub fn human(&self, shows_all: bool, colors: bool) -> String {
        let mut out = String::new();
        self.provenance(&mut out);
        let failing = self.shown();
        let most = if shows_all { usize::MAX } else { SHOWN };
        for it in failing.iter().take(most) {
            one(&mut out, it, colors);
        }
        if failing.len() > most {
            line!(out, "… {} more; -v shows all", number_of(failing.len() - most, "failure"));
            out.push('\n');
        }
        self.others(&mut out, shows_all);
        self.counts(&mut out);
        out
    }

    fn provenance(&self, out: &mut String) {
        match &self.results.provenance {
            ResultsProvenance::Run => {}
            ResultsProvenance::Merged { parts } => line!(out, "merged from {}", number_of(*parts, "part")),
            ResultsProvenance::Imported { file, form, lacks } => {
                line!(out, "{file} is {form}; it does not say:");
                for it in lacks {
                    line!(out, "  {it}");
                }
            }
        }
    }

    /// What does not fail the run and is not a pass either.
    fn others(&self, out: &mut String, shows_all: bool) {
        let results = self.results;
        for (lane, why) in &results.uncalibrated {
            line!(out, "UNCALIBRATED lane {lane}: {why}; nothing in it was compared");
        }
        for status in [TestStatus::Unstable, TestStatus::Flaky, TestStatus::Vacuous] {
            let those: Vec<&TestResult> = results.results.iter().filter(|it| it.status == status).collect();
            let most = if shows_all { usize::MAX } else { NAMES };
            for it in those.iter().take(most) {
                line!(out, "{} {} [{}]: {}", status.word(), it.test, it.lane, it.why);
            }
            if those.len() > most {
                line!(out, "{} {} more", status.word(), those.len() - most);
            }
        }
        for it in &results.diverged {
            let lanes: Vec<String> =
                it.lanes.iter().map(|(lane, status)| format!("{lane} {}", status.word())).collect();
            line!(out, "lanes differ on {}: {}", it.test, lanes.join(", "));
        }
        for it in &results.headers {
            line!(out, "header {}:{}: {}", it.test, it.fault.line, it.fault.message);
        }
        for it in &results.notes {
            line!(out, "note: {it}");
        }
    }

    fn counts(&self, out: &mut String) {
        let results = self.results;
        for (lane, totals) in &results.lanes {
            let interpreters = results.fingerprint.interpreters.get(lane);
            let interpreters = interpreters.map_or(String::new(), |it| format!(" ({it})"));
            line!(out, "lane {lane}{interpreters}: {}", in_words(totals));
        }
        if results.probes.total > 0 {
            line!(out, "without generated probes: {}", in_words(&results.tests));
            line!(out, "generated probes: {}", in_words(&results.probes));
        }
        if results.has_no_result() {
            line!(out, "nothing was compared of {}", number_of(results.fingerprint.count, "test"));
        }
        if let Some(part) = &results.partition {
            line!(out, "part {part} of {}", number_of(results.fingerprint.count, "test"));
        }
        if let Some(method) = &results.measured.method {
            let limit =
                results.measured.limit_kb.map_or("no limit".to_owned(), |it| format!("a limit of {}", memory(it)));
            let most = results.results.iter().filter_map(|it| Some((it.program_kb?, it))).max_by_key(|it| it.0);
            let most = most.map_or(String::new(), |(kb, it)| {
                format!("; the most was {} in {} [{}]", memory(kb), it.test, it.lane)
            });
            line!(out, "memory measured with {method}, {limit} a program{most}");
        }
        if let Some(why) = &results.stopped {
            // stages of a policy are begun anew
            let resumes = !results.not_run.is_empty() && !why.starts_with("stage ");
            let on = if resumes { "; the same command with `--resume` goes on" } else { "" };
            line!(out, "STOPPED: {why}; {} not run{on}", number_of(results.not_run.len(), "result"));
        }
    }
}

/// A failure, with its diff.
fn one(out: &mut String, it: &TestResult, colors: bool) {
    let paint =
        |style: &str, text: &str| if colors { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() };
    let word = it.status.word().to_uppercase();
    let alone = if it.alone { ", confirmed alone" } else { "" };
    let text = printable(&format!("{} [{}]: {}{alone}", it.test, it.lane, it.why));
    *out += &format!("{} {text}\n", paint("31;1", &word));
    if let (Some(before), Some(now)) = (it.spike_over_kb, it.program_kb) {
        line!(
            out,
            "  SPIKE: {} of memory, and {} are recorded; --accept-peaks records the new ones",
            memory(now),
            memory(before)
        );
    }
    if let Some(difference) = &it.difference {
        place(out, difference);
        for diff in difference.diff.lines() {
            let text = printable(diff);
            let style = match diff.as_bytes().first() {
                Some(b'-') => "31",
                Some(b'+') => "32",
                Some(b'@') => "36",
                _ => "0",
            };
            *out += &format!("    {}\n", paint(style, &text));
        }
    }
    out.push('\n');
}

/// The first difference, with a mark below it.
fn place(out: &mut String, it: &FirstDifference) {
    if it.line == 0 {
        line!(out, "  expected: {}", it.expected);
        line!(out, "  actual:   {}", it.actual);
        return;
    }
    // the mark stands below the first character that differs, wherever that is in a long line; what cannot be shown takes more room
    // there than it has columns
    let common = it.expected.chars().zip(it.actual.chars()).take_while(|(a, b)| a == b).count();
    let from = common.saturating_sub(60);
    let part = |text: &str| {
        let rest: String = text.chars().skip(from).collect();
        let start = if from > 0 { "…" } else { "" };
        printable(&format!("{start}{}", shortened(&rest, 120)))
    };
    let before: String = it.expected.chars().skip(from).take(common - from).collect();
    let width = printable(&before).chars().count() + usize::from(from > 0);
    *out += &format!(
        "  expected: {}\n  actual:   {}\n            {}^ line {}, column {}\n",
        part(&it.expected),
        part(&it.actual),
        " ".repeat(width),
        it.line,
        it.column
    );
}
