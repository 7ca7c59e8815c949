//! What is a statement and what is none, by kind; and what becomes of the wrong ones.

mod around;
mod bullets;
mod gates;
mod labels;
mod parts;
mod plain;
mod sentences;
mod ties;
mod truth;
mod values;
mod wordings;
mod work;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use globset::GlobSet;

use super::super::{
    binding::defaults,
    check::check,
    claim::Claim,
    fact::{Fact, Facts, Value},
    rules::{DocsRules, Document},
    sync::sync,
};
use crate::base::RelPath;

thread_local! {
    /// What one test knows besides.
    static MORE: RefCell<Vec<Fact>> = const { RefCell::new(Vec::new()) };
}

/// Runs something with more facts.
fn with_facts<T>(more: Vec<Fact>, then: impl FnOnce() -> T) -> T {
    MORE.set(more);
    let res = then();
    MORE.take();
    res
}

fn facts() -> Facts {
    let mut facts = Facts::default();
    MORE.with_borrow(|it| it.iter().for_each(|it| facts.add(it.clone())));
    for (id, value) in [
        ("stdlib.total", 883),
        ("stdlib.intrinsic-backed", 41),
        ("stdlib.intrinsic-partial", 837),
        ("stdlib.intrinsic-support", 4),
        ("stdlib.policy-gate", 0),
        ("stdlib.probe-only", 0),
        ("stdlib.python-only", 1),
        ("stdlib.missing-top-level", 0),
        ("stdlib.missing-submodules", 0),
        ("union.top-level", 320),
        ("union.submodules", 540),
        ("union.py-modules", 743),
        ("union.3.12.top-level", 301),
        ("union.3.13.top-level", 290),
        ("stdlib.stubs", 253),
        ("ratchet.max", 875),
    ] {
        facts.add(Fact::new(id, Value::Int(value), "src", "count"));
    }
    for (id, word) in [
        ("module.pickle.status", "intrinsic-partial"),
        ("module.json.status", "intrinsic-partial"),
        ("module.re.status", "intrinsic-partial"),
        ("module.socket.status", "intrinsic-backed"),
        ("module.asyncio.status", "intrinsic-partial"),
        ("module.this.status", "python-only"),
        ("cluster.runtime-heavy.status", "intrinsic-partial"),
        ("cluster.data-number.status", "intrinsic-partial"),
    ] {
        facts.add(Fact::new(id, Value::Text(word.into()), "src", "status"));
    }
    let roots = ["builtins", "sys", "types"].map(str::to_owned).to_vec();
    facts.add(Fact::new("gates.strict-roots", Value::List(roots), "src", "roots"));
    facts.add(Fact::new("stdlib.extras", Value::List(vec!["_intrinsics".into(), "test".into()]), "src", "extras"));
    facts
}

fn with_rules<T>(document: &str, then: impl FnOnce(&[Document], &DocsRules<'_>) -> T) -> T {
    let facts = facts();
    let audit = RelPath::new("audit.md").unwrap();
    let documents = [Document { path: RelPath::new("a.md").unwrap(), text: document.to_owned() }];
    let rules = DocsRules {
        facts: &facts,
        bindings: &defaults().unwrap(),
        has_defaults: true,
        blocks: &BTreeMap::new(),
        legacy: &[],
        files: &BTreeMap::new(),
        audit: &audit,
        archival: &GlobSet::empty(),
        manuals: &GlobSet::empty(),
        messages: &[],
        checker: &[],
        checker_options: &crate::docs::OptionNames::default(),
        command_line: &|_| Ok(()),
        scripts: &BTreeSet::new(),
        called: &BTreeMap::new(),
    };
    then(&documents, &rules)
}

/// What is wrong: `STATED for FACT`, with the day that it speaks of.
fn wrong(document: &str) -> Vec<String> {
    let shown = |it: &Claim| {
        let day = it.as_of.as_ref().map_or(String::new(), |it| format!(" on {it}"));
        let fact = it.facts.join("+").replace("stdlib.", "").replace("module.", "").replace(".status", "");
        format!("{} for {fact}{day}", it.stated)
    };
    with_rules(document, |documents, rules| {
        check(documents, rules).iter().filter(|it| it.is_wrong()).map(shown).collect()
    })
}

/// The document after the repairs that a tool may do.
fn synced(document: &str) -> String {
    repaired(document, false)
}

/// The same where the source is to be taken.
fn taken(document: &str) -> String {
    repaired(document, true)
}

fn repaired(document: &str, take_source: bool) -> String {
    with_rules(document, |documents, rules| {
        let mut claims = check(documents, rules);
        super::settle(&mut claims);
        let page = RelPath::new("FACTS.md").unwrap();
        let new = sync(documents, &claims, rules, &page, take_source).unwrap();
        new.first().map_or_else(|| document.to_owned(), |it| it.text.clone())
    })
}

#[track_caller]
fn all_wrong(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(wrong(text).join("; "), *wanted, "{text}");
    }
}

