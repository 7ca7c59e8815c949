//! `docs sync` and what belongs to it: what a tool may repair is repaired, everywhere or nowhere; the rest is a person's.

use std::fs;

use serde_json::Value;

use crate::support::{
    Sandbox,
    papers::{
        NUMBERS, PAPER, PHRASES, SETTINGS, bind, cart, cart_with, check, commit, configure, git_on, numbers, only,
        text, why, wrong,
    },
    program,
};

const WHEELS: &str = "the cart has {cart.wheels} wheels";
const FACTS: &str = "docs/FACTS.md";

/// A region `wheels` between markers of `form`, and its template.
fn with_block(form: &str) -> Sandbox {
    let box_ = cart_with(&[], "# Cart\n");
    configure(&box_, &format!("[docs.blocks.wheels]\ntemplate = \"docs/wheels.j2\"\nmarkers = \"{form}\"\n"));
    box_.write("docs/wheels.j2", "- wheels: {{ cart.wheels }}\n- colour: {{ cart.colour }}\n");
    box_
}

/// The paper with a region as it was last written.
fn written() -> Sandbox {
    let box_ = with_block("molt-sync");
    let begin = "<!-- molt-sync:begin block=wheels -->\n\n- old\n\n<!-- molt-sync:end block=wheels -->\n";
    box_.write(PAPER, format!("# Cart\n\nbefore\n\n{begin}\nafter\n"));
    box_.sync(&["docs", "sync", "--take", "source"]).succeeds();
    assert!(
        box_.read(PAPER).contains(" -->\n\n- wheels: 12\n- colour: red\n\n<!-- molt-sync:end"),
        "{}",
        box_.read(PAPER)
    );
    box_
}

#[test]
fn a_region_that_nothing_was_written_to_yet_is_filled() {
    let box_ = with_block("molt-sync");
    box_.write(PAPER, "# Cart\n\n<!-- molt-sync:begin block=wheels -->\n<!-- molt-sync:end block=wheels -->\n");
    assert_eq!(state(&box_), ("stale".to_owned(), "DOC001".to_owned()));
    box_.sync(&["docs", "sync"]).succeeds();
    assert!(box_.read(PAPER).contains("- wheels: 12\n- colour: red\n"), "{}", box_.read(PAPER));
    // one that holds words is somebody's
    box_.write(PAPER, "<!-- molt-sync:begin block=wheels -->\nmine\n<!-- molt-sync:end block=wheels -->\n");
    assert_eq!(state(&box_), ("unstamped".to_owned(), "DOC002".to_owned()));
    box_.sync(&["docs", "sync"]);
    assert!(box_.read(PAPER).contains("\nmine\n"));
}

fn state(box_: &Sandbox) -> (String, String) {
    let (_, claims) = check(box_, &[]);
    let block = claims.iter().find(|it| it["kind"] == "block").unwrap();
    (text(block, "state").to_owned(), text(block, "code").to_owned())
}

#[test]
fn a_stale_value_is_written_in_its_own_form_and_nothing_else_is() {
    let phrases = [
        WHEELS,
        "a wheel of {cart.spokes} spokes",
        "painted {cart.colour} by {cart.crew}",
        "some {cart.wheels} of them",
    ];
    let old = "# Cart\r\n\r\nToday the cart has *Seven* wheels, each\ta wheel of `2,450`\r\nspokes, painted `blue` by `eve` or `bob`; some ~60 of them  \r\nsqueak";
    let box_ = cart_with(&phrases, old);
    assert_eq!(wrong(&box_, &[]).0, 1);
    let ended =
        box_.sync(&["docs", "sync"]).succeeds().says("docs/PAPER.md: written\n5 places in 1 document repaired\n");
    assert!(ended.out.ends_with("\n0 stale, 0 need a person; 6 claims in 5 documents, 6 bound; not looked at is what was lost: the workspace is in no git repository\n"), "{}", ended.out);
    let new = old
        .replace("Seven", "Twelve")
        .replace("2,450", "3,450")
        .replace("blue", "red")
        .replace("`eve` or `bob`", "`ann` or `bob`")
        .replace("~60", "~12");
    assert_eq!(box_.read(PAPER), new);
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    let before = box_.snapshot();
    box_.sync(&["docs", "sync"]).succeeds().says("0 places in 0 documents repaired\n");
    // of one document no others are counted
    for command in ["check", "sync"] {
        box_.sync(&["docs", command, PAPER]).succeeds().says("; 5 claims in 1 document, 5 bound");
    }
    assert!(before == box_.snapshot());
}

