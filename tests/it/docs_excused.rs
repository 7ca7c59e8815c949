//! What a branch cannot excuse itself by in `docs check`: a base that is out of date, a template of its own, and a binding that takes
//! a statement out of the present.

use crate::support::{
    Sandbox,
    papers::{PAPER, PHRASES, SETTINGS, bind, cart_with, check, commit, configure, git_on, numbers, text, why},
    tree::{ATTESTATION, DOCUMENT},
};

const DAY: &str = "2026-01-10";
const BLOCK: &str = "<!-- molt-sync:begin block=t -->\n<!-- molt-sync:end block=t -->\n";
const MADE: &str = "docs/MADE.md";

/// A cart with a region and a generated file, both in step.
fn blocks() -> Sandbox {
    let box_ = cart_with(&[], &format!("# Cart\n\n{BLOCK}"));
    configure(
        &box_,
        &format!("[docs.blocks.t]\ntemplate = \"docs/t.j2\"\n[docs.files.\"{MADE}\"]\ntemplate = \"docs/t.j2\"\n"),
    );
    box_.write("docs/t.j2", "It rolls on {{ cart.wheels }} wheels.\n\nIt is {{ cart.colour }}.\n");
    box_.sync(&["docs", "sync", "--take", "source", "--allow-dirty", "**"]);
    commit(&box_, DAY, "Build the cart");
    box_
}

fn branch(box_: &Sandbox) {
    git_on(box_, DAY, &["add", "-A"]);
    git_on(box_, DAY, &["commit", "-q", "--allow-empty", "-m", "Change"]);
    git_on(box_, DAY, &["switch", "-q", "-c", "branch"]);
}

/// What counts of a branch, as `CODE path`, with the exit code.
fn new(box_: &Sandbox) -> (i32, Vec<String>) {
    let (code, claims) = check(box_, &["--base", "main", "--new-only"]);
    let counted = claims.iter().filter(|it| !it["code"].is_null() && it["old"] == false);
    (code, counted.map(|it| format!("{} {}", text(it, "code"), text(it, "path"))).collect())
}

/// The same document with the digest of its first region taken away.
fn unstamped(text: &str) -> String {
    let (before, rest) = text.split_once(" sum=").unwrap();
    format!("{before} {}", rest.split_once(' ').unwrap().1)
}

#[test]
fn what_is_out_of_date_at_the_base_may_not_go_nor_be_edited() {
    type Change = fn(&Sandbox);
    let rows: [(&str, Change, &[&str]); 9] = [
        ("nothing", |_| (), &[]),
        ("the region goes", |it| it.write(PAPER, "# Cart\n"), &["DOC005 docs/PAPER.md"]),
        ("all of the document goes", |it| it.write(PAPER, ""), &["DOC005 docs/PAPER.md"]),
        ("its digest goes", |it| it.write(PAPER, unstamped(&it.read(PAPER))), &["DOC002 docs/PAPER.md"]),
        ("the generated file goes", |it| it.remove(MADE), &["DOC014 docs/MADE.md"]),
        ("it is edited", |it| it.write(MADE, it.read(MADE).replace("red", "blue")), &["DOC002 docs/MADE.md"]),
        (
            "it is emptied, and stamped as that",
            |it| it.write(MADE, "<!-- molt-sync:file sum=1-e3b0c44298fc -->\n\n"),
            &["DOC014 docs/MADE.md"],
        ),
        ("the audit document is emptied", |it| it.write(DOCUMENT, ""), &["DOC002 AUDIT"]),
        (
            "another number in it is wrong",
            |it| it.write(DOCUMENT, it.read(DOCUMENT).replacen("25", "1", 1).replacen("26", "1", 1)),
            &["DOC001 AUDIT"],
        ),
    ];
    for (name, change, wanted) in rows {
        let wanted: Vec<String> = wanted.iter().map(|it| it.replace("AUDIT", DOCUMENT)).collect();
        for is_stale in [false, true] {
            let box_ = blocks();
            if is_stale {
                numbers(&box_, 7);
                box_.write(DOCUMENT, box_.read(DOCUMENT).replacen("26", "25", 1));
            }
            branch(&box_);
            change(&box_);
            let (code, found) = new(&box_);
            assert_eq!((code == 0, &found), (wanted.is_empty(), &wanted), "{name}, {is_stale}");
        }
    }
}

