//! What a branch is compared with: the commit that it has in common with another one, where that is one, and where the clone is long enough to
//! say so.

use crate::support::{Sandbox, tree::mini, workflow::git_in};

const BUDGET: &str = "tools/stdlib_intrinsics_ratchet.json";

/// A repository, and git in it.
fn repository(box_: Sandbox) -> (Sandbox, impl Fn(&str) -> String) {
    let place = box_.ws("");
    let git = move |arguments: &str| git_in(&place, &arguments.split(' ').collect::<Vec<_>>());
    git("init -q -b main");
    git("add -A");
    git("commit -q -m start");
    (box_, git)
}

const JUDGING: [&[&str]; 5] = [
    &["gates", "--new-only", "--base"],
    &["ratchet", "check", "--base"],
    &["scoreboard", "check", "--base"],
    &["accept", "--changed", "--base"],
    &["docs", "check", "--base"],
];

#[track_caller]
fn refused(box_: &Sandbox, base: &str, words: &str) {
    for arguments in JUDGING {
        let ended = box_.sync(&[arguments, &[base]].concat());
        assert!(ended.code == 2 && ended.err.contains(words), "{arguments:?}: {}{}", ended.out, ended.err);
    }
}

#[test]
fn of_two_commits_in_common_none_is_taken_for_the_base() {
    let (box_, git) = repository(Sandbox::with_series("3.13"));
    git("checkout -q -b words");
    git("commit -q --allow-empty -m words");
    git("checkout -q main");
    box_.write(BUDGET, "{\"max_intrinsic_partial\": 1}\n");
    git("commit -q -a -m lower");
    let lower = git("rev-parse HEAD");
    git("merge -q --no-ff -m joined words");
    // the same two are joined once more, and what main did is undone
    git("checkout -q -b undone words");
    git(&format!("merge -q -s ours -m joined {}", lower.trim()));
    refused(&box_, "main", "they have several");
    let ended = box_.sync(&["ratchet", "check", "--base", "main"]);
    assert!(ended.err.contains("hint: merge that branch into this one"), "{}", ended.err);
    // where main is merged, its last commit is what both have
    git("merge -q -m main main");
    let ended = box_.sync(&["ratchet", "check", "--base", "main"]);
    assert!(!ended.err.contains("they have several"), "{}", ended.err);
}

#[test]
fn a_commit_in_common_may_lie_behind_the_end_of_a_shallow_clone() {
    let (box_, git) = repository(Sandbox::of(&mini()));
    let old = git("rev-parse HEAD");
    box_.write(BUDGET, "{\"max_intrinsic_partial\": 1}\n");
    git("commit -q -a -m lower");
    git("checkout -q -b undone");
    for _ in 0..6 {
        git("commit -q --allow-empty -m more");
    }
    git("checkout -q -b undone2 main");
    git("reset -q --hard undone");
    git(&format!("checkout -q {} -- {BUDGET}", old.trim()));
    git("commit -q -m undo");
    // the old commit is joined, so that something is found in a clone that ends before main
    let tree = git("rev-parse HEAD^{tree}");
    let joined = git(&format!("commit-tree -m joined -p HEAD -p {} {}", old.trim(), tree.trim()));
    git(&format!("reset -q --hard {}", joined.trim()));
    let ended = box_.sync(&["ratchet", "check", "--base", "main"]);
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    let clone = box_.root().join("clone");
    let from = format!("file://{}", box_.ws("").display());
    git_in(box_.root(), &["clone", "-q", "--depth", "4", "--no-single-branch", &from, clone.to_str().unwrap()]);
    let ended = box_.sync(&["--root", clone.to_str().unwrap(), "ratchet", "check", "--base", "origin/main"]);
    assert!(ended.code == 2 && ended.err.contains("shallow"), "{}{}", ended.out, ended.err);
    // what the base leads to is the commit in common itself, whatever is older
    let ended = box_.sync(&["--root", clone.to_str().unwrap(), "ratchet", "check", "--base", "HEAD^"]);
    assert!(!ended.err.contains("shallow"), "{}{}", ended.out, ended.err);
}

#[test]
fn a_branch_that_is_called_as_the_remote_is_not_the_remote() {
    let (box_, git) = repository(Sandbox::with_series("3.13"));
    let commit = git("rev-parse HEAD");
    git("update-ref refs/remotes/origin/main HEAD");
    git("symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main");
    git("commit -q --allow-empty -m more");
    assert_eq!(box_.sync(&["ratchet", "check", "--base", "origin"]).code, 0);
    git("branch origin");
    refused(&box_, "origin", "of that name, at different commits");
    // git takes four digits of a commit for it
    let digits = &commit[..5];
    git(&format!("branch {digits}"));
    refused(&box_, digits, "looks like the first digits of a commit");
}
