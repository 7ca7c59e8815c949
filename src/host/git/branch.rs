//! The branches that the watcher keeps. Which commit of one is its own is written down beside the branch, as a ref: what
//! hooks, settings and clocks made of the commit does not matter, and whatever else the branch holds is a person's.

use std::path::Path;

use super::{GitError, commit, git, have_git};

/// The commit that a branch is at; none where there is no such branch.
pub fn branch_tip(root: &Path, branch: &str) -> Result<Option<String>, GitError> {
    read(root, &heads(branch))
}

/// The commit that a branch of the remote `origin` was at when it was last fetched; none where there was no such branch.
pub fn fetched_tip(root: &Path, branch: &str) -> Result<Option<String>, GitError> {
    read(root, &format!("refs/remotes/origin/{branch}"))
}

/// Whether git takes a name for that of a branch.
pub fn is_branch_name(root: &Path, name: &str) -> Result<bool, GitError> {
    match git(root, "judge the name of a branch", &["check-ref-format", "--branch", name], None) {
        // `@{-1}` is understood as a name, and is another's; `@` and the full name of a commit are never taken for a branch again
        Ok(said) => Ok(String::from_utf8_lossy(&said).trim_end() == name && name != "@" && !is_object_name(name)),
        Err(GitError::Failed { why, .. }) if why.contains("not a valid") => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_object_name(name: &str) -> bool {
    matches!(name.len(), 40 | 64) && name.bytes().all(|it| it.is_ascii_hexdigit())
}

/// The branch that keeps one of that name from being made: itself, one that it would lie below, or one that lies below it.
pub fn in_the_way(root: &Path, name: &str) -> Result<Option<String>, GitError> {
    let said = git(root, "look for a branch", &["for-each-ref", "--format=%(refname)", "refs/heads/"], None)?;
    let said = String::from_utf8_lossy(&said);
    let is_below = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
    let mut there = said.lines().filter_map(|it| it.strip_prefix("refs/heads/"));
    let found = there.find(|it| *it == name || is_below(it, name) || is_below(name, it));
    Ok(found.map(str::to_owned))
}

/// The commit that [`note_own`] wrote down.
pub fn own_tip(root: &Path, branch: &str) -> Result<Option<String>, GitError> {
    read(root, &own(branch))
}

/// Writes down that the program itself made this commit of a branch.
pub fn note_own(root: &Path, branch: &str, tip: &str) -> Result<(), GitError> {
    have_git(root, &format!("write down the commit of {branch}"), &["update-ref", &own(branch), tip], None).map(drop)
}

/// Whether a commit is part of the present one.
pub fn is_in(root: &Path, tip: &str) -> Result<bool, GitError> {
    let what = "compare a branch with the present commit";
    let head = commit(root, "HEAD")?;
    // counted, because the command that answers with its code cannot say that it failed
    let count = git(root, what, &["rev-list", "--count", "--max-count=1", tip, &format!("^{head}")], None)?;
    Ok(String::from_utf8_lossy(&count).trim() == "0")
}

/// A branch that has a commit; none where there is no such branch.
pub fn branch_with(root: &Path, commit: &str) -> Result<Option<String>, GitError> {
    let contains = format!("--contains={commit}");
    let arguments = ["for-each-ref", "--count=1", &contains, "--format=%(refname:strip=2)", "refs/heads/"];
    let said = git(root, "look for a branch", &arguments, None)?;
    Ok(String::from_utf8_lossy(&said).lines().next().map(str::to_owned))
}

/// Makes a branch at the commit `at`. Where there is one of that name already, whoever made it, git refuses, and nothing was
/// made.
pub fn make_branch(root: &Path, branch: &str, at: &str) -> Result<(), GitError> {
    let what = format!("make the branch {branch}");
    have_git(root, &what, &["check-ref-format", "--branch", branch], None)?;
    have_git(root, &what, &["update-ref", "--no-deref", &heads(branch), at, &"0".repeat(at.len())], None).map(drop)
}

/// Takes a branch away that is still at `tip`. One that a work tree is on stays.
pub fn remove_branch_at(root: &Path, branch: &str, tip: &str) -> Result<(), GitError> {
    let what = format!("remove the branch {branch}");
    if let Some(place) = place_of(root, branch, &what)? {
        return Err(GitError::Failed { what, why: format!("the work tree {place} is on it"), more: Vec::new() });
    }
    have_git(root, &what, &["update-ref", "--no-deref", "-d", &heads(branch), tip], None).map(drop)
}

/// Takes back a branch that this program made at `tip`, whatever hooks say. Where somebody has moved it or is on it, it is
/// theirs and stays. Returns whether it went.
pub fn take_branch_back(root: &Path, branch: &str, tip: &str) -> Result<bool, GitError> {
    let what = format!("remove the branch {branch}");
    if branch_tip(root, branch)?.as_deref() != Some(tip) || place_of(root, branch, &what)?.is_some() {
        return Ok(false);
    }
    let remove = ["-c", "core.hooksPath=/dev/null", "update-ref", "--no-deref", "-d", &heads(branch), tip];
    have_git(root, &what, &remove, None).map(|_| true)
}

/// The work tree that is on a branch.
fn place_of(root: &Path, branch: &str, what: &str) -> Result<Option<String>, GitError> {
    let places = git(root, what, &["for-each-ref", "--format=%(worktreepath)", &heads(branch)], None)?;
    Ok(Some(String::from_utf8_lossy(&places).trim().to_owned()).filter(|it| !it.is_empty()))
}

/// Puts a branch back that [`remove_branch_at`] took away, where nothing has taken its place.
pub fn restore_branch(root: &Path, branch: &str, tip: &str) -> Result<(), GitError> {
    let (what, name) = (format!("put the branch {branch} back"), heads(branch));
    have_git(root, &what, &["update-ref", &name, tip, &"0".repeat(tip.len())], None).map(drop)
}

fn heads(branch: &str) -> String {
    format!("refs/heads/{branch}")
}

fn own(branch: &str) -> String {
    format!("refs/molt-sync/own/{branch}")
}

fn read(root: &Path, name: &str) -> Result<Option<String>, GitError> {
    let format = "--format=%(refname) %(objectname)";
    let said = git(root, "look for a branch", &["for-each-ref", format, name], None)?;
    let said = String::from_utf8_lossy(&said);
    let found = said.lines().filter_map(|it| it.split_once(' ')).find(|(it, _)| *it == name);
    Ok(found.map(|(_, commit)| commit.to_owned()))
}
