//! `docs bind`: a binding is tried out before it is written.

use crate::support::{
    Sandbox,
    papers::{PAPER, PHRASES, cart_with, configure, numbers, wrong},
};

const WHEELS: &str = "the cart has {cart.wheels} wheels";

#[test]
fn what_is_bound_already_is_refused_with_what_binds_it() {
    let paper = "# Cart\n\nToday the cart has 12 wheels.\n\nSee [3450][f:cart.spokes].\n\n`json` is intrinsic-partial.\n\n[f:cart.spokes]: FACTS.md#cart-spokes\n";
    let box_ = cart_with(&[WHEELS], paper);
    box_.sync(&["docs", "adopt", "--block", "stdlib-status"]).succeeds();
    let block = box_.read("docs/spec/STATUS.md");
    let line = block.lines().position(|it| it.contains("- Budget of")).unwrap() + 1;
    let in_block = format!("docs/spec/STATUS.md:{line}");
    for (place, fact, words) in [
        (
            "docs/PAPER.md:3",
            "cart.wheels",
            "it is bound already, to cart.wheels by the phrase `the cart has {cart.wheels} wheels`",
        ),
        ("docs/PAPER.md:5", "cart.spokes", "it is bound already, to cart.spokes by the link [f:cart.spokes]"),
        (in_block.as_str(), "ratchet.max", "as a part of block `stdlib-status`"),
    ] {
        let before = box_.read(PHRASES);
        box_.refuses(&["docs", "bind", place, fact], 2, &[words]);
        assert_eq!(box_.read(PHRASES), before);
    }
}

#[test]
fn a_binding_has_to_find_its_value_once_and_to_be_right() {
    let twice = "Of the cart we know that it has, as it always had, 12 wheels, and all of them are round, says ";
    let paper = format!(
        "# Cart\n\n{twice}Ann.\n\n{twice}Bob.\n\nThere are 9 spokes in all.\n\nA dozen 12 hubs here.\n\nA dozen 12 hubs here.\n"
    );
    let box_ = cart_with(&[], &paper);
    // the words around it are the same twice, and farther ones are not
    box_.sync(&["docs", "bind", "docs/PAPER.md:3", "cart.wheels"]).succeeds().says("says Ann");
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    let before = box_.read(PHRASES);
    box_.refuses(
        &["docs", "bind", "docs/PAPER.md:7", "cart.spokes"],
        2,
        &["`docs check` would say of it: ", "says 9, cart.spokes is 3450"],
    );
    box_.refuses(
        &["docs", "bind", "docs/PAPER.md:9", "cart.wheels"],
        2,
        &["stands 2 times in it and not 1", "write the phrase by hand", "with `times` or"],
    );
    box_.write(PAPER, format!("{paper}\n<!-- molt-sync:ignore a joke -->\n\nIt had 12 bells.\n"));
    box_.refuses(&["docs", "bind", "docs/PAPER.md:15", "cart.wheels"], 2, &["stands nowhere in it"]);
    assert_eq!(box_.read(PHRASES), before);
}

/// A number beside a value changes by itself, and a phrase with it would be lost then.
#[test]
fn another_number_is_no_word_of_a_phrase() {
    let box_ = cart_with(&[], "# Cart\n\nThere are 12 wheels among 3450 spokes here.\n\n| 12 | 5 |\n|---|---|\n");
    let bound = |place: &str, fact: &str, phrase: &str| {
        box_.sync(&["docs", "bind", place, fact]).succeeds().says(phrase);
    };
    bound("docs/PAPER.md:3:11", "cart.wheels", "There are {cart.wheels} wheels among\n");
    bound("docs/PAPER.md:3", "cart.spokes", "wheels among {cart.spokes} spokes here.\n");
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    // where there is no other word, it is one
    bound("docs/PAPER.md:5", "cart.wheels", "{cart.wheels} | 5\n");
    // and both follow their facts
    box_.write("tools/numbers.json", box_.read("tools/numbers.json").replace("12", "14").replace("3450", "3460"));
    box_.sync(&["docs", "sync"]).succeeds();
    assert!(box_.read(PAPER).contains("There are 14 wheels among 3460 spokes here."), "{}", box_.read(PAPER));
}

#[test]
fn a_path_is_one_from_the_current_folder_or_from_the_root() {
    let paper = "# Cart\n\nIt rolls on 12 good wheels.\n";
    for (dir, place) in [
        ("docs", "PAPER.md:3"),
        ("docs/deep", "../PAPER.md:3"),
        ("docs", "docs/PAPER.md:3"),
        ("", "./docs/PAPER.md:3"),
        ("tools", "../docs/PAPER.md:3"),
    ] {
        let box_ = cart_with(&[], paper);
        configure(&box_, "");
        box_.write("docs/deep/x", "");
        let ended = box_.run_at(dir, &["docs", "bind", place, "cart.wheels"]);
        assert!(ended.code == 0 && ended.out.starts_with(PHRASES), "{dir} {place}: {}{}", ended.out, ended.err);
        assert!(box_.read(PHRASES).contains("doc = \"docs/PAPER.md\""), "{dir} {place}");
        let ended = box_.run_at(dir, &["docs", "explain", place]);
        assert!(ended.code == 0 && ended.out.contains("cart.wheels = 12"), "{dir} {place}: {}{}", ended.out, ended.err);
    }
    // of two files of that name, the one that is meant here
    let box_ = cart_with(&[], paper);
    box_.write("PAPER.md", "# Top\n\nIt rolls on 12 good wheels.\n");
    assert_eq!(box_.run_at("docs", &["docs", "bind", "PAPER.md:3", "cart.wheels"]).code, 0);
    assert!(box_.read(PHRASES).contains("doc = \"docs/PAPER.md\""));
    // and below -C, that of the workspace
    let box_ = cart_with(&[], paper);
    let root = box_.ws("").display().to_string();
    let outside = |place: &str| -> i32 {
        let mut command = box_.command(box_.root(), &["-C", &root, "docs", "bind", place, "cart.wheels", "--dry-run"]);
        command.output().unwrap().status.code().unwrap()
    };
    assert_eq!((outside("docs/PAPER.md:3"), outside("ws/docs/PAPER.md:3"), outside("PAPER.md:3")), (0, 0, 2));
    let _: &Sandbox = &box_;
}

