//! What is written must leave a true sentence: words of totality, degrees, what another tool fills; and what advice is of use.

use super::*;

/// The advice for each wrong claim, with what it says.
fn told(document: &str) -> Vec<(String, String)> {
    with_rules(document, |documents, rules| {
        let mut claims = check(documents, rules);
        super::super::settle(&mut claims);
        let wrong = claims.into_iter().filter(Claim::is_wrong);
        wrong.map(|it| (format!("{} | {}", it.sentence, it.why.join("; ")), it.repair)).collect()
    })
}

/// What a tool would write, also where the source is taken.
fn taken(document: &str) -> String {
    with_rules(document, |documents, rules| {
        let mut claims = check(documents, rules);
        super::super::settle(&mut claims);
        let page = RelPath::new("FACTS.md").unwrap();
        let new = sync(documents, &claims, rules, &page, true).unwrap();
        new.first().map_or_else(|| document.to_owned(), |it| it.text.clone())
    })
}

#[test]
fn a_sentence_of_totality_is_a_persons_where_a_value_leaves_zero_or_becomes_it() {
    for text in [
        "The port is complete: `python-only=0`, `intrinsic-partial=870`.",
        "Every module is lowered, with `python-only=0` and 870 intrinsic-partial modules.",
        "All gates pass, and there are zero python-only modules and no fallbacks.",
        "The counts are `python-only=0`, `probe-only=0`, with zero violations in the tree.",
        "Only 3 probe-only modules and 836 intrinsic-partial modules are left.",
        "`python-only=0`; the gate stays until 2027 and every module is lowered.",
        "| Coverage | intrinsic-partial | python-only |\n|---|---|---|\n| complete, now | 870 | 0 |\n",
        "| State | Modules | Remark |\n|---|---|---|\n| `python-only` | 0 | none is left |\n",
    ] {
        assert!(!wrong(text).is_empty(), "{text}");
        assert_eq!(taken(text), text);
        assert!(told(text).iter().all(|(_, it)| it.starts_with("rewrite the whole sentence: ")), "{text}");
    }
    let long = format!("The port is complete {}: `python-only=0`.", "and good ".repeat(30));
    assert!(told(&long)[0].0.starts_with(long.trim_end_matches('.')), "{:?}", told(&long));
    // no value leaves zero, or nothing is said of all
    for (text, new) in [
        ("All of it: `intrinsic-partial=870`.", "All of it: `intrinsic-partial=837`."),
        ("`python-only=0`, `intrinsic-partial=870`", "`python-only=1`, `intrinsic-partial=837`"),
        ("It is complete. `python-only=0`.", "It is complete. `python-only=1`."),
        ("The number of python-only modules is 0.", "The number of python-only modules is 1."),
        // what is to come, what is compared by itself, and what holds of each that there may be
        (
            "`python-only=0`, `intrinsic-partial=870`; the gate stays until the burn-down is complete.",
            "`python-only=1`, `intrinsic-partial=837`; the gate stays until the burn-down is complete.",
        ),
        (
            "The stdlib coverage is complete by name, with `python-only=0`.",
            "The stdlib coverage is complete by name, with `python-only=1`.",
        ),
        (
            "`python-only=0` (any module that is not attested is a stub).",
            "`python-only=1` (any module that is not attested is a stub).",
        ),
    ] {
        assert_eq!(taken(text), new);
    }
}

#[test]
fn coverage_that_is_complete_lacks_no_name() {
    for text in [
        "The stdlib coverage is complete by name.",
        "union coverage is now complete for the CPython 3.12/3.13/3.14 names",
        "The union of names is complete by name.",
    ] {
        assert_eq!(wrong(text), [""; 0], "{text}");
        let whole = with_rules(text, |documents, rules| {
            let mut facts = facts();
            facts.add(Fact::new("stdlib.missing-submodules", Value::Int(2), "src", "count"));
            let claims = check(documents, &DocsRules { facts: &facts, ..*rules });
            let [one] = &claims[..] else { panic!("{text}: {claims:?}") };
            (one.code, one.why.join("; "))
        });
        assert_eq!(
            whole,
            (Some(crate::docs::Code::Contradicted), "0 top-level names and 2 submodules are missing".into())
        );
    }
    for text in [
        "Test coverage is complete.",
        "The stdlib is complete.",
        "The names of the union are complete.",
        "The stdlib union is complete by design.",
        "Once stdlib coverage is complete by name, stop.",
        "The stdlib coverage is complete by name for 3.12.",
        "On 2026-02-08 the stdlib coverage was complete by name.",
    ] {
        let count = with_rules(text, |documents, rules| check(documents, rules).len());
        assert_eq!(count, 0, "{text}");
    }
}

#[test]
fn a_degree_or_what_follows_a_status_leaves_it_to_a_person() {
    all_wrong(&[
        ("`pickle` is now fully intrinsic-backed.", "intrinsic-backed for pickle"),
        ("`pickle` is completely `intrinsic-backed`.", "intrinsic-backed for pickle"),
        (
            "`pickle`/`json` are now fully intrinsic-backed on compiled paths (no wrapper).",
            "intrinsic-backed for pickle+json",
        ),
        ("`pickle` is entirely intrinsic-backed through its runtime.", "intrinsic-backed for pickle"),
        ("`pickle` is intrinsic-backed (see the plan).", "intrinsic-backed for pickle"),
    ]);
    for text in [
        "`pickle` is now fully intrinsic-backed.",
        "`pickle` is completely `intrinsic-backed`.",
        "`pickle` is intrinsic-backed (see the plan).",
        "`pickle` is wholly intrinsic-backed under the new rules.",
    ] {
        assert_eq!(taken(text), text);
        assert_eq!(told(text)[0].1, "say there by hand that `pickle` is intrinsic-partial, or correct the source");
    }
    // the complete status takes a degree
    assert_eq!(taken("`socket` is now fully intrinsic-partial."), "`socket` is now fully intrinsic-backed.");
    all_silent(&[
        "`pickle` is fully intrinsic-backed for protocol 5.",
        "`pickle` is intrinsic-backed (core only).",
        "`pickle` is fully intrinsic-backed on its hot path only.",
        "`pickle` is intrinsic-backed on compiled paths.",
        "`socket` is fully intrinsic-backed on compiled paths (all of it).",
    ]);
}

