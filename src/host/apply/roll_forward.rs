//! From old to new, one file at a time: files change places, so that what was there is looked at before it is let go.

use std::{collections::BTreeSet, io};

use super::{
    ApplyError,
    fs::{At, NodeKind, is_unsupported},
    transaction::{Durable, TXN, Transaction, new_name, old_name, parent},
};
use crate::{base::Sha256, changeset::JournalEntry};

impl Transaction<'_> {
    /// The digest of a file; none where nothing is. What is not a plain file is equal to no file.
    pub(super) fn digest(&self, at: At<'_>) -> io::Result<Option<Sha256>> {
        Ok(match self.fs.kind(at)? {
            NodeKind::Missing => None,
            NodeKind::File(_) => match self.fs.read(at) {
                // no change is that large
                Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Some(Sha256::of(b"no file: too large")),
                other => other?.map(|bytes| Sha256::of(&bytes)),
            },
            other => Some(Sha256::of(format!("no file: {other:?}").as_bytes())),
        })
    }

    /// Makes every target new that is old still.
    pub(super) fn forward(&self, entries: &[JournalEntry]) -> Result<(), ApplyError> {
        for (number, entry) in entries.iter().enumerate() {
            let disk = |source| ApplyError::Disk { verb: "replace", path: entry.path.clone(), source };
            if !self.is_plain_way(entry.path.as_str()).map_err(disk)? {
                return Err(ApplyError::Changed(entry.path.clone()));
            }
            let now = self.digest(At::Tree(entry.path.as_str())).map_err(disk)?;
            if now == entry.after {
                continue;
            }
            if now != entry.before {
                return Err(ApplyError::Changed(entry.path.clone()));
            }
            let is_fine = match (&entry.before, &entry.after) {
                (_, None) => self.displace(number, entry),
                (None, Some(_)) => self.arrive(number, entry),
                (Some(_), Some(_)) => self.replace(number, entry),
            };
            match is_fine {
                Ok(true) => {}
                Ok(false) => return Err(ApplyError::Changed(entry.path.clone())),
                Err(error) if error.kind() == io::ErrorKind::NotFound && entry.before.is_some() => {
                    return Err(ApplyError::Changed(entry.path.clone()));
                }
                Err(error) => return Err(disk(error)),
            }
        }
        self.look_again(entries)?;
        let beside = self.failed("write the files from");
        if entries.iter().any(|it| it.after.is_none()) {
            // what was in a folder must be safe elsewhere before the folder goes
            self.fs.sync_folder(At::Store(TXN)).map_err(&beside)?;
        }
        self.drop_empty_folders(entries).map_err(&beside)?;
        if self.without != Some(Durable::Targets) {
            self.sync_targets(entries).map_err(&beside)?;
        }
        Ok(())
    }

    /// What was displaced must still be what it was: an editor can write into a file that it has open.
    fn look_again(&self, entries: &[JournalEntry]) -> Result<(), ApplyError> {
        for (number, entry) in entries.iter().enumerate() {
            let disk = |source| ApplyError::Disk { verb: "read", path: entry.path.clone(), source };
            if !self.foreign(number, entry).map_err(disk)?.is_empty() {
                return Err(ApplyError::Changed(entry.path.clone()));
            }
        }
        Ok(())
    }

    /// The files in the store that hold neither what an edit found nor what it brings: somebody's.
    pub(super) fn foreign(&self, number: usize, entry: &JournalEntry) -> io::Result<Vec<String>> {
        let mut res = Vec::new();
        for (name, is_new) in [(new_name(number), true), (old_name(number), false)] {
            let digest = self.digest(At::Store(&name))?;
            let is_known = digest.is_none() || digest == entry.before || (is_new && digest == entry.after);
            if !is_known {
                res.push(name);
            }
        }
        Ok(res)
    }

    /// Whether nothing but folders leads to a path, as far as there are any.
    pub(super) fn is_plain_way(&self, path: &str) -> io::Result<bool> {
        for (at, _) in path.match_indices('/') {
            match self.fs.kind(At::Tree(&path[..at]))? {
                NodeKind::Folder => {}
                NodeKind::Missing => return Ok(true),
                NodeKind::File(_) | NodeKind::Link | NodeKind::Other => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Moves a target away; false where it was not what it should have been.
    fn displace(&self, number: usize, entry: &JournalEntry) -> io::Result<bool> {
        let (name, path) = (old_name(number), entry.path.as_str());
        self.fs.rename(At::Tree(path), At::Store(&name))?;
        if self.digest(At::Store(&name))? == entry.before {
            return Ok(true);
        }
        self.move_new(At::Store(&name), At::Tree(path))?;
        Ok(false)
    }

    fn arrive(&self, number: usize, entry: &JournalEntry) -> io::Result<bool> {
        let path = entry.path.as_str();
        self.make_folders(parent(path))?;
        match self.move_new(At::Store(&new_name(number)), At::Tree(path)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            other => other.map(|()| true),
        }
    }

    fn replace(&self, number: usize, entry: &JournalEntry) -> io::Result<bool> {
        let (new, target) = (new_name(number), At::Tree(entry.path.as_str()));
        match self.fs.exchange(At::Store(&new), target) {
            Err(error) if is_unsupported(&error) => return self.replace_by_link(number, entry),
            other => other?,
        }
        if self.digest(At::Store(&new))? == entry.before {
            return Ok(true);
        }
        self.fs.exchange(At::Store(&new), target)?;
        Ok(false)
    }

    /// Without exchange: a second name keeps the old file, and what is saved into it is found. An editor that puts a file
    /// of its own in its place between the two steps loses it; that is the lower guarantee of such a file system.
    fn replace_by_link(&self, number: usize, entry: &JournalEntry) -> io::Result<bool> {
        let (new, old, target) = (new_name(number), old_name(number), At::Tree(entry.path.as_str()));
        if self.fs.kind(At::Store(&old))? != NodeKind::Missing {
            self.fs.remove(At::Store(&old))?;
        }
        self.fs.link(target, At::Store(&old))?;
        // the old file must have a name on the disk before it loses the one in the tree
        self.fs.sync_folder(At::Store(TXN))?;
        if self.digest(At::Store(&old))? != entry.before {
            return Ok(false);
        }
        self.fs.rename(At::Store(&new), target)?;
        if self.digest(At::Store(&old))? == entry.before {
            return Ok(true);
        }
        self.fs.rename(At::Store(&old), target)?;
        Ok(false)
    }

    /// Moves a file to where nothing is.
    pub(super) fn move_new(&self, from: At<'_>, to: At<'_>) -> io::Result<()> {
        match self.fs.rename_new(from, to) {
            Err(error) if is_unsupported(&error) => {
                self.fs.link(from, to)?;
                if let At::Tree(path) = to {
                    // one of the two names must always be on the disk
                    self.fs.sync_folder(At::Tree(parent(path)))?;
                }
                self.fs.remove(from)
            }
            other => other,
        }
    }

    pub(super) fn make_folders(&self, folder: &str) -> io::Result<()> {
        if folder.is_empty() || self.fs.kind(At::Tree(folder))? == NodeKind::Folder {
            return Ok(());
        }
        self.make_folders(parent(folder))?;
        self.fs.make_folder(At::Tree(folder))?;
        self.fs.sync_folder(At::Tree(parent(folder)))
    }

    /// Folders that held nothing but what was deleted.
    fn drop_empty_folders(&self, entries: &[JournalEntry]) -> io::Result<()> {
        for entry in entries.iter().filter(|it| it.after.is_none()) {
            let mut folder = parent(entry.path.as_str());
            while !folder.is_empty() {
                match self.fs.remove_folder(At::Tree(folder)) {
                    Ok(()) => {}
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => break,
                    // who may not remove it is not told that it is not empty
                    Err(_) if self.fs.list(At::Tree(folder)).is_ok_and(|it| !it.is_empty()) => break,
                    Err(error) => return Err(error),
                }
                folder = parent(folder);
            }
        }
        Ok(())
    }

    pub(super) fn sync_targets(&self, entries: &[JournalEntry]) -> io::Result<()> {
        let mut folders = BTreeSet::new();
        for entry in entries {
            let mut folder = parent(entry.path.as_str());
            while self.fs.kind(At::Tree(folder))? != NodeKind::Folder {
                folder = parent(folder);
            }
            folders.insert(folder);
        }
        folders.into_iter().try_for_each(|it| self.fs.sync_folder(At::Tree(it)))
    }
}
