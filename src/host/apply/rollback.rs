//! From new to old again, where a run cannot go on. What somebody else wrote stays, and what it was written over is kept.

use std::io;

use super::{
    fs::{At, NodeKind},
    transaction::{DONE, JOURNAL, TXN, Transaction, new_name, old_name, parent},
};
use crate::{
    base::{RelPath, Sha256},
    changeset::{Journal, JournalEntry},
};

/// Where texts are kept that nobody may throw away.
const KEPT: &str = "kept";

/// What could not be taken back.
#[derive(Debug, Default)]
pub(super) struct Back {
    /// What the disk refused: files, with its answer.
    pub(super) left: Vec<String>,
    /// Files that somebody changed behind the run and that stay, with the place of what was there before.
    pub(super) stayed: Vec<String>,
}

impl Transaction<'_> {
    /// Puts back whatever is new.
    pub(super) fn take_back(&self, journal: &Journal) -> Back {
        let entries = &journal.entries;
        let mut back = Back::default();
        // nobody may take a tree that is half old for one that is done
        let is_done = self.fs.kind(At::Store(DONE)).is_ok_and(|it| it != NodeKind::Missing);
        if is_done && let Err(error) = self.fs.rename(At::Store(DONE), At::Store(JOURNAL)) {
            back.left.push(format!("the journal ({error})"));
            return back;
        }
        for (number, entry) in entries.iter().enumerate().rev() {
            let kept = self.is_plain_way(entry.path.as_str()).and_then(|is_plain| {
                // where somebody put a file or a link in the place of a folder, nothing of this run is behind it
                let now = if is_plain {
                    self.put_back(number, entry)?;
                    self.digest(At::Tree(entry.path.as_str()))?
                } else {
                    Some(Sha256::of(b"no file: its folder is none"))
                };
                self.keep(number, entry, now)
            });
            match kept {
                Ok(stayed) => back.stayed.extend(stayed),
                Err(error) => back.left.push(format!("{} ({error})", entry.path)),
            }
        }
        for folder in journal.folders.iter().rev().map(RelPath::as_str) {
            // what somebody put into it stays
            if self.is_plain_way(folder).unwrap_or(false) {
                drop(self.fs.remove_folder(At::Tree(folder)));
            }
        }
        let forget = || -> io::Result<()> {
            self.sync_targets(entries)?;
            self.fs.remove(At::Store(JOURNAL))?;
            self.fs.sync_folder(At::Store(TXN))
        };
        if back.left.is_empty() {
            match forget() {
                Ok(()) => drop(self.discard()),
                Err(error) => back.left.push(format!("the journal ({error})")),
            }
        }
        back
    }

    fn put_back(&self, number: usize, entry: &JournalEntry) -> io::Result<()> {
        let (path, new, old) = (At::Tree(entry.path.as_str()), new_name(number), old_name(number));
        let now = self.digest(path)?;
        if now == entry.before || now != entry.after {
            return Ok(());
        }
        let has_old = self.fs.kind(At::Store(&old))? != NodeKind::Missing;
        let displaced = self.digest(At::Store(&new))?;
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
            (Some(_), Some(_)) if has_old => {
                // whoever finishes it after all needs the new bytes again
                if self.fs.kind(At::Store(&new))? == NodeKind::Missing {
                    self.fs.link(path, At::Store(&new))?;
                }
                self.fs.rename(At::Store(&old), path)
            }
            // whatever was displaced, and whoever has written into it since
            (Some(_), Some(_)) if displaced.is_some() && displaced != entry.after => {
                self.fs.exchange(At::Store(&new), path)?;
                if self.digest(At::Store(&new))? != entry.after {
                    self.fs.exchange(At::Store(&new), path)?;
                }
                Ok(())
            }
            // it was made what it should be by somebody else
            _ => Ok(()),
        }
    }

    /// Keeps a text that is about to be written over, and says where.
    pub(super) fn keep_text(&self, path: &RelPath, bytes: &[u8]) -> io::Result<String> {
        let place = self.free_place(path)?;
        self.fs.create(At::Store(&place), bytes, None)?;
        self.fs.sync(At::Store(&place))?;
        self.fs.sync_folder(At::Store(KEPT))?;
        Ok(self.fs.shown(At::Store(&place)))
    }

    /// A name for a text of `path` among those that are kept.
    fn free_place(&self, path: &RelPath) -> io::Result<String> {
        if self.fs.kind(At::Store(KEPT))? == NodeKind::Missing {
            self.fs.make_folder(At::Store(KEPT))?;
            self.fs.sync_folder(At::Store(""))?;
        }
        let taken = self.fs.list(At::Store(KEPT))?;
        let name = (0..=taken.len()).map(|it| format!("{it}-{}", path.file_name())).find(|it| !taken.contains(it));
        Ok(format!("{KEPT}/{}", name.unwrap_or_default()))
    }

    /// Keeps what a run displaced where somebody has changed the new file since, and says where.
    fn keep(&self, number: usize, entry: &JournalEntry, now: Option<Sha256>) -> io::Result<Option<String>> {
        if now == entry.before || now == entry.after {
            return Ok(None);
        }
        let mut names = self.foreign(number, entry)?;
        for name in [old_name(number), new_name(number)] {
            let digest = self.digest(At::Store(&name))?;
            if digest.is_some() && digest == entry.before {
                names.push(name);
            }
        }
        let mut places = Vec::new();
        for name in names {
            let place = self.free_place(&entry.path)?;
            self.fs.rename(At::Store(&name), At::Store(&place))?;
            self.fs.sync_folder(At::Store(KEPT))?;
            places.push(self.fs.shown(At::Store(&place)));
        }
        let before = |it: &[String]| format!("{} (what was there before is in {})", entry.path, it.join(" and "));
        Ok((!places.is_empty()).then(|| before(&places)))
    }
}