#[track_caller]
fn all_silent(cases: &[&str]) {
    for text in cases {
        assert_eq!(wrong(text), [""; 0], "{text}");
    }
}

#[test]
fn counts_are_read_in_every_wording() {
    all_wrong(&[
        ("The checker has `intrinsic-partial=830`.", "830 for intrinsic-partial"),
        ("The checker has `intrinsic-partial = 830` now.", "830 for intrinsic-partial"),
        ("intrinsic-partial: 830", "830 for intrinsic-partial"),
        ("**intrinsic-partial**: **830**", "830 for intrinsic-partial"),
        ("`Intrinsic_Partial` == 830", "830 for intrinsic-partial"),
        ("`intrinsic-backed=41, intrinsic-partial=830`", "830 for intrinsic-partial"),
        ("`intrinsic-partial`: eight hundred and thirty", "eight hundred and thirty for intrinsic-partial"),
        ("There are 830 intrinsic-partial modules.", "830 for intrinsic-partial"),
        ("There are 830 intrinsic\u{2011}partial modules.", "830 for intrinsic-partial"),
        ("830 modules are still intrinsic-partial.", "830 for intrinsic-partial"),
        ("830 of 883 modules are intrinsic-partial.", "830 for intrinsic-partial"),
        ("837 of 880 modules are intrinsic-partial.", "880 for total"),
        ("The checker counts 830 modules as intrinsic-partial.", "830 for intrinsic-partial"),
        ("The intrinsic-partial count is now 830.", "830 for intrinsic-partial"),
        ("The number of intrinsic-partial modules is 830.", "830 for intrinsic-partial"),
        ("Intrinsic-partial modules (830) are left.", "830 for intrinsic-partial"),
        ("The probe-only and policy-gate buckets are each twelve.", "twelve for probe-only; twelve for policy-gate"),
        ("There are zero probe-only and python-only modules today.", "zero for python-only"),
        ("40 backed / 837 partial", "40 for intrinsic-backed"),
        ("backed: 41, partial: 830", "830 for intrinsic-partial"),
        ("There are 3 policy-gated modules.", "3 for policy-gate"),
        ("`intrinsic-support`: 5", "5 for intrinsic-support"),
        ("`880` modules audited.", "880 for total"),
        ("Audited modules: 880 total.", "880 for total"),
        ("The audit lists 880 modules.", "880 for total"),
        ("The ratchet budget of the stdlib is 870.", ""),
        ("The stdlib ratchet budget is 870.", "870 for ratchet.max"),
        ("- Budget of `intrinsic-partial` modules: 870", "870 for ratchet.max"),
        ("The ratchet budget is 870 intrinsic-partial modules.", "870 for ratchet.max"),
        ("The budget today is `max_intrinsic_partial=870`.", "870 for ratchet.max"),
        ("A budget of 870 intrinsic-partial modules is set.", "870 for ratchet.max"),
        ("321 required top-level names", "321 for union.top-level"),
        ("The union has 541 `.py` submodules.", "541 for union.submodules"),
        ("A union of 321 top-level and 541 submodule names.", "321 for union.top-level; 541 for union.submodules"),
        ("541 currently **required** `.py` submodule names", "541 for union.submodules"),
        ("The CPython 3.12 union has 320 top-level names and 541 submodule names.", ""),
        ("`missing_top_level`: 2", "2 for missing-top-level"),
        ("3 required submodules are missing.", "3 for missing-submodules"),
        ("`intrinsic-partial` was 693 and is 830 now.", "830 for intrinsic-partial"),
    ]);
    all_silent(&[
        "There are 837 intrinsic-partial modules, 41 intrinsic-backed.",
        "eight hundred and thirty-seven intrinsic-partial modules",
        "41 backed / 837 partial / 0 probe / 1 python",
        "The union has 320 top-level names and 540 submodule names.",
        "540 of the `743` `.py` names are required submodule names.",
        // other things
        "The current ratchet ceiling is 0.",
        "10 intrinsic-backed helpers read it in 3 top-level loops over 26 submodules.",
        "~80 full / ~140 partial / ~60 stubs",
        "Six of 54 stubs are left, and 870 lines.",
        "The required names: 25 top-level required names are new.",
        "Python-only since 3.13; see #872 intrinsic-partial.",
    ]);
}

