//! The public names of the recorded releases, beside what the workspace's modules bind: in the acceptance of a module, in the plan,
//! in the gate, and in the number that may only go down.

use std::process::Command;

use molt_sync::base::Sha256;
use serde_json::Value;

use crate::support::{
    Release, Sandbox,
    archives::Tar,
    tree::{ATTESTATION, BINDINGS, MANIFEST, Tree as _, document, mini},
};

const VERSION: &str = "3.14.80";
const INDEX: &str = "tests/differential/COVERAGE_INDEX.yaml";
const RUNTIME: &str = "runtime/molt-runtime/src/json.rs";
pub(crate) const SHIM_FILE: &str = "src/molt/stdlib/this.py";
pub(crate) const SHIM: &str = "from _intrinsics import require_intrinsic as _require_intrinsic\n\n_DUMPS = _require_intrinsic(\"molt_json_dumps\", globals())\n\n\ndef dumps(obj):\n    if obj is None:\n        raise TypeError(\"no\")\n    return _DUMPS(obj)\n";
const WORKS: &str = "pub extern \"C\" fn molt_json_dumps(x: u64) -> u64 { with_gil!(_py, { dump(_py, x) }) }\n";
const TEST: &str = "tests/differential/stdlib/this_basic.py";

/// A release whose `this` has these lines.
fn release(this: &str) -> (Release, Vec<u8>) {
    let release = Release::small("3.14", VERSION);
    let bytes = packed(&release, this);
    (release, bytes)
}

fn packed(release: &Release, this: &str) -> Vec<u8> {
    let top = format!("Python-{VERSION}");
    let mut files = release.files();
    for (path, text) in [("this", this), ("copy", "def copy(x): pass\ndef deepcopy(x): pass\n"), ("json/__init__", "")]
    {
        files.insert(format!("Lib/{path}.py"), text.as_bytes().to_vec());
    }
    let tar = Tar::default().entry(&format!("{top}/"), b'5', b"", |_| {});
    let tar = files.iter().fold(tar, |tar, (path, bytes)| tar.file(&format!("{top}/{path}"), bytes));
    tar.gz()
}

/// A workspace whose `this` is converted, and that records a release with these names in it.
pub(crate) fn workspace(this: &str) -> Sandbox {
    let mut tree = mini();
    tree.module("this.py", SHIM);
    let others = "pub extern \"C\" fn molt_capabilities_has(x: u64) -> u64 { has(x) }\npub extern \"C\" fn molt_stdlib_probe(x: u64) -> u64 { x }\n";
    tree.write("runtime/molt-runtime/src/lib.rs", format!("mod json;\n{others}").as_bytes());
    tree.write(RUNTIME, WORKS.as_bytes());
    tree.write(INDEX, format!("stdlib:\n  this:\n    tests:\n      - {TEST}\n").as_bytes());
    tree.write(TEST, b"import this\n");
    tree.write(
        ATTESTATION,
        b"STDLIB_FULLY_COVERED_MODULES = (\n    \"abc\",\n    \"zlib\",\n)\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {\n    \"abc\": (\"molt_capabilities_has\",),\n    \"zlib\": (),\n}\n",
    );
    document(&mut tree);
    let sandbox = Sandbox::of(&tree);
    record(&sandbox, this);
    sandbox
}

fn record(sandbox: &Sandbox, this: &str) {
    let (Release(mut baseline), bytes) = release(this);
    baseline.provenance.sha256 = Some(Sha256::of(&bytes));
    baseline.provenance.artifact = Some(format!("Python-{VERSION}.tgz"));
    sandbox.write("baselines/3.14.json", baseline.render());
    // another archive of the release takes the place of the one before
    sandbox.write("baselines/releases.lock.toml", "");
    sandbox.publish(VERSION, "tgz", &bytes);
}

pub(crate) fn mirror(sandbox: &Sandbox) -> String {
    sandbox.root().join("mirror").display().to_string()
}

pub(crate) fn json(sandbox: &Sandbox, args: &[&str]) -> (Value, i32) {
    let ended = sandbox.sync(&[args, &["--format", "json", "--mirror", &mirror(sandbox)]].concat());
    let value = serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}{}", ended.out, ended.err));
    (value, ended.code)
}

