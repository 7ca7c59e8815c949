//! `docs check`: what documents state against what is so, and why it is known which of the two is wrong.

use crate::support::{
    Sandbox,
    papers::{
        NUMBERS, PAPER, PHRASES, bind, cart, cart_with, check, commit, configure, git_on, numbers, only, text, why,
        wrong,
    },
    tree::{DOCUMENT, LOAD, RATCHET, STD},
};

const WHEELS: &str = "the cart has {cart.wheels} wheels";

/// Twelve wheels since February, seven before.
fn with_history(paper: &str) -> (Sandbox, String) {
    let box_ = cart_with(&[WHEELS], "# Cart\n");
    numbers(&box_, 7);
    commit(&box_, "2026-01-10", "Build the cart");
    numbers(&box_, 12);
    let moved = commit(&box_, "2026-02-10", "Add five wheels");
    box_.write(PAPER, paper);
    (box_, moved)
}

#[test]
fn a_workspace_that_is_right_has_nothing_wrong() {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has **twelve** wheels.\n");
    let (code, claims) = check(&box_, &[]);
    let right: Vec<_> = claims.iter().filter(|it| it["path"] == PAPER).collect();
    assert_eq!((code, right.len()), (0, 1));
    assert_eq!((text(right[0], "stated"), text(right[0], "state"), &right[0]["code"]), ("twelve", "ok", &().into()));
    box_.sync(&["docs", "check"]).succeeds().says("0 stale, 0 need a person; ");
}

#[test]
fn a_value_that_was_right_once_is_stale_and_the_commit_that_moved_it_is_named() {
    let (box_, moved) = with_history("# Cart\n\nToday the cart has 7\nwheels.\n");
    let claim = only(&box_, 1, &[]);
    assert_eq!((text(&claim, "code"), text(&claim, "state")), ("DOC003", "stale"));
    assert_eq!((&claim["line"], &claim["column"]), (&3.into(), &20.into()));
    assert_eq!((text(&claim, "stated"), text(&claim, "wanted")), ("7", "12"));
    let words = format!("until 2026-02-10 ({moved} \"Add five wheels\")");
    assert!(why(&claim).contains(&words), "{}", why(&claim));
    let human = box_.sync(&["docs", "check"]);
    assert!(human.out.contains("Today the cart has [-7-]{+12+} wheels."), "{}", human.out);
}

#[test]
fn a_value_that_never_was_right_is_a_persons_to_decide() {
    let (box_, _) = with_history("# Cart\n\nToday the cart has 9 wheels.\n");
    let claim = only(&box_, 3, &[]);
    assert_eq!((text(&claim, "code"), text(&claim, "state")), ("DOC004", "hand-edited"));
    assert!(why(&claim).contains("9 was never right: cart.wheels has been 7, 12"), "{}", why(&claim));
    assert!(text(&claim, "do").contains("--take source docs/PAPER.md"));
}

#[test]
fn without_a_history_or_with_half_of_one_nothing_is_called_contradicted() {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 9 wheels.\n");
    let claim = only(&box_, 1, &[]);
    assert!(text(&claim, "code") == "DOC003" && why(&claim).contains("the history of tools/numbers.json is not here"));
    let (whole, _) = with_history("# Cart\n\nToday the cart has 9 wheels.\n");
    commit(&whole, "2026-03-01", "Write");
    let from = format!("file://{}", whole.ws("").display());
    let shallow = Sandbox::empty();
    shallow.write("x", "");
    git_on(&shallow, "2026-03-02", &["clone", "-q", "--depth", "1", &from, "../ws/clone"]);
    let ended = shallow.run_at("clone", &["docs", "check", "--format", "json"]);
    assert!(ended.code == 1 && ended.out.contains("a shallow clone"), "{}\n{}", ended.out, ended.err);
}

