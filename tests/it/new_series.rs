//! A new series in a tree that has more to agree with than the union: other tools' files, their words, and what the
//! compiler targets.

use molt_sync::stdlib::ModuleKind;

use crate::{
    changes::git,
    support::{Release, Sandbox, tree::RATCHET},
};

const SIGNED: [&str; 8] =
    ["refresh", "3.15", "--mirror", "../mirror", "--sign-off", "A. Owner", "--reason", "upstream grew"];
const AUDIT: &str = "docs/spec/areas/compat/0016_STDLIB_INTRINSICS_AUDIT.md";
const TARGETS: &str = "src/molt/target_python.py";

/// A workspace of 3.13 and 3.14 with a release of 3.15 that brings `newmod`.
fn workspace() -> Sandbox {
    let sandbox = Sandbox::with_series("3.13,3.14");
    let release =
        Release::based_on("3.14", "3.15.0").with("newmod", ModuleKind::Module).with("json.newer", ModuleKind::Module);
    sandbox.publish("3.15.0", "tgz", &release.tgz());
    sandbox
}

#[test]
fn a_series_that_the_compiler_does_not_target_is_a_persons_to_add() {
    let sandbox = workspace();
    for (text, words) in [
        ("_SUPPORTED_TARGETS_VERSIONS = (V(3, 13, 0), V(3, 14, 0))\n", "3.13, 3.14, and 3.15 is not among them"),
        ("SUPPORTED_VERSIONS = [\"3.14\"]\n", "3.14, and 3.15 is not among them"),
        ("VERSIONS = make()\n", "cannot read src/molt/target_python.py: no list of supported versions"),
        ("SUPPORTED_VERSIONS = (\n", "cannot read src/molt/target_python.py: it does not parse"),
    ] {
        sandbox.write(TARGETS, text);
        sandbox.refuses(&SIGNED, 3, &[words, "hint: declare 3.15 in src/molt/target_python.py"]);
    }
    // a series that is there already asks nobody
    let release = Release::based_on("3.14", "3.14.88");
    sandbox.publish("3.14.88", "tgz", &release.tgz());
    sandbox.sync(&["refresh", "3.14", "--mirror", "../mirror"]).succeeds();
    sandbox.write(TARGETS, "_SUPPORTED_VERSIONS: tuple = (V(3, 13, 0), V(3, 14, 0), V(3, 15, 0))\n");
    sandbox.sync(&SIGNED).succeeds().says("a new series");
    // and one that it targets is not dropped before that is changed
    let words = ["src/molt/target_python.py declares that the compiler targets 3.13", "hint: take 3.13 out of"];
    sandbox.refuses(&["baseline", "drop", "3.13"], 3, &words);
    sandbox.write(TARGETS, "_SUPPORTED_VERSIONS: tuple = (V(3, 14, 0), V(3, 15, 0))\n");
    sandbox.sync(&["baseline", "drop", "3.13"]).succeeds();
}

#[test]
fn a_workspace_may_keep_its_authority_elsewhere() {
    let sandbox = workspace();
    sandbox.write("molt-sync.toml", "[paths]\ntarget-versions = \"conf/targets.py\"\n");
    sandbox.write(TARGETS, "SUPPORTED_VERSIONS = ('3.14',)\n");
    sandbox.write("conf/targets.py", "SUPPORTED_VERSIONS = ('3.13', '3.14')\n");
    sandbox.refuses(&SIGNED, 3, &["conf/targets.py declares"]);
}

#[test]
fn lines_that_the_checker_writes_stay_and_are_named() {
    let sandbox = workspace();
    let line = "- Each name is in the 3.13/3.14 union baseline.";
    sandbox.write(
        "tools/check_stdlib_intrinsics.py",
        format!("LINES = [\n    \"{line}\",\n    'is in the 3.13/3.14 union ' 'baseline',\n]\n"),
    );
    let audit =
        sandbox.read(AUDIT) + &format!("\n## Union Gate\n{line}\n- Every module is in the 3.13/3.14 union baseline.\n");
    sandbox.write(AUDIT, &audit);
    sandbox.sync(&SIGNED).succeeds().says(
        "tools/check_stdlib_intrinsics.py: it writes 1 line of docs/spec/areas/compat/0016_STDLIB_INTRINSICS_AUDIT.md",
    );
    let after = sandbox.read(AUDIT);
    assert!(after.contains(&format!("{line}\n")), "{after}");
    assert!(after.contains("- Every module is in the 3.13/3.14/3.15 union baseline.\n"), "what no tool writes follows");
    // and nothing calls the line stale afterwards
    let check = sandbox.sync(&["docs", "check"]);
    assert!(!check.out.contains("Each name is in"), "{}", check.out);
}

