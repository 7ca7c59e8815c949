//! Laws that hold for any document: what is not owned stays as it is, a second run changes nothing, wrapping does not
//! count, and no fact moves unseen.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::support::{
    Sandbox,
    papers::{NUMBERS, PAPER, bind, cart, cart_with, check, configure, numbers, text, wrong},
};

/// Parts of documents: prose, markup, and much that looks like markup.
fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9 .,:;'()*_-]{0,40}",
        1 => Just("```sh\nls\n```".to_owned()),
        1 => Just("| a | b |\n|---|---|\n| 1 | 2 |".to_owned()),
        1 => Just("> quoted `code` 12\n> more".to_owned()),
        1 => Just("- item 7\n\t- tab".to_owned()),
        1 => Just("<!-- a comment -->".to_owned()),
        1 => Just("[7](x \"molt-sync:begin\") and [y]: z".to_owned()),
        1 => Just("## Heading 2026-01-01".to_owned()),
        1 => Just("`intrinsic-partial` and molt-sync, twelve wheels".to_owned()),
        1 => "\\PC{0,20}",
    ]
}

fn document() -> impl Strategy<Value = String> {
    (prop::collection::vec(part(), 0..8), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(parts, crlf, bom, end)| {
            let mut text = parts.join("\n\n") + if end { "\n" } else { "" };
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            if bom { format!("\u{feff}{text}") } else { text }
        },
    )
}

fn few() -> ProptestConfig {
    // every case starts the program more than once
    ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn documents_without_a_binding_keep_every_byte(papers in prop::collection::vec(document(), 8)) {
        let box_ = cart();
        for (at, paper) in papers.iter().enumerate() {
            box_.write(&format!("docs/paper{at}.md"), paper);
        }
        let before = box_.snapshot();
        let ended = box_.sync(&["docs", "sync", "--take", "source"]);
        prop_assert!(ended.code == 0, "{}\n{}", ended.out, ended.err);
        prop_assert!(before == box_.snapshot());
    }

    #[test]
    fn bytes_outside_of_what_is_owned_never_change(before in document(), between in document(), after in document()) {
        let box_ = cart_with(&["exactly {cart.wheels} wheels of {cart.colour} wood"], "");
        box_.write("docs/FACTS.md", "# Facts of a person\n");
    configure(&box_, "[docs.blocks.wheels]\ntemplate = \"docs/wheels.j2\"\n");
        box_.write("docs/wheels.j2", "{{ cart.wheels }} wheels\n");
        let stamp = stamp_of(&box_, "7 wheels");
        let end = if before.contains("\r\n") { "\r\n" } else { "\n" };
        let sentence = format!("A cart with exactly 7{end}wheels of `blue` wood.");
        let region = format!("<!-- molt-sync:begin block=wheels sum={stamp} -->\n\n7 wheels\n\n<!-- molt-sync:end block=wheels -->\n").replace('\n', end);
        let gap = format!("{end}{end}");
        let paper = [before.as_str(), &gap, &sentence, &gap, &between, &gap, &region, &gap, &after].concat();
        box_.write(PAPER, &paper);
        let ended = box_.sync(&["docs", "sync"]);
        let now = box_.read(PAPER);
        // what is before can hold the sentence and the region as code: then nothing may change at all
        let new = sentence.replacen('7', "12", 1).replace("`blue`", "`red`");
        let fresh = region.replace(&stamp, &stamp_of(&box_, "12 wheels")).replace("7 wheels", "12 wheels");
        let sentences = [&sentence, &new];
        let regions = [&region, &fresh];
        let possible = sentences.iter().any(|a| regions.iter().any(|b| now == [before.as_str(), &gap, a, &gap, &between, &gap, b, &gap, &after].concat()));
        prop_assert!(possible, "{:?}\n{:?}\n{}", paper, now, ended.err);
        if ended.code == 0 {
            let all = box_.snapshot();
            prop_assert_eq!(box_.sync(&["docs", "sync"]).code, 0);
            prop_assert!(all == box_.snapshot(), "a second run changed something");
            prop_assert_eq!(wrong(&box_, &[]).0, 0);
        }
    }
}