#[test]
fn a_value_of_a_day_is_held_against_that_day() {
    for (day, stated, code) in
        [("2026-01-20", 7, 0), ("2026-01-20", 12, 3), ("2026-02-10", 12, 0), ("2026-02-11", 7, 3), ("2025-12-31", 5, 0)]
    {
        let sentence = format!("the cart has {stated} wheels.\n");
        let (box_, _) = with_history(&format!("# Cart\n\n<!-- molt-sync:as-of {day} -->\n\nOn that day {sentence}"));
        let by_comment = wrong(&box_, &[]);
        box_.write(PAPER, format!("# Log\n\n## {day}\n\nOn that day {sentence}"));
        let by_heading = wrong(&box_, &[]);
        box_.write(PAPER, format!("# Cart\n\n\n\nOn {day} {sentence}"));
        let by_sentence = wrong(&box_, &[]);
        box_.write(PAPER, format!("# Cart\n\nOn that day {sentence}"));
        box_.write(PHRASES, format!("{}as-of = \"{day}\"\n", box_.read(PHRASES)));
        let by_phrase = wrong(&box_, &[]);
        let wanted = if code == 0 { vec![] } else { vec!["DOC013 docs/PAPER.md:5".to_owned()] };
        assert_eq!(by_comment, (code, wanted.clone()), "{day} {stated}");
        // a heading's day is a guess, so that the value of today passes below it
        let by_chance = if stated == 12 { (0, vec![]) } else { (code, wanted.clone()) };
        assert_eq!(by_heading, by_chance, "{day} {stated}");
        assert_eq!(by_sentence, (code, wanted.clone()), "{day} {stated}");
        let wanted: Vec<String> = wanted.iter().map(|it| it.replace(":5", ":3")).collect();
        assert_eq!(by_phrase, (code, wanted), "{day} {stated}");
    }
    // what is to come on a day is a plan
    let (box_, _) = with_history("# Cart\n\nOn 2027-01-01 the cart has 99 wheels.\n");
    assert_eq!(wrong(&box_, &["--now", "2026-05-01"]), (0, vec![]));
    let said = box_.sync(&["docs", "check", "--now", "2026-05-01"]).out;
    assert!(said.contains("1 not compared, of a day that no tree tells of"), "{said}");
    assert_eq!(wrong(&box_, &["--now", "2027-05-01"]).0, 3);
    let (box_, _) = with_history("# Cart\n\n<!-- molt-sync:as-of 2026-02-30 -->\n\nThen the cart has 12 wheels.\n");
    assert_eq!(wrong(&box_, &[]), (3, vec!["DOC013 docs/PAPER.md:5".to_owned()]));
    let (box_, _) = with_history("# Cart\n\n<!-- molt-sync:as-of Monday -->\n\nThen the cart has 12 wheels.\n");
    assert_eq!(wrong(&box_, &[]), (3, vec!["DOC013 docs/PAPER.md:5".to_owned()]));
    let (box_, _) = with_history("# Cart\n\n<!-- molt-sync:as-of 2026-02-11 -->\n\nThen the cart has 7 wheels.\n");
    assert!(why(&only(&box_, 3, &[])).contains("on 2026-02-11, cart.wheels was 12"));
}

#[test]
fn a_goal_is_not_compared_and_an_ignored_block_is_not_read() {
    let (box_, _) = with_history("# Cart\n\nOne day the cart has 99 wheels.\n");
    let plain = box_.read(PHRASES);
    box_.write(PHRASES, format!("{plain}kind = \"goal\"\n"));
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    box_.write(PHRASES, plain);
    box_.write(
        PAPER,
        "# Cart\n\n<!-- molt-sync:ignore a joke -->\n\nHere the cart has 99 wheels.\n\nThere the cart has 12 wheels.\n",
    );
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
}

#[test]
fn the_status_of_a_module_is_compared() {
    let box_ =
        cart_with(&[], "# Cart\n\n`json` is intrinsic-backed.\n\nToday `colorsys` and `this` are intrinsic-partial.\n");
    let claim = only(&box_, 1, &[]);
    assert_eq!((text(&claim, "kind"), text(&claim, "code")), ("status", "DOC003"));
    assert_eq!((text(&claim, "stated"), text(&claim, "wanted")), ("intrinsic-backed", "intrinsic-partial"));
    assert_eq!(claim["facts"][0], "module.json.status");
    commit(&box_, "2026-01-10", "Write");
    assert_eq!(text(&only(&box_, 3, &[]), "code"), "DOC004", "the audit never had it so");
    box_.write(&format!("{STD}/this.py"), "x = 1\n");
    let (_, found) = wrong(&box_, &["docs/PAPER.md"]);
    assert_eq!(found, ["DOC004 docs/PAPER.md:3", "DOC004 docs/PAPER.md:5"]);
}

