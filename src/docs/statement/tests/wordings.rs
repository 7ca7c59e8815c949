//! More wordings in which people count: the audit as the subject, the union's two counts beside each other, and values that are
//! dealt out "respectively".

use super::{all_silent, all_wrong};

#[test]
fn the_audit_the_ratchet_and_the_union_are_counted_in_other_words() {
    all_wrong(&[
        ("The audit covers 840 modules.", "840 for total"),
        ("Today 1,883 modules are audited.", "1,883 for total"),
        ("840 modules are audited now.", "840 for total"),
        ("The intrinsic-partial ratchet stands at 900.", "900 for ratchet.max"),
        ("The union contains 400 top-level modules.", "400 for union.top-level"),
        ("- Union: 400 top-level, 700 submodules", "400 for union.top-level; 700 for union.submodules"),
        ("The union has 400 top-level and 700 submodules.", "400 for union.top-level; 700 for union.submodules"),
    ]);
    all_silent(&[
        "The other audit covers 840 modules of the kernel.",
        "The coverage ratchet stands at 900.",
        "840 modules are ready.",
        "We moved 400 top-level modules to the new folder.",
        "The crate has 40 top-level, 12 nested modules.",
    ]);
}

#[test]
fn values_that_are_dealt_out_respectively_are_each_of_their_own() {
    all_wrong(&[
        ("`probe-only` and `python-only` are currently zero and three respectively.", "three for python-only"),
        (
            "`intrinsic-backed`, `probe-only` and `python-only` are 40, 2 and 0 respectively.",
            "40 for intrinsic-backed; 2 for probe-only; 0 for python-only",
        ),
    ]);
    all_silent(&[
        "`probe-only` and `python-only` are zero and one respectively.",
        "`probe-only` and `python-only` will be two and three respectively.",
    ]);
}

#[test]
fn what_is_said_of_all_modules_is_compared() {
    all_wrong(&[
        ("All modules are intrinsic-backed.", "intrinsic-backed for intrinsic-backed+total"),
        ("Every module in the tree is now `intrinsic-partial`.", "intrinsic-partial for intrinsic-partial+total"),
        ("All of the audited modules remain intrinsic-partial.", "intrinsic-partial for intrinsic-partial+total"),
        ("None of the modules are intrinsic-partial any more.", "None for intrinsic-partial"),
    ]);
    all_silent(&[
        "All modules must be intrinsic-backed.",
        "Not every module is intrinsic-backed.",
        "The gate fails unless every module is intrinsic-backed.",
        "All modules of the socket cluster are intrinsic-backed.",
        "All modules below are intrinsic-backed.",
        "Every module is intrinsic-backed or better documented.",
        "Last year all modules were python-only.",
        "- [ ] every module is intrinsic-backed",
        "# T\n\n## Success Criteria\n\n- all modules are intrinsic-backed",
    ]);
}
