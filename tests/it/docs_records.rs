//! What says nothing of today is never rewritten: records, wishes, negations, and what a comment takes out; and what
//! cannot be looked at is said.

use crate::{
    changes::git,
    support::{
        Sandbox,
        papers::{PAPER, cart, cart_with, check, commit, configure, only, text, why, wrong},
        tree::{DOCUMENT, LOAD, STD},
    },
};

const WHEELS: &str = "the cart has {cart.wheels} wheels";

/// Every module of the small tree is intrinsic-partial.
const UNSAID: [&str; 16] = [
    "Neither `copy` nor `types` is intrinsic-backed.",
    "It is wrong that `types` is intrinsic-backed.",
    "When the work is done, `types` is intrinsic-backed.",
    "The goal of this phase: `types` is intrinsic-backed.",
    "Previously `types` is intrinsic-backed.",
    "| Date | State |\n|---|---|\n| 2026-02-09 | `intrinsic-backed=58` |",
    "| Date | State |\n|---|---|\n| 2026-02-09 | `types`: intrinsic-backed |",
    "On 2026-02-08 the audit said `intrinsic-backed=58`.",
    "- 2026-02-09: `intrinsic-backed=58`",
    "Before the union was expanded it was `intrinsic-backed=58`.",
    "Previously: 58 intrinsic-backed, 16 intrinsic-partial.",
    "As of 2026-02-11, `types` is intrinsic-backed.",
    "<!-- molt-sync:as-of 2026-02-09 -->\n\n- `intrinsic-backed=58`\n- `intrinsic-partial=16`",
    "<!-- molt-sync:ignore a joke -->\n\n| a |\n|---|\n| `intrinsic-backed=58` |",
    "<!-- molt-sync:as-of 2026-02-09 -->\n\nOf [112][f:stdlib.total].\n\n[f:stdlib.total]: FACTS.md#stdlib-total",
    "<!-- molt-sync:ignore a joke -->\n\nOf [5][f:stdlib.total].\n\n[f:stdlib.total]: FACTS.md#stdlib-total",
];

#[test]
fn what_says_nothing_of_today_is_not_rewritten() {
    let box_ = cart_with(&[], "");
    for paper in UNSAID {
        let paper = format!("# Cart\n\n{paper}\n");
        box_.write(PAPER, &paper);
        box_.sync(&["docs", "sync", PAPER]);
        assert_eq!(box_.read(PAPER), paper);
    }
    // and what speaks of today is
    for (paper, new) in [
        ("The state: `intrinsic-backed=58`.", "The state: `intrinsic-backed=0`."),
        ("Today `types` is intrinsic-backed.", "Today `types` is intrinsic-partial."),
        ("Then not. Now `types` is intrinsic-backed.", "Then not. Now `types` is intrinsic-partial."),
    ] {
        box_.write(PAPER, format!("# Cart\n\n{paper}\n"));
        box_.sync(&["docs", "sync", PAPER]).succeeds();
        assert_eq!(box_.read(PAPER), format!("# Cart\n\n{new}\n"));
    }
}

#[test]
fn marks_inside_a_status_are_a_persons() {
    let paper = "# Cart\n\n`sys` is intrinsic-partial. `types` is **intrinsic**-backed.\n";
    let box_ = cart_with(&[], paper);
    assert_eq!(wrong(&box_, &[PAPER]), (3, vec!["DOC004 docs/PAPER.md:3".to_owned()]));
    box_.sync(&["docs", "sync", PAPER]);
    assert_eq!(box_.read(PAPER), paper);
}

#[test]
fn a_region_in_a_list_or_a_quote_is_refused() {
    let box_ = cart_with(&[], "");
    configure(&box_, "[docs.blocks.t]\ntemplate = \"docs/t.j2\"\n");
    box_.write("docs/t.j2", "new words\n");
    let (begin, end) = ("<!-- molt-sync:begin block=t -->", "<!-- molt-sync:end block=t -->");
    for paper in [
        format!("# Cart\n\n- item\n\n  {begin}\n  old\n  {end}\n\n  more\n- next\n"),
        format!("# Cart\n\n> {begin}\n> old\n> {end}\n>\n> more\n"),
    ] {
        box_.write(PAPER, &paper);
        assert!(why(&only(&box_, 3, &[PAPER])).contains("stands in a list or a quote"));
        assert_eq!(box_.sync(&["docs", "sync", "--take", "source", PAPER]).code, 3);
        assert_eq!(box_.read(PAPER), paper);
    }
}