#[test]
fn a_quoted_message_has_to_be_one_of_a_gate() {
    let quote = |it: &str| format!("# Cart\n\nIt may say `stdlib intrinsics lint failed: {it}`, and stop.\n");
    let box_ = cart_with(&[], &quote("unknown intrinsic names"));
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    box_.write(PAPER, quote("unknown intrinsics names"));
    let claim = only(&box_, 1, &[]);
    assert_eq!(
        (text(&claim, "kind"), text(&claim, "wanted")),
        ("message", "`stdlib intrinsics lint failed: unknown intrinsic names`".trim_matches('`'))
    );
    box_.write(PAPER, quote("the horse has bolted"));
    assert_eq!(text(&only(&box_, 3, &[]), "code"), "DOC004");
    box_.write(PAPER, quote("the horse has bolted").replace("It may", "```text\nIt may") + "```\n");
    assert_eq!(wrong(&box_, &[]), (0, vec![]), "code quotes nothing");
    // what is said of another time, of two, or of nobody's gate is for who asks
    let old = "`stdlib intrinsics lint failed: bootstrap modules must be intrinsic-backed`";
    for text in [
        format!("Formerly {old} was printed."),
        format!("On 2026-02-01 the checker printed {old}."),
        format!("{old} is now another one."),
        format!("Molt 0.1 printed {old}."),
        format!("> {old}"),
        format!("## History\n\n{old}"),
        "| message | meaning |\n|---|---|\n| `stdlib intrinsics lint failed: stdlib top-level coverage gate violatd | see there` |".to_owned(),
    ] {
        box_.write(PAPER, format!("# Cart\n\n{text}\n"));
        box_.sync(&["docs", "sync"]);
        assert_eq!(box_.read(PAPER), format!("# Cart\n\n{text}\n"));
    }
    box_.write(PAPER, format!("# Cart\n\n- {old}: see there\n"));
    box_.sync(&["docs", "sync"]).succeeds();
    assert!(!box_.read(PAPER).contains("intrinsic-backed"), "{}", box_.read(PAPER));
}

#[test]
fn a_command_line_has_to_be_understood() {
    let fence = |it: &str| format!("# Cart\n\n```sh\nexport X=1\n$ molt-sync {it}\n```\n");
    let box_ = cart_with(&[], &fence("docs check --exit-zero  # look"));
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    for (line, word) in
        [("docs check --exit-one", "--exit-one"), ("docs chek", "chek"), ("gates \\\n  --wheels", "--wheels")]
    {
        box_.write(PAPER, fence(line));
        let claim = only(&box_, 3, &[]);
        assert_eq!((text(&claim, "code"), &claim["line"]), ("DOC015", &5.into()), "{line}");
        assert!(why(&claim).contains(word), "{}", why(&claim));
    }
    box_.write(PAPER, "# Cart\n\nRun `molt-sync docs sink` and `molt-sync docs sync`.\n");
    assert_eq!(text(&only(&box_, 3, &[]), "stated"), "molt-sync docs sink");
    box_.write(PAPER, fence("docs chek").replace("```sh", "```text"));
    assert_eq!(wrong(&box_, &[]), (0, vec![]), "that is no shell");
    box_.write(PAPER, "# Cart\n");
    box_.write("README.md", "# Cart\n\n```sh\npython3 tools/gone.py\npython3 tools/here.py\n```\n");
    box_.write("tools/here.py", "");
    let claim = only(&box_, 3, &[]);
    assert!(text(&claim, "code") == "DOC015" && why(&claim).contains("there is no tools/gone.py"));
}

