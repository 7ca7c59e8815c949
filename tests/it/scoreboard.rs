//! `scoreboard` on repositories that are built in code: what is recorded and shown, what may worsen and what not, what two branches
//! that both recorded come to, and the page.

use std::process::Command;

use serde_json::{Value, json};

use crate::{
    changes::git,
    support::{
        Sandbox,
        tree::{ATTESTATION, LOAD, STD, Tree as _, mini},
    },
};

const HISTORY: &str = "docs/scoreboard/history.jsonl";
const OPERATIONS: &str = "docs/OPERATIONS.md";
const FOLDER: &str = "docs/scoreboard/exceptions";
const HEAD: &str = "| Date | intrinsic-backed | intrinsic-partial | probe-only | python-only | missing top-level | missing submodules | native parity pass % | wasm parity pass % | memory regressions |";
const IDS: [&str; 9] = [
    "intrinsic-backed",
    "intrinsic-partial",
    "probe-only",
    "python-only",
    "missing-top-level",
    "missing-submodules",
    "native-pass",
    "wasm-pass",
    "memory-regressions",
];

fn board(rows: &str) -> String {
    format!("# Operations\n\n{HEAD}\n| --- | {}--- |\n{rows}\nRules:\n", "---: | ".repeat(8))
}

/// A repository with a scoreboard's table, in which `colorsys` is attested.
fn repository() -> Sandbox {
    let mut files = mini();
    files.attest("'colorsys',", "");
    files.module("colorsys.py", &format!("{LOAD}def hue(): pass\ndef tint(): pass\n"));
    files.write(OPERATIONS, board("").as_bytes());
    let sandbox = Sandbox::of(&files);
    git(&sandbox, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(&sandbox, &["config", key, value]);
    }
    commit(&sandbox, "start");
    sandbox
}

fn commit(sandbox: &Sandbox, message: &str) {
    git(sandbox, &["add", "-A"]);
    git(sandbox, &["commit", "-q", "-m", message]);
}

/// A report of molt-sync's own: twelve tests in both lanes, with those that fail, and a peak of the first one.
fn report(sandbox: &Sandbox, name: &str, fails: &[(&str, usize)], peak: u64) -> String {
    let test = |at: usize| format!("tests/differential/basic/t{at}.py");
    let result = |lane: &str, at: usize| {
        let status = if fails.contains(&(lane, at)) { "fail" } else { "pass" };
        json!({ "test": test(at), "lane": lane, "status": status, "program_kb": if at == 0 { peak } else { 9000 } })
    };
    let results: Vec<Value> =
        ["native", "wasm"].into_iter().flat_map(|lane| (0..12).map(move |at| result(lane, at))).collect();
    sandbox.file(name, json!({ "schema": 1, "results": results, "totals": {} }).to_string().as_bytes())
}

fn rows(sandbox: &Sandbox) -> Vec<Value> {
    let shown: Value =
        serde_json::from_str(&sandbox.sync(&["scoreboard", "show", "--format", "json"]).succeeds().out).unwrap();
    assert_eq!(shown["schema"], 1);
    shown["rows"].as_array().unwrap().clone()
}

fn values(row: &Value) -> Vec<Value> {
    IDS.map(|it| row["figures"][it]["value"].clone()).into()
}

fn record(sandbox: &Sandbox, date: &str, more: &[&str]) {
    sandbox.sync(&[&["scoreboard", "record", "--date", date][..], more].concat()).succeeds();
}

