//! From new to old again, where a run cannot go on. What somebody else wrote stays.

use std::io;

use super::{
    fs::{At, Kind},
    transaction::{DONE, JOURNAL, TXN, Transaction, new_name, old_name, parent},
};
use crate::changeset::{Entry, Journal};

impl Transaction<'_> {
    /// Puts back whatever is new, and returns what could not be. What somebody else wrote stays.
    pub(super) fn take_back(&self, journal: &Journal) -> Vec<String> {
        let entries = &journal.entries;
        // nobody may take a tree that is half old for one that is done
        let is_done = self.fs.kind(At::Store(DONE)).is_ok_and(|it| it != Kind::Missing);
        if is_done && let Err(error) = self.fs.rename(At::Store(DONE), At::Store(JOURNAL)) {
            return vec![format!("the journal ({error})")];
        }
        let mut left = Vec::new();
        for (number, entry) in entries.iter().enumerate().rev() {
            match self.put_back(number, entry) {
                Ok(()) => {}
                Err(error) => left.push(format!("{} ({error})", entry.path)),
            }
        }
        for folder in journal.folders.iter().rev() {
            // what somebody put into it stays
            drop(self.fs.remove_folder(At::Tree(folder)));
        }
        let forget = || -> io::Result<()> {
            self.sync_targets(entries)?;
            self.fs.remove(At::Store(JOURNAL))?;
            self.fs.sync_folder(At::Store(TXN))
        };
        if left.is_empty() {
            match forget() {
                Ok(()) => drop(self.discard()),
                Err(error) => left.push(format!("the journal ({error})")),
            }
        }
        left
    }

    fn put_back(&self, number: usize, entry: &Entry) -> io::Result<()> {
        let (path, new, old) = (At::Tree(entry.path.as_str()), new_name(number), old_name(number));
        let now = self.digest(path)?;
        if now == entry.before || now != entry.after {
            return Ok(());
        }
        let has_old = self.fs.kind(At::Store(&old))? != Kind::Missing;
        match (&entry.before, &entry.after) {
            (None, _) => {
                self.fs.rename(path, At::Store(&new))?;
                if self.digest(At::Store(&new))? != entry.after {
                    // somebody saved it just now
                    self.move_new(At::Store(&new), path)?;
                }
                Ok(())
            }
            (Some(_), None) if has_old => {
                self.make_folders(parent(entry.path.as_str()))?;
                self.move_new(At::Store(&old), path)
            }
            (Some(_), Some(_)) if self.digest(At::Store(&new))? == entry.before => {
                self.fs.exchange(At::Store(&new), path)?;
                if self.digest(At::Store(&new))? != entry.after {
                    self.fs.exchange(At::Store(&new), path)?;
                }
                Ok(())
            }
            (Some(_), Some(_)) if has_old => {
                // whoever finishes it after all needs the new bytes again
                if self.fs.kind(At::Store(&new))? == Kind::Missing {
                    self.fs.link(path, At::Store(&new))?;
                }
                self.fs.rename(At::Store(&old), path)
            }
            // it was made what it should be by somebody else
            _ => Ok(()),
        }
    }
}
