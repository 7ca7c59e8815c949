//! What ran of the differential tests, by the reports of runs: this program's own, `{"schema": 1, "results": […]}`, and Molt's
//! `summary.json` of 2026-02 and 2026-08.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

/// Where a test ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// As a program of the machine.
    Native,
    /// As WebAssembly.
    Wasm,
}

/// How a test ended there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// As in CPython.
    Passed,
    /// It was left out.
    Skipped,
    /// Otherwise.
    Failed,
}

/// One report.
#[derive(Debug, Clone)]
pub struct Report {
    /// What it is called in messages.
    pub name: String,
    /// Its results: test, lane, end.
    pub results: Vec<(String, Lane, Ended)>,
    /// Whether tests that it does not name passed: Molt's older summary names failures and skips alone.
    pub is_partial: bool,
    /// When it was made, in seconds since 1970; none where that is not known.
    pub made: Option<i64>,
}

/// Everything that ran.
#[derive(Debug, Clone, Default)]
pub struct Ran {
    /// The last report in which a test was, with how it ended.
    pub by_test: BTreeMap<(String, Lane), (Ended, usize)>,
    /// The same by the ends of paths, because a report may name a test by its full path.
    by_end: HashMap<(String, Lane), (Ended, usize)>,
    /// The reports.
    pub reports: Vec<Report>,
}

/// No test lies in more folders than so many.
const DEEPEST: usize = 16;

/// A file that is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// It is not JSON of a known form.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// It has neither results nor a summary.
    #[error("it is neither a report of `molt-sync differential` nor Molt's summary.json")]
    Form,
}

/// Either form: this program's own has results, and Molt's names what failed.
#[derive(Deserialize)]
struct Either {
    results: Option<Vec<OwnResult>>,
    #[serde(default)]
    finished: Option<String>,
    failed_files: Option<Vec<String>>,
    #[serde(default)]
    skipped_files: Vec<String>,
    #[serde(default)]
    item_results: Vec<Item>,
}

#[derive(Deserialize)]
struct OwnResult {
    test: String,
    lane: String,
    status: String,
}

#[derive(Deserialize)]
struct Item {
    path: String,
    status: String,
}

/// Reads a report. `made` is when its file was written.
///
/// # Errors
/// When it is none.
pub fn parse(name: &str, bytes: &[u8], made: Option<i64>) -> Result<Report, ReportError> {
    let file: Either = serde_json::from_slice(bytes)?;
    let report = |results, is_partial, made| Report { name: name.to_owned(), results, is_partial, made };
    if let Some(own) = file.results {
        let finished = file.finished.and_then(|it| it.parse::<jiff::Timestamp>().ok()).map(jiff::Timestamp::as_second);
        let results = own.into_iter().map(|it| (it.test, lane(&it.lane), ended(&it.status))).collect();
        // no run ended after its report was written
        let finished = finished.map(|it| made.map_or(it, |made| it.min(made)));
        return Ok(report(results, false, finished.or(made)));
    }
    let failed = file.failed_files.ok_or(ReportError::Form)?;
    let is_partial = file.item_results.is_empty();
    let named = |paths: Vec<String>, end| paths.into_iter().map(move |it| (it, Lane::Native, end));
    let mut results: Vec<_> = named(file.skipped_files, Ended::Skipped).collect();
    results.extend(file.item_results.into_iter().map(|it| (it.path, Lane::Native, ended(&it.status))));
    results.extend(named(failed, Ended::Failed));
    Ok(report(results, is_partial, made))
}

fn lane(word: &str) -> Lane {
    if word.to_lowercase().contains("wasm") { Lane::Wasm } else { Lane::Native }
}

/// A word that is not known is not a pass.
fn ended(word: &str) -> Ended {
    match word.to_lowercase().as_str() {
        "pass" | "passed" | "ok" | "xfail" => Ended::Passed,
        "skip" | "skipped" => Ended::Skipped,
        _ => Ended::Failed,
    }
}

impl Ended {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

impl Ran {
    /// Puts reports together; of one test, the later report counts.
    pub fn new(reports: Vec<Report>) -> Self {
        let mut by_test = BTreeMap::new();
        for (at, report) in reports.iter().enumerate() {
            for (test, lane, end) in &report.results {
                by_test.insert((test.trim_start_matches("./").to_owned(), *lane), (*end, at));
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
    pub fn of(&self, test: &str, lane: Lane) -> Option<(Ended, &Report)> {
        let key = (test.to_owned(), lane);
        let (end, at) = self.by_test.get(&key).or_else(|| self.by_end.get(&key))?;
        Some((*end, self.reports.get(*at)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_an_unknown_word_is_not_a_pass() {
        let own = r#"{"schema":1,"results":[{"test":"t/a.py","lane":"native","status":"pass"},{"test":"t/a.py","lane":"wasm","status":"odd"}]}"#;
        let molts = r#"{"failed_files":["t/b.py"],"skipped_files":[],"item_results":[{"path":"/w/t/c.py","status":"pass"},{"path":"t/b.py","status":"fail"}],"total":2}"#;
        let ran = Ran::new(vec![
            parse("own", own.as_bytes(), Some(7)).unwrap(),
            parse("molt", molts.as_bytes(), None).unwrap(),
        ]);
        let of = |test: &str, lane| ran.of(test, lane).map(|(end, report)| (end, report.name.as_str()));
        assert_eq!(of("t/a.py", Lane::Native), Some((Ended::Passed, "own")));
        assert_eq!(of("t/a.py", Lane::Wasm), Some((Ended::Failed, "own")));
        assert_eq!(of("t/b.py", Lane::Native), Some((Ended::Failed, "molt")));
        assert_eq!(of("t/c.py", Lane::Native), Some((Ended::Passed, "molt")));
        assert_eq!(of("t/d.py", Lane::Native), None);
        assert!(parse("x", b"{}", None).is_err() && parse("x", b"[", None).is_err());
        let early = parse("f", br#"{"failed_files": [], "total": 3}"#, None).unwrap();
        assert!(early.is_partial && early.results.is_empty());
    }
}