#[test]
fn a_value_is_whole_and_a_bound_is_one() {
    all_wrong(&[
        ("`intrinsic-partial=837.5`", "837.5 for intrinsic-partial"),
        ("`intrinsic-partial=800-900`", "800-900 for intrinsic-partial"),
        ("`intrinsic-partial=-837`", "-837 for intrinsic-partial"),
        ("`intrinsic-partial`: 1,837", "1,837 for intrinsic-partial"),
        ("`intrinsic-partial`: ８３６", "８３６ for intrinsic-partial"),
        ("over 900 intrinsic-partial modules", "900 for intrinsic-partial"),
        ("at most 800 intrinsic-partial modules", "800 for intrinsic-partial"),
        ("about 700 intrinsic-partial modules", "700 for intrinsic-partial"),
        ("~~837~~ 836 intrinsic-partial modules", "836 for intrinsic-partial"),
        (
            "[`836`][u] intrinsic-partial modules and `42`[^1] intrinsic-backed",
            "836 for intrinsic-partial; 42 for intrinsic-backed",
        ),
    ]);
    all_silent(&[
        "at least 800 intrinsic-partial modules",
        "no more than 900 intrinsic-partial modules",
        "~850 intrinsic-partial modules",
        "`800+` intrinsic-partial modules",
        "~~836~~ 837 intrinsic-partial modules",
    ]);
}

#[test]
fn what_is_not_said_is_not_compared() {
    all_silent(&[
        // aims
        "Target: `intrinsic-partial=0`.",
        "With the last wave there will be `intrinsic-partial=0`.",
        "We plan 100 intrinsic-backed modules.",
        "By the end of March: `intrinsic-partial=500`.",
        "`probe-only=3` and `python-only=0` must hold.",
        "Reduce it to `intrinsic-partial=800`.",
        "- [ ] `intrinsic-partial=0`",
        "# T\n\n## Success Criteria\n\n- `intrinsic-partial=0`",
        "Exit gate:\n\n- `intrinsic-partial=0`\n  - `probe-only=3`",
        "Hard gates:\n\n1. zero `python-only`",
        // conditions and examples
        "If `probe-only=3`, the gate fails.",
        "The gate fails once there are 3 probe-only modules.",
        "A report looks like this, for example: `probe-only=3`.",
        "E.g. `intrinsic-partial=12`.",
        "Sample output:\n\n> `intrinsic-partial=7`",
        "In the fixture, `intrinsic-partial=2`.",
        // parts
        "`asyncio` package alone: 5 intrinsic-backed, 30 intrinsic-partial.",
        "This PR fixes 2 probe-only, 1 python-only modules.",
        "5 of the intrinsic-partial modules are done.",
        "There are 3 intrinsic-partial modules in `asyncio`.",
        // denials and the past
        "It is false that `intrinsic-partial=830`.",
        "`intrinsic-partial` is not 830.",
        "There are no longer 13 probe-only modules.",
        "In the fixture, `pickle` is intrinsic-backed.",
        "Previously `intrinsic-partial=693`.",
        "`intrinsic-partial` went from 693 to 873.",
        "The budget was `max_intrinsic_partial=696` until 2026-02-12.",
        "# T\n\n## Historical notes\n\n`intrinsic-backed=59`",
        "# T\n\n## Baseline\n\n`intrinsic-backed=59`",
        "<!-- molt-sync:ignore an example -->\n\n`intrinsic-partial=5`",
        "```text\nintrinsic-partial=5\n```",
        // statuses
        "`pickle` was intrinsic-backed.",
        "Once `pickle` is intrinsic-backed, it is done.",
        "TODO: `pickle` (intrinsic-backed).",
        "- [ ] `pickle` is intrinsic-backed",
        "Acceptance: `pickle` is intrinsic-backed.",
        "Assume that `pickle` is intrinsic-backed.",
        "Promote `pickle` to intrinsic-backed.",
        "# T\n\n## Milestones\n\n- SL3: `pickle` is intrinsic-backed.",
        "| Module | Goal |\n|---|---|\n| `pickle` | intrinsic-backed |",
    ]);
    all_wrong(&[
        ("The checker had its run; it counts `intrinsic-partial=830`.", "830 for intrinsic-partial"),
        ("Previously `intrinsic-partial=693`, now `intrinsic-partial=830`.", "830 for intrinsic-partial"),
        ("The goal was missed: `intrinsic-partial=830` is where we are today.", "830 for intrinsic-partial"),
        ("The past is the past: `intrinsic-partial=830` is what it says today.", "830 for intrinsic-partial"),
        ("`pickle` was python-only; it is intrinsic-backed now.", "intrinsic-backed for pickle"),
        ("- [x] `pickle` is intrinsic-backed", "intrinsic-backed for pickle"),
        ("Rules:\n\n- The budget today is `max_intrinsic_partial=870`.", "870 for ratchet.max"),
        // a day is asked of the history
        ("On 2026-02-08: `intrinsic-backed=58`.", "58 for intrinsic-backed on 2026-02-08"),
        ("As of Feb 8, 2026: `intrinsic-backed=58`.", "58 for intrinsic-backed on 2026-02-08"),
        ("# T\n\n## History (2026-02-08)\n\n`intrinsic-backed=58`", "58 for intrinsic-backed on 2026-02-08"),
        ("| Date | intrinsic-backed |\n|---|---|\n| 2026-02-07 | 40 |", "40 for intrinsic-backed on 2026-02-07"),
        // the present below a day is compared with today
        ("# T\n\n## Checkpoint (2026-02-08)\n\nCurrently `intrinsic-backed=58`.", "58 for intrinsic-backed"),
    ]);
}

