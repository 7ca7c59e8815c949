//! Lists of series in documents: which follow the union, which a person follows, and which are about something else.

use crate::support::{
    Sandbox,
    papers::{check, commit, text, why, wrong},
    workflow::git_in,
};

const PAGE: &str = "docs/page.md";
const UNION: &str = "tools/stdlib_module_union.py";
const CHECKER: &str = "tools/check_stdlib_intrinsics.py";

fn workspace() -> Sandbox {
    Sandbox::with_whole_series("3.13,3.14")
}

/// What is wrong with the page that says `sentence`: the code and what should stand there.
fn said(sandbox: &Sandbox, sentence: &str) -> Option<(String, String)> {
    sandbox.write(PAGE, format!("# A\n\n{sentence}\n"));
    let (_, claims) = check(sandbox, &[]);
    let mut wrong = claims.iter().filter(|it| it["path"] == PAGE && !it["code"].is_null());
    let first = wrong.next().map(|it| (text(it, "code").to_owned(), text(it, "wanted").to_owned()));
    assert!(wrong.next().is_none(), "{sentence}: {claims:#?}");
    first
}

#[test]
fn a_sentence_about_the_union_is_read_as_a_set_and_written_in_its_form() {
    let sandbox = workspace();
    for sentence in [
        "Complete for the CPython 3.13/3.14 union.",
        "Complete for the CPython 3.14/3.13 union.",
        "Complete for the CPython 3.13-3.14 union.",
        "Complete for the CPython 3.13–3.14 stdlib union.",
        "The union of 3.13 and 3.14 is complete.",
        "CPython union coverage (`3.13`, `3.14`) is enforced.",
        "Complete for the CPython 3.13+ union.",
        "Complete for the CPython >=3.13,<3.15 union.",
        "The py313/py314 union baseline.",
        "The CPython 3.13 union has 12 names.",
        "The error text differs across 3.12/3.13 only.",
        "It was the 3.12/3.13 union.",
        "Once the 3.13-3.15 union is there, say so.",
        "Molt targets 3.12/3.13.",
        "The 3.10+ union types of PEP 604.",
    ] {
        assert_eq!(said(&sandbox, sentence), None, "{sentence}");
    }
    for (sentence, wanted) in [
        ("Complete for the CPython 3.13/3.14/3.15 union.", "3.13/3.14"),
        ("Complete for the CPython 3.12-3.15 union.", "3.13-3.14"),
        ("Complete for the CPython 3.13 through 3.15 union.", "3.13 through 3.14"),
        ("Complete for the CPython 3.12, 3.13 & 3.15 union.", "3.13 & 3.14"),
        ("Complete for the CPython 3.12 | 3.14 union.", "3.13 | 3.14"),
        ("CPython union coverage (3.12–3.15) is enforced.", "3.13–3.14"),
        ("Complete for the CPython 3.12+ union.", "3.13+"),
        ("The py312/py313/py314 union baseline.", "py313/py314"),
        ("The union of CPython 3.12, 3.13, and 3.14 is complete.", "3.13 and 3.14"),
        ("Complete for the CPython >=3.12,<3.15 union.", ">=3.13,<3.15"),
    ] {
        let found = said(&sandbox, sentence).unwrap_or_else(|| panic!("{sentence}"));
        assert_eq!(found.1, wanted, "{sentence}");
    }
}

#[test]
fn a_list_of_what_is_targeted_is_stale_where_the_series_were_these_once() {
    let sandbox = Sandbox::with_series("3.12,3.13,3.14");
    let all = sandbox.read(UNION);
    let other = workspace();
    // before, two series were supported
    sandbox.write(UNION, other.read(UNION));
    sandbox.remove("baselines/3.13.json");
    commit(&sandbox, "2026-01-10", "Support two series");
    sandbox.write(UNION, all);
    let added = commit(&sandbox, "2026-02-10", "Support a third");
    sandbox.write(
        PAGE,
        "# A\n\nWhen 3.13/3.14 diverge, say so.\n\nTests run on 3.13-3.14.\n\nThe error text differs across 3.13/3.14 only.\n\nTests run on 3.12/3.14.\n\nThe `re` shim was added in 3.13/3.14.\n",
    );
    let (code, found) = wrong(&sandbox, &[]);
    let found: Vec<&String> = found.iter().filter(|it| it.contains(PAGE)).collect();
    assert_eq!(found, ["DOC003 docs/page.md:3", "DOC003 docs/page.md:5"]);
    assert_eq!(code, 3, "`docs sync` repairs none of it");
    let (_, claims) = check(&sandbox, &[]);
    let claim = claims.iter().find(|it| it["path"] == PAGE && it["line"] == 3).unwrap();
    assert!(why(claim).contains(&format!("until 2026-02-10 ({added} \"Support a third\")")), "{}", why(claim));
    assert!(claim["wanted"].is_null(), "what is targeted is a person's to say: {claim:#}");
    // nobody writes it
    let before = sandbox.read(PAGE);
    sandbox.sync(&["docs", "sync"]);
    assert_eq!(sandbox.read(PAGE), before);
}

