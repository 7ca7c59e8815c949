//! Where changesets of a tree are kept, opened.

use std::{
    fs as disk, io,
    path::{Path, PathBuf},
};

use super::{dir::Dir, error::ApplyError, journal_dir::JournalPlace, os_fs::OsFs, seal::Seal};

pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The full path of a workspace.
pub(super) fn full(root: &Path) -> Result<PathBuf, ApplyError> {
    disk::canonicalize(root).map_err(|source| ApplyError::Store { verb: "find", place: shown(root), source })
}

/// Where changesets of the tree at `root` are kept.
pub(super) fn place(root: &Path) -> Result<JournalPlace, ApplyError> {
    JournalPlace::of(root).map_err(|source| ApplyError::store("find", source, || shown(root)))
}

/// A store that is there already, with the tree at `root`.
pub(super) fn opened(root: &Path, place: &JournalPlace) -> Result<Option<(OsFs, Seal)>, ApplyError> {
    let error = |source| ApplyError::store("read", source, || place.path().display().to_string());
    let Some(store) = place.open().map_err(error)? else { return Ok(None) };
    let tree = Dir::open(root).map_err(error)?;
    let files = OsFs { tree, store, root: root.to_path_buf(), place: place.path() };
    Ok(Some((files, Seal::new(root.to_path_buf(), place.path()))))
}

pub(super) fn optional<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
