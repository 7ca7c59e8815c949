//! Documents and templates that are broken: the check says where, and a sync writes no byte anywhere.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::{
    Sandbox,
    papers::{PAPER, cart_with, check, configure, numbers, only, text, why, wrong},
    sarif::assert_is_sarif,
};

const WHEELS: &str = "the cart has {cart.wheels} wheels";
const BEGIN: &str = "<!-- molt-sync:begin block=wheels -->";
const END: &str = "<!-- molt-sync:end block=wheels -->";

/// A block `wheels`, and a second document that a sync would repair.
fn sandbox() -> Sandbox {
    let box_ = cart_with(&[], "# Cart\n");
    configure(
        &box_,
        "[docs.blocks.wheels]\ntemplate = \"docs/wheels.j2\"\n[docs.blocks.other]\ntemplate = \"docs/wheels.j2\"\n",
    );
    box_.write("docs/wheels.j2", "- wheels: {{ cart.wheels }}\n");
    box_.write("docs/bindings.toml", format!("[[bind]]\ndoc = \"docs/STALE.md\"\nphrase = \"{WHEELS}\"\n"));
    box_.write("docs/STALE.md", "Today the cart has 7 wheels.\n");
    box_
}

#[test]
fn markers_that_make_no_region_stop_everything() {
    let box_ = sandbox();
    let other = |it: &str| it.replace("wheels", "other");
    for (paper, line, words) in [
        (format!("{BEGIN}\n\nx\n"), 1, "block `wheels` never ends"),
        (format!("x\n\n{END}\n"), 3, "block `wheels` ends and never began"),
        (format!("{END}\n\nx\n\n{BEGIN}\n"), 1, "ends and never began"),
        (
            format!("{BEGIN}\n\n{}\n\nx\n\n{}\n\n{END}\n", other(BEGIN), other(END)),
            3,
            "block `other` begins inside block `wheels`",
        ),
        (format!("{BEGIN}\n\n{}\n\n{END}\n\n{}\n", other(BEGIN), other(END)), 3, "begins inside"),
        (format!("{BEGIN}\n\n{END}\n\n{BEGIN}\n\n{END}\n"), 5, "begins again (first on line"),
        (format!("{BEGIN}\n\nx\n\n{}\n", other(END)), 5, "block `other` ends where `wheels` is open"),
        (BEGIN.replace("block=wheels", "blok=wheels") + "\n", 1, "an unknown part `blok=wheels`"),
        (BEGIN.replace(" block=wheels", "") + "\n", 1, "names no block"),
        (BEGIN.replace("begin", "start") + "\n", 1, "neither begin nor end but `start`"),
        (format!("<div>{BEGIN}\n\nx\n\n{END}\n"), 1, "does not stand alone on its line"),
        (format!("{BEGIN} <b>x</b>\n\n{END}\n"), 1, "does not stand alone on its line"),
        (format!("{BEGIN}\n\n```\n{END}\n"), 1, "never ends"),
    ] {
        for (paper, shift) in [(paper.clone(), 0), (paper.replace('\n', "\r\n"), 0), (format!("# Cart\n\n{paper}"), 2)]
        {
            box_.write(PAPER, &paper);
            let (code, claims) = check(&box_, &[PAPER]);
            let bad: Vec<_> = claims.iter().filter(|it| !it["code"].is_null()).collect();
            assert_eq!((code, bad.len(), text(bad[0], "code")), (3, 1, "DOC010"), "{paper}");
            assert!(why(bad[0]).contains(words) && bad[0]["line"] == line + shift, "{paper}\n{:#}", bad[0]);
            box_.refuses(&["docs", "sync", "--take", "source"], 3, &["nothing was written", words]);
        }
    }
}

#[test]
fn markers_that_are_text_do_nothing() {
    let box_ = sandbox();
    box_.write("docs/STALE.md", "Today the cart has 12 wheels.\n");
    for paper in [
        format!("```\n{BEGIN}\n```\n"),
        format!("~~~text\n{BEGIN}\n~~~\n"),
        format!("`````\n```\n{BEGIN}\n```\n`````\n"),
        format!("~~~~\n~~~\n{BEGIN}\n~~~~\n"),
        format!("- x\n\n  ```\n  {BEGIN}\n  ```\n"),
        format!("  ```\n  {BEGIN}\n  ```\n"),
        format!("> ```\n> {BEGIN}\n> ```\n"),
        format!("```\n{BEGIN}\nan open fence\n"),
        format!("    {BEGIN}\n"),
        format!("say `{BEGIN}` here\n"),
        format!("``{BEGIN}``\n"),
        format!("[a](b \"{BEGIN}\")\n"),
        format!("[a]: b '{BEGIN}'\n"),
        format!("\\{BEGIN}\n"),
        format!("| a |\n|---|\n| `{BEGIN}` |\n"),
        "<!-- GENERATED:wheels:start -->\n".to_owned(),
    ] {
        for paper in [paper.clone(), paper.replace('\n', "\r\n")] {
            box_.write(PAPER, &paper);
            assert_eq!(wrong(&box_, &[]), (0, vec![]), "{paper}");
            let before = box_.snapshot();
            box_.sync(&["docs", "sync", "--take", "source"]).succeeds();
            assert!(before == box_.snapshot(), "{paper}");
        }
    }
}