#[test]
fn a_contradicted_value_is_left_to_a_person_who_can_decide_for_the_source() {
    let box_ = cart_with(&[WHEELS, "it is {cart.colour}"], "# Cart\n\nToday the cart has 9 wheels, and it is blue.\n");
    let text = box_.read(NUMBERS);
    box_.write(NUMBERS, text.replace("red", "blue"));
    commit(&box_, "2026-01-10", "Build");
    box_.write(NUMBERS, text);
    commit(&box_, "2026-01-11", "Paint");
    let ended = box_.sync(&["docs", "sync"]);
    assert_eq!(ended.code, 3, "{}", ended.out);
    assert!(ended.out.contains("1 place in 1 document repaired") && ended.out.contains("DOC004"), "{}", ended.out);
    assert_eq!(box_.read(PAPER), "# Cart\n\nToday the cart has 9 wheels, and it is red.\n");
    let dry = box_.sync(&["docs", "sync", "--take", "source", "--dry-run"]);
    assert!(dry.code == 0 && dry.out.contains("\n+Today the cart has 12 wheels"), "{}", dry.out);
    assert!(box_.read(PAPER).contains("9 wheels"));
    // the first repair is nobody's work; what a person adds to it would be hard to get back
    box_.write(PAPER, box_.read(PAPER) + "\nMine.\n");
    let refused = ["uncommitted changes are in 1 file", PAPER, "--allow-dirty docs/PAPER.md"];
    box_.refuses(&["docs", "sync", "--take", "source"], 3, &refused);
    box_.refuses(&["docs", "sync", "--take", "source", "--allow-dirty", "other/**"], 3, &refused);
    box_.refuses(&["docs", "sync", "--take", "source", "--allow-dirty", "a{"], 2, &["cannot use --allow-dirty"]);
    box_.sync(&["docs", "sync", "--take", "source", "--allow-dirty", "docs/*.md"]).succeeds();
    assert_eq!(box_.read(PAPER), "# Cart\n\nToday the cart has 12 wheels, and it is red.\n\nMine.\n");
}

#[test]
fn what_was_repaired_counts_as_what_it_is_now() {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 7 wheels.\n");
    let summary = |args: &[&str]| {
        let ended = box_.sync(args).succeeds();
        let line = ended.out.lines().rfind(|it| it.contains(" claims in ")).unwrap_or_default();
        line.split("; ").nth(1).unwrap_or_default().to_owned()
    };
    let synced = summary(&["docs", "sync"]);
    assert_eq!(synced, summary(&["docs", "check"]));
    // each of them as a check says it right behind, whatever was written as a whole
    box_.write("tools/words.j2", "# Words\n\nNothing that moves.\n");
    configure(&box_, "[docs.files.\"docs/FACTS.md\"]\ntemplate = \"tools/words.j2\"\n");
    box_.write(PAPER, box_.read(PAPER).replace("12 wheels", "7 wheels"));
    let claims = |command: &str| {
        let ended = box_.sync(&["docs", command, "-v", "--format", "json"]).succeeds();
        let all: Value = serde_json::from_str(&ended.out).unwrap();
        let all = all["claims"].as_array().unwrap().clone();
        all.iter().map(|it| format!("{} {} {}", it["path"], it["kind"], it["stated"])).collect::<Vec<_>>()
    };
    let synced = claims("sync");
    assert!(synced.iter().any(|it| it.starts_with("\"docs/FACTS.md\" \"file\"")), "{synced:#?}");
    assert_eq!(synced, claims("check"));
}

#[test]
fn what_is_waived_is_explained_as_that() {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 7 wheels.\n");
    let explain = || box_.sync(&["docs", "explain", "docs/PAPER.md:3"]).succeeds().out;
    assert!(explain().contains("   do      ") && !explain().contains("   waived"), "{}", explain());
    configure(&box_, "[[docs.waiver]]\nclaim = \"phrase:docs/PAPER.md:*\"\nwhy = \"is rewritten next week\"\n");
    assert!(!explain().contains("   do      ") && explain().contains("   waived  is rewritten"), "{}", explain());
}

