//! One change to one file of the workspace, with the bytes it was computed from.

use super::{RelPath, Sha256};

/// What happens to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileChange {
    /// There was none.
    Create,
    /// It has other bytes afterwards.
    Replace,
    /// It is gone afterwards.
    Delete,
}

/// One change to one file: the bytes before, which must still be there when it is applied, and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Where, relative to the workspace.
    pub path: RelPath,
    /// The bytes it was computed from; none where there was no file.
    pub before: Option<Vec<u8>>,
    /// The bytes afterwards; none where the file goes away.
    pub after: Option<Vec<u8>>,
}

impl Edit {
    /// Create, replace or delete; none where nothing would change.
    pub fn change(&self) -> Option<FileChange> {
        match (&self.before, &self.after) {
            (None, Some(_)) => Some(FileChange::Create),
            (Some(_), None) => Some(FileChange::Delete),
            (Some(before), Some(after)) if before != after => Some(FileChange::Replace),
            _ => None,
        }
    }

    /// The digest of the bytes it was computed from.
    pub fn before_digest(&self) -> Option<Sha256> {
        self.before.as_deref().map(Sha256::of)
    }
}
