//! What the program prints, whole: the help of every command, and the results of the commands on one small workspace for people and
//! for programs. `MOLT_SYNC_PIN=1` writes the files of `tests/it/pinned/` instead of comparing with them, so that a change of wording
//! is looked at as a diff.

use std::{fs, path::PathBuf};

use molt_sync::stdlib::{ModuleKind, Union, UnionFile};
use similar::TextDiff;

use crate::support::{
    Release, Sandbox,
    tree::{Tree as _, UNION, mini},
};

/// The results that are pinned: the name of a file, and the command line in the workspace.
pub const RESULTS: &[(&str, &[&str])] = &[
    ("gates", &["gates"]),
    ("gates-json", &["gates", "--format", "json"]),
    ("gates-explain", &["gates", "explain", "ratchet"]),
    ("docs-check", &["docs", "check"]),
    ("docs-check-json", &["docs", "check", "--format", "json"]),
    ("docs-check-markdown", &["docs", "check", "--format", "markdown"]),
    ("docs-sync", &["docs", "sync", "--dry-run"]),
    ("docs-facts", &["docs", "facts"]),
    ("docs-explain", &["docs", "explain", "DOC005"]),
    ("docs-census", &["docs", "census"]),
    ("ratchet-show", &["ratchet", "show"]),
    ("ratchet-show-json", &["ratchet", "show", "--format", "json"]),
    ("trust-show", &["trust", "show"]),
    ("trust-show-json", &["trust", "show", "--format", "json"]),
    ("baseline-diff", &["baseline", "diff", "3.12", "3.13"]),
    ("baseline-diff-json", &["baseline", "diff", "3.12", "3.13", "--format", "json"]),
    ("refresh", &["refresh", "3.13.80", "--mirror", "../mirror", "--dry-run"]),
    ("refresh-json", &["refresh", "3.13.80", "--mirror", "../mirror", "--dry-run", "--format", "json"]),
    ("refresh-markdown", &["refresh", "3.13.80", "--mirror", "../mirror", "--dry-run", "--format", "markdown"]),
    ("baseline-drop", &["baseline", "drop", "3.12", "--dry-run"]),
    ("undo", &["undo"]),
    ("recover", &["recover"]),
    ("apply", &["apply", "none.json"]),
    ("no-such-series", &["refresh", "2.7"]),
    ("no-such-gate", &["gates", "explain", "ratchett"]),
    ("no-such-gate-json", &["gates", "explain", "ratchett", "--format", "json"]),
];

/// What differs from the file that is pinned under this name; nothing where the file is written.
pub fn difference(name: &str, now: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/pinned").join(format!("{name}.txt"));
    if std::env::var_os("MOLT_SYNC_PIN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, now).unwrap();
        return None;
    }
    let before = fs::read_to_string(&path).unwrap_or_default();
    (before != now).then(|| {
        let diff = TextDiff::from_lines(before.as_str(), now);
        diff.unified_diff().context_radius(2).header(&path.display().to_string(), "now").to_string()
    })
}

/// The commands that the help of `command` lists, that of `help` apart.
pub fn subcommands(help: &str) -> Vec<String> {
    let groups = [
        "Commands:",
        "Start:",
        "Keep in step:",
        "Judge the tree:",
        "Documents:",
        "Facts and plans:",
        "Trust:",
        "Others:",
    ];
    let mut is_list = false;
    let mut names = Vec::new();
    for line in help.lines() {
        is_list = if line.starts_with(' ') { is_list } else { groups.contains(&line) };
        let is_first = line.starts_with("  ") && !line.starts_with("   ");
        names.extend(
            line.split_whitespace().next().filter(|it| is_list && is_first && *it != "help").map(str::to_owned),
        );
    }
    names
}

#[test]
fn the_help_of_every_command() {
    let sandbox = Sandbox::empty();
    let mut left = vec![Vec::<String>::new()];
    let mut differences = Vec::new();
    let mut count = 0;
    while let Some(command) = left.pop() {
        let arguments: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
        let help = sandbox.run(&arguments).succeeds().out;
        left.extend(subcommands(&help).into_iter().map(|it| command.iter().cloned().chain([it]).collect()));
        let own = help.replace(sandbox.root().to_str().unwrap(), "[ROOT]");
        let name = command.iter().fold("help/molt-sync".to_owned(), |name, it| format!("{name}-{it}"));
        differences.extend(difference(&name, &own));
        count += 1;
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
    assert!(count > 30, "{count} commands were found");
}

/// A workspace that has recorded two series, and a mirror with a newer release of one, which has one module more.
pub fn workspace() -> Sandbox {
    let mut files = mini();
    let recorded = [Release::small("3.12", "3.12.80"), Release::small("3.13", "3.13.79")].map(|it| it.0);
    let known: Vec<_> = recorded.iter().map(|it| &it.facts).collect();
    let union = Union::new(&recorded, &Union::default(), &known);
    files.write(UNION, UnionFile::fresh(&union).as_bytes());
    for it in &recorded {
        files.write(&format!("baselines/{}.json", it.series), it.render().as_bytes());
    }
    let sandbox = Sandbox::of(&files);
    sandbox.publish("3.13.80", "tgz", &Release::small("3.13", "3.13.80").with("json.newer", ModuleKind::Module).tgz());
    sandbox
}

#[test]
fn the_results_on_a_small_workspace() {
    let sandbox = workspace();
    let root = sandbox.root().canonicalize().unwrap();
    let mut differences = Vec::new();
    for (name, arguments) in RESULTS {
        let arguments = [&["--now", "2026-11-26T12:00:00Z"][..], arguments].concat();
        let ended = sandbox.sync(&arguments);
        let text = format!("exit code {}\n--- stdout\n{}--- stderr\n{}", ended.code, ended.out, ended.err);
        let text = text.replace(root.to_str().unwrap(), "[ROOT]").replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
        differences.extend(difference(&format!("results/{name}"), &text));
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}