#[test]
fn a_link_may_be_marked_and_may_come_with_a_block() {
    let box_ = cart_with(&[], "# Cart\n\nOf **[999][f:stdlib.total]** or [**999**][f:stdlib.total].\n");
    box_.sync(&["docs", "sync", "--take", "source", PAPER]).succeeds();
    let text = box_.read(PAPER);
    assert!(text.contains("Of **[26][f:stdlib.total]** or [**26**][f:stdlib.total].\n"), "{text}");
    assert_eq!(wrong(&box_, &[PAPER]), (0, vec![]));
    configure(&box_, "[docs.blocks.t]\ntemplate = \"docs/t.j2\"\n");
    box_.write("docs/t.j2", "Of [6][f:union.submodules].\n");
    let block = "<!-- molt-sync:begin block=t -->\n<!-- molt-sync:end block=t -->\n";
    box_.write(PAPER, format!("# Cart\n\n{block}"));
    let ended = box_.sync(&["docs", "sync", "--take", "source", "--exit-zero", PAPER]).succeeds();
    let text = box_.read(PAPER);
    assert!(text.contains("[f:union.submodules]: "), "{text}\n{}\n{}", ended.out, ended.err);
}

#[test]
fn a_root_that_matches_nothing_is_no_clean_result() {
    for root in ["nothing/*.md", "./docs/**/*.md", "docs/**/*.rst"] {
        let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 12 wheels.\n");
        configure(&box_, &format!("[docs]\nroots = [\"docs/*.md\", \"{root}\"]\n"));
        let (code, found) = wrong(&box_, &[]);
        assert!(code == 2 && found == ["DOC021 molt-sync.toml:1"], "{root}: {code} {found:?}");
    }
}

#[test]
fn a_fact_of_molt_syncs_own_cannot_be_replaced() {
    let box_ = cart_with(&[], "# Cart\n");
    configure(&box_, "[docs.facts.\"stdlib.total\"]\nsource = \"expr:743\"\n");
    let claim = only(&box_, 2, &[]);
    assert!(why(&claim).contains("has a fact of that name already"), "{claim}");
}

#[test]
fn a_long_document_of_claims_is_read_and_repaired_in_one_go() {
    let box_ = cart_with(&[], "");
    let line = "- The state: `intrinsic-backed=58` with words behind.\n";
    box_.write(PAPER, format!("# Cart\n\n{}", line.repeat(30_000)));
    box_.sync(&["docs", "sync", PAPER]).succeeds().says("30000 places in 1 document repaired");
    assert_eq!(box_.read(PAPER).matches("`intrinsic-backed=0`").count(), 30_000);
    let quotes: String = (0..1000).map(|it| format!("`stdlib intrinsics lint failed: x{it} foo bar` ")).collect();
    box_.write(PAPER, format!("# Cart\n\n{quotes}\n"));
    assert_eq!(box_.sync(&["docs", "check", PAPER]).code, 3);
    // a footnote is read once, however often it is referred to, and so is a sentence of many lists of series
    let referred = "There are 58 intrinsic-backed modules[^1].\n\n".repeat(400);
    box_.write(PAPER, format!("# Cart\n\n{referred}[^1]: {}\n", "word ".repeat(25_000)));
    assert_eq!(box_.sync(&["docs", "check", PAPER]).code, 3);
    let lists = "the union covers CPython 3.12 through 3.13, ".repeat(200);
    box_.write(PAPER, format!("# Cart\n\n{}", format!("So {lists}and so on.\n\n").repeat(4)));
    assert_ne!(box_.sync(&["docs", "check", PAPER]).code, 2);
}

