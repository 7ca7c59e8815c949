//! Reports of differential runs, each as lanes: our own, Molt's `summary.json`, its results and memory metrics line by line, and the
//! calibrations of its suites (their forms are those of Molt's runner in February and August 2026).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::lane::Lane;

/// Why a report cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// It is not JSON, or a line of it is not.
    #[error("line {0} is not JSON: {1}")]
    Json(usize, String),
    /// Nothing of it is known.
    #[error("it is no report of a differential run: {0}")]
    Unknown(String),
    /// What it counts does not agree with itself.
    #[error("{0}")]
    Counts(String),
}

/// The lanes of a report that is called `name`; `lane` is that of a report that says none.
pub fn lanes(text: &str, name: &str, lane: Option<&str>) -> Result<BTreeMap<String, Lane>, ReportError> {
    let guessed = if name.to_lowercase().contains("wasm") { "wasm" } else { "native" };
    let lane = lane.unwrap_or(guessed);
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(it)) if it.get("results").is_some_and(Value::is_array) => ours(&it, name, lane),
        Ok(Value::Object(it)) if it.contains_key("failed_files") || it.contains_key("passed") => {
            Ok([(lane.to_owned(), summary(&it, name)?)].into())
        }
        Ok(Value::Object(it)) if it.contains_key("file") => of_lines(text, name, lane),
        Ok(_) => Err(ReportError::Unknown("it has neither `results` nor `passed`".into())),
        Err(_) if text.trim_start().starts_with('{') && text.lines().filter(|it| !it.trim().is_empty()).count() > 1 => {
            of_lines(text, name, lane)
        }
        Err(error) => Err(ReportError::Json(error.line(), error.to_string())),
    }
}

type Object = serde_json::Map<String, Value>;

/// A test's path as every report has it: from `tests/differential/` on.
fn test_of(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.find("tests/differential/").map_or(path.clone(), |at| path[at..].to_owned())
}

