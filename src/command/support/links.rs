//! Symbolic links that stand on the way to a file.

use crate::base::{FileError, Files, RelPath};

/// The place of a link: the path itself, or the nearest of the folders that it lies in.
pub(in crate::command) fn link_on_the_way(files: &dyn Files, path: &RelPath) -> Result<Option<RelPath>, FileError> {
    for it in std::iter::successors(Some(path.clone()), RelPath::parent) {
        if files.is_link(&it)? {
            return Ok(Some(it));
        }
    }
    Ok(None)
}
