//! A work tree of its own for one run, which is taken away again: by this run, or by `recover` where it was cut off.

use std::path::Path;

use super::{
    commit::refuse_branch,
    context::Context,
    failure::{Exit, Failure},
};
use crate::host::{self, git};

/// Beside the work tree: a run holds it for as long as it is at work.
const LOCK: &str = "lock";

/// Runs `work` in a work tree of its own on a new branch, and takes the work tree away afterwards. The branch stays where
/// something was committed to it. Returns the commit that `work` says it made, where it is the only one on the branch.
pub(super) fn in_worktree(
    context: &Context,
    branch: &str,
    work: impl FnOnce(&Context) -> Result<Option<String>, Failure>,
) -> Result<Option<String>, Failure> {
    let root = context.root()?;
    if !git::is_repository(&root)? {
        let message = format!("{} is in no repository of git, so that no work tree can be made of it", root.display());
        let hint = "leave --worktree and --branch out; or run `git init` and commit what is there";
        return Err(Failure::new(Exit::Usage, message, hint));
    }
    let prefix = git::prefix(&root)?;
    let Some(start) = git::tip(&root, "HEAD")? else {
        let message = "cannot make a work tree: nothing is committed in this repository yet";
        return Err(Failure::new(Exit::Usage, message, "commit what is there first, or leave --worktree out"));
    };
    refuse_branch(&root, branch)?;
    let scratch = host::ScratchDir::new().map_err(|error| {
        let message = format!("cannot make a folder for a work tree in {}: {error}", host::scratch_place().display());
        Failure::new(Exit::Io, message, "have TMPDIR name a folder that can be written to")
    })?;
    let lock = scratch.path().join(LOCK);
    let _held = host::hold(&lock).map_err(|error| Failure::io("write", &lock, &error))?;
    let place = scratch.path().join(git::SCRATCH);
    git::add_worktree(&root, &place, branch, &start)?;
    let mut inside = Context { given: Some(Box::new(context.options.clone())), ..context.clone() };
    inside.options.root = Some(place.join(prefix));
    let result = work(&inside);
    let made = match &result {
        Ok(Some(made)) if git::is_made_here(&place, made, &start).unwrap_or(false) => Some(made.clone()),
        _ => None,
    };
    let removed = git::remove_worktree(&root, &place, Some((branch, &start))).map_err(Failure::from);
    match (result, removed) {
        (Ok(_), Ok(())) => {
            // a note that cannot be kept is one that `undo` cannot give
            made.as_deref().map(|it| host::note_elsewhere(&root, it, branch)).transpose().unwrap_or_default();
            context.note(&match &made {
                None => format!("nothing was committed, so that there is no branch {branch}"),
                Some(_) => format!(
                    "the commit is on the new branch {branch}, and this checkout stays as it is; `git diff ...{branch}` shows it, and `git merge {branch}` brings it here"
                ),
            });
            Ok(made)
        }
        (Ok(_), Err(failure)) | (Err(failure), Ok(())) => Err(failure),
        (Err(failure), Err(left)) => Err(failure.with_details([format!("something is left over: {}", left.message)])),
    }
}

/// Takes away the work trees of runs that were cut off, and their branches where nothing was committed to them. Says what
/// became of each.
pub(super) fn take_away_leftovers(root: &Path) -> Result<Vec<String>, Failure> {
    let mut res = Vec::new();
    if !git::is_repository(root)? {
        return Ok(res);
    }
    for (place, branch) in git::scratch_worktrees(root)? {
        let Some(folder) = place.parent() else { continue };
        let io = |what, error: &std::io::Error| Failure::io(what, folder, error);
        if !host::is_there(folder).map_err(|error| io("read", &error))? {
            continue;
        }
        // whoever holds it is at work
        let held = host::hold(&folder.join(LOCK)).map_err(|error| io("write to", &error))?;
        if held.is_none() {
            continue;
        }
        let tip = branch.as_deref().map(|it| git::branch_at(root, it)).transpose()?.flatten();
        let is_empty = tip.as_deref().map_or(Ok(false), |it| git::is_in(root, it))?;
        git::remove_worktree(root, &place, branch.as_deref().zip(tip.as_deref()).filter(|_| is_empty))?;
        host::remove_dir(folder);
        let kept = branch
            .filter(|_| !is_empty)
            .map_or(String::new(), |it| format!("; the branch {it} has a commit and stays"));
        res.push(format!("the work tree {} of a run that was cut off is taken away{kept}", place.display()));
    }
    Ok(res)
}
