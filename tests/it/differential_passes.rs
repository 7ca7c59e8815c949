//! What is no pass of a differential run: a failure that is expected from now on, one that is counted without a name, a lane that nobody
//! looked at, a run that was stopped.

use serde_json::{Value, json};

use crate::{
    differential::{differential, json},
    support::Sandbox,
};

fn workspace() -> Sandbox {
    Sandbox::with_series("3.14")
}

fn report(sandbox: &Sandbox, name: &str, statuses: &[(&str, &str)]) {
    let results: Vec<Value> =
        statuses.iter().map(|(test, status)| json!({ "test": test, "lane": "native", "status": status })).collect();
    sandbox.write(name, json!({ "schema": 1, "results": results }).to_string());
}

#[test]
fn a_test_that_passed_and_is_expected_to_fail_is_broken() {
    let sandbox = workspace();
    report(
        &sandbox,
        "a.json",
        &[("1", "pass"), ("2", "flaky"), ("3", "unstable"), ("4", "xpass"), ("5", "fail"), ("6", "skip")],
    );
    report(&sandbox, "b.json", &["1", "2", "3", "4", "5", "6"].map(|it| (it, "xfail")));
    let (changes, code) = json(&sandbox, &["compare", "a.json", "b.json"]);
    let set = |word: &str| -> Vec<&str> {
        changes["changes"][word].as_array().unwrap().iter().map(|it| it["test"].as_str().unwrap()).collect()
    };
    assert_eq!(
        (set("broken"), set("fixed"), set("other"), code),
        (vec!["1", "2", "3", "4"], vec![], vec!["5", "6"], 1)
    );
    // one that is there twice is expected to fail where one of its results is
    report(
        &sandbox,
        "b.json",
        &[
            ("1", "pass"),
            ("1", "xfail"),
            ("2", "flaky"),
            ("3", "unstable"),
            ("4", "xpass"),
            ("5", "fail"),
            ("6", "skip"),
        ],
    );
    let ended = differential(&sandbox, &["compare", "a.json", "b.json"]);
    assert!(ended.code == 1 && ended.out.contains("broken 1 [native] pass → xfail"), "{}", ended.out);
}

#[test]
fn what_a_summary_counts_and_does_not_name_fails() {
    let sandbox = workspace();
    let summary = |name: &str, (passed, failed): (u64, u64), more: Value| {
        let mut whole = json!({ "passed": passed, "failed": failed, "total": passed + failed, "failed_files": [] });
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        sandbox.write(name, whole.to_string());
    };
    let of_a = json!({ "failed_files": ["a.py"] });
    let with = |key: &str, value: Value| {
        let mut it = of_a.clone();
        it[key] = value;
        it
    };
    for (counts, more, wanted) in [
        ((5, 0), json!({}), 0),
        ((5, 1), of_a.clone(), 1),
        ((5, 3), json!({}), 1),
        ((5, 0), json!({ "oom": 1 }), 1),
        ((5, 1), with("skipped_files", json!(["a.py"])), 1),
        ((5, 1), with("item_results", json!([{ "path": "a.py", "status": "pass" }])), 1),
        (
            (5, 1),
            json!({ "item_results": [{ "path": "a.py", "status": "fail" }, { "path": "a.py", "status": "pass" }] }),
            1,
        ),
        ((5, 1), json!({ "failed_files": ["<memory_guard>"] }), 1),
    ] {
        summary("s.json", counts, more.clone());
        let ended = differential(&sandbox, &["report", "s.json", "--report", "own.json", "--junit", "own.xml"]);
        assert_eq!(ended.code, wanted, "{counts:?} {more}: {}{}", ended.out, ended.err);
        // what was stored of it says the same, in every form
        assert_eq!(differential(&sandbox, &["report", "own.json"]).code, wanted, "{counts:?} {more}");
        let github = differential(&sandbox, &["report", "s.json", "--format", "github"]);
        assert_eq!(github.out.contains("::error "), wanted == 1, "{}", github.out);
        assert_eq!(
            sandbox.read("own.xml").contains("<failure"),
            wanted == 1,
            "{counts:?} {more}: {}",
            sandbox.read("own.xml")
        );
    }
    summary("s.json", (5, 3), json!({}));
    let human = differential(&sandbox, &["report", "s.json"]);
    assert!(human.out.contains("3 failed tests that the summary does not name"), "{}", human.out);
    // as the second of two files as well, and where the first one names as many that fail
    summary("wasm.json", (5, 1), of_a);
    summary("clean.json", (5, 0), json!({}));
    assert_eq!(differential(&sandbox, &["report", "clean.json", "s.json"]).code, 1);
    for files in [["wasm.json", "s.json"], ["s.json", "wasm.json"]] {
        let (results, code) = json(&sandbox, &[&["report"], &files[..]].concat());
        assert_eq!((&results["counted"]["failed"], code), (&json!(4), 1), "{files:?}: {results:#}");
    }

    let compare = |before: &str, after: &str| differential(&sandbox, &["compare", before, after]);
    for (name, counts) in [("8.json", (8, 0)), ("7.json", (7, 0)), ("0.json", (0, 8)), ("9.json", (9, 0))] {
        summary(name, counts, json!({}));
    }
    for (before, after, wanted, words) in [
        ("8.json", "0.json", 1, "worse failed tests counted, not all by name: 0 → 8"),
        ("8.json", "7.json", 1, "worse passed tests counted, not all by name: 8 → 7"),
        ("8.json", "9.json", 0, "other passed tests counted, not all by name: 8 → 9"),
        ("0.json", "8.json", 0, "other failed tests counted, not all by name: 8 → 0"),
        ("8.json", "8.json", 0, "8 tests without a name, of which only the counts are the same"),
    ] {
        let ended = compare(before, after);
        assert!(ended.code == wanted && ended.out.contains(words), "{before} {after}: {} {}", ended.code, ended.out);
        assert!(!ended.out.contains("every test is as it was"), "{}", ended.out);
    }
    let github = differential(&sandbox, &["compare", "8.json", "0.json", "--format", "github"]);
    assert!(github.out.contains("::error title=counted::"), "{}", github.out);
    let (changes, _) = json(&sandbox, &["compare", "8.json", "0.json"]);
    assert_eq!((&changes["worse"], changes["counts"].as_array().map(Vec::len)), (&json!(2), Some(2)), "{changes:#}");
    // a test that fails where before all passed, without their names
    summary("one.json", (8, 1), json!({ "failed_files": ["b.py"] }));
    summary("other.json", (7, 2), json!({ "failed_files": ["b.py", "c.py"] }));
    let ended = compare("one.json", "other.json");
    assert!(ended.code == 1 && ended.out.contains("worse failed tests counted"), "{}", ended.out);
}

