//! `gates` and `ratchet` as people and CI use them: the program on trees that are built in code.

use molt_sync::gates::{GATES, SURFACE_KEPT};
use serde_json::Value;

use crate::support::{
    Sandbox,
    tree::{LOAD, MANIFEST, STD, mini},
};

/// How many gates judge a tree where nothing else is asked for: all but the one that the settings have to ask for.
pub fn usual_gates() -> usize {
    GATES.iter().filter(|it| it.id != SURFACE_KEPT).count()
}

pub const TRY: &str =
    "import sys\n\ndef f():\n    try:\n        import json\n    except ImportError:\n        json = None\n";

/// The small tree on disk.
pub fn sandbox() -> Sandbox {
    Sandbox::of(&mini())
}

pub fn module(box_: &Sandbox, path: &str, text: impl AsRef<[u8]>) {
    box_.write(&format!("{STD}/{path}"), text);
}

pub fn json(box_: &Sandbox, args: &[&str]) -> (i32, Value) {
    let ended = box_.sync(&[args, &["--format", "json"]].concat());
    (
        ended.code,
        serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", ended.out, ended.err)),
    )
}

/// The ids of the gates that failed.
fn failed(report: &Value) -> Vec<&str> {
    let gates = report["gates"].as_array().unwrap().iter();
    gates.filter(|it| it["state"] == "failed").map(|it| it["id"].as_str().unwrap()).collect()
}

#[test]
fn a_new_workspace_passes_every_gate() {
    let box_ = Sandbox::with_series("3.14");
    let before = box_.snapshot();
    let ended = box_.sync(&["gates"]).succeeds();
    let all = format!("{} gates: 0 failed with 0 findings\n", usual_gates());
    assert!(ended.out.contains(&all), "{all}: {}", ended.out);
    assert!(ended.out.contains(" stubs, "), "{}", ended.out);
    box_.sync(&["gates", "--molt-order"]).succeeds().says("stdlib intrinsics lint: ok\n");
    assert!(before == box_.snapshot());
}

#[test]
fn a_finding_shows_its_line_why_and_what_repairs_it() {
    let box_ = sandbox();
    module(&box_, "this.py", format!("{LOAD}{TRY}"));
    let ended = box_.sync(&["gates"]);
    assert_eq!(ended.code, 1);
    for words in [
        "stdlib-fallback (no module has a fallback, not negotiable): 1 finding\n",
        "error: a `try` imports and handles the import's failure\n",
        "src/molt/stdlib/this.py:6:5\n",
        "6 |     try:\n  |     ^^^\n",
        "  why: In a compiled program",
        "  repair: Load with require_intrinsic",
        &format!("{} gates: 1 failed with 1 finding, 1 not judged (-v says why)\n", usual_gates()),
        "Molt's checker stops at `stdlib-fallback`",
    ] {
        assert!(ended.out.contains(words), "`{words}` is not in:\n{}", ended.out);
    }
    let first = box_.sync(&["gates", "--molt-order"]);
    assert!(
        first.code == 1
            && first.out.starts_with("stdlib intrinsics lint failed: all-stdlib fallback gate violated\n- ")
    );
    box_.sync(&["gates", "--fallback-intrinsic-backed-only"]).succeeds().says("2 not judged");
    let strict = json(&box_, &["gates", "--allowlist-modules", "this, sys"]);
    assert_eq!((strict.0, failed(&strict.1)), (1, vec!["strict-fallback"]));
}

#[test]
fn many_findings_are_counted_unless_all_are_asked_for() {
    let box_ = sandbox();
    let text: String = (0..25).map(|n| format!("require_intrinsic(\"molt_no_{n}\")\n")).collect();
    module(&box_, "this.py", format!("{LOAD}{text}"));
    let short = box_.sync(&["gates"]).out;
    assert_eq!(
        (short.matches("error: ").count(), short.contains("and 5 more; -v shows them all")),
        (20, true),
        "{short}"
    );
    let long = box_.sync(&["gates", "-v"]).out;
    assert!(long.matches("error: ").count() == 25 && long.contains("ratchet-file: passed\n"), "{long}");
}