fn report(sandbox: &Sandbox, native: &str, wasm: &str) -> String {
    let row = |lane: &str, status: &str| format!("{{\"test\":\"{TEST}\",\"lane\":\"{lane}\",\"status\":\"{status}\"}}");
    let rows = [row("native", native), row("wasm", wasm)].join(",");
    let text = format!("{{\"schema\":1,\"finished\":\"2100-01-01T00:00:00Z\",\"results\":[{rows}]}}");
    sandbox.file("report.json", text.as_bytes())
}

/// The verdict of each point of `this`, all evidence, and the exit code.
fn accept(sandbox: &Sandbox, more: &[&str]) -> (Vec<String>, String, i32) {
    let (value, code) = json(sandbox, &[&["accept", "this"], more].concat());
    let points = value["modules"][0]["points"].as_array().unwrap().clone();
    let verdicts = points.iter().map(|it| it["verdict"].as_str().unwrap().to_owned()).collect();
    let texts = points.iter().flat_map(|it| it["evidence"].as_array().unwrap().clone());
    (verdicts, texts.map(|it| format!("{}\n", it["text"].as_str().unwrap())).collect(), code)
}

#[test]
fn a_module_with_everything_in_place_is_accepted_and_its_attestation_proposed() {
    let sandbox = workspace("def dumps(obj): pass\n");
    let report = report(&sandbox, "pass", "pass");
    let (verdicts, evidence, code) = accept(&sandbox, &["--report", &report]);
    assert_eq!((verdicts, code), (vec!["met".to_owned(); 9], 0), "{evidence}");
    assert!(evidence.contains("`this`: 1 of 1 public name of 3.14 present"), "{evidence}");
    // what stands around it in the file is data too
    let note = "# by @owner, closes #12: ```x``` and [y](https://example.org)\nSTDLIB_FULLY";
    sandbox.write(ATTESTATION, sandbox.read(ATTESTATION).replacen("STDLIB_FULLY", note, 1));
    let before = sandbox.read(ATTESTATION);
    let markdown = ["accept", "this", "--attest", "--report", &report, "--format", "markdown"];
    let shown = sandbox.sync(&markdown).succeeds().out;
    let (head, block) = shown.split_once("````diff\n").unwrap();
    assert!(!head.contains("@owner") && block.contains("@owner, closes #12"), "{shown}");
    sandbox.file("b.patch", block.strip_suffix("````\n").unwrap().as_bytes());
    let check = ["apply", "--check", "../b.patch"];
    assert!(Command::new("git").args(check).current_dir(sandbox.ws("")).status().unwrap().success(), "{block}");
    let (value, _) = json(&sandbox, &["accept", "this", "--attest", "--report", &report]);
    let patch = value["attestation"].as_str().unwrap();
    let changed: Vec<&str> = patch
        .lines()
        .filter(|it| it.starts_with(['+', '-']) && !it.starts_with("+++") && !it.starts_with("---"))
        .collect();
    assert_eq!(changed, ["+    \"this\",", "+    \"this\": (\"molt_json_dumps\",),"], "{patch}");
    assert_eq!(sandbox.read(ATTESTATION), before, "it is a proposal");
    sandbox.file("a.patch", patch.as_bytes());
    let applied = Command::new("git").args(["apply", "../a.patch"]).current_dir(sandbox.ws("")).status().unwrap();
    assert!(applied.success());
    let ids = "contract-present,attested-backed,contract-intrinsics,contract-kept";
    assert_eq!(json(&sandbox, &["gates", "--only", ids]).1, 0, "what is proposed passes the gates about it");
    // what is attested already is not proposed again
    let (value, code) = json(&sandbox, &["accept", "this", "--attest", "--report", &report]);
    assert_eq!((value["attestation"].as_str(), code), (Some(""), 0));
    let ended = sandbox.sync(&["accept", "this", "--attest", "--report", &report]);
    assert!(ended.err.contains("this is attested already"), "{}", ended.err);
}