#[test]
fn a_sentence_about_the_union_follows_it_to_its_last_series_and_is_read_there() {
    let sandbox = workspace();
    for (name, list) in [("a", "(3.13/3.14)"), ("b", "(`3.13`, `3.14`)"), ("c", "3.13-3.14")] {
        let text = format!("# A\n\nStdlib coverage is complete by name for the CPython {list} union.\n");
        let text = format!("{text}\nThe CPython {list} union has `9999` required `.py` submodule names.\n");
        sandbox.write(&format!("docs/{name}.md"), text);
    }
    commit(&sandbox, "2026-01-10", "State the series");
    sandbox.sync(&["baseline", "drop", "3.13"]).succeeds();
    let read = |name: &str| sandbox.read(&format!("docs/{name}.md"));
    for (name, list) in [("a", "(3.14)"), ("b", "(`3.14`)"), ("c", "3.14")] {
        let wanted = format!("# A\n\nStdlib coverage is complete by name for the CPython {list} union.\n");
        let wrong = format!("{wanted}\nThe CPython {list} union has `9999` required `.py` submodule names.\n");
        assert_eq!(read(name), wrong, "what was wrong before is left alone");
    }
    // each is read as what it was: none was lost by it
    let (code, found) = wrong(&sandbox, &[]);
    assert_eq!((code, found.len()), (3, 3), "{found:?}");
    assert!(found.iter().all(|it| it.starts_with("DOC004 ") && it.ends_with(":5")), "{found:?}");
    sandbox.sync(&["gates"]).succeeds();
    // and the words of one series by itself are its own
    sandbox.write("docs/a.md", "# A\n\nComplete for the CPython 3.12 union.\n");
    let (_, found) = wrong(&sandbox, &[]);
    assert!(!found.iter().any(|it| it.contains("docs/a.md") && !it.starts_with("DOC005")), "{found:?}");
}

type Break = fn(&Sandbox);

#[test]
fn what_no_source_says_is_unknown_and_nothing_is_written() {
    const ATTESTATION: &str = "tools/stdlib_full_coverage_manifest.py";
    let four = |probe: &str| {
        format!(
            "STATUS_INTRINSIC = \"intrinsic-backed\"\nSTATUS_INTRINSIC_PARTIAL = \"intrinsic-partial\"\nSTATUS_PROBE_ONLY = \"{probe}\"\nSTATUS_PYTHON_ONLY = \"python-only\"\n"
        )
    };
    let broken: [(&str, Break, &str); 4] = [
        (ATTESTATION, |it| it.remove(ATTESTATION), "which modules are finished is not known"),
        (UNION, |it| it.remove(UNION), "what the supported series require is not known"),
        (CHECKER, |it| it.write(CHECKER, "STATUS_NATIVE = 'native'\n"), "it has STATUS_NATIVE"),
        (CHECKER, |_| (), "it has STATUS_PROBE_ONLY"),
    ];
    for (path, break_it, words) in broken {
        let sandbox = workspace();
        sandbox.write(CHECKER, four("probe-only"));
        let total = "Audited modules: 1 total";
        sandbox.write(PAGE, format!("# A\n\n`intrinsic-partial=3` of the CPython 3.12/3.13 union. {total}\n"));
        assert_ne!(sandbox.sync(&["docs", "check"]).code, 2, "{path}");
        break_it(&sandbox);
        if words.contains("PROBE") {
            sandbox.write(CHECKER, four("probe"));
        }
        let (code, found) = wrong(&sandbox, &[]);
        assert!(code == 2 && found.contains(&format!("DOC017 {path}:1")), "{path}: {found:?}");
        sandbox.refuses(&["docs", "sync"], 2, &["nothing was written", words]);
        sandbox.refuses(&["docs", "sync", "--take", "source"], 2, &["nothing was written", words]);
        sandbox.refuses(&["refresh", "3.14", "--source", "bundled"], 2, &["nothing was written", words]);
    }
    // what puts it right is particular
    let sandbox = workspace();
    sandbox.write(CHECKER, four("probe"));
    let told = sandbox.sync(&["docs", "check"]).out;
    assert!(told.contains("set dialect = \"2026-02\" or \"2026-08\" below [audit]"), "{told}");
    sandbox.write(CHECKER, four("probe-only"));
    sandbox.remove(ATTESTATION);
    let told = sandbox.sync(&["docs", "check"]).out;
    assert!(told.contains(&format!("restore {ATTESTATION} from git, or set attestation below [paths]")), "{told}");
    // a person's word settles which rules count
    let sandbox = workspace();
    sandbox.write(CHECKER, four("probe"));
    sandbox.write("molt-sync.toml", sandbox.read("molt-sync.toml") + "\n[audit]\ndialect = \"2026-02\"\n");
    assert_ne!(sandbox.sync(&["docs", "check"]).code, 2);
}