#[test]
fn gates_can_be_chosen_and_explained() {
    let box_ = sandbox();
    module(&box_, "this.py", format!("{TRY}_molt_intrinsics\n"));
    let (code, all) = json(&box_, &["gates"]);
    assert_eq!(
        (code, failed(&all)),
        (1, vec!["registry-access", "stdlib-fallback", "zero-non-intrinsic", "audit-document-current"])
    );
    let (code, one) = json(&box_, &["gates", "--only", "registry-access,known-intrinsics"]);
    assert_eq!((code, failed(&one), one["gates"].as_array().unwrap().len()), (1, vec!["registry-access"], 2));
    let skip = "registry-access,stdlib-fallback,zero-non-intrinsic,audit-document-current";
    assert_eq!(json(&box_, &["gates", "--skip", skip]).0, 0);
    box_.refuses(&["gates", "--only", "source", "--skip", "source"], 2, &["leave no gate to judge"]);
    box_.refuses(&["gates", "--only", "nope"], 2, &["there is no gate `nope`", "gates explain"]);
    let refused = box_.sync(&["gates", "--format", "markdown"]);
    assert!(refused.code == 2 && refused.err.contains("[possible values: human, json, "), "{}", refused.err);
    box_.refuses(&["gates", "--dialect", "2025-01"], 2, &["there is no dialect `2025-01`"]);
    assert_eq!(box_.sync(&["gates", "explain"]).succeeds().out.lines().count(), GATES.len());
    box_.sync(&["gates", "explain", "zero-non-intrinsic"])
        .succeeds()
        .says("why: What is plain Python")
        .says("does not negotiate")
        .says("number 30 in the order");
}

#[test]
fn the_json_report_has_the_keys_of_molts_report_and_the_places() {
    let box_ = sandbox();
    module(&box_, "this.py", format!("{LOAD}{TRY}"));
    let (_, report) = json(&box_, &["gates"]);
    for key in [
        "all_fallback_violations",
        "bootstrap_closure_violations",
        "bootstrap_roots_missing",
        "bootstrap_roots_present",
        "dependency_violations",
        "full_coverage_required_intrinsics",
        "fully_covered_modules",
        "intrinsic_backed_fallback_violations",
        "intrinsic_partial_budget",
        "intrinsic_partial_modules",
        "intrinsic_pass_fallback_modules",
        "intrinsic_runtime_fallback_violations",
        "missing_submodules",
        "missing_top_level_modules",
        "modules",
        "probe_only_modules",
        "python_only_modules",
        "required_submodules",
        "required_subpackages",
        "required_top_level_modules",
        "required_top_level_packages",
        "status_counts",
        "strict_fallback_violations",
        "strict_import_violations",
        "submodule_collisions",
        "subpackage_kind_mismatches",
        "top_level_collisions",
        "top_level_package_kind_mismatches",
    ] {
        assert!(report.get(key).is_some_and(|it| !it.is_null()), "{key}");
    }
    assert_eq!(
        (&report["schema"], &report["dialect"], &report["passed"]),
        (&1.into(), &"2026-02".into(), &false.into())
    );
    assert_eq!(report["molt"]["first_line"], "stdlib intrinsics lint failed: all-stdlib fallback gate violated");
    let gate = report["gates"].as_array().unwrap().iter().find(|it| it["id"] == "stdlib-fallback").unwrap();
    let finding = &gate["findings"][0];
    assert_eq!((&finding["line"], &finding["column"]), (&6.into(), &5.into()));
    let this = report["modules"].as_array().unwrap().iter().find(|it| it["module"] == "this").unwrap();
    let expected = serde_json::json!({ "module": "this", "path": "src/molt/stdlib/this.py", "status": "intrinsic-partial", "intrinsics": ["molt_capabilities_has"], "stub": false });
    assert_eq!(*this, expected);
}

#[test]
fn chosen_gates_leave_the_keys_of_molts_report_complete() {
    let box_ = sandbox();
    std::fs::remove_file(box_.ws(&format!("{STD}/colorsys.py"))).unwrap();
    module(&box_, "this.py", format!("{LOAD}import host\n"));
    module(&box_, "host.py", "x = 1\n");
    let without = |mut report: Value| {
        report.as_object_mut().unwrap().retain(|key, _| !["gates", "passed"].contains(&key.as_str()));
        report
    };
    let all = without(json(&box_, &["gates"]).1);
    assert_eq!(all["missing_top_level_modules"], serde_json::json!(["colorsys"]));
    assert_eq!(all["dependency_violations"][0]["module"], "this");
    let (code, one) = json(&box_, &["gates", "--only", "source"]);
    assert_eq!((code, one["gates"].as_array().unwrap().len(), &one["passed"]), (0, 1, &true.into()));
    assert_eq!(without(one), all);
    let skipped = json(&box_, &["gates", "--skip", "top-level-coverage,python-only-imports"]).1;
    assert_eq!(skipped["gates"].as_array().unwrap().len(), usual_gates() - 2);
    assert_eq!(without(skipped), all);
    for format in ["human", "junit", "sarif", "github"] {
        let ended = box_.sync(&["gates", "--only", "source", "--format", format]).succeeds();
        assert!(!ended.out.contains("top-level-coverage:") && !ended.out.contains("`colorsys`"), "{}", ended.out);
    }
}

