//! Submodules in the workspace: git knows a commit of each and none of its files, so that what was there at the base is not known, and a
//! comparison with it is refused.

use std::fs;

use crate::support::{Sandbox, workflow::git_in};

const MODULE: &str = "src/molt/stdlib/importlib";

/// A workspace of which this folder is a repository of its own, tagged `base`.
fn with_submodule(folder: &str) -> Sandbox {
    let box_ = Sandbox::with_series("3.13");
    box_.write("docs/notes/plan.md", "# Plan\n");
    let place = box_.ws(folder);
    fs::create_dir_all(&place).unwrap();
    for (dir, message) in [(place.as_path(), "inside"), (&box_.ws(""), "around")] {
        git_in(dir, &["init", "-q", "-b", "main"]);
        git_in(dir, &["add", "-A"]);
        git_in(dir, &["commit", "-q", "--allow-empty", "-m", message]);
    }
    git_in(&box_.ws(""), &["tag", "base"]);
    assert!(git_in(&box_.ws(""), &["ls-files", "--stage"]).contains("160000"), "it is a repository of its own");
    box_
}

#[test]
fn nothing_is_compared_with_what_lies_in_another_repository() {
    let judging: [&[&str]; 5] = [
        &["gates", "--base", "base", "--new-only"],
        &["ratchet", "check", "--base", "base"],
        &["scoreboard", "check", "--base", "base"],
        &["accept", "--changed", "--base", "base"],
        &["docs", "check", "--base", "base"],
    ];
    for folder in ["tools", MODULE, "src/molt", "baselines", "tools/molt-sync/stubs"] {
        let box_ = with_submodule(folder);
        for args in judging {
            // a module that lay in another repository is a new one to the gates
            if folder == MODULE && args[0] == "gates" {
                continue;
            }
            let ended = box_.sync(args);
            assert_eq!(ended.code, 2, "{folder}: {args:?}: {}{}", ended.out, ended.err);
            assert!(
                ended.err.contains(&format!("{folder} is another repository")),
                "{folder}: {args:?}: {}{}",
                ended.out,
                ended.err
            );
        }
        // also where it was one at the base alone
        fs::remove_dir_all(box_.ws(folder).join(".git")).unwrap();
        git_in(&box_.ws(""), &["rm", "-q", "--cached", folder]);
        git_in(&box_.ws(""), &["add", "-A"]);
        git_in(&box_.ws(""), &["commit", "-q", "-m", "plain files"]);
        let ended = box_.sync(judging[1]);
        assert_eq!(ended.code, 2, "{folder}: {}{}", ended.out, ended.err);
    }
}

#[test]
fn documents_of_another_repository_are_not_compared_and_others_are() {
    let check: &[&str] = &["docs", "check", "--base", "base"];
    let box_ = with_submodule("docs/notes");
    let ended = box_.sync(check);
    assert!(ended.code == 2 && ended.err.contains("docs/notes is another repository"), "{}{}", ended.out, ended.err);
    // where no document can lie, and nothing else that is compared, there is nothing to say
    let box_ = with_submodule("third_party/zlib");
    for args in [check, &["gates", "--base", "base"], &["ratchet", "check", "--base", "base"]] {
        let ended = box_.sync(args);
        assert!(!ended.err.contains("another repository"), "{args:?}: {}{}", ended.out, ended.err);
    }
}