#[test]
fn what_cannot_be_believed_is_unknown_and_nothing_is_written() {
    const BASELINE: &str = "baselines/3.13.json";
    const MODULE: &str = "src/molt/stdlib/zipapp.py";
    let broken: [(&str, Break, &str, &str); 4] = [
        (UNION, |it| it.write(UNION, it.read(UNION).replace("\"zipapp\",", "")), "the recorded baselines", "union"),
        (
            UNION,
            |it| it.write(UNION, it.read(UNION).replace("\"this\",", "\"thiz\",")),
            "the recorded baselines",
            "union",
        ),
        (
            BASELINE,
            |it| it.write(BASELINE, it.read(BASELINE).replace("zipapp", "zipapq")),
            "its digest is that",
            "union",
        ),
        (MODULE, |it| it.write(MODULE, "def f(:\n"), "cannot be judged", "states"),
    ];
    for (path, break_it, words, lost) in broken {
        let sandbox = workspace();
        let count = |id: &str| {
            let told = sandbox.sync(&["docs", "facts", id]).out;
            told.lines().next().unwrap_or_default().rsplit(' ').next().unwrap_or_default().to_owned()
        };
        let (top, partial) = (count("union.top-level"), count("stdlib.intrinsic-partial"));
        let page = format!("# A\n\nThe union has {top} top-level modules.\n\n- `intrinsic-partial`: `{partial}`\n");
        sandbox.write(PAGE, &page);
        assert_eq!(wrong(&sandbox, &[]), (0, vec![]), "{path}");
        break_it(&sandbox);
        let (code, found) = wrong(&sandbox, &[]);
        assert!(code == 2 && found.contains(&format!("DOC017 {path}:1")), "{path}: {found:?}");
        // nothing is said of what follows from it
        assert!(!found.iter().any(|it| it.contains(PAGE)), "{path}: {found:?}");
        let told = sandbox.sync(&["docs", "check"]).out;
        assert!(told.contains(words), "{told}");
        sandbox.refuses(&["docs", "sync"], 2, &["nothing was written", words]);
        let known = sandbox.sync(&["docs", "facts"]).out;
        assert_eq!(known.contains("union.top-level"), lost != "union", "{path}: {known}");
        assert_eq!(known.contains("stdlib.intrinsic-partial "), lost != "states", "{path}: {known}");
    }
    // what a person wrote in a region is told all the same, and nothing is said of what should stand there
    let sandbox = workspace();
    sandbox.sync(&["docs", "adopt"]);
    let status = sandbox.read("docs/spec/STATUS.md");
    let edited = status.replacen("Budget", "Budgetary", 1);
    assert_ne!(edited, status);
    sandbox.write("docs/spec/STATUS.md", edited);
    sandbox.write(MODULE, "def f(:\n");
    let (_, claims) = check(&sandbox, &[]);
    let told = claims.iter().find(|it| it["code"] == "DOC002").unwrap();
    assert!(told["wanted"].is_null() && told["path"] == "docs/spec/STATUS.md", "{told:#}");
    let annotations = sandbox.sync(&["docs", "check", "--format", "github"]).out;
    assert!(annotations.starts_with("::error file=docs/spec/STATUS.md,"), "{annotations}");
    // what a base had so already is old
    let sandbox = workspace();
    sandbox.write(MODULE, "def f(:\n");
    commit(&sandbox, "2026-02-10", "Break");
    assert_eq!(sandbox.sync(&["docs", "check"]).code, 2);
    assert_eq!(sandbox.sync(&["docs", "check", "--base", "HEAD", "--new-only"]).code, 0);
    // and keeps no branch from repairing it
    let rule = "\n[[docs.invariant]]\nexpr = \"nonincreasing(stdlib.intrinsic-partial)\"\n";
    sandbox.write("molt-sync.toml", sandbox.read("molt-sync.toml") + rule);
    sandbox.remove(MODULE);
    sandbox.sync(&["stubs", "sync", "--allow-dirty", "**"]).succeeds();
    commit(&sandbox, "2026-02-11", "Repair");
    let ended = sandbox.sync(&["docs", "check", "--base", "HEAD~1", "--new-only"]);
    assert!(!ended.err.contains("cannot compare"), "{}", ended.err);
}