#[test]
fn one_document_that_cannot_be_understood_stops_all() {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 7 wheels.\n");
    box_.write("docs/OTHER.md", "# Other\n\n<!-- molt-sync:begin block=stdlib-status -->\n");
    box_.refuses(&["docs", "sync"], 3, &["docs/OTHER.md:3: malformed markers: block `stdlib-status` never ends"]);
    box_.refuses(&["docs", "sync", "--take", "source"], 3, &["nothing was written"]);
    fs::remove_file(box_.ws("docs/OTHER.md")).unwrap();
    box_.sync(&["docs", "sync"]).succeeds();
}

#[test]
fn two_sentences_cannot_want_two_values_in_one_place() {
    for stated in [12, 31, 7] {
        let box_ = cart_with(&["the cart has exactly {cart.wheels} round", "exactly {cart.days} round things"], "");
        configure(&box_, "[docs.facts.\"cart.days\"]\nsource = \"expr:31\"\n");
        box_.write(PAPER, format!("# Cart\n\nHere the cart has exactly {stated} round things.\n"));
        box_.refuses(&["docs", "sync"], 3, &["nothing was written: docs/PAPER.md: line 3 would not read back"]);
        // all of them are told, and not one after the other
        box_.write("docs/OTHER.md", box_.read(PAPER));
        box_.write(PHRASES, box_.read(PHRASES) + &box_.read(PHRASES).replace(PAPER, "docs/OTHER.md"));
        let both = ["2 documents would not read back", "docs/OTHER.md: line 3 would", "docs/PAPER.md: line 3 would"];
        box_.refuses(&["docs", "sync"], 3, &both);
    }
}

#[test]
fn a_region_is_ok_stale_edited_in_conflict_or_unstamped() {
    let box_ = written();
    let paper = box_.read(PAPER);
    let is = |wanted: (&str, &str), exit: i32| {
        assert_eq!(state(&box_), (wanted.0.into(), wanted.1.into()));
        let before = box_.snapshot();
        assert_eq!(box_.sync(&["docs", "check"]).code, exit);
        let left = box_.sync(&["docs", "sync"]).code;
        assert_eq!(left, if exit == 3 { 3 } else { 0 });
        assert!(exit == 1 || before == box_.snapshot(), "{wanted:?}");
    };
    is(("ok", ""), 0);
    box_.write(PAPER, paper.replace("- wheels: 12\n- colour", "*   wheels:\n    12\n*   colour"));
    is(("ok", ""), 0);
    box_.write(PAPER, paper.replace("- colour", "- (nice) colour"));
    is(("hand-edited", "DOC002"), 3);
    numbers(&box_, 13);
    is(("conflict", "DOC002"), 3);
    box_.write(PAPER, &paper);
    is(("stale", "DOC001"), 1);
    assert_eq!(box_.read(PAPER).replace("13", "12").split(" sum=").next(), paper.split(" sum=").next());
    assert!(box_.read(PAPER).ends_with("\n\nafter\n") && box_.read(PAPER).contains("- wheels: 13\n"));
    let stamp = box_.read(PAPER);
    let (before, rest) = stamp.split_once(" sum=").unwrap();
    box_.write(PAPER, format!("{before} {}", &rest[rest.find("-->").unwrap()..]));
    is(("unstamped", "DOC002"), 3);
    box_.sync(&["docs", "sync", "--take", "source"]).succeeds();
    assert_eq!(box_.read(PAPER), stamp);
}

#[test]
fn a_region_that_only_lacks_its_new_stamp_is_stamped() {
    let box_ = written();
    let paper = box_.read(PAPER);
    numbers(&box_, 13);
    box_.write(PAPER, paper.replace("- wheels: 12", "- wheels: 13"));
    assert_eq!(state(&box_), ("stale".into(), "DOC001".into()));
    box_.sync(&["docs", "sync"]).succeeds();
    assert_eq!(state(&box_), ("ok".into(), String::new()));
    assert!(box_.read(PAPER).contains("\n\n- wheels: 13\n- colour: red\n\n"));
}

