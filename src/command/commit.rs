//! A changeset and its commit as one step: both happen, or neither does, also where the run is cut off in between.

use std::path::Path;

use super::failure::{Exit, Failure};
use crate::{
    base::{Edit, RelPath},
    host::{Promise, Writer, git},
};

/// Applies `edits` and commits them, on a new branch where one is named. Returns the commit's name.
pub(super) fn applied(
    root: &Path,
    writer: &Writer,
    edits: &[Edit],
    branch: Option<&str>,
    message: &str,
) -> Result<String, Failure> {
    let promise = Promise::new(branch, git::here(root)?, git::commit(root, "HEAD").ok(), edits);
    // a branch that is there already is somebody's
    let is_new = branch.is_none_or(|it| !git::has_branch(root, it));
    if is_new {
        writer.promise(&promise)?;
    }
    let begun = branch.map_or(Ok(()), |it| git::new_branch(root, it, &promise.here)).map_err(Failure::from);
    let result = begun.and_then(|()| {
        writer.apply(edits).map_err(|error| {
            drop(leave(root, &promise));
            Failure::from(error)
        })
    });
    if let Err(failure) = result {
        writer.settled()?;
        return Err(failure);
    }
    let paths: Vec<&RelPath> = edits.iter().map(|it| &it.path).collect();
    let error = match git::commit_files(root, &paths, message) {
        Ok(commit) => {
            writer.settled()?;
            return Ok(commit);
        }
        Err(error) => error,
    };
    // a hook may have changed the files, and they go back all the same
    let back = writer.roll_back(edits);
    let hint = match (back, leave(root, &promise)) {
        (Ok(kept), Ok(())) => {
            writer.settled()?;
            if kept.is_empty() {
                "nothing was written; see what git or its hooks want".to_owned()
            } else {
                format!("nothing was written; what a hook made of the files is in {}", kept.join(" and "))
            }
        }
        (Err(why), _) => format!("the files are written and not committed ({why})"),
        (_, Err(why)) => format!("nothing was written, but the branch is left over ({why})"),
    };
    Err(Failure { hint: Some(hint), ..Failure::from(error) })
}

/// Takes back what a run did for a commit that never came. Returns whether there was anything.
pub(super) fn abandon(root: &Path, writer: &Writer) -> Result<bool, Failure> {
    let Some(promise) = writer.promised() else { return Ok(false) };
    match git::commit(root, "HEAD") {
        Ok(head) if promise.head.as_ref() != Some(&head) => {
            // it came, or somebody else's did
            writer.settled()?;
            return Ok(false);
        }
        Err(error) if promise.head.is_some() => return Err(error.into()),
        _ => {}
    }
    let applied = writer.applied_for(&promise).map_err(|error| {
        let hint = "commit its files, or restore them with git; the next run goes on then";
        let message = format!("a run was cut off before its commit, and then {error}");
        Failure::new(Exit::Changed, message, hint)
    })?;
    let is_written = applied.is_some();
    if let Some(edits) = applied {
        let paths: Vec<&RelPath> = edits.iter().map(|it| &it.path).collect();
        git::unstage(root, &paths)?;
        writer.roll_back(&edits)?;
    }
    let is_left = promise.branch.as_deref().is_some_and(|it| git::has_branch(root, it));
    leave(root, &promise)?;
    writer.settled()?;
    Ok(is_written || is_left)
}

fn leave(root: &Path, promise: &Promise) -> Result<(), git::GitError> {
    match promise.branch.as_deref() {
        Some(name) if git::has_branch(root, name) => git::leave_branch(root, name, &promise.here),
        _ => Ok(()),
    }
}
