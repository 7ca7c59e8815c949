//! The files of patterns in a tree, which git reads whatever it is asked: it waits for a pipe, reads a long one as a whole, and takes a power
//! of the stars of a pattern.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::{GitError, git, path::path, plain::patterns_are_plain};

const NAMES: [&str; 2] = [".gitignore", ".gitattributes"];

/// Trees that were looked at by this run.
static LOOKED_AT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Refuses such files in the folders of what git knows below `root`.
pub(super) fn must_be_plain(root: &Path, what: &str) -> Result<(), GitError> {
    let mut known = LOOKED_AT.lock().unwrap_or_else(PoisonError::into_inner);
    if known.contains(root) {
        return Ok(());
    }
    let listed = git(root, what, &["ls-files", "-z", "--cached"], None)?;
    let mut folders: BTreeSet<&[u8]> = BTreeSet::new();
    for path in listed.split(|it| *it == 0) {
        let ends = path.iter().enumerate().rev().filter(|(_, it)| **it == b'/').map(|(at, _)| at);
        // those above it are known with it
        ends.into_iter().map_while(|at| folders.insert(&path[..at]).then_some(())).count();
    }
    let folders = folders.into_iter().map(|it| root.join(path(it)));
    folders.chain([root.to_path_buf()]).try_for_each(|it| of(&it, what))?;
    known.insert(root.to_path_buf());
    Ok(())
}

/// The same for the folders above the workspace, so many up.
pub(super) fn must_be_plain_above(root: &Path, count: usize, what: &str) -> Result<(), GitError> {
    (1..=count).try_for_each(|up| of(&root.join("../".repeat(up)), what))
}

fn of(folder: &Path, what: &str) -> Result<(), GitError> {
    let places = NAMES.iter().map(|it| folder.join(it));
    places.into_iter().try_for_each(|it| patterns_are_plain(&it)).map_err(|why| GitError::failed(what, why))
}
