//! What is said of gates, held against what they say, and lists of what Molt targets.

use super::{
    super::super::{
        check::check_and_former,
        fact::{Fact, Value},
    },
    synced, with_facts, with_rules, wrong,
};

#[test]
fn a_gate_that_is_said_to_fail_and_passes_is_for_a_person() {
    let states = [
        ("probe-only", "passes"),
        ("core-lane", "passes"),
        ("bootstrap-roots", "passes"),
        ("bootstrap-closure", "fails"),
        ("bootstrap-modules", "passes"),
        ("intrinsic-partial-ratchet", "fails"),
        ("strict-fallback", "absent"),
        ("backed-fallback", "passes"),
        ("stdlib-fallback", "fails"),
        ("pass-fallback", "passes"),
        ("checker", "fails"),
        ("checker.critical", "passes"),
    ];
    let facts = || {
        let state = |(id, word): (&str, &str)| {
            Fact::new(format!("gate.{id}.state"), Value::Text(word.to_owned()), "gates", "state")
        };
        states.map(state).to_vec()
    };
    for (text, is_wrong) in [
        ("The probe-only gate currently fails.", true),
        ("CI is blocked by the probe-only gate.", true),
        ("The core-lane gate is red.", true),
        ("The ratchet gate is green.", true),
        ("The bootstrap gate passes.", true),
        // nothing was found out about it, so that nothing contradicts it
        ("The package-kind gate passes.", false),
        ("The package-kind gate is red.", false),
        // one part of it passes, and others do not
        ("The bootstrap gate currently fails.", false),
        ("The probe-only gate is green.", false),
        ("The bootstrap gate is still an active blocker.", false),
        ("The ratchet gate currently fails.", false),
        ("The probe-only gate fails on any new module.", false),
        ("Once it lands, the core-lane gate is red.", false),
        ("On 2026-02-12 the core-lane gate was red.", false),
        // the same in other words
        ("It has `python-only=1` and zero fallback violations.", true),
        ("There are no fallback-pattern violations left in the stdlib.", true),
        ("There are 12 pass-fallback violations.", true),
        ("There are zero pass-fallback violations.", false),
        ("There are two fallback violations.", false),
        ("Keep zero fallback violations.", false),
        ("No fallback violations are allowed.", false),
        ("The intrinsics checker is green.", true),
        ("All stdlib gates pass.", true),
        ("`python3 tools/check_stdlib_intrinsics.py` currently passes.", true),
        ("`python3 tools/check_stdlib_intrinsics.py --critical-allowlist` is red.", true),
        ("`python3 tools/check_stdlib_intrinsics.py` fails.", false),
        ("Once `tools/check_stdlib_intrinsics.py` is green, it lands.", false),
        ("The core-lane checker blocker remains `re`.", true),
        ("The current global checker blocker remains `re`, which fails in the core-lane gate.", true),
        ("The bootstrap checker blocker remains `re`.", false),
    ] {
        let found = with_facts(facts(), || wrong(text));
        assert_eq!(!found.is_empty(), is_wrong, "{text} {found:?}");
        assert_eq!(with_facts(facts(), || synced(text)), text, "{text}");
    }
}

#[test]
fn what_is_said_of_a_gate_that_was_not_judged_is_not_taken_for_looked_at() {
    let open = |text: &str| {
        let state = |(id, word): (&str, &str)| {
            Fact::new(format!("gate.{id}.state"), Value::Text(word.to_owned()), "gates", "state")
        };
        let states = [("bootstrap-roots", "passes"), ("bootstrap-modules", "absent"), ("strict-imports", "fails")];
        with_facts(states.map(state).to_vec(), || {
            with_rules(text, |documents, rules| {
                let open = check_and_former(documents, rules).open;
                open.iter().map(|it| format!("{}:{} {}", it.path, it.line, it.gate)).collect::<Vec<_>>()
            })
        })
    };
    for (text, gates) in [
        ("The core-lane gate is green.", &["core-lane"][..]),
        ("The core-lane gate is red.", &["core-lane"]),
        // of a part that is not known, and one that the checker does not have
        ("The bootstrap gate passes.", &["bootstrap-closure"]),
        ("The critical strict-import gate passes.", &[]),
        ("The critical strict-import gate currently fails.", &[]),
        ("There are zero pass-fallback violations.", &["pass-fallback"]),
        ("The intrinsics checker is green.", &["checker"]),
        ("The core-lane gate should be green.", &[]),
        ("On 2026-02-12 the core-lane gate was green.", &[]),
    ] {
        let wanted: Vec<String> = gates.iter().map(|it| format!("a.md:3 {it}")).collect();
        assert_eq!(open(&format!("# T\n\n{text}\n")), wanted, "{text}");
    }
}

#[test]
fn a_wrong_union_among_what_is_targeted_is_told_and_never_written() {
    let facts = || {
        let series = ["3.12", "3.13", "3.14"].map(str::to_owned).to_vec();
        vec![Fact::new("series", Value::List(series), "union", "series")]
    };
    for (text, is_wrong) in [
        ("**Version target:** CPython 3.12+ (currently 3.12/3.13 union)", true),
        ("Version target: CPython 3.12+ (currently the py312/py313 union)", true),
        ("Python support: 3.12 and newer (today the union of 3.13, 3.14)", true),
        ("Molt targets the CPython 3.12-3.15 union.", true),
        ("**Version target:** CPython 3.12+ (currently 3.12/3.13/3.14 union)", false),
        ("Molt targets the CPython 3.12–3.14 union.", false),
        ("Version target: if all goes well, the 3.12/3.13 union", false),
        ("Historical version target: the 3.12/3.13 union", false),
        ("Molt targets 3.12/3.13.", false),
    ] {
        let found = with_facts(facts(), || wrong(text));
        assert_eq!(!found.is_empty(), is_wrong, "{text} {found:?}");
        assert_eq!(with_facts(facts(), || synced(text)), text, "{text}");
    }
}