#[test]
fn a_row_is_recorded_in_the_history_and_in_the_table() {
    let sandbox = repository();
    record(&sandbox, "2026-02-12", &[]);
    let first = rows(&sandbox);
    let tree = [json!(1), json!(25), json!(0), json!(0), json!(0), json!(0)];
    assert_eq!(values(&first[0]), [&tree[..], &[Value::Null, Value::Null, Value::Null]].concat());
    assert_eq!(first[0]["commit"], git(&sandbox, &["rev-parse", "HEAD"]).trim());
    assert_eq!(sandbox.read(OPERATIONS), board("| 2026-02-12 | 1 | 25 | 0 | 0 | 0 | 0 | TBD | TBD | TBD |\n"));
    // what one run wrote, the next one adds to; the week of a row keeps it, unless another one is asked for
    let one = report(&sandbox, "one.json", &[("native", 3)], 50_000);
    record(&sandbox, "2026-02-19", &["--report", &one]);
    let text = sandbox.read(HISTORY);
    sandbox.sync(&["scoreboard", "record", "--date", "2026-02-20"]).succeeds().says("the row of 2026-02-19 stays");
    assert_eq!(sandbox.read(HISTORY), text);
    let two = report(&sandbox, "two.json", &[("native", 3), ("wasm", 1), ("wasm", 2), ("wasm", 3)], 90_000);
    record(&sandbox, "2026-02-26", &["--report", &two]);
    let shown = rows(&sandbox);
    assert_eq!(values(&shown[1])[6..], [json!(91.7), json!(100.0), Value::Null]);
    assert_eq!(values(&shown[2])[6..], [json!(91.7), json!(75.0), json!(2)]);
    assert_eq!(shown[2]["figures"]["wasm-pass"]["source"], "two.json: 12 of 12 tests compared");
    let broken = &shown[2]["changes"].as_array().unwrap()[0];
    assert_eq!(
        (&broken["of"], &broken["what"], broken["names"].as_array().unwrap().len()),
        (&json!("wasm"), &json!("broken"), 3)
    );
    record(&sandbox, "2026-02-27", &["--replace"]);
    let days: Vec<_> = rows(&sandbox).iter().map(|it| it["date"].clone()).collect();
    assert_eq!(days, ["2026-02-12", "2026-02-19", "2026-02-27"]);
    assert!(!sandbox.read(OPERATIONS).contains("2026-02-26") && sandbox.read(OPERATIONS).contains("2026-02-27"));
    let human = sandbox.sync(&["scoreboard", "show", "--since", "2026-02-19"]).succeeds().out;
    assert!(human.contains("2026-02-19") && !human.contains("2026-02-12"), "{human}");
    let markdown = sandbox.sync(&["scoreboard", "show", "--format", "markdown", "--weeks", "1"]).succeeds().out;
    assert!(markdown.starts_with(HEAD) && markdown.lines().count() == 3, "{markdown}");
    sandbox.sync(&["scoreboard", "show", "--format", "github"]).succeeds().says("::notice title=scoreboard::");
}

#[test]
fn the_row_in_the_table_is_what_the_documents_check_wants() {
    let sandbox = Sandbox::with_series("3.14");
    let operations = sandbox.read(OPERATIONS);
    sandbox.write(OPERATIONS, operations.clone() + "\n## Board\n\n" + &board("").replace("# Operations", ""));
    record(&sandbox, "2026-02-12", &[]);
    let table = sandbox.read(OPERATIONS);
    assert!(table.contains("\n| 2026-02-12 | "), "{table}");
    let facts = sandbox.sync(&["docs", "facts", "scoreboard.last"]).succeeds().out;
    assert!(facts.contains("scoreboard.last.intrinsic-partial") && facts.contains("2026-02-12"), "{facts}");
    let found: Value = serde_json::from_str(&sandbox.sync(&["docs", "check", "--format", "json"]).out).unwrap();
    assert!(!found.to_string().contains("\"scoreboard\""), "{found:#}");
    // and a table with other columns is found
    sandbox.write(OPERATIONS, table.replace("| probe-only | python-only |", "| python-only | probe-only |"));
    let found = sandbox.sync(&["docs", "check", "--format", "json"]).out;
    assert!(found.contains("\"scoreboard\""), "{found}");
}

#[test]
fn the_watcher_records_the_row_of_a_week_once() {
    let sandbox = Sandbox::with_series("3.14");
    let feeds = "api = \"\"\ncalendar = \"\"\ncycle = \"\"\ntags = \"\"\nendoflife = \"\"\n";
    std::fs::create_dir(sandbox.root().join("mirror")).unwrap();
    sandbox.write("molt-sync.toml", format!("mirror = \"../mirror\"\n\n[feeds]\n{feeds}"));
    let watch = |now: &str, more: &[&str]| {
        sandbox.sync(&[&["watch", "--mirror", "../mirror", "--now", now][..], more].concat())
    };
    watch("2026-02-12T05:00:00Z", &[]);
    assert!(!sandbox.ws(HISTORY).exists());
    for (now, count) in [("2026-02-12T05:00:00Z", 1), ("2026-02-14T05:00:00Z", 1), ("2026-02-16T05:00:00Z", 2)] {
        let ended = watch(now, &["--scoreboard"]);
        assert_eq!(rows(&sandbox).len(), count, "{}\n{}", ended.out, ended.err);
    }
    // what stands in its way is told, and ends the run as it would end the recording
    sandbox.write(HISTORY, "[]\n");
    let ended = watch("2026-02-26T05:00:00Z", &["--scoreboard"]);
    assert!(ended.code == 2 && ended.err.contains("line 1 is not a row"), "{} {}", ended.code, ended.err);
}