#[test]
fn a_wrong_sentence_may_go_and_what_is_out_of_date_may_stay_so() {
    let box_ = blocks();
    box_.write("docs/OTHER.md", "# Other\n\nThe tree has 3 intrinsic-partial modules.\n");
    numbers(&box_, 7);
    branch(&box_);
    box_.write("docs/OTHER.md", "# Other\n");
    // the truth moves on, and what was out of date is so still
    numbers(&box_, 9);
    assert_eq!(new(&box_), (0, vec![]));
}

#[test]
fn what_a_template_says_in_a_region_is_compared() {
    let box_ = blocks();
    let settings = box_.read(SETTINGS).replace(&format!("[docs.files.\"{MADE}\"]\ntemplate = \"docs/t.j2\"\n"), "");
    box_.remove(MADE);
    // what reads no statements writes it
    box_.write(SETTINGS, format!("{settings}\n[docs]\ndefaults = false\n"));
    commit(&box_, DAY, "Make no file");
    for (says, is_right) in [
        ("The tree has 3 intrinsic-partial modules.", false),
        ("The tree has 26 intrinsic-partial modules.", true),
        ("The tree has {{ stdlib.intrinsic_partial }} intrinsic-partial modules.", true),
        ("The union of CPython 3.12 and 3.13 is complete.", false),
    ] {
        box_.write("docs/t.j2", format!("{says}\n"));
        box_.write(SETTINGS, box_.read(SETTINGS).replace("defaults = true", "defaults = false"));
        box_.sync(&["docs", "sync", "--allow-dirty", "**"]).succeeds();
        box_.write(SETTINGS, box_.read(SETTINGS).replace("defaults = false", "defaults = true"));
        let text_then = box_.read(PAPER);
        let (code, claims) = check(&box_, &[]);
        let wrong: Vec<_> = claims.iter().filter(|it| !it["code"].is_null()).collect();
        assert_eq!(code, if is_right { 0 } else { 3 }, "{says}: {wrong:#?}");
        if is_right {
            continue;
        }
        assert!(wrong.iter().all(|it| it["code"] == "DOC004" && it["path"] == PAPER), "{says}: {wrong:#?}");
        assert!(text(wrong[0], "do").contains("correct the template of block `t`"), "{says}: {wrong:#?}");
        // no value is written where the next run takes it away
        let ended = box_.sync(&["docs", "sync", "--take", "source", "--allow-dirty", "**"]);
        assert_eq!((ended.code, box_.read(PAPER)), (3, text_then), "{says}: {}{}", ended.out, ended.err);
    }
    // a region that is out of date is told as that, and no sentence of it besides
    box_.write("docs/t.j2", "It rolls.\n");
    let (code, claims) = check(&box_, &[]);
    let codes: Vec<&str> = claims.iter().filter(|it| !it["code"].is_null()).map(|it| text(it, "code")).collect();
    assert_eq!((code, codes), (1, vec!["DOC001"]));
}

