//! Which files of the work tree say something else than at a commit.

use std::{collections::BTreeSet, path::Path};

use crate::{
    base::{Files as _, RelPath, text::with_carriage_returns},
    command::support::{failure::Failure, links::link_on_the_way},
    host::{Disk, git},
};

/// So many files are read of git at a time: more are too long a command line.
const PART: usize = 500;

/// The files at or below `places` that are in the commit and say something else in the work tree, or are gone there. One that was only
/// touched is the same.
///
/// # Errors
/// When git does not answer, or the disk.
pub(in crate::command) fn changed_files(
    (root, disk): (&Path, &Disk),
    commit: &str,
    places: &BTreeSet<RelPath>,
) -> Result<BTreeSet<RelPath>, Failure> {
    let changed = git::changed(root, commit, Some(places))?;
    let found: Vec<RelPath> = changed.into_iter().filter(|it| it.is_within(places)).collect();
    let mut res = BTreeSet::new();
    for part in found.chunks(PART) {
        let committed = git::files(root, commit, &part.iter().collect::<Vec<_>>())?;
        for path in part {
            let new = match disk.read(path) {
                Err(error) if error.is_about_the_file() => None,
                other => other?,
            };
            let old = committed.0.get(path);
            let is_same = !is_behind_link(disk, path)?
                && old.is_some()
                && (old == new.as_ref() || old.map(|it| with_carriage_returns(it)) == new);
            if !is_same {
                res.insert(path.clone());
            }
        }
    }
    Ok(res)
}

/// Whether a folder on the way to a file is a link: git does not follow it, and what is behind it is another file.
fn is_behind_link(disk: &Disk, path: &RelPath) -> Result<bool, Failure> {
    let Some(folder) = path.parent() else { return Ok(false) };
    Ok(link_on_the_way(disk, &folder)?.is_some())
}
