//! Work trees of their own, and taking them away again so that nothing is left of them, however far git came.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
};

use super::{GitError, ask, git, have_git, make_branch, program::git_on_index, take_branch_back};
use crate::base::RelPath;

/// For what takes back: a hook has said no already.
const WITHOUT_HOOKS: [&str; 2] = ["-c", "core.hooksPath=/dev/null"];

/// A work tree of its own at `place`, on a new branch at the commit `at`.
///
/// # Errors
/// When git refuses, a hook or a filter does, or there is no room: nothing is left of it then, and where something is, that
/// stands among the lines behind the cause.
pub fn add_worktree(root: &Path, place: &Path, branch: &str, at: &str) -> Result<(), GitError> {
    let what = format!("make a work tree on the branch {branch}");
    // a step of its own: whoever made the branch is known, whatever fails behind it
    make_branch(root, branch, at)?;
    let arguments: Vec<&OsStr> = ["worktree", "add", "--quiet"]
        .map(OsStr::new)
        .into_iter()
        .chain([place.as_os_str(), OsStr::new(branch)])
        .collect();
    let Err(error) = have_git(root, &what, &arguments, None) else { return Ok(()) };
    // a hook can say no behind the deed, and a filter or a disk in the middle of it
    let left = remove_worktree(root, place, Some((branch, at)));
    Err(match (error, left) {
        (GitError::Failed { what, why, mut more }, Err(left)) => {
            more.push(format!("something is left over: {left}"));
            GitError::Failed { what, why, more }
        }
        (error, _) => error,
    })
}

/// Takes away what there is of a work tree, and the branch that `branch` names where it still is at that commit.
pub fn remove_worktree(root: &Path, place: &Path, branch: Option<(&str, &str)>) -> Result<(), GitError> {
    let what = "take the work tree away";
    if is_worktree(root, place)? {
        let arguments: Vec<&OsStr> =
            ["worktree", "remove", "--force"].map(OsStr::new).into_iter().chain([place.as_os_str()]).collect();
        have_git(root, what, &arguments, None)?;
    }
    branch.map_or(Ok(()), |(name, at)| take_branch_back(root, name, at).map(drop))
}

/// A commit that can be taken back, and whether it is a merge.
pub type Revertible = (String, bool);

/// Those of `commits` that are part of the present one, the newest first, and those that are not.
pub fn newest_first(root: &Path, commits: &[String]) -> Result<(Vec<Revertible>, Vec<String>), GitError> {
    let said = git(root, "put commits into their order", &["rev-list", "--topo-order", "--parents", "HEAD"], None)?;
    let said = String::from_utf8_lossy(&said);
    let found: Vec<Revertible> = said
        .lines()
        .filter_map(|it| it.split_once(' ').map(|(name, parents)| (name, parents.contains(' '))).or(Some((it, false))))
        .filter(|(name, _)| commits.iter().any(|it| it == name))
        .map(|(name, is_merge)| (name.to_owned(), is_merge))
        .collect();
    let absent = commits.iter().filter(|it| !found.iter().any(|(name, _)| name == *it)).cloned().collect();
    Ok((found, absent))
}

/// One commit at `root` that takes `commits` back in this order, a merge as what it brought to its first parent, and removes `path` where
/// it is still there. Returns its name.
///
/// # Errors
/// When git refuses, as where what the commits did was changed since, or a hook does.
pub fn revert(root: &Path, commits: &[Revertible], path: &RelPath, message: &str) -> Result<String, GitError> {
    for (commit, is_merge) in commits {
        let what = format!("take the commit {} back", commit.get(..9).unwrap_or(commit));
        let mainline: &[&str] = if *is_merge { &["--mainline", "1"] } else { &[] };
        let arguments = [&["revert", "--no-commit"], mainline, &[commit.as_str()]].concat();
        have_git(root, &what, &arguments, None)?;
    }
    let what = "take the commits back";
    have_git(root, what, &["rm", "--quiet", "--ignore-unmatch", "--", path.as_str()], None)?;
    have_git(root, what, &["commit", "--quiet", "-m", message], None)?;
    super::commit(root, "HEAD")
}

