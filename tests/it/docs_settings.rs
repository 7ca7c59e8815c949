//! What a workspace decides in its settings: rules over its facts, each told at its own line, and whether documents are searched
//! for statements that nobody has bound.

use crate::support::{
    Sandbox,
    papers::{PAPER, SETTINGS, cart_with, check, commit, configure, numbers, only, text, why, wrong},
    tree::{DOCUMENT, STD},
};

const WHEELS: &str = "the cart has {cart.wheels} wheels";

/// The cart with this rule, and the line of its expression.
fn with_rule(rule: &str) -> (Sandbox, u64) {
    let box_ = cart_with(&[], "# Cart\n");
    let more = "\n[[docs.invariant]]\nexpr = \"cart.wheels > 0\"\n\n[[docs.invariant]]\nwhy = \"so\"\n";
    configure(&box_, &format!("{more}expr = '{rule}'\n"));
    let line = box_.read(SETTINGS).lines().count();
    (box_, u64::try_from(line).unwrap())
}

#[test]
fn a_rule_that_does_not_hold_is_told_at_its_own_line() {
    for rule in ["cart.wheels == 13", "cart.wheels < cart.crew|length", "cart.colour != \"red\""] {
        let (box_, line) = with_rule(rule);
        let claim = only(&box_, 3, &[]);
        assert_eq!((text(&claim, "code"), text(&claim, "path")), ("DOC012", SETTINGS), "{rule}");
        assert_eq!(claim["line"].as_u64(), Some(line), "{rule}");
        box_.sync(&["docs", "check"]).says(&format!("{SETTINGS}:{line}:1  DOC012"));
    }
}

#[test]
fn a_rule_that_says_nothing_of_a_fact_never_holds_in_silence() {
    for (rule, words) in [
        ("cart.wheels != \"12\"", "`cart.wheels` is a number and `\"12\"` is a text, which cannot be compared"),
        ("\"1\" > cart.wheels", "which cannot be compared"),
        ("cart.wheels <= cart.colour", "`cart.colour` is a text"),
        ("cart.wheels not in cart.crew", "`cart.crew` is a list of texts"),
        ("cart.crew|length != cart.colour", "`cart.crew|length` is a number"),
        ("cart.wheels != cart.crew", "which cannot be compared"),
        ("cart.wheels == 12 or cart.weels == 3", "there is no fact `cart.weels`"),
        ("cart.weels is undefined", "there is no fact `cart.weels`"),
        ("cart.weels|default(3) == 3", "there is no fact `cart.weels`"),
        ("true", "it names no fact"),
        ("1 < 2", "it names no fact"),
        ("cart.wheels", "which is not true or false"),
        ("nonincreasing(cart.colour)", "`cart.colour` is not a number"),
        ("nonincreasing(cart.crew)", "`cart.crew` is not a number"),
        ("nonincreasing(cart.weels)", "there is no fact `cart.weels`"),
    ] {
        let (box_, line) = with_rule(rule);
        let claim = only(&box_, 2, &[]);
        assert_eq!((text(&claim, "code"), text(&claim, "path")), ("DOC022", SETTINGS), "{rule}");
        assert!(claim["line"].as_u64() == Some(line) && why(&claim).contains(words), "{rule}: {claim:#}");
    }
    for rule in ["", "  "] {
        let (box_, line) = with_rule(rule);
        box_.refuses(&["docs", "check"], 2, &[&format!("line {line}"), "it is empty"]);
    }
}

#[test]
fn what_is_counted_or_computed_may_not_rise_either() {
    let box_ = cart_with(&[], "# Cart\n");
    configure(
        &box_,
        "[docs.facts.\"cart.parts\"]\nsource = \"count:parts/*.txt\"\n[docs.facts.\"cart.all\"]\nsource = \"expr:cart.wheels + 1\"\n[[docs.invariant]]\nexpr = \"nonincreasing(cart.parts)\"\n[[docs.invariant]]\nexpr = \"nonincreasing(cart.all)\"\n[[docs.invariant]]\nexpr = \"nonincreasing(stdlib.total)\"\n",
    );
    box_.write("parts/a.txt", "");
    commit(&box_, "2026-01-10", "Begin");
    assert_eq!(wrong(&box_, &["--base", "HEAD"]), (0, vec![]));
    box_.write("parts/b.txt", "");
    numbers(&box_, 13);
    box_.write(&format!("{STD}/more.py"), crate::support::tree::LOAD);
    box_.write(crate::support::tree::RATCHET, "{\"max_intrinsic_partial\": 26}\n");
    commit(&box_, "2026-01-11", "Rise");
    let (_, claims) = check(&box_, &["--base", "HEAD~1"]);
    let all: Vec<String> = claims.iter().filter(|it| it["code"] == "DOC012").map(why).collect();
    for rise in
        ["cart.parts was 1 at the base and is 2", "cart.all was 13 at the base and is 14", "stdlib.total was 26"]
    {
        assert!(all.iter().any(|it| it.contains(rise)), "{rise}: {all:?}");
    }
}