#[test]
fn statuses_lists_and_tables_are_read() {
    all_wrong(&[
        ("`pickle` has become intrinsic-backed.", "intrinsic-backed for pickle"),
        ("`socket` is no longer intrinsic-backed.", "intrinsic-backed for socket"),
        ("`socket` is intrinsic-backed, and so are `json` and `re`.", "intrinsic-backed for json+re"),
        ("Intrinsic-backed: `socket`, `re`.", "Intrinsic-backed for re"),
        ("The pickle module is intrinsic-backed.", "intrinsic-backed for pickle"),
        ("| Module | Status |\n|---|---|\n| `pickle` | intrinsic-backed |", "intrinsic-backed for pickle"),
        ("<table><tr><td>pickle</td><td>intrinsic-backed</td></tr></table>", "intrinsic-backed for pickle"),
        (
            "runtime-heavy/data clusters are intrinsic-backed.",
            "intrinsic-backed for cluster.runtime-heavy+cluster.data-number",
        ),
        ("| Status | Modules |\n|---|---|\n| `intrinsic-partial` | 830 |", "830 for intrinsic-partial"),
        ("| Status | Before | Now |\n|---|---|---|\n| intrinsic-partial | 873 | 830 |", "830 for intrinsic-partial"),
        ("| intrinsic-backed | intrinsic-partial |\n|---|---|\n| 41 | 830 |", "830 for intrinsic-partial"),
        ("| | backed | partial |\n|---|---|---|\n| Now | 41 | 830 |", "830 for intrinsic-partial"),
        ("<p>Of all, <code>intrinsic-partial=830</code>.</p>", "830 for intrinsic-partial"),
        (
            "Strict roots: `builtins`, `sys`, `types`, and `spam`.",
            "`builtins`, `sys`, `types`, and `spam` for gates.strict-roots",
        ),
        ("Strict roots:\n\n- `builtins`\n- `sys`", "`builtins`, `sys` for gates.strict-roots"),
        ("Top-level extras: only `_intrinsics`, `spam`.", "`_intrinsics`, `spam` for extras"),
    ]);
    all_silent(&[
        "`pickle` is intrinsic-backed for protocol 5.",
        "`pickle` core is intrinsic-backed.",
        "This is intrinsic-backed.",
        "`pickle` uses intrinsic-backed reads (`socket`).",
        "`unknown` is intrinsic-backed.",
        "| Package | intrinsic-backed | intrinsic-partial |\n|---|---|---|\n| asyncio | 4 | 30 |",
        "| Status | Target |\n|---|---|\n| `intrinsic-partial` | 0 |",
        "Strict roots: `types`, `sys`, and `builtins`.",
        "Strict roots include `builtins` and `sys`.",
        "Strict roots:\n\n- `types`\n- `builtins`\n- `sys`",
    ]);
}

