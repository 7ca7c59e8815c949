//! What is written through git: one commit of the named files, on a branch of its own where that is asked for. Hooks,
//! signing and the rest of the user's settings count as they always do, and nothing but the named files goes in.

use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    GitError, ask, commit, filters::without_filters, git, git_with, have_git, is_repository, patterns, point_back,
    take_branch_back,
};
use crate::base::RelPath;

/// For what takes back: a hook has said no already.
const WITHOUT_HOOKS: [&str; 2] = ["-c", "core.hooksPath=/dev/null"];

/// The commit that a full name of a reference leads to; none where there is no such reference, or no commit yet.
///
/// # Errors
/// When git does not say, which is not the same.
pub fn tip(root: &Path, reference: &str) -> Result<Option<String>, GitError> {
    match commit(root, reference) {
        Ok(it) => Ok(Some(it)),
        Err(GitError::NoCommit { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The locks that git holds now and in half a second, or that a git which was killed has left, of those that a commit, a
/// branch or these references take.
pub fn locks(root: &Path, references: &[String]) -> Result<Vec<PathBuf>, GitError> {
    let names = ["index", "HEAD", "packed-refs", "config"].into_iter().chain(references.iter().map(String::as_str));
    let names: Vec<String> = names.map(|it| format!("{it}.lock")).collect();
    let mut arguments = vec!["rev-parse"];
    for name in &names {
        arguments.extend(["--git-path", name]);
    }
    let said = git(root, "ask for its locks", &arguments, None)?;
    let paths: Vec<PathBuf> =
        said.split(|it| *it == b'\n').filter(|it| !it.is_empty()).map(|it| root.join(super::path::path(it))).collect();
    let held =
        || -> Vec<PathBuf> { paths.iter().filter(|it| std::fs::symlink_metadata(it).is_ok()).cloned().collect() };
    // a git whose caller is gone ends by itself in most cases
    for _ in 0..20 {
        if held().is_empty() {
            break;
        }
        std::thread::park_timeout(Duration::from_millis(25));
    }
    Ok(held())
}

/// Whether git's index has something in the folder that molt-sync keeps at `root`, in whatever case it is written.
pub fn tracks_store(root: &Path) -> Result<bool, GitError> {
    if !is_repository(root)? {
        return Ok(false);
    }
    let said = git(root, "ask what it tracks", &["ls-files", "-z", "--cached"], None)?;
    let tops = said.split(|it| *it == 0).filter_map(|it| it.split(|it| *it == b'/').next());
    Ok(tops.into_iter().any(|it| it.eq_ignore_ascii_case(b".molt-sync")))
}

/// Those of `paths` that differ from the last commit, or that git does not know and does not ignore. Whether that is staged
/// is told beside each.
pub fn uncommitted(root: &Path, paths: &[&RelPath], reads: bool) -> Result<Vec<(RelPath, bool)>, GitError> {
    let what = "ask what is not committed";
    // names are relative to the top, whatever folder is asked for
    let prefix = git(root, what, &["rev-parse", "--show-prefix"], None)?;
    let prefix = String::from_utf8_lossy(&prefix).trim_end_matches('\n').to_owned();
    let mut tops: Vec<&str> = paths.iter().map(|it| it.as_str().split('/').next().unwrap_or("")).collect();
    tops.sort_unstable();
    tops.dedup();
    patterns::must_be_plain(root, what)?;
    patterns::must_be_plain_above(root, prefix.matches('/').count(), what)?;
    let arguments = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--"];
    // a run that only looks starts no filter, and looks into no submodule, which has settings of its own
    let settings = if reads { without_filters(root, what)? } else { Vec::new() };
    let plain: &[&str] = if reads { &["status", "--ignore-submodules=all"] } else { &["status"] };
    let said = git_with(root, what, &settings, &[plain, &arguments[1..], &tops].concat())?;
    let mut entries: HashMap<String, bool> = HashMap::new();
    for it in said.split(|it| *it == 0).filter(|it| it.len() > 3) {
        let is_staged = !matches!(it.first(), Some(b' ' | b'?'));
        let name = String::from_utf8_lossy(&it[3..]).trim_end_matches('/').to_owned();
        *entries.entry(name).or_default() |= is_staged;
    }
    let found = |path: &RelPath| {
        let name = format!("{prefix}{path}");
        // a repository in this one is told of by its folder, whatever is in it
        let folders = name.match_indices('/').map(|(at, _)| &name[..at]);
        let all = folders.chain([name.as_str()]).filter_map(|it| entries.get(it));
        all.copied().reduce(|a, b| a || b)
    };
    // what git was told not to look at may be anything
    let unseen = assumed(root, &settings, &tops)?;
    let is_unseen = |path: &RelPath| unseen.contains(path.as_str()).then_some(false);
    let of = |path: &RelPath| found(path).or_else(|| is_unseen(path));
    Ok(paths.iter().filter_map(|it| Some(((*it).clone(), of(it)?))).collect())
}

/// The files below `tops` that git takes for unchanged without a look, because it was told so.
fn assumed(root: &Path, settings: &[(String, &str)], tops: &[&str]) -> Result<BTreeSet<String>, GitError> {
    let arguments = [&["ls-files", "-v", "-z", "--cached", "--"][..], tops].concat();
    let said = git_with(root, "ask what it does not look at", settings, &arguments)?;
    let flagged = said.split(|it| *it == 0).filter(|it| it.first().is_some_and(u8::is_ascii_lowercase));
    Ok(flagged.filter_map(|it| Some(String::from_utf8_lossy(it.get(2..)?).into_owned())).collect())
}

/// What [`came_from`] finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CameFrom {
    /// A branch, which `git switch -` goes back to.
    Branch,
    /// A commit, which that does not go back to.
    Commit(String),
}

/// The branch that the work tree is on, or the commit where it is on none.
pub fn here(root: &Path) -> Result<String, GitError> {
    // the whole name: a short one is another where a tag has it too
    let said = ask(root, "ask for the branch", &["symbolic-ref", "--quiet", "HEAD"])?;
    let branch = said.and_then(|it| Some(String::from_utf8_lossy(&it).trim().strip_prefix("refs/heads/")?.to_owned()));
    branch.map_or_else(|| commit(root, "HEAD"), Ok)
}

/// What was checked out before the present branch: a branch, or the full name of a commit where that was on none.
pub fn came_from(root: &Path) -> Result<Option<CameFrom>, GitError> {
    let what = "ask what was checked out before";
    let Some(commit) = ask(root, what, &["rev-parse", "--verify", "--quiet", "@{-1}^{commit}"])? else {
        return Ok(None);
    };
    let name = git(root, what, &["rev-parse", "--symbolic-full-name", "@{-1}"], None)?;
    let is_branch = name.starts_with(b"refs/heads/");
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    Ok(Some(if is_branch { CameFrom::Branch } else { CameFrom::Commit(commit) }))
}

/// Switches to a branch at the present commit, so that no file changes; in a repository without a commit, to a new one.
pub fn go_to_branch(root: &Path, name: &str, is_unborn: bool) -> Result<(), GitError> {
    let how = if is_unborn { "--create" } else { "--no-guess" };
    have_git(root, &format!("make the branch {name}"), &["switch", "--quiet", how, name], None).map(drop)
}

/// Goes back to `here`, or to the commit `head` where that branch is gone, and takes the branch away where it still is at
/// that commit.
pub fn leave_branch(root: &Path, name: &str, here: &str, head: &str) -> Result<(), GitError> {
    let what = format!("leave the branch {name}");
    let mut back = WITHOUT_HOOKS.to_vec();
    back.extend(["switch", "--quiet"]);
    if tip(root, &format!("refs/heads/{here}"))?.is_some() {
        back.push(here);
    } else {
        back.extend(["--detach", head]);
    }
    if let Err(error) = have_git(root, &what, &back, None) {
        point_back(root, name, here, error)?;
    }
    take_branch_back(root, name, head).map(drop)
}

/// Has the next commit of a repository without one go to the branch `name`.
pub fn rename_unborn(root: &Path, name: &str) -> Result<(), GitError> {
    let reference = format!("refs/heads/{name}");
    have_git(root, "leave the branch", &["symbolic-ref", "HEAD", &reference], None).map(drop)
}

/// One commit of `paths` and of nothing else. Returns its name. `changed` tells which of them somebody has changed since they were
/// written: what git has read is not what was meant to be committed then.
///
/// # Errors
/// When git refuses, a hook does, or it cannot be signed. What was staged for it stays staged, and the commit may be there all
/// the same: git can fail behind it.
pub fn commit_files(
    root: &Path,
    paths: &[&RelPath],
    message: &str,
    changed: &dyn Fn() -> Vec<RelPath>,
) -> Result<String, GitError> {
    const WHAT: &str = "commit the change";
    let run = |arguments: &[&str]| on_files(root, WHAT, arguments, paths);
    let is_ours = || match changed().first() {
        None => Ok(()),
        Some(path) => {
            Err(GitError::failed(WHAT, format!("{path} was changed after it was written, and before it was committed")))
        }
    };
    let result = run(&["add", "--all"])
        .and_then(|_| is_ours())
        .and_then(|()| run(&["commit", "--quiet", "--only", "-m", message]));
    let result = result.map_err(|error| match error {
        // a hook need not say why
        GitError::Failed { what, why, more } if why.is_empty() => {
            GitError::Failed { what, why: "a hook said no".into(), more }
        }
        other => other,
    });
    result?;
    commit(root, "HEAD")
}

/// Makes the index say of `paths` what the last commit says.
pub fn unstage(root: &Path, paths: &[&RelPath]) -> Result<(), GitError> {
    on_files(root, "take the change out of the index", &["reset", "--quiet"], paths).map(drop)
}

/// Has git do something with `paths`, which it takes as names and not as patterns.
fn on_files(root: &Path, what: &str, arguments: &[&str], paths: &[&RelPath]) -> Result<Vec<u8>, GitError> {
    let prefix = prefix(root)?;
    let names: String = paths.iter().flat_map(|it| [":(top,literal)", &prefix, it.as_str(), "\0"]).collect();
    let from_stdin = ["--pathspec-from-file=-", "--pathspec-file-nul"];
    have_git(root, what, &[arguments, &from_stdin].concat(), Some(names.into_bytes()))
}

/// Where `root` lies in its work tree: empty at the top.
pub fn prefix(root: &Path) -> Result<String, GitError> {
    let said = git(root, "ask for the top", &["rev-parse", "--show-prefix"], None)?;
    Ok(String::from_utf8_lossy(&said).trim_end_matches('\n').to_owned())
}
