//! The workspace's files on disk, as [`Files`]: within limits, and with a memory of what could not be read.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::door::{Door, EntryKind, FolderEntry, is_absent, refusal};
use crate::base::{Below, FileError, Files, RelPath, TopOdd, Unfollowed, is_off_limits, tree};

/// The largest source file that is read, in bytes: what Python's parser takes.
const SOURCE: u64 = 64 << 20;
/// The largest configuration, list or template.
const SETTINGS: u64 = 4 << 20;
/// The largest file of rows, a line each: a scoreboard's history of a year with two lanes of 3,000 tests has 52 MiB.
const LINES: u64 = 64 << 20;
/// The largest file of any other kind.
const OTHER: u64 = 16 << 20;
/// All that a run reads of one workspace, files that are read twice counted twice. Molt's tree has 11 MB.
const TOTAL: u64 = 2 << 30;
/// The folders that may lie in each other.
const DEPTH: usize = 128;
/// The entries that one walk looks at: a hundred times those of Molt's tree, and more.
const ENTRIES: usize = 150_000;

/// What was read of a workspace so far: how much, and what failed first.
///
/// Whoever reads is told of a failure too. This is for what is told and not passed on: a result that was computed beside a
/// failure must neither be printed nor written.
#[derive(Debug, Default)]
pub struct ReadLog {
    bytes: AtomicU64,
    failed: Mutex<Option<FileError>>,
}

impl ReadLog {
    /// Forgets everything: another workspace is read now, or the same one anew.
    pub fn begin(&self) {
        self.bytes.store(0, Ordering::Relaxed);
        drop(self.take());
    }

    /// What failed first since, where something did; told once.
    pub fn take(&self) -> Option<FileError> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn count(&self, bytes: u64) -> io::Result<()> {
        if self.bytes.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > TOTAL {
            return Err(io::Error::new(
                io::ErrorKind::QuotaExceeded,
                format!("more than {TOTAL} bytes of the workspace would be read"),
            ));
        }
        Ok(())
    }

    fn note(&self, error: &FileError) {
        if error.is_about_the_file() {
            return;
        }
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get_or_insert_with(|| {
            let source = match error.source.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => io::Error::new(error.source.kind(), error.source.to_string()),
            };
            FileError { path: error.path.clone(), source }
        });
    }
}

/// A folder as [`Files`].
#[derive(Debug, Clone)]
pub struct Disk {
    door: Door,
    reading: Arc<ReadLog>,
}

impl Disk {
    /// The files below `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self::watched(root, Arc::default())
    }

    /// The same, where `reading` is told of all that is read.
    pub fn watched(root: impl Into<PathBuf>, reading: Arc<ReadLog>) -> Self {
        Self { door: Door::new(root.into()), reading }
    }

    /// Where a path is on disk.
    pub fn locate(&self, path: &RelPath) -> PathBuf {
        self.door.root().join(path.as_str())
    }

    fn failed(&self, path: &RelPath, source: io::Error) -> FileError {
        let error = FileError { path: path.clone(), source };
        self.reading.note(&error);
        error
    }

    /// The bytes of a plain file of at most so many bytes; none where there is no such file. For what is worth a glance, and whose
    /// absence decides nothing.
    pub fn glance(&self, path: &RelPath, most: u64) -> Result<Option<Vec<u8>>, FileError> {
        match self.door.read(path.as_str(), most) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(source) => {
                let error = FileError { path: path.clone(), source };
                if error.is_about_the_file() { Ok(None) } else { Err(error) }
            }
        }
    }

    /// Whether what a link leads to is a file of the workspace.
    fn leads_to_file(&self, path: &RelPath) -> Result<bool, FileError> {
        match self.door.is_file(path.as_str()) {
            Ok(is_file) => Ok(is_file),
            Err(error) if is_absent(&error) => Ok(false),
            Err(source) => {
                let error = FileError { path: path.clone(), source };
                if error.is_about_the_file() { Ok(false) } else { Err(self.failed(path, error.source)) }
            }
        }
    }

    /// Every entry below `dir` whose name is clean, folders before what is in them, and the others in words. A link to a
    /// folder is not followed.
    fn walk(&self, dir: &RelPath, see: &mut dyn FnMut(&RelPath, &FolderEntry)) -> Result<(), FileError> {
        let mut open = vec![(dir.clone(), 0)];
        let mut count = 0;
        while let Some((folder, depth)) = open.pop() {
            let entries = match self.door.entries(folder.as_str()) {
                Ok(entries) => entries,
                Err(error) if is_absent(&error) && depth == 0 => {
                    // what stands in the place of a folder is not an empty one
                    return match self.door.kind(Path::new(folder.as_str())) {
                        Ok(EntryKind::File | EntryKind::Link | EntryKind::Other) => {
                            Err(self.failed(&folder, refusal(tree::NOT_A_FOLDER)))
                        }
                        _ => Ok(()),
                    };
                }
                // it was there a moment ago
                Err(error) if is_absent(&error) => continue,
                Err(error) => return Err(self.failed(&folder, error)),
            };
            count += entries.len();
            if count > ENTRIES {
                let why = refusal(format!("there are more than {ENTRIES} files below it"));
                return Err(self.failed(dir, why));
            }
            // what is git's, or another tree's, is not part of this one
            for entry in entries.into_iter().filter(|it| !is_off_limits(&it.name.to_string_lossy())) {
                if let (EntryKind::Folder, Some(name)) = (entry.kind, clean(&entry)) {
                    if depth == DEPTH {
                        let why = refusal(format!("folders are nested more than {DEPTH} levels deep in it"));
                        return Err(self.failed(dir, why));
                    }
                    open.push((folder.join(name), depth + 1));
                }
                see(&folder, &entry);
            }
        }
        Ok(())
    }
}

