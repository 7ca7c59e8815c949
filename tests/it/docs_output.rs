//! The forms of the doc check that other programs read.

use std::{collections::BTreeSet, fs, process::Command};

use serde_json::Value;

use crate::support::{
    Sandbox,
    papers::{NUMBERS, PAPER, cart_with, commit, configure, numbers, text},
    sarif::assert_is_sarif,
};

/// So many sentences that were right once, and one that never was and is waived.
fn drifted(count: usize) -> Sandbox {
    let sentence = |at: usize| format!("Cart {at}, called ü|<b>, has 7 wheels.\n\n");
    let paper: String = (1..=count).map(sentence).collect();
    let box_ = cart_with(&[], &format!("# Carts\n\n{paper}By the way, it is mauve, they say.\n"));
    let phrase =
        |phrase: &str, times: usize| format!("[[bind]]\ndoc = \"{PAPER}\"\nphrase = \"{phrase}\"\ntimes = {times}\n");
    let phrases = phrase("has {cart.wheels} wheels", count) + &phrase("it is {cart.colour}, they", 1);
    box_.write("docs/bindings.toml", phrases);
    configure(&box_, "[[docs.waiver]]\nclaim = \"phrase:docs/PAPER.md:cart.colour\"\nwhy = \"a matter of taste\"\n");
    numbers(&box_, 7);
    commit(&box_, "2026-01-10", "Build");
    numbers(&box_, 12);
    commit(&box_, "2026-01-11", "Grow");
    box_
}

fn report(box_: &Sandbox, format: &str) -> String {
    let ended = box_.sync(&["docs", "check", "--format", format]);
    assert_eq!((ended.code, ended.err.as_str()), (1, ""), "{}", ended.out);
    ended.out
}

#[test]
fn json_has_a_schema_and_every_field() {
    let box_ = drifted(2);
    let report: Value = serde_json::from_str(&report(&box_, "json")).unwrap();
    assert_eq!((&report["schema"], &report["documents"]), (&1.into(), &5.into()));
    assert!(report["facts"].as_u64() > Some(50) && report["states"]["stale"] == 2, "{report:#}");
    let claims = report["claims"].as_array().unwrap();
    assert_eq!(claims.len(), 3);
    let keys: Vec<&str> = claims[0].as_object().unwrap().keys().map(String::as_str).collect();
    let mut wanted = vec![
        "id", "kind", "path", "line", "column", "facts", "binding", "state", "code", "stated", "wanted", "sentence",
        "as_of", "why", "do", "waived", "old",
    ];
    wanted.sort_unstable();
    assert_eq!(keys.into_iter().collect::<BTreeSet<_>>(), wanted.into_iter().collect());
    assert_eq!((text(&claims[1], "id"), text(&claims[1], "wanted")), ("phrase:docs/PAPER.md:cart.wheels#2", "12"));
    assert_eq!(text(&claims[2], "waived"), "a matter of taste");
    let zero = box_.sync(&["docs", "check", "--exit-zero", "--format", "json"]).succeeds();
    assert_eq!(serde_json::from_str::<Value>(&zero.out).unwrap(), report);
}

#[test]
fn sarif_fits_its_schema_and_has_fixes_and_suppressions() {
    let box_ = drifted(2);
    let log: Value = serde_json::from_str(&report(&box_, "sarif")).unwrap();
    assert_is_sarif(&log);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!((rules.len(), text(&rules[2], "id")), (24, "DOC003"));
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let mut paper = box_.read(PAPER).into_bytes();
    let mut prints = BTreeSet::new();
    for result in results.iter().rev() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], rules[index]["id"]);
        prints.insert(result["partialFingerprints"]["moltSyncClaim/v1"].as_str().unwrap());
        if result["suppressions"].is_array() {
            assert_eq!((text(result, "level"), &result["fixes"]), ("note", &Value::Null));
            assert_eq!(text(&result["suppressions"][0], "justification"), "a matter of taste");
            continue;
        }
        let message = text(&result["message"], "text");
        assert!(message.ends_with("\ndo: run `molt-sync docs sync`"), "{message}");
        let change = &result["fixes"][0]["artifactChanges"][0];
        assert_eq!(change["artifactLocation"]["uri"], PAPER);
        let replacement = &change["replacements"][0];
        let number = |key: &str| usize::try_from(replacement["deletedRegion"][key].as_u64().unwrap()).unwrap();
        let (at, length) = (number("byteOffset"), number("byteLength"));
        let new = text(&replacement["insertedContent"], "text").to_owned();
        paper.splice(at..at + length, new.into_bytes());
    }
    assert_eq!(prints.len(), 3);
    // what the fixes give is what a sync writes
    box_.sync(&["docs", "sync"]).succeeds();
    assert_eq!(box_.read(PAPER).into_bytes(), paper);
}