#[test]
fn older_markers_are_kept_as_they_are_and_stamped() {
    let box_ = with_block("generated");
    let older = "# Cart\n\n<!-- GENERATED:wheels:start -->\n- wheels: 12\n- colour: red\n<!-- GENERATED:wheels:end -->\nafter\n";
    box_.write(PAPER, older);
    assert_eq!(state(&box_), ("unstamped".into(), "DOC002".into()));
    box_.sync(&["docs", "sync", "--take", "source"]).succeeds();
    let stamped = box_.read(PAPER);
    let (before, rest) = stamped.split_once("<!-- molt-sync:sum 1-").unwrap();
    assert_eq!(format!("{before}{}", &rest[rest.find(" -->").unwrap() + 4..]), older);
    assert_eq!(state(&box_), ("ok".into(), String::new()));
    numbers(&box_, 13);
    assert_eq!(state(&box_), ("stale".into(), "DOC001".into()));
    box_.sync(&["docs", "sync"]).succeeds();
    assert!(
        box_.read(PAPER)
            .contains("start -->\n- wheels: 13\n- colour: red\n<!-- GENERATED:wheels:end --><!-- molt-sync:sum 1-")
    );
    box_.write(PAPER, box_.read(PAPER).replace("- colour: red", "- colour: mauve"));
    assert_eq!(state(&box_), ("hand-edited".into(), "DOC002".into()));
    box_.write(PAPER, older.replace("wheels:end", "wheels:stop"));
    box_.refuses(&["docs", "sync"], 3, &["block `wheels` never ends"]);
    box_.write(PAPER, older.replace("wheels", "other"));
    assert_eq!(wrong(&box_, &[]), (0, vec![]), "nobody's markers");
}

#[test]
fn a_generated_file_is_written_anew_and_never_over_a_persons_words() {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 12 wheels.\n");
    configure(&box_, &format!("[docs.files.\"{FACTS}\"]\ntemplate = \"builtin:facts\"\n"));
    let claim = only(&box_, 1, &[]);
    assert_eq!(
        (text(&claim, "code"), text(&claim, "path"), why(&claim)),
        ("DOC014", FACTS, "it is not there yet".into())
    );
    box_.sync(&["docs", "sync"]).succeeds();
    let page = box_.read(FACTS);
    assert!(page.starts_with("<!-- molt-sync:file sum=1-"), "{page}");
    let part = "\n## cart wheels\n\n- value: `12`\n- source: tools/numbers.json (json:tools/numbers.json#/wheels)\n- command: `molt-sync docs facts cart.wheels`\n- cited in: docs/PAPER.md (1)\n";
    assert!(page.contains(part), "{page}");
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    numbers(&box_, 13);
    assert_eq!(wrong(&box_, &[]).1, ["DOC014 docs/FACTS.md:1", "DOC003 docs/PAPER.md:3"]);
    box_.sync(&["docs", "sync"]).succeeds();
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    let edited = box_.read(FACTS).replace("`13`", "`13`, I think");
    box_.write(FACTS, &edited);
    assert_eq!(text(&only(&box_, 3, &[]), "code"), "DOC002");
    assert_eq!(box_.sync(&["docs", "sync"]).code, 3);
    assert_eq!(box_.read(FACTS), edited);
    box_.write(FACTS, "# Mine\n");
    assert_eq!(text(&only(&box_, 3, &[]), "state"), "unstamped");
    box_.sync(&["docs", "sync", "--take", "source"]).succeeds();
    assert!(box_.read(FACTS).contains("\n- value: `13`\n"));
}

#[test]
fn a_fact_link_is_repaired_and_gets_its_definition() {
    let box_ = cart_with(&[], "# Cart\n\nIt has [7][f:cart.wheels] wheels and [`3,450`][f:cart.spokes] spokes.\n");
    configure(&box_, &format!("[docs.files.\"{FACTS}\"]\ntemplate = \"builtin:facts\"\n"));
    let (code, found) = wrong(&box_, &[PAPER]);
    assert_eq!(code, 1);
    assert_eq!(found, ["DOC003 docs/PAPER.md:3", "DOC018 docs/PAPER.md:3", "DOC018 docs/PAPER.md:3"]);
    box_.sync(&["docs", "sync"]).succeeds();
    let wanted = "# Cart\n\nIt has [12][f:cart.wheels] wheels and [`3,450`][f:cart.spokes] spokes.\n\n[f:cart.spokes]: FACTS.md#cart-spokes\n[f:cart.wheels]: FACTS.md#cart-wheels\n";
    assert_eq!(box_.read(PAPER), wanted);
    assert_eq!(wrong(&box_, &[]), (0, vec![]), "the page of facts counts what is there afterwards");
}

