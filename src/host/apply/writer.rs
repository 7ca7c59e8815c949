//! The one writer at a time, and what it does with a changeset.

use std::{
    collections::BTreeMap,
    fs as disk, io,
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use super::{
    dir::{Dir, FileStat},
    error::ApplyError,
    fs::{At, Fs as _, NodeKind},
    journal_dir::{self, JournalPlace},
    os_fs::OsFs,
    place::{full, opened, place, shown},
    recover::{ChangesetStage, Recovered},
    seal::Seal,
    transaction::{LAST, Transaction},
};
use crate::{
    base::Edit,
    changeset::{Journal, JournalEntry, WrittenFile},
    host::{door, guard},
};

/// The one run that may write to a workspace, for as long as it lives.
#[derive(Debug)]
pub struct Writer {
    /// The full path.
    root: PathBuf,
    pub(super) place: JournalPlace,
    pub(super) files: OsFs,
    pub(super) seal: Seal,
    run: String,
    pub(super) believes: bool,
    /// Locked; the system unlocks it however this process ends. None of one that only looks.
    lock: Option<disk::File>,
}

/// What becomes of a change that was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settling {
    /// It is finished, where this user's molt-sync wrote it down.
    Finish,
    /// It is finished, whoever wrote it down: a person has looked at it.
    FinishUnverified,
    /// It is taken back; what is not known to be this user's is set aside.
    TakeBack,
}

impl Writer {
    /// Becomes the writer of the workspace at `root`, in the name of `run`, and finishes what was cut off before.
    pub fn open(root: &Path, run: &str) -> Result<(Self, Recovered), ApplyError> {
        Self::open_for(root, run, Settling::Finish)
    }

    /// Becomes the writer and takes back what was cut off.
    pub fn abort(root: &Path, run: &str) -> Result<(Self, Recovered), ApplyError> {
        Self::open_for(root, run, Settling::TakeBack)
    }

    /// Becomes the writer, and has this become of what was cut off.
    pub fn open_for(root: &Path, run: &str, settling: Settling) -> Result<(Self, Recovered), ApplyError> {
        let mut writer = Self::lock(root, run)?;
        writer.believes = settling == Settling::FinishUnverified;
        let _undisturbed = guard::undisturbed();
        let recovered = writer.settle(settling)?;
        Ok((writer, recovered))
    }

    /// One that only looks at what was applied: it waits for nobody and writes nothing. None where nothing was ever applied.
    pub fn looking(root: &Path) -> Result<Option<Self>, ApplyError> {
        let root = full(root)?;
        let place = place(&root)?;
        let Some((files, seal)) = opened(&root, &place)? else { return Ok(None) };
        Ok(Some(Self { root, place, files, seal, run: String::new(), believes: false, lock: None }))
    }

    /// Settles what was cut off here, and what was cut off in the folder at the root, by a run from before there was a
    /// repository, or by one that made the workspace.
    fn settle(&self, settling: Settling) -> Result<Recovered, ApplyError> {
        let by = |it: &Transaction<'_>| if settling == Settling::TakeBack { it.abort() } else { it.recover() };
        let recovered = by(&self.transaction(true))?;
        let own = JournalPlace::own(&self.root);
        if own == self.place {
            return Ok(recovered);
        }
        let Some((files, seal)) = opened(&self.root, &own)? else { return Ok(recovered) };
        let transaction = Transaction { believes: self.believes, keeps: false, ..Transaction::new(&files, &seal) };
        let other = by(&transaction)?;
        if other != Recovered::Nothing {
            // what lies in it still is somebody's
            drop(own.remove());
        }
        Ok(if recovered == Recovered::Nothing { other } else { recovered })
    }

