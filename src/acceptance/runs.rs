//! What ran of the differential tests, by the reports of runs.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

/// Where a test ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TestLane {
    /// As a program of the machine.
    Native,
    /// As WebAssembly.
    Wasm,
}

/// How a test ended there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestEnd {
    /// CPython was run in the candidate's place, so that nothing is known of Molt.
    OfCpython,
    /// As in CPython.
    Passed,
    /// It was left out.
    Skipped,
    /// Otherwise, as it says of itself that it would.
    ExpectedToFail,
    /// Otherwise.
    Failed,
}

/// One report.
#[derive(Debug, Clone)]
pub struct Report {
    /// What it is called in messages.
    pub name: String,
    /// Its results: test, lane, end.
    pub results: Vec<(String, TestLane, TestEnd)>,
    /// When it was made, in seconds since 1970; none where that is not known.
    pub made: Option<i64>,
    /// What ran in each lane, reference and candidate; none where the report does not say it.
    pub programs: BTreeMap<TestLane, String>,
}

/// Everything that ran.
#[derive(Debug, Clone, Default)]
pub struct TestRuns {
    /// The last report in which a test was, with how it ended.
    pub by_test: BTreeMap<(String, TestLane), (TestEnd, usize)>,
    /// The same by the ends of paths, because a report may name a test by its full path.
    by_end: HashMap<(String, TestLane), (TestEnd, usize)>,
    /// The reports.
    pub reports: Vec<Report>,
}

/// No test lies in more folders than so many.
const DEEPEST: usize = 16;

/// When a run ended, as its report says.
#[derive(Deserialize)]
struct Ending {
    finished: Option<String>,
}

impl Report {
    /// A report with these tests, each with the words for its lane and its end. `programs` are what it says of each lane's two
    /// sides, `text` is the whole file, and `made` when it was written.
    pub fn new<'a>(
        name: &str,
        results: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
        programs: &BTreeMap<String, String>,
        (text, made): (&str, Option<i64>),
    ) -> Self {
        let finished = serde_json::from_str::<Ending>(text).ok().and_then(|it| it.finished);
        let finished = finished.and_then(|it| it.parse::<jiff::Timestamp>().ok()).map(jiff::Timestamp::as_second);
        // no run ended after its report was written
        let finished = finished.map(|it| made.map_or(it, |made| it.min(made)));
        let is_cpython = |of: &str| programs.get(of).is_some_and(|it| is_of_cpython(it));
        let end = |of: &str, end: &str| if is_cpython(of) { TestEnd::OfCpython } else { ended(end) };
        let results = results.map(|(test, of, word)| (test.to_owned(), lane(of), end(of, word))).collect();
        let mut by_lane: BTreeMap<TestLane, Vec<&str>> = BTreeMap::new();
        for (of, words) in programs {
            by_lane.entry(lane(of)).or_default().push(words);
        }
        let programs = by_lane.into_iter().map(|(lane, words)| (lane, words.join("; "))).collect();
        Self { name: name.to_owned(), results, made: finished.or(made), programs }
    }
}

/// Whether the words for the two sides of a lane say that CPython ran in the candidate's place, so that nothing of Molt follows.
pub fn is_of_cpython(sides: &str) -> bool {
    sides.contains(" against CPython ")
}

fn lane(word: &str) -> TestLane {
    if word.to_lowercase().contains("wasm") { TestLane::Wasm } else { TestLane::Native }
}

/// A word that is not known is not a pass.
fn ended(word: &str) -> TestEnd {
    match word.to_lowercase().as_str() {
        "pass" | "passed" | "ok" => TestEnd::Passed,
        "xfail" | "xfailed" => TestEnd::ExpectedToFail,
        // what lacked a program was not run
        "skip" | "skipped" | "uncalibrated" => TestEnd::Skipped,
        _ => TestEnd::Failed,
    }
}

impl Report {
    /// The report, and what ran in a lane of it, for messages.
    pub fn shown(&self, lane: TestLane) -> String {
        self.programs.get(&lane).map_or_else(|| self.name.clone(), |it| format!("{}: {it}", self.name))
    }

    /// Why it says nothing of what was changed at `changed`, seconds since 1970, for the last time; none where it does.
    pub fn is_before(&self, changed: Option<i64>) -> Option<&'static str> {
        let changed = changed?;
        match self.made {
            None => Some("does not say when it was made"),
            Some(made) if made < changed => Some("is older than the last change of the family"),
            Some(_) => None,
        }
    }
}