#[test]
fn a_marker_inside_a_line_is_told_of() {
    let box_ = sandbox();
    for paper in [format!("text {BEGIN}\n"), format!("| a |\n|---|\n| {BEGIN} |\n"), format!("text\n{BEGIN} x\n")] {
        box_.write(PAPER, &paper);
        let (_, found) = wrong(&box_, &[PAPER]);
        assert!(
            found.len() == 1 && (found[0].starts_with("DOC009") || found[0].starts_with("DOC010")),
            "{paper} {found:?}"
        );
        box_.refuses(&["docs", "sync"], 3, &["nothing was written"]);
    }
}

#[test]
fn an_unresolved_merge_stops_everything_and_one_in_a_fence_does_not() {
    let box_ = sandbox();
    let merge = "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n";
    for paper in [merge.to_owned(), format!("# Cart\n\n{merge}"), format!("- x\n{merge}").replace('\n', "\r\n")] {
        box_.write(PAPER, &paper);
        let (code, claims) = check(&box_, &[PAPER]);
        let bad = claims.iter().find(|it| it["code"] == "DOC020").unwrap_or_else(|| panic!("{paper}"));
        assert!(code == 3 && text(bad, "stated").starts_with("<<<<<<< ours"));
        box_.refuses(&["docs", "sync"], 3, &["docs/PAPER.md:", "conflict markers"]);
    }
    box_.write(PAPER, format!("# Cart\n\n```text\n{merge}```\n\n~~~\n{merge}~~~\n"));
    box_.sync(&["docs", "sync"]).succeeds();
    assert!(box_.read("docs/STALE.md").contains("12 wheels"));
}

#[test]
fn a_template_that_would_break_its_document_is_refused() {
    let box_ = sandbox();
    let stamped = |box_: &Sandbox| {
        box_.write("docs/wheels.j2", "- old\n");
        box_.write(PAPER, format!("# Cart\n\n{BEGIN}\n\n- old\n\n{END}\n\nafter\n"));
        box_.sync(&["docs", "sync", "--take", "source", PAPER]).succeeds();
    };
    stamped(&box_);
    for (template, words) in [
        (format!("{END}\n"), "would contain a marker"),
        ("<!-- GENERATED:x:start -->\n".to_owned(), "would contain a marker"),
        ("```sh\nopen {{ cart.wheels }}\n".to_owned(), "docs/PAPER.md"),
        ("<!-- open\n".to_owned(), "docs/PAPER.md"),
    ] {
        box_.write("docs/wheels.j2", template);
        box_.refuses(&["docs", "sync"], 3, &["nothing was written: docs/PAPER.md: line 3: block `wheels`", words]);
    }
}

#[test]
fn a_template_that_cannot_be_used_is_an_error_with_the_nearest_name() {
    let box_ = sandbox();
    for (template, code_of, words) in [
        ("{{ cart.weels }}\n", "DOC008", "there is no fact `cart.weels`; did you mean `cart.wheels`?"),
        ("{{ stdlib.intrinsic_patial }}\n", "DOC008", "did you mean `stdlib.intrinsic_partial`?"),
        ("{% if %}\n", "DOC022", "line 1"),
        ("{{ cart.crew }}\n", "DOC022", "only text and whole numbers can be printed"),
    ] {
        box_.write("docs/wheels.j2", template);
        let (code, claims) = check(&box_, &[]);
        let bad: Vec<_> = claims.iter().filter(|it| it["path"] == "docs/wheels.j2").collect();
        assert!(code == 2 && text(bad[0], "code") == code_of && why(bad[0]).contains(words), "{bad:#?}");
        box_.refuses(&["docs", "sync"], 2, &["nothing was written", "docs/wheels.j2"]);
    }
    std::fs::remove_file(box_.ws("docs/wheels.j2")).unwrap();
    assert!(wrong(&box_, &[]).1.contains(&"DOC017 docs/wheels.j2:1".to_owned()));
    box_.refuses(&["docs", "sync"], 2, &["there is no template docs/wheels.j2"]);
}