#[test]
fn a_page_of_facts_cites_what_a_new_region_states() {
    let box_ = written();
    configure(&box_, &format!("[docs.files.\"{FACTS}\"]\ntemplate = \"builtin:facts\"\n"));
    box_.sync(&["docs", "sync"]).succeeds();
    box_.write(
        "docs/wheels.j2",
        "It has [{{ cart.wheels }}](FACTS.md) wheels; `intrinsic-partial`: {{ stdlib.intrinsic_partial }}\n",
    );
    box_.sync(&["docs", "sync"]).succeeds();
    assert!(box_.read(FACTS).contains("- cited in: docs/PAPER.md (1)\n"), "{}", box_.read(FACTS));
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
}

#[test]
fn bind_adds_a_phrase_and_census_finds_what_has_none() {
    let box_ = cart_with(
        &[],
        "# Cart\n\nToday, says {ann}, our\ncart rolls on 11 good wheels, all of which come in 3 kinds.\n",
    );
    configure(&box_, "[docs.lexicon.\"cart.wheels\"]\nterms = [\"good wheels\"]\n");
    let ended = box_.sync(&["docs", "census"]).succeeds();
    let words = "docs/PAPER.md:4:15  DOC007 unbound number: cart.wheels\n";
    assert!(ended.out.contains(words) && ended.out.contains("which is 12 today"), "{}", ended.out);
    assert!(ended.out.ends_with("1 place in 5 documents without a binding\n"), "{}", ended.out);
    box_.refuses(
        &["docs", "bind", "docs/PAPER.md:4", "cart.weels"],
        2,
        &["no fact `cart.weels`", "did you mean `cart.wheels`?"],
    );
    box_.refuses(&["docs", "bind", "docs/PAPER.md:4", "cart.wheels"], 2, &["line 4 has 2 values of that kind"]);
    box_.refuses(&["docs", "bind", "docs/PAPER.md:1", "cart.wheels"], 2, &["line 1 has no value of that kind"]);
    box_.refuses(&["docs", "bind", "docs/NONE.md:1", "cart.wheels"], 2, &["no document is called that"]);
    box_.write(PAPER, box_.read(PAPER).replace("11 good", "12 good"));
    let dry = box_.sync(&["docs", "bind", "docs/PAPER.md:4", "cart.wheels", "--dry-run"]).succeeds();
    assert!(
        dry.out.contains("cart rolls on {cart.wheels} good wheels") && box_.read(PHRASES).is_empty(),
        "{}",
        dry.out
    );
    box_.sync(&["docs", "bind", "docs/PAPER.md:4", "cart.wheels"]).succeeds();
    let (code, claims) = check(&box_, &[]);
    let bound: Vec<_> = claims.iter().filter(|it| it["path"] == PAPER).map(|it| text(it, "stated")).collect();
    assert_eq!((code, bound), (0, vec!["12"]));
    box_.sync(&["docs", "census"]).succeeds().says("0 places in 5 documents without a binding\n");
    // of a document that cannot be read nothing is known
    box_.write("docs/zero.md", "a\0b\nThe cart has 3 wheels.\n");
    let ended = box_.sync(&["docs", "census"]);
    assert!(ended.code == 2 && ended.err.contains("not looked at: docs/zero.md cannot be read"), "{}", ended.err);
    box_.sync(&["docs", "census", "docs/STALE.md"]);
    box_.remove("docs/zero.md");
    #[cfg(unix)]
    {
        box_.write("docs/a\\b.md", "The cart has 3 wheels.\n");
        let ended = box_.sync(&["docs", "census"]);
        assert!(ended.code == 2 && ended.err.contains("whose name is not clean UTF-8"), "{}", ended.err);
        box_.remove("docs/a\\b.md");
    }
    box_.sync(&["docs", "census", "--uncited"]).succeeds().says("cart.spokes is 3450");
}