#[test]
fn a_revision_is_measured_without_a_checkout() {
    let sandbox = repository();
    sandbox.write(&format!("{STD}/this.py"), "x = 1\n");
    commit(&sandbox, "worse");
    record(&sandbox, "2026-02-12", &["--at", "HEAD~1"]);
    record(&sandbox, "2026-02-19", &["--at", "HEAD"]);
    sandbox.remove(&format!("{STD}/copy.py"));
    record(&sandbox, "2026-02-26", &[]);
    let shown = rows(&sandbox);
    let count = |at: usize, id: &str| shown[at]["figures"][id]["value"].clone();
    assert_eq!([count(0, "python-only"), count(1, "python-only"), count(2, "missing-top-level")], [0, 1, 1]);
    assert_eq!((&shown[1]["modified"], &shown[2]["modified"]), (&json!(false), &json!(true)));
    let ended = sandbox.sync(&["scoreboard", "record", "--at", "HEAD", "--dry-run", "--replace"]).succeeds();
    assert!(ended.out.contains(&format!("+++ b/{HISTORY}")), "{}", ended.out);
}

#[test]
fn what_no_run_stands_behind_has_no_value() {
    let sandbox = repository();
    let seven: String = (0..7)
        .map(|at| format!("{{\"file\": \"t{at}.py\", \"raw_status\": \"pass\", \"expect_molt_fail\": false}}\n"))
        .collect();
    let seven = sandbox.file("wasm_calibration.jsonl", seven.as_bytes());
    let summary = json!({ "discovered": 60, "total": 40, "passed": 38, "failed": 2, "failed_files": ["tests/differential/a.py", "b.py"], "skipped_files": [] });
    let summary = sandbox.file("summary.json", summary.to_string().as_bytes());
    record(&sandbox, "2026-02-12", &["--report", &seven, &summary]);
    let smaller = json!({ "total": 20, "passed": 20, "failed": 0, "failed_files": [] });
    let smaller = sandbox.file("smaller.json", smaller.to_string().as_bytes());
    record(&sandbox, "2026-02-19", &["--report", &format!("native={smaller}")]);
    let shown = rows(&sandbox);
    assert_eq!(values(&shown[0])[6..8], [json!(95.0), Value::Null]);
    let wasm = &shown[0]["figures"]["wasm-pass"];
    assert!(wasm["note"].as_str().unwrap().contains("7 of 7 tests passed: too few"), "{wasm}");
    let native = &shown[1]["figures"]["native-pass"];
    assert_eq!(native["note"], "not comparable: 20 tests were compared, 40 in the run before");
    let human = sandbox.sync(&["scoreboard", "show"]).succeeds().out;
    assert!(!human.contains("(+5"), "{human}");
}

/// One way to worsen a figure: the figures and the identities that are named then, and the change.
type Way = (&'static [&'static str], &'static str, fn(&Sandbox));

fn module(sandbox: &Sandbox, path: &str, text: &str) {
    sandbox.write(&format!("{STD}/{path}"), text);
}

fn recorded(sandbox: &Sandbox, fails: &[(&str, usize)], peak: u64) {
    let report = report(sandbox, "later.json", fails, peak);
    record(sandbox, "2026-03-02", &["--report", &report]);
}

const WAYS: [Way; 9] = [
    (&["intrinsic-backed", "intrinsic-partial"], "colorsys", |it| {
        it.write(ATTESTATION, "STDLIB_FULLY_COVERED_MODULES = ()\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {}\n");
    }),
    (&["intrinsic-backed"], "colorsys.tint", |it| module(it, "colorsys.py", &format!("{LOAD}def hue(): pass\n"))),
    (&["probe-only"], "this", |it| module(it, "this.py", &LOAD.replace("molt_capabilities_has", "molt_stdlib_probe"))),
    (&["python-only"], "copy", |it| module(it, "copy.py", "x = 1\n")),
    (&["missing-top-level"], "copy", |it| it.remove(&format!("{STD}/copy.py"))),
    (&["missing-submodules"], "json.tool", |it| it.remove(&format!("{STD}/json/tool.py"))),
    (&["native-pass"], "tests/differential/basic/t5.py", |it| recorded(it, &[("native", 5)], 50_000)),
    (&["wasm-pass"], "tests/differential/basic/t7.py", |it| recorded(it, &[("native", 1), ("wasm", 7)], 50_000)),
    (&["memory-regressions"], "tests/differential/basic/t0.py", |it| recorded(it, &[("native", 1)], 70_000)),
];

