//! Words around a value: what a tool understands is written, and what it does not is a person's.

use super::{
    super::super::fact::{Fact, Value},
    all_silent, all_wrong, synced,
};

#[test]
fn a_sentence_of_known_words_is_written() {
    for (text, wanted) in [
        (
            "There are 836 intrinsic-partial modules in the tree.",
            "There are 837 intrinsic-partial modules in the tree.",
        ),
        (
            "The checker counts 836 modules as intrinsic-partial today.",
            "The checker counts 837 modules as intrinsic-partial today.",
        ),
        ("- **Status**: 836 modules are intrinsic-partial.", "- **Status**: 837 modules are intrinsic-partial."),
        ("836 intrinsic-partial modules are left to convert.", "837 intrinsic-partial modules are left to convert."),
        ("So far, 40 modules are intrinsic-backed.", "So far, 41 modules are intrinsic-backed."),
        (
            "Enforced by `tools/check_a.py`: `intrinsic-partial=836` with more words behind.",
            "Enforced by `tools/check_a.py`: `intrinsic-partial=837` with more words behind.",
        ),
        ("836 of 883 modules are intrinsic-partial.", "837 of 883 modules are intrinsic-partial."),
        ("Of 883 modules, 836 are intrinsic-partial.", "Of 883 modules, 836 are intrinsic-partial."),
        ("In Molt, `pickle` is intrinsic-backed.", "In Molt, `pickle` is intrinsic-partial."),
        (
            "Coverage is complete for the CPython 3.12/3.13/3.14 union (`319` top-level names).",
            "Coverage is complete for the CPython 3.12/3.13/3.14 union (`320` top-level names).",
        ),
    ] {
        assert_eq!(synced(text), wanted);
    }
}

#[test]
fn a_sentence_with_other_words_is_told_and_left_alone() {
    for text in [
        "2026-W12: 836 intrinsic-partial modules.",
        "Spring 2026: 836 intrinsic-partial modules.",
        "Q1: 836 intrinsic-partial modules",
        "2027: 836 intrinsic-partial modules",
        "8/15/2026: 836 intrinsic-partial modules",
        "v3: 836 intrinsic-partial modules",
        "836 intrinsic-partial modules (August).",
        "As of March, 836 modules are intrinsic-partial.",
        "Ann wrote: \"836 modules are intrinsic-partial.\"",
        "Of the modules with tests, 836 are intrinsic-partial.",
        "836 modules are intrinsic-partial and imported by something.",
        "In the nightly build 836 modules are intrinsic-partial.",
        "Each of 836 intrinsic-partial modules has a marker.",
        "836 intrinsic-partial modules and `re` are 838 intrinsic-partial modules.",
        "835..836 intrinsic-partial modules",
        "- [x] 836 modules are intrinsic-partial",
        "The union has 319 top-level names (861 with submodules).",
        "Everything below `pickle` is intrinsic-backed.",
        "With the attestation withdrawn, `pickle` is intrinsic-backed.",
        "In 0.2 `pickle` is intrinsic-backed.",
        "`pickle` is intrinsic-backed because it is attested.",
        "The audit counted 836 intrinsic-partial modules.",
        "That audit counts 836 intrinsic-partial modules.",
        "It counts 836 intrinsic-partial modules.",
        "Done: 836 intrinsic-partial modules.",
        "836 modules are intrinsic-partial or on the list.",
        "Of the packages, 836 are intrinsic-partial.",
        "3.14.0: 836 intrinsic-partial modules",
        "`q1-report.md` has 836 intrinsic-partial modules.",
        "Are 836 modules intrinsic-partial?",
        "Count 836 intrinsic-partial modules.",
        "\"There are 836 intrinsic-partial modules.\"",
        "There are 836 intrinsic-partial modules, Ann said.",
        "There are 836 intrinsic-partial modules: the number of March.",
    ] {
        assert_eq!(synced(text), text);
        assert!(!super::wrong(text).is_empty(), "{text}");
    }
}