/// The name of an entry, where a path here can have it.
fn clean(entry: &FolderEntry) -> Option<&str> {
    entry.name.to_str().filter(|it| RelPath::new(*it).is_ok())
}

/// The largest file of that name that is read.
pub fn longest(path: &RelPath) -> u64 {
    match path.extension() {
        Some("py" | "pyi" | "rs") => SOURCE,
        Some("toml" | "j2") => SETTINGS,
        Some("jsonl") => LINES,
        _ => OTHER,
    }
}

impl Files for Disk {
    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, FileError> {
        let read = self.door.read(path.as_str(), longest(path));
        match read.and_then(|bytes| self.reading.count(bytes.len() as u64).map(|()| bytes)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_absent(&error) => match self.door.kind(Path::new(path.as_str())) {
                // somebody has put it there, and it is not what they meant
                Ok(EntryKind::Link) => Err(self.failed(path, refusal("it is a link to nothing"))),
                _ => Ok(None),
            },
            Err(source) => Err(self.failed(path, source)),
        }
    }

    fn list(&self, dir: &RelPath, suffix: &str) -> Result<BTreeSet<RelPath>, FileError> {
        let mut res = BTreeSet::new();
        self.walk(dir, &mut |folder, entry| {
            let Some(name) = clean(entry) else { return };
            // a folder that is called like a file stands in the place of one
            if name.ends_with(suffix) && !(entry.kind == EntryKind::Folder && suffix.is_empty()) {
                res.insert(folder.join(name));
            }
        })?;
        Ok(res)
    }

    /// What cannot be named cannot be judged, and must not be passed by.
    fn unnameable(&self, dir: &RelPath, suffix: &str) -> Result<Vec<String>, FileError> {
        let mut res = Vec::new();
        self.walk(dir, &mut |folder, entry| {
            let is_due = entry.kind == EntryKind::Folder || entry.name.to_string_lossy().ends_with(suffix);
            if clean(entry).is_none() && is_due {
                let full = self.locate(folder).join(&entry.name);
                res.push(full.to_string_lossy().into_owned());
            }
        })?;
        res.sort();
        Ok(res)
    }

