//! How the program is handed out: actions that are pinned, no name of a registry that is not ours, one version everywhere.

use std::fs;

use crate::support::book::{page, pages_in, top};

/// What people and runners install from, by path.
fn texts() -> Vec<(String, String)> {
    let mut res: Vec<(String, String)> =
        [page("README.md")].into_iter().chain(pages_in("docs/src")).map(|it| (it.path, it.text)).collect();
    for path in [".github/workflows/release.yml", "action.yml", ".pre-commit-hooks.yaml", ".ci/run", "justfile"] {
        res.push((path.into(), fs::read_to_string(top().join(path)).unwrap()));
    }
    res
}

/// Whether a word says where from: a path, an address, a file.
fn is_a_place(word: &str) -> bool {
    word.contains('/') || word.contains(".whl") || word == "URL" || word == "." || word == "Cargo.toml"
}

#[test]
fn no_registry_is_asked_for_our_name() {
    for (path, text) in texts() {
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let is_ours = words.iter().any(|it| ["molt-sync", "molt_sync"].contains(it));
            let installs = ["install", "binstall", "tool", "uvx", "pipx"].iter().any(|it| words.contains(it));
            let starts = ["cargo", "pip", "uv", "uvx", "pipx"].iter().any(|it| words.first() == Some(it));
            assert!(!(is_ours && installs && starts) || words.iter().any(|it| is_a_place(it)), "{path}: {line}");
        }
    }
}

#[test]
fn every_action_is_pinned_by_its_commit() {
    let mut count = 0;
    for (path, text) in texts() {
        for (_, action) in text.lines().filter_map(|it| it.split_once("uses: ")) {
            let (_, commit) = action.split_whitespace().next().unwrap().split_once('@').unwrap();
            let is_hash = commit.len() == 40 && commit.bytes().all(|it| it.is_ascii_hexdigit());
            assert!(is_hash || commit == "FULL_HASH", "{path}: {action}");
            count += 1;
        }
    }
    assert!(count >= 8, "{count} actions");
}

#[test]
fn the_actions_are_those_of_the_generated_workflows() {
    let pinned = |text: &str| -> Vec<String> {
        let names = text.lines().filter_map(|it| it.split_once("uses: ")).map(|it| it.1.to_owned());
        names.filter(|it| it.starts_with("actions/") && it.contains(" # ")).collect()
    };
    let ours = texts().iter().flat_map(|(_, text)| pinned(text)).collect::<Vec<_>>();
    for name in ["check", "watch", "differential", "scoreboard"] {
        let theirs = fs::read_to_string(top().join(format!("docs-templates/schedulers/{name}.yml"))).unwrap();
        for action in pinned(&theirs) {
            let (name, _) = action.split_once('@').unwrap();
            let others = ours.iter().filter(|it| it.split('@').next() == Some(name));
            others.for_each(|it| assert_eq!(*it, action, "one action, one commit"));
        }
    }
}

#[test]
fn one_version_is_named() {
    let version = env!("CARGO_PKG_VERSION");
    let installing = page("docs/src/installing.md").text;
    let wheels = installing.matches("molt_sync-").count();
    assert!(wheels > 0 && installing.matches(&format!("molt_sync-{version}-py3-none-")).count() == wheels);
    let project: toml::Table = toml::from_str(&fs::read_to_string(top().join("pyproject.toml")).unwrap()).unwrap();
    assert_eq!(project["project"]["dynamic"].as_array().unwrap()[0].as_str(), Some("version"));
    let shown = project["project"]["classifiers"].as_array().unwrap();
    assert!(shown.iter().any(|it| it.as_str() == Some("Private :: Do Not Upload")), "an index would take it");
}