#[test]
fn the_rows_of_the_scoreboard_are_those_of_their_days() {
    let head = "| Date | intrinsic-backed | intrinsic-partial | probe-only | python-only | missing top-level | missing submodules | native parity pass % | wasm parity pass % | memory regressions |\n|---|---|---|---|---|---|---|---|---|---|\n";
    let box_ = cart();
    commit(&box_, "2026-01-10", "Begin");
    let row = |count: u32| format!("# Board\n\n{head}| 2026-01-11 | 0 | {count} | 0 | 0 | 0 | 0 | - | - | 0 |\n");
    box_.write(PAPER, row(26));
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    box_.write(PAPER, row(25));
    let claim = only(&box_, 3, &[]);
    assert_eq!(
        (text(&claim, "kind"), text(&claim, "code"), text(&claim, "as_of")),
        ("scoreboard", "DOC013", "2026-01-11")
    );
    assert_eq!((text(&claim, "stated"), &claim["facts"][0]), ("25", &"stdlib.intrinsic-partial".into()));
    box_.write(PAPER, row(26).replace("memory regressions", "regressions"));
    assert!(why(&only(&box_, 3, &[])).contains("the columns are Date, "));
}

#[test]
fn a_sentence_that_is_gone_is_lost_and_one_too_many_is_counted() {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nMost of the wheels that the cart has are round.\n");
    let claim = only(&box_, 3, &[]);
    assert_eq!((text(&claim, "code"), text(&claim, "state")), ("DOC005", "lost"));
    assert!(
        why(&claim).contains("stands nowhere in it") && why(&claim).contains("Most of the wheels"),
        "{}",
        why(&claim)
    );
    let twice = "# Cart\n\nHere the cart has 12 wheels.\n\nThere the cart has 12 wheels.\n";
    box_.write(PAPER, twice);
    let claim = only(&box_, 3, &[]);
    assert!(text(&claim, "code") == "DOC006" && why(&claim).contains("stands 2 times in it and not 1"));
    box_.write(PHRASES, format!("{}times = 2\n", box_.read(PHRASES)));
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    std::fs::rename(box_.ws(PAPER), box_.ws("docs/SHEET.md")).unwrap();
    let repair = text(&only(&box_, 3, &[]), "do").to_owned();
    assert_eq!(repair, "its words stand in docs/SHEET.md: name that in its `doc`, or delete the phrase");
    std::fs::remove_file(box_.ws("docs/SHEET.md")).unwrap();
    let claim = only(&box_, 3, &[]);
    assert!(text(&claim, "code") == "DOC005" && why(&claim).contains("no document is called docs/PAPER.md"));
    assert_eq!(text(&claim, "do"), "correct its `doc`, or delete the phrase");
}

#[test]
fn a_phrase_can_be_bound_to_a_section_or_to_a_kind_of_fence() {
    let box_ = cart_with(&[WHEELS], "# A\n\nthe cart has 12 wheels\n\n# B\n\nthe cart has 3 wheels\n");
    box_.write(PHRASES, format!("{}within = \"# A\"\n", box_.read(PHRASES)));
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    box_.write(PAPER, "# A\n\n```text\nthe cart has 11 wheels\n```\n\n```sh\nthe cart has 3 wheels\n```\n");
    bind(&box_, &[WHEELS]);
    assert_eq!(text(&only(&box_, 3, &[]), "code"), "DOC005");
    box_.write(PHRASES, format!("{}fences = [\"text\"]\n", box_.read(PHRASES)));
    assert_eq!(text(&only(&box_, 1, &[]), "stated"), "11");
}

#[test]
fn a_fact_that_there_is_none_of_is_an_error_with_the_nearest_one() {
    let box_ = cart_with(&["the cart has {cart.weels} wheels"], "# Cart\n\nToday the cart has 12 wheels.\n");
    let claim = only(&box_, 2, &[]);
    assert_eq!((text(&claim, "code"), text(&claim, "path")), ("DOC008", PHRASES));
    assert!(why(&claim).contains("there is no fact `cart.weels`; did you mean `cart.wheels`?"), "{}", why(&claim));
    assert_eq!(wrong(&box_, &[PAPER]).0, 2, "what cannot be judged is not passed because one document was named");
    bind(&box_, &[]);
    box_.write(PAPER, "# Cart\n\nIt has [12][f:cart.weels].\n");
    assert!(why(&only(&box_, 2, &[])).contains("did you mean `cart.wheels`?"));
}