#[test]
fn the_stubs_of_a_day_are_known_by_the_template_of_that_day() {
    const TEMPLATE: &str = "tools/molt-sync/stubs/stub.py.j2";
    let built_in = include_str!("../../stubs/stub.py.j2");
    let sandbox = workspace();
    let four = "STATUS_INTRINSIC = \"intrinsic-backed\"\nSTATUS_INTRINSIC_PARTIAL = \"intrinsic-partial\"\nSTATUS_PROBE_ONLY = \"probe-only\"\nSTATUS_PYTHON_ONLY = \"python-only\"\n";
    sandbox.write(CHECKER, four);
    sandbox.write(
        "docs/bindings.toml",
        format!("[[bind]]\ndoc = \"{PAGE}\"\nphrase = \"the tree has {{stdlib.stubs}} stubs\"\n"),
    );
    let count = || {
        let told = sandbox.sync(&["docs", "facts", "stdlib.stubs"]).out;
        told.lines().next().unwrap().rsplit(' ').next().unwrap().parse::<usize>().unwrap()
    };
    // all stubs in words of the workspace's own, and later in those that come with the program
    let own = |text: &str| text.replace("is a placeholder: Molt has", "is a stand-in, and Molt has");
    let modules =
        || sandbox.snapshot().into_keys().filter(|it| it.starts_with("src/molt/stdlib/") && !it.ends_with('/'));
    let whole: Vec<(String, String)> =
        modules().map(|it| (sandbox.read(&it), it)).map(|(text, it)| (it, text)).collect();
    sandbox.write(TEMPLATE, own(built_in));
    for (path, text) in &whole {
        sandbox.write(path, own(text));
    }
    let before = count();
    assert!(before > 100, "{before}");
    sandbox.sync(&["docs", "sync"]);
    commit(&sandbox, "2026-02-10", "Begin");
    sandbox.remove(TEMPLATE);
    for (path, text) in &whole {
        sandbox.write(path, text);
    }
    sandbox.write("src/molt/stdlib/zipapp.py", crate::support::tree::LOAD);
    assert_eq!(count(), before - 1, "by the template of today");
    commit(&sandbox, "2026-03-10", "Say it in other words, and work on a module");
    let says = |day: &str, stubs: usize| {
        sandbox.write(PAGE, format!("# A\n\nAs of {day}, the tree has {stubs} stubs.\n"));
        let (_, claims) = check(&sandbox, &[PAGE]);
        claims.iter().find(|it| it["path"] == PAGE && !it["code"].is_null()).map(|it| text(it, "code").to_owned())
    };
    for (day, stubs, code) in [
        ("2026-02-11", before, None),
        ("2026-03-11", before - 1, None),
        ("2026-02-11", before + 1, Some("DOC013")),
        ("2026-03-11", before, Some("DOC013")),
    ] {
        assert_eq!(says(day, stubs).as_deref(), code, "{day} {stubs}");
    }
}

