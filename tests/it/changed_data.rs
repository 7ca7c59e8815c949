//! Files that Molt's tools run, or read more strictly than this program could: what they come to there is what is judged here.

use crate::support::{
    Sandbox,
    papers::{commit, git_on},
    tree::{ATTESTATION, LOAD, RATCHET, Tree as _, UNION, mini},
};

const DAY: &str = "2026-01-10";

/// The small tree with an attested module, committed, and a branch of it.
fn branch() -> Sandbox {
    let mut files = mini();
    files.attest("'colorsys',", "'colorsys': ('molt_capabilities_has',),");
    files.module("colorsys.py", &format!("{LOAD}def hue(): pass\n"));
    let box_ = Sandbox::of(&files);
    commit(&box_, DAY, "Start");
    git_on(&box_, DAY, &["switch", "-q", "-c", "branch"]);
    box_
}

#[test]
fn a_data_file_that_runs_anything_is_known_by_nobody() {
    let frame = |name: &str| format!("import sys\nsys._getframe().f_globals[\"{name}\"] = (\"json\",)\n");
    for (path, more) in [
        (ATTESTATION, frame("STDLIB_FULLY_COVERED_MODULES")),
        (ATTESTATION, "x = STDLIB_REQUIRED_INTRINSICS_BY_MODULE\nx['colorsys'] = ()\n".into()),
        (ATTESTATION, "dict.clear(STDLIB_REQUIRED_INTRINSICS_BY_MODULE)\n".into()),
        (ATTESTATION, "raise SystemExit(0)\n".into()),
        (UNION, frame("STDLIB_MODULE_UNION")),
        (UNION, "import os\nos._exit(0)\n".into()),
    ] {
        let box_ = branch();
        let before = box_.sync(&["gates", "--base", "main", "--new-only"]);
        assert_eq!(before.code, 0, "{}", before.out);
        box_.write(path, box_.read(path) + &more);
        commit(&box_, DAY, "More");
        for args in [&["gates", "--base", "main", "--new-only"][..], &["scoreboard", "check", "--base", "main"]] {
            let ended = box_.sync(args);
            let told = ended.out.clone() + &ended.err;
            assert!(told.contains("does more than state constants"), "{more}: {args:?}: {told}");
            assert!(matches!(ended.code, 1..=3), "{more}: {args:?}: {} {}{}", ended.code, ended.out, ended.err);
        }
    }
}

/// What a union has that loads the names of a series from `names.py` beside it.
const LOADER: &str = "import importlib.util as _u\nfrom pathlib import Path as _P\n_VERSION_MODULE_STEMS = {\"3.14\": \"names\"}\ndef _load(v):\n    stem = _VERSION_MODULE_STEMS[v]\n    path = _P(__file__).with_name(f\"{stem}.py\")\n    spec = _u.spec_from_file_location(stem, path)\n    if spec is None:\n        raise ImportError(f\"{stem}\")\n    module = _u.module_from_spec(spec)\n    spec.loader.exec_module(module)\n    return module\n_DATA = {v: _load(v) for v in BASELINE_PYTHON_VERSIONS}\n";

#[test]
fn a_file_that_the_union_loads_is_data_as_well() {
    const BESIDE: &str = "tools/names.py";
    let names = "STDLIB_MODULES = (\"sys\",)\nSTDLIB_PACKAGES = ()\nSTDLIB_PY_MODULES = ()\nSTDLIB_PY_PACKAGES = ()\n";
    let box_ = branch();
    box_.write(UNION, box_.read(UNION) + LOADER);
    box_.write(BESIDE, names);
    let baseline = |words: &str| {
        let ended = box_.sync(&["gates", "--only", "baseline"]);
        assert!(ended.code == i32::from(!words.is_empty()) && ended.out.contains(words), "{}{}", ended.out, ended.err);
    };
    baseline("");
    box_.write(BESIDE, format!("{names}import sys\n"));
    baseline("tools/names.py: line 5: it does more than state constants");
    box_.remove(BESIDE);
    baseline("needs tools/names.py");
}

#[test]
fn a_budget_behind_a_byte_order_mark_cannot_be_read() {
    let box_ = branch();
    box_.write(RATCHET, format!("\u{feff}{}", box_.read(RATCHET)));
    commit(&box_, DAY, "A mark");
    let ended = box_.sync(&["gates"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    ended.says("byte order mark");
    for args in [["ratchet", "check", "--base", "main"], ["scoreboard", "check", "--base", "main"]] {
        box_.refuses(&args, 2, &["begins with a byte order mark", RATCHET]);
    }
}