#[test]
fn a_source_that_is_missing_is_an_error() {
    let box_ = cart_with(&[], "# Cart\n");
    configure(&box_, "[docs.facts.\"cart.age\"]\nsource = \"json:tools/age.json#/years\"\n");
    let claim = only(&box_, 2, &[]);
    assert!(text(&claim, "code") == "DOC017" && why(&claim).contains("there is no tools/age.json"));
    box_.write("tools/age.json", "{\"age\": 3}");
    assert!(why(&only(&box_, 2, &[])).contains("has no /years"));
    configure(&box_, "[docs.facts.\"cart.name\"]\nsource = \"json:docs/PAPER.md#/name\"\n");
    assert!(check(&box_, &[]).1.iter().any(|it| why(it).contains("a document is never the source of a fact")));
}

#[test]
fn files_cannot_be_counted_where_git_lists_none() {
    let box_ = cart_with(&["There are {cart.parts} parts"], "# Cart\n\nThere are 0 parts.\n");
    configure(&box_, "[docs.facts.\"cart.parts\"]\nsource = \"count:parts/*.txt\"\n");
    let (code, found) = wrong(&box_, &[]);
    assert!(code == 2 && found.iter().any(|it| it.starts_with("DOC017")), "{found:?}");
    box_.write("parts/a.txt", "");
    commit(&box_, "2026-01-10", "Count");
    box_.write("parts/b.txt", "");
    let claim = only(&box_, 1, &[]);
    assert_eq!(text(&claim, "wanted"), "1", "only what git knows counts");
    commit(&box_, "2026-01-11", "Count more");
    box_.write(PAPER, "# Cart\n\nThere are 2 parts.\n");
    configure(&box_, "[[docs.invariant]]\nexpr = \"nonincreasing(cart.parts)\"\n");
    assert_eq!(wrong(&box_, &["--base", "HEAD"]), (0, vec![]), "the base has as many");
}

#[cfg(unix)]
#[test]
fn files_are_counted_whatever_they_are_called() {
    use std::os::unix::ffi::OsStrExt as _;
    let box_ = cart_with(&["There are {cart.parts} parts"], "# Cart\n\nThere are 5 parts.\n");
    configure(
        &box_,
        "[docs.facts.\"cart.parts\"]\nsource = \"count:parts/*\"\n[[docs.invariant]]\nexpr = \"nonincreasing(cart.parts)\"\n",
    );
    box_.write("parts/a.txt", "");
    for name in [&b"b\\c"[..], b"\xff", b"\xfe", b"d\ne"] {
        std::fs::write(box_.ws("parts").join(std::ffi::OsStr::from_bytes(name)), "").unwrap();
    }
    commit(&box_, "2026-01-10", "Count");
    assert_eq!(wrong(&box_, &["--base", "HEAD"]), (0, vec![]));
    std::fs::write(box_.ws("parts/f\\g"), "").unwrap();
    commit(&box_, "2026-01-11", "Count more");
    box_.write(PAPER, "# Cart\n\nThere are 6 parts.\n");
    let (code, found) = wrong(&box_, &["--base", "HEAD~1"]);
    assert!(code != 0 && found.len() == 1, "there is one more than in the base: {found:?}");
}

#[test]
fn a_check_that_sees_too_little_fails() {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 12 wheels.\n");
    configure(&box_, "[docs.floors]\nfiles = 6\nclaims = 2\n");
    let claim = only(&box_, 2, &[]);
    assert!(text(&claim, "code") == "DOC021" && why(&claim).contains("5 documents were found, and there have to be 6"));
    assert_eq!(wrong(&box_, &[PAPER]).0, 2);
    box_.write("README.md", "# Read\n");
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
}