#[test]
fn a_lane_that_nobody_looked_at_is_not_merged_and_a_run_that_was_stopped_is_no_pass() {
    let sandbox = workspace();
    let part = |name: &str, results: &[(&str, &str)], index: Option<usize>, more: Value| {
        let results: Vec<Value> =
            results.iter().map(|(test, lane)| json!({ "test": test, "lane": lane, "status": "pass" })).collect();
        let mut whole = json!({
            "schema": 1, "provenance": { "kind": "run" }, "results": results,
            "fingerprint": { "commit": "a".repeat(40), "configuration": "c", "tests": "t", "count": 2,
                "interpreters": { "native": "CPython 3.12", "wasm": "x" } },
            "partition": index.map(|it| json!({ "way": "slice", "index": it, "count": 2 })),
            "totals": { "total": 0, "compared": 0, "pass_percent": null, "spikes": 0 },
        });
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        sandbox.write(name, whole.to_string());
    };
    let (a, b) = ([("a", "native"), ("a", "wasm")], [("b", "native"), ("b", "wasm")]);
    let merge = || differential(&sandbox, &["merge", "1.json", "2.json"]);
    part("1.json", &a, Some(1), json!({}));
    part("2.json", &b, Some(2), json!({}));
    assert_eq!(merge().code, 0, "{}", merge().err);
    for (results, more, code, words) in [
        (&b[..1], json!({}), 2, "lane wasm has no result of 1 test, b among them"),
        (&b[1..], json!({}), 2, "lane native has no result of 1 test, b among them"),
        (&b[..1], json!({ "not_run": [["wasm", "b"]] }), 2, "lane wasm (x): 1 of 1"),
        (&b[..1], json!({ "uncalibrated": { "wasm": "no linker" } }), 2, "UNCALIBRATED lane wasm"),
        (&b, json!({ "stopped": "a limit" }), 2, "STOPPED: 2.json: a limit"),
    ] {
        part("2.json", results, Some(2), more.clone());
        let ended = merge();
        let said = ended.out + &ended.err;
        assert!(ended.code == code && said.contains(words), "{results:?} {more}: {} {said}", ended.code);
    }
    // a whole run without results, and a part that no test came to
    part("none.json", &[], None, json!({}));
    let ended = differential(&sandbox, &["report", "none.json"]);
    assert!(ended.code == 2 && ended.out.contains("nothing was compared of 2 tests"), "{} {}", ended.code, ended.out);
    part("none.json", &[], Some(2), json!({}));
    assert_eq!(differential(&sandbox, &["report", "none.json"]).code, 0);
    part("none.json", &[], None, json!({ "stopped": "a limit" }));
    assert_eq!(differential(&sandbox, &["report", "none.json"]).code, 2);
}
