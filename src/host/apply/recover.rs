//! After a run that was cut off, and after one that was not: finish, take back, undo.

use std::io;

use super::{
    ApplyError,
    fs::{At, Kind},
    transaction::{DONE, JOURNAL, LAST, TXN, Transaction, new_name, old_name},
};
use crate::{
    base::{Edit, Sha256},
    changeset::{Entry, Journal},
};

/// What became of a changeset that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovered {
    /// There was none.
    Nothing,
    /// It had not begun: nothing of it is there.
    Discarded,
    /// It was finished: the run that it belongs to, and its number of files.
    Finished(String, usize),
}

impl Transaction<'_> {
    /// Finishes what was cut off, or forgets what had not begun.
    pub(super) fn recover(&self) -> Result<Recovered, ApplyError> {
        let store = |source| ApplyError::Store { verb: "read", source };
        if self.fs.kind(At::Store(TXN)).map_err(store)? == Kind::Missing {
            return Ok(Recovered::Nothing);
        }
        if self.fs.kind(At::Store(DONE)).map_err(store)? != Kind::Missing {
            // all of it had happened, whatever has become of the journal since
            let journal = self.journal(DONE);
            self.tidy();
            return Ok(journal.map_or(Recovered::Nothing, |it| Recovered::Finished(it.run, it.entries.len())));
        }
        if self.fs.kind(At::Store(JOURNAL)).map_err(store)? == Kind::Missing {
            self.discard().map_err(|source| ApplyError::Store { verb: "write to", source })?;
            return Ok(Recovered::Discarded);
        }
        let journal = self.journal(JOURNAL)?;
        let torn = self.neither_old_nor_new(&journal.entries).map_err(store)?;
        if !torn.is_empty() {
            return Err(ApplyError::Torn { run: journal.run, paths: torn });
        }
        self.forward(&journal.entries)?;
        self.end()?;
        self.tidy();
        Ok(Recovered::Finished(journal.run, journal.entries.len()))
    }

    /// Takes back what was cut off. Files that somebody has changed since stay as they are and are named.
    pub(super) fn abort(&self) -> Result<Recovered, ApplyError> {
        let store = |source| ApplyError::Store { verb: "read", source };
        if self.fs.kind(At::Store(JOURNAL)).map_err(store)? == Kind::Missing {
            return self.recover();
        }
        let journal = self.journal(JOURNAL)?;
        let left = self.take_back(&journal);
        if left.is_empty() {
            return Ok(Recovered::Discarded);
        }
        let cause = ApplyError::Store { verb: "take back", source: io::Error::other("some files stayed") };
        Err(ApplyError::Stuck { cause: Box::new(cause), left })
    }

    fn neither_old_nor_new(&self, entries: &[Entry]) -> io::Result<Vec<String>> {
        let mut res = Vec::new();
        for entry in entries {
            let now = self.digest(At::Tree(entry.path.as_str()))?;
            if now != entry.before && now != entry.after {
                res.push(entry.path.to_string());
            }
        }
        Ok(res)
    }

    fn journal(&self, name: &str) -> Result<Journal, ApplyError> {
        let bytes = self.fs.read(At::Store(name)).map_err(|source| ApplyError::Store { verb: "read", source })?;
        Journal::decode(&bytes.unwrap_or_default()).map_err(|_| ApplyError::Damaged)
    }

    /// The edits that take back the changeset in `last/`, where its files are as it left them.
    pub(super) fn inverse(&self, entries: &[Entry]) -> Result<Vec<Edit>, ApplyError> {
        let one = |(number, entry): (usize, &Entry)| {
            let disk = |source| ApplyError::Disk { verb: "read", path: entry.path.clone(), source };
            let path = At::Tree(entry.path.as_str());
            if self.digest(path).map_err(disk)? != entry.after {
                return Err(ApplyError::Changed(entry.path.clone()));
            }
            let displaced = match entry.before {
                None => None,
                Some(before) => Some(self.displaced(number, before).map_err(disk)?),
            };
            Ok(Edit { path: entry.path.clone(), before: self.fs.read(path).map_err(disk)?, after: displaced })
        };
        entries.iter().enumerate().map(one).collect()
    }

    /// The bytes that an edit displaced.
    fn displaced(&self, number: usize, digest: Sha256) -> io::Result<Vec<u8>> {
        for name in [old_name(number), new_name(number)] {
            let name = name.replacen(TXN, LAST, 1);
            if let Some(bytes) = self.fs.read(At::Store(&name))?.filter(|it| Sha256::of(it) == digest) {
                return Ok(bytes);
            }
        }
        Err(io::Error::new(io::ErrorKind::NotFound, "its old bytes are not kept any more"))
    }
}
