//! What a branch can make the newer commands do ends too: sign-offs, plans, reports and rows of anybody's, and words that would
//! command a forge.

use std::{fs, os::unix::fs::symlink};

use crate::{
    changes::git,
    scoreboard::{FOLDER, HISTORY, commit, repository},
    support::Sandbox,
};

const PLAN: &str = "docs/spec/areas/compat/0028_STDLIB_INTRINSICS_EXECUTION_PLAN.md";

#[test]
fn sign_offs_have_a_size_each_and_together() {
    let sandbox = repository();
    let names = |count: usize| format!("[figures]\nprobe-only = [{}]\n", "\"a\", ".repeat(count));
    sandbox.write(&format!("{FOLDER}/long.toml"), names(60_000));
    sandbox.refuses(&["scoreboard", "check", "--base", "main"], 2, &["long.toml", "more than 262144 are not read"]);
    sandbox.remove(&format!("{FOLDER}/long.toml"));
    for at in 0..20 {
        sandbox.write(&format!("{FOLDER}/{at}.toml"), names(50_000));
    }
    sandbox.refuses(&["scoreboard", "check", "--base", "main"], 2, &["all sign-offs together have more than"]);
}

#[test]
fn a_row_of_a_day_that_is_still_to_come_is_refused() {
    let sandbox = repository();
    sandbox.sync(&["scoreboard", "record", "--date", "2026-11-25"]).succeeds();
    commit(&sandbox, "record");
    let check = ["--now", "2026-11-27", "scoreboard", "check", "--base", "main"];
    sandbox.sync(&check).succeeds();
    git(&sandbox, &["switch", "-q", "-c", "branch"]);
    let rows = sandbox.read(HISTORY);
    // where the day has begun already, a row of tomorrow is one of today
    for (day, is_fine) in [("2026-11-28", true), ("2026-12-20", false), ("9999-12-20", false)] {
        sandbox.write(HISTORY, format!("{rows}{}", rows.replace("2026-11-25", day)));
        let ended = sandbox.sync(&check);
        assert_eq!(ended.err.contains("still to come"), !is_fine, "{day}: {}{}", ended.out, ended.err);
        assert!(is_fine || ended.code == 1, "{day}: {}", ended.code);
    }
}

#[test]
fn a_plan_is_a_document_and_has_its_limits() {
    let sandbox = repository();
    sandbox.write(PLAN, "*a_ ".repeat(400_000));
    sandbox.refuses(&["plan"], 2, &["marks of Markdown, and more than 600000 are not read"]);
}

#[test]
fn what_is_wide_or_nested_costs_no_power_of_its_size() {
    let sandbox = repository();
    sandbox.write(PLAN, format!("# Plan\n\n## Execution order\n\n1. x: `json`\n{}", "   - `b c`\n".repeat(100_000)));
    sandbox.sync(&["plan"]).succeeds();
    let operations = "docs/OPERATIONS.md";
    let head = format!("|{}{}", "x|".repeat(500), "intrinsic-backed|".repeat(500));
    let row = "|2026-02-12|1|2|0|0|0|0|TBD|TBD|TBD|\n".repeat(50);
    let table = format!("\n# Board\n\n{head}\n|{}\n{row}", "-|".repeat(1000));
    sandbox.write(operations, sandbox.read(operations) + &table);
    let ended = sandbox.sync(&["scoreboard", "check", "--base", "main"]);
    assert_ne!(ended.code, 2, "{}", ended.err);
}

#[test]
fn names_in_markdown_call_nobody_and_close_nothing() {
    let sandbox = repository();
    sandbox.write(PLAN, "# Plan\n\n## Execution order\n\n1. Fixes #1 @octocat ![x](https://example.org): `colorsys`\n2. A ` @them ` b: `json`\n");
    let told = sandbox.sync(&["plan", "--format", "markdown"]).succeeds().out;
    for part in ["#1", "@octocat", "![x]", "@them"] {
        assert!(!told.contains(part), "{part}: {told}");
    }
    assert!(told.replace('\u{200b}', "").contains("#1 @octocat"), "{told}");
}

#[test]
fn a_summary_that_came_with_a_commit_is_no_run() {
    let sandbox = repository();
    let summary = "logs/molt_diff/summary.json";
    let result = |lane: &str| {
        format!("{{\"test\": \"tests/differential/basic/t.py\", \"lane\": \"{lane}\", \"status\": \"pass\"}}")
    };
    sandbox.write(summary, format!("{{\"schema\": 1, \"results\": [{}, {}]}}", result("native"), result("wasm")));
    let accept = |sandbox: &Sandbox| sandbox.sync(&["accept", "colorsys"]).err.contains("is not taken for a run");
    assert!(!accept(&sandbox));
    commit(&sandbox, "a run");
    assert!(accept(&sandbox));
}

#[test]
fn a_summary_behind_a_link_is_no_run_whatever_git_knows_of_it() {
    let result = |lane: &str| {
        format!("{{\"test\": \"tests/differential/basic/t.py\", \"lane\": \"{lane}\", \"status\": \"pass\"}}")
    };
    let summary = format!("{{\"schema\": 1, \"results\": [{}, {}]}}", result("native"), result("wasm"));
    for (link, target, file) in [
        ("logs", "data/fake", "data/fake/molt_diff/summary.json"),
        ("logs/molt_diff", "../data", "data/summary.json"),
        ("logs/molt_diff/summary.json", "../../data/of-a-run.json", "data/of-a-run.json"),
    ] {
        for is_committed in [true, false] {
            let sandbox = repository();
            sandbox.write(file, &summary);
            fs::create_dir_all(sandbox.ws(link).parent().unwrap()).unwrap();
            symlink(target, sandbox.ws(link)).unwrap();
            if is_committed {
                commit(&sandbox, "a run");
            }
            let ended = sandbox.sync(&["accept", "colorsys"]);
            assert!(ended.err.contains("is not taken for a run"), "{link} {is_committed}: {}{}", ended.out, ended.err);
        }
    }
}

#[test]
fn a_manifest_has_a_size() {
    let sandbox = repository();
    let manifest = "runtime/molt-runtime/src/intrinsics/manifest.pyi";
    let mut text = sandbox.read(manifest);
    for at in 0..60_000 {
        text += &format!("def molt_of_nobody_{at}(value: object, other: object) -> object: ...\n");
    }
    sandbox.write(manifest, text);
    let ended = sandbox.sync(&["gates"]);
    assert!(ended.code == 1 && ended.out.contains("and more than 2097152 are not read"), "{}{}", ended.out, ended.err);
}

#[test]
fn the_budget_has_a_size() {
    let sandbox = repository();
    let ratchet = "tools/stdlib_intrinsics_ratchet.json";
    let budget = sandbox.read(ratchet).trim().trim_end_matches('}').to_owned();
    sandbox.write(ratchet, format!("{budget}, \"zz\": [{}0]}}\n", "{\"\":0}, ".repeat(200_000)));
    let ended = sandbox.sync(&["gates"]);
    assert!(ended.code == 1 && ended.out.contains("and more than 1048576 are not read"), "{}{}", ended.out, ended.err);
}
