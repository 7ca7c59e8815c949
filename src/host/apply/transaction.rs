//! One changeset, wholly or not at all, whatever is cut off: a redo journal.
//!
//! Every new file is written below `txn/` and made durable, then the journal is, and then one rename says that the
//! changeset is to happen: before it, everything is old after a crash; behind it, whoever comes next finishes. Files
//! change places with their new bytes, so that what was there is never thrown away: if it is not what the edit was
//! computed from, somebody saved it meanwhile, and everything goes back. The displaced files stay in `last/`, for undo.

use std::{collections::BTreeSet, io};

use super::{
    ApplyError,
    fs::{At, Fs, NodeKind},
    os_fs::OWN_LIMIT,
    seal::{Seal, Sealed},
};
use crate::{
    base::{Edit, RelPath, is_off_limits},
    changeset::Journal,
};

/// Where a changeset lies while it happens.
pub(super) const TXN: &str = "txn";
/// Where the last one lies.
pub(super) const LAST: &str = "last";
/// Where the one before it lies.
const EARLIER: &str = "earlier";

pub(super) const JOURNAL: &str = "txn/journal";
const DRAFT: &str = "txn/draft";
pub(super) const DONE: &str = "txn/done";

/// The steps that make things durable, one of which a test can leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durable {
    Staged,
    Draft,
    Before,
    Commit,
    Targets,
}

/// The permission bits of the targets.
pub(super) struct Modes {
    pub(super) now: Vec<Option<u32>>,
    /// Of the new files.
    pub(super) staged: Vec<Option<u32>>,
}

/// Applies changesets to one tree.
pub(super) struct Transaction<'a> {
    pub(super) fs: &'a dyn Fs,
    /// What tells a journal of this user's from any other.
    pub(super) seal: &'a Seal,
    /// Whether a journal without a seal is carried out, because a person said so.
    pub(super) believes: bool,
    /// Whether the displaced files are kept for undo.
    pub(super) keeps: bool,
    /// Left out, for the tests that have to find it.
    pub(super) without: Option<Durable>,
}

pub(super) fn new_name(number: usize) -> String {
    format!("{TXN}/new-{number}")
}

pub(super) fn old_name(number: usize) -> String {
    format!("{TXN}/old-{number}")
}

/// The folder of a path; empty for the root.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl<'a> Transaction<'a> {
    /// What is displaced is kept for undo.
    pub(super) fn new(fs: &'a dyn Fs, seal: &'a Seal) -> Self {
        Self { fs, seal, believes: false, keeps: true, without: None }
    }
}

