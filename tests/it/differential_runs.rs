//! `differential` over more than one run: order, resuming, parts, vetted tests, recorded peaks, lanes beside each other.

use serde_json::Value;

use crate::{
    differential::{differential, json, statuses, with, workspace},
    support::{Sandbox, papers},
};

const LANE: &str =
    "[lanes.x]\nreference = ['sh']\ncandidate = ['sh', '{root}/candidate.sh']\nenv = { ROOT = '{root}' }\n";

fn words(results: &Value) -> String {
    statuses(results).iter().map(|(name, status)| format!("{name} {status}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn what_fails_beside_others_and_passes_alone_is_flaky_and_fails_nothing() {
    let sandbox = workspace(
        LANE,
        &[("a", "echo a"), ("b", "[ \"$SIDE\" ] && { [ -e $ROOT/mark ] || { touch $ROOT/mark; echo x; } }; echo b")],
    );
    let (results, code) = json(&sandbox, &["run", "t", "--jobs", "2"]);
    assert_eq!((words(&results).as_str(), code), ("a pass, b flaky", 0), "{results:#}");
    assert!(
        results["results"][1]["why"]
            .as_str()
            .unwrap()
            .starts_with("it passes alone, and did not beside others: stdout differs")
    );
}

#[test]
fn a_run_that_was_cut_off_goes_on_where_it_was() {
    let tests = [("a", "echo ${SIDE:-reference}"), ("b", "echo b"), ("c", "echo c")];
    let sandbox = workspace(LANE, &tests);
    differential(&sandbox, &["run", "t"]);
    // what failed last comes first
    let (cut, code) = json(&sandbox, &["run", "t", "--fail-fast", "--jobs", "1"]);
    assert_eq!((words(&cut).as_str(), code), ("a fail", 1), "{cut:#}");
    assert_eq!(cut["not_run"].as_array().unwrap().len(), 2);
    sandbox.write("t/a.py", "echo a");
    let refused = differential(&sandbox, &["run", "t", "--resume"]);
    assert!(
        refused.code == 2 && refused.err.contains("not from these") && refused.err.contains("--force"),
        "{}",
        refused.err
    );
    // the run that it was, in its own words
    let words = "t --fail-fast --jobs 1 --format json --resume` goes on with that one";
    assert!(refused.err.contains(words), "{}", refused.err);
    let resumed = differential(&sandbox, &["run", "t", "--resume", "--force"]).succeeds();
    assert!(resumed.err.contains("0 results taken from the run before, 3 to run"), "{}", resumed.err);
    let again = differential(&sandbox, &["run", "t", "--resume", "--force"]).succeeds();
    assert!(again.err.contains("3 results taken from the run before, 0 to run"), "{}", again.err);
    assert!(again.out.contains("3 of 3 compared pass"), "{}", again.out);
}

fn five() -> Sandbox {
    workspace(
        LANE,
        &["a", "b", "c", "d", "e"].map(|it| (it, if it == "d" { "echo ${SIDE:-reference}" } else { "echo x" })),
    )
}

#[test]
fn parts_make_the_whole_and_anything_else_is_refused() {
    let sandbox = five();
    let (whole, _) = json(&sandbox, &["run", "t"]);
    let work = std::fs::read_dir(sandbox.root().join("cache/differential")).unwrap().next().unwrap().unwrap().path();
    let times = std::fs::read(work.join("ledger.json")).unwrap();
    for way in ["slice", "hash", "time"] {
        let part = |index: &str, file: &str| {
            // every machine begins with the same recorded times
            sandbox.write("times.json", &times);
            let partition = format!("{way}:{index}/2");
            differential(&sandbox, &["run", "t", "--partition", &partition, "--report", file, "--ledger", "times.json"])
        };
        let (one, two) = (part("1", "1.json"), part("2", "2.json"));
        assert!(one.code < 2 && two.code < 2, "{}{}", one.err, two.err);
        assert!(way != "time" || one.err.contains("the time of 5 of 5 tests is recorded"), "{}", one.err);
        let (merged, code) = json(&sandbox, &["merge", "1.json", "2.json"]);
        assert_eq!((words(&merged), code), (words(&whole), 1), "{way}");
        assert_eq!(merged["totals"]["total"], 5);
        for (parts, why) in [(&["1.json"][..], "is missing"), (&["1.json", "2.json", "1.json"], "is there twice")] {
            let refused = differential(&sandbox, &[&["merge"], parts].concat());
            assert!(refused.code == 2 && refused.err.contains(why), "{}", refused.err);
        }
    }
    sandbox.write("t/e.py", "echo other");
    differential(&sandbox, &["run", "t", "--partition", "time:2/2", "--report", "2.json"]);
    let refused = differential(&sandbox, &["merge", "1.json", "2.json"]);
    assert!(refused.code == 2 && refused.err.contains("2.json is not a part of the run of 1.json"), "{}", refused.err);
}

#[test]
fn the_part_that_a_ci_system_names_is_run() {
    let sandbox = five();
    let (xml, status) = (sandbox.ws("test.xml"), sandbox.ws("status"));
    let env = [
        ("TEST_TOTAL_SHARDS", "2"),
        ("TEST_SHARD_INDEX", "1"),
        ("TEST_SHARD_STATUS_FILE", status.to_str().unwrap()),
        ("XML_OUTPUT_FILE", xml.to_str().unwrap()),
        ("TEST_TMPDIR", sandbox.root().to_str().unwrap()),
    ];
    let ended = with(&sandbox, &env, &["run", "t"]);
    assert!(ended.err.contains("Bazel says that this is part 2 of 2"), "{}", ended.err);
    assert!(ended.out.contains("part slice:2/2 of 5 tests"), "{}", ended.out);
    assert!(sandbox.read("status").is_empty());
    let xml = sandbox.read("test.xml");
    assert!(xml.contains("<testcase name=\"t/b.py\"") && !xml.contains("t/a.py"), "{xml}");
    let half = with(&sandbox, &[("CI_NODE_INDEX", "1")], &["run", "t"]);
    assert!(half.code == 2 && half.err.contains("CI_NODE_TOTAL"), "{}", half.err);
}

#[test]
fn lanes_are_compared_with_each_other() {
    let settings = format!("{LANE}[lanes.y]\nreference = ['sh']\ncandidate = ['sh', '{{root}}/other.sh']\n");
    let sandbox = workspace(
        &settings,
        &[("a", "echo a"), ("b", "echo ${SIDE:-reference}"), ("c", "echo \"KeyError: $SIDE\" >&2; exit 1")],
    );
    sandbox.write("other.sh", "SIDE=other\n. \"$1\"\n");
    let (results, code) = json(&sandbox, &["run", "t", "--lane", "x,y"]);
    let all: Vec<String> = results["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {}", it["test"], it["lane"], it["status"]).replace('"', ""))
        .collect();
    assert_eq!(
        all,
        ["t/a.py x pass", "t/a.py y pass", "t/b.py x fail", "t/b.py y fail", "t/c.py x vacuous", "t/c.py y vacuous"]
    );
    assert_eq!(
        (results["diverged"].as_array().unwrap().len(), &results["diverged"][0]["test"], code),
        (1, &Value::from("t/b.py"), 1)
    );
    assert_eq!(results["lanes"]["y"]["pass"], 1);
    sandbox.write("other.sh", ":\n");
    sandbox.write("t/c.py", "[ \"$SIDE\" ] && exit 2; exit 1");
    // the reference fails and says nothing, and one lane ends with 2 and the other with 0
    let (results, _) = json(&sandbox, &["run", "t/c.py", "--lane", "x,y"]);
    assert_eq!(results["diverged"][0]["lanes"], serde_json::json!({ "x": "fail", "y": "fail" }));
}

#[test]
fn two_runs_are_compared_test_by_test() {
    let sandbox = five();
    differential(&sandbox, &["run", "t", "--report", "1.json"]);
    sandbox.write("t/d.py", "echo d");
    sandbox.write("t/a.py", "echo ${SIDE:-reference}");
    sandbox.write("t/b.py", ":");
    sandbox.remove("t/c.py");
    sandbox.write("t/f.py", "echo f");
    differential(&sandbox, &["run", "t", "--report", "2.json"]);
    let ended = differential(&sandbox, &["compare", "1.json", "2.json"]);
    for words in [
        "broken t/a.py [x] pass → fail: stdout differs",
        "fixed t/d.py [x] fail → pass",
        "newly-vacuous t/b.py [x] pass → vacuous",
        "gone t/c.py [x] pass → –",
        "new t/f.py [x] – → pass",
    ] {
        assert!(ended.out.contains(words), "{words}\n{}", ended.out);
    }
    assert_eq!(ended.code, 1);
    let (value, code) = json(&sandbox, &["compare", "1.json", "1.json"]);
    assert_eq!((value["worse"].as_u64(), code), (Some(0), 0));
}

#[test]
fn vetted_tests_that_differ_from_run_to_run_decide_nothing_from_then_on() {
    let tests = [
        ("a", "echo a"),
        ("b", "cat /proc/sys/kernel/random/uuid"),
        ("c", ":"),
        ("d", "echo $TMPDIR"),
        ("e", "echo $PYTHONHASHSEED"),
        ("f", "echo '<x at 0x7f00aa112233>'"),
    ];
    let sandbox = workspace(LANE, &tests);
    let (list, code) = json(&sandbox, &["vet", "t", "--lane", "x", "--write"]);
    let shown: Vec<String> = list["tests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {}", it["test"], it["why"]).replace('"', ""))
        .collect();
    let expected = [
        "t/b.py [unstable]",
        "t/c.py [null-passes]",
        "t/d.py [depends-on-folder]",
        "t/e.py [depends-on-hash-seed]",
        "t/f.py [prints-address]",
    ];
    assert_eq!((shown, code), (expected.map(str::to_owned).to_vec(), 0), "{list:#}");
    sandbox.write("candidate.sh", "echo x\n");
    let (results, _) = json(&sandbox, &["run", "t", "--jobs", "1"]);
    assert_eq!(words(&results), "a fail, b unstable, c fail, d fail, e fail, f fail");
    let human = differential(&sandbox, &["vet", "t", "--lane", "x"]).succeeds();
    assert!(human.out.contains("6 tests looked at with sh, 5 listed"), "{}", human.out);
}