impl TestEnd {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::OfCpython => "was run by CPython in the place of Molt",
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::ExpectedToFail => "failed as it is expected to",
            Self::Failed => "failed",
        }
    }
}

impl TestRuns {
    /// Puts reports together; of one test, the later report counts, and in one report the worst of its ends.
    pub fn new(reports: Vec<Report>) -> Self {
        let mut by_test: BTreeMap<(String, TestLane), (TestEnd, usize)> = BTreeMap::new();
        for (at, report) in reports.iter().enumerate() {
            for (test, lane, end) in &report.results {
                let known = by_test.entry((test.trim_start_matches("./").to_owned(), *lane)).or_insert((*end, at));
                let is_same_report = known.1 == at;
                *known = (if is_same_report { known.0.max(*end) } else { *end }, at);
            }
        }
        let mut by_end = HashMap::new();
        for ((path, lane), it) in &by_test {
            let starts = path.match_indices('/').map(|(at, _)| at + 1).rev().take(DEEPEST);
            for start in starts {
                by_end.entry((path[start..].to_owned(), *lane)).or_insert(*it);
            }
        }
        Self { by_test, by_end, reports }
    }

    /// How a test ended in a lane, with the report; none where none says. A report may name a test by its full path.
    pub fn of(&self, test: &str, lane: TestLane) -> Option<(TestEnd, &Report)> {
        let key = (test.to_owned(), lane);
        let (end, at) = self.by_test.get(&key).or_else(|| self.by_end.get(&key))?;
        Some((*end, self.reports.get(*at)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_report_counts_and_an_unknown_word_is_not_a_pass() {
        let rows = [("t/a.py", "native", "pass"), ("t/a.py", "wasm", "odd"), ("t/b.py", "native", "pass")];
        let later = [("/w/t/c.py", "wasm-local", "xfail"), ("t/b.py", "native", "fail")];
        let ran = TestRuns::new(vec![
            Report::new(
                "one",
                rows.into_iter(),
                &BTreeMap::new(),
                ("{\"finished\": \"1970-01-01T00:00:05Z\"}", Some(7)),
            ),
            Report::new("two", later.into_iter(), &BTreeMap::new(), ("no JSON", Some(7))),
        ]);
        let of = |test: &str, lane| ran.of(test, lane).map(|(end, report)| (end, report.name.as_str()));
        assert_eq!(of("t/a.py", TestLane::Native), Some((TestEnd::Passed, "one")));
        assert_eq!(of("t/a.py", TestLane::Wasm), Some((TestEnd::Failed, "one")));
        assert_eq!(of("t/b.py", TestLane::Native), Some((TestEnd::Failed, "two")));
        assert_eq!(of("t/c.py", TestLane::Wasm), Some((TestEnd::ExpectedToFail, "two")));
        assert_eq!(of("t/d.py", TestLane::Native), None);
        assert_eq!((ran.reports[0].made, ran.reports[1].made), (Some(5), Some(7)));
    }
    #[test]
    fn a_pass_of_cpython_in_the_candidates_place_is_none_of_molt() {
        let rows = [("t/a.py", "native", "pass"), ("t/a.py", "wasm", "pass"), ("t/b.py", "plain", "pass")];
        let rows = [&rows[..], &[("t/b.py", "native", "pass")]].concat();
        let programs =
            [("native", "CPython 3.12.1 against CPython 3.13.0"), ("wasm", "CPython 3.12.1 against molt run")];
        let programs = programs.map(|(lane, it)| (lane.to_owned(), it.to_owned())).into();
        let ran = TestRuns::new(vec![Report::new("one", rows.into_iter(), &programs, ("", Some(7)))]);
        let of = |test: &str, lane| ran.of(test, lane).map(|(end, report)| (end, report.shown(lane)));
        let native = "one: CPython 3.12.1 against CPython 3.13.0".to_owned();
        assert_eq!(of("t/a.py", TestLane::Native), Some((TestEnd::OfCpython, native.clone())));
        let wasm = "one: CPython 3.12.1 against molt run".to_owned();
        assert_eq!(of("t/a.py", TestLane::Wasm), Some((TestEnd::Passed, wasm)));
        // another lane of the same target counts
        assert_eq!(of("t/b.py", TestLane::Native), Some((TestEnd::Passed, native)));
        let report = &ran.reports[0];
        assert_eq!([None, Some(7), Some(8)].map(|it| report.is_before(it).is_some()), [false, false, true]);
    }
}