#[test]
fn a_tree_whose_checker_reads_no_attestation_needs_none() {
    const ATTESTATION: &str = "tools/stdlib_full_coverage_manifest.py";
    const JUDGE: &str = "STATUS_INTRINSIC = \"intrinsic-backed\"\nSTATUS_INTRINSIC_PARTIAL = \"intrinsic-partial\"\nSTATUS_PROBE_ONLY = \"probe-only\"\nSTATUS_PYTHON_ONLY = \"python-only\"\n\n\ndef main():\n    return 0\n";
    let sandbox = workspace();
    sandbox.write(CHECKER, JUDGE);
    sandbox.write(PAGE, "# A\n\n`cmath` is intrinsic-backed, and `this` is intrinsic-partial.\n");
    let body = crate::support::tree::LOAD;
    sandbox.write("src/molt/stdlib/cmath.py", body);
    sandbox.write(
        "src/molt/stdlib/this.py",
        format!("# TODO(stdlib-compat, owner:stdlib, milestone:SL1, priority:P0, status:partial): rest\n{body}"),
    );
    let of_page = |found: Vec<String>| found.into_iter().filter(|it| it.contains(PAGE)).collect::<Vec<_>>();
    // with an attestation, a module needs it
    let (_, found) = wrong(&sandbox, &[]);
    assert_eq!(of_page(found), [format!("DOC003 {PAGE}:3")]);
    // without one, it is finished where it does not say otherwise
    sandbox.remove(ATTESTATION);
    let (code, found) = wrong(&sandbox, &[]);
    assert!(code != 2 && !found.iter().any(|it| it.starts_with("DOC017")), "{code} {found:?}");
    assert_eq!(of_page(found), [""; 0]);
    // its markers had one form
    sandbox.write("src/molt/stdlib/cmath.py", format!("# TODO(stdlib-x, status:partial): rest\n{body}"));
    sandbox.write(PAGE, "# A\n\n`cmath` is intrinsic-partial.\n");
    assert_eq!(of_page(wrong(&sandbox, &[]).1).len(), 1);
    // and where it reads no union either, nothing of one is said
    sandbox.remove(UNION);
    let (code, found) = wrong(&sandbox, &[]);
    assert!(code != 2 && !found.iter().any(|it| it.starts_with("DOC017")), "{code} {found:?}");
    sandbox.refuses(&["refresh", "3.14", "--source", "bundled"], 2, &["nothing was written", "is not known"]);
    // a checker that reads one and does not find it knows nothing
    for (name, path) in [("STDLIB_FULLY_COVERED_MODULES", ATTESTATION), ("STDLIB_MODULE_UNION", UNION)] {
        sandbox.write(CHECKER, format!("{JUDGE}\nNAME = \"{name}\"\n"));
        let (code, found) = wrong(&sandbox, &[]);
        assert!(code == 2 && found.contains(&format!("DOC017 {path}:1")), "{name}: {found:?}");
    }
}

#[test]
fn a_checker_with_some_of_the_known_statuses_is_judged_by_its_own_rules() {
    let base = "STATUS_INTRINSIC = \"intrinsic-backed\"\nSTATUS_INTRINSIC_PARTIAL = \"intrinsic-partial\"\nSTATUS_PROBE_ONLY = \"probe-only\"\nSTATUS_PYTHON_ONLY = \"python-only\"\n";
    let gate = "STATUS_POLICY_GATE = \"policy-gate\"\n";
    let support = "STATUS_INTRINSIC_SUPPORT = \"intrinsic-support\"\n";
    for (more, status) in [("", "python-only"), (gate, "policy-gate"), (support, "python-only")] {
        let sandbox = workspace();
        sandbox.write(CHECKER, format!("{base}{more}"));
        sandbox.write("src/molt/stdlib/this.py", "raise ImportError(\"no\")\n");
        sandbox.write(PAGE, format!("# A\n\n`this` is {status}.\n"));
        let of_page = || wrong(&sandbox, &[]).1.into_iter().filter(|it| it.contains(PAGE)).collect::<Vec<_>>();
        assert_eq!(of_page(), [""; 0], "{more}");
        sandbox.write(PAGE, "# A\n\n`this` is intrinsic-backed.\n");
        sandbox.sync(&["docs", "sync", "--take", "source", PAGE]);
        assert_eq!(sandbox.read(PAGE), format!("# A\n\n`this` is {status}.\n"), "{more}");
    }
    let sandbox = workspace();
    sandbox.write(CHECKER, format!("{base}{gate}"));
    assert!(sandbox.sync(&["gates"]).out.contains("by the rules of the tree's own checker"));
}

#[test]
fn gates_says_which_words_it_did_not_judge() {
    let sandbox = workspace();
    let ended = sandbox.sync(&["gates"]);
    assert!(ended.out.contains("not judged: ") && ended.out.contains("lines of docs/spec/areas"), "{}", ended.out);
    sandbox.write(CHECKER, "STATUS_NATIVE = 'native'\n");
    let ended = sandbox.sync(&["gates"]);
    assert!(ended.out.contains("not judged: tools/check_stdlib_intrinsics.py has statuses"), "{}", ended.out);
    let report: serde_json::Value = serde_json::from_str(&sandbox.sync(&["gates", "--format", "json"]).out).unwrap();
    assert_eq!(report["not_judged_parts"].as_array().unwrap().len(), 2);
}

