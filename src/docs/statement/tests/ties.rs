//! Words that tie a value to others, and words by which it is of some or of something else.

use super::{synced, wrong};

#[track_caller]
fn all_left(texts: &[&str]) {
    for text in texts {
        assert_eq!(synced(text), *text);
        assert!(!wrong(text).is_empty(), "it is told: {text}");
    }
}

#[test]
fn a_value_that_is_the_whole_does_not_move_alone() {
    all_left(&[
        "All 836 modules are intrinsic-partial.",
        "There are 836 intrinsic-partial modules and no others.",
        "836 modules are intrinsic-partial, the entire tree.",
        "`intrinsic-partial=836`; everything else is zero.",
        "There are 836 intrinsic-partial modules. That is all of them.",
        "Nothing is finished. There are 836 intrinsic-partial modules.",
        "| status | modules | note |\n|---|---|---|\n| intrinsic-partial | 836 | all of them |",
        "| module | status | rest |\n|---|---|---|\n| `pickle` | intrinsic-backed | nothing |",
        "`pickle` is intrinsic-backed; all of it is done.",
    ]);
    // of nothing else, or right for all that there is
    for (text, new) in [
        ("There are 836 intrinsic-partial modules.", "There are 837 intrinsic-partial modules."),
        ("All 870 modules are audited.", "All 883 modules are audited."),
        ("`pickle` is intrinsic-backed.", "`pickle` is intrinsic-partial."),
        ("There are exactly 836 intrinsic-partial modules.", "There are exactly 837 intrinsic-partial modules."),
        (
            "There are 836 intrinsic-partial modules. This page is updated with each release.",
            "There are 837 intrinsic-partial modules. This page is updated with each release.",
        ),
        (
            "Every module is classified by the audit. There are 836 intrinsic-partial modules.",
            "Every module is classified by the audit. There are 837 intrinsic-partial modules.",
        ),
        (
            "The stdlib has 836 intrinsic-partial modules under the ratchet.",
            "The stdlib has 837 intrinsic-partial modules under the ratchet.",
        ),
        (
            "## Let's begin\n\nThere are 836 intrinsic-partial modules.",
            "## Let's begin\n\nThere are 837 intrinsic-partial modules.",
        ),
    ] {
        assert_eq!(synced(text), new);
    }
}

#[test]
fn a_value_that_is_held_against_another_does_not_move_alone() {
    all_left(&[
        "intrinsic-partial modules: 836, which is the budget",
        "There are 836 intrinsic-partial modules, so there is no room.",
        "There are 836 intrinsic-partial modules, the same as the limit.",
        "There are 836 intrinsic-partial modules. This is exactly the budget.",
        "| intrinsic-partial | budget | room |\n|---|---|---|\n| 836 | 836 | 0 |",
    ]);
}

#[test]
fn a_number_of_some_or_of_something_else_is_left() {
    all_left(&[
        "2 intrinsic-backed modules are top-level.",
        "2 intrinsic-backed modules have documents.",
        "Known issues: 2 intrinsic-backed modules.",
        "The number of files in intrinsic-backed modules is 2.",
        "intrinsic-backed: 2 names",
        "intrinsic-backed modules: 2 issues",
        "Here are 2 intrinsic-backed modules.",
        "See [836 intrinsic-partial modules](https://blog.example.org/836).",
        "## PyPy\n\nThere are 836 intrinsic-partial modules.",
        "## How it was\n\nThere are 836 intrinsic-partial modules.",
        "## Bob's list\n\nThere are 836 intrinsic-partial modules.",
    ]);
}

#[test]
fn what_is_too_long_to_be_looked_at_is_left() {
    let rest = "And so on, one after the other. ".repeat(700);
    all_left(&[&format!("There are 836 intrinsic-partial modules, all of them here. {rest}")]);
}

#[test]
fn a_sum_is_none_of_its_parts() {
    for text in [
        "intrinsic-backed + intrinsic-partial = 878",
        "Intrinsic-backed and intrinsic-partial modules: 878",
        "878 intrinsic-backed and intrinsic-partial modules",
        "878 intrinsic-partial and support modules",
    ] {
        assert_eq!((synced(text).as_str(), wrong(text).len()), (text, 0), "{text}");
    }
    assert_eq!(wrong("python-only and probe-only are each 7.").len(), 2);
}

#[test]
fn a_bound_may_stand_behind_its_number() {
    for text in [
        "intrinsic-partial: 900 or fewer",
        "intrinsic-partial: 900 at most",
        "intrinsic-partial: 800 or more",
        "800\u{2013}900 modules are intrinsic-partial.",
    ] {
        assert_eq!(wrong(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(wrong("The gate fails with one or more python-only modules."), Vec::<String>::new());
    for text in ["intrinsic-partial: 800 or fewer", "intrinsic-partial: 800 at most", "intrinsic-partial: 900 or more"]
    {
        assert_eq!(wrong(text).len(), 1, "{text}");
    }
}
