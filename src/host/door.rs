//! The one way into a workspace: a path is opened below the root, through no link that leads out of it, and never waits for
//! anybody. A workspace may be a stranger's, and what it names is shown in reports.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use crate::base::is_off_limits;

/// A root, and the way to what is below it.
#[derive(Debug, Clone)]
pub(super) struct Door {
    root: PathBuf,
    /// The root, opened once, so that every path is looked up below the same folder.
    #[cfg(unix)]
    folder: Arc<OnceLock<std::os::fd::OwnedFd>>,
}

/// What stands in a folder.
pub(super) struct FolderEntry {
    /// Its name.
    pub(super) name: std::ffi::OsString,
    /// What it is, where a link is a link.
    pub(super) kind: EntryKind,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// Something that is not read: a pipe, a socket, a device.
    Other,
}

/// What says something about the workspace, and the same at each run; everything else is a failure of the disk.
pub(super) fn refusal(words: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words.into())
}

/// Refuses what is not part of the workspace, although it lies below its root.
fn must_be_part(path: &Path) -> io::Result<()> {
    if path.iter().any(|it| is_off_limits(&it.to_string_lossy())) {
        return Err(refusal("it lies in a folder of git's or of molt-sync's own, which is not part of the workspace"));
    }
    Ok(())
}

fn leads_out() -> io::Error {
    refusal("a symbolic link on the way leads out of the workspace")
}

/// Whether it says that nothing is there. Every other error is a failure, and a failure is not an absence.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

impl Door {
    pub(super) fn new(root: PathBuf) -> Self {
        Self {
            root,
            #[cfg(unix)]
            folder: Arc::new(OnceLock::new()),
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether what is at a path, behind any link, is a regular file.
    pub(super) fn is_file(&self, path: &str) -> io::Result<bool> {
        Ok(self.open(path)?.metadata()?.is_file())
    }

    /// Reads a regular file of at most `limit` bytes.
    pub(super) fn read(&self, path: &str, limit: u64) -> io::Result<Vec<u8>> {
        let file = self.open(path)?;
        let about = file.metadata()?;
        if about.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !about.is_file() {
            return Err(refusal("it is not a regular file"));
        }
        super::limited::read_open(file, about.len(), limit)
    }
}

#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
impl Door {
    fn open(&self, path: &str) -> io::Result<File> {
        File::open(self.inside(path)?)
    }

    pub(super) fn entries(&self, path: &str) -> io::Result<Vec<FolderEntry>> {
        let entry = |it: io::Result<std::fs::DirEntry>| {
            let it = it?;
            Ok(FolderEntry { name: it.file_name(), kind: kind(it.file_type()?) })
        };
        std::fs::read_dir(self.inside(path)?)?.map(entry).collect()
    }

    pub(super) fn kind(&self, path: &Path) -> io::Result<EntryKind> {
        Ok(kind(std::fs::symlink_metadata(self.root.join(path))?.file_type()))
    }

    fn inside(&self, path: &str) -> io::Result<PathBuf> {
        must_be_part(Path::new(path))?;
        let (place, root) = (self.root.join(path).canonicalize()?, self.root.canonicalize()?);
        must_be_part(place.strip_prefix(root).map_err(|_| leads_out())?)?;
        Ok(place)
    }
}

#[cfg(not(unix))]
fn kind(found: std::fs::FileType) -> EntryKind {
    match (found.is_symlink(), found.is_dir(), found.is_file()) {
        (true, _, _) => EntryKind::Link,
        (_, true, _) => EntryKind::Folder,
        (_, _, true) => EntryKind::File,
        _ => EntryKind::Other,
    }
}