const FULL: [&str; 8] = [
    "--reason",
    "the parser was rewritten",
    "--by",
    "Ann Owner",
    "--expires",
    "2026-04-30",
    "--plan",
    "revert the merge commit",
];

#[test]
fn each_figure_that_worsens_needs_an_exception_that_is_whole() {
    // what does not depend on the figure is tried with the first of them
    for (number, (figures, identity, change)) in WAYS.into_iter().enumerate() {
        let is_first = number == 0;
        let sandbox = repository();
        let first = report(&sandbox, "first.json", &[("native", 1)], 50_000);
        record(&sandbox, "2026-02-12", &["--report", &first]);
        commit(&sandbox, "row");
        git(&sandbox, &["switch", "-q", "-c", "work"]);
        let check = |now: &str| sandbox.sync(&["scoreboard", "check", "--base", "main", "--now", now]);
        check("2026-03-03").succeeds().says("nothing has worsened");
        change(&sandbox);
        let refused = check("2026-03-03");
        assert_eq!(refused.code, 1, "{figures:?}\n{}\n{}", refused.out, refused.err);
        for figure in figures {
            assert!(refused.out.contains(&format!("{figure}: {identity}: ")), "{figure}\n{}", refused.out);
        }
        let found: Value =
            serde_json::from_str(&sandbox.sync(&["scoreboard", "check", "--base", "main", "--format", "json"]).out)
                .unwrap();
        let named: Vec<_> =
            found["worsened"].as_array().unwrap().iter().map(|it| it["figure"].as_str().unwrap()).collect();
        assert_eq!((named, &found["ok"]), (figures.to_vec(), &json!(false)));
        // with nothing filled in it allows nothing
        let except = |more: &[&str]| {
            let args = [&["scoreboard", "except", "--base", "main", "--now", "2026-03-03"][..], more].concat();
            sandbox.sync(&args).succeeds();
            let files: Vec<_> =
                std::fs::read_dir(sandbox.ws(FOLDER)).unwrap().map(|it| it.unwrap().file_name()).collect();
            format!("{FOLDER}/{}", files[0].to_str().unwrap())
        };
        let path = except(&[]);
        let empty = check("2026-03-03");
        assert!(
            empty.code == 1 && empty.out.contains("has no `reason`") && empty.out.contains("has no `expires`"),
            "{}",
            empty.out
        );
        sandbox.remove(&path);
        let path = except(&FULL);
        check("2026-03-03").succeeds().says("signed by Ann Owner");
        check("2026-04-30").succeeds();
        let full = sandbox.read(&path);
        let late = check("2026-05-01");
        assert!(late.code == 1 && late.out.contains("expired on 2026-04-30"), "{}", late.out);
        let fields = if is_first { &[1, 3, 5, 7][..] } else { &[1, 3, 5, 7][number % 4..=number % 4] };
        for &at in fields {
            let short = full.replace(&format!("\"{}\"", FULL[at]), "\"\"");
            assert_ne!(short, full);
            sandbox.write(&path, short);
            let refused = check("2026-03-03");
            assert!(refused.code == 1 && refused.out.contains("has no `"), "{}\n{}", FULL[at], refused.out);
        }
        sandbox.write(&path, full.replace(&format!("\"{identity}\""), "\"other\""));
        let other = check("2026-03-03");
        assert!(other.code == 1 && other.out.contains(&format!("{identity}: ")), "{}", other.out);
        if !is_first {
            continue;
        }
        sandbox.write(
            &path,
            full.replace(figures[0], if figures[0] == "probe-only" { "python-only" } else { "probe-only" }),
        );
        assert_eq!(check("2026-03-03").code, 1);
        // a second one that names something else is not used, and fails by itself
        sandbox.write(&path, &full);
        sandbox.write(&format!("{FOLDER}/more.toml"), full.replace(&format!("\"{identity}\""), "\"os\""));
        let more = check("2026-03-03");
        assert_eq!(more.code, 1, "{}", more.out);
        assert!(
            more.out.contains("more.toml is not used") || more.out.contains("more.toml is too wide"),
            "{}",
            more.out
        );
    }
}

