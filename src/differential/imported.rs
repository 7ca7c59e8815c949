//! What Molt's own tools wrote about runs of theirs, as results of ours: with where they come from, and with what they do not say.
//! A status of theirs is taken as it is; a pass of Molt's runner may be one that nothing was compared for, which is said.

mod summary;

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    TestStatus,
    results::{Fingerprint, ResultsProvenance, RunResults, TestResult, VERDICTS},
};

/// What Molt's runner does not tell of a pass.
const PASSES: &str = "a pass of Molt's runner may be one in which both sides printed nothing, or both took too long: it does not tell them apart";

/// Reads a file of Molt's tools: `summary.json`, `rss_metrics.jsonl`, a results JSONL, or `differential_expectations.json`. What names no
/// backend is of `lane`; of the one that the file's name has where there is none.
///
/// # Errors
/// When it is none of these: a sentence behind the name of the file.
pub(super) fn imported(file: &str, text: &str, lane: Option<&str>) -> Result<RunResults, String> {
    let usual = usual_lane(file, lane);
    if let Ok(Value::Object(whole)) = serde_json::from_str::<Value>(text)
        && !whole.contains_key("raw_status")
        && !whole.contains_key("build_rc")
    {
        return summary::object(file, &whole, usual);
    }
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, it)| !it.trim().is_empty()) {
        let value: Value = serde_json::from_str(line).map_err(|error| format!("line {}: {error}", at + 1))?;
        lines.push((at + 1, value));
    }
    match lines.first() {
        None => Err("it is empty".into()),
        Some((_, it)) if it.get("raw_status").is_some() => verdicts(file, &lines, usual),
        Some((_, it)) if it.get("build_rc").is_some() || it.get("run_rc").is_some() => memory(file, &lines, usual),
        Some(_) => Err("its lines are neither verdicts nor measurements of Molt's runner".into()),
    }
}

/// The lane of results that name none: the one that is asked for, else the one that the file's name has.
pub fn usual_lane<'a>(file: &str, lane: Option<&'a str>) -> &'a str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file).to_lowercase();
    lane.unwrap_or(if name.contains("wasm") { "wasm" } else { "native" })
}

fn run(file: &str, form: &str, lacks: &[&str], results: Vec<TestResult>) -> RunResults {
    let lacks = lacks.iter().map(|it| (*it).to_owned()).collect();
    let provenance = ResultsProvenance::Imported { file: file.to_owned(), form: form.to_owned(), lacks };
    let tests: std::collections::BTreeSet<&str> = results.iter().map(|it| it.test.as_str()).collect();
    let fingerprint = Fingerprint { count: tests.len(), ..Fingerprint::default() };
    RunResults::new(provenance, fingerprint, results)
}

/// A status of Molt's with what it says of its being expected.
fn status(word: &str, is_expected: bool) -> Option<TestStatus> {
    Some(match (word, is_expected) {
        ("pass", false) => TestStatus::Pass,
        ("pass", true) => TestStatus::Xpass,
        ("fail", false) => TestStatus::Fail,
        ("fail", true) => TestStatus::Xfail,
        ("oom", _) => TestStatus::Oom,
        ("skip", _) => TestStatus::Skip,
        ("timeout", _) => TestStatus::Timeout,
        ("uncalibrated", _) => TestStatus::Uncalibrated,
        _ => return None,
    })
}

/// A verdict a line: of a test, or of a test and a backend. Of one that is there twice the last counts.
fn verdicts(file: &str, lines: &[(usize, Value)], usual: &str) -> Result<RunResults, String> {
    let mut all: BTreeMap<(String, String), TestResult> = BTreeMap::new();
    for (at, it) in lines {
        let text = |key: &str| it.get(key).and_then(Value::as_str);
        let (Some(test), Some(word)) = (text("file"), text("raw_status")) else {
            return Err(format!("line {at} has no file or no raw_status"));
        };
        let is_expected = it.get("expect_molt_fail").and_then(Value::as_bool).unwrap_or(false);
        let status = status(word, is_expected)
            .ok_or_else(|| format!("line {at} has the status `{word}`, which is not known"))?;
        let lane = text("backend").unwrap_or(usual);
        let why = text("reason_tag").unwrap_or_default();
        all.insert((test.to_owned(), lane.to_owned()), TestResult::new(test, lane, status, why));
    }
    let form = "a results JSONL of Molt's runner";
    Ok(run(
        file,
        form,
        &["memory", "times", "outputs", "the tests that were not run", PASSES],
        all.into_values().collect(),
    ))
}