#[test]
fn a_binding_does_not_take_another_value_out_of_the_present() {
    let phrase = "the cart has {cart.wheels} wheels";
    for kind in ["kind = \"goal\"\n", "kind = \"as-of\"\nas-of = \"2026-01-05\"\n"] {
        let box_ = cart_with(&[phrase], "# Cart\n\nToday the cart has 7 wheels.\n");
        numbers(&box_, 7);
        commit(&box_, "2026-01-05", "Build the cart");
        numbers(&box_, 12);
        box_.write(PAPER, "# Cart\n\nToday the cart has 12 wheels.\n");
        branch(&box_);
        box_.write(PHRASES, box_.read(PHRASES) + kind);
        box_.write(PAPER, "# Cart\n\nToday the cart has 7 wheels.\n");
        let (code, found) = new(&box_);
        assert!(code == 3 && found.contains(&"DOC005 docs/PAPER.md".to_owned()), "{kind}: {found:?}");
        let (_, claims) = check(&box_, &["--base", "main"]);
        let claim = claims.iter().find(|it| it["code"] == "DOC005").unwrap();
        assert!(why(claim).contains("a binding calls"), "{claim:#}");
        // somebody answers for it
        let unsigned = box_.read(PHRASES);
        box_.write(PHRASES, format!("{unsigned}by = \"Ann\"\n"));
        assert_eq!(new(&box_).0, 0, "{kind}");
        box_.write(PHRASES, unsigned);
        // its own words say what they are
        box_.write(PAPER, "# Cart\n\nThe goal: the cart has 7 wheels.\n");
        assert_eq!(new(&box_), (0, vec![]), "{kind}");
        // one that was bound so at the base is the base's
        branch_again(&box_);
        box_.write(PAPER, "# Cart\n\nNow the cart has 7 wheels.\n");
        assert_eq!(new(&box_), (0, vec![]), "{kind}");
    }
    // with its value a statement may be bound as a goal
    let box_ = cart_with(&[phrase], "# Cart\n\nToday the cart has 12 wheels.\n");
    commit(&box_, "2026-01-05", "Build the cart");
    branch(&box_);
    box_.write(PHRASES, box_.read(PHRASES) + "kind = \"goal\"\n");
    assert_eq!(new(&box_), (0, vec![]));
    // and as what it is again
    branch_again(&box_);
    bind(&box_, &[phrase]);
    assert_eq!(new(&box_), (0, vec![]));
}

/// Makes this the base.
fn branch_again(box_: &Sandbox) {
    commit(box_, DAY, "Bind");
    git_on(box_, DAY, &["branch", "-f", "main"]);
}

#[test]
fn a_goal_of_a_branch_s_own_needs_words_or_a_name() {
    let phrase = "the cart has {cart.wheels} wheels";
    for (paper, more, code, told) in [
        ("Today the cart has 7 wheels.", "", 3, "says not by whom"),
        ("Today the cart has 7 wheels.", "by = \"\\u00a0\"\n", 3, "says not by whom"),
        ("Today the cart has 7 wheels.", "by = \"Ann\"\n", 0, "Ann calls 1 value a goal"),
        ("The goal: the cart has 7 wheels.", "", 0, ""),
        ("Today the cart has 12 wheels.", "", 0, ""),
    ] {
        let box_ = cart_with(&[], "# Cart\n");
        box_.write(PHRASES, "");
        commit(&box_, "2026-01-05", "Build the cart");
        branch(&box_);
        box_.write(PAPER, format!("# Cart\n\n{paper}\n"));
        bind(&box_, &[phrase]);
        box_.write(PHRASES, box_.read(PHRASES) + "kind = \"goal\"\n" + more);
        for args in [&["--base", "main"][..], &["--base", "main", "--new-only"]] {
            let (ended, claims) = check(&box_, args);
            let why = claims.iter().filter(|it| !it["code"].is_null()).map(why).collect::<Vec<_>>().join("; ");
            assert!(
                ended == code && why.contains(told) && told.is_empty() == why.is_empty(),
                "{paper} {more}: {ended} {why}"
            );
        }
        // what the base has is the base's
        branch_again(&box_);
        assert_eq!(new(&box_).0, 0, "{paper} {more}");
    }
}

#[test]
fn what_a_source_that_is_gone_at_the_base_decides_is_not_compared_in_other_documents() {
    let box_ = cart_with(&[], "# Cart\n\nThe tree has 26 modules.\n");
    commit(&box_, "2026-01-05", "Build the cart");
    box_.remove(ATTESTATION);
    branch(&box_);
    assert_eq!(new(&box_), (0, vec![]));
    box_.write("docs/more.txt", "words");
    assert_eq!(new(&box_), (0, vec![]));
    box_.write(PAPER, "# Cart\n\nThe tree has 3 intrinsic-partial modules.\n");
    let (code, found) = new(&box_);
    assert!(code == 2 && found.iter().any(|it| it.starts_with("DOC017 ")), "{code} {found:?}");
}