#[test]
fn one_that_is_fixed_does_not_pay_for_one_that_is_broken() {
    let sandbox = repository();
    let first = report(&sandbox, "first.json", &[("native", 1)], 50_000);
    record(&sandbox, "2026-02-12", &["--report", &first]);
    commit(&sandbox, "row");
    git(&sandbox, &["switch", "-q", "-c", "work"]);
    sandbox.write(ATTESTATION, "STDLIB_FULLY_COVERED_MODULES = ('copy',)\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {}\n");
    recorded(&sandbox, &[("native", 2)], 50_000);
    let now = rows(&sandbox);
    assert_eq!(values(&now[0])[..8], values(&now[1])[..8], "every count is as it was");
    let refused = sandbox.sync(&["scoreboard", "check", "--base", "main"]);
    assert_eq!(refused.code, 1, "{}", refused.out);
    for name in ["intrinsic-backed: colorsys", "native-pass: tests/differential/basic/t2.py: broken"] {
        assert!(refused.out.contains(name), "{}", refused.out);
    }
    for name in ["copy", "t1.py"] {
        assert!(!refused.out.contains(name), "{}", refused.out);
    }
    let markdown = sandbox.sync(&["scoreboard", "check", "--base", "main", "--format", "markdown"]).out;
    assert!(
        markdown.contains("- intrinsic-backed `colorsys`") && markdown.contains("**not signed for**"),
        "{markdown}"
    );
    let github = sandbox.sync(&["scoreboard", "check", "--base", "main", "--format", "github"]).out;
    assert!(github.contains("::error title=scoreboard::intrinsic-backed: colorsys"), "{github}");
}

#[test]
fn an_exception_ends_with_what_it_allows_and_is_used_once() {
    let sandbox = repository();
    git(&sandbox, &["switch", "-q", "-c", "work"]);
    module(&sandbox, "copy.py", "x = 1\n");
    let except = [&["scoreboard", "except", "--base", "main", "--now", "2026-03-03"][..], &FULL].concat();
    sandbox.sync(&except).succeeds();
    commit(&sandbox, "allowed");
    git(&sandbox, &["switch", "-q", "main"]);
    git(&sandbox, &["merge", "-q", "work"]);
    git(&sandbox, &["switch", "-q", "-c", "next"]);
    let check = |now: &str| sandbox.sync(&["scoreboard", "check", "--base", "main", "--now", now]);
    check("2026-03-04").succeeds();
    let late = check("2026-05-01");
    assert!(late.code == 1 && late.out.contains("expired on 2026-04-30"), "{}", late.out);
    // what is repaired needs no exception any more
    module(&sandbox, "copy.py", LOAD);
    let unused = check("2026-03-04");
    assert!(
        unused.code == 1 && unused.out.contains("is not used: nothing that it names is worse; delete it"),
        "{}",
        unused.out
    );
    sandbox.remove(FOLDER);
    check("2026-05-01").succeeds();
}

#[test]
fn no_old_row_is_written_anew_and_the_budget_only_falls() {
    let sandbox = repository();
    record(&sandbox, "2026-02-12", &[]);
    record(&sandbox, "2026-02-19", &[]);
    commit(&sandbox, "rows");
    git(&sandbox, &["switch", "-q", "-c", "work"]);
    let text = sandbox.read(HISTORY);
    sandbox.write(HISTORY, text.replacen("\"value\":25", "\"value\":24", 1));
    let refused = sandbox.sync(&["scoreboard", "check", "--base", "main"]);
    assert!(refused.code == 1 && refused.out.contains("the row of 2026-02-12"), "{}", refused.out);
    sandbox.write(HISTORY, text.lines().nth(1).unwrap());
    assert_eq!(sandbox.sync(&["scoreboard", "check", "--base", "main"]).code, 1);
    sandbox.write(HISTORY, &text);
    sandbox.write(crate::support::tree::RATCHET, "{\"max_intrinsic_partial\": 40}\n");
    let refused = sandbox.sync(&["scoreboard", "check", "--base", "main"]);
    assert!(refused.code == 1 && refused.out.contains("rose from 26 to 40"), "{}", refused.out);
}

/// Merges `from` into the present branch and gives the files that conflict.
fn merge(sandbox: &Sandbox, from: &str) -> String {
    let arguments = ["merge", "-q", "--no-edit", from];
    drop(Command::new("git").args(arguments).current_dir(sandbox.ws("")).output().unwrap());
    git(sandbox, &["diff", "--name-only", "--diff-filter=U"])
}

/// Two branches that both recorded: the same week, and one a week more.
fn two_branches(with_rows: bool) -> Sandbox {
    let sandbox = repository();
    if with_rows {
        record(&sandbox, "2026-02-12", &[]);
        commit(&sandbox, "row");
    }
    for (branch, change, day) in [("a", "this", "2026-02-18"), ("b", "copy", "2026-02-19")] {
        git(&sandbox, &["switch", "-q", "-c", branch, "main"]);
        module(&sandbox, &format!("{change}.py"), &format!("{LOAD}# {branch}\n"));
        commit(&sandbox, "work");
        let attested = if branch == "a" { "'colorsys', 'this'" } else { "'colorsys'" };
        sandbox.write(
            ATTESTATION,
            format!("STDLIB_FULLY_COVERED_MODULES = ({attested},)\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {{}}\n"),
        );
        record(&sandbox, day, &[]);
        commit(&sandbox, "row of this week");
    }
    sandbox
}