#[test]
fn below_a_heading_of_evidence_without_a_day_nothing_is_of_today() {
    all_silent(&[
        "# T\n\n## 2. Current Baseline (Evidence)\n\n### Signals\n\n- Audited modules: 112 total.\n- `intrinsic-backed`: 58.",
        "# T\n\n## Current Evidence\n\n- 58 intrinsic-backed, 16 intrinsic-partial, 13 probe-only, 25 python-only.",
        "# T\n\n## Baselines today\n\n`pickle` is intrinsic-backed.",
        "# T\n\n## Current state\n\n### Evidence\n\n| Status | Modules |\n|---|---|\n| intrinsic-backed | 58 |\n",
    ]);
    for (text, stated) in [
        // the sentence says it itself, or there is a day beside what is called current
        ("# T\n\n## Current Evidence\n\nCurrently `intrinsic-backed=58`.", "58 for intrinsic-backed"),
        ("# T\n\n## Evidence\n\n- Today: `intrinsic-backed=58`", "58 for intrinsic-backed"),
        ("# T\n\n## Current Evidence (2026-02-08)\n\n`intrinsic-backed=58`", "58 for intrinsic-backed"),
        ("# T\n\n## Current state\n\n`intrinsic-backed=58`", "58 for intrinsic-backed"),
        ("# T\n\n## Union baseline\n\nThe union has 541 `.py` submodules.", "541 for union.submodules"),
    ] {
        assert_eq!(wrong(text), [stated], "{text}");
    }
}

#[test]
fn what_another_tool_fills_is_written_as_that_tool_would() {
    let block = |text: &str| format!("<!-- GENERATED:x:start -->\n{text}\n<!-- GENERATED:x:end -->\n");
    let row = |total: u32, partial: u32, python: u32| {
        format!(
            "- Audit: `{total}` modules audited; `41` intrinsic-backed; `{partial}` intrinsic-partial; `{python}` python-only."
        )
    };
    let table = |total: u32, partial: u32| {
        format!(
            "| audited modules | intrinsic-backed | intrinsic-partial |\n|---|---|---|\n| {total} | 41 | {partial} |"
        )
    };
    // 883 is not 41 + 837 + 1, and the tool does not mind
    assert_eq!(synced(&block(&row(890, 845, 0))), block(&row(883, 837, 1)));
    assert_eq!(synced(&block(&table(890, 845))), block(&table(883, 837)));
    assert_eq!(synced(&row(890, 845, 0)), row(890, 845, 0));
    assert_eq!(synced(&table(890, 845)), table(890, 845));
}

#[test]
fn advice_is_of_use() {
    let day = "# T\n\n## Checkpoint (2026-02-08)\n\n";
    for (text, wanted) in [
        ("`pickle` and `socket` are python-only.", "say there by hand that"),
        ("`socket` is no longer intrinsic-backed.", "say there by hand that `socket` is intrinsic-backed"),
        (
            &format!("{day}Currently `intrinsic-backed=58`."),
            "write 41 there by hand, and the day that stands beside it",
        ),
        (
            &format!("{day}`pickle` is now intrinsic-backed."),
            "write that `pickle` is intrinsic-partial there by hand, and the day",
        ),
        (
            "# T\n\n## Baseline (Evidence)\n\nCurrently `intrinsic-backed=58`.",
            "write 41 there by hand, and of which day it is",
        ),
    ] {
        let told = told(text);
        assert!(told[0].1.starts_with(wanted), "{text}: {told:?}");
        assert!(!told[0].1.contains("--take"), "{told:?}");
    }
}

#[test]
fn a_list_of_the_statuses_has_all_of_them() {
    let some = "`intrinsic-backed`, `intrinsic-partial`, `probe-only`, and `python-only`";
    for text in [
        format!("The gate computes {some} directly from the source."),
        format!("The statuses are {some}."),
        format!("Every module is classified as one of {some}."),
        format!("{} are the states of a module.", some.replace(", and", " or")),
    ] {
        let told = told(&text);
        assert!(
            told.len() == 1 && told[0].0.ends_with("the checker gives `intrinsic-support` and `policy-gate` too"),
            "{told:?}"
        );
        assert_eq!(
            wrong(&text.replace("`intrinsic-partial`", "`intrinsic-partial`, `intrinsic-support`, `policy-gate`")),
            [""; 0],
            "{text}"
        );
    }
    all_silent(&[
        "Too many modules remain `intrinsic-partial`, `probe-only`, or `python-only`.",
        "Statuses such as `intrinsic-backed`, `intrinsic-partial`, `probe-only` are given.",
        "The states that block a release are `intrinsic-partial`, `probe-only`, and `python-only`.",
        "It moves between `intrinsic-backed`, `intrinsic-partial`, and `probe-only`.",
    ]);
}