/// The digest that a region of this text gets.
fn stamp_of(box_: &Sandbox, content: &str) -> String {
    let paper = "docs/scratch.md";
    box_.write(
        paper,
        format!("<!-- molt-sync:begin block=wheels -->\n\n{content}\n\n<!-- molt-sync:end block=wheels -->\n"),
    );
    let template = box_.read("docs/wheels.j2");
    box_.write("docs/wheels.j2", format!("{content}\n"));
    box_.sync(&["docs", "sync", "--take", "source", paper]).succeeds();
    box_.write("docs/wheels.j2", template);
    let text = box_.read(paper);
    std::fs::remove_file(box_.ws(paper)).unwrap();
    text.split_once(" sum=").unwrap().1.split_once(' ').unwrap().0.to_owned()
}

/// Words in lines of at most `width`, each behind `prefix`; a word that would begin a list or a heading stays where it is.
fn wrap(words: &str, width: usize, first: &str, prefix: &str) -> String {
    let mut lines = vec![first.to_owned()];
    for word in words.split(' ') {
        let line = lines.last_mut().unwrap();
        let is_markup = word.starts_with(['-', '+', '#', '>', '*'])
            || word.trim_end_matches(['.', ')']).parse::<u32>().is_ok() && word.ends_with(['.', ')']);
        let is_first = line.len() == first.len().max(prefix.len());
        if line.len() + 1 + word.len() > width && !is_first && !is_markup {
            lines.push(format!("{prefix}{word}"));
        } else {
            if !is_first {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}

const PARAGRAPH: &str = "In the yard, as everybody knows, the cart has *12* wheels and, for every wheel that was ever turned, about `3,450` spokes; it was painted `red` by no less than `ann` and `bob` with a rather large brush, and whoever counts `json` in: it is counted below. When asked, the owner says that twelve wheels - all of them round - carry more than 3,000+ bricks up the hill. `json`, `this` and `colorsys` are intrinsic-partial; run `molt-sync docs facts` to see it.";
const PHRASES: [&str; 5] = [
    "the cart has {cart.wheels} wheels",
    "about {cart.spokes} spokes",
    "painted {cart.colour} by no less than {cart.crew} with a",
    "says that {cart.wheels} wheels - all",
    "more than {cart.spokes} bricks",
];

#[test]
fn a_paragraph_keeps_every_claim_however_it_is_wrapped() {
    let box_ = cart_with(&PHRASES, "");
    let claims = |paper: &str| -> Vec<(String, String, String)> {
        box_.write(PAPER, format!("# Cart\n\n{paper}"));
        let (code, claims) = check(&box_, &[]);
        assert_eq!(code, 0, "{paper}");
        let own = claims.iter().filter(|it| it["path"] == PAPER);
        own.map(|it| (text(it, "id").to_owned(), text(it, "stated").to_owned(), text(it, "sentence").to_owned()))
            .collect()
    };
    let whole = claims(&format!("{PARAGRAPH}\n"));
    assert_eq!(whole.len(), 8, "{whole:#?}");
    for width in 40..=120 {
        let (first, prefix) = [("", ""), ("> ", "> "), ("- ", "  "), ("1. ", "   ")][width % 4];
        let paper = wrap(PARAGRAPH, width, first, prefix);
        assert!(paper.lines().count() > 3 && paper.lines().all(|it| it.len() <= width + 8), "{paper}");
        assert_eq!(claims(&paper), whole, "{paper}");
    }
}

#[test]
fn a_paragraph_is_repaired_however_it_is_wrapped() {
    let box_ = cart_with(&PHRASES, "");
    numbers(&box_, 13);
    box_.write(NUMBERS, box_.read(NUMBERS).replace("3450", "2999"));
    for width in [40, 47, 61, 80, 100, 120] {
        let paper = wrap(PARAGRAPH, width, "> ", "> ");
        box_.write(PAPER, &paper);
        box_.sync(&["docs", "sync"]).succeeds();
        let wanted = paper
            .replace("*12*", "*13*")
            .replace("twelve", "thirteen")
            .replace("3,450", "2,999")
            .replace("3,000+", "2,999+");
        assert_eq!(box_.read(PAPER), wanted);
    }
}

#[test]
fn no_fact_of_a_fixture_moves_unseen() {
    let phrases = [
        "{cart.wheels} wheels in all",
        "the {cart.spokes} spokes",
        "colour is {cart.colour}",
        "crew is {cart.crew}",
        "budget of {ratchet.max} modules",
    ];
    let paper = "# Cart\n\nThere are 12 wheels in all, and some say twelve wheels in all.\n\n```text\nthe 3450 spokes\n```\n\n| x | the 3,450 spokes |\n|---|---|\n| the colour is red | the crew is `bob` and `ann` |\n\n- budget of 26 modules, [12][f:cart.wheels]\n\n`json` is intrinsic-partial.\n\n[f:cart.wheels]: FACTS.md#cart-wheels\n";
    let box_ = cart();
    let bind_all = || {
        bind(&box_, &phrases);
        let all = box_.read("docs/bindings.toml").replace("in all'''\n", "in all'''\ntimes = 2\n");
        box_.write("docs/bindings.toml", all.replace("spokes'''\n", "spokes'''\ntimes = 2\nfences = [\"text\"]\n"));
    };
    bind_all();
    box_.write(PAPER, paper);
    box_.write("docs/FACTS.md", "# Facts of a person\n");
    configure(&box_, "[docs.blocks.wheels]\ntemplate = \"docs/wheels.j2\"\n");
    let by_fact = |wanted: &dyn Fn(&serde_json::Value) -> bool| -> BTreeSet<String> {
        let (_, claims) = check(&box_, &[PAPER]);
        claims.iter().filter(|it| it["path"] == PAPER && wanted(it)).map(|it| text(it, "id").to_owned()).collect()
    };
    box_.write("docs/wheels.j2", "x\n");
    let all = by_fact(&|it| it["code"].is_null());
    assert_eq!((all.len(), wrong(&box_, &[]).0), (9, 0), "{all:#?}");
    let good = box_.read(NUMBERS);
    let budget = "tools/stdlib_intrinsics_ratchet.json";
    let mut seen = BTreeSet::new();
    for (fact, path, from, to) in [
        ("cart.wheels", NUMBERS, "12", "13"),
        ("cart.spokes", NUMBERS, "3450", "3451"),
        ("cart.colour", NUMBERS, "red", "reds"),
        ("cart.crew", NUMBERS, "\"bob\"", "\"bob\", \"eve\""),
        ("ratchet.max", budget, "26", "27"),
        ("module.json.status", "src/molt/stdlib/json/__init__.py", "require_intrinsic(", "print("),
    ] {
        let before = box_.read(path);
        assert!(before.contains(from));
        box_.write(path, before.replace(from, to));
        let claimed: BTreeSet<String> = by_fact(&|it| it["facts"].as_array().unwrap().iter().any(|it| it == fact));
        let reported = by_fact(&|it| !it["code"].is_null());
        assert!(!claimed.is_empty() && claimed == reported, "{fact}: {claimed:?} {reported:?}");
        seen.extend(reported);
        box_.write(path, before);
    }
    assert_eq!(seen, all, "every claim was seen to fail once");
    assert_eq!(box_.read(NUMBERS), good);
    // a sentence that is gone is not a claim that is right
    for (at, phrase) in phrases.iter().enumerate() {
        let word = phrase.split(' ').find(|it| !it.contains('{') && it.len() > 3).unwrap();
        box_.write(PAPER, paper.replace(&format!(" {word}"), " gone"));
        let (code, found) = wrong(&box_, &[]);
        assert!(code == 3 && found.iter().any(|it| it.starts_with("DOC005 ")), "{at} {phrase} {found:?}");
    }
}
