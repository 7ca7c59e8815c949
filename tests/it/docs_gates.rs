//! What documents say of gates is held against the rules and the lists of the tree's own checker, and what was not judged is
//! named.

use crate::support::{
    papers::{PAPER, cart_with, wrong},
    tree::{LOAD, STD},
};

const CHECKER: &str = "tools/check_stdlib_intrinsics.py";

/// The statuses of Molt's checker in February.
const STATUSES: &str = "STATUS_INTRINSIC = \"intrinsic-backed\"\nSTATUS_INTRINSIC_PARTIAL = \"intrinsic-partial\"\nSTATUS_PROBE_ONLY = \"probe-only\"\nSTATUS_PYTHON_ONLY = \"python-only\"\n";
const LATER: &str = "STATUS_INTRINSIC_SUPPORT = \"intrinsic-support\"\nSTATUS_POLICY_GATE = \"policy-gate\"\n";

/// A checker that prints these lines.
fn checker(lines: &[&str]) -> String {
    let print = |it: &&str| format!("    print(\"stdlib intrinsics lint failed: {it}\")\n");
    format!("{STATUSES}\ndef main():\n{}", lines.iter().map(print).collect::<String>())
}

#[test]
fn intrinsics_are_demanded_as_the_checker_of_the_tree_demands_them() {
    let (passes, fails) = ("The bootstrap gate passes.", "The bootstrap gate currently fails.");
    for (lines, is_right) in [
        // the modules of start-up are intrinsic-partial
        (&["bootstrap modules must be intrinsic-implemented"][..], passes),
        (&["bootstrap modules must be intrinsic-backed"], fails),
        (&["strict-import roots must be intrinsic-backed", "bootstrap modules cannot be python-only"], passes),
    ] {
        let box_ = cart_with(&[], "");
        box_.write(CHECKER, checker(lines));
        for said in [passes, fails] {
            box_.write(PAPER, format!("# Cart\n\n{said}\n"));
            let found = wrong(&box_, &[PAPER]).1;
            assert_eq!(found.is_empty(), said == is_right, "{lines:?}: {said} {found:?}");
        }
        let first = box_.sync(&["gates", "--molt-order"]).out;
        let is_strict = lines[0].ends_with("must be intrinsic-backed");
        assert_eq!(first.contains("must be intrinsic-backed"), is_strict, "{lines:?}: {first}");
    }
    // one that is not on intrinsics at all is too little everywhere
    let box_ = cart_with(&[], &format!("# Cart\n\n{passes}\n"));
    box_.write(CHECKER, checker(&["bootstrap modules cannot be python-only"]));
    box_.write(&format!("{STD}/types.py"), "x = 1\n");
    assert_eq!(wrong(&box_, &[PAPER]).1, ["DOC004 docs/PAPER.md:3"]);
}

#[test]
fn a_gate_that_was_not_judged_is_named_where_a_document_speaks_of_it() {
    let box_ = cart_with(&[], "# Cart\n\nThe ratchet gate is green.\n\nSo the ratchet gate passes.\n");
    let told = |words: &str| {
        for out in [box_.sync(&["docs", "check"]).out, box_.sync(&["docs", "check", "--format", "json"]).out] {
            assert_eq!(out.contains("whether intrinsic-partial-ratchet passes"), !words.is_empty(), "{out}");
            assert!(out.contains(words), "{out}");
        }
    };
    told("");
    box_.write(CHECKER, checker(&["bootstrap modules must be intrinsic-implemented"]));
    told(
        "whether intrinsic-partial-ratchet passes, as docs/PAPER.md:3 and 1 more place says or denies: the checker of this tree has no such gate",
    );
    box_.write(PAPER, "# Cart\n\nThe ratchet gate should be green.\n");
    told("");
}

#[test]
fn the_checker_as_a_whole_fails_where_one_of_its_gates_does() {
    let box_ = cart_with(&[], "# Cart\n\nThe intrinsics checker is green.\n\nThere are zero fallback violations.\n");
    box_.write(
        &format!("{STD}/types.py"),
        format!("{LOAD}import sys\n\ndef f():\n    try:\n        import json\n    except ImportError:\n        json = None\n"),
    );
    assert_eq!(wrong(&box_, &[PAPER]).1, ["DOC004 docs/PAPER.md:3", "DOC004 docs/PAPER.md:5"]);
    box_.write(PAPER, "# Cart\n\n`tools/check_stdlib_intrinsics.py` currently fails, with 1 fallback violation.\n");
    assert_eq!(wrong(&box_, &[PAPER]).1, [""; 0]);
}

#[test]
fn the_checkers_own_list_of_policy_gates_counts_where_the_settings_have_none() {
    let box_ = cart_with(&[], "# Cart\n");
    box_.write(&format!("{STD}/this.py"), "raise ImportError(\"no\")\n");
    let list =
        |names: &str| format!("{STATUSES}{LATER}ALLOWED_POLICY_GATE_MODULES: frozenset[str] = frozenset({names})\n");
    for (names, settings, code) in [
        ("", "", 1),
        ("{\"this\"}", "", 0),
        ("(\"other\", \"this\")", "", 0),
        ("{\"other\"}", "", 1),
        ("{NAME}", "", 1),
        // what a workspace decides on takes its place
        ("{\"this\"}", "[gates]\nallowed-policy-gates = [\"types\"]\n", 1),
        ("", "[gates]\nallowed-policy-gates = [\"this\"]\n", 0),
    ] {
        box_.write(CHECKER, list(names));
        box_.write("molt-sync.toml", settings);
        let ended = box_.sync(&["gates", "--only", "policy-gates"]);
        assert_eq!(ended.code, code, "{names} {settings}: {}{}", ended.out, ended.err);
    }
    let report: serde_json::Value = serde_json::from_str(&box_.sync(&["gates", "--format", "json"]).out).unwrap();
    assert_eq!(report["allowed_policy_gate_modules"], serde_json::json!(["this"]));
}