    fn lock(root: &Path, run: &str) -> Result<Self, ApplyError> {
        let root = full(root)?;
        let place = place(&root)?;
        let error = |source| ApplyError::store("write to", source, || place.path().display().to_string());
        let store = place.make().map_err(error)?;
        let accept = |it: &FileStat| it.must_be_own_alone("lock");
        let mut lock = store.open_or_create("lock", accept).map_err(error)?;
        let mut tries = 0;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(disk::TryLockError::WouldBlock) => {
                    let holder = holder(&mut lock);
                    // what a run that was killed had just begun to start holds its lock for a moment longer
                    if tries == TRIES || is_alive(&holder) {
                        return Err(ApplyError::Busy(holder));
                    }
                    tries += 1;
                    backoff();
                }
                Err(disk::TryLockError::Error(source)) => return Err(error(source)),
            }
        }
        let mut name = || -> io::Result<()> {
            lock.set_len(0)?;
            lock.rewind()?;
            writeln!(lock, "pid {}: {run}", std::process::id())
        };
        name().map_err(error)?;
        let tree = Dir::open(&root).map_err(error)?;
        let files = OsFs { tree, store, root: root.clone(), place: place.path() };
        let seal = Seal::new(root.clone(), place.path());
        Ok(Self { root, place, files, seal, run: run.to_owned(), believes: false, lock: Some(lock) })
    }

    pub(super) fn transaction(&self, keeps: bool) -> Transaction<'_> {
        Transaction { believes: self.believes, keeps, ..Transaction::new(&self.files, &self.seal) }
    }

    pub(super) fn failed(&self, verb: &'static str) -> impl Fn(io::Error) -> ApplyError + '_ {
        move |source| ApplyError::store(verb, source, || self.place.path().display().to_string())
    }

    /// Applies `edits`.
    ///
    /// # Errors
    /// In all cases but [`ApplyError::Stuck`] the tree is as it was.
    pub fn apply(&self, edits: &[Edit]) -> Result<(), ApplyError> {
        if edits.is_empty() {
            return Ok(());
        }
        self.transaction(true).apply(&self.run, edits)
    }

    /// What would take back the last changeset: this user's for this workspace, or anybody's where `believes`.
    ///
    /// # Errors
    /// When there is none, and when a file of it has been changed since.
    pub fn undoing(&self, believes: bool) -> Result<Reversal, ApplyError> {
        if self.lock.is_some() {
            self.tidied()?;
        }
        let journal = self.last(believes)?;
        let transaction = self.transaction(true);
        let edits = transaction.inverse(&journal.entries)?;
        Ok(Reversal { edits, modes: transaction.displaced_modes(&journal.entries), run: journal.run })
    }

    /// The run that applied the last changeset, and what it made of each file.
    pub fn last_change(&self, believes: bool) -> Result<(String, Vec<JournalEntry>), ApplyError> {
        self.last(believes).map(|it| (it.run, it.entries))
    }

    /// Takes the last changeset back, which is written down as `run`.
    pub fn undo(&self, undo: &Reversal, run: &str) -> Result<(), ApplyError> {
        self.transaction(true).apply_with(run, &undo.edits, &undo.modes)
    }

    /// Makes everything as it was before `edits`, of the changeset that was applied last, whatever became of the files
    /// since, and forgets it: what was applied before can be taken back again. Returns the places of what stood in files
    /// that somebody changed since.
    pub fn roll_back(&self, edits: &[Edit]) -> Result<Vec<String>, ApplyError> {
        self.tidied()?;
        let transaction = self.transaction(false);
        let last = self.last(self.believes)?;
        let modes = transaction.displaced_modes(&last.entries);
        let (mut back, mut kept) = (Vec::new(), Vec::new());
        let mut numbers = BTreeMap::new();
        for edit in edits {
            let error = |source| ApplyError::Disk { verb: "read", path: edit.path.clone(), source };
            let now = self.files.read(At::Tree(edit.path.as_str())).map_err(error)?;
            if let Some(bytes) = now.as_ref().filter(|_| now != edit.after && now != edit.before) {
                kept.push(transaction.keep_text(&edit.path, bytes).map_err(error)?);
            }
            if now != edit.before {
                let number = last.entries.iter().position(|it| it.path == edit.path);
                let mode = number.and_then(|it| modes.get(&it));
                numbers.extend(mode.map(|mode| (back.len(), *mode)));
                back.push(Edit { path: edit.path.clone(), before: now, after: edit.before.clone() });
            }
        }
        if !back.is_empty() {
            transaction.apply_with(&self.run, &back, &numbers)?;
        }
        transaction.forget_last().map_err(self.failed("write to"))?;
        Ok(kept)
    }

    /// Brings what was displaced last to where it is looked for, where that failed before.
    pub(super) fn tidied(&self) -> Result<(), ApplyError> {
        self.transaction(true).tidied().map_err(self.failed("write to"))
    }

    /// What was applied last.
    pub(super) fn last(&self, believes: bool) -> Result<Journal, ApplyError> {
        let done = format!("{LAST}/done");
        if self.files.kind(At::Store(&done)).map_err(self.failed("read"))? == NodeKind::Missing {
            return Err(ApplyError::NothingToUndo);
        }
        Transaction { believes: believes || self.believes, ..Transaction::new(&self.files, &self.seal) }.journal(&done)
    }
}

