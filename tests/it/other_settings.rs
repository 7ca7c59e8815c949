//! A branch that changes the settings, and what it is compared with: the base is what its own settings say that it was.

use serde_json::Value;

use crate::{
    gates_command::{TRY, json, module},
    support::{
        Sandbox,
        papers::{NUMBERS, PAPER, SETTINGS, cart, cart_with, check, commit, configure, git_on, numbers},
        tree::{DOCUMENT, LOAD, RATCHET, STD, mini},
    },
};

const DAY: &str = "2026-01-10";
const CHECK: [&str; 4] = ["ratchet", "check", "--base", "main"];

/// Something that a branch does.
type Change<'a> = &'a dyn Fn(&Sandbox);

/// The small tree with these settings, committed, and a branch of it.
fn branch(settings: &str) -> Sandbox {
    let box_ = Sandbox::of(&mini());
    if !settings.is_empty() {
        box_.write(SETTINGS, settings);
    }
    fork(box_)
}

fn fork(box_: Sandbox) -> Sandbox {
    commit(&box_, DAY, "Start");
    git_on(&box_, DAY, &["switch", "-q", "-c", "branch"]);
    box_
}

fn budget(box_: &Sandbox, path: &str, budget: u32) {
    box_.write(path, format!("{{\"max_intrinsic_partial\": {budget}}}\n"));
}

fn sign_off(box_: &Sandbox, path: &str, (before, after): (u32, u32), by: &str, reason: &str) {
    let text = format!(
        "gate = \"intrinsic-partial-ratchet\"\nsigned_off_by = \"{by}\"\nreason = \"{reason}\"\nbudget_before = {before}\nbudget_after = {after}\n"
    );
    box_.write(path, text);
}