#[test]
fn explain_knows_codes_places_and_claims() {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 7 wheels.\n");
    numbers(&box_, 7);
    commit(&box_, "2026-01-10", "Build the cart");
    numbers(&box_, 12);
    box_.sync(&["docs", "explain", "doc005"]).succeeds().says("DOC005: statement lost\n\n");
    let ended = box_.sync(&["docs", "explain", "docs/PAPER.md:3"]).succeeds();
    for words in [
        "docs/PAPER.md:3:20  phrase:docs/PAPER.md:cart.wheels\n",
        "   state   stale, DOC003 stale value\n",
        "   bound   the cart has {cart.wheels} wheels\n",
        "   fact    cart.wheels = 12\n",
        "7 was right at the last commit of tools/numbers.json",
        "   written 2026-01-10 (",
        "   do      run `molt-sync docs sync`\n",
    ] {
        assert!(ended.out.contains(words), "`{words}` is not in {}", ended.out);
    }
    // a branch that is called as the first digits of that commit is another one's
    let root = |args: &[&str]| crate::changes::git(&box_, args);
    let first = root(&["log", "--reverse", "--format=%H"])[..9].to_owned();
    let other = root(&["commit-tree", "HEAD^{tree}", "-m", "Another subject"]);
    root(&["branch", &first, other.trim()]);
    let again = box_.sync(&["docs", "explain", "docs/PAPER.md:3"]).succeeds();
    assert_eq!(again.out, ended.out);
    let by_id = box_.sync(&["docs", "explain", "phrase:docs/PAPER.md:cart.wheels"]).succeeds();
    assert_eq!(by_id.out, ended.out);
    box_.refuses(&["docs", "explain", "docs/PAPER.md:1"], 2, &["nothing is claimed at docs/PAPER.md:1"]);
    box_.refuses(&["docs", "explain", "DOC099"], 2, &["nothing is claimed at DOC099"]);
}

#[test]
fn facts_are_shown_with_their_source() {
    let box_ = cart();
    let ended = box_.sync(&["docs", "facts", "cart.crew", "--format", "json"]).succeeds();
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    let fact = &report["facts"][0];
    assert_eq!(
        (&report["schema"], &fact["type"], &fact["value"]),
        (&1.into(), &"list".into(), &serde_json::json!(["ann", "bob"]))
    );
    assert_eq!((text(fact, "source"), text(fact, "command")), (NUMBERS, "molt-sync docs facts cart.crew"));
    let below = box_.sync(&["docs", "facts", "cart"]).succeeds();
    assert_eq!(below.out.lines().count(), 4, "{}", below.out);
    box_.refuses(&["docs", "facts", "cart.crow"], 2, &["no fact `cart.crow`", "did you mean `cart.crew`?"]);
}

#[test]
fn conflicts_in_regions_are_settled_and_others_are_left() {
    let box_ = written();
    let twelve = box_.read(PAPER);
    numbers(&box_, 13);
    box_.sync(&["docs", "sync"]).succeeds();
    let thirteen = box_.read(PAPER);
    let mut both = String::new();
    for (a, b) in twelve.lines().zip(thirteen.lines()) {
        both += &if a == b { format!("{a}\n") } else { format!("<<<<<<< a\n{a}\n=======\n{b}\n>>>>>>> b\n") };
    }
    box_.write(PAPER, &both);
    assert_eq!(text(&only_conflict(&box_), "code"), "DOC020");
    box_.sync(&["docs", "resolve", PAPER]).succeeds().says("docs/PAPER.md: 2 settled, 0 left\n");
    assert_eq!(box_.read(PAPER), thirteen);
    let mine = both.replace("after\n", "<<<<<<< a\nmine\n=======\nyours\n>>>>>>> b\n");
    box_.write(PAPER, mine);
    let ended = box_.sync(&["docs", "resolve", PAPER]);
    assert!(ended.code == 3 && ended.out.contains("2 settled, 1 left\n"), "{}", ended.out);
    assert_eq!(box_.read(PAPER), thirteen.replace("after\n", "<<<<<<< a\nmine\n=======\nyours\n>>>>>>> b\n"));
    box_.write(PAPER, "<<<<<<< a\n");
    box_.refuses(&["docs", "resolve", PAPER], 3, &["line 1: the conflict does not end"]);
    box_.refuses(&["docs", "resolve", "docs/NONE.md"], 2, &["there is no docs/NONE.md"]);
}

fn only_conflict(box_: &Sandbox) -> Value {
    let (code, claims) = check(box_, &[]);
    assert_eq!(code, 3);
    claims.into_iter().find(|it| it["code"] == "DOC020").unwrap()
}

