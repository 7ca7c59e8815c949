//! Files and facts whose names are patterns or options elsewhere: what is written and advised is about the one that is called so.

use crate::{
    changes::git,
    scoreboard::{HISTORY, repository},
    support::papers::{NUMBERS, PAPER, PHRASES, SETTINGS, bind, cart, cart_with, commit, configure, numbers, wrong},
};

/// Names that are patterns of other names too.
const PATTERNS: [&str; 4] = ["docs/*.md", "docs/[P]APER.md", "docs/{PAPER,x}.md", "docs/PAPE?.md"];

#[test]
fn a_document_is_bound_by_its_name_and_not_by_what_that_matches() {
    let box_ = cart_with(&[], "# Cart\n\nSome say the old cart has 9 wheels, who knows.\n");
    for name in PATTERNS {
        box_.write(name, "# Cart\n\nSome say the old cart has 12 wheels, who knows.\n");
        box_.sync(&["docs", "bind", &format!("{name}:3"), "cart.wheels"]).succeeds();
    }
    // the paper says another number, and is not bound
    assert_eq!(wrong(&box_, &[]), (0, vec![]), "{}", box_.read(PHRASES));
    numbers(&box_, 14);
    box_.sync(&["docs", "sync", "--take", "source"]).succeeds();
    for name in PATTERNS {
        assert!(box_.read(name).contains("has 14 wheels"), "{name}");
    }
    assert!(box_.read(PAPER).contains("has 9 wheels"));
    // new words take the place of those that are gone, in the binding of that name
    box_.write(PATTERNS[0], "# Cart\n\nNow, 14 is the number of wheels.\n");
    let place = format!("{}:3", PATTERNS[0]);
    box_.sync(&["docs", "bind", &place, "cart.wheels"]).succeeds().says("in the place of");
    assert_eq!(box_.read(PHRASES).matches("doc = \"docs/[*].md\"").count(), 1, "{}", box_.read(PHRASES));
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    // a pattern that a person writes is one
    bind(&box_, &[]);
    box_.write(PHRASES, "[[bind]]\ndoc = \"docs/*.md\"\nphrase = \"old cart has {cart.wheels} wheels\"\n");
    assert!(wrong(&box_, &[]).1.iter().any(|it| it.ends_with("docs/PAPER.md:3")), "{:?}", wrong(&box_, &[]));
}

#[test]
fn what_is_advised_for_one_document_is_allowed_for_that_one() {
    let box_ = cart_with(&[], "# Cart\n\nIt has [12][f:cart.wheels].\n\n[f:cart.wheels]: FACTS.md#cart-wheels\n");
    for name in PATTERNS {
        box_.write(name, box_.read(PAPER));
    }
    box_.sync(&["docs", "sync"]);
    commit(&box_, "2026-01-10", "Build");
    numbers(&box_, 14);
    for name in PATTERNS {
        git(&box_, &["checkout", "-q", "--", "docs"]);
        box_.write(name, box_.read(name) + "\nMine.\n");
        let ended = box_.sync(&["docs", "sync", "--take", "source"]);
        assert_eq!(ended.code, 3, "{name}: {}", ended.err);
        let (_, advised) = ended.err.split_once("add --allow-dirty '").unwrap_or_else(|| panic!("{}", ended.err));
        let advised = advised.split('\'').next().unwrap();
        box_.write(PAPER, box_.read(PAPER) + "\nMine as well.\n");
        let line = ["docs", "sync", "--take", "source", "--allow-dirty", advised];
        box_.refuses(&line, 3, &["uncommitted changes are in 1 file", "--allow-dirty docs/PAPER.md"]);
        git(&box_, &["checkout", "-q", "--", PAPER]);
        box_.sync(&line).succeeds();
        assert!(box_.read(name).contains("has [14]") && box_.read(name).ends_with("Mine.\n"), "{name}");
    }
}