#[test]
fn a_block_that_there_is_none_of_is_an_error_with_the_nearest_one() {
    let box_ = sandbox();
    box_.write(PAPER, format!("{BEGIN}\n\n{END}\n").replace("wheels", "weels"));
    assert!(why(&check(&box_, &[PAPER]).1[0]).contains("there is no block `weels`; did you mean `wheels`?"));
    box_.refuses(&["docs", "sync"], 2, &["there is no block `weels`"]);
}

#[test]
fn settings_that_cannot_be_used_are_refused() {
    for (more, words) in [
        ("[docs]\nroot = [\"x\"]\n", "unknown field `root`"),
        ("[docs]\nroots = [\"a[\"]\n", "error parsing glob"),
        ("[[docs.waiver]]\nclaim = \"x[\"\nwhy = \"y\"\n", "cannot use the waiver x["),
        ("[[docs.waiver]]\nclaim = \"x\"\n", "missing field `why`"),
        ("[docs.blocks.x]\ntemplate = \"../x\"\n", "molt-sync.toml"),
        ("[docs.blocks.x]\ntemplate = \"x\"\nmarkers = \"other\"\n", "unknown variant"),
    ] {
        let box_ = cart_with(&[], "# Cart\n");
        configure(&box_, more);
        for command in ["check", "sync"] {
            box_.refuses(&["docs", command], 2, &[words]);
        }
    }
    for (bindings, words) in [
        ("[[bind]]\ndoc = \"x.md\"\nphrase = \"no hole\"\n", "docs/bindings.toml: line 1: the phrase has no hole"),
        ("[[bind]\n", "line 1"),
        (
            "\n[[bind]]\ndoc = \"x.md\"\nphrase = \"a {cart.wheels}\"\nas-of = \"may\"\n",
            "line 2: `may` with this kind is not a day",
        ),
    ] {
        let box_ = cart_with(&[], "# Cart\n");
        box_.write("docs/bindings.toml", bindings);
        box_.refuses(&["docs", "check"], 2, &[words]);
        box_.refuses(&["docs", "sync"], 2, &[words]);
    }
    let box_ = cart_with(&[], "# Cart\n");
    box_.refuses(&["docs", "check", "docs/NONE.md"], 2, &["no document is called docs/NONE.md"]);
}

#[test]
fn a_document_that_is_no_text_is_named_and_stops_a_sync() {
    let box_ = sandbox();
    box_.write(PAPER, b"# Cart\n\nToday \xff\xfe\n");
    let (code, claims) = check(&box_, &[]);
    let bad: Vec<_> = claims.iter().filter(|it| it["path"] == PAPER).collect();
    assert!(
        code == 3 && text(bad[0], "code") == "DOC010" && why(bad[0]).contains(&format!("cannot read {PAPER}: ")),
        "{bad:#?}"
    );
    assert!(why(bad[0]).contains("it is not UTF-8 at line 3: the byte 0xff"), "{bad:#?}");
    assert!(text(bad[0], "do").starts_with("save it as UTF-8"), "{bad:#?}");
    box_.refuses(&["docs", "sync"], 3, &["docs/PAPER.md:1: malformed markers: cannot read docs/PAPER.md: "]);
    box_.write(PAPER, "nul \0 and \u{1b}[31m \u{202e} `molt-sync docs \u{1b}[31m`\n");
    let ended = box_.sync(&["docs", "check", PAPER]);
    assert!(ended.code == 3 && !ended.out.contains('\u{1b}'), "{}", ended.out);
}

#[test]
fn a_document_of_seven_megabytes_is_read_in_one_go() {
    let box_ = sandbox();
    let mut paper = String::new();
    let mut line = 0;
    while paper.len() < 7 << 20 {
        line += 1;
        _ = write!(
            paper,
            "Line {line} says of `json` and of 12 wheels what molt-sync {{knows}}. {} <!-- note -->\n\n<!-- note {line} -->\n\n",
            "It goes on. ".repeat(20)
        );
    }
    paper += &format!("{BEGIN}\n\n- old\n\n{END}\n\nAt last the cart has 7 wheels.\n");
    box_.write("docs/STALE.md", &paper);
    let (code, found) = wrong(&box_, &["docs/STALE.md"]);
    assert_eq!((code, found.len()), (3, 2), "{found:?}");
    box_.sync(&["docs", "sync", "--take", "source"]).succeeds();
    let now = box_.read("docs/STALE.md");
    let at = paper.find(BEGIN).unwrap();
    assert!(now[..at] == paper[..at] && now.ends_with("\n\nAt last the cart has 12 wheels.\n"));
}