#[test]
fn new_words_take_the_place_of_the_phrase_that_is_gone() {
    let spokes = "it has {cart.spokes} spokes";
    let box_ = cart_with(&[WHEELS, spokes], "# Cart\n\nToday the cart has 12 wheels.\n\nIn all it has 3450 spokes.\n");
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    box_.write(PAPER, box_.read(PAPER).replace("the cart has 12 wheels", "12 wheels are on it"));
    assert_eq!(wrong(&box_, &[]).0, 3);
    let told = box_.sync(&["docs", "bind", "docs/PAPER.md:3", "cart.wheels"]).succeeds().out;
    assert!(told.ends_with(&format!(", in the place of {WHEELS}\n")), "{told}");
    let bindings = box_.read(PHRASES);
    assert!(!bindings.contains(WHEELS) && bindings.contains(spokes), "{bindings}");
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    // where two are gone, nobody knows which
    box_.write(PAPER, "# Cart\n\nOnce more, 12 wheels are under it.\n");
    let before = box_.read(PHRASES);
    box_.write(PHRASES, format!("{before}\n[[bind]]\ndoc = \"{PAPER}\"\nphrase = \"{WHEELS}\"\n"));
    box_.sync(&["docs", "bind", "docs/PAPER.md:3", "cart.wheels"]).succeeds();
    let after = box_.read(PHRASES);
    assert!(
        after.contains(WHEELS) && after.matches("[[bind]]").count() == before.matches("[[bind]]").count() + 2,
        "{after}"
    );
}

#[test]
fn a_phrase_has_words_that_tell_it_and_is_written_nowhere_where_it_stands_too_often() {
    let paper = "# Cart\n\n12 of 40 wheels are still round.\n";
    let box_ = cart_with(&[], paper);
    let told = box_.sync(&["docs", "bind", "docs/PAPER.md:3:1", "cart.wheels"]).succeeds().out;
    assert!(told.contains("{cart.wheels} of 40 wheels are"), "{told}");
    // a bound value of few words, and the same words in another sentence
    for (phrase, more) in
        [("{cart.wheels} of", "7 of the wheels are new.\n"), ("Wheels: {cart.wheels}", "Wheels: 7.\n")]
    {
        let first = if phrase.starts_with('W') { "Wheels: 12.\n" } else { "12 of 40 wheels are still round.\n" };
        let text = format!("# Cart\n\n{first}\n{more}");
        let box_ = cart_with(&[phrase], &text);
        assert_ne!(box_.sync(&["docs", "sync"]).code, 0);
        assert_eq!(box_.read(PAPER), text, "{phrase}");
        let check = box_.sync(&["docs", "check"]);
        assert!(
            check.out.contains("docs/PAPER.md:5:") && check.out.contains("stands 2 times in it and not 1"),
            "{}",
            check.out
        );
        // and the other one is written where it is meant too
        box_.write(PHRASES, box_.read(PHRASES) + "times = 2\n");
        box_.sync(&["docs", "sync"]).succeeds();
        assert_eq!(box_.read(PAPER), text.replace('7', "12"), "{phrase}");
        // one that stands too seldom leaves no doubt of which place is meant
        box_.write(PAPER, text.replace(more, "").replace("12", "7"));
        assert_ne!(box_.sync(&["docs", "sync"]).code, 0);
        assert_eq!(box_.read(PAPER), text.replace(more, ""), "{phrase}");
    }
}

#[test]
fn a_phrase_with_a_value_in_it_that_moves_too_is_not_bound() {
    let box_ = cart_with(&[], "# Cart\n\n| what | now | least |\n|---|---|---|\n| wheels | 12 | 12 |\n");
    box_.sync(&["docs", "bind", "docs/PAPER.md:5:12", "cart.wheels"]).succeeds();
    let words =
        ["has another value in it that is compared, and would be lost when that moves", "write the phrase by hand"];
    box_.refuses(&["docs", "bind", "docs/PAPER.md:5:17", "cart.wheels"], 2, &words);
    numbers(&box_, 14);
    box_.sync(&["docs", "sync"]).succeeds();
    assert!(box_.read(PAPER).contains("| wheels | 14 | 12 |"), "{}", box_.read(PAPER));
}