#[test]
fn the_rows_of_two_branches_survive_a_merge_and_the_stricter_side_counts() {
    for with_rows in [true, false] {
        for (into, from) in [("a", "b"), ("b", "a")] {
            let sandbox = two_branches(with_rows);
            git(&sandbox, &["switch", "-q", into]);
            // the table of a document is a conflict without the driver, and the history is none
            assert_eq!(merge(&sandbox, from), format!("{OPERATIONS}\n"));
            git(&sandbox, &["merge", "--abort"]);
            let driver = format!("{} scoreboard merge-driver %O %A %B", env!("CARGO_BIN_EXE_molt-sync"));
            git(&sandbox, &["config", "merge.board.driver", &driver]);
            sandbox.write(".git/info/attributes", format!("{OPERATIONS} merge=board\n"));
            assert_eq!(merge(&sandbox, from), "");
            let table: Vec<String> = sandbox
                .read(OPERATIONS)
                .lines()
                .filter(|it| it.starts_with("| 2026"))
                .map(|it| it[2..12].to_owned())
                .collect();
            assert_eq!(
                table,
                if with_rows {
                    vec!["2026-02-12", "2026-02-18", "2026-02-19"]
                } else {
                    vec!["2026-02-18", "2026-02-19"]
                }
            );
            let shown = rows(&sandbox);
            assert_eq!(shown.len(), if with_rows { 2 } else { 1 });
            // of the two rows of one week, the branch that finished `this` has the better figures
            assert_eq!(values(shown.last().unwrap())[..2], [json!(2), json!(24)]);
            sandbox.sync(&["scoreboard", "check", "--base", "main"]).succeeds();
            // the next row is added in its place, whatever the order of the lines
            record(&sandbox, "2026-02-26", &[]);
            assert_eq!(sandbox.read(HISTORY).lines().count(), if with_rows { 4 } else { 3 });
        }
    }
}

#[test]
fn the_exceptions_of_two_branches_survive_a_merge() {
    let sandbox = repository();
    record(&sandbox, "2026-02-12", &[]);
    commit(&sandbox, "row");
    let except = [&["scoreboard", "except", "--base", "main", "--now", "2026-03-03"][..], &FULL].concat();
    for (branch, path) in [("a", "this.py"), ("b", "copy.py")] {
        git(&sandbox, &["switch", "-q", "-c", branch, "main"]);
        module(&sandbox, path, "x = 1\n");
        sandbox.sync(&except).succeeds();
        commit(&sandbox, "worse, and signed for");
    }
    assert_eq!(merge(&sandbox, "a"), "");
    let check = ["scoreboard", "check", "--base", "main", "--now", "2026-03-03"];
    sandbox.sync(&check).succeeds().says("2 signed for");
    // both branches signed for the same, and the one that ends first counts
    git(&sandbox, &["switch", "-q", "-c", "c", "main"]);
    module(&sandbox, "copy.py", "x = 1\n");
    let sooner: Vec<&str> = except.iter().map(|it| if *it == "2026-04-30" { "2026-03-20" } else { *it }).collect();
    sandbox.sync(&sooner).succeeds();
    commit(&sandbox, "the same");
    assert!(merge(&sandbox, "b").starts_with(FOLDER));
    let ended = sandbox.sync(&check);
    assert!(ended.code == 3 && ended.err.contains("a merge left a conflict"), "{}", ended.err);
    git(&sandbox, &["merge", "--abort"]);
    let driver = format!("{} scoreboard merge-driver %O %A %B", env!("CARGO_BIN_EXE_molt-sync"));
    git(&sandbox, &["config", "merge.board.driver", &driver]);
    sandbox.write(".git/info/attributes", format!("{FOLDER}/*.toml merge=board\n"));
    assert_eq!(merge(&sandbox, "b"), "");
    sandbox.sync(&check).succeeds();
    let late = sandbox.sync(&["scoreboard", "check", "--base", "main", "--now", "2026-03-21"]);
    assert!(late.code == 1 && late.out.contains("expired on 2026-03-20"), "{}", late.out);
}

