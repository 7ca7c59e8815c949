//! A changeset and its commit as one step: both happen, or neither does, also where the run is cut off in between.

use std::path::{Path, PathBuf};

use crate::{
    base::{Edit, Files as _, RelPath, number_of, shell_word},
    command::support::failure::{Exit, Failure},
    host::{self, ApplyError, Disk, OwnWorktree, PendingCommit, Writer, git},
};

/// Refuses a branch that cannot be made: one that is there is somebody's.
pub(in crate::command) fn refuse_branch(root: &Path, branch: &str) -> Result<(), Failure> {
    if !git::is_branch_name(root, branch)? {
        let message = format!("cannot make the branch `{branch}`: git takes no such name for a branch");
        return Err(Failure::new(Exit::Usage, message, "name it without blanks and marks, as in molt-sync/3.14"));
    }
    let Some(there) = git::in_the_way(root, branch)? else { return Ok(()) };
    if there != branch {
        let message = format!(
            "cannot make the branch {branch}: the branch {there} is there, and git keeps no branch below another"
        );
        return Err(Failure::new(Exit::Person, message, "name another branch with --branch"));
    }
    let message = format!("cannot make the branch {branch}: there is such a branch already");
    let hint = if git::here(root)? == branch {
        "name another branch with --branch, or put the change on this one with --commit".to_owned()
    } else if let Some(place) = git::work_tree_of(root, branch)? {
        if OwnWorktree::noted(root)?.iter().any(|it| it.branch == branch) {
            "name another branch with --branch; `molt-sync recover` takes away what a run that was cut off left, its branch included".to_owned()
        } else {
            let prefix = git::prefix(root)?;
            let place = if prefix.is_empty() { place } else { place.join(prefix.trim_end_matches('/')) };
            let place = shell_word(&place.display().to_string());
            format!("it is checked out in {place}: run it there with --commit, or name another branch with --branch")
        }
    } else {
        let branch = shell_word(branch);
        format!(
            "name another branch with --branch; to add to that one, `git switch {branch}` and use --commit; `git branch -D {branch}` throws it away"
        )
    };
    Err(Failure::new(Exit::Person, message, hint))
}

/// Applies `edits` and commits them, on a new branch where one is named. Returns the commit's name.
pub(in crate::command) fn applied(
    root: &Path,
    writer: &Writer,
    edits: &[Edit],
    branch: Option<&str>,
    message: &str,
) -> Result<String, Failure> {
    branch.map_or(Ok(()), |it| refuse_branch(root, it))?;
    let _undisturbed = host::undisturbed();
    let pending = PendingCommit::new(branch, git::here(root)?, git::tip(root, "HEAD")?, edits);
    // a branch that is there already is somebody's
    let is_new = branch.map_or(Ok(true), |it| git::tip(root, &heads(it)).map(|it| it.is_none()))?;
    if is_new {
        writer.record_pending(&pending)?;
    }
    let mut is_made = pending.head.is_none();
    let begun = branch.map_or(Ok(()), |it| {
        if let Some(head) = &pending.head {
            git::make_branch(root, it, head)?;
            is_made = true;
        }
        git::go_to_branch(root, it, pending.head.is_none())
    });
    let mut may_settle = is_new;
    let result = begun.map_err(Failure::from).and_then(|()| {
        writer.apply(edits).map_err(|error| {
            // what is half done is taken back by the next run, branch and all
            may_settle &= !matches!(error, ApplyError::Stuck { .. });
            Failure::from(error)
        })
    });
    if let Err(failure) = result {
        // a branch that this run did not make is somebody's
        if may_settle && (!is_made || leave(root, &pending).is_ok()) {
            writer.settled()?;
        }
        return Err(failure);
    }
    let paths: Vec<&RelPath> = edits.iter().map(|it| &it.path).collect();
    let error = match git::commit_files(root, &paths, message, &|| changed_since(root, edits)) {
        Ok(commit) => return Ok(came(writer, commit)),
        Err(error) => error,
    };
    match git::tip(root, "HEAD") {
        Ok(head) if head == pending.head => {}
        Ok(Some(commit)) => return in_spite_of(root, writer, &paths, commit, error),
        Ok(None) | Err(_) => {
            let hint =
                "whether the commit was made is not known; `molt-sync recover` finds out, and finishes or takes back";
            return Err(Failure { hint: Some(hint.into()), ..Failure::from(error) });
        }
    }
    // git may have ended in the middle
    let staged = git::unstage(root, &paths).err();
    // a hook may have changed the files, and they go back all the same
    let back = writer.roll_back(edits);
    let hint = match (back, leave(root, &pending)) {
        (Ok(kept), Ok(_)) => {
            writer.settled()?;
            if let Some(why) = staged {
                let what = why.known_hint().unwrap_or("see what git wants");
                format!("every file is as it was; {what}; then `git reset` makes sure of git's index")
            } else if kept.is_empty() {
                let what = error.known_hint().unwrap_or("see what git or its hooks want");
                format!("nothing was written; {what}")
            } else {
                format!("nothing was written; what a hook made of the files is in {}", kept.join(" and "))
            }
        }
        (Err(why), _) => {
            format!("the files are written and not committed ({why}); `molt-sync recover` takes them back")
        }
        (_, Err(why)) => {
            format!("nothing was written, but the branch is left over ({why}); `molt-sync recover` takes it back")
        }
    };
    Err(Failure { hint: Some(hint), ..Failure::from(error) })
}

