//! The files that git knows, here and in a commit.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{
    changed,
    error::GitError,
    path::path,
    program::{self, git},
    tree::{tree, whole_tree},
};
use crate::base::{Memory, RelPath};

/// The names of all files in git's index, relative to `root`: also those that no path here can have, which is no reason not to
/// count a file.
pub fn names(root: &Path) -> Result<Vec<String>, GitError> {
    let listed = git(root, "list the files", &["ls-files", "-z", "--cached", "--deduplicate"], None)?;
    Ok(program::names(&listed).collect())
}

/// Whether git's index has an entry of one of these names: a file, a link, or another repository.
pub fn has_any(root: &Path, paths: &BTreeSet<RelPath>) -> Result<bool, GitError> {
    let wanted: BTreeSet<&str> = paths.iter().map(RelPath::as_str).collect();
    Ok(names(root)?.iter().any(|it| wanted.contains(it.as_str())))
}

/// The other repositories that git's index has in `folder`: of each it knows a commit, and no file.
pub fn repositories_in(root: &Path, folder: &RelPath) -> Result<Vec<RelPath>, GitError> {
    let arguments = ["ls-files", "-z", "--stage", "--cached", "--", folder.as_str()];
    let listed = git(root, "look for other repositories", &arguments, None)?;
    let entries = listed.split(|it| *it == 0).filter(|it| it.starts_with(b"160000 "));
    let path = |it: &[u8]| RelPath::new(String::from_utf8_lossy(it).split_once('\t')?.1).ok();
    Ok(entries.filter_map(path).collect())
}

/// The other repositories that a commit has in `root`.
pub fn repositories_at(root: &Path, commit: &str) -> Result<BTreeSet<RelPath>, GitError> {
    let listed = whole_tree(root, "look for other repositories", commit)?;
    Ok(listed.entries().filter(|it| it.is_repository).filter_map(|it| it.path()).collect())
}

/// The plain files of `commit` at or below each of `paths`, relative to `root`: none where there is no path. Links are left out.
pub fn files(root: &Path, commit: &str, paths: &[&RelPath]) -> Result<Memory, GitError> {
    files_but(root, commit, paths, &|_| false).map(|(files, _)| files)
}

/// The same without those that are known to be the same elsewhere, which are named.
pub fn files_but(
    root: &Path,
    commit: &str,
    paths: &[&RelPath],
    is_known: &dyn Fn(&RelPath) -> bool,
) -> Result<(Memory, Vec<RelPath>), GitError> {
    if paths.is_empty() {
        // git takes no path for all of them
        return Ok(Default::default());
    }
    let what = format!("read the files of {commit}");
    let listed = tree(root, &what, commit, paths)?;
    let (mut wanted, mut known) = (Vec::new(), Vec::new());
    for entry in listed.entries().filter(|it| it.is_plain) {
        match entry.path() {
            Some(path) if is_known(&path) => known.push(path),
            Some(path) => wanted.push((entry.object.into_owned(), path)),
            None => {}
        }
    }
    Ok((changed::objects(root, &what, wanted)?, known))
}

/// The files that git knows, and those that it would add.
pub fn present_files(root: &Path) -> Result<Vec<PathBuf>, GitError> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
    let listed = program::listed(root, "list the files", &arguments)?;
    let names = listed.split(|it| *it == 0).filter(|it| !it.is_empty());
    Ok(names.map(path).collect())
}