/// Makes a branch that is called as the first digits of the oldest commit, and whose tree has so many more modules in work.
fn branch_called_as_the_first_commit(box_: &Sandbox, more: usize) {
    let at = git(box_, &["branch", "--show-current"]);
    let oldest = git(box_, &["log", "--reverse", "--format=%H"]);
    git(box_, &["checkout", "-q", "--detach"]);
    for it in 0..more {
        box_.write(&format!("{STD}/forged_{it}.py"), LOAD);
    }
    commit(box_, "2026-02-10", "Forge");
    git(box_, &["branch", &oldest[..9]]);
    git(box_, &["checkout", "-q", at.trim()]);
}

/// The statuses of Molt's checker.
const STATUSES: &str = "STATUS_INTRINSIC = \"intrinsic-backed\"\nSTATUS_INTRINSIC_PARTIAL = \"intrinsic-partial\"\nSTATUS_PROBE_ONLY = \"probe-only\"\nSTATUS_PYTHON_ONLY = \"python-only\"\n";

#[test]
fn a_dated_value_that_the_audit_document_bears_out_is_held_against_the_tree_of_that_commit() {
    const CHECKER: &str = "tools/check_stdlib_intrinsics.py";
    for (checker, said, on_day, code) in [
        // the document said 30 of a tree of 26
        (STATUSES, "30", "30", 0),
        (STATUSES, "26", "26", 0),
        // whose rules nobody knows
        ("", "30", "30", 0),
        ("STATUS_NATIVE = \"native\"\n", "30", "30", 0),
        // the document never said so, and neither did the tree
        (STATUSES, "26", "30", 3),
        // the document said something else, and the tree did not
        (STATUSES, "30", "26", 0),
    ] {
        let box_ = cart();
        let document = box_.read(DOCUMENT);
        box_.write(CHECKER, checker);
        box_.write(
            DOCUMENT,
            document.replace("- `intrinsic-partial`: `26`", &format!("- `intrinsic-partial`: `{said}`")),
        );
        commit(&box_, "2026-02-10", "Audit");
        box_.write(CHECKER, STATUSES);
        box_.write(DOCUMENT, &document);
        box_.write(&format!("{STD}/this.py"), "x = 1\n");
        box_.sync(&["docs", "sync", "--take", "source"]);
        commit(&box_, "2026-03-10", "Add a module");
        if code != 0 {
            branch_called_as_the_first_commit(&box_, 4);
        }
        box_.write(PAPER, format!("# Log\n\n- 2026-02-10: `intrinsic-partial={on_day}`.\n"));
        // the second time, the tree is not judged again
        for _ in 0..2 {
            let (_, claims) = check(&box_, &[PAPER]);
            let [claim] = &claims[..] else { panic!("{claims:#?}") };
            assert_eq!(claim["code"].is_null(), code == 0, "{checker} {said} {on_day}: {claim:#}");
            if code != 0 {
                let words = "on 2026-02-10, stdlib.intrinsic-partial was 26 (";
                assert!(why(claim).contains(words) && !why(claim).contains("said"), "{claim:#}");
            }
        }
        let told = box_.sync(&["docs", "check"]).out;
        let is_alone =
            told.contains("1 value of 2026-02-10 in docs/PAPER.md: the audit document's word alone was taken");
        let is_of_document = said == on_day;
        assert_eq!(is_alone, is_of_document && (checker != STATUSES || said == "30"), "{told}");
        let is_other = told.contains("(by the tree of its commit stdlib.intrinsic-partial was 26)");
        assert_eq!(is_other, is_of_document && checker == STATUSES && said == "30", "{told}");
        // whoever repairs is told the same
        let dry = box_.sync(&["docs", "sync", "--dry-run"]).err;
        let synced = box_.sync(&["docs", "sync"]).out;
        for (shown, at) in [(dry, "a dry run"), (synced, "a run")] {
            assert_eq!(shown.contains("the audit document's word alone was taken"), is_alone, "{at}: {shown}");
        }
    }
}