/// Commits what is there and goes to a branch of its own; git calls this program for merges where it has the driver.
fn apart(box_: &Sandbox, has_driver: bool) {
    let (tool, cache) = (program().display().to_string(), box_.root().join("cache"));
    if has_driver {
        box_.write(".gitattributes", "*.md merge=molt-sync\n");
    }
    commit(box_, "2026-01-10", "Begin");
    let driver = format!("'{tool}' --cache-dir '{}' docs resolve --driver %O %A %B", cache.display());
    git_on(box_, "2026-01-10", &["config", "merge.molt-sync.driver", &driver]);
    git_on(box_, "2026-01-10", &["checkout", "-q", "-b", "side"]);
}

#[test]
fn two_branches_that_wrote_different_lines_of_a_region_are_settled() {
    for has_driver in [true, false] {
        let box_ = written();
        let between: String = (0..9).map(|it| format!("\nParagraph {it}.\n")).collect();
        let template = format!("- wheels: {{{{ cart.wheels }}}}\n{between}\n- colour: {{{{ cart.colour }}}}\n");
        box_.write("docs/wheels.j2", &template);
        box_.sync(&["docs", "sync"]).succeeds();
        apart(&box_, has_driver);
        box_.write("docs/wheels.j2", template.replace("- colour", "- paint"));
        box_.sync(&["docs", "sync"]).succeeds();
        commit(&box_, "2026-01-11", "Call it paint");
        git_on(&box_, "2026-01-10", &["checkout", "-q", "main"]);
        numbers(&box_, 13);
        box_.sync(&["docs", "sync"]).succeeds();
        commit(&box_, "2026-01-12", "Add a wheel");
        let merge = ["-c", "user.name=A", "-c", "user.email=a@example.org", "merge", "-q", "--no-edit", "side"];
        let merged = std::process::Command::new("git").args(merge).current_dir(box_.ws("")).status().unwrap();
        assert_eq!(merged.success(), has_driver);
        if !has_driver {
            assert!(box_.read(PAPER).contains("<<<<<<< "));
            box_.sync(&["docs", "resolve", PAPER]).succeeds().says("docs/PAPER.md: 1 settled, 0 left\n");
        }
        box_.sync(&["docs", "sync"]).succeeds();
        let text = box_.read(PAPER);
        assert!(text.contains("- wheels: 13\n") && text.contains("- paint: red\n"), "{text}");
        assert_eq!(wrong(&box_, &[]), (0, vec![]));
    }
}

#[test]
fn git_merges_two_branches_that_both_wrote_a_region() {
    let box_ = written();
    apart(&box_, true);
    let settings = box_.read(SETTINGS);
    box_.write("docs/wheels.j2", "- wheels: {{ cart.wheels }}\n- paint: {{ cart.colour }}\n");
    box_.sync(&["docs", "sync"]).succeeds();
    commit(&box_, "2026-01-11", "Call it paint");
    git_on(&box_, "2026-01-10", &["checkout", "-q", "main"]);
    numbers(&box_, 13);
    box_.sync(&["docs", "sync"]).succeeds();
    commit(&box_, "2026-01-12", "Add a wheel");
    git_on(&box_, "2026-01-13", &["merge", "-q", "--no-edit", "side"]);
    assert!(!box_.read(PAPER).contains("<<<<<<<"), "{}", box_.read(PAPER));
    box_.sync(&["docs", "sync"]).succeeds();
    assert!(box_.read(PAPER).contains("\n\n- wheels: 13\n- paint: red\n\n"), "{}", box_.read(PAPER));
    assert_eq!((wrong(&box_, &[]), box_.read(SETTINGS)), ((0, vec![]), settings));
    // what a person has to decide stops the merge
    commit(&box_, "2026-01-13", "Sync");
    git_on(&box_, "2026-01-13", &["checkout", "-q", "-b", "other"]);
    box_.write(PAPER, box_.read(PAPER).replace("after", "yours"));
    commit(&box_, "2026-01-14", "Yours");
    git_on(&box_, "2026-01-13", &["checkout", "-q", "main"]);
    box_.write(PAPER, box_.read(PAPER).replace("after", "mine"));
    commit(&box_, "2026-01-14", "Mine");
    let merge =
        std::process::Command::new("git").args(["merge", "-q", "--no-edit", "other"]).current_dir(box_.ws("")).output();
    assert!(!merge.unwrap().status.success());
    let left = box_.read(PAPER);
    assert!(left.contains("\nmine\n") && left.contains("\nyours\n") && left.contains("<<<<<<< "), "{left}");
    bind(&box_, &[]);
}