#[test]
fn without_the_tools_own_statements_those_of_the_workspace_alone_are_compared() {
    let paper = "# Cart\n\nToday the cart has 9 wheels. There are 3 intrinsic-partial modules.\n\n`json` is intrinsic-backed, and `intrinsic-partial=4`.\n\nComplete for the CPython 3.12/3.13 union.\n\n| Module | Status |\n| --- | --- |\n| `json` | probe-only |\n\nRun `molt-sync docs chek`; it says `stdlib intrinsics lint failed: no such gate`.\n\nSee [9][f:cart.spokes].\n\n[f:cart.spokes]: FACTS.md#cart-spokes\n";
    let box_ = cart_with(&[WHEELS], paper);
    let (_, all) = wrong(&box_, &[]);
    assert!(all.len() > 7, "{all:?}");
    box_.write(DOCUMENT, box_.read(DOCUMENT).replace("- `json`\n", ""));
    box_.remove("ROADMAP.md");
    box_.write(SETTINGS, format!("[docs]\ndefaults = false\n{}", box_.read(SETTINGS)));
    let (_, claims) = check(&box_, &[]);
    let of_papers = claims.iter().filter(|it| it["path"] != "docs/FACTS.md");
    let mut facts: Vec<&str> = of_papers.map(|it| it["facts"][0].as_str().unwrap_or_default()).collect();
    facts.sort_unstable();
    facts.dedup();
    assert_eq!(facts, ["cart.spokes", "cart.wheels"], "{claims:#?}");
    // the rules over the facts are no statement of any document
    box_.write(crate::support::tree::RATCHET, "{\"max_intrinsic_partial\": 1}\n");
    assert!(check(&box_, &[]).1.iter().any(|it| it["code"] == "DOC012"));
    assert!(box_.read(PAPER).contains("`intrinsic-partial=4`"));
    box_.sync(&["docs", "sync", "--take", "source"]);
    assert!(box_.read(PAPER).contains("`intrinsic-partial=4`"), "nobody writes what nobody bound");
}

#[test]
fn the_change_that_switches_them_off_says_what_is_compared_no_longer() {
    let box_ = cart_with(&[], "# Cart\n\n`json` is intrinsic-partial.\n");
    box_.sync(&["docs", "sync"]);
    commit(&box_, "2026-01-10", "Build the cart");
    let settings = box_.read(SETTINGS);
    box_.write(SETTINGS, format!("[docs]\ndefaults = false\n{settings}"));
    let (code, claims) = check(&box_, &[]);
    assert!(code == 3 && claims.iter().any(|it| it["code"] == "DOC005" && why(it).contains("module.json.status")));
    configure(&box_, "[[docs.dropped]]\npath = \"**\"\nreason = \"bound by hand from now on\"\n");
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    commit(&box_, "2026-01-11", "Bind by hand");
    box_.write(SETTINGS, box_.read(SETTINGS).split("[[docs.dropped]]").next().unwrap());
    assert_eq!(wrong(&box_, &[]), (0, vec![]), "and no later one does");
}