#[test]
fn each_point_is_refused_by_itself_and_says_why() {
    type Break<'a> = &'a dyn Fn(&Sandbox);
    let raises = "pub fn molt_json_dumps(x: u64) -> u64 { raise_exception::<u64>(_py, \"RuntimeError\", \"later\") }\n";
    let arity = |from: &str| from.replace("molt_json_dumps(x: Any)", "molt_json_dumps(x: Any, y: Any)");
    let cases: [(usize, &str, Break<'_>, &str); 9] = [
        (1, "missing", &|it| it.write(RUNTIME, raises), "`molt_json_dumps` only raises"),
        (2, "missing", &|it| it.write(MANIFEST, arity(&it.read(MANIFEST))), "and `molt_json_dumps` takes 1"),
        (3, "missing", &|it| it.write(BINDINGS, arity(&it.read(BINDINGS))), "2 parameters here and 1 in the manifest"),
        (4, "to-judge", &|it| it.write(SHIM_FILE, format!("{SHIM}\nfor _it in ():\n    dumps(_it)\n")), "a loop"),
        (5, "missing", &|it| it.write(INDEX, "stdlib:\n"), "the index names no targeted test"),
        (
            6,
            "missing",
            &|it| it.write(SHIM_FILE, format!("{SHIM}import colorsys\n_require_intrinsic(\"molt_no\", globals())\n")),
            "known-intrinsics",
        ),
        (
            7,
            "missing",
            &|it| it.write(SHIM_FILE, format!("{SHIM}_require_intrinsic(\"molt_no\", globals())\n")),
            "`molt_no`",
        ),
        (8, "missing", &|it| drop(report(it, "pass", "fail")), "failed in the lane wasm"),
        (
            9,
            "missing",
            &|it| record(it, "def dumps(obj): pass\ndef loads(text): pass\n"),
            "`this` lacks 1 public name of 3.14: loads",
        ),
    ];
    for (point, verdict, make, words) in cases {
        let sandbox = workspace("def dumps(obj): pass\n");
        let report = report(&sandbox, "pass", "pass");
        make(&sandbox);
        let (verdicts, evidence, code) = accept(&sandbox, &["--report", &report]);
        assert_eq!((verdicts[point - 1].as_str(), code), (verdict, 1), "{point}: {verdicts:?}\n{evidence}");
        assert!(evidence.contains(words), "{point}: {words} is not in\n{evidence}");
        let refused = json(&sandbox, &["accept", "this", "--attest", "--report", &report]).0;
        assert!(refused["attestation"].is_null(), "{point}: nothing is proposed of what is not met");
    }
}

#[test]
fn names_that_were_not_looked_at_are_neither_present_nor_missing() {
    let sandbox = workspace("def dumps(obj): pass\n");
    let ended = sandbox.sync(&["accept", "this"]);
    ended.says("the public names of CPython 3.14.80 are not at hand; `molt-sync surface` reads them where the release can be had");
    let plan = sandbox.sync(&["plan", "--format", "json"]).succeeds();
    let plan: Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(plan["not_measured"][0]["series"], "3.14");
    assert!(plan["next"][0]["missing_names"].is_null());
    // once they were read, no mirror is asked any more
    json(&sandbox, &["surface"]);
    std::fs::remove_dir_all(sandbox.root().join("mirror")).unwrap();
    let (_, evidence, _) = accept(&sandbox, &[]);
    assert!(evidence.contains("`this`: 1 of 1 public name of 3.14 present"), "{evidence}");
    let sandbox = workspace("def dumps(obj): pass\nglobals().update(f())\n");
    let (verdicts, evidence, _) = accept(&sandbox, &[]);
    assert_eq!(verdicts[8], "to-judge");
    assert!(evidence.contains("CPython may have more names in `this`"), "{evidence}");
    sandbox.write(SHIM_FILE, format!("{SHIM}globals().update(dumps(1))\n"));
    record(&sandbox, "def dumps(obj): pass\ndef loads(obj): pass\n");
    let (verdicts, evidence, _) = accept(&sandbox, &[]);
    assert_eq!(verdicts[8], "to-judge");
    assert!(evidence.contains("whether `this` has 1 public name does not show in its syntax: loads"), "{evidence}");
}

#[test]
fn the_plan_counts_the_names_that_are_missing() {
    let sandbox = workspace("def dumps(obj): pass\ndef loads(text): pass\n");
    let (plan, _) = json(&sandbox, &["plan", "--next", "100"]);
    let of = |name: &str| plan["next"].as_array().unwrap().iter().find(|it| it["module"] == name).unwrap().clone();
    assert_eq!(of("copy")["missing_names"], serde_json::json!(["copy", "deepcopy"]));
    assert_eq!(of("this")["missing_names"], serde_json::json!(["loads"]));
    let score = |name: &str| of(name)["score"].as_u64().unwrap();
    assert_eq!(score("this"), 2, "1 name, no dependent, 1 test");
    assert!(of("copy")["reason"].as_str().unwrap().contains("2 names missing"));
    assert_eq!(plan["not_measured"], serde_json::json!([]));
    // a series that is not at hand takes nothing from the others
    let Release(mut older) = Release::small("3.13", "3.13.80");
    older.provenance.sha256 = Some(Sha256::of(b"it is nowhere"));
    older.provenance.artifact = Some("Python-3.13.80.tgz".to_owned());
    sandbox.write("baselines/3.13.json", older.render());
    let (plan, _) = json(&sandbox, &["plan", "--next", "100"]);
    let this = plan["next"].as_array().unwrap().iter().find(|it| it["module"] == "this").unwrap();
    assert_eq!(this["missing_names"], serde_json::json!(["loads"]));
    assert_eq!(plan["not_measured"][0]["series"], "3.13");
    sandbox.sync(&["plan"]).says("names missing are those of 3.14; not looked at: 3.13: ");
}

#[test]
fn a_number_that_nobody_could_count_is_no_pass() {
    let sandbox = workspace("def dumps(obj): pass\ndef loads(text): pass\n");
    sandbox.write("molt-sync.toml", "mirror = \"http://127.0.0.1:1/\"\n[surface]\nmax_missing = 5\n");
    let others = ["gates", "--skip", "attested-modules,recorded-union"];
    let ended = sandbox.sync(&others);
    assert_eq!(ended.code, 2);
    for word in ["cannot judge surface-kept: ", "--skip surface-kept"] {
        assert!(ended.err.contains(word), "{}", ended.err);
    }
    // what was judged is told all the same
    assert!(ended.out.contains(" gates: 0 failed with 0 findings, "), "{}", ended.out);
    let ended = sandbox.sync(&[&others[..], &["--format", "json"]].concat());
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((ended.code, report["gates"].as_array().unwrap().len() > 40), (2, true));
    // and so where it was asked for beside others
    let ended = sandbox.sync(&["gates", "--only", "surface-kept,manifest"]);
    assert_eq!((ended.code, ended.out.contains("2 gates: 0 failed")), (2, true), "{}", ended.out);
    sandbox.sync(&[&others[..], &["--skip", "surface-kept"]].concat()).succeeds();
}

#[test]
fn the_number_of_names_that_are_missing_only_goes_down() {
    let sandbox = workspace("def dumps(obj): pass\ndef loads(text): pass\n");
    let git = |args: &[&str]| {
        let all = [&["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"], args].concat();
        assert!(Command::new("git").args(all).current_dir(sandbox.ws("")).output().unwrap().status.success());
    };
    let gate = || {
        let (found, _) = json(&sandbox, &["gates"]);
        let row = found["gates"].as_array().unwrap().iter().find(|it| it["id"] == "surface-kept").cloned();
        row.map(|it| (it["state"].as_str().unwrap().to_owned(), it.to_string()))
    };
    // off until somebody turns it on
    assert!(gate().is_none());
    sandbox.sync(&["gates", "explain"]).succeeds().says("surface-kept");
    sandbox.refuses(&["gates", "--only", "surface-kept"], 2, &["surface.max_missing is not set"]);
    sandbox.write("molt-sync.toml", "# ours\n[docs]\ndefaults = true # kept\n");
    let (found, _) = json(&sandbox, &["surface", "--tighten"]);
    let missing = found["totals"]["missing"].as_u64().unwrap();
    assert_eq!(
        sandbox.read("molt-sync.toml"),
        format!("# ours\n[docs]\ndefaults = true # kept\n\n[surface]\nmax_missing = {missing}\n")
    );
    assert_eq!(gate().unwrap().0, "passed");
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "x"]);
    // who asks for the attested modules alone hears of the number too, which is about all of them
    sandbox
        .sync(&["surface", "--attested"])
        .succeeds()
        .says(&format!("surface.max_missing, which is about all modules, is {missing}: no room"));
    assert_eq!(json(&sandbox, &["surface", "--attested"]).0["missing_in_all"], missing);
    assert!(json(&sandbox, &["surface", "json"]).0["missing_in_all"].is_null());
    // one name less is there
    sandbox.write(SHIM_FILE, SHIM.replace("def dumps", "def _dumps"));
    let (state, row) = gate().unwrap();
    assert_eq!(state, "failed");
    assert!(row.contains(&format!("1 more than surface.max_missing of {missing}")), "{row}");
    assert_eq!(json(&sandbox, &["gates", "--only", "surface-kept", "--base", "HEAD", "--new-only"]).1, 1);
    let all = sandbox.sync(&["gates", "--format", "sarif", "--mirror", &mirror(&sandbox)]);
    assert!(all.out.contains("\"ruleId\": \"surface-kept\""), "{}", all.out);
    sandbox.refuses(
        &["surface", "--tighten", "--mirror", &mirror(&sandbox)],
        1,
        &["cannot tighten", "1 name more than"],
    );
    sandbox.write(
        "molt-sync.toml",
        sandbox.read("molt-sync.toml").replace(&missing.to_string(), &(missing + 1).to_string()),
    );
    assert_eq!(gate().unwrap().0, "passed");
    sandbox.refuses(&["ratchet", "check", "--base", "HEAD"], 1, &["surface.max_missing", "rose from"]);
    // two more are there
    sandbox.write(SHIM_FILE, format!("{SHIM}def loads(text):\n    return dumps(text)\n"));
    let patch = sandbox.sync(&["surface", "--tighten", "--dry-run", "--mirror", &mirror(&sandbox), "--format", "json"]);
    assert!(patch.out.contains(&format!("+max_missing = {}", missing - 1)), "{}", patch.out);
    sandbox
        .sync(&["surface", "--tighten", "--dry-run", "--mirror", &mirror(&sandbox)])
        .succeeds()
        .says(&format!("surface.max_missing would be {} now, {} before", missing - 1, missing + 1))
        .says(&format!("+max_missing = {}", missing - 1));
    sandbox.sync(&["surface", "--tighten", "--mirror", &mirror(&sandbox)]).succeeds().says("now, ");
    sandbox.sync(&["ratchet", "check", "--base", "HEAD"]).succeeds();
}