/// The files that are not what a change made of them, or that nobody can read.
fn changed_since(root: &Path, edits: &[Edit]) -> Vec<RelPath> {
    let disk = Disk::new(root);
    let is_other = |it: &&Edit| disk.read(&it.path).map_or(true, |bytes| bytes != it.after);
    edits.iter().filter(is_other).map(|it| it.path.clone()).collect()
}

/// The commit is there. Where its record cannot be removed, the next run sees that it was made.
fn came(writer: &Writer, commit: String) -> String {
    drop(writer.settled());
    commit
}

/// The commit is there although git says that it failed: its index may not know of it.
fn in_spite_of(
    root: &Path,
    writer: &Writer,
    paths: &[&RelPath],
    commit: String,
    error: git::GitError,
) -> Result<String, Failure> {
    // where git does not answer, it is told what git said before
    let is_whole = || git::uncommitted(root, paths, false).is_ok_and(|it| it.is_empty());
    if is_whole() || (git::unstage(root, paths).is_ok() && is_whole()) {
        return Ok(came(writer, commit));
    }
    let commit = came(writer, commit);
    let hint = format!(
        "the commit {commit} was made; `git status` tells how files and index stand to it, and `git reset` renews the index"
    );
    Err(Failure { exit: Exit::Io, hint: Some(hint), ..Failure::from(error) })
}

/// What became of a pending commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) enum Abandoned {
    /// None was, or nothing had been done for it.
    Nothing,
    /// It came: the run was cut off behind it.
    Came,
    /// Somebody has committed something else since, and so many files of the change are not committed.
    Overtaken(usize),
    /// What was done for it is taken back; what is beside it, in words.
    TakenBack(Vec<String>),
    /// It is not known to be this user's: it lies there now.
    SetAside(String),
}

/// Takes back what a run did for a commit that never came. Where `aborts`, files that somebody has changed since stay as
/// they are, and what git refuses stays to a person.
pub(in crate::command) fn abandon(root: &Path, writer: &Writer, aborts: bool) -> Result<Abandoned, Failure> {
    let pending = match writer.pending_commit() {
        Ok(Some(it)) => it,
        Ok(None) => return Ok(Abandoned::Nothing),
        Err(ApplyError::Unverified { .. } | ApplyError::Odd { .. }) if aborts => {
            return Ok(Abandoned::SetAside(writer.set_pending_aside()?));
        }
        Err(error) => return Err(error.into()),
    };
    let names = [pending.branch.as_deref(), Some(pending.here.as_str())];
    let names: Vec<String> = names.into_iter().flatten().map(heads).collect();
    let mut beside = Vec::new();
    let head = match git::locks(root, &names).and_then(|locks| Ok((locks, git::tip(root, "HEAD")?))) {
        Ok((locks, head)) if locks.is_empty() => Some(head),
        Ok((locks, _)) => return Err(locked(&locks)),
        Err(error) if aborts => {
            beside.push(format!("git was not asked: {error}"));
            None
        }
        Err(error) => return Err(unanswered(&error)),
    };
    if head.as_ref().is_some_and(|it| *it != pending.head) {
        return moved(root, writer, &pending);
    }
    let applied = writer.applied_for(&pending)?;
    let is_written = applied.as_ref().is_some_and(|(edits, _)| !edits.is_empty());
    if let Some((edits, others)) = applied {
        if !others.is_empty() && !aborts {
            return Err(changed(&others));
        }
        beside.extend(writer.keep_displaced(&pending, &others)?.into_iter().map(|place| format!("kept: {place}")));
        beside.extend(others.iter().map(|it| format!("{it} stays as it was changed")));
        let ours: Vec<&RelPath> = pending.entries.iter().map(|it| &it.path).filter(|it| !others.contains(it)).collect();
        if head.is_some() && !ours.is_empty() {
            git::unstage(root, &ours).or_else(|error| told(aborts, &error, &mut beside))?;
        }
        writer.roll_back(&edits)?;
    }
    let was_there = match leave(root, &pending) {
        Ok(it) => it,
        Err(error) => {
            told(aborts, &error, &mut beside)?;
            false
        }
    };
    writer.settled()?;
    let is_nothing = !is_written && !was_there && beside.is_empty();
    Ok(if is_nothing { Abandoned::Nothing } else { Abandoned::TakenBack(beside) })
}

