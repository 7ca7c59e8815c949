//! `gates --base` and `ratchet` on repositories that are built in code: what a branch brings, and what may rise.

use std::process::Command;

use crate::{
    gates_command::{TRY, json, module, sandbox},
    support::{
        Sandbox,
        tree::{LOAD, MANIFEST, RATCHET, STD, Tree as _, UNION, mini},
    },
};

fn git(box_: &Sandbox, args: &[&str]) -> String {
    let name = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(name).args(args).current_dir(box_.ws("")).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn commit(box_: &Sandbox, message: &str) {
    git(box_, &["add", "-A"]);
    git(box_, &["commit", "-q", "-m", message]);
}

fn budget(box_: &Sandbox, budget: u32) {
    box_.write(RATCHET, format!("{{\"max_intrinsic_partial\": {budget}}}\n"));
}

fn repository() -> Sandbox {
    let box_ = sandbox();
    git(&box_, &["init", "-q", "-b", "main"]);
    commit(&box_, "start");
    box_
}

#[test]
fn findings_are_new_or_old_against_a_revision() {
    let box_ = repository();
    module(&box_, "this.py", format!("{LOAD}{TRY}"));
    commit(&box_, "a fallback");
    box_.sync(&["gates", "--base", "HEAD~1"]).says("failure [new]\n");
    let old = box_.sync(&["gates", "--base", "HEAD"]);
    assert!(old.code == 1 && old.out.contains("[old]"), "{}", old.out);
    box_.sync(&["gates", "--base", "HEAD", "--new-only"]).succeeds().says("1 of all findings are old");
    // the old one moves down and a second one comes
    module(&box_, "this.py", format!("{LOAD}\n\n{TRY}\n{TRY}"));
    let (code, report) = json(&box_, &["gates", "--base", "HEAD", "--new-only"]);
    let gate = report["gates"].as_array().unwrap().iter().find(|it| it["id"] == "stdlib-fallback").unwrap();
    let age: Vec<_> = gate["findings"].as_array().unwrap().iter().map(|it| it["new"].as_bool().unwrap()).collect();
    assert_eq!((code, age), (1, vec![false, true]));
    // what the base has brought since they parted is not blamed on this branch
    git(&box_, &["checkout", "-q", "-f", "-b", "work", "HEAD~1"]);
    git(&box_, &["checkout", "-q", "main"]);
    module(&box_, "middle.py", format!("{LOAD}{TRY}"));
    commit(&box_, "more on main");
    module(&box_, "middle.py", LOAD);
    module(&box_, "this.py", LOAD);
    commit(&box_, "less on main");
    git(&box_, &["checkout", "-q", "-B", "work", "HEAD~2"]);
    box_.sync(&["gates", "--base", "main"]).says("failure [old]\n");
    module(&box_, "this.py", format!("{LOAD}\n\n{TRY}\n{TRY}"));
    box_.refuses(
        &["gates", "--base", "nowhere"],
        2,
        &["cannot find the commit nowhere with git: there is no such commit"],
    );
    box_.refuses(&["gates", "--base=--output=x"], 2, &["--output=x"]);
    assert_eq!(git(&box_, &["status", "--short"]), " M src/molt/stdlib/this.py\n");
    let bare = sandbox();
    let words = ["is in no repository of git", "hint: leave the revision out"];
    for args in [&["gates", "--base", "HEAD"][..], &["ratchet", "check", "--base", "main"]] {
        bare.refuses(args, 2, &words);
    }
    git(&bare, &["init", "-q"]);
    bare.refuses(&["gates", "--base", "HEAD"], 2, &["there is no such commit", "hint: nothing is committed here yet"]);
}

#[test]
fn an_intrinsic_of_another_crate_is_known_at_the_base_too() {
    let box_ = sandbox();
    box_.write("src/molt/stdlib_intrinsic_policy.py", "");
    let text = box_.read("runtime/molt-runtime/src/lib.rs");
    let (first, rest) = text.split_once('\n').unwrap();
    box_.write("runtime/molt-other/src/lib.rs", format!("{first}\n"));
    box_.write("runtime/molt-runtime/src/lib.rs", rest);
    box_.write(MANIFEST, format!("{}def molt_nowhere() -> Any: ...\n", box_.read(MANIFEST)));
    git(&box_, &["init", "-q", "-b", "main"]);
    commit(&box_, "two crates");
    let (_, report) = json(&box_, &["gates", "--base", "HEAD"]);
    let gate = report["gates"].as_array().unwrap().iter().find(|it| it["id"] == "manifest-symbols").unwrap();
    assert_eq!(gate["findings"].as_array().unwrap().len(), 1, "{gate}");
    assert_eq!(report["dialect"], "2026-08");
    // the crate goes, and with it an intrinsic: that is this branch's doing
    box_.write("runtime/molt-other/src/lib.rs", "");
    let (_, report) = json(&box_, &["gates", "--base", "HEAD"]);
    let gate = report["gates"].as_array().unwrap().iter().find(|it| it["id"] == "manifest-symbols").unwrap();
    let ages: Vec<_> = gate["findings"].as_array().unwrap().iter().map(|it| it["new"].as_bool().unwrap()).collect();
    assert_eq!(ages, [true, false], "{gate}");
}

/// A gate that a branch takes its list away from passes nothing.
#[test]
fn a_core_lane_that_the_base_has_is_not_gone_unjudged() {
    let box_ = repository();
    box_.sync(&["gates", "--base", "HEAD"]).succeeds();
    box_.remove("tests");
    commit(&box_, "no lane");
    let words = ["cannot judge core-lane, by which the base is judged"];
    for more in [&[][..], &["--new-only"]] {
        box_.refuses(&[&["gates", "--base", "HEAD~1"], more].concat(), 2, &words);
    }
    // what is not asked for is not missed, nor what was gone before
    box_.sync(&["gates", "--base", "HEAD~1", "--skip", "core-lane"]).succeeds();
    box_.sync(&["gates", "--base", "HEAD"]).succeeds();
}

#[test]
fn a_finding_that_grows_is_new() {
    let box_ = repository();
    box_.write(RATCHET, "{\"max_intrinsic_partial\": 20}");
    commit(&box_, "over the budget");
    let check = ["gates", "--base", "HEAD", "--new-only", "--only", "intrinsic-partial-ratchet"];
    box_.sync(&check).succeeds();
    module(&box_, "test/more.py", LOAD);
    assert_eq!(box_.sync(&check).code, 1);
    box_.write(RATCHET, "{\"max_intrinsic_partial\": 22}");
    box_.sync(&check).succeeds();
}

#[test]
fn a_budget_that_rose_needs_a_signature() {
    let box_ = repository();
    let set = |n: u32| box_.write(RATCHET, format!("{{\"max_intrinsic_partial\": {n}}}\n"));
    let check = ["ratchet", "check", "--base", "main"];
    git(&box_, &["checkout", "-q", "-b", "work"]);
    box_.sync(&check).succeeds().says("the budget is 26, as it was at main\n");
    set(20);
    box_.sync(&check).succeeds().says("went down from 26 to 20");
    set(30);
    box_.refuses(&check, 1, &["rose from 26 to 30 since main", "sign-off"]);
    let sign = |before: u32, after: u32, by: &str| {
        let text = format!(
            "gate = \"intrinsic-partial-ratchet\"\nsigned_off_by = \"{by}\"\nreason = \"new\"\nbudget_before = {before}\nbudget_after = {after}\n"
        );
        box_.write(&format!("docs/scoreboard/exceptions/{before}.toml"), text);
    };
    sign(26, 28, "Ann");
    box_.refuses(&check, 1, &["rose from 26 to 30 since main, of which 2 are signed for", "26 to 28, Ann: new"]);
    sign(28, 30, " ");
    box_.refuses(&check, 2, &["without a name or a reason"]);
    sign(28, 30, "Bob");
    box_.sync(&check).succeeds().says("and that is signed for\n").says("28 to 30, Bob: new");
    // what was signed for once is not a licence for ever
    commit(&box_, "grown");
    let old = box_.read("docs/scoreboard/exceptions/28.toml");
    git(&box_, &["checkout", "-q", "-b", "next"]);
    set(26);
    commit(&box_, "lowered");
    set(30);
    box_.refuses(&["ratchet", "check", "--base", "next"], 1, &["rose from 26 to 30"]);
    // nor under another name
    box_.write("docs/scoreboard/exceptions/again.toml", format!("# Again.\n{}", old.replace("28", "26")));
    box_.sync(&["ratchet", "check", "--base", "next"]).succeeds();
    box_.write("docs/scoreboard/exceptions/again.toml", format!("# Again.\n{old}"));
    let both = format!("{old}\n").replace("28", "26").replace("30", "28");
    // nor in other words
    box_.write("docs/scoreboard/exceptions/more.toml", both.replace("Bob", "Ann").replace("new", "more"));
    box_.refuses(
        &["ratchet", "check", "--base", "next"],
        1,
        &["again.toml: 28 to 30 by Bob was used up before", "more.toml: 26 to 28 by Ann was used up before"],
    );
    box_.write("docs/scoreboard/exceptions/more.toml", both.replace("Bob", "Cara").replace("new", "more"));
    box_.refuses(&["ratchet", "check", "--base", "next"], 1, &["of which 2 are signed for"]);
    box_.remove("docs/scoreboard/exceptions/again.toml");
    box_.remove("docs/scoreboard/exceptions/more.toml");
    // main may have gone on meanwhile: what counts is where the two parted
    git(&box_, &["checkout", "-q", "-f", "main"]);
    set(10);
    commit(&box_, "lowered on main");
    git(&box_, &["checkout", "-q", "next"]);
    box_.sync(&check).succeeds().says("as it was at main");
    box_.write("docs/scoreboard/exceptions/x.toml", "gate = ");
    box_.refuses(&check, 2, &["x.toml: line "]);
}

#[test]
fn the_change_that_brings_the_budget_passes() {
    let box_ = sandbox();
    let text = box_.read(RATCHET);
    box_.remove(RATCHET);
    git(&box_, &["init", "-q", "-b", "main"]);
    commit(&box_, "no budget");
    box_.refuses(&["ratchet", "check", "--base", "main"], 2, &["has no budget"]);
    box_.write(RATCHET, text);
    box_.sync(&["ratchet", "check", "--base", "main"]).succeeds().says("is new: there was none at main");
}

#[test]
fn the_budget_goes_down_only_after_progress() {
    let box_ = repository();
    box_.sync(&["ratchet", "show"]).succeeds().says("budget 26, intrinsic-partial 26 (0 stubs, 26 in work): no room\n");
    box_.sync(&["ratchet", "lower"]).succeeds().says("the budget stays at 26: intrinsic-partial is 26, no room\n");
    box_.write(RATCHET, "{\n  \"max_intrinsic_partial\": 30,\n  \"note\": \"x\"\n}\n");
    commit(&box_, "a mistake");
    box_.refuses(&["ratchet", "lower"], 1, &["no module has left intrinsic-partial since", "--base REF"]);
    let mut files = mini();
    files.attest("'this',", "'this': ('molt_capabilities_has',)");
    box_.write(crate::support::tree::ATTESTATION, files.text(crate::support::tree::ATTESTATION));
    let dry = box_.sync(&["ratchet", "lower", "--dry-run"]).succeeds();
    assert!(dry.out.contains("-  \"max_intrinsic_partial\": 30,\n+  \"max_intrinsic_partial\": 25,\n"), "{}", dry.out);
    assert!(dry.err.contains("this: intrinsic-backed"), "{}", dry.err);
    box_.sync(&["ratchet", "lower"]).succeeds().says("the budget is 25 now, 30 before\n  this: intrinsic-backed\n");
    assert_eq!(box_.read(RATCHET), "{\n  \"max_intrinsic_partial\": 25,\n  \"note\": \"x\"\n}\n");
    // one that lost its intrinsics is no progress
    module(&box_, "colorsys.py", "x = 1\n");
    box_.refuses(
        &["ratchet", "lower", "--base", "HEAD"],
        1,
        &["no intrinsic is left in 1 module that had some", "colorsys: python-only"],
    );
    module(&box_, "colorsys.py", "x = (\n");
    box_.refuses(&["ratchet", "lower"], 1, &["cannot count the modules", "colorsys.py"]);
    std::fs::remove_file(box_.ws(RATCHET)).unwrap();
    box_.refuses(&["ratchet", "show"], 2, &["has no budget at tools/stdlib_intrinsics_ratchet.json"]);
}

#[test]
fn a_module_that_is_gone_is_progress_only_where_nothing_requires_it() {
    let box_ = repository();
    for gone in ["colorsys.py", "json/tool.py"] {
        std::fs::remove_file(box_.ws(&format!("{STD}/{gone}"))).unwrap();
    }
    box_.refuses(
        &["ratchet", "lower"],
        1,
        &[
            "deleting 2 modules that the union requires, or required then, is not progress",
            "  colorsys\n",
            "  json.tool\n",
        ],
    );
    // the same change does not decide it: the base requires them, and so does CPython
    let union = box_.read(UNION);
    box_.write(UNION, union.replace("    \"colorsys\",\n", "").replace("    \"json.tool\",\n", ""));
    box_.refuses(&["ratchet", "lower"], 1, &["or required then", "  colorsys\n", "  json.tool\n"]);
    // a name that no release has is required by nobody
    let box_ = sandbox();
    module(&box_, "oddity.py", LOAD);
    budget(&box_, 27);
    git(&box_, &["init", "-q", "-b", "main"]);
    commit(&box_, "start");
    box_.remove(&format!("{STD}/oddity.py"));
    box_.sync(&["ratchet", "lower"]).succeeds().says("the budget is 26 now, 27 before\n  oddity: gone\n");
}