#[test]
fn documents_and_the_scoreboard_may_state_how_many_names_are_there() {
    let sandbox = Sandbox::with_series("3.14");
    let release = Release::based_on("3.14", VERSION);
    sandbox.publish(VERSION, "tgz", &packed(&release, "def dumps(obj): pass\ndef loads(text): pass\n"));
    sandbox.sync(&["refresh", "3.14", "--mirror", &mirror(&sandbox)]).succeeds();
    // the refresh has read them, and another machine has not
    let none = sandbox.sync(&["--cache-dir", "../other", "docs", "facts", "api"]);
    assert_eq!(none.code, 2);
    assert!(
        none.err.contains("are not at hand; `molt-sync surface` reads them where the release can be had"),
        "{}",
        none.err
    );
    sandbox.write(
        "docs/own.md",
        "# Names\n\nThe modules bind [9][f:api.names.present] of them, `this` [2][f:module.this.names.required].\n",
    );
    let ended = sandbox.sync(&["--cache-dir", "../other", "docs", "check"]);
    assert!(ended.code != 0 && ended.out.contains("are not at hand"), "what is not known is not right: {}", ended.out);
    let (found, _) = json(&sandbox, &["surface"]);
    let (facts, _) = json(&sandbox, &["docs", "facts", "api"]);
    let of = |id: &str| facts["facts"].as_array().unwrap().iter().find(|it| it["id"] == id).unwrap()["value"].clone();
    assert_eq!(of("api.names.required"), found["totals"]["required"]);
    assert_eq!(of("api.names.present"), found["totals"]["present"]);
    let (facts, _) = json(&sandbox, &["docs", "facts", "module.this.names"]);
    assert_eq!(facts["facts"][0]["value"], 0);
    assert_eq!(facts["facts"][1]["value"], 2);
    let ended = sandbox.sync(&["docs", "check"]);
    assert!(
        ended.out.contains("stale value: api.names.present")
            && !ended.out.contains("stale value: module.this.names.required"),
        "{}",
        ended.out
    );
    sandbox.sync(&["scoreboard", "record", "--date", "2026-03-02"]).succeeds();
    let row = sandbox.read("docs/scoreboard/history.jsonl");
    let row: Value = serde_json::from_str(row.lines().last().unwrap()).unwrap();
    assert_eq!(row["public-names"]["required"], found["totals"]["required"]);
    assert_eq!(row["public-names"]["present"], found["totals"]["present"]);
    // what nothing states yet can be bound, and a template can state what is known of one module
    let present = &found["totals"]["present"];
    sandbox.write("docs/own.md", format!("# Names\n\nThe modules bind {present} public names here.\n"));
    sandbox.sync(&["docs", "bind", "docs/own.md:3", "api.names.present"]).succeeds();
    sandbox.write("docs/t.md.j2", "{{ module.this.names.present }} of {{ module.this.names.required }}\n");
    let settings = std::fs::read_to_string(sandbox.ws("molt-sync.toml")).unwrap_or_default();
    sandbox.write("molt-sync.toml", format!("{settings}\n[docs.blocks.names]\ntemplate = \"docs/t.md.j2\"\n"));
    sandbox
        .write("docs/ours.md", "# Ours\n\n<!-- molt-sync:begin block=names -->\n<!-- molt-sync:end block=names -->\n");
    sandbox.sync(&["docs", "sync", "--take", "source"]);
    assert!(sandbox.read("docs/ours.md").contains("\n0 of 2\n"), "{}", sandbox.read("docs/ours.md"));
}

