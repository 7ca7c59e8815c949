//! What is small enough one by one can be too much together. Nothing here is timed; each of these would take minutes or
//! gigabytes without its limit.

use serde_json::Value;

use crate::support::{
    Sandbox,
    papers::{PAPER, cart, cart_with, check, commit, configure, only, text, why},
    tree::LANE,
};

#[test]
fn documents_have_a_size_each_and_together() {
    let lines = |count: usize| "a\n\n".repeat(count / 2);
    for (papers, words) in [
        (vec![lines(100_002)], "cannot read docs/P0.md: it has 100002 lines, and more than 100000 are not read"),
        (vec!["a".repeat((8 << 20) + 1)], "cannot read docs/P0.md: it has 8388609 bytes, and more than 8388608"),
        (vec![lines(99_000); 16], "the documents have more than 1500000 lines together"),
    ] {
        let box_ = cart_with(&[], "# Cart\n");
        papers.iter().enumerate().for_each(|(at, it)| box_.write(&format!("docs/P{at}.md"), it));
        for command in ["check", "census", "facts"] {
            box_.refuses(&["docs", command], 2, &[words]);
        }
    }
    // one that only a setting names is none the less a document
    let box_ = cart_with(&[], "# Cart\n");
    box_.write("docs/t.j2", "x\n");
    box_.write("notes/P.txt", lines(100_002));
    configure(&box_, "[docs.files.\"notes/P.txt\"]\ntemplate = \"docs/t.j2\"\n");
    box_.refuses(&["docs", "check"], 2, &["cannot read notes/P.txt: it has 100002 lines"]);
    // the most that is read is
    let box_ = cart_with(&[], &lines(100_000));
    assert_eq!(check(&box_, &[]).0, 0);
}

#[test]
fn a_command_line_without_an_end_is_a_finding() {
    let long = format!("molt-sync gates {}", "--only x ".repeat(1000));
    let fence = |line: &str| format!("```sh\n{line}\n```\n");
    for (paper, wanted) in [
        (fence(&long), true),
        (fence(&format!("A=1 {long}")), true),
        (fence(&format!("molt-sync \\\n{}gates", "--verbose \\\n".repeat(500))), true),
        (format!("Run `{long}`.\n"), true),
        (fence(&format!("echo {}", "x ".repeat(5000))), false),
        (fence("molt-sync gates"), false),
    ] {
        let box_ = cart_with(&[], &paper);
        let (code, claims) = check(&box_, &[]);
        let all: Vec<_> = claims.iter().filter(|it| it["code"] == "DOC015").collect();
        assert_eq!((code, all.len()), if wanted { (3, 1) } else { (0, 0) }, "{all:#?}");
        for claim in all {
            assert!(why(claim).contains("bytes, and more than 4000 are not judged"), "{claim:#}");
            assert!(text(claim, "stated").len() <= 200 && text(claim, "id").len() < 300, "{claim:#}");
        }
    }
}

#[test]
fn modules_and_tests_of_the_lane_are_too_much_together() {
    let large = "a=1\n".repeat(499_000);
    let words = "the Python files have more than 12000000 tokens together, and that is not read";
    let tree = cart();
    (0..7).for_each(|it| tree.write(&format!("src/molt/stdlib/large{it}.py"), &large));
    for command in [&["gates"][..], &["docs", "facts"], &["docs", "check"]] {
        tree.refuses(command, 2, &["src/molt/stdlib", words]);
    }
    // as well where the tree and the lane are so only together
    let both = cart();
    (0..3).for_each(|it| both.write(&format!("src/molt/stdlib/large{it}.py"), &large));
    let names: String = (0..4).map(|it| format!("tests/differential/basic/t{it}.py\n")).collect();
    names.lines().for_each(|it| both.write(it, &large));
    assert_eq!(both.sync(&["gates"]).code, 1);
    both.write(LANE, both.read(LANE) + &names);
    both.refuses(&["gates"], 2, &[words]);
}

/// A cart with a fact in each of so many files, all of which have changed since; the papers state the older values.
fn with_many_files(count: usize, paper: impl Fn(usize) -> String) -> Sandbox {
    let names: Vec<String> = (0..count).map(|it| format!("n{it:02}")).collect();
    let phrases: Vec<String> = names.iter().map(|it| format!("{it} is {{cart.{it}}} now")).collect();
    let box_ = cart_with(&phrases.iter().map(String::as_str).collect::<Vec<_>>(), "");
    let fact = |it: &String| format!("[docs.facts.\"cart.{it}\"]\nsource = \"json:tools/{it}.json#/x\"\n");
    configure(&box_, &names.iter().map(fact).collect::<String>());
    box_.write(PAPER, (0..count).map(paper).collect::<String>());
    for (day, value) in [("2026-02-10", 7), ("2026-02-12", 9)] {
        for it in &names {
            box_.write(&format!("tools/{it}.json"), format!("{{\"x\": {value}}}"));
        }
        commit(&box_, day, "change");
    }
    box_
}

#[test]
fn a_history_that_is_not_read_makes_nothing_right() {
    // the same twice: what is kept in the cache is no more than what is read
    let plain = with_many_files(65, |it| format!("n{it:02} is 7 now.\n\n"));
    for _ in 0..2 {
        let (code, claims) = check(&plain, &[]);
        let stale: Vec<_> = claims.iter().filter(|it| it["code"] == "DOC003").collect();
        assert_eq!((code, stale.len()), (1, 65));
        let said = |it: usize| why(stale[it]);
        assert!(said(0).contains("7 was right from 2026-02-10") && said(63).contains("7 was right"), "{}", said(63));
        assert!(said(64).contains("the history of tools/n64.json is too much to be read"), "{}", said(64));
    }
    let dated = with_many_files(65, |it| {
        format!("<!-- molt-sync:as-of 2026-02-11 -->\n\nn{it:02} is {} now.\n\n", if it < 64 { 7 } else { 8 })
    });
    for _ in 0..2 {
        let claim = only(&dated, 2, &[]);
        assert_eq!(text(&claim, "code"), "DOC017", "{claim:#}");
        assert!(why(&claim).contains("the history of tools/n64.json is too much to be read"), "{claim:#}");
    }
}

#[test]
fn reports_are_laid_out_as_one_document() {
    let box_ = cart_with(&["of {cart.wheels} wheels"], "of 13 wheels\n\nof 14 wheels, [3][f:cart.wheels]\n");
    box_.write("src/molt/stdlib/odd.py", "import (\n");
    for command in [&["docs", "check"][..], &["docs", "census"], &["gates"]] {
        for form in ["json", "sarif"] {
            let ended = box_.sync(&[command, &["--format", form]].concat());
            let value: Value = serde_json::from_str(&ended.out).unwrap();
            assert_eq!(ended.out, format!("{value:#}\n"), "{command:?} {form}");
        }
    }
}