#[test]
fn a_spike_of_memory_is_confirmed_and_stops_the_run() {
    let hold =
        "N=$(cat $ROOT/size); [ \"$SIDE\" ] && head -c $N /dev/zero | tail -c $N | wc -c; [ \"$SIDE\" ] || echo $N; :";
    let sandbox = workspace(&format!("[differential]\nspike-floor = 30\n{LANE}"), &[("a", hold)]);
    sandbox.write("size", "2000000");
    differential(&sandbox, &["run", "t"]).succeeds();
    sandbox.write("size", "150000000");
    let ended = differential(&sandbox, &["run", "t"]);
    assert_eq!(ended.code, 1, "{}", ended.out);
    assert!(ended.out.contains("SPIKE: ") && ended.out.contains("--accept-peaks"), "{}", ended.out);
    let (results, _) = json(&sandbox, &["run", "t", "--accept-peaks"]);
    assert_eq!(
        (results["totals"]["spikes"].as_u64(), results["totals"]["pass"].as_u64()),
        (Some(0), Some(1)),
        "{results:#}"
    );
    let kb = results["results"][0]["program_kb"].as_u64().unwrap();
    assert!((140_000..200_000).contains(&kb), "{kb}");
    differential(&sandbox, &["run", "t"]).succeeds();
}