#[test]
fn a_broken_rule_holds_the_documents_that_state_its_facts_alone() {
    let sandbox = workspace();
    // the budget is below what it bounds
    let ratchet = "tools/stdlib_intrinsics_ratchet.json";
    sandbox.write(ratchet, "{\"max_intrinsic_partial\": 1}\n");
    sandbox.write(PAGE, "# A\n\nThe budget is `max_intrinsic_partial=2`.\n\nThe CPython 3.13/3.14/3.15 union.\n");
    sandbox.write("docs/other.md", "# A\n\nThe CPython 3.13/3.14/3.15 union.\n");
    let (_, claims) = check(&sandbox, &[]);
    let rule = claims.iter().find(|it| it["code"] == "DOC012").unwrap();
    assert_eq!(rule["path"], ratchet, "a file that there is");
    // a hint is true where nothing would be written
    for (path, is_held) in [(PAGE, true), ("docs/other.md", false)] {
        let claim = claims.iter().find(|it| it["path"] == path && !it["code"].is_null()).unwrap();
        let words = "which writes nothing in this document until `stdlib.intrinsic-partial <= ratchet.max` holds";
        let hint = claim["do"].as_str().unwrap();
        assert!(hint.contains("docs sync") && hint.ends_with(words) == is_held, "{claim:#}");
    }
    let before = sandbox.read(PAGE);
    let ended = sandbox.sync(&["docs", "sync", "--take", "source"]);
    assert_eq!(ended.code, 3, "{}{}", ended.out, ended.err);
    assert_eq!(sandbox.read(PAGE), before);
    assert!(ended.err.contains("docs/page.md was not looked at for repairs: it states ratchet.max"), "{}", ended.err);
    assert!(sandbox.read("docs/other.md").contains("CPython 3.13/3.14 union"));
}

#[test]
fn what_is_said_of_a_day_before_all_commits_is_not_called_right() {
    let sandbox = workspace();
    commit(&sandbox, "2026-02-10", "Begin");
    sandbox.write(PAGE, "# A\n\nOn 2020-01-01, the checker has `intrinsic-partial=3`.\n");
    let told = sandbox.sync(&["docs", "check", PAGE, "-v"]).succeeds().out;
    let words = "not compared: stdlib.intrinsic-partial on 2020-01-01, before the first commit that could tell";
    assert!(told.contains(words) && !told.contains("ok: "), "{told}");
}

#[test]
fn a_wrong_row_is_closed_by_what_comes_after_it_and_a_late_board_is_a_note() {
    const HEAD: &str = "# Weekly board\n\n| Date | intrinsic-backed | intrinsic-partial | probe-only | python-only | missing top-level | missing submodules | native parity pass % | wasm parity pass % | memory regressions |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n";
    let sandbox = workspace();
    commit(&sandbox, "2026-02-10", "Begin");
    let (_, claims) = check(&sandbox, &[]);
    assert!(!claims.is_empty());
    let partial = sandbox.sync(&["docs", "facts", "stdlib.intrinsic-partial"]).out;
    let partial = partial.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
    let row = |day: &str, partial: &str| format!("| {day} | 0 | {partial} | 0 | 0 | 0 | 0 | TBD | TBD | TBD |\n");
    let ends = |rows: &str, today: &str| {
        sandbox.write(PAGE, format!("{HEAD}{rows}"));
        let (code, found) = wrong(&sandbox, &["--now", today]);
        let found: Vec<String> = found.into_iter().filter(|it| it.contains(PAGE)).collect();
        (code, found.iter().map(|it| it[..6].to_owned()).collect::<Vec<_>>())
    };
    let (right, wrong_row) = (row("2026-02-12", &partial), row("2026-02-11", "5"));
    assert_eq!(ends(&right, "2026-02-13"), (0, vec![]));
    assert_eq!(ends(&wrong_row, "2026-02-13"), (3, vec!["DOC013".to_owned()]));
    assert_eq!(ends(&format!("{wrong_row}{right}"), "2026-02-13").0, 0, "a later row is right");
    assert_eq!(ends(&format!("{wrong_row}\nThe row of 2026-02-11 is wrong.\n"), "2026-02-13").0, 0, "a note");
    assert_eq!(ends(&format!("{wrong_row}\nThe row of 2026-02-10 is wrong.\n"), "2026-02-13").0, 3, "another note");
    // only the calendar moved
    assert_eq!(ends(&right, "2026-03-13"), (0, vec!["DOC023".to_owned()]));
    let told = sandbox.sync(&["docs", "check", "--now", "2026-03-13"]).succeeds();
    assert!(told.out.contains("its last row is of 2026-02-12, 29 days ago"), "{}", told.out);
    assert!(told.out.contains("0 stale, 0 need a person, 1 note; "), "{}", told.out);
    let report = sandbox.sync(&["docs", "check", "--now", "2026-03-13", "--format", "json"]).succeeds().out;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["states"]["note"], report["states"].get("stale")), (&serde_json::json!(1), None));
    // which no branch brings
    commit(&sandbox, "2026-02-12", "Keep a board");
    let told = sandbox.sync(&["docs", "check", "--now", "2026-03-13", "--base", "HEAD", "--new-only"]).succeeds();
    assert!(!told.out.contains("DOC023"), "{}", told.out);
}

