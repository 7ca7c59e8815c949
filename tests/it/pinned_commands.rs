//! What every command prints, whole, for people and for programs, in one workspace with a history: what `pinned.rs` does not show yet.
//! A command that has no row here has to say why.

use std::collections::BTreeSet;

use regex::Regex;

use crate::{
    interfaces::packed_with,
    pinned::{RESULTS, difference, subcommands, workspace},
    support::{Sandbox, papers::commit},
};

/// The rows: the name of a file, and the command line in the workspace. They run one after another, in this order; each is run with
/// `--format json` too, where the command has that.
const ROWS: &[(&str, &[&str])] = &[
    ("overview", &[]),
    ("accept", &["accept", "copy", "json"]),
    ("api-show", &["api", "show", "copy", "--source", "../new.tgz"]),
    ("audit-upstream", &["audit-upstream", "--mirror", "../mirror"]),
    ("baseline-show", &["baseline", "show", "3.13"]),
    ("config-show", &["config", "show", "--origin"]),
    ("differential-compare", &["differential", "compare", "../before.json", "../after.json"]),
    ("differential-report", &["differential", "report", "../after.json"]),
    ("docs-adopt", &["docs", "adopt", "--dry-run"]),
    ("docs-bind", &["docs", "bind", "README.md:3", "union.top-level", "--dry-run"]),
    ("docs-check", &["docs", "check"]),
    ("docs-explain", &["docs", "explain", "README.md:3"]),
    ("docs-facts", &["docs", "facts", "stdlib"]),
    ("docs-resolve", &["docs", "resolve"]),
    ("gates", &["gates", "--base", "HEAD~1"]),
    ("impact", &["impact", "../old.tgz", "../new.tgz"]),
    ("landed", &["landed", "--since", "HEAD~1"]),
    ("plan", &["plan"]),
    ("plan-why", &["plan", "--why", "copy"]),
    ("ratchet-check", &["ratchet", "check", "--base", "HEAD~1"]),
    ("ratchet-lower", &["ratchet", "lower", "--dry-run"]),
    ("scoreboard-record-dry", &["scoreboard", "record", "--dry-run"]),
    // the second time the week has its row
    ("scoreboard-record", &["scoreboard", "record"]),
    ("scoreboard-badge", &["scoreboard", "badge"]),
    ("scoreboard-check", &["scoreboard", "check", "--base", "HEAD~1"]),
    ("scoreboard-except", &["scoreboard", "except", "--base", "HEAD~1", "--dry-run"]),
    ("scoreboard-html", &["scoreboard", "html", "../page.html"]),
    ("scoreboard-rollback", &["scoreboard", "rollback", "sockets"]),
    ("scoreboard-show", &["scoreboard", "show"]),
    ("stubs-check", &["stubs", "check"]),
    ("stubs-sync", &["stubs", "sync", "--dry-run"]),
    ("surface", &["surface", "copy", "--source", "../new.tgz"]),
    (
        "trust-signer",
        &[
            "trust",
            "signer",
            "3.15",
            "--identity",
            "a@example.org",
            "--issuer",
            "https://accounts.example.org",
            "--by",
            "A.",
            "--reason",
            "announced",
        ],
    ),
    ("trust-resolve", &["trust", "resolve"]),
    ("verify", &["verify", "../new.tgz"]),
    ("watch", &["watch", "--check", "--mirror", "../mirror"]),
];

/// Commands whose results are not pinned here, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("apply", "in pinned.rs"),
    ("baseline-diff", "in pinned.rs"),
    ("baseline-drop", "in pinned.rs"),
    ("baseline-verify", "it needs an interpreter"),
    ("completions", "clap prints it"),
    ("demo", "the book shows it"),
    ("differential-merge", "it prints as `differential report`"),
    ("differential-run", "it measures"),
    ("differential-vet", "it needs an interpreter"),
    ("docs-census", "in pinned.rs"),
    ("docs-sync", "in pinned.rs"),
    ("doctor", "it tells of the machine"),
    ("gates-explain", "in pinned.rs"),
    ("init", "what it writes has tests of its own"),
    ("man", "clap prints it"),
    ("ratchet-show", "in pinned.rs"),
    ("recover", "in pinned.rs"),
    ("refresh", "in pinned.rs"),
    ("schema", "it prints what every other JSON is compared with"),
    ("scoreboard-merge-driver", "it prints nothing"),
    ("trust-add", "it needs an archive of a release"),
    ("trust-show", "in pinned.rs"),
    ("undo", "in pinned.rs"),
];

/// Two results of a run, in which one test broke and one was mended.
fn results(first: &str, second: &str) -> String {
    let test = |name: &str, status: &str| {
        format!("{{\"test\": \"tests/differential/basic/{name}.py\", \"lane\": \"native\", \"status\": \"{status}\"}}")
    };
    format!("{{\"schema\": 1, \"results\": [{}, {}]}}\n", test("one", first), test("two", second))
}

