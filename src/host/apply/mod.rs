//! Changesets to disk: one writer at a time, each changeset wholly or not at all.

mod back;
mod forward;
mod fs;
mod promise;
mod real;
mod recover;
mod store;
mod transaction;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fs as disk, io,
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::{
    base::{Edit, RelPath},
    changeset::Journal,
};
pub use promise::Promise;
use real::Real;
pub use recover::Recovered;
use transaction::{LAST, TXN, Transaction};

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Somebody changed the file meanwhile.
    #[error("{0} changed while this run was at work")]
    Changed(RelPath),
    /// The target is not a plain file below plain folders.
    #[error("{path} cannot be written: {what}")]
    Target {
        /// The target.
        path: RelPath,
        /// What is in the way.
        what: &'static str,
    },
    /// The disk said no.
    #[error("cannot {verb} {path}: {source}")]
    Disk {
        /// What was attempted.
        verb: &'static str,
        /// On which file.
        path: RelPath,
        /// The system's answer.
        source: io::Error,
    },
    /// The disk said no where changesets are kept.
    #[error("cannot {verb} the folder of changesets: {source}")]
    Store {
        /// What was attempted.
        verb: &'static str,
        /// The system's answer.
        source: io::Error,
    },
    /// The disk said no, and no again when the changes were to be taken back.
    #[error("{cause}; taking the changes back failed too, at {}", .left.join(", "))]
    Stuck {
        /// The first error.
        cause: Box<ApplyError>,
        /// Files that could not be restored.
        left: Vec<String>,
    },
    /// It was taken back, but for files that somebody changed behind the run.
    #[error("{cause}; files that somebody changed meanwhile stay as they are: {}", .stayed.join(", "))]
    Stayed {
        /// Why the run stopped.
        cause: Box<ApplyError>,
        /// The files, with the place of what was there before.
        stayed: Vec<String>,
    },
    /// Another run is writing.
    #[error("another run is at work in this workspace: {0}")]
    Busy(String),
    /// A changeset was cut off, and some of its files were changed since.
    #[error("`{run}` was cut off, and files that it was changing have been changed since")]
    Torn {
        /// The run that was cut off.
        run: String,
        /// Files that are neither as they were before it nor as it would have made them.
        paths: Vec<String>,
    },
    /// What a changeset was about to do cannot be read any more.
    #[error("a changeset was cut off, and its journal is damaged")]
    Damaged,
    /// There is nothing to take back.
    #[error("there is no changeset to take back")]
    NothingToUndo,
}

/// The one run that may write to a workspace, for as long as it lives.
#[derive(Debug)]
pub struct Writer {
    root: PathBuf,
    store: PathBuf,
    run: String,
    /// Locked; the system unlocks it however this process ends.
    _lock: disk::File,
}

impl Writer {
    /// Becomes the writer of the workspace at `root`, in the name of `run`, and finishes what was cut off before.
    pub fn open(root: &Path, run: &str) -> Result<(Self, Recovered), ApplyError> {
        let writer = Self::lock(root, run)?;
        let recovered = writer.settle(false)?;
        Ok((writer, recovered))
    }

    /// Becomes the writer and takes back what was cut off.
    pub fn abort(root: &Path, run: &str) -> Result<(Self, Recovered), ApplyError> {
        let writer = Self::lock(root, run)?;
        let recovered = writer.settle(true)?;
        Ok((writer, recovered))
    }

    /// Settles what was cut off here, and what was cut off in the folder at the root, by a run from before there was a
    /// repository, or by one that made the workspace.
    fn settle(&self, takes_back: bool) -> Result<Recovered, ApplyError> {
        let by = |it: &Transaction<'_>| if takes_back { it.abort() } else { it.recover() };
        let recovered = by(&Transaction::new(&self.files()))?;
        let own = self.root.join(store::OWN);
        if own == self.store || !own.join(TXN).exists() {
            return Ok(recovered);
        }
        store::make(&own).map_err(|source| ApplyError::Store { verb: "write to", source })?;
        let files = Real { tree: &self.root, store: &own };
        let other = by(&Transaction { fs: &files, keeps: false, without: None })?;
        if !own.join(TXN).exists() {
            drop(disk::remove_dir_all(&own));
        }
        Ok(if recovered == Recovered::Nothing { other } else { recovered })
    }