/// A measurement an attempt: of several attempts the largest figures and the last word count.
fn memory(file: &str, lines: &[(usize, Value)], usual: &str) -> Result<RunResults, String> {
    let mut all: BTreeMap<String, TestResult> = BTreeMap::new();
    for (at, it) in lines {
        let text = |key: &str| it.get(key).and_then(Value::as_str);
        let (Some(test), Some(word)) = (text("file"), text("status")) else {
            return Err(format!("line {at} has no file or no status"));
        };
        let (status, why) = match word {
            "ok" | "build_only_ok" => (TestStatus::Vacuous, "it ran, and its verdict is not in this file"),
            "run_failed" => {
                (TestStatus::Vacuous, "it ended with a code other than 0, and its verdict is not in this file")
            }
            "build_failed" | "build_dyld_preflight_failed" => (TestStatus::BuildFailed, "the build failed"),
            "build_timeout" => (TestStatus::Timeout, "the build took longer than it may"),
            "run_timeout" => (TestStatus::Timeout, "the candidate took longer than it may"),
            "build_rss_exceeded" | "run_rss_exceeded" => (TestStatus::Fail, "it used more memory than it may"),
            other => return Err(format!("line {at} has the status `{other}`, which is not known")),
        };
        let most = |phase: &str, before: Option<u64>| {
            let now = it.get(phase).and_then(|it| it.get("max_rss")).and_then(Value::as_u64);
            now.max(before)
        };
        let entry = all.entry(test.to_owned()).or_insert_with(|| TestResult::new(test, usual, status, why));
        (entry.status, entry.why) = (status, why.to_owned());
        entry.program_kb = most("run", entry.program_kb);
        entry.build_program_kb = most("build", entry.build_program_kb);
    }
    let lacks =
        [VERDICTS, "times", "memory of more than one process at a time: its figures are of the largest process"];
    Ok(run(file, "the memory measurements of Molt's runner", &lacks, all.into_values().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let run = imported("wasm/x.json", text, None).unwrap();
        let kb = |it: Option<u64>| it.map_or(String::new(), |it| format!(" {it}"));
        run.results
            .iter()
            .map(|it| format!("{} {} {}{}", it.test, it.lane, it.status.word(), kb(it.program_kb)))
            .collect()
    }

    #[test]
    fn each_form_is_read() {
        let summary = r#"{"discovered": 4, "total": 3, "passed": 1, "failed": 2, "oom": 1, "skipped": 1, "run_id": "r", "failed_files": ["b.py", "c.py"],
            "skipped_files": ["d.py"], "rss": {"top": [{"file": "b.py", "status": "ok", "run_max_rss_kb": 70, "build_max_rss_kb": 9}]}}"#;
        assert_eq!(shown(summary), ["b.py native fail 70", "c.py native fail", "d.py native skip"]);
        let later = r#"{"discovered": 2, "total": 2, "passed": 1, "failed": 1, "oom": 1, "skipped": 0, "failed_files": ["b.py"],
            "item_results": [{"path": "a.py", "status": "pass", "duration_s": 1.5}, {"path": "b.py", "status": "oom", "duration_s": 2}]}"#;
        assert_eq!(shown(later), ["a.py native pass", "b.py native oom"]);
        let jsonl = "{\"file\": \"a.py\", \"raw_status\": \"fail\", \"expect_molt_fail\": true}\n{\"file\": \"a.py\", \"backend\": \"wasm\", \"raw_status\": \"pass\", \"expect_molt_fail\": false}\n";
        assert_eq!(shown(jsonl), ["a.py native xfail", "a.py wasm pass"]);
        let rss = "{\"run_id\": \"1\", \"file\": \"a.py\", \"status\": \"build_failed\", \"build_rc\": 1, \"run_rc\": null, \"build\": {\"max_rss\": 5}, \"run\": null}\n{\"run_id\": \"1\", \"file\": \"a.py\", \"status\": \"ok\", \"build_rc\": 0, \"run_rc\": 0, \"build\": {\"max_rss\": 4}, \"run\": {\"max_rss\": 8}}\n";
        assert_eq!(shown(rss), ["a.py native vacuous 8"]);
        let debts = r#"{"tests": {"a.py": {"dimensions": {"native": {"status": "fail", "tracking": "3", "root_cause": "x"}, "wasm": {"status": "uncalibrated"}}}}}"#;
        assert_eq!(shown(debts), ["a.py native fail", "a.py wasm uncalibrated"]);
        // the lane is that of the command line, else that of the file's name, and never that of a folder
        let lane = |file: &str, lane| imported(file, later, lane).unwrap().results[0].lane.clone();
        assert_eq!(lane("x/wasm_calibration.jsonl", None), "wasm");
        assert_eq!(lane("x/wasm.json", Some("llvm")), "llvm");
    }

    #[test]
    fn what_is_counted_and_not_named_is_kept_as_a_count() {
        let text =
            r#"{"discovered": 9, "total": 8, "passed": 7, "failed": 1, "failed_files": ["b.py"], "skipped_files": []}"#;
        let run = imported("summary.json", text, None).unwrap();
        assert_eq!((run.counted["passed"], run.counted["discovered"], run.is_list_of_debts()), (7, 9, false));
        let debts = r#"{"tests": {"a.py": {"dimensions": {"native": {"status": "fail"}}}}}"#;
        assert!(imported("x.json", debts, None).unwrap().is_list_of_debts());
        let odd = text.replace("\"total\": 8", "\"total\": 9");
        assert!(imported("summary.json", &odd, None).unwrap_err().contains("9 in total"));
    }

    #[test]
    fn what_is_something_else_is_refused() {
        for text in
            ["", "{}", "[]", "{\"a\": 1}\n{\"b\": 2}\n", "{\"file\": \"a\", \"raw_status\": \"odd\"}\n", "not json"]
        {
            assert!(imported("x.json", text, None).is_err(), "{text}");
        }
    }
}
