//! After a run that was cut off, and after one that was not: finish, take back, undo.

use std::{collections::BTreeMap, io};

use super::{
    ApplyError,
    back::Back,
    fs::{At, Kind, is_unsupported},
    transaction::{DONE, JOURNAL, LAST, TXN, Transaction, new_name, old_name, parent},
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
    /// It was taken back; these files stay as somebody saved them, with the place of what was there before.
    TakenBack(Vec<String>),
    /// Nobody knows any more what it was about: it lies in this folder now.
    SetAside(String),
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
        self.rescue(&journal.entries).map_err(store)?;
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
        let journal = match self.journal(JOURNAL) {
            Err(ApplyError::Damaged) => return self.set_aside().map_err(store),
            other => other?,
        };
        self.rescue(&journal.entries).map_err(store)?;
        let Back { left, stayed } = self.take_back(&journal);
        if left.is_empty() {
            return Ok(Recovered::TakenBack(stayed));
        }
        let cause = ApplyError::Store { verb: "take back", source: io::Error::other("some files stayed") };
        Err(ApplyError::Stuck { cause: Box::new(cause), left })
    }

    /// Gives back what somebody saved while files were changing places, and what was cut off before it was given back.
    fn rescue(&self, entries: &[Entry]) -> io::Result<()> {
        for (number, entry) in entries.iter().enumerate() {
            let path = entry.path.as_str();
            if !self.is_plain_way(path)? {
                continue;
            }
            for name in self.foreign(number, entry)? {
                let now = self.digest(At::Tree(path))?;
                if now.is_none() {
                    self.make_folders(parent(path))?;
                    self.move_new(At::Store(&name), At::Tree(path))?;
                } else if now == entry.after || now == entry.before {
                    match self.fs.exchange(At::Store(&name), At::Tree(path)) {
                        Err(error) if is_unsupported(&error) => self.fs.rename(At::Store(&name), At::Tree(path))?,
                        other => other?,
                    }
                }
                // where a third text stands there, both stay, and a person is told
            }
        }
        self.sync_targets(entries)
    }

    /// Moves what cannot be read out of the way.
    fn set_aside(&self) -> io::Result<Recovered> {
        let taken = self.fs.list(At::Store(""))?;
        let name =
            (0..=taken.len()).map(|it| format!("damaged-{it}")).find(|it| !taken.contains(it)).unwrap_or_default();
        self.fs.rename(At::Store(TXN), At::Store(&name))?;
        self.fs.sync_folder(At::Store(""))?;
        Ok(Recovered::SetAside(self.fs.shown(At::Store(&name))))
    }

    fn neither_old_nor_new(&self, entries: &[Entry]) -> io::Result<Vec<String>> {
        let mut res = Vec::new();
        for entry in entries {
            let is_plain = self.is_plain_way(entry.path.as_str())?;
            let now = if is_plain { self.digest(At::Tree(entry.path.as_str()))? } else { None };
            if !is_plain || (now != entry.before && now != entry.after) {
                res.push(entry.path.to_string());
            }
        }
        Ok(res)
    }

    fn journal(&self, name: &str) -> Result<Journal, ApplyError> {
        let bytes = self.fs.read(At::Store(name)).map_err(|source| ApplyError::Store { verb: "read", source })?;
        Journal::decode(&bytes.unwrap_or_default()).map_err(|_| ApplyError::Damaged)
    }

    /// The modes of the files that the changeset in `last/` deleted, by the number of their edit.
    pub(super) fn displaced_modes(&self, entries: &[Entry]) -> BTreeMap<usize, u32> {
        let mode = |(number, entry): (usize, &Entry)| {
            let name = old_name(number).replacen(TXN, LAST, 1);
            match self.fs.kind(At::Store(&name)) {
                Ok(Kind::File(mode)) if entry.after.is_none() => Some((number, mode)),
                _ => None,
            }
        };
        entries.iter().enumerate().filter_map(mode).collect()
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
