//! What is said of a part of the tree, of one series, of another time or of another program.

use super::{all_silent, all_wrong};

#[test]
fn a_part_of_the_tree_is_not_the_tree() {
    all_silent(&[
        "Of the 17 bootstrap modules, 17 are intrinsic-partial.",
        "Of these 100 modules, 19 are intrinsic-partial.",
        "The queue has 60 modules; 16 are intrinsic-partial.",
        "Bootstrap modules: 17 (17 intrinsic-partial, 0 intrinsic-backed)",
        "asyncio: 30 modules (16 intrinsic-partial, 14 intrinsic-backed)",
        "253 intrinsic-partial modules are only stubs.",
        "Core lane:\n\n- intrinsic-partial: 17",
        "# T\n\n## The asyncio package\n\n17 modules are intrinsic-partial.",
        "# T\n\n## `asyncio`\n\n| a | b |\n|---|---|\n| intrinsic-partial | 17 |",
        // all but some
        "All modules but `socket` are intrinsic-partial.",
        "Apart from `socket`, all modules are intrinsic-partial.",
        "Unlike `socket`, `json` is intrinsic-partial.",
        // another time, or another program
        "At 0e1ce9897, 800 modules are intrinsic-partial.",
        "In v0.4, `json` is intrinsic-backed.",
        "# T\n\n## 0.4 (June)\n\n800 modules are intrinsic-partial.",
        "PyPy has 800 intrinsic-partial modules.",
        "In CPython, `json` is python-only.",
    ]);
    all_wrong(&[
        ("Of the 866 audited modules, 830 are intrinsic-partial.", "866 for total; 830 for intrinsic-partial"),
        ("500 modules are intrinsic-partial, and 505 tests are red.", "500 for intrinsic-partial"),
        (
            "There are 500 intrinsic-partial modules, 21 intrinsic-backed and 600 lines.",
            "500 for intrinsic-partial; 21 for intrinsic-backed",
        ),
        ("500 modules are intrinsic-partial, a share of 80.2 %.", "500 for intrinsic-partial"),
        ("All modules are intrinsic-backed; that is more than before.", "intrinsic-backed for intrinsic-backed+total"),
        ("In the folder `src`:\n\n- 500 intrinsic-partial modules", "500 for intrinsic-partial"),
        ("# T\n\n## 1.1 - Status\n\n500 modules are intrinsic-partial.", "500 for intrinsic-partial"),
        ("# T\n\n## Status\n\n800 modules are intrinsic-partial.", "800 for intrinsic-partial"),
        ("# T\n\n## 1.2 The state\n\n`json` is intrinsic-backed.", "intrinsic-backed for json"),
    ]);
}

#[test]
fn names_of_one_series_are_those_of_that_series() {
    all_wrong(&[
        ("CPython 3.13 has 320 top-level names.", "320 for union.3.13.top-level"),
        ("The union of CPython 3.12 and 3.13 has 319 top-level names.", "319 for union.top-level"),
        ("The union of 3.12 + 3.13 has 319 top-level names.", "319 for union.top-level"),
        ("The union of CPython 3.12/3.13 has 500 submodules.", "500 for union.submodules"),
        ("CPython 3.12 has 301 top-level names, and 3.13 has 301 top-level names.", "301 for union.3.13.top-level"),
    ]);
    all_silent(&[
        "CPython 3.13 has 290 top-level names.",
        "CPython 3.12 has 301 top-level names; CPython 3.13 has 290 top-level names.",
        "In CPython 3.12 there are 301 top-level names, in 3.13 290.",
        "The union of CPython 3.12 + 3.13 has 320 top-level names; 3.13 is the newest.",
        "The stdlib union of Python 3.12, 3.13 has 320 top-level names.",
        "The union of CPython 3.12 and 3.13 has 320 top-level names.",
    ]);
}