#[test]
fn a_budget_that_lies_elsewhere_is_not_new() {
    let own = "[paths]\nratchet = \"tools/own.json\"\n";
    let rows: [(&str, &str, Change<'_>, i32, &str); 6] = [
        (
            "moved and raised",
            "",
            &|it| {
                it.remove(RATCHET);
                it.write(SETTINGS, "[paths]\nratchet = \"tools/b.json\"\n");
                budget(it, "tools/b.json", 30);
            },
            1,
            "rose from 26 to 30",
        ),
        (
            "moved as it is",
            "",
            &|it| {
                it.remove(RATCHET);
                it.write(SETTINGS, "[paths]\nratchet = \"tools/b.json\"\n");
                budget(it, "tools/b.json", 26);
            },
            0,
            "each is judged by its own: paths.ratchet\n",
        ),
        ("the settings go", own, &|it| it.remove(SETTINGS), 1, "rose from 20 to 26"),
        ("the other file is named", own, &|it| it.write(SETTINGS, "\n"), 1, "paths.ratchet"),
        ("settings that cannot be read", "[paths\n", &|it| it.remove(SETTINGS), 2, "cannot read molt-sync.toml of "),
        ("settings of another version", "[paths]\nfuture = \"x\"\n", &|it| it.remove(SETTINGS), 2, "unknown field"),
    ];
    for (name, settings, change, code, words) in rows {
        let box_ = Sandbox::of(&mini());
        if !settings.is_empty() {
            box_.write(SETTINGS, settings);
        }
        budget(&box_, "tools/own.json", 20);
        let box_ = fork(box_);
        change(&box_);
        commit(&box_, DAY, "Change");
        let ended = box_.sync(&CHECK);
        assert_eq!(ended.code, code, "{name}: {}{}", ended.out, ended.err);
        assert!(format!("{}{}", ended.out, ended.err).contains(words), "{name}: {}{}", ended.out, ended.err);
    }
}

#[test]
fn settings_that_are_named_and_lie_in_the_tree_are_the_branch_s_too() {
    let box_ = Sandbox::of(&mini());
    box_.write("ci/settings.toml", "[paths]\nratchet = \"tools/own.json\"\n");
    budget(&box_, "tools/own.json", 20);
    let box_ = fork(box_);
    box_.write("ci/settings.toml", format!("[paths]\nratchet = \"{RATCHET}\"\n"));
    let named = box_.ws("ci/settings.toml");
    let check = [&["--config", named.to_str().unwrap()], &CHECK[..]].concat();
    box_.refuses(&check, 1, &["rose from 20 to 26", "paths.ratchet"]);
    // those from elsewhere are whoever runs it, and count for both sides
    let given = box_.file("given.toml", b"[paths]\nratchet = \"tools/own.json\"\n");
    let given = box_.root().join(given);
    box_.sync(&[&["--config", given.to_str().unwrap()], &CHECK[..]].concat()).succeeds().says("is 20, as it was");
}

#[test]
fn a_workspace_that_goes_into_a_folder_is_no_new_one() {
    let box_ = branch("");
    let names = git_on(&box_, DAY, &["ls-tree", "--name-only", "HEAD"]);
    std::fs::create_dir(box_.ws("inner")).unwrap();
    for name in names.lines() {
        git_on(&box_, DAY, &["mv", name, "inner"]);
    }
    budget(&box_, &format!("inner/{RATCHET}"), 30);
    commit(&box_, DAY, "Move");
    let ended = box_.run_at("inner", &CHECK);
    assert_eq!(ended.code, 3, "{}{}", ended.out, ended.err);
    assert!(ended.err.contains("its workspace is"), "{}", ended.err);
}

#[cfg(unix)]
#[test]
fn what_is_a_link_at_the_base_is_not_absent() {
    for (file, settings) in
        [(SETTINGS, "[paths]\nratchet = \"tools/own.json\"\n"), (RATCHET, "{\"max_intrinsic_partial\": 20}")]
    {
        let box_ = Sandbox::of(&mini());
        box_.write("elsewhere", settings);
        drop(std::fs::remove_file(box_.ws(file)));
        std::os::unix::fs::symlink(box_.ws("elsewhere"), box_.ws(file)).unwrap();
        let box_ = fork(box_);
        box_.remove(file);
        budget(&box_, RATCHET, 30);
        box_.refuses(&CHECK, 2, &[&format!("cannot read {file} of "), "not a plain file"]);
    }
}

#[test]
fn a_sign_off_that_was_used_up_is_not_believed_again() {
    let old = "docs/scoreboard/exceptions/old.toml";
    let moved = "[paths]\nexceptions = \"docs/signed\"\n";
    let rows: [(&str, Change<'_>, bool); 9] = [
        ("nothing", &|_| (), false),
        (
            "in other marks",
            &|it| sign_off(it, "docs/scoreboard/exceptions/b.toml", (26, 30), "The-Maintainer.", "x"),
            false,
        ),
        (
            "its keys in another order, with others",
            &|it| {
                let text = "# new\nbudget_after = 30\nreason = \"x\"\nsigned_off_by = \"THE\u{a0}maintainer\"\nbudget_before = 26\nmore = 1\ngate = \"intrinsic-partial-ratchet\"\n";
                it.write("docs/scoreboard/exceptions/b.toml", text);
            },
            false,
        ),
        (
            "the folder moves",
            &|it| {
                it.write(SETTINGS, moved);
                it.write("docs/signed/old.toml", it.read(old));
                it.remove(old);
            },
            false,
        ),
        (
            "it moves, under another name",
            &|it| {
                it.write(SETTINGS, moved);
                it.write("docs/signed/new.toml", it.read(old));
            },
            false,
        ),
        (
            "in a folder of the folder, in other words",
            &|it| {
                sign_off(it, "docs/scoreboard/exceptions/a/b.toml", (26, 30), " the  MAINTAINER", "another reason");
            },
            false,
        ),
        ("its own file says something else", &|it| sign_off(it, old, (26, 40), "Eve", "x"), false),
        ("another person signs", &|it| sign_off(it, "docs/scoreboard/exceptions/b.toml", (26, 30), "Bob", "x"), true),
        (
            "for another growth",
            &|it| {
                sign_off(it, "docs/scoreboard/exceptions/b.toml", (26, 31), "The Maintainer", "x");
            },
            true,
        ),
    ];
    for (name, change, is_fine) in rows {
        let box_ = Sandbox::of(&mini());
        sign_off(&box_, old, (26, 30), "The Maintainer", "3.14");
        let box_ = fork(box_);
        budget(&box_, RATCHET, 30);
        change(&box_);
        let ended = box_.sync(&CHECK);
        assert_eq!(ended.code, i32::from(!is_fine), "{name}: {}{}", ended.out, ended.err);
    }
}

#[test]
fn many_sign_offs_are_taken_in_order_and_too_many_are_refused() {
    let box_ = branch("");
    let folder = "docs/scoreboard/exceptions";
    // the one that comes last by its name is the first that fits
    for n in 0..1500_u32 {
        sign_off(&box_, &format!("{folder}/{:05}.toml", 9999 - n), (26 + n, 27 + n), "Ann", "x");
    }
    budget(&box_, RATCHET, 1526);
    box_.sync(&CHECK).succeeds().says("the budget rose from 26 to 1526").says("1525 to 1526, Ann: x");
    budget(&box_, RATCHET, 1527);
    box_.refuses(&CHECK, 1, &["of which 1500 are signed for"]);
    for n in 0..8501 {
        box_.write(&format!("{folder}/x{n}.toml"), "");
    }
    box_.refuses(&CHECK, 2, &["there are 10001 sign-offs in it", "hint: delete those"]);
}

/// What counts in the documents, as `CODE path`, with the exit code.
fn new(box_: &Sandbox) -> (bool, Vec<String>) {
    let (code, claims) = check(box_, &["--base", "main", "--new-only"]);
    let counted = claims.iter().filter(|it| !it["code"].is_null() && it["old"] == false);
    let text = |it: &Value, key: &str| it[key].as_str().unwrap().to_owned();
    (code == 0, counted.map(|it| format!("{} {}", text(it, "code"), text(it, "path"))).collect())
}

#[test]
fn a_truth_that_moves_with_its_settings_is_not_old() {
    let partial = "# Modules\n\nThere are 26 `intrinsic-partial` modules.\n";
    let counted = || {
        let box_ = cart();
        box_.write("docs/COUNT.md", partial);
        document(&box_);
        fork(box_)
    };
    // the numbers lie elsewhere, and say something else
    let box_ = fork(cart_with(&["the cart has {cart.wheels} wheels"], "# Cart\n\nToday the cart has 12 wheels.\n"));
    box_.write("tools/other.json", box_.read(NUMBERS).replace("12", "7"));
    box_.write(
        SETTINGS,
        box_.read(SETTINGS).replace("json:tools/numbers.json#/wheels", "json:tools/other.json#/wheels"),
    );
    let (is_fine, found) = new(&box_);
    assert!(!is_fine && found.iter().any(|it| it.ends_with(PAPER)), "{found:?}");
    // the tree lies elsewhere, with one module less
    let box_ = counted();
    assert_eq!(new(&box_), (true, vec![]));
    git_on(&box_, DAY, &["mv", STD, "lib"]);
    configure(&box_, "\n[paths]\nstdlib = \"lib\"\n");
    document(&box_);
    assert_eq!(new(&box_), (true, vec![]), "moved as it is");
    box_.remove("lib/this.py");
    let (is_fine, found) = new(&box_);
    assert!(!is_fine && found.iter().any(|it| it.ends_with("docs/COUNT.md")), "{found:?}");
    let (_, report) = json(&box_, &["docs", "check", "--base", "main", "--new-only"]);
    assert_eq!(report["compared"]["settings_differ"], serde_json::json!(["paths.stdlib"]), "{report:#}");
}

/// Brings the audit document in step.
fn document(box_: &Sandbox) {
    box_.sync(&["docs", "sync", "--allow-dirty", "**"]);
}

#[test]
fn a_number_that_must_not_rise_does_not_rise_by_moving() {
    let box_ = cart();
    configure(&box_, "\n[[docs.invariant]]\nexpr = \"nonincreasing(cart.wheels)\"\nwhy = \"no more\"\n");
    let box_ = fork(box_);
    numbers(&box_, 15);
    let is_told = |box_: &Sandbox| {
        let (code, claims) = check(box_, &["--base", "main"]);
        code != 0 && claims.iter().any(|it| it["kind"] == "invariant" && !it["code"].is_null())
    };
    assert!(is_told(&box_));
    git_on(&box_, DAY, &["mv", NUMBERS, "tools/other.json"]);
    box_.write(SETTINGS, box_.read(SETTINGS).replace(NUMBERS, "tools/other.json"));
    assert!(is_told(&box_));
}

#[test]
fn a_lie_is_new_under_other_rules_and_what_was_old_stays_old_where_it_moves() {
    let check = ["gates", "--base", "main", "--new-only"];
    // the audit document says something else, and the branch says that other rules count
    for more in ["[audit]\ndialect = \"2026-08\"\n", "[gates]\nqueues = []\n", "[paths]\naudit = \"docs/AUDIT.md\"\n"] {
        let box_ = branch("");
        box_.sync(&check).succeeds();
        let lie = box_.read(DOCUMENT).replacen("26", "0", 1);
        box_.write(DOCUMENT, &lie);
        box_.write("docs/AUDIT.md", &lie);
        box_.write(SETTINGS, more);
        let ended = box_.sync(&check);
        assert!(ended.code == 1 && ended.out.contains("audit-document-current"), "{more}: {}{}", ended.out, ended.err);
        assert!(ended.out.contains("this branch has other settings than its base"), "{}", ended.out);
        let (_, report) = json(&box_, &check);
        assert_eq!(report["settings_differ"].as_array().unwrap().len(), 1, "{more}");
    }
    let box_ = Sandbox::of(&mini());
    module(&box_, "this.py", format!("{LOAD}{TRY}"));
    let box_ = fork(box_);
    git_on(&box_, DAY, &["mv", STD, "lib"]);
    box_.write(SETTINGS, "[paths]\nstdlib = \"lib\"\n");
    box_.sync(&check).succeeds().says("compared with main: 1 of all findings are old");
    box_.write("lib/colorsys.py", format!("{LOAD}{TRY}"));
    assert_eq!(box_.sync(&check).code, 1);
}

#[test]
#[cfg(unix)]
fn settings_that_a_branch_makes_a_link_are_those_of_the_base() {
    for target in ["../.git/info/exclude", "/dev/null", "../other.toml"] {
        let box_ = Sandbox::of(&mini());
        box_.write("ci/ms.toml", "[paths]\nratchet = \"tools/own.json\"\n");
        budget(&box_, "tools/own.json", 26);
        box_.remove(RATCHET);
        let box_ = fork(box_);
        budget(&box_, RATCHET, 9999);
        box_.write("other.toml", "");
        box_.remove("ci/ms.toml");
        std::os::unix::fs::symlink(target, box_.ws("ci/ms.toml")).unwrap();
        git_on(&box_, DAY, &["add", "-A"]);
        let ended = box_.sync(&[&["--config", "ci/ms.toml"], &CHECK[..]].concat());
        assert!(ended.code != 0 && !ended.out.contains("is new"), "{target}: {}{}", ended.out, ended.err);
    }
}

#[test]
fn a_copy_of_a_sign_off_signs_for_nothing_more() {
    let box_ = branch("");
    budget(&box_, RATCHET, 28);
    let folder = "docs/scoreboard/exceptions";
    sign_off(&box_, &format!("{folder}/a.toml"), (26, 27), "A. Tester", "one");
    box_.refuses(&CHECK, 1, &["rose from 26 to 28", "1 are signed for"]);
    sign_off(&box_, &format!("{folder}/b.toml"), (26, 27), "A.  Tester", "One");
    box_.refuses(&CHECK, 1, &["rose from 26 to 28", "1 are signed for", "is a copy of another one"]);
    for text in [
        "# new\nbudget_after = 27\nreason = \"One.\"\nsigned_off_by = \"a tester\"\nbudget_before = 26\ngate = \"intrinsic-partial-ratchet\"\n",
        "budget_before = 26\nbudget_after = 27\nmore = 1\nsigned_off_by = 'A. Tester'\nreason = 'one'\ngate = \"intrinsic-partial-ratchet\"\n",
    ] {
        box_.write(&format!("{folder}/b.toml"), text);
        box_.refuses(&CHECK, 1, &["is a copy of another one"]);
    }
    // two branches that each grew have each signed for theirs
    sign_off(&box_, &format!("{folder}/b.toml"), (26, 27), "A. Tester", "another one");
    box_.sync(&CHECK).succeeds();
}

#[test]
fn a_branch_that_is_called_as_the_first_digits_of_a_commit_is_not_taken_for_it() {
    let box_ = branch("");
    let before = crate::changes::git(&box_, &["rev-parse", "HEAD"]);
    budget(&box_, RATCHET, 28);
    commit(&box_, DAY, "Raise");
    for digits in [&before[..9], &before[..7]] {
        let check = ["ratchet", "check", "--base", digits];
        box_.refuses(&check, 1, &["rose from 26 to 28"]);
        git_on(&box_, DAY, &["branch", digits, "HEAD"]);
        let ended = box_.sync(&check);
        assert!(ended.code == 2 && ended.err.contains("looks like the first digits of a commit"), "{}", ended.err);
        git_on(&box_, DAY, &["branch", "-D", digits]);
    }
}

#[test]
fn a_tag_that_is_called_as_the_base_is_not_taken_for_it() {
    let box_ = branch("");
    budget(&box_, RATCHET, 28);
    commit(&box_, DAY, "Raise");
    box_.refuses(&CHECK, 1, &["rose from 26 to 28"]);
    git_on(&box_, DAY, &["tag", "main"]);
    for command in
        [&CHECK[..], &["gates", "--base", "main"], &["gates", "--base", "main~0"], &["landed", "--since", "main"]]
    {
        let ended = box_.sync(command);
        assert!(
            ended.code != 0 && ended.err.contains("there are several tags, branches or remotes of that name"),
            "{}",
            ended.err
        );
    }
    git_on(&box_, DAY, &["tag", "-f", "main", "refs/heads/main"]);
    box_.refuses(&CHECK, 1, &["rose from 26 to 28"]);
}

#[test]
fn that_the_settings_differ_is_told_in_every_form() {
    let said = "this branch has other settings than its base, and each is judged by its own: ";
    let moves: [(Change<'_>, &str); 2] = [
        (&|it| configure(it, "[paths]\nstub_templates = \"x\"\n"), "paths.stub_templates"),
        (
            &|it| configure(it, "[acceptance]\nloops = 999\n[gates]\nexempt-prefixes = [\"zz\"]\n"),
            "gates.exempt-prefixes, acceptance",
        ),
    ];
    for (change, keys) in moves {
        let box_ = fork(cart());
        change(&box_);
        module(&box_, "this.py", "def f():\n    return 1\n");
        let said = format!("{said}{keys}");
        for command in [
            &["docs", "check", "--base", "main", "--new-only"][..],
            &["gates", "--base", "main", "--new-only"],
            &["scoreboard", "check", "--base", "main"],
            &["accept", "--changed", "--base", "main"],
        ] {
            let forms: &[&str] = match command[0] {
                "docs" => &["human", "json", "github", "markdown", "sarif", "junit"],
                "gates" => &["human", "json", "github", "sarif", "junit"],
                "accept" => &["human", "json", "markdown", "junit"],
                _ => &["human", "json", "github", "markdown"],
            };
            for form in forms {
                let ended = box_.sync(&[command, &["--format", form]].concat());
                let is_told = if *form == "json" {
                    keys.split(", ").all(|it| ended.out.contains(it)) && ended.out.contains("settings_differ")
                } else {
                    ended.out.contains(&said)
                };
                assert!(is_told, "{command:?} {form}: {}{}", ended.out, ended.err);
            }
        }
    }
}

#[test]
fn bindings_and_templates_of_a_branch_s_own_are_told_by_docs_check() {
    let box_ = fork(cart_with(&["the cart has {cart.wheels} wheels"], "# Cart\n\nToday the cart has 12 wheels.\n"));
    let told = |args: &[&str]| {
        let (_, report) = json(&box_, &[&["docs", "check"], args].concat());
        report["compared"]["settings_differ"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it.as_str().unwrap().to_owned())
            .collect::<Vec<String>>()
    };
    let nothing: Vec<String> = Vec::new();
    assert_eq!(told(&["--base", "main"]), nothing);
    box_.write("docs/bindings.toml", box_.read("docs/bindings.toml") + "\n# words\n");
    let own = "tools/molt-sync/docs-templates/stdlib-status.md.j2";
    box_.write(own, "Nothing.\n");
    assert_eq!(told(&["--base", "main"]), ["docs/bindings.toml", own]);
    // the last commit is nobody else's
    assert_eq!(told(&[]), nothing);
    commit(&box_, DAY, "Change");
    box_.remove(own);
    assert_eq!(told(&["--base", "HEAD"]), [own]);
}

#[test]
fn where_the_audit_document_is_taken_from_is_said_where_that_is_not_the_setting() {
    const LATER: &str = "docs/spec/areas/compat/surfaces/stdlib/stdlib_intrinsics_audit.generated.md";
    let sandbox = Sandbox::with_series("3.13");
    let asked = |note: bool, path: &str| {
        let ended = sandbox.sync(&["config", "show", "--origin"]);
        assert!(ended.code == 0 && ended.out.contains("paths.audit = "), "{}", ended.out);
        assert_eq!(ended.err.contains(&format!("{LATER} is taken for paths.audit")), note, "{}", ended.err);
        let facts = sandbox.sync(&["docs", "facts", "path.audit"]);
        assert!(facts.out.contains(path), "{}{}", facts.out, facts.err);
    };
    sandbox.write(LATER, sandbox.read(DOCUMENT));
    asked(false, DOCUMENT);
    sandbox.remove(DOCUMENT);
    asked(true, LATER);
}