#[test]
fn what_molt_targets_is_listed_and_not_rewritten() {
    let sandbox = workspace();
    let text = "# A\n\nWhen 3.13/3.14 diverge, say so.\n\nBehaviour differs across 3.13 and 3.14.\n\nTests run on 3.13-3.14.\n\nOn 3.14 and 3.15 only.\n\nThe CPython 3.13/3.14 union is complete.\n";
    sandbox.write("docs/policy.md", text);
    let ended = sandbox.sync(&SIGNED).succeeds();
    for words in [
        "docs/policy.md:3: When 3.13/3.14 diverge, say so.",
        "docs/policy.md:5: Behaviour differs across 3.13 and 3.14.",
        "docs/policy.md:7: Tests run on 3.13-3.14.",
    ] {
        assert!(ended.out.contains(words), "`{words}` is not in:\n{}", ended.out);
    }
    assert!(!ended.out.contains("docs/policy.md:9"), "another list is about something else:\n{}", ended.out);
    assert_eq!(sandbox.read("docs/policy.md"), text.replace("3.13/3.14 union", "3.13/3.14/3.15 union"));
    // without a new series there is nothing to decide
    assert!(!sandbox.sync(&SIGNED).succeeds().out.contains("left for a person"));
}

#[test]
fn a_block_that_is_filled_from_the_audit_document_goes_with_it() {
    let sandbox = workspace();
    let audit = sandbox.read(AUDIT);
    let total = |text: &str| -> u64 {
        let line = text.lines().find(|it| it.starts_with("- Modules: ")).unwrap();
        line.rsplit('`').nth(1).unwrap().parse().unwrap()
    };
    let old = total(&audit);
    // the document, and what is filled from it, are out of date already
    sandbox.write(AUDIT, audit.replacen(&format!("`{old}`"), "`777`", 1));
    let block = |number: u64| {
        format!("<!-- GENERATED:summary:start -->\n- Audited modules: {number} total\n<!-- GENERATED:summary:end -->\n")
    };
    let outside = "Audited modules: 777 total\n";
    sandbox.write("docs/fed.md", format!("# A\n\n{}\n{outside}", block(777)));
    let report = seen(&sandbox);
    let wrong_before = |path: &str| {
        let of = report["statements"].as_array().unwrap().iter().filter(|it| it["path"] == path);
        of.map(|it| it["was_wrong"].as_bool().unwrap()).collect::<Vec<_>>()
    };
    // the total was wrong already, and the other counts and names come with the release
    assert_eq!(wrong_before("docs/fed.md"), [true]);
    let audit = wrong_before(AUDIT);
    assert_eq!((audit[0], audit.iter().filter(|it| **it).count()), (true, 1), "{audit:?}");
    assert!(audit.len() >= 3, "{audit:?}");
    sandbox.sync(&[&SIGNED[..], &["--report", "../r"]].concat()).succeeds();
    let text = std::fs::read_to_string(sandbox.root().join("r")).unwrap();
    let (brought, older) = text.split_once("## Statements that were wrong before this release already").unwrap();
    assert!(!brought.contains("- docs/fed.md:4: ") && older.contains("- docs/fed.md:4: "), "{text}");
    assert!(text.contains("- docs/fed.md: 1 value in 1 line patched"), "{text}");
    let new = total(&sandbox.read(AUDIT));
    assert_eq!(new, old + 2);
    let after = sandbox.read("docs/fed.md");
    assert!(after.contains(&block(new)), "{after}");
    assert!(
        after.ends_with(outside),
        "a statement that was wrong before and that nothing fills is left alone: {after}"
    );
}

