//! Where a change is that was committed since it was applied, by this program or by hand.

use std::path::Path;

use crate::{
    base::{Files as _, Memory, RelPath, Sha256, text::with_carriage_returns},
    changeset::JournalEntry,
    host::{
        Disk,
        git::{self, GitError},
    },
};

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) enum Committed {
    /// It is a part of what is checked out.
    Here(String),
    /// It is, and it was taken back since.
    Reverted(String),
    /// It is on a branch that is not checked out, where one is known.
    Elsewhere(String, Option<String>),
}

/// The commits that are compared: a change that was applied last is not far behind.
const MOST: usize = 100;

/// Finds the commit that made each file what the change made of it; none where no commit did.
pub(in crate::command) fn committed(root: &Path, entries: &[JournalEntry]) -> Result<Option<Committed>, GitError> {
    let paths: Vec<&RelPath> = entries.iter().map(|it| &it.path).collect();
    if paths.is_empty() || !git::is_repository(root)? || git::tip(root, "HEAD")?.is_none() {
        return Ok(None);
    }
    for commit in git::changes_of(root, &paths, MOST)? {
        if !has_made(&git::files(root, &commit, &paths)?, entries) {
            continue;
        }
        // who has it from a parent has not made it
        if let Some(parent) = git::tip(root, &format!("{commit}^"))?
            && has_made(&git::files(root, &parent, &paths)?, entries)
        {
            continue;
        }
        if !git::is_in(root, &commit)? {
            // the same change was made here as well, and not committed here
            if is_any_here(root, entries) {
                continue;
            }
            let branch = git::branch_with(root, &commit)?;
            return Ok(Some(Committed::Elsewhere(commit, branch)));
        }
        let is_reverted = is_as_before(root, entries) || git::is_reverted(root, &commit)?;
        return Ok(Some(if is_reverted { Committed::Reverted(commit) } else { Committed::Here(commit) }));
    }
    Ok(None)
}

/// Whether files are as a change made them, however their lines end.
fn has_made(files: &Memory, entries: &[JournalEntry]) -> bool {
    entries.iter().all(|it| is(files.0.get(&it.path).map(Vec::as_slice), it.after))
}

/// Whether a file on disk is as the change left it.
fn is_any_here(root: &Path, entries: &[JournalEntry]) -> bool {
    let disk = Disk::new(root);
    // a file that cannot be read is not known to be as it was left
    let is_here = |it: &JournalEntry| disk.read(&it.path).is_ok_and(|bytes| is(bytes.as_deref(), it.after));
    entries.iter().any(|it| it.after != it.before && is_here(it))
}

/// Whether everything on disk is as it was before.
fn is_as_before(root: &Path, entries: &[JournalEntry]) -> bool {
    let disk = Disk::new(root);
    // a file that cannot be read is not known to be as before
    entries.iter().all(|it| disk.read(&it.path).is_ok_and(|bytes| is(bytes.as_deref(), it.before)))
}

fn is(bytes: Option<&[u8]>, wanted: Option<Sha256>) -> bool {
    bytes.map(Sha256::of) == wanted || bytes.is_some_and(|it| wanted == Some(Sha256::of(&with_carriage_returns(it))))
}