#[test]
fn a_day_is_held_against_its_tree_where_the_audit_document_is_older() {
    const HEAD: &str = "# Board\n\n| Date | intrinsic-backed | intrinsic-partial | probe-only | python-only | missing top-level | missing submodules | native parity pass % | wasm parity pass % | memory regressions |\n|---|---|---|---|---|---|---|---|---|---|\n";
    let box_ = cart();
    box_.write("tools/check_stdlib_intrinsics.py", STATUSES);
    commit(&box_, "2026-02-10", "Audit");
    let lost = box_.read(&format!("{STD}/this.py"));
    box_.write(&format!("{STD}/this.py"), "x = 1\n");
    commit(&box_, "2026-03-10", "Move a module, and leave the document");
    let code = |text: String| {
        box_.write(PAPER, text);
        let (_, claims) = check(&box_, &[PAPER]);
        claims.into_iter().find(|it| !it["code"].is_null())
    };
    let sentence = |day: &str, count: usize| format!("# Log\n\nAs of {day}, {count} modules are intrinsic-partial.\n");
    for day in ["2026-03-10", "2026-03-11", "2026-04-01"] {
        assert!(code(sentence(day, 25)).is_none(), "{day}");
        let found = code(sentence(day, 24)).unwrap();
        let words = format!("on {day}, stdlib.intrinsic-partial was ");
        assert!(text(&found, "code") == "DOC013" && why(&found).contains(&words), "{found:#}");
        // that day had both trees
        assert_eq!(why(&found).contains(" was 26 ("), day == "2026-03-10", "{found:#}");
    }
    assert!(code(sentence("2026-02-11", 25)).is_some(), "before it moved");
    // and so is a status, that of today too
    for (day, was) in [("2026-02-11", "intrinsic-partial"), ("2026-04-01", "python-only")] {
        for status in ["intrinsic-partial", "python-only"] {
            let found = code(format!("# Log\n\nAs of {day}, `this` is {status}.\n"));
            assert_eq!(
                found.as_ref().map(|it| text(it, "code")),
                (status != was).then_some("DOC013"),
                "{day} {status}"
            );
            assert!(found.is_none_or(|it| why(&it).contains(&format!("on {day}, module.this.status was {was}"))));
        }
    }
    // one commit of a day that cannot be judged makes no pass: the record goes on speaking against it
    let whole = box_.read(&format!("{STD}/this.py"));
    box_.write(PAPER, "# Log\n");
    for (text, message) in [("def f(:\n", "Break it"), (&whole, "Repair it")] {
        box_.write(&format!("{STD}/this.py"), text);
        commit(&box_, "2026-03-11", message);
    }
    let found = code(sentence("2026-03-11", 24)).unwrap();
    let words = "the trees of that day could not be judged: it has files that cannot be judged";
    assert!(text(&found, "code") == "DOC013" && why(&found).contains(words), "{found:#}");
    let row = |day: &str, count: usize, missing: usize| {
        format!("{HEAD}| {day} | 0 | {count} | 0 | 1 | {missing} | 0 | - | - | 0 |\n")
    };
    // and of what no record has, that nobody could look
    let found = code(row("2026-03-11", 25, 3)).unwrap();
    assert!(text(&found, "code") == "DOC017" && why(&found).contains(words), "{found:#}");
    // one that goes today was there on the days before
    box_.write(PAPER, "# Log\n");
    box_.write(&format!("{STD}/this.py"), lost);
    commit(&box_, "2026-03-12", "Move it back");
    box_.remove(&format!("{STD}/this.py"));
    commit(&box_, "2026-05-10", "Lose it");
    let row = |day: &str, missing: usize| row(day, 26, missing).replace("| 0 | 1 |", "| 0 | 0 |");
    assert_eq!(code(row("2026-04-10", 0)), None);
    let found = code(row("2026-04-10", 2)).unwrap();
    assert!(text(&found, "code") == "DOC013" && why(&found).contains("stdlib.missing-top-level was 0 ("), "{found:#}");
}
