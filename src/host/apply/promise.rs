//! A commit that is still to come: written down before anything is done for it, so that files that are written and branches
//! that are made for a commit which never came are taken back by the next run that writes.

use std::{fs, io, io::Write as _};

use serde::{Deserialize, Serialize};

use super::{ApplyError, Undo, Writer, optional, store};
use crate::{
    base::Edit,
    changeset::{Entry, Journal},
};

/// What is to be committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// The branch that is made for it, which is not there yet.
    pub branch: Option<String>,
    /// Where the repository was before: a branch, or a commit where it was on none.
    pub here: String,
    /// The commit that it comes behind; none in a repository without one.
    pub head: Option<String>,
    /// Its files.
    pub entries: Vec<Entry>,
}

impl Promise {
    /// The promise to commit `edits`.
    pub fn new(branch: Option<&str>, here: String, head: Option<String>, edits: &[Edit]) -> Self {
        Self { branch: branch.map(str::to_owned), here, head, entries: Journal::new("", edits, Vec::new()).entries }
    }
}

const NAME: &str = "promise";

impl Writer {
    /// Writes it down.
    pub fn promise(&self, promise: &Promise) -> Result<(), ApplyError> {
        let write = || -> io::Result<()> {
            let mut file = super::temporary(&self.store)?;
            file.write_all(&serde_json::to_vec(promise)?)?;
            file.as_file().sync_all()?;
            file.persist(self.store.join(NAME)).map_err(|error| error.error)?;
            store::sync(&self.store)
        };
        write().map_err(|source| ApplyError::Store { verb: "write to", source })
    }

    /// What was promised and has neither been kept nor given up; none where it cannot be read.
    pub fn promised(&self) -> Option<Promise> {
        serde_json::from_slice(&fs::read(self.store.join(NAME)).ok()?).ok()
    }

    /// Forgets it, because it was kept or given up.
    pub fn settled(&self) -> Result<(), ApplyError> {
        let removed = optional(fs::remove_file(self.store.join(NAME)));
        removed.map(drop).map_err(|source| ApplyError::Store { verb: "write to", source })
    }

    /// The edits that a promise is about, if they were applied; none where it did not come to that.
    ///
    /// # Errors
    /// When somebody has changed a file of them since.
    pub fn applied_for(&self, promise: &Promise) -> Result<Option<Vec<Edit>>, ApplyError> {
        match self.last() {
            Ok(last) if last.entries == promise.entries => {}
            Ok(_) | Err(ApplyError::NothingToUndo) => return Ok(None),
            Err(error) => return Err(error),
        }
        let Undo { edits, .. } = self.undoing()?;
        let turned = edits.into_iter().map(|it| Edit { path: it.path, before: it.after, after: it.before });
        Ok(Some(turned.collect()))
    }
}