/// Whether `made` is the commit that was made in the work tree at `place`: on top of `start` alone, and of what its index has.
/// Somebody else may have moved the branch before and after.
pub fn is_made_here(place: &Path, made: &str, start: &str) -> Result<bool, GitError> {
    let what = "look at the commit that was made";
    let said = |arguments: &[&str]| -> Result<String, GitError> {
        Ok(String::from_utf8_lossy(&git(place, what, arguments, None)?).trim().to_owned())
    };
    let parents = said(&["rev-list", "--parents", "--max-count=1", made])?;
    let tree = said(&["rev-parse", "--verify", &format!("{made}^{{tree}}")])?;
    if parents != format!("{made} {start}") {
        return Ok(false);
    }
    // of a copy: a git that was killed may have left its lock on the index
    let index = place.join(said(&["rev-parse", "--git-path", "index"])?);
    let failed = |error: io::Error| GitError::failed(what, error.to_string());
    let folder = crate::host::temporary::Folder::new_in(&std::env::temp_dir()).map_err(failed)?;
    let copy = folder.path().join("index");
    std::fs::copy(&index, &copy).map_err(failed)?;
    let written = git_on_index(place, what, &copy, &["write-tree"])?;
    Ok(tree == String::from_utf8_lossy(&written).trim())
}

/// Whether git knows a work tree at `place`.
fn is_worktree(root: &Path, place: &Path) -> Result<bool, GitError> {
    let full = std::fs::canonicalize(place).unwrap_or_else(|_| place.to_path_buf());
    Ok(worktrees(root)?.iter().any(|(it, _)| *it == full || it == place))
}

/// What a work tree is called that a run makes for itself, in a temporary folder of its own.
pub const SCRATCH: &str = "tree";

/// The work tree that a branch is checked out in; none where it is in none.
pub fn work_tree_of(root: &Path, branch: &str) -> Result<Option<PathBuf>, GitError> {
    Ok(worktrees(root)?.into_iter().find(|(_, it)| it.as_deref() == Some(branch)).map(|(place, _)| place))
}

/// Every work tree that git knows, with the branch that it is on.
fn worktrees(root: &Path) -> Result<Vec<(PathBuf, Option<String>)>, GitError> {
    let listed = git(root, "list the work trees", &["worktree", "list", "--porcelain", "-z"], None)?;
    let mut res: Vec<(PathBuf, Option<String>)> = Vec::new();
    for line in listed.split(|it| *it == 0) {
        if let Some(place) = line.strip_prefix(b"worktree ") {
            res.push((super::path::path(place), None));
        } else if let (Some(name), Some(last)) = (line.strip_prefix(b"branch refs/heads/"), res.last_mut()) {
            last.1 = Some(String::from_utf8_lossy(name).into_owned());
        }
    }
    Ok(res)
}

/// The commit that a branch is at; none where there is no such branch.
pub fn branch_at(root: &Path, name: &str) -> Result<Option<String>, GitError> {
    let what = format!("look for the branch {name}");
    let found = ask(root, &what, &["rev-parse", "--verify", "--quiet", &format!("refs/heads/{name}^{{commit}}")])?;
    Ok(found.map(|it| String::from_utf8_lossy(&it).trim().to_owned()))
}

/// Goes back from the branch `name` to `here`, a branch or a commit, without looking at any file, as a filter that fails wants
/// it: where both are at one commit, nothing else has to change. Where they are not, `error` says why git would not.
pub(super) fn point_back(root: &Path, name: &str, here: &str, error: GitError) -> Result<(), GitError> {
    let what = format!("leave the branch {name}");
    let (left, branch) = (branch_at(root, name)?, branch_at(root, here)?);
    let back = match (left, branch) {
        (Some(left), Some(at)) if left == at => {
            vec!["symbolic-ref".to_owned(), "HEAD".into(), format!("refs/heads/{here}")]
        }
        (Some(left), None) if left == here => vec!["update-ref".to_owned(), "--no-deref".into(), "HEAD".into(), left],
        _ => return Err(error),
    };
    let arguments: Vec<&str> = WITHOUT_HOOKS.into_iter().chain(back.iter().map(String::as_str)).collect();
    have_git(root, &what, &arguments, None).map(drop)
}