#[test]
fn a_rule_that_does_not_hold_is_an_error_and_so_is_a_budget_that_rose() {
    let box_ = cart_with(&[], "# Cart\n");
    configure(&box_, "[[docs.invariant]]\nexpr = \"cart.wheels * 2 == cart.spokes\"\nwhy = \"two each\"\n");
    let claim = only(&box_, 3, &[]);
    assert!(text(&claim, "code") == "DOC012" && why(&claim).contains("it does not hold (two each)"));
    let box_ = cart_with(&[], "# Cart\n");
    configure(&box_, "[[docs.invariant]]\nexpr = \"nonincreasing(cart.wheels)\"\n");
    commit(&box_, "2026-01-10", "Begin");
    git_on(&box_, "2026-01-10", &["branch", "base"]);
    box_.write(RATCHET, "{\"max_intrinsic_partial\": 27}\n");
    numbers(&box_, 13);
    commit(&box_, "2026-01-11", "Rise");
    assert_eq!(wrong(&box_, &[]), (0, vec![]), "nothing to compare with");
    let (code, claims) = check(&box_, &["--base", "base"]);
    let all: Vec<String> = claims.iter().filter(|it| it["code"] == "DOC012").map(why).collect();
    assert_eq!((code, all.len()), (3, 2), "{all:?}");
    assert!(all.contains(&"ratchet.max was 26 at the base and is 27".to_owned()), "{all:?}");
    // each place that is printed can be explained, also one that no document has
    for claim in claims.iter().filter(|it| it["code"] == "DOC012") {
        let place = format!("{}:{}:{}", text(claim, "path"), claim["line"], claim["column"]);
        box_.sync(&["docs", "explain", &place, "--base", "base"]).succeeds().says(&why(claim));
        box_.refuses(&["docs", "explain", &place], 2, &["nothing is claimed at", "takes the same --base"]);
    }
    box_.write(RATCHET, "{\"max_intrinsic_partial\": 25}\n");
    assert!(
        check(&box_, &[]).1.iter().any(|it| why(it).contains("26 modules are intrinsic-partial and the budget is 25"))
    );
    box_.refuses(&["docs", "check", "--base", "nowhere"], 2, &["there is no such commit"]);
}

#[test]
fn a_waiver_counts_until_its_day_and_one_that_waives_nothing_is_an_error() {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 9 wheels.\n");
    configure(
        &box_,
        "[[docs.waiver]]\nclaim = \"phrase:docs/PAPER.md:*\"\nwhy = \"being rebuilt\"\nuntil = \"2026-05-01\"\n",
    );
    let claim = only(&box_, 0, &["--now", "2026-05-01"]);
    assert_eq!((text(&claim, "code"), text(&claim, "waived")), ("DOC003", "being rebuilt"));
    box_.sync(&["docs", "check", "--now", "2026-05-01"]).succeeds().says("0 stale, 0 need a person, 1 waived; ");
    let (code, found) = wrong(&box_, &["--now", "2026-05-02"]);
    let settings = box_.read("molt-sync.toml");
    let line = settings.lines().position(|it| it.starts_with("claim = ")).unwrap() + 1;
    assert_eq!((code, found), (3, vec!["DOC003 docs/PAPER.md:3".into(), format!("DOC016 molt-sync.toml:{line}")]));
    let told = box_.sync(&["docs", "check", "--now", "2026-05-02"]);
    assert!(told.out.contains("do   repair what it was for and delete it, or give it a later `until`"), "{}", told.out);
    box_.write("molt-sync.toml", settings.replace("2026-05-01", "next May"));
    box_.refuses(&["docs", "check"], 2, &["until = \"next May\" is not a day", "2026-02-12"]);
    box_.write("molt-sync.toml", settings);
    box_.write(PAPER, "# Cart\n\nToday the cart has 12 wheels.\n");
    let claim = only(&box_, 3, &["--now", "2026-05-01"]);
    assert!(text(&claim, "code") == "DOC016" && why(&claim).contains("nothing is wrong with phrase:docs/PAPER.md:*"));
    // nobody knows that where something could not be judged
    box_.write(&format!("{STD}/this.py"), "def f(:\n");
    let (code, found) = wrong(&box_, &["--now", "2026-05-01"]);
    assert_eq!((code, found), (2, vec![format!("DOC017 {STD}/this.py:1")]));
}

#[test]
fn the_generated_lists_of_the_audit_are_compared_wherever_the_roots_are() {
    let box_ = cart_with(&[], "# Cart\n");
    configure(&box_, "[docs]\nroots = [\"docs/PAPER.md\"]\n");
    assert_eq!(wrong(&box_, &[]), (0, vec![]), "it is right, and no root names it");
    box_.write(&format!("{STD}/extra.py"), LOAD);
    box_.write(RATCHET, "{\"max_intrinsic_partial\": 27}\n");
    let claim = only(&box_, 1, &[]);
    assert_eq!((text(&claim, "kind"), text(&claim, "path")), ("audit", DOCUMENT));
    box_.sync(&["docs", "sync"]).succeeds();
    assert!(box_.read(DOCUMENT).contains("- `extra`\n"));
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
}