#[test]
fn what_a_refresh_brings_to_the_board_is_signed_for_with_it() {
    use crate::support::Release;
    use molt_sync::stdlib::Kind;
    let sandbox = Sandbox::with_series("3.14");
    git(&sandbox, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(&sandbox, &["config", key, value]);
    }
    record(&sandbox, "2026-02-12", &[]);
    sandbox.publish("3.14.88", "tgz", &Release::based_on("3.14", "3.14.88").with("json.newest", Kind::Module).tgz());
    commit(&sandbox, "start");
    git(&sandbox, &["switch", "-q", "-c", "work"]);
    let refresh = ["refresh", "3.14", "--mirror", "../mirror", "--now", "2026-02-16", "--format", "json"];
    let sign = ["--sign-off", "Ann Owner", "--reason", "upstream has it now"];
    let ended = sandbox.sync(&[&refresh[..], &sign].concat()).succeeds();
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    let [before, after] = [0, 1].map(|at| report["figures"]["intrinsic-partial"][at].as_u64().unwrap());
    assert_eq!(after, before + 1);
    let check = sandbox.sync(&["scoreboard", "check", "--base", "main", "--now", "2026-02-16"]).succeeds();
    assert!(check.out.contains("intrinsic-partial: json.newest: allowed by"), "{}", check.out);
    // it ends, and without it the refresh is refused
    let late = sandbox.sync(&["scoreboard", "check", "--base", "main", "--now", "2026-09-01"]);
    assert!(late.code == 1 && late.out.contains("expired on 2026-08-15"), "{}", late.out);
}

#[test]
fn the_driver_merges_the_history_as_well() {
    let sandbox = two_branches(true);
    let driver = format!("{} scoreboard merge-driver %O %A %B", env!("CARGO_BIN_EXE_molt-sync"));
    git(&sandbox, &["config", "merge.board.driver", &driver]);
    sandbox.write(".git/info/attributes", format!("{OPERATIONS} merge=board\n{HISTORY} merge=board\n"));
    git(&sandbox, &["switch", "-q", "a"]);
    assert_eq!(merge(&sandbox, "b"), "");
    let days: Vec<String> = sandbox
        .read(HISTORY)
        .lines()
        .map(|it| serde_json::from_str::<Value>(it).unwrap()["date"].to_string())
        .collect();
    assert_eq!(days, ["\"2026-02-12\"", "\"2026-02-18\"", "\"2026-02-19\""]);
    // what is not a row is a person's conflict all the same
    let (base, ours, theirs) = ("one\n", "two\n", "three\n");
    let paths = [("base.md", base), ("ours.md", ours), ("theirs.md", theirs)]
        .map(|(name, text)| sandbox.file(name, text.as_bytes()));
    let ended = sandbox.sync(&["scoreboard", "merge-driver", &paths[0], &paths[1], &paths[2]]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(std::fs::read_to_string(&paths[1]).unwrap().contains("<<<<<<<"));
}

#[test]
fn a_plan_that_is_a_revert_is_carried_out_on_a_branch_of_its_own() {
    let sandbox = repository();
    git(&sandbox, &["switch", "-q", "-c", "work"]);
    module(&sandbox, "copy.py", "x = 1\n");
    commit(&sandbox, "worse");
    let bad = git(&sandbox, &["rev-parse", "HEAD"]).trim().to_owned();
    let except =
        [&["scoreboard", "except", "--base", "main", "--now", "2026-03-03", "--revert", &bad][..], &FULL].concat();
    sandbox.sync(&except).succeeds();
    commit(&sandbox, "allowed");
    let name = std::fs::read_dir(sandbox.ws(FOLDER)).unwrap().next().unwrap().unwrap().file_name();
    let name = name.to_str().unwrap().trim_end_matches(".toml");
    let told = sandbox.sync(&["scoreboard", "rollback", name]).succeeds().out;
    assert!(told.contains("plan: revert the merge commit") && told.contains(&bad[..9]), "{told}");
    let before = sandbox.snapshot();
    sandbox.sync(&["scoreboard", "rollback", name, "--worktree", "--branch", "back"]).succeeds();
    assert_eq!(
        sandbox.snapshot().keys().filter(|it| !it.starts_with(".git/")).count(),
        before.keys().filter(|it| !it.starts_with(".git/")).count()
    );
    assert_eq!(git(&sandbox, &["show", "back:src/molt/stdlib/copy.py"]), LOAD);
    assert_eq!(git(&sandbox, &["diff", "--name-only", "main", "back"]), "");
    sandbox.refuses(&["scoreboard", "rollback", "other"], 2, &["there is no exception other"]);
    // a plan in words is a person's to carry out
    let path = format!("{FOLDER}/{name}.toml");
    let words = sandbox.read(&path).replace(&format!("\"{bad}\""), "");
    sandbox.write(&path, words);
    let refused = sandbox.sync(&["scoreboard", "rollback", name, "--worktree", "--branch", "again"]);
    assert!(refused.code == 3 && refused.err.contains("names no commits to revert"), "{}", refused.err);
}

#[test]
fn the_page_has_every_figure_and_asks_for_nothing() {
    let sandbox = repository();
    sandbox.refuses(&["scoreboard", "html", "page.html"], 2, &["has no rows", "scoreboard record"]);
    let one = report(&sandbox, "one.json", &[("native", 3)], 50_000);
    for (at, day) in ["2026-02-12", "2026-02-19", "2026-02-26", "2026-03-05", "2026-03-12"].into_iter().enumerate() {
        module(&sandbox, "copy.py", if at % 2 == 0 { LOAD } else { "x = '<b>'\n" });
        record(&sandbox, day, &["--report", &one]);
    }
    sandbox.sync(&["scoreboard", "html", "page.html"]).succeeds().says("page.html: written");
    let page = sandbox.read("page.html");
    let row = rows(&sandbox).pop().unwrap();
    for id in IDS {
        let value = &row["figures"][id]["value"];
        let value = match value.as_f64() {
            Some(it) if id.ends_with("-pass") => format!("{it:.1} %"),
            Some(it) => format!("{it}"),
            None => "not measured".to_owned(),
        };
        assert!(page.contains(&format!("data-figure=\"{id}\">{value}<")), "{id} {value}");
    }
    for word in ["http://", "https://", "url(", "@import", "<img", " src="] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("href=\"src/molt/stdlib/copy.py\"") && page.contains("role=\"img\""));
    // it is written over by the next one, and no other file is
    sandbox.sync(&["scoreboard", "html", "page.html"]).succeeds();
    sandbox.write("mine.html", "<p>mine</p>");
    sandbox.refuses(&["scoreboard", "html", "mine.html"], 2, &["another file is there already"]);
    let badge = sandbox.sync(&["scoreboard", "badge", "--figure", "native-pass"]).succeeds().out;
    assert!(badge.starts_with("<svg ") && badge.contains("native parity pass: 91.7 %"), "{badge}");
}