/// Git alone says which files its lines are about.
#[test]
fn the_rows_of_both_sides_are_kept_in_the_history_and_in_no_other_file() {
    let names =
        ["h.jsonl", "*.jsonl", "[a]h.jsonl", "a *h.jsonl", "a \"h\".jsonl", "#h.jsonl", "!h.jsonl", "[attr]h.jsonl"];
    for name in names {
        let sandbox = repository();
        let path = format!("docs/scoreboard/{name}");
        sandbox.write(SETTINGS, format!("[paths]\nscoreboard = '{path}'\n"));
        commit(&sandbox, "2026-03-01", "Settings");
        let record = ["scoreboard", "record", "--date", "2026-03-02"];
        sandbox.sync(&record).succeeds();
        let attribute = |path: &str| git(&sandbox, &["check-attr", "-z", "merge", "--", path]);
        let is_joined = |path: &str| attribute(path).ends_with("\0union\0");
        assert!(is_joined(&path), "{name}: {}", sandbox.read("docs/scoreboard/.gitattributes"));
        for other in [HISTORY, "docs/scoreboard/below/h.jsonl", "docs/scoreboard/ah.jsonl", "README.md"] {
            assert!(!is_joined(other), "{name}: {other}");
        }
        // it is written once
        commit(&sandbox, "2026-03-02", "Row");
        let lines = sandbox.read("docs/scoreboard/.gitattributes");
        sandbox.sync(&["scoreboard", "record", "--date", "2026-03-09"]).succeeds();
        assert_eq!(sandbox.read("docs/scoreboard/.gitattributes"), lines);
    }
    // an older line is left as it is
    let sandbox = repository();
    sandbox.write("docs/scoreboard/.gitattributes", "history.jsonl merge=union\n");
    commit(&sandbox, "2026-03-01", "Attributes");
    sandbox.sync(&["scoreboard", "record", "--date", "2026-03-02"]).succeeds();
    assert_eq!(sandbox.read("docs/scoreboard/.gitattributes"), "history.jsonl merge=union\n");
}

/// The words of a command line between two words of a text, as a shell gives them.
fn typed(text: &str, start: &str) -> Vec<String> {
    let line = &text[text.find(start).unwrap_or_else(|| panic!("{start}: {text}"))..];
    let line = line[..line.find('`').unwrap_or(line.len())].lines().next().unwrap();
    let words = line.strip_prefix("molt-sync ").unwrap().split(' ');
    words.map(|it| it.trim_matches('\'').to_owned()).collect()
}

#[test]
fn a_name_that_looks_like_an_option_is_none_in_advised_lines() {
    let box_ = cart();
    let more = format!("\n[docs.facts.\"--root=/x\"]\nsource = \"json:{NUMBERS}#/spokes\"\n[docs]\nroots = [\"**\"]\n");
    configure(&box_, &more);
    box_.write("--config=x.md", "# Cart\n\nSome say the old cart has 3450 spokes, who knows.\n");
    // a fact by its id
    let ended = box_.sync(&["docs", "facts", "--", "--root=/x"]).succeeds();
    let words = typed(&ended.out, "molt-sync docs facts");
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(words, ["docs", "facts", "--", "--root=/x"]);
    box_.sync(&words).succeeds().says("3450");
    // a place by its path, from elsewhere too
    for (dir, root) in [("", &[][..]), ("docs", &["-C", ".."])] {
        let place = ["docs", "bind", "./--config=x.md:3", "--dry-run", "--", "--root=/x"];
        let ended = box_.run_at(dir, &[root, &place[..]].concat()).succeeds();
        assert!(ended.out.contains("+doc = \"--config=x.md\""), "{}", ended.out);
    }
    box_.sync(&["docs", "bind", "./--config=x.md:3", "--", "--root=/x"]).succeeds();
    let ended = box_.sync(&["docs", "bind", "./--config=x.md:3", "--", "--root=/x"]);
    assert!(ended.err.contains("`molt-sync docs explain './--config=x.md:3'` shows"), "{}", ended.err);
    box_.sync(&["docs", "explain", "./--config=x.md:3"]).succeeds().says("3450");
    // an input with both sides of a merge
    configure(&box_, "\n[paths]\nratchet = \"--config=y\"\n");
    box_.write("--config=y", "<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n");
    box_.refuses(&["gates"], 3, &["`molt-sync docs resolve './--config=y'` settles it"]);
}