fn words(it: &Object, key: &str) -> Option<String> {
    it.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn number(it: &Object, key: &str) -> Option<u64> {
    it.get(key).and_then(Value::as_u64)
}

/// Tests of several lanes; of a test that is there twice, the last word counts, and of its peaks the highest.
#[derive(Default)]
struct Found {
    outcomes: BTreeMap<String, BTreeMap<String, String>>,
    peaks: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Found {
    fn add(&mut self, lane: &str, test: &str, outcome: String, peak: Option<u64>) {
        let test = test_of(test);
        if let Some(peak) = peak.filter(|it| *it > 0) {
            let known = self.peaks.entry(lane.to_owned()).or_default().entry(test.clone()).or_default();
            *known = peak.max(*known);
        }
        self.outcomes.entry(lane.to_owned()).or_default().insert(test, outcome);
    }

    fn lanes(mut self, name: &str) -> BTreeMap<String, Lane> {
        let of = |(lane, tests): (String, BTreeMap<String, String>)| {
            let mut outcomes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for (test, outcome) in tests {
                outcomes.entry(outcome).or_default().insert(test);
            }
            let mut res = Lane::of_tests(name, outcomes);
            res.peaks = self.peaks.remove(&lane).unwrap_or_default();
            (lane, res)
        };
        self.outcomes.into_iter().map(of).collect()
    }
}

fn ours(report: &Object, name: &str, lane: &str) -> Result<BTreeMap<String, Lane>, ReportError> {
    let mut found = Found::default();
    let results = report.get("results").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (at, it) in results.iter().enumerate() {
        let row = it.as_object();
        let test = row.and_then(|it| words(it, "test"));
        let status = row.and_then(|it| words(it, "status"));
        let (Some(row), Some(test), Some(status)) = (row, test, status) else {
            return Err(ReportError::Unknown(format!("result {} has no `test` or no `status`", at + 1)));
        };
        let peak = number(row, "program_kb");
        found.add(&words(row, "lane").unwrap_or_else(|| lane.to_owned()), &test, status, peak);
    }
    if results.is_empty() {
        return Err(ReportError::Unknown("its list of results is empty".into()));
    }
    Ok(found.lanes(name))
}

fn summary(report: &Object, name: &str) -> Result<Lane, ReportError> {
    let items = report.get("item_results").and_then(Value::as_array).filter(|it| !it.is_empty());
    let mut res = match items {
        Some(items) => of_items(items, name)?,
        None => counted(report, name)?,
    };
    if let (Some(total), None) = (number(report, "total"), report.get("item_results"))
        && total != res.compared
    {
        let why = format!("it says {total} in total, and {} passed or failed", res.compared);
        return Err(ReportError::Counts(why));
    }
    res.there = number(report, "discovered").unwrap_or(res.there).max(res.there);
    for key in ["top", "top_run"] {
        let top = report.get("rss").and_then(|it| it.get(key)).and_then(Value::as_array);
        for it in top.map(Vec::as_slice).unwrap_or_default().iter().filter_map(Value::as_object) {
            if let (Some(file), Some(peak)) = (words(it, "file"), number(it, "run_max_rss_kb")) {
                let known = res.peaks.entry(test_of(&file)).or_default();
                *known = peak.max(*known);
            }
        }
    }
    Ok(res)
}

/// The tests of a summary that has each by itself.
fn of_items(items: &[Value], name: &str) -> Result<Lane, ReportError> {
    let mut found = Found::default();
    for it in items.iter().filter_map(Value::as_object) {
        let (path, status) = (words(it, "path"), words(it, "status"));
        let (Some(path), Some(status)) = (path, status) else {
            return Err(ReportError::Unknown("an entry of item_results has no `path` or no `status`".into()));
        };
        found.add("", &path, status, None);
    }
    Ok(found.lanes(name).remove("").unwrap_or_default())
}

/// Those of one that counts what passed, and names the others.
fn counted(report: &Object, name: &str) -> Result<Lane, ReportError> {
    let list = |key: &str| -> Vec<String> {
        let all = report.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter_map(Value::as_str).map(test_of).collect()
    };
    let (passed, failed) = (number(report, "passed"), number(report, "failed"));
    let (Some(passed), Some(failed)) = (passed, failed) else {
        return Err(ReportError::Unknown("it does not say how many `passed` and `failed`".into()));
    };
    let mut outcomes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (word, key) in [("fail", "failed_files"), ("skip", "skipped_files"), ("pass", "passed_files")] {
        let tests = list(key);
        if !tests.is_empty() {
            outcomes.insert(word.to_owned(), tests.into_iter().collect());
        }
    }
    // what was stopped for its memory is in the list all the same, and is not a test
    if let Some(failed) = outcomes.get_mut("fail") {
        failed.retain(|it| !it.starts_with('<'));
    }
    Ok(Lane { compared: passed + failed, passed, ..Lane::of_tests(name, outcomes) })
}

/// Results line by line: of a run or a calibration, by lane where a line names one; or the metrics of memory.
fn of_lines(text: &str, name: &str, lane: &str) -> Result<BTreeMap<String, Lane>, ReportError> {
    let mut found = Found::default();
    for (at, line) in text.lines().enumerate().filter(|(_, it)| !it.trim().is_empty()) {
        let row: Object = serde_json::from_str(line).map_err(|it| ReportError::Json(at + 1, it.to_string()))?;
        let outcome = ["resolved_status", "raw_status", "status"].into_iter().find_map(|it| words(&row, it));
        let (Some(file), Some(outcome)) = (words(&row, "file"), outcome) else {
            return Err(ReportError::Unknown(format!("line {} has no `file` or no status", at + 1)));
        };
        let peak = row.get("run").and_then(Value::as_object).and_then(|it| number(it, "max_rss"));
        let backend = words(&row, "backend");
        found.add(backend.as_deref().unwrap_or(lane), &file, outcome, peak);
    }
    if found.outcomes.is_empty() {
        return Err(ReportError::Unknown("it is empty".into()));
    }
    Ok(found.lanes(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_report_is_read() {
        let ours = r#"{"schema": 1, "results": [{"test": "a.py", "lane": "native", "status": "pass", "program_kb": 9000},
            {"test": "a.py", "lane": "wasm", "status": "fail"}, {"test": "b.py", "lane": "native", "status": "vacuous"}], "totals": {}}"#;
        let found = lanes(ours, "run.json", None).unwrap();
        assert_eq!((found["native"].compared, found["native"].passed, found["native"].there), (1, 1, 2));
        assert_eq!((found["native"].peaks["a.py"], found["wasm"].compared), (9000, 1));
        let summary = r#"{"discovered": 30, "total": 20, "passed": 18, "failed": 2, "failed_files": ["/x/tests/differential/basic/a.py", "<memory_guard>"],
            "rss": {"top": [{"file": "tests/differential/basic/b.py", "run_max_rss_kb": 70}]}}"#;
        let it = &lanes(summary, "summary.json", None).unwrap()["native"];
        assert_eq!((it.compared, it.passed, it.there), (20, 18, 30));
        assert!(it.outcomes["fail"].contains("tests/differential/basic/a.py") && it.outcomes["fail"].len() == 1);
        assert_eq!(it.percent().unwrap().to_string(), "90.0");
        let lines = "{\"file\": \"a.py\", \"raw_status\": \"pass\"}\n{\"file\": \"a.py\", \"backend\": \"llvm\", \"raw_status\": \"fail\"}\n";
        assert_eq!(lanes(lines, "x.jsonl", Some("wasm")).unwrap().keys().collect::<Vec<_>>(), ["llvm", "wasm"]);
        let seven = "{\"file\": \"a.py\", \"raw_status\": \"pass\"}\n{\"file\": \"b.py\", \"raw_status\": \"fail\"}\n";
        let it = &lanes(seven, "wasm_calibration.jsonl", None).unwrap()["wasm"];
        assert!(it.percent().unwrap_err().contains("1 of 2 tests passed: too few"));
    }

    #[test]
    fn what_is_no_report_is_refused() {
        for (text, why) in [
            ("", "line 1 is not JSON"),
            ("[]", "neither"),
            ("{\"results\": []}", "is empty"),
            ("{\"results\": [{\"test\": 1}]}", "result 1 has no"),
            ("{\"passed\": 1}", "how many"),
            ("{\"passed\": 1, \"failed\": 1, \"total\": 3}", "3 in total"),
            ("{\"file\": \"a\"}\n{\n", "line 1"),
        ] {
            let error = lanes(text, "r", None).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