#[test]
fn what_another_tool_fills_and_what_is_told_of_a_day_hold_nothing_up() {
    let sandbox = workspace();
    let count = |label: &str| -> u64 {
        let audit = sandbox.read(AUDIT);
        let line = audit.lines().find(|it| it.starts_with(&format!("- {label}: `"))).unwrap();
        line.rsplit('`').nth(1).unwrap().parse().unwrap()
    };
    let counts = || (count("Modules"), count("`intrinsic-partial`"));
    let (total, partial) = counts();
    // the parts that are shown add up to less than the total
    sandbox.write("src/molt/stdlib/_plain.py", "x = 1\n");
    let block = |(total, partial): (u64, u64)| {
        format!(
            "<!-- GENERATED:summary:start -->\n- Stdlib audit: `{total}` modules audited; `{partial}` intrinsic-partial; `0` probe-only.\n<!-- GENERATED:summary:end -->\n"
        )
    };
    sandbox.write("docs/fed.md", format!("# A\n\n{}", block((total, partial))));
    let dated = format!("# A\n\n## Program (2026-02-12)\n- Current snapshot: `intrinsic-partial={partial}`.\n");
    sandbox.write("docs/dated.md", &dated);
    let ended = sandbox.sync(&SIGNED).succeeds();
    assert_eq!(counts(), (total + 3, partial + 2));
    assert!(sandbox.read("docs/fed.md").contains(&block(counts())), "{}", sandbox.read("docs/fed.md"));
    assert_eq!(sandbox.read("docs/dated.md"), dated);
    let place = format!("docs/dated.md:4: write {} there by hand, and the day", partial + 2);
    assert!(ended.out.contains(&place), "{}", ended.out);
}

/// The report of the change before it is made.
fn seen(sandbox: &Sandbox) -> serde_json::Value {
    let dry = sandbox.sync(&[&SIGNED[..], &["--dry-run", "--format", "json"]].concat()).succeeds();
    serde_json::from_str(&dry.out).unwrap()
}

#[test]
fn programs_and_settings_that_list_the_series_are_named() {
    let sandbox = workspace();
    git(&sandbox, &["init", "-q", "-b", "main"]);
    for (path, text) in [
        ("tools/dev.py", "import sys\nPYTHONS = [\"3.13\", \"3.14\"]\n"),
        (".github/workflows/ci.yml", "python:\n  - \"3.13\"\n  - \"3.14\"\n"),
        ("pyproject.toml", "requires-python = \">=3.13, <3.15\"\n"),
        ("src/a.rs", "// 3.13/3.14 agree\n"),
        ("tools/other.py", "PYTHONS = [\"3.12\", \"3.13\", \"3.14\"]\n"),
        ("src/molt/stdlib/own.py", "# on 3.13/3.14\n"),
    ] {
        sandbox.write(path, text);
    }
    sandbox.write("untracked.py", "PYTHONS = [\"3.13\", \"3.14\"]\n");
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["rm", "-q", "--cached", "untracked.py"]);
    git(&sandbox, &["commit", "-q", "-m", "start"]);
    let report = seen(&sandbox);
    let told: Vec<&str> = report["for_a_person"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    for line in [
        "tools/dev.py: line 2 lists 3.13, 3.14",
        ".github/workflows/ci.yml: line 2 lists 3.13, 3.14",
        "pyproject.toml: line 1 lists 3.13, 3.14",
        "comments that list 3.13, 3.14: src/a.rs:1",
        "add the row of this week to docs/scoreboard/history.jsonl, which is not there yet: `molt-sync scoreboard record` does it",
    ] {
        assert!(told.contains(&line), "`{line}` is not in {told:#?}");
    }
    assert!(
        !told.iter().any(|it| ["other.py", "own.py", "untracked.py", "union.py"].iter().any(|name| it.contains(name))),
        "{told:#?}"
    );
    // who drops one has the same to do
    let dry = sandbox.sync(&["baseline", "drop", "3.13", "--dry-run", "--format", "json"]).succeeds();
    assert!(dry.out.contains("tools/dev.py: line 2 lists 3.13, 3.14"), "{}", dry.out);
    // and a release of a series that is there has not
    sandbox.publish(
        "3.14.88",
        "tgz",
        &Release::based_on("3.14", "3.14.88").with("json.newest", ModuleKind::Module).tgz(),
    );
    let dry = sandbox
        .sync(&["refresh", "3.14", "--mirror", "../mirror", "--sign-off", "A", "--reason", "x", "--dry-run"])
        .succeeds();
    assert!(!dry.err.contains("tools/dev.py"), "{}", dry.err);
    assert!(dry.err.contains("add the row of this week"), "{}", dry.err);
}