#[test]
fn values_of_one_total_are_written_together_or_not_at_all() {
    for (text, wanted) in [
        ("`intrinsic-backed=0`, `intrinsic-partial=873`", "`intrinsic-backed=41`, `intrinsic-partial=837`"),
        ("Eight hundred intrinsic-partial modules.", "Eight hundred thirty-seven intrinsic-partial modules."),
        ("1,873 intrinsic-partial modules", "837 intrinsic-partial modules"),
        ("~~870~~ 866 intrinsic-partial modules", "~~870~~ 866 intrinsic-partial modules"),
        ("`pickle` is intrinsic-backed.", "`pickle` is intrinsic-partial."),
        ("`pickle` and `socket` are python-only.", "`pickle` and `socket` are python-only."),
        // one of them is no count
        ("`intrinsic-backed=0`, `intrinsic-partial=873.5`", "`intrinsic-backed=0`, `intrinsic-partial=873.5`"),
        (
            "- `intrinsic-backed`: 0\n- `intrinsic-partial`: 800-900",
            "- `intrinsic-backed`: 0\n- `intrinsic-partial`: 800-900",
        ),
        // 883 is not 41 + 837 + 0 + 1
        (
            "`890` modules audited; `41` intrinsic-backed; `845` intrinsic-partial; `0` policy-gate; `0` python-only.",
            "`890` modules audited; `41` intrinsic-backed; `845` intrinsic-partial; `0` policy-gate; `0` python-only.",
        ),
        (
            "890 modules audited: 41 intrinsic-backed, 845 intrinsic-partial, 4 intrinsic-support, 0 python-only.",
            "883 modules audited: 41 intrinsic-backed, 837 intrinsic-partial, 4 intrinsic-support, 1 python-only.",
        ),
        // one number of two facts
        (
            "probe-only and python-only buckets are currently five",
            "probe-only and python-only buckets are currently five",
        ),
        // the value alone does not move below a day
        (
            "# T\n\n## Checkpoint (2026-02-08)\n\nCurrently `intrinsic-backed=58`.",
            "# T\n\n## Checkpoint (2026-02-08)\n\nCurrently `intrinsic-backed=58`.",
        ),
        (
            "| a | intrinsic-backed | intrinsic-partial |\n|-|-|-|\n| Now | 0 | 873 |\n",
            "| a | intrinsic-backed | intrinsic-partial |\n|-|-|-|\n| Now | 41 | 837 |\n",
        ),
    ] {
        assert_eq!(synced(text), wanted, "{text}");
    }
}

#[test]
fn a_document_of_many_statements_is_read_once() {
    let all = "`intrinsic-partial=1`, ".repeat(4000) + &"intrinsic-backed and ".repeat(4000) + &"~~ [ ".repeat(4000);
    assert!(wrong(&all).len() > 1000);
    let names = "`pickle`, ".repeat(8000) + "`pickle` are intrinsic-partial";
    drop(wrong(&names));
    drop(wrong(&"| a ".repeat(3000)));
    drop(wrong(&"- a\n".repeat(100).replace('a', "intrinsic-partial: 3")));
}

#[test]
fn a_claim_says_where_it_stands() {
    let places = |text: &str| {
        let places = |it: &Claim| (it.line, it.column);
        with_rules(text, |documents, rules| check(documents, rules).iter().map(places).collect::<Vec<_>>())
    };
    assert_eq!(places("# Title\n\nThe audit is new: intrinsic-backed: 40.\n"), [(3, 37)]);
    assert_eq!(places("intrinsic-backed: 40\n\nintrinsic-backed: 41\n"), [(1, 19), (3, 19)]);
}

#[test]
fn a_command_line_of_ours_is_judged_in_every_document_and_one_of_a_script_in_manuals() {
    let text = "Run `molt-sync frobnicate` or `python3 tools/gone.py`.\n";
    let wrong = with_rules(text, |documents, rules| {
        let rules = DocsRules { command_line: &|_| Err("there is no such command".into()), ..*rules };
        check(documents, &rules).iter().filter(|it| it.is_wrong()).map(|it| it.stated.clone()).collect::<Vec<_>>()
    });
    assert_eq!(wrong, ["molt-sync frobnicate"]);
}

#[test]
fn a_budget_is_that_of_the_ratchet_alone() {
    all_wrong(&[
        ("The intrinsic-partial budget is 874.", "874 for ratchet.max"),
        ("The intrinsic-partial ratchet ceiling is 874.", "874 for ratchet.max"),
        ("The ratchet allows 874 intrinsic-partial modules.", "874 for ratchet.max"),
        ("The budget still permits up to 874 intrinsic-partial modules.", "874 for ratchet.max"),
        ("The cap on intrinsic-partial modules is 874.", "874 for ratchet.max"),
    ]);
    all_silent(&[
        "The ratchet allows 875 intrinsic-partial modules.",
        "The cap on intrinsic-partial modules is 875.",
        "The intrinsic-partial budget is 875.",
        "The python-only budget is 5.",
        "The python-only cap: 5",
    ]);
}
