//! The reports that the command line names, as lanes.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    acceptance::is_of_cpython,
    command::support::{
        context::Context,
        failure::{Exit, Failure},
        report_file::{ReportFile, lane_of},
    },
    differential::{RunResults, TestResult, TestStatus, usual_lane},
    scoreboard::LaneFigures,
};

/// Who stands for the failures that are expected and that no report names an owner of.
const NOBODY: &str = "nobody named";

/// The lanes of all reports. Of a test that two reports of a lane have, that of the one that compared more tests counts; where one of them
/// does not name what passed, the one that compared more counts alone. Peaks and owners are those of both.
pub(super) fn read(context: &Context, reports: &[String]) -> Result<BTreeMap<String, LaneFigures>, Failure> {
    let mut res: BTreeMap<String, LaneFigures> = BTreeMap::new();
    // what adds to a run, and is none: who owns what fails, and peaks of memory
    let mut besides: Vec<RunResults> = Vec::new();
    // runs in which CPython stood in Molt's place
    let mut left_out: Vec<String> = Vec::new();
    for named in reports {
        let (lane, path) = lane_of(named)?;
        let ReportFile { name, results: found, .. } = ReportFile::read(context, lane, path)?;
        if found.is_list_of_debts() || !found.has_verdicts() {
            besides.push(found);
            continue;
        }
        for (name, new) in lanes(&found, &name, lane) {
            if let Some(sides) = found.fingerprint.interpreters.get(&name).filter(|it| is_of_cpython(it)) {
                left_out.push(format!(
                    "{path}: in lane {name}, {sides} ran, which tells nothing of Molt",
                    path = path.display()
                ));
                continue;
            }
            let joined = match res.remove(&name) {
                Some(known) => joined(known, new),
                None => new,
            };
            res.insert(name, joined);
        }
    }
    if let (true, false) = (res.is_empty(), left_out.is_empty()) {
        let message = "cannot use these reports: CPython ran in the place of Molt, so that no figure follows from them";
        let hint = "name a report of a lane whose candidate is Molt";
        return Err(Failure::new(Exit::Usage, message, hint).with_details(left_out));
    }
    for it in &left_out {
        context.warn(it);
    }
    if let (true, false) = (res.is_empty(), besides.is_empty()) {
        let message = "cannot use these reports: they have the tests that are known to fail, or peaks of memory, and no run of tests";
        return Err(Failure::new(Exit::Usage, message, "name the results of that run as well"));
    }
    for other in &besides {
        for it in &other.results {
            let Some(lane) = res.get_mut(&it.lane) else { continue };
            if let (true, Some(owner)) = (other.is_list_of_debts(), owner(it)) {
                lane.owners.entry(owner).or_default().insert(test_of(&it.test));
            }
            peak(&mut lane.peaks, it);
        }
    }
    for lane in res.values_mut() {
        name_nobody(lane);
    }
    Ok(res)
}

/// The lanes of results that were stored under this name.
fn lanes(results: &RunResults, name: &str, lane: Option<&str>) -> BTreeMap<String, LaneFigures> {
    let mut by_lane: BTreeMap<&str, Vec<&TestResult>> = BTreeMap::new();
    for it in &results.results {
        by_lane.entry(&it.lane).or_default().push(it);
    }
    let mut res: BTreeMap<String, LaneFigures> =
        by_lane.into_iter().map(|(lane, all)| (lane.to_owned(), of_results(&all, name))).collect();
    // a summary that counts what passed, and names the rest, which may be nothing
    if res.is_empty() {
        res.insert(usual_lane(name, lane).to_owned(), of_results(&[], name));
    }
    if let (1, Some(lane)) = (res.len(), res.values_mut().next()) {
        let counted = |key: &str| results.counted.get(key).copied();
        if let (Some(passed), Some(failed)) = (counted("passed"), counted("failed")) {
            (lane.compared, lane.passed) = (passed + failed, passed);
        }
        lane.there = counted("discovered").unwrap_or_default().max(lane.there);
    }
    res
}

/// Puts down the failures that are expected and have no owner.
fn name_nobody(lane: &mut LaneFigures) {
    let owned: BTreeSet<&String> = lane.owners.values().flatten().collect();
    let expected = lane.outcomes.get(TestStatus::Xfail.word()).into_iter().flatten();
    let unowned: BTreeSet<String> = expected.filter(|it| !owned.contains(it)).cloned().collect();
    if !unowned.is_empty() {
        lane.owners.insert(NOBODY.to_owned(), unowned);
    }
}

fn of_results(all: &[&TestResult], name: &str) -> LaneFigures {
    let mut outcomes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut peaks: BTreeMap<String, u64> = BTreeMap::new();
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for it in all {
        let test = test_of(&it.test);
        peak(&mut peaks, it);
        if let Some(owner) = owner(it).filter(|_| it.status == TestStatus::Xfail) {
            owners.entry(owner).or_default().insert(test.clone());
        }
        outcomes.entry(it.status.word().to_owned()).or_default().insert(test);
    }
    LaneFigures { peaks, owners, ..LaneFigures::of_tests(name, outcomes) }
}