#[test]
fn a_list_of_the_checkers_messages_is_whole() {
    let sandbox = workspace();
    let words = ["alpha gate violated", "beta gate violated", "gamma gate violated", "delta gate violated"];
    let line = |it: &&str| format!("print(\"stdlib intrinsics lint failed: {it}\")\n");
    sandbox.write(CHECKER, words.iter().map(line).collect::<String>());
    let page = |words: &[&str]| {
        let quote = |it: &&str| format!("- `stdlib intrinsics lint failed: {it}`\n");
        format!("# A\n\n{}", words.iter().map(quote).collect::<String>())
    };
    for (quoted, missing) in [(4, 0), (3, 1), (2, 2), (1, 0)] {
        sandbox.write(PAGE, page(&words[..quoted]));
        let (_, found) = wrong(&sandbox, &[]);
        let found = found.iter().filter(|it| it.starts_with("DOC004 docs/page.md")).count();
        assert_eq!(found, missing, "{quoted} are quoted");
    }
}

#[test]
fn explain_names_the_commit_that_moved_each_module() {
    const MODULES: [&str; 2] = ["src/molt/stdlib/antigravity.py", "src/molt/stdlib/this.py"];
    let sandbox = workspace();
    let stubs: Vec<String> = MODULES.iter().map(|it| sandbox.read(it)).collect();
    commit(&sandbox, "2026-02-01", "Begin");
    sandbox.write(MODULES[0], "x = 1\n");
    let moved = commit(&sandbox, "2026-02-05", "Take it off");
    sandbox.write(MODULES[0], &stubs[0]);
    let back = commit(&sandbox, "2026-02-07", "Put it back");
    sandbox.write(PAGE, "# A\n\n`antigravity` and `this` are python-only.\n");
    commit(&sandbox, "2026-02-09", "Write a page");
    let told = sandbox.sync(&["docs", "explain", "docs/page.md:3"]).succeeds();
    let words = format!("moved   2026-02-07 ({back} \"Put it back\") from python-only to intrinsic-partial");
    assert!(told.out.contains(&words) && !told.out.contains(&moved), "{}", told.out);
    assert!(told.out.contains("moved   never; it has been intrinsic-partial since 2026-02-01"), "{}", told.out);
    assert!(told.out.contains("was not python-only on the day that the line was written"), "{}", told.out);
}

/// The record of the modules is the audit document, which commits can leave behind.
#[test]
fn explain_says_that_a_record_lags_and_not_that_something_is_not_committed() {
    let sandbox = workspace();
    sandbox.write(PAGE, "# A\n\nToday 0 modules are python-only, and the budget of intrinsic-partial modules is 9.\n");
    let begun = commit(&sandbox, "2026-02-01", "Begin");
    sandbox.write("src/molt/stdlib/this.py", "x = 1\n");
    commit(&sandbox, "2026-02-05", "Take it off");
    let told = || sandbox.sync(&["docs", "explain", "docs/page.md:3"]).succeeds().out;
    let words = format!("moved   since the last record of it, from 0 of 2026-02-01 ({begun})\n");
    assert!(told().contains(&words) && !told().contains("since the last commit"), "{}", told());
    // what the file of the fact itself says can have moved since the commit alone
    sandbox.write("tools/stdlib_intrinsics_ratchet.json", "{\"max_intrinsic_partial\": 7}\n");
    let lines = told();
    let moved = lines.lines().filter(|it| it.contains("moved   since the last commit, from ")).count();
    assert_eq!(moved, 1, "{lines}");
}