#[test]
fn what_a_new_series_brings_is_remembered_also_where_the_union_had_it() {
    let sandbox = Sandbox::with_series("3.13,3.14");
    // 3.13 has it, and 3.14 has not
    let release =
        Release::based_on("3.14", "3.15.0").with("_compression", ModuleKind::Module).with("newmod", ModuleKind::Module);
    sandbox.publish("3.15.0", "tgz", &release.tgz());
    sandbox.sync(&[&SIGNED[..], &["--report", "../r"]].concat()).succeeds();
    let lock = sandbox.read("baselines/releases.lock.toml");
    assert!(lock.contains("added = [\"_compression\", \"newmod\"]") && lock.contains("stubs = [\"newmod\"]"), "{lock}");
    // nobody but a reviewer says that there is such a release, and who reviewed it is said once
    let text = std::fs::read_to_string(sandbox.root().join("r")).unwrap();
    assert!(text.contains("\n- Release: CPython 3.15.0, ") && !text.contains("www.python.org"), "{text}");
    assert_eq!(text.matches("reviewed by").count(), 1, "{text}");
    let (verified, notes) = text.split_once("## What changed upstream").unwrap();
    assert!(verified.contains("\n  - looked for and not found: a signature"), "{text}");
    assert!(!notes.contains("looked for and not found"), "{text}");
}

#[test]
fn a_module_without_a_row_in_the_compilers_table_is_named() {
    let sandbox = workspace();
    let table = "docs/spec/areas/compat/0015_STDLIB_COMPATIBILITY_MATRIX.md";
    sandbox.write(table, "# T\n\n| Module | Tier |\n| --- | --- |\n| json / os | 1 |\n");
    let dry = sandbox.sync(&[&SIGNED[..], &["--dry-run", "--format", "json"]].concat()).succeeds();
    let report: serde_json::Value = serde_json::from_str(&dry.out).unwrap();
    let places = report["for_a_person"].as_array().unwrap();
    assert!(
        places.iter().any(|it| it.as_str().unwrap().starts_with(&format!("{table}: add a row for `newmod`;"))),
        "{places:?}"
    );
    sandbox.write(table, "| Module | Tier |\n| --- | --- |\n| json / newmod | 1 |\n");
    assert!(!sandbox.sync(&SIGNED).succeeds().out.contains("add a row"));
}

#[test]
fn a_module_without_a_key_in_the_index_of_tests_is_named_and_a_key_without_a_module_too() {
    let sandbox = workspace();
    let index = "tests/differential/COVERAGE_INDEX.yaml";
    let places = |args: &[&str]| {
        let dry = sandbox.sync(&[args, &["--dry-run", "--format", "json"]].concat()).succeeds();
        let report: serde_json::Value = serde_json::from_str(&dry.out).unwrap();
        let all = report["for_a_person"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned());
        all.filter(|it| it.starts_with(index)).collect::<Vec<_>>()
    };
    assert!(places(&SIGNED).is_empty(), "there is no index");
    sandbox.write(index, "stdlib:\n  json:\n    tests:\n      - tests/differential/stdlib/json_basic.py\n");
    let words = "add keys, and the tests below them, for `json.newer`, `newmod`";
    assert_eq!(places(&SIGNED), [format!("{index}: {words}")]);
    sandbox.write(index, "stdlib:\n  json:\n  newmod:\n    tests: []\n  \"json.newer\":\n");
    assert!(places(&SIGNED).is_empty());
    // and where a series takes them along
    sandbox.sync(&SIGNED).succeeds();
    assert_eq!(
        places(&["baseline", "drop", "3.15"]),
        [format!("{index}: take out the keys of `json.newer`, `newmod`")]
    );
    // wherever the settings have it
    let elsewhere = "tests/index.yaml";
    sandbox.write(elsewhere, "stdlib:\n  json.newer:\n");
    sandbox.write("molt-sync.toml", format!("[paths]\ncoverage-index = \"{elsewhere}\"\n"));
    let dry = sandbox.sync(&["baseline", "drop", "3.15", "--dry-run", "--format", "json"]).succeeds();
    assert!(dry.out.contains(&format!("\"{elsewhere}: take out the key of `json.newer`\"")), "{}", dry.out);
}

#[test]
fn a_target_that_tells_the_union_in_brackets_is_listed_and_never_rewritten() {
    let sandbox = workspace();
    let page = "docs/page.md";
    let target = "**Owner:** tooling\n**Version target:** CPython 3.13+ (currently 3.13/3.14 union)\n";
    let supports = "Python support (stdlib): 3.13 and newer, today the 3.13/3.14 union.\n";
    let union = "Names are complete for the CPython 3.13/3.14 union.\n";
    sandbox.write(page, format!("# Page\n\n{target}\n{supports}\n{union}"));
    let ended = sandbox.sync(&SIGNED).succeeds();
    let text = sandbox.read(page);
    assert!(text.contains(target) && text.contains(supports), "{text}");
    assert!(text.contains("complete for the CPython 3.13/3.14/3.15 union"), "{text}");
    for line in [4, 6] {
        ended.out.lines().find(|it| it.contains(&format!("{page}:{line}"))).unwrap_or_else(|| panic!("{}", ended.out));
    }
    sandbox.sync(&["docs", "sync"]);
    assert_eq!(sandbox.read(page), text);
}