/// What stands around a list of series is a person's: the next series changes the list alone.
#[test]
fn a_list_of_series_is_bound_without_what_stands_around_it() {
    let box_ = Sandbox::with_series("3.12,3.13");
    let page = |two: &str, and: &str, quoted: &str| {
        format!(
            "Run the tests with `tool --python {two}`, then commit.\n\nWe use {two}, then stop.\n\nPlease use Python {and} on \
             Linux.\n\nSee [{two}](x.md) and more.\n\nIt is for {quoted} here.\n\nIt supports CPython {and}.\n"
        )
    };
    box_.write("docs/guide.md", page("3.12/3.13", "3.12 and 3.13", "`3.12`/`3.13`"));
    for line in ["1", "3", "5", "7", "9", "11"] {
        box_.sync(&["docs", "bind", &format!("docs/guide.md:{line}"), "series"]).succeeds();
    }
    box_.sync(&["refresh", "3.14", "--source", "bundled", "--sign-off", "me", "--reason", "a new series"]).succeeds();
    // one that begins with a sign of more than a byte
    box_.write("docs/from.md", "It runs on \u{2265}3.12, and on no other.\n");
    box_.sync(&["docs", "bind", "docs/from.md:1", "series", "--dry-run"]);
    let three = page("3.12/3.13/3.14", "3.12, 3.13, and 3.14", "`3.12`/`3.13`/`3.14`");
    assert_eq!(box_.read("docs/guide.md"), three);
}

#[test]
fn words_of_which_git_has_no_copy_are_not_written_over_unasked() {
    let mine = "notes/mine.md";
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 12 wheels.\n");
    configure(&box_, "[docs]\nroots = [\"**\"]\n\n[docs.files.\"notes/mine.md\"]\ntemplate = \"tools/words.j2\"\n");
    box_.write("tools/words.j2", "# Words\n\nThe wheels are {{ cart.wheels }}.\n");
    box_.write(".gitignore", "/notes/\n");
    box_.write(mine, "The only copy.\n");
    commit(&box_, "2026-01-10", "Build");
    let take = ["docs", "sync", "--take", "source"];
    let words = "git ignores 1 file with words of a person that would be written over";
    let hint = "hint: keep a copy elsewhere, or add --allow-dirty notes/mine.md";
    box_.refuses(&take, 3, &[words, mine, hint]);
    assert_eq!(box_.read(mine), "The only copy.\n");
    // beside one that git knows
    box_.write(PAPER, "# Cart\n\nToday the cart has 9 wheels, they say.\n");
    box_.refuses(
        &take,
        3,
        &[
            "changes are in 2 files",
            "notes/mine.md, which git ignores",
            "--allow-dirty docs/PAPER.md --allow-dirty notes/mine.md",
        ],
    );
    git_on(&box_, "2026-01-10", &["checkout", "-q", PAPER]);
    box_.sync(&[&take[..], &["--allow-dirty", mine]].concat()).succeeds();
    // what this program wrote there it writes again, whatever it remembers
    numbers(&box_, 14);
    box_.remove(".git/molt-sync");
    box_.sync(&["docs", "sync"]);
    assert!(box_.read(mine).contains("are 14."), "{}", box_.read(mine));
    box_.write(mine, box_.read(mine) + "Mine.\n");
    box_.refuses(&take, 3, &[words, hint]);
    // and a value in a document that git ignores is no text of a person
    box_.write(mine, "<!-- -->");
    box_.sync(&[&take[..], &["--allow-dirty", mine]].concat()).succeeds();
    box_.write("notes/copy.md", "# Cart\n\nToday the cart has 9 wheels.\n");
    box_.write(PHRASES, box_.read(PHRASES) + &box_.read(PHRASES).replace(PAPER, "notes/copy.md"));
    box_.sync(&take).succeeds();
    assert!(box_.read("notes/copy.md").contains("has 14 wheels"));
}
