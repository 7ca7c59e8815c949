//! Molt's files that are one object: `summary.json` of a run, and the debts of `tools/suite_honesty`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{PASSES, run, status};
use crate::{
    base::number_of,
    differential::{
        TestStatus, UnnamedCounts,
        results::{PASSING, RunResults, TestResult},
    },
};

pub(super) fn object(file: &str, whole: &Map<String, Value>, lane: &str) -> Result<RunResults, String> {
    if whole.contains_key("failed_files") || (whole.contains_key("passed") && whole.contains_key("failed")) {
        return summary(file, whole, lane);
    }
    if let Some(tests) = whole.get("tests").and_then(Value::as_object) {
        return debts(file, tests);
    }
    Err("it is neither a summary of Molt's runner nor a list of its debts".into())
}

/// No runner has more tests, and a number that every reader of JSON takes.
const MOST_TESTS: u64 = 1 << 32;

/// Why a test failed that a summary names.
const WHICH: &str = "failed, or ran out of memory: the summary does not tell which";

fn summary(file: &str, whole: &Map<String, Value>, lane: &str) -> Result<RunResults, String> {
    let mut all: BTreeMap<String, TestResult> = BTreeMap::new();
    let names = |key: &str| -> Vec<&str> {
        whole.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let failed = names("failed_files").into_iter().map(|it| TestResult::new(it, lane, TestStatus::Fail, WHICH));
    let skipped = names("skipped_files").into_iter().map(|it| TestResult::new(it, lane, TestStatus::Skip, ""));
    failed.chain(skipped).for_each(|it| put(&mut all, it));
    let items = whole.get("item_results").and_then(Value::as_array);
    for it in items.into_iter().flatten() {
        let text = |key: &str| it.get(key).and_then(Value::as_str);
        let (Some(test), Some(word)) = (text("path"), text("status")) else {
            return Err("an item has no path or no status".into());
        };
        // the pseudo-file of a memory guard that ended the run
        if test.starts_with('<') {
            continue;
        }
        let status =
            status(word, false).ok_or_else(|| format!("{test} has the status `{word}`, which is not known"))?;
        let seconds = it.get("duration_s").and_then(Value::as_f64);
        put(&mut all, TestResult { seconds, ..TestResult::new(test, lane, status, "") });
    }
    all.retain(|test, _| !test.starts_with('<'));
    let top = whole.get("rss").and_then(|it| it.get("top")).and_then(Value::as_array);
    for it in top.into_iter().flatten() {
        let number = |key: &str| it.get(key).and_then(Value::as_u64);
        if let Some(result) = it.get("file").and_then(Value::as_str).and_then(|it| all.get_mut(it)) {
            (result.program_kb, result.build_program_kb) = (number("run_max_rss_kb"), number("build_max_rss_kb"));
        }
    }
    let known = |key: &str| whole.get(key).and_then(Value::as_u64);
    let number = |key: &str| known(key).unwrap_or_default();
    let (Some(passed), Some(failed)) = (known("passed"), known("failed")) else {
        return Err("it does not say how many `passed` and `failed`".into());
    };
    let counted = passed.checked_add(failed).filter(|it| *it <= MOST_TESTS);
    let Some(counted) = counted else { return Err(format!("it counts more than {MOST_TESTS} tests")) };
    if let Some(total) = known("total").filter(|it| *it != counted) {
        return Err(format!("it says {total} in total, and {counted} passed or failed"));
    }
    let count = |status: TestStatus| all.values().filter(|it| it.status == status).count() as u64;
    let unnamed = number("passed").saturating_sub(count(TestStatus::Pass));
    let mut lacks = vec!["outputs", "memory of most tests", PASSES];
    let names_lack = format!("the names of {unnamed} tests that passed");
    if unnamed > 0 {
        lacks.push(&names_lack);
    }
    let mut res = run(file, "a summary of Molt's runner", &lacks, all.into_values().collect());
    let counts = ["discovered", "total", "passed", "failed", "oom", "skipped"];
    res.counted = counts.iter().filter_map(|it| Some(((*it).to_owned(), known(it)?))).collect();
    let counts: Vec<String> = counts.iter().map(|it| format!("{it} {}", number(it))).collect();
    res.notes.push(format!("the summary counts {}", counts.join(", ")));
    let unnamed = UnnamedCounts::of(&res).failed;
    if unnamed > 0 {
        res.notes.push(format!("{} that the summary does not name", number_of(unnamed, "failed test")));
    }
    if let Some(it) = whole.get("run_id").and_then(Value::as_str) {
        res.notes.push(format!("its run is {it}"));
    }
    Ok(res)
}

/// Adds what the summary says of a test. One that failed by one of its lists failed, whatever another list says.
fn put(all: &mut BTreeMap<String, TestResult>, new: TestResult) {
    match all.get_mut(&new.test).filter(|it| it.status.fails() && !new.status.fails()) {
        Some(failed) => {
            failed.why = format!("failed by one of the summary's lists, and {} by another", new.status.word());
        }
        None => _ = all.insert(new.test.clone(), new),
    }
}

/// Tests that are known to fail, each with its backends.
fn debts(file: &str, tests: &Map<String, Value>) -> Result<RunResults, String> {
    let mut all = Vec::new();
    for (test, it) in tests {
        let dimensions = it.get("dimensions").and_then(Value::as_object);
        for (lane, it) in dimensions.ok_or_else(|| format!("{test} has no dimensions"))? {
            let text = |key: &str| it.get(key).and_then(Value::as_str);
            let word = text("status").ok_or_else(|| format!("{test} has no status in {lane}"))?;
            let status =
                status(word, false).ok_or_else(|| format!("{test} has the status `{word}`, which is not known"))?;
            let why = [text("tracking"), text("root_cause")].into_iter().flatten().collect::<Vec<_>>().join(": ");
            all.push(TestResult::new(test, lane, status, &why));
        }
    }
    let lacks = [PASSING, "memory", "times", "outputs"];
    Ok(run(file, "the debts of Molt's suite_honesty", &lacks, all))
}
