//! What stands in a tree and is not looked into: a link to a folder, another repository.
#![cfg(unix)]

use std::os::unix::fs::symlink;

use crate::{
    gates_command::json,
    support::{
        Sandbox,
        papers::{cart_with, commit, git_on},
        tree::{LOAD, STD, mini},
    },
};

const DAY: &str = "2026-01-10";

/// The places that the gate of readable modules tells.
fn told(box_: &Sandbox) -> Vec<String> {
    let (_, report) = json(box_, &["gates"]);
    let gate = report["gates"].as_array().unwrap().iter().find(|it| it["id"] == "source").unwrap();
    gate["findings"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_behind_a_link_or_in_another_repository_is_told() {
    let box_ = Sandbox::of(&mini());
    box_.write("x/__init__.py", LOAD);
    box_.write("notes.txt", "x");
    assert_eq!(told(&box_), [""; 0]);
    let link = |target: &str, name: &str| symlink(target, box_.ws(&format!("{STD}/{name}"))).unwrap();
    link("../../../notes.txt", "NOTES");
    std::fs::create_dir(box_.ws(&format!("{STD}/empty"))).unwrap();
    assert_eq!(told(&box_), [""; 0], "a link to a file, and a folder that git does not know");
    link("../../../x", "inside");
    link("/", "outside");
    link("nowhere", "json/dangling");
    let all = ["inside", "json/dangling", "outside"].map(|it| format!("{STD}/{it}"));
    assert_eq!(told(&box_), all);
    box_.sync(&["gates", "--only", "source"]).says("a link stands there that leads to no file of the workspace");
    // Molt's checker does not look there, and does not stop
    box_.sync(&["gates", "--molt-order"]).succeeds().says("stdlib intrinsics lint: ok\n");
    for it in &all {
        box_.remove(it);
    }
    commit(&box_, DAY, "Start");
    let head = git_on(&box_, DAY, &["rev-parse", "HEAD"]);
    let entry = format!("160000,{},{STD}/empty", head.trim());
    git_on(&box_, DAY, &["update-index", "--add", "--cacheinfo", &entry]);
    assert_eq!(told(&box_), [format!("{STD}/empty")]);
    let ended = box_.sync(&["gates", "--base", "main", "--new-only"]);
    assert!(ended.code == 1 && ended.out.contains("another repository stands there"), "{}{}", ended.out, ended.err);
}

#[test]
fn documents_behind_links_are_told() {
    let box_ = cart_with(&[], "# Cart\n");
    let unread = || {
        let (_, report) = json(&box_, &["docs", "check"]);
        report["not_looked_at"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(unread(), [""; 0]);
    box_.write("elsewhere/A.md", "# A\n");
    symlink("../elsewhere", box_.ws("docs/folder")).unwrap();
    symlink("PAPER.md", box_.ws("docs/LINK.md")).unwrap();
    symlink("docs/PAPER.md", box_.ws("TOP.md")).unwrap();
    symlink("../tools/numbers.json", box_.ws("docs/numbers.json")).unwrap();
    let mut found = unread();
    found.sort();
    assert_eq!(found, ["TOP.md is a link", "docs/LINK.md is a link", "docs/folder is a link"]);
    box_.sync(&["docs", "check"]).says("not looked at: docs/folder is a link\n");
}