#[test]
fn what_stands_above_the_lists_of_the_audit_is_compared_with_the_checker_and_the_settings() {
    const CHECKER: &str = "tools/check_stdlib_intrinsics.py";
    let box_ = cart_with(&[], "# Cart\n");
    let right = box_.read(DOCUMENT);
    let title = |text: &str| text.lines().find(|it| it.starts_with("### P1")).unwrap()[4..].to_owned();
    let names = |number: usize| -> String {
        let queue = right.split("### P").nth(number).unwrap().split("\n## ").next().unwrap();
        let names = queue.lines().filter_map(|it| it.strip_prefix("- `")?.split('`').next());
        names.map(|it| format!("\"{it}\", ")).collect()
    };
    let heads: Vec<&str> = right.lines().filter(|it| it.starts_with("### ")).collect();
    let queues: String = (1..=3).map(|it| format!("    (\"{}\", ({})),\n", &heads[it - 1][4..], names(it))).collect();
    let lists: String = heads[3..].iter().map(|it| format!("lines.append(\"{it}\")\n")).collect();
    box_.write(CHECKER, format!("PRIORITY_LOWERING_QUEUES: tuple = (\n{queues})\nlines = []\n{lists}"));
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    for (from, to, words) in [
        ("- `select`: ".to_owned(), "- `selects`: ".to_owned(), "has `select`"),
        (format!("### {}", title(&right)), "### P7".to_owned(), "calls that queue"),
        (heads[5].to_owned(), heads[5].to_owned() + " and more", "heads that list"),
        (heads[3].to_owned(), "### 3 modules are done".to_owned(), "it says 3, and 0 modules are below it"),
    ] {
        assert!(right.contains(&from), "{from}");
        box_.write(DOCUMENT, right.replacen(&from, &to, 1));
        let (code, claims) = check(&box_, &[]);
        let found = claims.iter().any(|it| it["kind"] == "audit" && it["path"] == DOCUMENT && why(it).contains(words));
        assert!(code == 3 && found, "{to}: {claims:#?}");
    }
    box_.write(DOCUMENT, right);
    configure(&box_, "[gates]\nqueues = [[\"json\"]]\n");
    let (_, claims) = check(&box_, &[]);
    assert!(claims.iter().any(|it| why(it).contains("molt-sync.toml has `json`")), "{claims:#?}");
}

#[test]
fn the_options_of_any_script_that_a_manual_calls_have_to_be_there() {
    let box_ = cart_with(&[], "# Cart\n");
    let script = |more: &str| {
        format!(
            "import argparse\n\n\ndef main():\n    parser = argparse.ArgumentParser()\n    parser.add_argument('--write', action='store_true')\n{more}"
        )
    };
    box_.write("tools/paint.py", script(""));
    box_.write("tools/mend.py", script("    parser.parse_known_args()\n"));
    let manual = |line: &str| box_.write("docs/OPERATIONS.md", format!("# Operations\n\n```bash\n{line}\n```\n"));
    for line in [
        "python3 tools/paint.py --write",
        "python3 tools/paint.py --wr --help",
        "uv run --python 3.12 python3 tools/paint.py --write | grep --color x",
        "python3 tools/mend.py --anything",
    ] {
        manual(line);
        assert_eq!(wrong(&box_, &[]).1, [""; 0], "{line}");
    }
    for (line, words) in [
        ("python3 tools/paint.py --wrote", "tools/paint.py has no option --wrote"),
        ("uv run python3 tools/paint.py --write --colour=red", "tools/paint.py has no option --colour"),
    ] {
        manual(line);
        let claim = only(&box_, 3, &[]);
        assert!(text(&claim, "code") == "DOC015" && why(&claim).contains(words), "{claim:#}");
    }
}

#[test]
fn a_command_is_judged_where_one_is_told_to_run_it() {
    let box_ = cart_with(&[], "# Cart\n");
    let found = |text: &str| {
        box_.write(PAPER, format!("# Cart\n\n{text}\n"));
        wrong(&box_, &[PAPER]).1.len()
    };
    for text in [
        "The command `molt-sync lint` is gone.",
        "`molt-sync lint` was renamed to `molt-sync gates`.",
        "Never run `molt-sync gates --bogus`.",
        "Use `molt-sync gates` (not `molt-sync lint`).",
        "```console\n$ molt-sync lint\nerror: unrecognized subcommand 'lint'\n```",
        "## History\n\n```sh\nmolt-sync lint\n```",
        "```\nmolt-sync 0.1.0\n```",
    ] {
        assert_eq!(found(text), 0, "{text}");
    }
    for text in [
        "When the check fails, run `molt-sync lint`.",
        "## Verify the archive\n\nRun `molt-sync lint`.",
        "Run `molt-sync lint`. It was so.",
        "```\n$ molt-sync gates --bogus\n```",
        "```yaml\n- run: molt-sync gates --bogus\n```",
        "```yaml\n  run: molt-sync gates --bogus\n```",
    ] {
        assert_eq!(found(text), 1, "{text}");
    }
}
