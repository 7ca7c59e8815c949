//! After a run that was cut off, and after one that was not: finish, take back, undo.

use std::{collections::BTreeMap, io};

use super::{
    ApplyError,
    error::CUT_OFF,
    fs::{At, NodeKind, is_unsupported},
    rollback::Back,
    seal::Sealed,
    transaction::{DONE, JOURNAL, LAST, TXN, Transaction, new_name, old_name, parent},
};
use crate::{
    base::{Edit, Sha256, printable},
    changeset::{Journal, JournalEntry},
};

/// Edits that are named before the rest is counted.
const SHOWN: usize = 20;

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
    /// It is not known to be this user's, or what it was about: it lies in this folder now.
    SetAside(String),
    /// A run that only reads found something that is not to be believed, and left it alone.
    Doubted(String),
}

/// How far a changeset has come.
pub(super) enum ChangesetStage {
    /// There is none.
    Nothing,
    /// Nothing has happened, and nothing will.
    NotBegun,
    /// It is to happen, as the journal says.
    Decided(Journal),
    /// It has happened.
    Done(Journal),
}

impl Transaction<'_> {
    /// How far a changeset has come; nothing is written for it.
    ///
    /// # Errors
    /// When what lies there is not known to be this user's for this workspace.
    pub(super) fn stage(&self) -> Result<ChangesetStage, ApplyError> {
        let there = |name| self.fs.kind(At::Store(name)).map_err(self.failed("read"));
        let odd = |what: &str| Err(ApplyError::Odd { place: self.fs.shown(At::Store("")), what: what.to_owned() });
        match there(TXN)? {
            NodeKind::Missing => return Ok(ChangesetStage::Nothing),
            NodeKind::Folder => {}
            NodeKind::Link => return odd("txn is a symbolic link"),
            NodeKind::File(_) | NodeKind::Other => return odd("txn is not a folder"),
        }
        if there(DONE)? != NodeKind::Missing {
            return self.journal(DONE).map(ChangesetStage::Done);
        }
        Ok(if there(JOURNAL)? == NodeKind::Missing {
            ChangesetStage::NotBegun
        } else {
            ChangesetStage::Decided(self.journal(JOURNAL)?)
        })
    }

    /// Finishes what was cut off, or forgets what had not begun.
    pub(super) fn recover(&self) -> Result<Recovered, ApplyError> {
        let store = self.failed("read");
        let journal = match self.stage()? {
            ChangesetStage::Nothing => return Ok(Recovered::Nothing),
            ChangesetStage::NotBegun => {
                self.discard().map_err(self.failed("write to"))?;
                return Ok(Recovered::Discarded);
            }
            ChangesetStage::Done(journal) => {
                self.tidy().map_err(self.failed("write to"))?;
                return Ok(Recovered::Finished(journal.run, journal.entries.len()));
            }
            ChangesetStage::Decided(journal) => journal,
        };
        self.rescue(&journal.entries).map_err(&store)?;
        let torn = self.neither_old_nor_new(&journal.entries).map_err(&store)?;
        if !torn.is_empty() {
            return Err(ApplyError::Torn { run: journal.run, paths: torn });
        }
        if !self.is_staged(&journal.entries).map_err(&store)? {
            return Err(ApplyError::Damaged);
        }
        self.forward(&journal.entries)?;
        self.end()?;
        self.tidy().map_err(self.failed("write to"))?;
        Ok(Recovered::Finished(journal.run, journal.entries.len()))
    }

    /// Takes back what was cut off. Files that somebody has changed since stay as they are and are named. What is not
    /// known to be this user's is set aside.
    pub(super) fn abort(&self) -> Result<Recovered, ApplyError> {
        let journal = match self.stage() {
            Ok(ChangesetStage::Decided(journal)) => journal,
            Ok(_) => return self.recover(),
            Err(ApplyError::Damaged | ApplyError::Unverified { .. } | ApplyError::Odd { .. }) => {
                return self.put_away(TXN).map(Recovered::SetAside).map_err(self.failed("write to"));
            }
            Err(error) => return Err(error),
        };
        self.rescue(&journal.entries).map_err(self.failed("read"))?;
        let Back { left, stayed } = self.take_back(&journal);
        if left.is_empty() {
            return Ok(Recovered::TakenBack(stayed));
        }
        let cause = self.failed("take back what is in")(io::Error::other("some files stayed"));
        Err(ApplyError::Stuck { cause: Box::new(cause), left })
    }

    /// Whether the new bytes of every target that is old still are what they should be.
    fn is_staged(&self, entries: &[JournalEntry]) -> io::Result<bool> {
        for (number, entry) in entries.iter().enumerate().filter(|(_, it)| it.after.is_some()) {
            if self.digest(At::Tree(entry.path.as_str()))? != entry.after
                && self.digest(At::Store(&new_name(number)))? != entry.after
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Gives back what somebody saved while files were changing places, and what was cut off before it was given back.
    fn rescue(&self, entries: &[JournalEntry]) -> io::Result<()> {
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

    fn neither_old_nor_new(&self, entries: &[JournalEntry]) -> io::Result<Vec<String>> {
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

    /// Reads a journal that this user's molt-sync wrote for this workspace.
    pub(super) fn journal(&self, name: &str) -> Result<Journal, ApplyError> {
        let bytes = self.fs.read_own(name).map_err(self.failed("read"))?.unwrap_or_default();
        let (text, verdict) = self.seal.open(Sealed::Journal, &bytes);
        let journal = Journal::decode(text);
        match verdict {
            Err(why) if !self.believes => {
                let would =
                    journal.map_or_else(|_| vec!["what it would do cannot be told".into()], |it| described(&it));
                let what = if name.starts_with(LAST) { "what is kept of the last change" } else { CUT_OFF };
                Err(ApplyError::Unverified { what, place: self.fs.shown(At::Store(name)), why, would })
            }
            _ => journal.map_err(|_| ApplyError::Damaged),
        }
    }

    /// The modes of the files that the changeset in `last/` deleted, by the number of their edit.
    pub(super) fn displaced_modes(&self, entries: &[JournalEntry]) -> BTreeMap<usize, u32> {
        let mode = |(number, entry): (usize, &JournalEntry)| {
            let name = old_name(number).replacen(TXN, LAST, 1);
            match self.fs.kind(At::Store(&name)) {
                Ok(NodeKind::File(mode)) if entry.after.is_none() => Some((number, mode)),
                _ => None,
            }
        };
        entries.iter().enumerate().filter_map(mode).collect()
    }

    /// The edits that take back the changeset in `last/`, where its files are as it left them.
    pub(super) fn inverse(&self, entries: &[JournalEntry]) -> Result<Vec<Edit>, ApplyError> {
        entries.iter().enumerate().map(|(number, entry)| self.inverse_of(number, entry)).collect()
    }

    /// The same of one of its edits.
    pub(super) fn inverse_of(&self, number: usize, entry: &JournalEntry) -> Result<Edit, ApplyError> {
        let disk = |source| ApplyError::Disk { verb: "read", path: entry.path.clone(), source };
        let path = At::Tree(entry.path.as_str());
        if self.digest(path).map_err(disk)? != entry.after {
            return Err(ApplyError::ChangedSince(entry.path.clone()));
        }
        let displaced = match entry.before {
            None => None,
            Some(before) => Some(self.displaced(number, before).map_err(disk)?),
        };
        Ok(Edit { path: entry.path.clone(), before: self.fs.read(path).map_err(disk)?, after: displaced })
    }

    /// The bytes that an edit displaced.
    pub(super) fn displaced(&self, number: usize, digest: Sha256) -> io::Result<Vec<u8>> {
        for name in [old_name(number), new_name(number)] {
            let name = name.replacen(TXN, LAST, 1);
            if let Some(bytes) = self.fs.read(At::Store(&name))?.filter(|it| Sha256::of(it) == digest) {
                return Ok(bytes);
            }
        }
        Err(io::Error::new(io::ErrorKind::NotFound, "its old bytes are not kept any more"))
    }
}

/// What a journal would have done, a line each.
fn described(journal: &Journal) -> Vec<String> {
    let one = |it: &JournalEntry| {
        let word = match (it.before, it.after) {
            (None, _) => "would be created",
            (Some(_), None) => "would be deleted",
            (Some(_), Some(_)) => "would be replaced",
        };
        printable(&format!("{}: {word}", it.path))
    };
    let rest = journal.entries.len().saturating_sub(SHOWN);
    let more = (rest > 0).then(|| format!("and {rest} more"));
    journal.entries.iter().take(SHOWN).map(one).chain(more).collect()
}