/// What takes back a changeset.
#[derive(Debug)]
pub struct Reversal {
    /// The run that applied it.
    pub run: String,
    /// Its edits, the other way round.
    pub edits: Vec<Edit>,
    modes: BTreeMap<usize, u32>,
}

/// What this user's molt-sync wrote in the tree at `root`: each file as it was before, and as it was left. What cannot be read
/// of that is nothing, so that it counts as a person's.
pub fn written(root: &Path) -> Vec<WrittenFile> {
    let Ok(root) = full(root) else { return Vec::new() };
    match place(&root).and_then(|place| opened(&root, &place)) {
        Ok(Some((files, seal))) => {
            Transaction::new(&files, &seal).verified_last().map(|it| it.wrote).unwrap_or_default()
        }
        Ok(None) | Err(_) => Vec::new(),
    }
}

/// Applies `edits` in a folder that nobody else works in, and leaves nothing beside them.
pub fn apply(root: &Path, edits: &[Edit]) -> Result<(), ApplyError> {
    let root = full(root)?;
    let place = JournalPlace::own(&root);
    let error = |source| ApplyError::store("write to", source, || place.path().display().to_string());
    let store = place.make().map_err(error)?;
    let files = OsFs { tree: Dir::open(&root).map_err(error)?, store, root: root.clone(), place: place.path() };
    let seal = Seal::new(root.clone(), place.path());
    let transaction = Transaction { keeps: false, ..Transaction::new(&files, &seal) };
    let result = transaction.recover().and_then(|_| transaction.apply("molt-sync", edits));
    drop(place.remove());
    result
}

/// Whether anything lies where the store is at the root of a workspace.
pub fn has_own_store(root: &Path) -> bool {
    disk::symlink_metadata(root.join(journal_dir::OWN)).map_or_else(|error| !door::is_absent(&error), |_| true)
}

/// What a run that only reads has to know: whether a changeset was cut off half-way, and nobody is finishing it. One that
/// this user's molt-sync decided is finished; whatever else lies there is left alone, and told.
pub fn settle(root: &Path, run: &str) -> Result<Recovered, ApplyError> {
    let root = match disk::canonicalize(root) {
        Ok(it) => it,
        // nothing can lie in a folder that is not there
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Recovered::Nothing),
        Err(source) => return Err(ApplyError::Store { verb: "find", place: shown(root), source }),
    };
    let (mut is_cut, mut doubt) = (false, None);
    let own = JournalPlace::own(&root);
    let place = match place(&root) {
        Err(error) if error.is_doubt() => return Ok(Recovered::Doubted(error.to_string())),
        place => place?,
    };
    for place in if place == own { vec![own] } else { vec![place, own] } {
        match stage(&root, &place) {
            Ok(ChangesetStage::Nothing | ChangesetStage::NotBegun) => {}
            Ok(ChangesetStage::Decided(_) | ChangesetStage::Done(_)) => is_cut = true,
            Err(error) if error.is_doubt() => doubt = Some(error),
            Err(error) => return Err(error),
        }
    }
    let recovered = if is_cut { Writer::open(&root, run).map(|(_, it)| it) } else { Ok(Recovered::Nothing) };
    match (recovered, doubt) {
        (Err(doubt), _) | (Ok(_), Some(doubt)) if doubt.is_doubt() => Ok(Recovered::Doubted(doubt.to_string())),
        // whoever holds the lock is at it
        (Err(ApplyError::Busy(_)), _) => Ok(Recovered::Nothing),
        (recovered, _) => recovered,
    }
}

fn stage(root: &Path, place: &JournalPlace) -> Result<ChangesetStage, ApplyError> {
    match opened(root, place)? {
        Some((files, seal)) => Transaction::new(&files, &seal).stage(),
        None => Ok(ChangesetStage::Nothing),
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

/// How often a lock is tried whose holder is gone: for half a second.
const TRIES: usize = 250;

/// Whether the run that a lock names is at work; also where that cannot be known.
#[cfg(unix)]
fn is_alive(holder: &str) -> bool {
    let number = holder.strip_prefix("pid ").and_then(|it| it.split(':').next()?.parse().ok());
    let Some(pid) = number.and_then(rustix::process::Pid::from_raw) else { return true };
    rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH)
}

#[cfg(not(unix))]
fn is_alive(_: &str) -> bool {
    true
}

fn backoff() {
    std::thread::sleep(std::time::Duration::from_millis(2));
}