#[test]
fn odd_bytes_around_a_value_stay() {
    for (before, after) in [
        ("\u{feff}", ""),
        ("\t", "\t"),
        ("x\u{a0}", "\u{a0}"),
        ("é ", " ü"),
        ("a\u{2028}b ", ""),
        ("&amp; ", " \\*"),
        ("**", "**"),
    ] {
        let paper = |count: u32| format!("{before}the cart has {count} wheels{after}\r\nmore\twords");
        let box_ = cart_with(&[WHEELS], &paper(12));
        // a tab in front makes code
        if before == "\t" {
            assert_eq!(text(&only(&box_, 3, &[]), "code"), "DOC005");
            continue;
        }
        numbers(&box_, 1301);
        box_.sync(&["docs", "sync"]).succeeds();
        assert_eq!(box_.read(PAPER), paper(1301));
    }
}

#[test]
fn who_ignores_a_value_says_why() {
    let box_ = sandbox();
    box_.write("docs/A.md", "# A\n\n<!-- molt-sync:ignore -->\n\nText.\n");
    let told = box_.sync(&["docs", "check", "docs/A.md"]);
    assert!(told.code != 0 && told.out.contains("the marker gives no reason"), "{}{}", told.out, told.err);
    box_.write("docs/A.md", "# A\n\n<!-- molt-sync:ignore a joke -->\n\nText.\n");
    box_.sync(&["docs", "check", "docs/A.md"]).succeeds();
}

#[test]
fn command_lines_beyond_any_measure_are_not_judged_one_by_one() {
    let box_ = sandbox();
    let lines = |name: &str, count: usize| {
        let lines: String = (0..count).map(|it| format!("molt-sync {name}-{it}\n")).collect();
        format!("# A\n\n```sh\n{lines}```\n")
    };
    box_.write("docs/A.md", lines("a", 600));
    let told = box_.sync(&["docs", "check"]);
    assert_eq!(told.code, 3, "{}", told.err);
    assert_eq!(told.out.matches("unrecognized subcommand").count(), 600, "{}", told.out);
    for name in ["A", "B", "C"] {
        box_.write(&format!("docs/{name}.md"), lines(name, 5000));
    }
    let told = box_.sync(&["docs", "check"]);
    let words = "the documents have more than 10000 command lines of molt-sync, so no command line is judged";
    assert!(told.code == 2 && told.out.contains(words), "{}", told.out);
    assert!(!told.out.contains("unrecognized subcommand"), "{}", told.out);
    // of one document too: what was not judged is no matter of which are asked for
    let one = box_.sync(&["docs", "check", "docs/PAPER.md"]);
    assert!(one.code == 2 && one.out.contains(words), "{}", one.out);
}

#[test]
fn a_run_that_ends_with_an_error_says_so_in_the_form_that_was_asked_for() {
    let box_ = Sandbox::with_series("3.13");
    box_.write("baselines/3.13.json", "{");
    let forms = ["sarif", "junit", "github"];
    for (args, forms) in [
        (&["docs", "check"][..], &forms[..]),
        (&["docs", "sync"], &forms),
        (&["docs", "census"], &forms),
        (&["gates", "--only", "nothing"], &forms),
        (&["baseline", "verify", "--python", "./nothing"], &forms),
        (&["differential", "report", "nothing.json"], &forms[1..]),
        (&["scoreboard", "check", "--base", "HEAD"], &forms[2..]),
        (&["accept", "json"], &forms[1..2]),
    ] {
        for form in forms {
            let ended = box_.sync(&[args, &["--format", form]].concat());
            let message = ended.err.lines().find_map(|it| it.strip_prefix("error: ")).unwrap_or_default().to_owned();
            assert!(ended.code >= 2 && !message.is_empty(), "{args:?} {form}: {}", ended.err);
            let out = ended.out.as_str();
            let said = match *form {
                "sarif" => {
                    let log: Value = serde_json::from_str(out).unwrap();
                    assert_is_sarif(&log);
                    let run = &log["runs"][0];
                    let invocation = &run["invocations"][0];
                    // without results: an empty list would say that there is nothing to find
                    assert!(run["results"].is_null() && invocation["executionSuccessful"] == false, "{out}");
                    assert_eq!(invocation["exitCode"], ended.code, "{out}");
                    text(&invocation["toolExecutionNotifications"][0]["message"], "text").to_owned()
                }
                "junit" => {
                    assert!(
                        out.starts_with("<?xml ") && out.contains("errors=\"1\"") && out.contains("<error "),
                        "{args:?}: {out}"
                    );
                    out.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", "\"").replace("&amp;", "&")
                }
                _ => {
                    assert!(
                        out.starts_with("::error title=molt-sync::") && out.lines().count() == 1,
                        "{args:?}: {out}"
                    );
                    out.replace("%25", "%")
                }
            };
            assert!(said.contains(&message) && said.contains("hint: "), "{args:?} {form}: {said}\n{message}");
        }
    }
    // what people read is on stderr alone
    assert_eq!(box_.sync(&["docs", "check"]).out, "");
}
