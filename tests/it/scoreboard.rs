//! `scoreboard` on repositories that are built in code: what is recorded and shown, what may worsen and what not, what two branches
//! that both recorded come to, and the page.

use std::{fs, os::unix::fs::symlink};

use serde_json::{Value, json};

use crate::{
    changes::git,
    support::{
        Sandbox,
        feeds::feeds,
        tree::{ATTESTATION, LOAD, STD, Tree as _, UNION, mini},
    },
};

pub const HISTORY: &str = "docs/scoreboard/history.jsonl";
pub const OPERATIONS: &str = "docs/OPERATIONS.md";
pub const FOLDER: &str = "docs/scoreboard/exceptions";
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
pub fn repository() -> Sandbox {
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

pub fn commit(sandbox: &Sandbox, message: &str) {
    git(sandbox, &["add", "-A"]);
    git(sandbox, &["commit", "-q", "-m", message]);
}

/// A report of molt-sync's own: twelve tests in both lanes, with those that fail, and a peak of the first one.
pub fn report(sandbox: &Sandbox, name: &str, fails: &[(&str, usize)], peak: u64) -> String {
    let test = |at: usize| format!("tests/differential/basic/t{at}.py");
    let result = |lane: &str, at: usize| {
        let status = if fails.contains(&(lane, at)) { "fail" } else { "pass" };
        json!({ "test": test(at), "lane": lane, "status": status, "program_kb": if at == 0 { peak } else { 9000 } })
    };
    let results: Vec<Value> =
        ["native", "wasm"].into_iter().flat_map(|lane| (0..12).map(move |at| result(lane, at))).collect();
    sandbox.file(name, json!({ "schema": 1, "results": results, "totals": {} }).to_string().as_bytes())
}

pub fn rows(sandbox: &Sandbox) -> Vec<Value> {
    let shown: Value =
        serde_json::from_str(&sandbox.sync(&["scoreboard", "show", "--format", "json"]).succeeds().out).unwrap();
    assert_eq!(shown["schema"], 1);
    shown["rows"].as_array().unwrap().clone()
}

pub fn values(row: &Value) -> Vec<Value> {
    IDS.map(|it| row["figures"][it]["value"].clone()).into()
}

pub fn record(sandbox: &Sandbox, date: &str, more: &[&str]) {
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
    std::fs::create_dir(sandbox.root().join("mirror")).unwrap();
    sandbox.write("molt-sync.toml", format!("mirror = \"../mirror\"\n\n{}", feeds(&[])));
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
    // a module that git does not know is part of the tree, and of no commit; other files are not
    git(&sandbox, &["checkout", "-q", "--", STD]);
    sandbox.write("notes.txt", "mine");
    record(&sandbox, "2026-03-05", &[]);
    module(&sandbox, "untracked.py", "x = 1\n");
    record(&sandbox, "2026-03-12", &[]);
    let shown = rows(&sandbox);
    assert_eq!((&shown[3]["modified"], &shown[4]["modified"]), (&json!(false), &json!(true)));
    let source = shown[4]["figures"]["python-only"]["source"].as_str().unwrap();
    assert!(source.ends_with(", modified"), "{source}");
    let ended = sandbox.sync(&["scoreboard", "record", "--at", "HEAD", "--dry-run", "--replace"]).succeeds();
    assert!(ended.out.contains(&format!("+++ b/{HISTORY}")), "{}", ended.out);
}

#[test]
fn no_old_row_is_rewritten_and_none_is_of_a_day_to_come() {
    let sandbox = repository();
    for day in ["2026-02-12", "2026-02-26"] {
        record(&sandbox, day, &[]);
    }
    module(&sandbox, "this.py", "x = 1\n");
    let written = || (sandbox.read(HISTORY), sandbox.read(OPERATIONS));
    let before = written();
    let refused = |date: &str, words: &str| {
        let ended = sandbox.sync(&["scoreboard", "record", "--replace", "--date", date, "--now", "2026-03-05"]);
        assert!(ended.code == 2 && ended.err.contains(words), "{date}: {} {}", ended.code, ended.err);
        assert_eq!(written(), before, "{date}");
    };
    refused("2026-02-12", "cannot replace the row of 2026-02-12");
    refused("2026-02-13", "only the row of the last week, that of 2026-02-26, is replaced");
    refused("2027-03-04", "that day is still to come");
    // a week that has none gets one, also late, and the last row gives way
    record(&sandbox, "2026-02-19", &["--replace"]);
    record(&sandbox, "2026-02-27", &["--replace"]);
    let days: Vec<Value> = rows(&sandbox).iter().map(|it| it["date"].clone()).collect();
    assert_eq!(days, ["2026-02-12", "2026-02-19", "2026-02-27"]);
    assert!(sandbox.read(HISTORY).starts_with(before.0.lines().next().unwrap()));
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

pub fn module(sandbox: &Sandbox, path: &str, text: &str) {
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

pub const FULL: [&str; 8] = [
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
            let ended = sandbox.sync(&args).succeeds();
            let words =
                if more.is_empty() { "has no `reason`; it has no `signed_off_by`" } else { "takes it from now on" };
            assert!(ended.err.contains(words), "{}", ended.err);
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
        for (from, to, why) in [
            (FULL[1], "TBD", "is vague: `reason` says `TBD`"),
            (FULL[7], "later", "is vague: `rollback.plan`"),
            (FULL[3], "someone", "is vague: `signed_off_by`"),
            (FULL[5], "2031-01-01", "more than a year ahead, and too wide"),
            (identity, "*", "`*` of "),
            (identity, "all", "`all` of "),
        ] {
            sandbox.write(&path, full.replace(&format!("\"{from}\""), &format!("\"{to}\"")));
            let refused = check("2026-03-03");
            assert!(refused.code == 1 && refused.out.contains(why), "{to}: {}", refused.out);
            assert!(refused.out.contains(&format!("{identity}: ")), "it allows nothing: {}", refused.out);
        }
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

/// Of a link git compares where it leads to, and not what is there.
#[test]
fn a_module_or_a_history_that_is_a_link_is_not_compared() {
    let sandbox = repository();
    let check = |base: &str| sandbox.sync(&["scoreboard", "check", "--base", base]);
    let link = |to: &str, from: &str| {
        drop(fs::remove_file(sandbox.ws(from)));
        symlink(to, sandbox.ws(from)).unwrap();
    };
    sandbox.write("src/impl/colorsys.py", LOAD);
    link("../../impl/colorsys.py", "src/molt/stdlib/colorsys.py");
    commit(&sandbox, "a link");
    sandbox.write("src/impl/colorsys.py", "x = 1\n");
    commit(&sandbox, "worse");
    let refused = check("HEAD~1");
    assert_eq!(refused.code, 2, "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("src/molt/stdlib/colorsys.py is a link"), "{}", refused.err);
    // its module is judged, whether its text is that of the base or not
    let changed = sandbox.sync(&["accept", "--changed", "--base", "HEAD"]);
    assert!(changed.code == 1 && changed.out.contains("colorsys"), "{}{}", changed.out, changed.err);
    fs::remove_file(sandbox.ws("src/molt/stdlib/colorsys.py")).unwrap();
    sandbox.write("src/molt/stdlib/colorsys.py", LOAD);
    commit(&sandbox, "a file");
    check("HEAD").succeeds();
    let history = "docs/scoreboard/history.jsonl";
    sandbox.sync(&["scoreboard", "record", "--date", "2026-03-02", "--allow-dirty", "**"]).succeeds();
    fs::rename(sandbox.ws(history), sandbox.ws("rows.jsonl")).unwrap();
    link("../../rows.jsonl", history);
    commit(&sandbox, "rows behind a link");
    let refused = check("HEAD~1");
    assert!(refused.code == 2 && refused.err.contains("history.jsonl is a link"), "{}{}", refused.out, refused.err);
    // nor is it where the link was at the base alone
    fs::remove_file(sandbox.ws(history)).unwrap();
    fs::copy(sandbox.ws("rows.jsonl"), sandbox.ws(history)).unwrap();
    let refused = check("HEAD");
    assert!(refused.code == 2 && refused.err.contains("it is not a plain file"), "{}{}", refused.out, refused.err);
}

/// What git says is the same at the base is not looked at twice; what follows from other files is.
#[test]
fn a_module_falls_back_by_what_another_file_says() {
    let sandbox = repository();
    sandbox.write("molt-sync.toml", "[audit]\ndialect = \"2026-08\"\n");
    module(&sandbox, "pack/__init__.py", "import pack.core\n");
    module(&sandbox, "pack/core.py", LOAD);
    commit(&sandbox, "a package");
    let check = |base: &str| sandbox.sync(&["scoreboard", "check", "--base", base]);
    check("HEAD").succeeds();
    module(&sandbox, "pack/core.py", "x = 1\n");
    module(&sandbox, "untracked.py", "x = 1\n");
    let refused = check("HEAD");
    assert_eq!(refused.code, 1, "{}{}", refused.out, refused.err);
    for name in ["pack: intrinsic-partial before, python-only now", "pack.core: ", "untracked: "] {
        assert!(refused.out.contains(&format!("python-only: {name}")), "{name}: {}", refused.out);
    }
    commit(&sandbox, "worse");
    check("HEAD").succeeds();
    assert_eq!(check("HEAD~1").code, 1);
    // other settings than those of the base: nothing of one side is taken for the other
    sandbox.remove("molt-sync.toml");
    let refused = check("HEAD~1");
    assert!(refused.code == 1 && refused.out.contains("audit.dialect"), "{}{}", refused.out, refused.err);
}

#[test]
fn of_two_files_of_one_name_the_worse_counts_and_no_branch_says_alone_what_must_be_there() {
    let sandbox = repository();
    let check = |words: &str| {
        let told = sandbox.sync(&["scoreboard", "check", "--base", "main"]);
        assert!(told.code == 1 && told.out.contains(words), "{words}: {} {}{}", told.code, told.out, told.err);
    };
    module(&sandbox, "colorsys/__init__.py", "x = 1\n");
    check("colorsys");
    sandbox.remove(&format!("{STD}/colorsys"));
    sandbox.sync(&["scoreboard", "check", "--base", "main"]).succeeds();
    // a module that is deleted and taken out of the union
    let (path, union) = (UNION, sandbox.read(UNION));
    sandbox.remove(&format!("{STD}/colorsys.py"));
    let without: String = union.lines().filter(|it| !it.contains("\"colorsys\"")).map(|it| format!("{it}\n")).collect();
    assert_ne!(union, without);
    sandbox.write(path, without);
    check("colorsys");
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
    // the same holds of the table of the handbook
    let table = sandbox.read(OPERATIONS);
    sandbox.write(OPERATIONS, table.replacen("| 2026-02-12 | 1 | 25 |", "| 2026-02-12 | 1 | 55 |", 1));
    let refused = sandbox.sync(&["scoreboard", "check", "--base", "main", "--format", "json"]);
    let found: Value = serde_json::from_str(&refused.out).unwrap();
    assert_eq!((refused.code, &found["table"], &found["history"]), (1, &json!(["2026-02-12"]), &json!([])));
    let refused = sandbox.sync(&["scoreboard", "check", "--base", "main"]);
    assert!(refused.out.contains(&format!("the row of 2026-02-12 in {OPERATIONS}")), "{}", refused.out);
    sandbox.write(OPERATIONS, table);
    sandbox.sync(&["scoreboard", "check", "--base", "main"]).succeeds();
    sandbox.write(crate::support::tree::RATCHET, "{\"max_intrinsic_partial\": 40}\n");
    let refused = sandbox.sync(&["scoreboard", "check", "--base", "main"]);
    assert!(refused.code == 1 && refused.out.contains("rose from 26 to 40"), "{}", refused.out);
    // the hint names a file that will do
    let refused = sandbox.sync(&["ratchet", "check", "--base", "main"]);
    let (_, hint) = refused.err.split_once("a file of your own such as ").unwrap_or_else(|| panic!("{}", refused.err));
    let (path, fields) = hint.trim_end().split_once(" with ").unwrap();
    let fields =
        fields.replace(", signed_off_by and reason", ", signed_off_by = \"Ann\", reason = \"a parser is new\"");
    sandbox.write(path, fields.replace(", ", "\n"));
    sandbox.sync(&["ratchet", "check", "--base", "main"]).succeeds().says("signed for");
    sandbox.sync(&["scoreboard", "check", "--base", "main"]).succeeds();
}

#[test]
fn what_a_refresh_brings_to_the_board_is_signed_for_with_it() {
    use crate::support::Release;
    use molt_sync::stdlib::ModuleKind;
    let sandbox = Sandbox::with_series("3.14");
    git(&sandbox, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(&sandbox, &["config", key, value]);
    }
    record(&sandbox, "2026-02-12", &[]);
    sandbox.publish(
        "3.14.88",
        "tgz",
        &Release::based_on("3.14", "3.14.88").with("json.newest", ModuleKind::Module).tgz(),
    );
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
        assert!(page.contains(&format!("data-figure={id}>{value}<")), "{id} {value}");
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
fn a_lane_in_which_cpython_stood_for_molt_gives_no_figure() {
    let sandbox = repository();
    let told = report(&sandbox, "one.json", &[("native", 3), ("wasm", 1)], 50_000);
    let with = |native: &str, wasm: &str| {
        let mut all: Value = serde_json::from_slice(&std::fs::read(sandbox.ws(&told)).unwrap()).unwrap();
        all["provenance"] = json!({ "kind": "run" });
        all["fingerprint"] = json!({ "commit": null, "configuration": "c", "tests": "x", "count": 12,
            "interpreters": { "native": native, "wasm": wasm } });
        all["totals"] = json!({ "total": 24, "compared": 24, "pass_percent": null, "spikes": 0 });
        sandbox.file("two.json", all.to_string().as_bytes())
    };
    let (cpython, molt) = ("CPython 3.12.1 against CPython 3.13.0", "CPython 3.12.1 against molt run");
    let of_none = with(cpython, cpython);
    sandbox.refuses(&["scoreboard", "record", "--report", &of_none], 2, &["in the place of Molt", "lane wasm"]);
    let of_one = with(cpython, molt);
    let ended = sandbox.sync(&["scoreboard", "record", "--date", "2026-02-12", "--report", &of_one]).succeeds();
    assert!(ended.err.contains(&format!("in lane native, {cpython} ran")), "{}", ended.err);
    assert_eq!(values(&rows(&sandbox)[0])[6..8], [Value::Null, json!(91.7)]);
}

#[test]
fn what_cannot_be_read_is_told_and_changes_nothing() {
    let sandbox = repository();
    let junk = sandbox.file("junk.json", b"{\"a\": 1}");
    let text = sandbox.file("text.json", b"\xff\xfe");
    sandbox.refuses(&["scoreboard", "record", "--report", &junk], 2, &["as a report", "summary.json"]);
    sandbox.refuses(&["scoreboard", "record", "--report", &text], 2, &["it is not text"]);
    sandbox.refuses(&["scoreboard", "record", "--report", "nowhere.json"], 2, &["nowhere.json"]);
    for counts in [(u64::MAX, 21), (u64::MAX - 5, 3), (1 << 33, 0)] {
        let summary = json!({ "passed": counts.0, "failed": counts.1, "total": counts.0.wrapping_add(counts.1) });
        let summary = sandbox.file("summary.json", summary.to_string().as_bytes());
        sandbox.refuses(&["scoreboard", "record", "--report", &summary], 2, &["it counts more than 4294967296 tests"]);
    }
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
    sandbox.refuses(&["scoreboard", "record"], 2, &["cannot read tools/stdlib_module_union.py: "]);
}

/// A row of an earlier day is of the tree as it is, which is told; with the commit of that day it is of that.
#[test]
fn a_row_of_an_earlier_day_says_which_tree_is_measured() {
    let sandbox = repository();
    let made = git(&sandbox, &["log", "-1", "--format=%cs"]).trim().to_owned();
    let recorded =
        |more: &[&str]| sandbox.sync(&[&["scoreboard", "record", "--dry-run"][..], more].concat()).succeeds().err;
    let words = format!("is measured on the tree as it is, which is of {made}; `--at COMMIT` measures");
    assert!(recorded(&["--date", "2020-01-06"]).contains(&words));
    assert!(!recorded(&["--date", &made]).contains("as it is"));
    assert!(!recorded(&["--date", "2020-01-06", "--at", "HEAD"]).contains("as it is"));
}