#[test]
fn a_check_writes_nothing_not_even_where_it_could_not() {
    use std::os::unix::fs::PermissionsExt as _;
    let (box_, _) = with_history("# Cart\n\nToday the cart has 7 wheels, and [3][f:cart.spokes].\n");
    configure(&box_, "[docs.files.\"docs/FACTS.md\"]\ntemplate = \"builtin:facts\"\n");
    let before = box_.snapshot();
    let all = [PAPER, NUMBERS, "docs", "tools", "."];
    let times = || all.map(|it| std::fs::metadata(box_.ws(it)).unwrap().modified().unwrap());
    let modes = |write: bool| {
        for path in all {
            let mode = match (write, box_.ws(path).is_dir()) {
                (true, true) => 0o755,
                (true, false) => 0o644,
                (false, true) => 0o555,
                (false, false) => 0o444,
            };
            std::fs::set_permissions(box_.ws(path), std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    let then = times();
    modes(false);
    for format in ["human", "json", "sarif", "github", "junit", "markdown", "patch"] {
        let ended = box_.sync(&["docs", "check", "--format", format]);
        assert_eq!((ended.code, ended.err.as_str()), (3, ""), "{format}");
    }
    box_.sync(&["docs", "census"]).succeeds();
    box_.sync(&["docs", "explain", "docs/PAPER.md:3"]).succeeds();
    modes(true);
    assert!(before == box_.snapshot() && times() == then);
}

#[test]
fn two_stars_alone_reach_every_folder() {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 9 wheels.\n");
    box_.write(".notes/a.md", "# A\n\n<!-- molt-sync:begin block=x -->\n");
    for (roots, wanted) in [("**", true), ("{docs,.notes}/**/*.md", true), ("*.md", false)] {
        let settings = box_.read("molt-sync.toml");
        configure(&box_, &format!("[docs]\nroots = [\"README.md\", \"{roots}\"]\n"));
        box_.write("README.md", "# Read\n");
        let (code, found) = wrong(&box_, &[]);
        assert_eq!(found.contains(&"DOC003 docs/PAPER.md:3".to_owned()), wanted, "{roots}: {code} {found:?}");
        let is_read = found.iter().any(|it| it.contains(".notes/a.md"));
        assert_eq!(is_read, roots.contains(".notes"), "{roots}: {found:?}");
        box_.write("molt-sync.toml", settings);
    }
}

#[test]
fn a_document_is_named_from_the_current_folder_or_from_the_root() {
    let box_ = cart_with(&[], "# Cart\n\nMolt audits 5 stdlib modules.\n");
    box_.write("docs/deep/OTHER.md", "# Other\n");
    box_.write("src/x.py", "");
    let full = box_.ws(PAPER).to_str().unwrap().to_owned();
    let run = |folder: &str, args: &[&str]| {
        let ended = box_.command(&box_.ws(folder), &[&["docs"], args].concat()).output().unwrap();
        let text = |it: Vec<u8>| String::from_utf8(it).unwrap();
        (ended.status.code(), text(ended.stdout), text(ended.stderr))
    };
    for (folder, name) in [
        ("", PAPER),
        ("", "./docs/PAPER.md"),
        ("", &full),
        ("", "docs/P*.md"),
        ("docs", "PAPER.md"),
        ("docs", "PAP*.md"),
        ("docs", "./PAP*.md"),
        ("docs", "./PAPER.md"),
        ("docs", PAPER),
        ("docs/deep", "../PAPER.md"),
        ("src", "../docs/PAPER.md"),
        ("src", &full),
    ] {
        for command in ["check", "census"] {
            let (_, out, err) = run(folder, &[command, name]);
            assert!(out.contains("in 1 document"), "{folder}: {command} {name}: {out}{err}");
        }
    }
    for (folder, name) in
        [("docs", "."), ("docs/deep", ".."), ("", "docs"), ("", "docs/"), ("src", "../docs"), ("", "."), ("docs", "..")]
    {
        let (_, out, err) = run(folder, &["check", name]);
        assert!(!out.contains("in 1 document") && out.contains(" documents, "), "{folder}: {name}: {out}{err}");
    }
    // one that there is not is told, also beside one that there is
    let (code, _, err) = run("src", &["check", "../docs/NONE.md"]);
    assert!(code == Some(2) && err.contains("no document is called ../docs/NONE.md"), "{err}");
    let (_, out, err) = run("docs", &["check", "PAPER.md", "NONE.md"]);
    assert!(out.contains("not looked at: no document is called NONE.md"), "{out}{err}");
}

#[test]
fn what_a_binding_holds_is_told_once_and_repaired() {
    let box_ = Sandbox::with_whole_series("3.12,3.13");
    box_.write(PAPER, "All tests run via `uv run` on Python 3.12/3.13.\n");
    commit(&box_, "2026-02-10", "Begin");
    box_.sync(&["docs", "bind", "docs/PAPER.md:1", "series"]).succeeds();
    commit(&box_, "2026-02-11", "Bind");
    let before = box_.read(PAPER);
    box_.sync(&["baseline", "drop", "3.12"]).succeeds();
    assert_ne!(box_.read(PAPER), before);
    box_.write(PAPER, before);
    commit(&box_, "2026-02-12", "Drop, and take the document of before");
    let (code, found) = wrong(&box_, &[PAPER]);
    assert_eq!((code, found), (1, vec![format!("DOC003 {PAPER}:1")]));
    box_.sync(&["docs", "sync"]).succeeds().says("0 stale, 0 need a person");
    assert_eq!(wrong(&box_, &[PAPER]), (0, vec![]));
}

#[test]
fn a_budget_that_was_raised_is_told_at_its_line_with_what_to_do() {
    let box_ = cart();
    box_.write(RATCHET, "{\n  \"schema\": 1,\n  \"max_intrinsic_partial\": 26\n}\n");
    box_.write(PAPER, "# Cart\n\nThe ratchet budget is `max_intrinsic_partial`: 26.\n");
    commit(&box_, "2026-01-10", "Begin");
    box_.write(RATCHET, box_.read(RATCHET).replace("26", "30"));
    commit(&box_, "2026-01-11", "Raise it");
    let (_, claims) = check(&box_, &["--base", "HEAD~1"]);
    let raised = claims.iter().find(|it| it["code"] == "DOC012").unwrap();
    assert_eq!((text(raised, "path"), raised["line"].as_u64()), (RATCHET, Some(3)), "{raised:#}");
    assert!(text(raised, "do").contains("`molt-sync ratchet check --base REF` says in which form"), "{raised:#}");
    let (_, claims) = check(&box_, &["--base", "HEAD~1", PAPER]);
    let hints: Vec<&str> = claims.iter().map(|it| text(it, "do")).filter(|it| it.contains("docs sync")).collect();
    let words = "which, with the same --base, writes nothing in this document until `nonincreasing(ratchet.max)` holds";
    assert!(!hints.is_empty() && hints.iter().all(|it| it.ends_with(words)), "{claims:#?}");
}

/// The command lines of the operations' document are judged wherever that lies.
#[test]
fn the_document_of_the_operations_is_a_manual_wherever_it_lies() {
    let box_ = cart_with(&[], "# Cart\n");
    let text = box_.read("docs/OPERATIONS.md") + "\n```sh\npython3 tools/no_such_script.py\n```\n";
    box_.write("docs/OPERATIONS.md", &text);
    assert_eq!(wrong(&box_, &[]).1.len(), 1);
    box_.remove("docs/OPERATIONS.md");
    box_.write("docs/HANDBOOK.md", &text);
    configure(&box_, "[paths]\noperations = \"docs/HANDBOOK.md\"\n");
    let (code, found) = wrong(&box_, &["docs/HANDBOOK.md"]);
    assert!(code == 3 && found.len() == 1 && found[0].starts_with("DOC015 docs/HANDBOOK.md:"), "{code} {found:?}");
}