/// Notes the highest peak of a test.
fn peak(peaks: &mut BTreeMap<String, u64>, it: &TestResult) {
    if let Some(peak) = it.program_kb.filter(|it| *it > 0) {
        let known = peaks.entry(test_of(&it.test)).or_default();
        *known = peak.max(*known);
    }
}

/// Who owns a failure that is expected: the reason of the test's header, the tag of Molt's results, or what a debt is tracked by.
fn owner(it: &TestResult) -> Option<String> {
    let named = match it.why.strip_prefix("expected to fail (") {
        Some(rest) => rest.split_once("): ").map(|(it, _)| it),
        None => it.why.split(": ").next(),
    };
    named.map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned)
}

/// A test's path as every report has it: from `tests/differential/` on.
fn test_of(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.find("tests/differential/").map_or(path.clone(), |at| path[at..].to_owned())
}

fn joined(a: LaneFigures, b: LaneFigures) -> LaneFigures {
    let (more, less) = if b.compared > a.compared { (b, a) } else { (a, b) };
    let mut more = with_other_tests(more, &less);
    for (test, peak) in less.peaks {
        let known = more.peaks.entry(test).or_default();
        *known = peak.max(*known);
    }
    for (owner, tests) in less.owners {
        more.owners.entry(owner).or_default().extend(tests);
    }
    more
}

/// A lane with the tests that it has not and another run of it has: two machines can run a half each.
fn with_other_tests(more: LaneFigures, less: &LaneFigures) -> LaneFigures {
    if !more.names_passes() || !less.names_passes() {
        return more;
    }
    let known = more.by_test();
    let others: Vec<(&str, &str)> = less.by_test().into_iter().filter(|(test, _)| !known.contains_key(test)).collect();
    if others.is_empty() {
        return more;
    }
    let mut outcomes = more.outcomes.clone();
    for (test, word) in others {
        outcomes.entry(word.to_owned()).or_default().insert(test.to_owned());
    }
    let res = LaneFigures::of_tests(&more.report, outcomes);
    LaneFigures { there: res.there.max(more.there), peaks: more.peaks, owners: more.owners, ..res }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differential::read_results;

    fn read(name: &str, text: &str) -> BTreeMap<String, LaneFigures> {
        lanes(&read_results(name, text, None).unwrap(), name, None)
    }

    #[test]
    fn two_reports_of_a_lane_are_one_run() {
        let lines = |names: std::ops::Range<u32>, status: &str| -> String {
            names.map(|it| format!("{{\"file\": \"a{it}.py\", \"raw_status\": \"{status}\"}}\n")).collect()
        };
        let of = |text: &str| read("native.jsonl", text)["native"].clone();
        let (first, second) = (of(&lines(0..20, "pass")), of(&lines(15..30, "fail")));
        for it in [joined(first.clone(), second.clone()), joined(second, first.clone())] {
            assert_eq!((it.compared, it.passed, it.outcomes["fail"].len()), (30, 20, 10), "{it:?}");
        }
        // which of them passed nobody knows
        let counted = read("summary.json", r#"{"total": 12, "passed": 9, "failed": 3}"#)["native"].clone();
        assert_eq!(joined(first.clone(), counted).compared, first.compared);
    }

    #[test]
    fn each_form_of_a_report_is_read() {
        let ours = r#"{"schema": 1, "results": [{"test": "a.py", "lane": "native", "status": "pass", "program_kb": 9000},
            {"test": "a.py", "lane": "wasm", "status": "xfail", "why": "expected to fail (too_dynamic_policy): x"},
            {"test": "b.py", "lane": "native", "status": "vacuous"}], "totals": {}}"#;
        let found = read("run.json", ours);
        assert_eq!((found["native"].compared, found["native"].passed, found["native"].there), (1, 1, 2));
        assert_eq!((found["native"].peaks["a.py"], found["wasm"].compared), (9000, 1));
        assert!(found["wasm"].owners["too_dynamic_policy"].contains("a.py"));
        let summary = r#"{"discovered": 30, "total": 20, "passed": 18, "failed": 2, "failed_files": ["/x/tests/differential/basic/a.py", "<memory_guard>"],
            "rss": {"top": [{"file": "/x/tests/differential/basic/a.py", "run_max_rss_kb": 70}]}}"#;
        let it = &read("summary.json", summary)["native"];
        assert_eq!((it.compared, it.passed, it.there), (20, 18, 30));
        assert!(it.outcomes["fail"].contains("tests/differential/basic/a.py") && it.outcomes["fail"].len() == 1);
        let lines =
            "{\"file\": \"a.py\", \"raw_status\": \"fail\", \"expect_molt_fail\": true, \"reason_tag\": \"team\"}\n";
        assert!(read("wasm.jsonl", lines)["wasm"].owners["team"].contains("a.py"));
    }
}