/// The workspace: a history of two commits, two releases whose `copy` differs, and results of a differential run.
fn place() -> Sandbox {
    let sandbox = workspace();
    commit(&sandbox, "2026-11-01", "Begin");
    sandbox.remove("src/molt/stdlib/this.py");
    sandbox.write(
        "docs/scoreboard/exceptions/sockets.toml",
        "reason = \"the sockets are written again\"\nsigned_off_by = \"A.\"\nexpires = \"2026-12-31\"\n\n[figures]\nmissing-top-level = [\"this\"]\n\n[rollback]\nplan = \"bring the module back\"\nreverts = []\n",
    );
    sandbox.write("README.md", "# Molt\n\nThe library has 1234 top-level modules.\nAudited modules: 1234 total.\n");
    commit(&sandbox, "2026-11-02", "Go on");
    let old = [("Lib/copy.py", "def copy(x): pass\ndef gone(): pass\n")];
    let new = [
        ("Lib/copy.py", "def copy(x, *, deep=False): pass\nclass Error(Exception): pass\n"),
        (
            "Doc/library/copy.rst",
            ".. module:: copy\n\n.. function:: copy(x)\n\n   .. versionchanged:: 3.13.81\n      More.\n",
        ),
    ];
    sandbox.file("old.tgz", &packed_with("3.13.80", &old));
    sandbox.file("new.tgz", &packed_with("3.13.81", &new));
    sandbox.file("before.json", results("pass", "fail").as_bytes());
    sandbox.file("after.json", results("fail", "pass").as_bytes());
    sandbox
}

/// What a command printed, without what differs from run to run.
fn settled(sandbox: &Sandbox, text: &str) -> String {
    let root = sandbox.root().canonicalize().unwrap();
    let text = text.replace(root.to_str().unwrap(), "[ROOT]").replace(sandbox.root().to_str().unwrap(), "[ROOT]");
    let text = text.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    Regex::new(r"\b([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{9})\b").unwrap().replace_all(&text, "[DIGEST]").into_owned()
}

#[test]
fn the_results_of_every_command() {
    let sandbox = place();
    let mut differences = Vec::new();
    for (name, arguments) in ROWS {
        for format in ["human", "json"] {
            let more: &[&str] = if format == "json" { &["--format", "json"] } else { &[] };
            let ended = sandbox.sync(&[&["--now", "2026-11-26T12:00:00Z", "--offline"], *arguments, more].concat());
            let text = format!("exit code {}\n--- stdout\n{}--- stderr\n{}", ended.code, ended.out, ended.err);
            differences.extend(difference(&format!("commands/{name}.{format}"), &settled(&sandbox, &text)));
        }
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

/// Forms of a row that are what people see, and why.
const ALIKE: &[(&str, &str, &str)] = &[("docs-sync", "patch", "a dry run shows people the patch")];

/// The forms that the help of this command line lists.
fn forms(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let help = sandbox.run(&[arguments, &["--help"]].concat()).succeeds().out;
    let Some((_, rest)) = help.split_once("The form of the result on stdout: ") else { return Vec::new() };
    let list = rest.split("\n\n").next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    list.replace(" or ", ", ").split(", ").map(str::to_owned).collect()
}

#[test]
fn every_form_of_a_result_that_help_lists_is_one_of_its_own() {
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for (sandbox, rows) in [(workspace(), RESULTS), (place(), ROWS)] {
        for (name, arguments) in rows.iter().filter(|it| !it.1.contains(&"--format")) {
            let others: Vec<String> =
                forms(&sandbox, arguments).into_iter().filter(|it| !["human", "json"].contains(&it.as_str())).collect();
            let run = |more: &[&str]| sandbox.sync(&[*arguments, &["--offline"], more].concat());
            if others.is_empty() {
                continue;
            }
            let human = run(&[]);
            // an error has one form for people and one as JSON
            if human.code == 2 {
                continue;
            }
            for form in others {
                let is_alike = ALIKE.iter().any(|it| (it.0, it.1) == (*name, form.as_str()));
                if (run(&["--format", &form]).out == human.out) != is_alike {
                    wrong.push(format!("{name} --format {form}"));
                }
                seen.insert(form);
            }
        }
    }
    assert!(wrong.is_empty(), "a form that is what people see: {wrong:?}");
    assert!(seen.len() > 6, "{seen:?}");
}

#[test]
fn every_command_has_a_result_that_is_pinned() {
    let sandbox = Sandbox::empty();
    let mut left = vec![Vec::<String>::new()];
    let mut leaves = BTreeSet::new();
    while let Some(command) = left.pop() {
        let arguments: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
        let below = subcommands(&sandbox.run(&arguments).succeeds().out);
        if below.is_empty() {
            leaves.insert(command.join("-"));
        }
        left.extend(below.into_iter().map(|it| command.iter().cloned().chain([it]).collect()));
    }
    let told: BTreeSet<&str> = ROWS.iter().map(|it| it.0).chain(WITHOUT.iter().map(|it| it.0)).collect();
    let untold: Vec<&String> = leaves.iter().filter(|it| !it.is_empty() && !told.contains(it.as_str())).collect();
    assert!(leaves.len() > 50 && untold.is_empty(), "of {}: {untold:?}", leaves.len());
}