#[test]
fn annotations_are_at_most_nine_and_a_summary() {
    let box_ = drifted(12);
    let out = report(&box_, "github");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 10, "{out}");
    assert!(
        lines[0].starts_with(
            "::error file=docs/PAPER.md,line=3,col=27,title=DOC003 stale value::says 7, cart.wheels is 12; "
        ) && lines[0].ends_with("%0Ado: run `molt-sync docs sync`"),
        "{out}"
    );
    assert!(
        lines[9].starts_with("::error title=docs::12 stale, 0 need a person, 1 waived; ")
            && lines[9].ends_with("; 3 more, see the summary"),
        "{out}"
    );
    let summary = box_.root().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let mut command = box_.command(&box_.ws(""), &["docs", "check", "--format", "github"]);
    assert_eq!(command.env("GITHUB_STEP_SUMMARY", &summary).output().unwrap().status.code(), Some(1));
    let summary = fs::read_to_string(summary).unwrap();
    assert!(summary.starts_with("before\n## Documents\n\n12 stale, "), "{summary}");
    assert_eq!(summary.matches("| DOC003 stale value | 7 | 12 |\n").count(), 12);
    box_.sync(&["docs", "sync"]).succeeds();
    let fine = box_.sync(&["docs", "check", "--format", "github"]).succeeds();
    assert!(fine.out.starts_with("::notice title=docs::0 stale, ") && fine.out.lines().count() == 1, "{}", fine.out);
}

#[test]
fn markdown_is_a_table_that_reads_back() {
    let box_ = drifted(1);
    let out = report(&box_, "markdown");
    assert!(out.contains("\n| place | what | says | is |\n| --- | --- | --- | --- |\n| docs/PAPER.md:3 | DOC003 stale value | 7 | 12 |\n"), "{out}");
    assert!(!out.contains("mauve"), "what is waived is not counted");
}

#[test]
fn junit_has_one_case_a_document() {
    let box_ = drifted(2);
    let parsed = quick_junit::Report::deserialize_from_str(&report(&box_, "junit")).unwrap();
    let suite = &parsed.test_suites[0];
    assert_eq!((suite.test_cases.len(), suite.failures, suite.errors), (2, 1, 0));
    let case = suite.test_cases.iter().find(|it| it.name.as_str() == PAPER).unwrap();
    let quick_junit::TestCaseStatus::NonSuccess { message, description, .. } = &case.status else { panic!("it fails") };
    assert_eq!(message.as_ref().unwrap().as_str(), "2 claims");
    let lines = description.as_ref().unwrap().as_str();
    assert!(lines.starts_with("docs/PAPER.md:3:27: says 7, cart.wheels is 12; "), "{lines}");
}

#[test]
fn a_patch_is_one_that_git_takes_and_gives_what_a_sync_gives() {
    let box_ = drifted(3);
    box_.write(PAPER, box_.read(PAPER).replace('\n', "\r\n") + "no final newline");
    commit(&box_, "2026-01-12", "Write");
    let out = report(&box_, "patch");
    let patch = box_.file("fix.patch", out.as_bytes());
    let git = |args: &[&str]| Command::new("git").args(args).arg(&patch).current_dir(box_.ws("")).output().unwrap();
    let done = git(&["apply", "--check"]);
    assert!(done.status.success(), "{out}\n{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(box_.sync(&["docs", "sync", "--dry-run"]).succeeds().out, out);
    let before = box_.snapshot();
    box_.sync(&["docs", "sync"]).succeeds();
    let synced = box_.read(PAPER);
    assert!(git(&["apply", "--reverse"]).status.success());
    assert!(before == box_.snapshot() && git(&["apply"]).status.success());
    assert_eq!((box_.read(PAPER), box_.read(NUMBERS).contains("12")), (synced, true));
    let fine = box_.sync(&["docs", "check", "--format", "patch"]).succeeds();
    assert_eq!(fine.out, "");
}

#[test]
fn what_stops_a_sync_is_a_finding_in_the_forms_that_list_them() {
    let sandbox = Sandbox::with_series("3.13");
    let settings = sandbox.read("molt-sync.toml");
    for (settings_more, document, code, id) in [
        ("", "<!-- molt-sync:begin stdlib-status -->\n", 3, "DOC010"),
        ("[[docs.invariant]]\nexpr = \"stdlib.totl == 3\"\n", "", 2, "DOC022"),
    ] {
        sandbox.write("molt-sync.toml", format!("{settings}{settings_more}"));
        sandbox.write("docs/more.md", format!("# More\n\n{document}"));
        for format in ["sarif", "junit", "github", "markdown"] {
            let [check, sync] = ["check", "sync"].map(|it| sandbox.sync(&["docs", it, "--format", format]));
            assert!(sync.out.contains(id), "{format}: {}", sync.out);
            assert_eq!((sync.code, &sync.out), (code, &check.out), "{format}");
            assert!(sync.err.contains("nothing was written"), "{}", sync.err);
        }
        sandbox.refuses(&["docs", "sync"], code, &["nothing was written"]);
    }
}