/// There is another commit than when it was recorded as pending.
fn moved(root: &Path, writer: &Writer, pending: &PendingCommit) -> Result<Abandoned, Failure> {
    let left = match writer.applied_for(pending)? {
        Some((edits, _)) if !edits.is_empty() => {
            let paths: Vec<&RelPath> = edits.iter().map(|it| &it.path).collect();
            git::uncommitted(root, &paths, false).map_err(|error| unanswered(&error))?.len()
        }
        _ => 0,
    };
    // the branch is of no use where nothing was committed to it and nobody is on it; whether git answers is seen there again
    if left == 0 || pending.branch.as_deref() != git::here(root).ok().as_deref() {
        leave(root, pending).map_err(|error| unanswered(&error))?;
    }
    writer.settled()?;
    Ok(if left == 0 { Abandoned::Came } else { Abandoned::Overtaken(left) })
}

/// Takes back the branch of a pending commit, where nobody has committed to it. Returns whether it was there.
fn leave(root: &Path, pending: &PendingCommit) -> Result<bool, git::GitError> {
    let Some(name) = pending.branch.as_deref() else { return Ok(false) };
    let is_here = git::here(root)? == *name;
    match (git::tip(root, &heads(name))?, &pending.head) {
        // in a repository without a commit there is nothing but the name
        (None, None) if is_here => git::rename_unborn(root, &pending.here).map(|()| true),
        (Some(tip), Some(head)) if tip == *head && is_here => {
            git::leave_branch(root, name, &pending.here, head).map(|()| true)
        }
        (Some(tip), Some(head)) if tip == *head => git::take_branch_back(root, name, head),
        _ => Ok(false),
    }
}

fn heads(branch: &str) -> String {
    format!("refs/heads/{branch}")
}

/// Goes on where a person said so, and tells it.
fn told(aborts: bool, error: &git::GitError, beside: &mut Vec<String>) -> Result<(), Failure> {
    if !aborts {
        return Err(unanswered(error));
    }
    beside.push(format!("left to you: {error}"));
    Ok(())
}

fn locked(locks: &[PathBuf]) -> Failure {
    let names: Vec<String> = locks.iter().map(|it| it.display().to_string()).collect();
    let message = format!("a run was cut off before its commit, and git's lock is left: {}", names.join(", "));
    let hint = format!(
        "when no git and no hook is at work in this repository any more, remove it (rm {}) and run `molt-sync recover`",
        names.iter().map(|it| shell_word(it)).collect::<Vec<_>>().join(" ")
    );
    Failure::new(Exit::Changed, message, hint)
}

fn unanswered(error: &git::GitError) -> Failure {
    let message = format!("a run was cut off before its commit, and what it did cannot be taken back: {error}");
    let hint =
        "repair what git names and run `molt-sync recover`; `molt-sync recover --abort` takes back the files alone";
    Failure::new(Exit::Changed, message, hint).with_details(error.more().to_vec())
}

fn changed(others: &[RelPath]) -> Failure {
    const SHOWN: usize = 10;
    let shown: Vec<String> = others.iter().take(SHOWN).map(ToString::to_string).collect();
    let rest = others.len().saturating_sub(SHOWN);
    let more = if rest == 0 { String::new() } else { format!(" and {} more", number_of(rest, "file")) };
    let message = format!("a run was cut off before its commit, and then {}{more} changed", shown.join(", "));
    let hint = "`molt-sync recover --abort` takes back the other files and leaves those as they are";
    Failure::new(Exit::Changed, message, hint)
}

/// What is said where somebody committed before a run that was cut off was taken back.
pub(in crate::command) fn overtaken(files: usize) -> String {
    let files = number_of(files, "file");
    format!(
        "a run was cut off before its commit, and there are commits since: its change of {files} stays as it is; commit it, or take it back with `molt-sync undo`"
    )
}