#[test]
fn stubs_have_the_form_of_the_trees_own_generators() {
    let early = workspace();
    early.sync(&SIGNED).succeeds();
    let text = early.read("src/molt/stdlib/newmod.py");
    assert!(text.contains("# TODO(stdlib-parity") && text.ends_with("    )\n"), "{text}");
    let late = workspace();
    late.write("molt-sync.toml", "[audit]\ndialect = \"2026-08\"\n");
    // the document that `init` writes has the statuses of February
    late.remove(AUDIT);
    late.sync(&SIGNED).succeeds();
    let text = late.read("src/molt/stdlib/newmod.py");
    assert!(
        text.contains("# STDLIB_GAP(stdlib-parity")
            && text.ends_with("\n\n\nglobals().pop(\"_require_intrinsic\", None)\n"),
        "{text}"
    );
    // and either is recognised by whoever looks next
    for sandbox in [early, late] {
        let release = Release::based_on("3.14", "3.15.1");
        sandbox.publish("3.15.1", "tgz", &release.tgz());
        sandbox.sync(&["refresh", "3.15", "--mirror", "../mirror"]).succeeds().says("2 retired: ");
    }
}

#[test]
fn what_was_signed_for_passes_all_that_a_pull_request_is_judged_by() {
    let sandbox = workspace();
    git(&sandbox, &["init", "-q", "-b", "main"]);
    let commit = |subject: &str| {
        git(&sandbox, &["add", "-A"]);
        git(&sandbox, &["commit", "-q", "-m", subject]);
    };
    commit("Begin");
    git(&sandbox, &["branch", "base"]);
    sandbox.sync(&SIGNED).succeeds();
    commit("Refresh");
    for command in [
        "gates --base base",
        "docs check --base base --new-only",
        "docs check --base base",
        "docs sync --base base",
        "ratchet check --base base",
    ] {
        sandbox.sync(&command.split(' ').collect::<Vec<_>>()).succeeds();
    }
    // one more than was signed for, and a signature that somebody took away
    let signed = sandbox.read(RATCHET);
    let budget: u64 =
        signed.bytes().filter(u8::is_ascii_digit).map(|it| u64::from(it - b'0')).fold(0, |sum, it| sum * 10 + it);
    let more = signed.replace(&budget.to_string(), &(budget + 1).to_string());
    sandbox.write(RATCHET, more);
    let broken = |sandbox: &Sandbox| {
        let ended = sandbox.sync(&["docs", "check", "--base", "base", "--new-only"]);
        assert!(
            ended.code == 3 && ended.out.contains("DOC012") && ended.out.contains("ratchet.max was"),
            "{}",
            ended.out
        );
    };
    broken(&sandbox);
    sandbox.write(RATCHET, signed);
    sandbox.sync(&["docs", "check", "--base", "base", "--new-only"]).succeeds();
    sandbox.remove("docs/scoreboard/exceptions");
    broken(&sandbox);
}

#[test]
fn the_numbers_of_a_sentence_whose_series_are_a_persons_stay_with_them() {
    let sandbox = workspace();
    git(&sandbox, &["init", "-q", "-b", "main"]);
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-qm", "one"]);
    let names = || {
        let said = sandbox.sync(&["docs", "facts", "union.top-level"]).succeeds().out;
        said.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned()
    };
    let before = names();
    sandbox.sync(&SIGNED).succeeds();
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-qm", "two"]);
    assert_ne!(before, names());
    // that list was never right, and the number was
    let half = format!("# Guide\n\nThe union of 3.13 and 3.15 has {before} top-level names.\n");
    let whole = format!("# Guide\n\nThe union of 3.13 and 3.14 has {before} top-level names.\n");
    sandbox.write("docs/half.md", &half);
    sandbox.write("docs/whole.md", &whole);
    sandbox.sync(&["docs", "sync", "--allow-dirty", "**"]);
    assert_eq!(sandbox.read("docs/half.md"), half);
    assert_eq!(
        sandbox.read("docs/whole.md"),
        whole.replace(&before, &names()).replace("3.13 and 3.14", "3.13, 3.14, and 3.15")
    );
}