#[test]
fn the_modules_that_a_branch_changes_are_judged_with_their_families() {
    let sandbox = workspace("def dumps(obj): pass\n");
    let git = |args: &[&str]| {
        let all = [&["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"], args].concat();
        assert!(Command::new("git").args(all).current_dir(sandbox.ws("")).output().unwrap().status.success());
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "x"]);
    let judged = || -> Vec<String> {
        let (value, _) = json(&sandbox, &["accept", "--changed", "--base", "main"]);
        value["modules"].as_array().unwrap().iter().map(|it| it["module"].as_str().unwrap().to_owned()).collect()
    };
    assert!(judged().is_empty());
    // one that was only touched says what it said
    let old = std::time::SystemTime::UNIX_EPOCH;
    std::fs::File::options().write(true).open(sandbox.ws(SHIM_FILE)).unwrap().set_modified(old).unwrap();
    assert!(judged().is_empty());
    git(&["checkout", "-qb", "work"]);
    sandbox.write(SHIM_FILE, format!("{SHIM}\n"));
    sandbox.write("src/molt/stdlib/brandnew.py", SHIM);
    // neither a test nor a document is a module
    sandbox.write("tests/differential/stdlib/other.py", "import copy\n");
    assert_eq!(judged(), ["brandnew", "this"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "y"]);
    assert_eq!(judged(), ["brandnew", "this"], "also once they are committed");
    let ended = sandbox.sync(&["accept", "--changed"]);
    assert!(ended.code == 2 && ended.err.contains("--base"), "{}", ended.err);
    assert_eq!(sandbox.sync(&["accept", "this", "--changed", "--base", "main"]).code, 2);
}