    fn unfollowed(&self, dir: &RelPath, suffix: &str) -> Result<Vec<Unfollowed>, FileError> {
        let (mut links, mut folders, mut filled) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        self.walk(dir, &mut |folder, entry| {
            filled.insert(folder.clone());
            let Some(name) = clean(entry) else { return };
            match entry.kind {
                EntryKind::Folder => _ = folders.insert(folder.join(name)),
                // one that is called like a file is read as one
                EntryKind::Link if !name.ends_with(suffix) => links.push(folder.join(name)),
                _ => {}
            }
        })?;
        let empty = folders.difference(&filled).map(|it| Unfollowed { path: it.clone(), is_link: false });
        let mut res: Vec<Unfollowed> = empty.collect();
        for path in links {
            if !self.leads_to_file(&path)? {
                res.push(Unfollowed { path, is_link: true });
            }
        }
        res.sort();
        Ok(res)
    }

    fn below(&self, dir: &RelPath, suffix: &str) -> Result<Below, FileError> {
        let mut res = Below::default();
        let (mut links, mut folders, mut filled) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        self.walk(dir, &mut |folder, entry| {
            if !filled.contains(folder) {
                filled.insert(folder.clone());
            }
            let is_folder = entry.kind == EntryKind::Folder;
            let Some(name) = clean(entry) else {
                if is_folder || entry.name.to_string_lossy().ends_with(suffix) {
                    let full = self.locate(folder).join(&entry.name);
                    res.unnameable.push(full.to_string_lossy().into_owned());
                }
                return;
            };
            let is_due = name.ends_with(suffix);
            if is_folder {
                folders.insert(folder.join(name));
            } else if entry.kind == EntryKind::Link && !is_due {
                links.push(folder.join(name));
            }
            if is_due && !(is_folder && suffix.is_empty()) {
                let path = folder.join(name);
                if entry.kind == EntryKind::Link {
                    res.links.insert(path.clone());
                }
                res.files.insert(path);
            }
        })?;
        res.unnameable.sort();
        let empty = folders.difference(&filled).map(|it| Unfollowed { path: it.clone(), is_link: false });
        res.unfollowed.extend(empty);
        for path in links {
            if !self.leads_to_file(&path)? {
                res.unfollowed.push(Unfollowed { path, is_link: true });
            }
        }
        res.unfollowed.sort();
        Ok(res)
    }

    fn top_odd(&self, suffix: &str) -> Result<TopOdd, FileError> {
        let root = RelPath::root();
        let mut res = TopOdd::default();
        for entry in self.door.entries(root.as_str()).map_err(|error| self.failed(&root, error))? {
            let Some(name) = clean(&entry).and_then(|it| RelPath::new(it).ok()) else {
                let (name, is_folder) = (entry.name.to_string_lossy().into_owned(), entry.kind == EntryKind::Folder);
                if is_folder || name.ends_with(suffix) {
                    res.unnameable.push((name, is_folder));
                }
                continue;
            };
            if entry.kind == EntryKind::Link && (name.as_str().ends_with(suffix) || !self.leads_to_file(&name)?) {
                res.links.push(name);
            }
        }
        res.links.sort();
        res.unnameable.sort();
        Ok(res)
    }

    fn is_link(&self, path: &RelPath) -> Result<bool, FileError> {
        match self.door.kind(Path::new(path.as_str())) {
            Ok(kind) => Ok(kind == EntryKind::Link),
            Err(error) if is_absent(&error) => Ok(false),
            Err(source) => Err(self.failed(path, source)),
        }
    }

    fn has_folder(&self, dir: &RelPath) -> Result<bool, FileError> {
        match self.door.entries(dir.as_str()) {
            Ok(_) => Ok(true),
            Err(error) if is_absent(&error) => Ok(false),
            Err(source) => Err(self.failed(dir, source)),
        }
    }

    fn top_level(&self) -> Result<(BTreeSet<RelPath>, BTreeSet<RelPath>), FileError> {
        let root = RelPath::root();
        let (mut files, mut folders) = (BTreeSet::new(), BTreeSet::new());
        for entry in self.door.entries(root.as_str()).map_err(|error| self.failed(&root, error))? {
            let Some(name) = clean(&entry).and_then(|it| RelPath::new(it).ok()) else { continue };
            match entry.kind {
                EntryKind::Folder => _ = folders.insert(name),
                EntryKind::File => _ = files.insert(name),
                EntryKind::Link | EntryKind::Other => {}
            }
        }
        Ok((files, folders))
    }
}