#[test]
fn what_cannot_be_read_is_told_and_changes_nothing() {
    let sandbox = repository();
    let junk = sandbox.file("junk.json", b"{\"a\": 1}");
    let text = sandbox.file("text.json", b"\xff\xfe");
    sandbox.refuses(&["scoreboard", "record", "--report", &junk], 2, &["as a report", "summary.json"]);
    sandbox.refuses(&["scoreboard", "record", "--report", &text], 2, &["it is not text"]);
    sandbox.refuses(&["scoreboard", "record", "--report", "nowhere.json"], 2, &["nowhere.json"]);
    sandbox.refuses(&["scoreboard", "record", "--at", "nowhere"], 2, &["nowhere"]);
    let ended = sandbox.sync(&["scoreboard", "record", "--date", "2026-02-30"]);
    assert!(ended.code == 2 && ended.err.contains("write a date"), "{}", ended.err);
    for (path, text, words) in [
        (HISTORY, "{\"date\": 1}\n", "line 1 is not a row"),
        (HISTORY, "<<<<<<< ours\n{}\n=======\n>>>>>>> theirs\n", "a merge left a conflict at line 1"),
    ] {
        sandbox.write(path, text);
        for arguments in [&["show"][..], &["record"], &["check", "--base", "main"], &["html", "x.html"], &["badge"]] {
            let ended = sandbox.sync(&[&["scoreboard"], arguments].concat());
            assert!(
                ended.code > 1 && ended.err.contains(words) && ended.out.is_empty(),
                "{arguments:?}: {} {}",
                ended.code,
                ended.err
            );
        }
        sandbox.remove(path);
    }
    sandbox.write(&format!("{FOLDER}/x.toml"), "reason = \n");
    sandbox.refuses(&["scoreboard", "check", "--base", "main"], 2, &["x.toml: line 1"]);
    sandbox.write(&format!("{FOLDER}/x.toml"), "gate = \"ratchet\"\n");
    sandbox.sync(&["scoreboard", "check", "--base", "main"]).succeeds();
    // a union that is damaged is not one without names
    sandbox.write(crate::support::tree::UNION, "x = (\n");
    sandbox.refuses(&["scoreboard", "record"], 2, &["cannot count the names that are missing"]);
}