#[test]
fn a_place_of_another_time_is_told_and_left_alone() {
    for place in [
        "## Release notes\n\n",
        "## Feb\n\n",
        "## Week 33\n\n",
        "## 2026\n\n",
        "## Status, Q3\n\n",
        "## 2026-08\n\n",
        "## Day 3\n\n",
        "## August 2026\n\n",
        "## Sprint 14\n\n",
        "## 2026-W33\n\n",
        "## Meeting notes\n\n",
        "## 1.4.0\n\n",
        "## 13.02.2026\n\n",
        "## PR #12\n\n",
        "# Minutes of the call\n\n## Status\n\n",
        "> ",
        "- Week 6\n  - ",
        "Numbers of the first audit:\n\n- ",
        "| step | result |\n|---|---|\n| 1 | ",
        "| date | modules |\n|---|---|\n| Feb 13 | ",
    ] {
        let text = format!("{place}836 intrinsic-partial modules");
        assert_eq!(synced(&text), text);
        assert_eq!(super::wrong(&text), ["836 for intrinsic-partial"], "{text}");
    }
    let status = "## Release notes\n\n`pickle` is intrinsic-backed.";
    assert_eq!((synced(status).as_str(), super::wrong(status).len()), (status, 1));
    for place in [
        "# Molt\n\n## Standard library\n\n",
        "## 3.14\n\n",
        "## 1.2 Status of the library\n\n",
        "Status:\n\n- ",
        "| what | is |\n|---|---|\n| tree | ",
    ] {
        let text = |count: u32| format!("{place}{count} intrinsic-partial modules");
        assert_eq!(synced(&text(836)), text(837));
    }
}

#[test]
fn a_number_of_several_or_of_others_is_compared_with_nothing() {
    all_silent(&[
        "A further 8 intrinsic-backed modules are in review.",
        "`socket` is no intrinsic-partial module.",
        "CPython 3.12.3 has 299 top-level names.",
        "The gate allows 875 intrinsic-partial modules.",
        "45 modules are intrinsic-backed or intrinsic-support.",
        "`pickle` and `socket` are intrinsic-backed and intrinsic-partial respectively.",
        "The other 836 are intrinsic-partial too.",
        "CPython 3.12, 3.13 and 3.14 have 301, 290 and 297 top-level names.",
        "One module in 21 is intrinsic-backed.",
        "| week | intrinsic-backed |\n|---|---|\n| 33 | 40 |\n| 34 | 41 |",
    ]);
    // "+" joins names as a comma does
    all_wrong(&[("- `socket` + `pickle`: intrinsic-backed", "intrinsic-backed for pickle")]);
    let both = "- `socket` + `pickle`: intrinsic-backed\n";
    assert_eq!(synced(both), both);
    // a heading that speaks of now is of now
    all_wrong(&[("## Current status (August 2026)\n\n40 intrinsic-backed modules.", "40 for intrinsic-backed")]);
}

#[test]
fn names_of_a_series_are_those_of_that_series() {
    for text in [
        "CPython 3.12's standard library has 301 top-level names.",
        "## CPython 3.12\n\nIt has 301 top-level names.",
        "## CPython 3.12\n\n301 top-level names.",
        "CPython 3.12 is out. It has 301 top-level names.",
    ] {
        assert!(super::wrong(text).is_empty(), "{text}");
    }
    let series = ["3.12", "3.13", "3.14"].map(str::to_owned).to_vec();
    super::with_facts(vec![Fact::new("series", Value::List(series), "src", "series")], || {
        all_silent(&["CPython 3.12 and 3.13 together have 309 top-level names."]);
        all_wrong(&[("CPython 3.12, 3.13 and 3.14 have 309 top-level names.", "309 for union.top-level")]);
    });
    assert_eq!(
        synced("CPython 3.12's standard library has 320 top-level names."),
        "CPython 3.12's standard library has 301 top-level names."
    );
    assert_eq!(
        synced("CPython 3.12 has 301 top-level names, 3.13 has 320."),
        "CPython 3.12 has 301 top-level names, 3.13 has 320."
    );
}

#[test]
fn a_number_in_front_is_that_of_its_word_and_not_one_behind() {
    all_silent(&[
        "The 837 intrinsic-partial modules are of 883.",
        "The 837 intrinsic-partial are of 883.",
        "320 of 600 names are required top-level names.",
        "320/600 names are required top-level names.",
    ]);
    all_wrong(&[("836 of 883 modules are intrinsic-partial.", "836 for intrinsic-partial")]);
}