    fn lock(root: &Path, run: &str) -> Result<Self, ApplyError> {
        let error = |source| ApplyError::Store { verb: "write to", source };
        let store = store::place(root);
        store::make(&store).map_err(error)?;
        let path = store.join("lock");
        let mut lock =
            disk::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(error)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(disk::TryLockError::WouldBlock) => {
                return Err(ApplyError::Busy(holder(&mut lock)));
            }
            Err(disk::TryLockError::Error(source)) => return Err(error(source)),
        }
        let mut name = || -> io::Result<()> {
            lock.set_len(0)?;
            lock.rewind()?;
            writeln!(lock, "pid {}: {run}", std::process::id())
        };
        name().map_err(error)?;
        Ok(Self { root: root.to_path_buf(), store, run: run.to_owned(), _lock: lock })
    }

    fn files(&self) -> Real<'_> {
        Real { tree: &self.root, store: &self.store }
    }

    /// Applies `edits`.
    ///
    /// # Errors
    /// In all cases but [`ApplyError::Stuck`] the tree is as it was.
    pub fn apply(&self, edits: &[Edit]) -> Result<(), ApplyError> {
        if edits.is_empty() {
            return Ok(());
        }
        Transaction::new(&self.files()).apply(&self.run, edits)
    }

    /// What would take back the last changeset.
    ///
    /// # Errors
    /// When there is none, and when a file of it has been changed since.
    pub fn undoing(&self) -> Result<Undo, ApplyError> {
        let journal = self.last()?;
        let files = self.files();
        let transaction = Transaction::new(&files);
        let edits = transaction.inverse(&journal.entries)?;
        Ok(Undo { edits, modes: transaction.displaced_modes(&journal.entries), run: journal.run })
    }

    /// Takes the last changeset back.
    pub fn undo(&self, undo: &Undo) -> Result<(), ApplyError> {
        Transaction::new(&self.files()).apply_with(&self.run, &undo.edits, &undo.modes)
    }

    /// Makes everything as it was before `edits`, which this run has applied last, whatever became of the files since, and
    /// forgets them: what was applied before can be taken back again. Returns the places of what stood in files that
    /// somebody changed since.
    pub fn roll_back(&self, edits: &[Edit]) -> Result<Vec<String>, ApplyError> {
        let files = self.files();
        let transaction = Transaction { fs: &files, keeps: false, without: None };
        let modes = transaction.displaced_modes(&self.last()?.entries);
        let (mut back, mut kept) = (Vec::new(), Vec::new());
        let mut numbers = BTreeMap::new();
        for (number, edit) in edits.iter().enumerate() {
            let error = |source| ApplyError::Disk { verb: "read", path: edit.path.clone(), source };
            let now = optional(disk::read(self.root.join(edit.path.as_str()))).map_err(error)?;
            if let Some(bytes) = now.as_ref().filter(|_| now != edit.after && now != edit.before) {
                kept.push(transaction.keep_text(&edit.path, bytes).map_err(error)?);
            }
            if now != edit.before {
                numbers.extend(modes.get(&number).map(|mode| (back.len(), *mode)));
                back.push(Edit { path: edit.path.clone(), before: now, after: edit.before.clone() });
            }
        }
        transaction.apply_with(&self.run, &back, &numbers)?;
        transaction.forget_last().map_err(|source| ApplyError::Store { verb: "write to", source })?;
        Ok(kept)
    }

    /// What was applied last.
    fn last(&self) -> Result<Journal, ApplyError> {
        let error = |source| ApplyError::Store { verb: "read", source };
        let bytes = optional(disk::read(self.store.join(LAST).join("done"))).map_err(error)?;
        let bytes = bytes.ok_or(ApplyError::NothingToUndo)?;
        Journal::decode(&bytes).map_err(|it| error(io::Error::new(io::ErrorKind::InvalidData, it.to_string())))
    }
}

/// What takes back a changeset.
#[derive(Debug)]
pub struct Undo {
    /// The run that applied it.
    pub run: String,
    /// Its edits, the other way round.
    pub edits: Vec<Edit>,
    modes: BTreeMap<usize, u32>,
}

/// Applies `edits` in a folder that nobody else works in, and leaves nothing beside them.
pub fn apply(root: &Path, edits: &[Edit]) -> Result<(), ApplyError> {
    let error = |source| ApplyError::Store { verb: "write to", source };
    let store = root.join(store::OWN);
    store::make(&store).map_err(error)?;
    let fs = Real { tree: root, store: &store };
    let transaction = Transaction { fs: &fs, keeps: false, without: None };
    let result = transaction.recover().and_then(|_| transaction.apply("molt-sync", edits));
    if store.join(TXN).exists() {
        return result;
    }
    drop(disk::remove_dir_all(&store));
    result
}

/// What a run that only reads has to know: whether a changeset was cut off half-way, and nobody is finishing it.
pub fn settle(root: &Path, run: &str) -> Result<Recovered, ApplyError> {
    let stores = [store::place(root), root.join(store::OWN)];
    if !stores.iter().any(|it| it.join(TXN).exists()) {
        return Ok(Recovered::Nothing);
    }
    match Writer::open(root, run) {
        Ok((_, recovered)) => Ok(recovered),
        // whoever holds the lock is at it
        Err(ApplyError::Busy(_)) => Ok(Recovered::Nothing),
        // what has not begun is no matter to a reader
        Err(_) if !stores.iter().any(|it| it.join(TXN).join("journal").exists()) => Ok(Recovered::Nothing),
        Err(error) => Err(error),
    }
}

/// Who holds the lock. It says so right after it has it.
fn holder(lock: &mut disk::File) -> String {
    for _ in 0..50 {
        let mut text = String::new();
        if lock.rewind().is_ok() && lock.read_to_string(&mut text).is_ok() && text.ends_with('\n') {
            return text.trim_end().to_owned();
        }
        backoff();
    }
    "one that has not said its name".into()
}

fn backoff() {
    std::thread::sleep(std::time::Duration::from_millis(2));
}

fn optional<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A file that goes away unless it is kept, readable by others as the user's umask has it.
pub(super) fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".molt-sync-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(disk::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