impl Transaction<'_> {
    /// What failed in the store.
    pub(super) fn failed(&self, verb: &'static str) -> impl Fn(io::Error) -> ApplyError + '_ {
        move |source| ApplyError::store(verb, source, || self.fs.shown(At::Store("")))
    }

    /// The changeset that was applied last, where this user's molt-sync wrote it.
    pub(super) fn verified_last(&self) -> Option<Journal> {
        // what one wrote that cannot be read counts as a person's
        Transaction::new(self.fs, self.seal).journal(&format!("{LAST}/done")).ok()
    }

    /// Every target must be what its edit was computed from, reached without links, where this process may write. The
    /// modes of the old files.
    pub(super) fn check(&self, edits: &[Edit]) -> Result<Vec<Option<u32>>, ApplyError> {
        edits.iter().map(|edit| self.check_one(edit)).collect()
    }

    fn check_one(&self, edit: &Edit) -> Result<Option<u32>, ApplyError> {
        if is_off_limits(edit.path.as_str()) {
            let what = "it lies in a folder of git's or of molt-sync's own";
            return Err(ApplyError::Target { path: edit.path.clone(), what });
        }
        let path = edit.path.as_str();
        let refuse = |what| Err(ApplyError::Target { path: edit.path.clone(), what });
        let disk = |source| ApplyError::Disk { verb: "read", path: edit.path.clone(), source };
        let mut folder = "";
        for (at, _) in path.match_indices('/') {
            match self.fs.kind(At::Tree(&path[..at])).map_err(disk)? {
                NodeKind::Folder => folder = &path[..at],
                NodeKind::Link => return refuse("a symbolic link is on the way"),
                NodeKind::Missing => break,
                NodeKind::File(_) | NodeKind::Other if edit.before.is_none() => {
                    return refuse("a file stands where a folder is needed");
                }
                NodeKind::File(_) | NodeKind::Other => return Err(ApplyError::Changed(edit.path.clone())),
            }
        }
        let mode = match self.fs.kind(At::Tree(path)).map_err(disk)? {
            NodeKind::Missing => None,
            NodeKind::File(mode) => Some(mode),
            NodeKind::Link => return refuse("it is a symbolic link"),
            NodeKind::Folder | NodeKind::Other => return refuse("it is not a plain file"),
        };
        if self.fs.read(At::Tree(path)).map_err(disk)? != edit.before {
            return Err(ApplyError::Changed(edit.path.clone()));
        }
        let denied = |what: &str| ApplyError::Disk {
            verb: "write",
            path: edit.path.clone(),
            source: io::Error::new(io::ErrorKind::PermissionDenied, what),
        };
        if mode.is_some_and(|it| it & 0o222 == 0) && edit.after.is_some() {
            return Err(denied("the file is read-only"));
        }
        if !self.fs.is_beside_store(At::Tree(folder)) {
            return refuse("its folder is on another disk than the workspace");
        }
        if !self.fs.is_writable(At::Tree(folder)) {
            return Err(denied("its folder is read-only"));
        }
        Ok(mode)
    }

    /// The folders that new files need, in order.
    pub(super) fn missing_folders(&self, edits: &[Edit]) -> Result<Vec<RelPath>, ApplyError> {
        let mut res = BTreeSet::new();
        for edit in edits.iter().filter(|it| it.before.is_none()) {
            let path = edit.path.as_str();
            for (at, _) in path.match_indices('/') {
                let kind = self.fs.kind(At::Tree(&path[..at]));
                let disk = |source| ApplyError::Disk { verb: "read", path: edit.path.clone(), source };
                if kind.map_err(disk)? == NodeKind::Missing {
                    res.extend(RelPath::new(&path[..at]));
                }
            }
        }
        Ok(res.into_iter().collect())
    }

    /// Up to the one step that decides.
    pub(super) fn begin(&self, journal: &Journal, edits: &[Edit], modes: &Modes) -> Result<(), ApplyError> {
        let store = |verb| self.failed(verb);
        self.fs.make_folder(At::Store(TXN)).map_err(store("make a folder in"))?;
        self.fs.sync_folder(At::Store("")).map_err(store("write to"))?;
        for (number, (edit, mode)) in edits.iter().zip(&modes.staged).enumerate() {
            let Some(bytes) = &edit.after else { continue };
            let name = new_name(number);
            let disk = |source| ApplyError::Disk { verb: "write", path: edit.path.clone(), source };
            self.fs.create(At::Store(&name), bytes, *mode).map_err(disk)?;
            if self.without != Some(Durable::Staged) {
                self.fs.sync(At::Store(&name)).map_err(disk)?;
            }
        }
        let sealed = self.seal.seal(Sealed::Journal, journal.encode());
        if sealed.len() as u64 > OWN_LIMIT {
            return Err(store("write to")(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "the change has too many files",
            )));
        }
        self.fs.create(At::Store(DRAFT), &sealed, None).map_err(store("write to"))?;
        if self.without != Some(Durable::Draft) {
            self.fs.sync(At::Store(DRAFT)).map_err(store("write to"))?;
        }
        if self.without != Some(Durable::Before) {
            self.fs.sync_folder(At::Store(TXN)).map_err(store("write to"))?;
        }
        self.tell_case_apart(edits)?;
        // staging takes a while
        let now = self.check(edits)?;
        if let Some((edit, _)) = edits.iter().zip(now.iter().zip(&modes.now)).find(|(_, (now, before))| now != before) {
            return Err(ApplyError::Changed(edit.path.clone()));
        }
        self.fs.rename(At::Store(DRAFT), At::Store(JOURNAL)).map_err(store("write to"))?;
        if self.without != Some(Durable::Commit) {
            self.fs.sync_folder(At::Store(TXN)).map_err(store("write to"))?;
        }
        Ok(())
    }

    /// Two names that differ in case alone are one file on some file systems.
    fn tell_case_apart(&self, edits: &[Edit]) -> Result<(), ApplyError> {
        let mut seen = BTreeSet::new();
        let twice = edits.iter().find(|it| !seen.insert(it.path.as_str().to_lowercase()));
        let Some(twice) = twice else { return Ok(()) };
        let found = self.fs.kind(At::Store(&DRAFT.to_uppercase().replace("TXN", TXN)));
        match found.map_err(self.failed("read"))? {
            NodeKind::Missing => Ok(()),
            _ => Err(ApplyError::Target {
                path: twice.path.clone(),
                what: "another file of the change has its name in other case, which is the same file here",
            }),
        }
    }

    /// From here on it has happened.
    pub(super) fn end(&self) -> Result<(), ApplyError> {
        let store = self.failed("write to");
        self.fs.rename(At::Store(JOURNAL), At::Store(DONE)).map_err(&store)?;
        self.fs.sync_folder(At::Store(TXN)).map_err(&store)
    }

    /// Keeps what was displaced, or throws it away.
    ///
    /// # Errors
    /// When the store refuses: the change has happened all the same, and whoever comes next does this first.
    pub(super) fn tidy(&self) -> io::Result<()> {
        if !self.keeps {
            return self.discard();
        }
        if self.fs.kind(At::Store(LAST))? != NodeKind::Missing {
            self.empty(EARLIER)?;
            self.fs.rename(At::Store(LAST), At::Store(EARLIER))?;
        }
        self.fs.rename(At::Store(TXN), At::Store(LAST))?;
        self.fs.sync_folder(At::Store(""))
    }

    /// Does it now, where it failed behind a change that has happened.
    pub(super) fn tidied(&self) -> io::Result<()> {
        if self.fs.kind(At::Store(DONE))? == NodeKind::Missing { Ok(()) } else { self.tidy() }
    }

    /// The last changeset is as if it had not been: the one before it can be taken back again.
    pub(super) fn forget_last(&self) -> io::Result<()> {
        self.empty(LAST)?;
        if self.fs.kind(At::Store(EARLIER))? != NodeKind::Missing {
            self.fs.rename(At::Store(EARLIER), At::Store(LAST))?;
        }
        self.fs.sync_folder(At::Store(""))
    }

    /// Removes everything of a changeset: first what says that it is to happen, last what says that it has.
    pub(super) fn discard(&self) -> io::Result<()> {
        if self.fs.kind(At::Store(JOURNAL))? != NodeKind::Missing {
            self.fs.remove(At::Store(JOURNAL))?;
            self.fs.sync_folder(At::Store(TXN))?;
        }
        self.empty(TXN)?;
        self.fs.sync_folder(At::Store(""))
    }

    fn empty(&self, folder: &str) -> io::Result<()> {
        match self.fs.kind(At::Store(folder))? {
            NodeKind::Missing => return Ok(()),
            NodeKind::Folder => {}
            // a link is removed, and not what it leads to
            NodeKind::File(_) | NodeKind::Link | NodeKind::Other => return self.fs.remove(At::Store(folder)),
        }
        let mut names = self.fs.list(At::Store(folder))?;
        names.sort_by_key(|it| it == "done");
        for name in names {
            match self.fs.remove(At::Store(&format!("{folder}/{name}"))) {
                // molt-sync makes no folders there, and does not remove what it did not make
                Err(error) if matches!(error.kind(), io::ErrorKind::IsADirectory | io::ErrorKind::InvalidData) => {
                    return self.put_away(folder).map(drop);
                }
                other => other?,
            }
        }
        self.fs.remove_folder(At::Store(folder))
    }

    /// Moves something of the store out of the way, and says where it is.
    pub(super) fn put_away(&self, name: &str) -> io::Result<String> {
        let taken = self.fs.list(At::Store(""))?;
        let free = (0..=taken.len()).map(|it| format!("damaged-{it}")).find(|it| !taken.contains(it));
        let free = free.unwrap_or_default();
        self.fs.rename(At::Store(name), At::Store(&free))?;
        self.fs.sync_folder(At::Store(""))?;
        Ok(self.fs.shown(At::Store(&free)))
    }
}