#[test]
fn a_report_of_molts_checker_is_held_against_ours() {
    let box_ = sandbox();
    let (_, ours) = json(&box_, &["gates"]);
    let mut theirs = ours;
    for key in ["schema", "gates", "molt", "dialect"] {
        theirs.as_object_mut().unwrap().remove(key);
    }
    let report = box_.file("theirs.json", theirs.to_string().as_bytes());
    box_.sync(&["gates", "--compare", &report]).succeeds().says("no difference");
    theirs["status_counts"]["probe-only"] = 7.into();
    let report = box_.file("theirs.json", theirs.to_string().as_bytes());
    let ended = box_.sync(&["gates", "--compare", &report]);
    assert!(
        ended.code == 1
            && ended.out.contains("status_counts: probe-only: 0 in ours and 7 in Molt's report\n1 difference\n"),
        "{}",
        ended.out
    );
    for (text, words) in [("[", "EOF"), ("[]", "not a JSON object"), ("{}", "has no `modules`")] {
        let report = box_.file("theirs.json", text.as_bytes());
        box_.refuses(&["gates", "--compare", &report], 2, &["cannot compare with", words]);
    }
    box_.refuses(&["gates", "--compare", "nowhere.json"], 2, &["cannot read nowhere.json"]);
}

#[test]
fn a_gate_that_was_asked_for_and_cannot_be_judged_is_no_success() {
    let box_ = sandbox();
    box_.remove(MANIFEST);
    for gate in ["known-intrinsics", "bindings-stub", "contract-intrinsics"] {
        let why = format!("{gate}: {MANIFEST} cannot be read");
        box_.refuses(&["gates", "--only", gate], 2, &["cannot judge 1 gate that --only names", &why]);
    }
    box_.sync(&["gates", "--only", "ratchet-file"]).succeeds();
    let box_ = sandbox();
    box_.sync(&["gates", "--format", "github"]).succeeds().says("gates pass, 1 not judged; ");
    box_.remove("tests");
    box_.sync(&["gates", "--format", "github"]).succeeds().says("gates pass, 2 not judged; ");
    box_.refuses(&["gates", "--only", "core-lane"], 2, &["CORE_TESTS.txt and no test beside it"]);
}

#[test]
fn other_lists_of_molts_checker_are_told() {
    let box_ = sandbox();
    let lists = |critical: &str| {
        let text = format!("CRITICAL_STRICT_IMPORT_ROOTS = ({critical})\n");
        box_.write("tools/check_stdlib_intrinsics.py", text);
    };
    lists("'socket', 'threading', 'asyncio', 'pathlib', 'time', 'traceback', 'sys', 'os'");
    assert_eq!(box_.sync(&["gates"]).succeeds().err, "");
    lists("'re', 'socket', 'threading', 'asyncio', 'pathlib', 'time', 'traceback', 'sys'");
    let said = box_.sync(&["gates"]).succeeds().err.clone();
    assert!(said.contains("is another list than critical-roots here, with `re`, without `os`;"), "{said}");
    box_.write("molt-sync.toml", "[gates]\ncritical-roots = ['sys']\n");
    assert_eq!(box_.sync(&["gates"]).succeeds().err, "");
}

#[test]
fn every_place_is_a_finding() {
    let box_ = sandbox();
    let twice = "x = _molt_intrinsics\nload_intrinsic(1)\n";
    module(
        &box_,
        "this.py",
        format!("{LOAD}{twice}{twice}\"\"\"\nimport molt.intrinsics\n\nimport molt.intrinsics\n\"\"\"\n"),
    );
    let (_, report) = json(&box_, &["gates"]);
    for gate in ["registry-access", "stdlib-fallback", "forbidden-import"] {
        let row = report["gates"].as_array().unwrap().iter().find(|it| it["id"] == gate).unwrap();
        assert_eq!(row["findings"].as_array().unwrap().len(), 2, "{gate}");
    }
    // Molt's report has one for all loaders of a module
    assert_eq!(report["all_fallback_violations"][0]["errors"].as_array().unwrap().len(), 1);
}