#[test]
fn explain_says_where_it_did_not_look() {
    let sandbox = workspace();
    commit(&sandbox, "2026-02-01", "Begin");
    let stub = sandbox.read("src/molt/stdlib/this.py");
    for (day, text) in [("2026-02-05", "x = 1\n"), ("2026-02-07", &stub)] {
        sandbox.write("src/molt/stdlib/this.py", text);
        commit(&sandbox, day, "Change it");
    }
    let listing = std::fs::read_dir(sandbox.ws("src/molt/stdlib")).unwrap();
    let names = listing.map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut modules: Vec<String> = names.filter_map(|it| Some(it.strip_suffix(".py")?.to_owned())).collect();
    modules.retain(|it| !it.starts_with('_'));
    modules.sort();
    let row: String = modules[..12].iter().flat_map(|it| ["`", it, "`, "]).collect();
    sandbox.write(PAGE, format!("# A\n\n`this` is python-only.\n\n{row}`this`: python-only\n"));
    let last = commit(&sandbox, "2026-02-09", "Write a page");
    let many = sandbox.sync(&["docs", "explain", "docs/page.md:5"]).succeeds();
    let count = |words: &str| many.out.lines().filter(|it| it.trim_start().starts_with(words)).count();
    assert_eq!(count("fact "), 13, "{}", many.out);
    assert_eq!(count("moved   not known: its history was not looked at"), 3, "{}", many.out);
    assert_eq!(count("moved "), 13, "{}", many.out);
    // a shallow clone has what was, as far as it goes
    let place = format!("file://{}", sandbox.ws("").display());
    git_in(sandbox.root(), &["clone", "-q", "--depth", "1", &place, "shallow"]);
    let shallow = sandbox.run_at("../shallow", &["docs", "explain", "docs/page.md:3"]).succeeds();
    let words =
        format!("moved   not in what was looked at of its history; it was intrinsic-partial on 2026-02-09 ({last} ");
    assert!(shallow.out.contains(&words), "{}", shallow.out);
}

#[test]
fn census_proposes_what_the_words_say() {
    let sandbox = workspace();
    sandbox.write(
        PAGE,
        "# A\n\n- `missing_submodules`: 0\n- missing top-level: 0\n- Split x.rs (39,043 LOC) into submodules\n- it has 40 submodules of its own\n- protocols `0..5` through intrinsic-backed core\n- Sections 3.13/3.14 say more\n- It runs on Python 3.13/3.14.\n- CPython 3.12/3.13 differ\n- some 40 intrinsic-backed APIs\n",
    );
    let told = sandbox.sync(&["docs", "census"]).succeeds();
    let found: Vec<&str> = told.out.lines().filter(|it| it.starts_with(PAGE)).collect();
    // the first two are read without a binding
    let wanted = ["docs/page.md:9:21  DOC007 unbound number: series"];
    assert_eq!(found, wanted, "{}", told.out);
}

#[test]
fn what_census_proposes_can_be_bound() {
    for line in [
        "Compared with CPython 3.13/3.14 (several of them; 3.13+ is meant), and with others.",
        "Compared with CPython 3.13/3.14 (3.13 by default), and with others.",
        "Compared with CPython 3.13/3.14 (both of them), and with others.",
    ] {
        let sandbox = workspace();
        sandbox.write(PAGE, format!("# A\n\n{line}\n"));
        let told = sandbox.sync(&["docs", "census"]).succeeds().out;
        let proposed = told.split_once("`molt-sync ").map(|(_, rest)| rest.split('`').next().unwrap());
        let proposed: Vec<&str> = proposed.unwrap_or_else(|| panic!("{line}: {told}")).split(' ').collect();
        assert!(
            matches!(&proposed[..], ["docs", "bind", place, "series"] if place.starts_with("docs/page.md:3:")),
            "{told}"
        );
        sandbox.sync(&proposed).succeeds();
        let explained = sandbox.sync(&["docs", "explain", proposed[2]]).succeeds().out;
        assert!(explained.contains("fact    series = 3.13, 3.14"), "{explained}");
        sandbox.sync(&["docs", "census"]).succeeds().says("0 places");
    }
}

#[test]
fn census_leaves_the_versions_of_plans_records_and_generated_pages_alone() {
    let sandbox = workspace();
    let words = "It runs on Python 3.13/3.14.\n";
    for (name, head) in [
        ("docs/loops-PLAN.md", "# Loops\n\n"),
        ("docs/surface.generated.md", "# Surface\n\n"),
        ("docs/review_20260717.md", "# Review\n\n"),
        ("docs/blueprint.md", "<!-- Blueprint, 2026-06-04 -->\n# Blueprint\n\n"),
        ("docs/log.md", "# Lanes\n\n## Log (append-only)\n\n"),
        ("docs/criteria.md", "# Loops\n\n## Acceptance\n\n"),
        ("docs/done.md", "# Loops\n\nDone 2026-01-02. "),
        ("docs/kept.md", "<!-- Kept by hand -->\n# Kept\n\n## Versions\n\n"),
    ] {
        sandbox.write(name, format!("{head}{words}"));
    }
    let told = sandbox.sync(&["docs", "census"]).succeeds();
    let found: Vec<&str> = told.out.lines().filter(|it| it.starts_with("docs/")).collect();
    assert_eq!(found, ["docs/kept.md:6:19  DOC007 unbound number: series"], "{}", told.out);
    assert!(told.out.contains("it looks like series, which is 3.13, 3.14 today"), "{}", told.out);
}