#[test]
fn names_that_are_taken_over_again_and_again_are_taken_once() {
    let sandbox = workspace("def dumps(obj): pass\ndef loads(obj): pass\n");
    let many: String = (0..30_000).map(|it| format!("x{it} = {it}\n")).collect();
    let again = "from copy import *\nfrom this import *\n".repeat(1500) + &"__all__ += copy.__all__\n".repeat(1500);
    let stated: String = (0..30_000).map(|it| format!("'x{it}', ")).collect();
    sandbox.write("src/molt/stdlib/copy.py", format!("{many}__all__ = [{stated}]\n"));
    sandbox.write(SHIM_FILE, format!("{SHIM}import copy\n__all__ = ['dumps']\n{many}{again}"));
    let mirror = mirror(&sandbox);
    let told = sandbox.sync(&["surface", "this", "--offline", "--mirror", &mirror, "--memory-limit", "400M"]);
    assert!(told.code == 0 && told.out.contains("loads"), "{}{}", told.out, told.err);
    // each name of it is known to be there or not: what is followed no further would be told as unknown
    let json = ["surface", "this", "--offline", "--mirror", &mirror, "--format", "json"];
    let report: serde_json::Value = serde_json::from_str(&sandbox.sync(&json).succeeds().out).unwrap();
    assert_eq!(report["modules"][0]["unknown"], serde_json::json!([]), "{report}");
}

#[test]
fn a_series_that_only_the_union_file_knows_is_of_the_bundled_release() {
    let sandbox = Sandbox::with_series("3.12,3.13");
    sandbox.remove("baselines/3.12.json");
    sandbox.publish("3.13.77", "tgz", &Release::based_on("3.13", "3.13.77").tgz());
    sandbox.sync(&["refresh", "3.13.77", "--mirror", "../mirror"]).succeeds().says("the facts of 3.12 are those of");
    let ended = sandbox.sync(&["surface", "json", "--mirror", "../mirror"]).succeeds();
    assert!(
        ended.out.contains("CPython 3.12.0") && !ended.out.contains("names no release"),
        "{}{}",
        ended.out,
        ended.err
    );
}
