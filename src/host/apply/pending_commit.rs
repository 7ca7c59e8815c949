//! A commit that is still to come: written down before anything is done for it, so that files that are written and branches
//! that are made for a commit which never came are taken back by the next run that writes.

use std::io;

use serde::{Deserialize, Serialize};

use super::{
    ApplyError, Writer,
    error::CUT_OFF,
    fs::{At, Fs as _},
    place::optional,
    seal::Sealed,
};
use crate::{
    base::{Edit, RelPath, printable},
    changeset::{Journal, JournalEntry},
};

/// What is to be committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingCommit {
    /// The branch that is made for it, which is not there yet.
    pub branch: Option<String>,
    /// Where the repository was before: a branch, or a commit where it was on none.
    pub here: String,
    /// The commit that it comes behind; none in a repository without one.
    pub head: Option<String>,
    /// Its files.
    pub entries: Vec<JournalEntry>,
}

impl PendingCommit {
    /// The commit of `edits` that is to come.
    pub fn new(branch: Option<&str>, here: String, head: Option<String>, edits: &[Edit]) -> Self {
        Self { branch: branch.map(str::to_owned), here, head, entries: Journal::new("", edits, Vec::new()).entries }
    }
}

/// The edits of a pending commit that are still there, and the files of it that somebody has changed since.
type Applied = (Vec<Edit>, Vec<RelPath>);

const NAME: &str = "promise";

impl Writer {
    /// Writes it down.
    pub fn record_pending(&self, pending: &PendingCommit) -> Result<(), ApplyError> {
        let write = || -> io::Result<()> {
            let text = [&serde_json::to_vec(pending)?[..], b"\n"].concat();
            let draft = format!("{NAME}-draft");
            optional(self.files.remove(At::Store(&draft)))?;
            self.files.create(At::Store(&draft), &self.seal.seal(Sealed::PendingCommit, text), None)?;
            self.files.sync(At::Store(&draft))?;
            self.files.rename(At::Store(&draft), At::Store(NAME))?;
            self.files.sync_folder(At::Store(""))
        };
        write().map_err(self.failed("write to"))
    }

    /// The pending commit that was neither made nor given up.
    ///
    /// # Errors
    /// When it is not known to be this user's for this workspace.
    pub fn pending_commit(&self) -> Result<Option<PendingCommit>, ApplyError> {
        let Some(bytes) = self.files.read_own(NAME).map_err(self.failed("read"))? else { return Ok(None) };
        let (text, verdict) = self.seal.open(Sealed::PendingCommit, &bytes);
        let pending = serde_json::from_slice::<PendingCommit>(text).ok();
        let place = || self.files.shown(At::Store(NAME));
        match (verdict, pending) {
            (Err(why), pending) if !self.believes => {
                let branch = pending.and_then(|it| it.branch);
                let would = branch.map(|it| printable(&format!("the branch {it} would be deleted")));
                Err(ApplyError::Unverified { what: CUT_OFF, place: place(), why, would: would.into_iter().collect() })
            }
            (_, None) => Err(ApplyError::Odd { place: place(), what: "it cannot be read".into() }),
            (_, pending) => Ok(pending),
        }
    }

    /// Forgets it, because it was kept or given up.
    pub fn settled(&self) -> Result<(), ApplyError> {
        optional(self.files.remove(At::Store(NAME))).map(drop).map_err(self.failed("write to"))
    }

    /// Moves the pending commit out of the way, where it is not known to be this user's, and says where it is.
    pub fn set_pending_aside(&self) -> Result<String, ApplyError> {
        self.transaction(true).put_away(NAME).map_err(self.failed("write to"))
    }

    /// The edits that a pending commit is about, if they were applied, as far as they are still there; none where it did not come
    /// to that. Beside them the files that somebody has changed since.
    pub fn applied_for(&self, pending: &PendingCommit) -> Result<Option<Applied>, ApplyError> {
        self.tidied()?;
        match self.last(self.believes) {
            Ok(last) if last.entries == pending.entries => {}
            Ok(_) | Err(ApplyError::NothingToUndo) => return Ok(None),
            Err(error) => return Err(error),
        }
        let transaction = self.transaction(true);
        let (mut edits, mut others) = (Vec::new(), Vec::new());
        for (number, entry) in pending.entries.iter().enumerate() {
            let disk = |source| ApplyError::Disk { verb: "read", path: entry.path.clone(), source };
            let is_plain = transaction.is_plain_way(entry.path.as_str()).map_err(disk)?;
            let now = if is_plain { transaction.digest(At::Tree(entry.path.as_str())).map_err(disk)? } else { None };
            if is_plain && now == entry.after {
                edits.push(transaction.inverse_of(number, entry)?);
            } else if !is_plain || now != entry.before {
                others.push(entry.path.clone());
            }
        }
        let turned = edits.into_iter().map(|it| Edit { path: it.path, before: it.after, after: it.before });
        Ok(Some((turned.collect(), others)))
    }

    /// Keeps what the pending change displaced in files that somebody has changed since, and says where.
    pub fn keep_displaced(&self, pending: &PendingCommit, paths: &[RelPath]) -> Result<Vec<String>, ApplyError> {
        let transaction = self.transaction(true);
        let mut res = Vec::new();
        for (number, entry) in pending.entries.iter().enumerate().filter(|(_, it)| paths.contains(&it.path)) {
            let disk = |source| ApplyError::Disk { verb: "keep", path: entry.path.clone(), source };
            if let Some(before) = entry.before {
                let bytes = transaction.displaced(number, before).map_err(disk)?;
                res.push(transaction.keep_text(&entry.path, &bytes).map_err(disk)?);
            }
        }
        Ok(res)
    }
}