#[test]
fn an_import_is_shown_with_its_line_and_the_way_there() {
    let box_ = sandbox();
    module(&box_, "host.py", "x = 1\n");
    module(&box_, "middle.py", format!("{LOAD}def f(): pass\nimport host\n"));
    module(&box_, "this.py", format!("{LOAD}import colorsys\nfrom test import nothing\nfrom middle import f\n"));
    module(&box_, "copy.py", format!("{LOAD}import middle\n"));
    let (_, report) = json(&box_, &["gates", "--only", "python-only-imports", "--allowlist-modules", "this"]);
    let rows = |report: &Value| -> Vec<String> {
        let findings = report["gates"][0]["findings"].as_array().unwrap().clone();
        let line = |it: &Value| format!("{}:{}:{}: {}", it["path"], it["line"], it["column"], it["message"]);
        findings.iter().map(line).map(|it| it.replace(['"'], "").replace("src/molt/stdlib/", "")).collect()
    };
    assert_eq!(
        rows(&report),
        [
            "copy.py:3:1: `copy` is intrinsic-partial and imports `host` (by way of `middle`)",
            "middle.py:4:1: `middle` is intrinsic-partial and imports `host`",
            "this.py:5:1: `this` is intrinsic-partial and imports `host` (by way of `middle`)",
        ]
    );
    let (_, report) = json(&box_, &["gates", "--only", "strict-imports", "--allowlist-modules", "this"]);
    assert_eq!(rows(&report), ["this.py:5:1: `this` imports `host` (by way of `middle`)"]);
    box_.write("molt-sync.toml", "[gates]\nstrict-roots = [\"copy\", \"abc\"]\n");
    let (_, report) = json(&box_, &["gates", "--only", "bootstrap-closure"]);
    assert_eq!(rows(&report), ["host.py:null:null: `host` is python-only and `copy` imports it (by way of `middle`)"]);
    module(&box_, "abc.py", "x = 1\n");
    let (_, report) = json(&box_, &["gates", "--only", "bootstrap-closure"]);
    assert_eq!(rows(&report)[0], "abc.py:null:null: `abc` is python-only and is a strict root");
}

#[test]
fn what_a_name_hides_is_no_command_to_a_terminal_or_a_log() {
    let box_ = sandbox();
    module(&box_, "this.py", format!("{LOAD}require_intrinsic(\"molt_\\n::error::x\\x1b[31m\")\n"));
    for args in
        [&["gates"][..], &["gates", "--molt-order"], &["gates", "--format", "github"], &["gates", "--format", "junit"]]
    {
        let out = box_.sync(args).out;
        assert!(!out.contains("\n::error::x") && !out.contains('\u{1b}') && out.contains("molt_\\n"), "{out}");
    }
}

#[test]
fn a_policy_that_names_no_module_is_told() {
    let box_ = sandbox();
    box_.write("molt-sync.toml", "[gates]\npass-fallback-modules = [\"jsno\"]\n");
    let ended = box_.sync(&["gates"]).succeeds();
    assert!(
        ended.err.contains("warning: molt-sync.toml holds modules to a rule that are not in the tree: `jsno`"),
        "{}",
        ended.err
    );
}

#[test]
fn the_dialect_is_found_out_and_can_be_set() {
    let box_ = sandbox();
    module(&box_, "colorsys.py", "raise ImportError('no')\n");
    assert_eq!(json(&box_, &["gates"]).1["dialect"], "2026-02");
    let (_, august) = json(&box_, &["gates", "--dialect", "2026-08"]);
    assert_eq!(august["unknown_policy_gate_modules"], serde_json::json!(["colorsys"]));
    box_.write("src/molt/stdlib_intrinsic_policy.py", "");
    assert_eq!(json(&box_, &["gates"]).1["status_counts"]["policy-gate"], 1);
    box_.write("molt-sync.toml", "[gates]\nallowed-policy-gates = [\"colorsys\"]\n");
    assert!(!failed(&json(&box_, &["gates"]).1).contains(&"policy-gates"));
    box_.write("molt-sync.toml", "[audit]\ndialect = \"2026-02\"\n");
    box_.sync(&["gates"]).says("modules by the rules of 2026-02");
}

#[test]
fn a_tool_of_the_tree_is_named_by_a_path_that_works_where_the_command_was_given() {
    let box_ = sandbox();
    box_.remove("src/molt/_intrinsics.pyi");
    let root = box_.ws("").canonicalize().unwrap();
    let tool = "tools/gen_intrinsics.py";
    let full = format!("Run `python3 {}/{tool}`.", root.display());
    let args = ["gates", "--only", "bindings-stub"];
    assert_eq!(box_.sync(&args).code, 1);
    assert!(box_.sync(&args).out.contains(&format!("repair: Run `python3 {tool}`.")));
    assert!(box_.run_at("docs", &args).out.contains(&full), "{}", box_.run_at("docs", &args).out);
    let named = [&["-C", ".."][..], &args].concat();
    assert!(box_.run_at("docs", &named).out.contains(&format!("Run `python3 ../{tool}`.")));
    for args in [&["gates", "explain", "bindings-stub"][..], &["gates", "explain", "bindings-stub", "--format", "json"]]
    {
        assert!(box_.run_at("docs", args).out.contains(&full), "{args:?}");
    }
}