#[test]
fn the_policy_stops_where_a_stage_fails() {
    let settings = format!(
        "[differential]\ntests = 't'\npolicy = ['x', 'y']\n[differential.clusters]\nfirst = ['a', 'b']\n{LANE}[lanes.y]\nlike = 'cpython'\nreference = ['sh']\ncandidate = ['sh', '{{root}}/candidate.sh']\n"
    );
    let sandbox =
        workspace(&settings, &[("a_one", "echo a"), ("b_one", "echo b"), ("other", "echo ${SIDE:-reference}")]);
    sandbox.write(
        "tests/differential/COVERAGE_INDEX.yaml",
        "stdlib:\n  a:\n    tests:\n      - t/a_one.py\n  b:\n    tests:\n      - t/b_one.py\n",
    );
    let ended = differential(&sandbox, &["run", "--policy", "--cluster", "first"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    for words in
        ["stage 1 of 3, targeted x: 2 tests", "stage 2 of 3, targeted y: 2 tests", "stage 3 of 3, full sweep: 3 tests"]
    {
        assert!(ended.err.contains(words), "{words}\n{}", ended.err);
    }
    sandbox.write("t/b_one.py", "echo ${SIDE:-reference}");
    let ended = differential(&sandbox, &["run", "--policy", "--module", "b"]);
    assert!(
        ended.code == 1
            && !ended.err.contains("stage 2")
            && ended.out.contains("STOPPED: stage 1 of 3 failed: targeted x; 5 results not run\n"),
        "{}",
        ended.out
    );
}

#[test]
fn results_of_molts_own_runner_are_read_with_what_they_lack() {
    let sandbox = five();
    sandbox.write("summary.json", r#"{"discovered": 3, "total": 2, "passed": 1, "failed": 1, "oom": 0, "skipped": 1, "failed_files": ["t/d.py"], "skipped_files": ["t/e.py"], "run_id": "r1", "rss": {"top": []}}"#);
    sandbox.write("rss_metrics.jsonl", "{\"run_id\": \"r1\", \"file\": \"t/d.py\", \"status\": \"ok\", \"build_rc\": 0, \"run_rc\": 0, \"build\": {\"max_rss\": 9}, \"run\": {\"max_rss\": 70000}}\n");
    let (results, code) = json(&sandbox, &["report", "summary.json", "rss_metrics.jsonl"]);
    assert_eq!((words(&results).as_str(), code), ("d fail, e skip", 1));
    assert_eq!(results["results"][0]["program_kb"], 70000);
    let human = differential(&sandbox, &["report", "summary.json"]);
    assert!(
        human.out.contains("the names of 1 tests that passed") || human.out.contains("the names of 1 test that passed"),
        "{}",
        human.out
    );
    differential(&sandbox, &["run", "t", "--report", "own.json"]);
    let ended = differential(&sandbox, &["compare", "summary.json", "own.json"]);
    assert!(ended.code == 2 && ended.err.contains("--lane native=x"), "{}", ended.err);
    let (changes, _) = json(&sandbox, &["compare", "summary.json", "own.json", "--lane", "native=x"]);
    assert_eq!(changes["changes"]["new"].as_array().unwrap().len(), 3, "{changes:#}");
}

#[test]
fn tests_are_selected_by_module_and_by_what_a_branch_changed() {
    let settings = format!("[differential]\ntests = 't'\n{LANE}");
    let probe = "cpython312plus_api_gap_top_level_zlib_0a1b2c3d";
    let texts = [
        ("indexed", "echo 1"),
        ("json_loads", "echo 2"),
        ("other", "echo 3"),
        (probe, "MODULE_NAME = \"zlib\"\necho 4"),
    ];
    let sandbox = workspace(&settings, &texts);
    let index = "stdlib:\n  json:\n    tests:\n      - t/indexed.py\n  json.tool:\n    tests:\n      - t/other.py\n";
    sandbox.write("tests/differential/COVERAGE_INDEX.yaml", index);
    sandbox.write("src/molt/stdlib/json/tool.py", "x = 1\n");
    papers::commit(&sandbox, "2026-01-01", "one");
    let names = |args: &[&str]| {
        // a probe is a Python program, and what the shell says of its first line is the same on both sides
        let (results, _) = json(&sandbox, &[&["run", "--lane", "x"], args].concat());
        statuses(&results).into_keys().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&["--module", "json"]), "indexed json_loads");
    assert_eq!(names(&["--module", "json.*"]), "indexed json_loads other");
    assert_eq!(names(&["--module", "zlib"]), probe);
    let near = differential(&sandbox, &["run", "--lane", "x", "--module", "jsom"]);
    assert!(near.code == 2 && near.err.contains("did you mean `json`?"), "{}", near.err);
    sandbox.write("t/new.py", "echo 5");
    sandbox.write("t/json_loads.py", "echo 6");
    sandbox.write("src/molt/stdlib/json/tool.py", "x = 2\n");
    let touched = std::fs::File::options().write(true).open(sandbox.ws("t/indexed.py")).unwrap();
    touched.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(names(&["--changed", "--base", "main"]), "json_loads new other");
    assert_eq!(names(&["--only-probes"]), probe);
}

#[test]
fn runs_of_other_lanes_are_compared_as_they_are_paired() {
    let lane =
        |name: &str| format!("[lanes.{name}]\nreference = ['sh']\ncandidate = ['sh', '{{root}}/candidate.sh']\n");
    let sandbox = workspace(
        &format!("{}{}candidate-env = {{ WAY = 'new' }}\n", lane("native"), lane("fresh")),
        &[("a", "echo a"), ("b", "[ \"$WAY\" ] && echo ${SIDE:-reference} || echo b")],
    );
    for (name, lanes) in [("native", "native"), ("fresh", "fresh"), ("both", "native,fresh")] {
        differential(&sandbox, &["run", "t", "--lane", lanes, "--report", &format!("{name}.json")]);
    }
    let ended = differential(&sandbox, &["compare", "native.json", "fresh.json"]);
    let why = "they have no lane in common: the first has native, and the second fresh";
    assert!(ended.code == 2 && ended.out.is_empty() && ended.err.contains(why), "{}", ended.err);
    assert!(ended.err.contains("hint: name which lane belongs to which, as in --lane native=fresh"), "{}", ended.err);
    let ended = differential(&sandbox, &["compare", "native.json", "fresh.json", "--lane", "native=fresh"]);
    let words = "broken t/b.py [native=fresh] pass → fail";
    assert!(ended.code == 1 && ended.out.contains(words) && !ended.out.contains("t/a.py"), "{}", ended.out);
    let ended = differential(&sandbox, &["compare", "native.json", "fresh.json", "--lane", "native=wasm"]);
    assert!(ended.code == 2 && ended.err.contains("fresh.json has no lane wasm"), "{}", ended.err);
    assert!(ended.err.contains("hint: its lanes: fresh"), "{}", ended.err);

    let ended = differential(&sandbox, &["compare", "both.json", "native.json"]);
    let words = "gone lane fresh: only the earlier results have it; 2 results not compared";
    assert!(ended.code == 1 && ended.out.contains(words) && !ended.out.contains("t/a.py"), "{}", ended.out);
    let ended = differential(&sandbox, &["compare", "native.json", "both.json"]);
    let words = "new lane fresh: only the later results have it; 2 results not compared";
    assert!(ended.code == 0 && ended.out.contains(words), "{}", ended.out);
    let (value, code) = json(&sandbox, &["compare", "both.json", "both.json", "--lane", "native=fresh"]);
    assert_eq!((value["lanes"]["compared"][0].as_str(), code), (Some("native=fresh"), 1), "{value:#}");
    assert_eq!(value["worse"].as_u64(), Some(1));
    let count = |side: &str| (value[side]["total"].as_u64(), value[side]["pass"].as_u64());
    assert_eq!((count("before"), count("after")), ((Some(2), Some(2)), (Some(2), Some(1))), "{value:#}");
}
