//! A file beside another one, of which it takes the place in one step, and temporary folders.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
};

use tempfile::{NamedTempFile, TempDir};

use super::leftovers::{self, Noted};

/// A file that goes away unless it is kept.
pub(super) struct Temporary {
    file: NamedTempFile,
    noted: Noted,
}

impl Temporary {
    /// Where its bytes go.
    pub(super) fn as_file(&self) -> &File {
        self.file.as_file()
    }

    /// The same with its file closed.
    pub(super) fn close(self) -> ClosedTemporary {
        ClosedTemporary { file: self.file.into_temp_path(), _noted: self.noted }
    }

    /// Puts it in the place of what is at `path`.
    pub(super) fn persist(self, path: impl AsRef<Path>) -> io::Result<()> {
        self.file.persist(path).map(drop).map_err(|error| error.error)
    }
}

/// A file that goes away unless it is kept, and that nothing holds open.
pub(super) struct ClosedTemporary {
    file: tempfile::TempPath,
    _noted: Noted,
}

impl ClosedTemporary {
    /// Puts it in the place of what is at `path`.
    pub(super) fn persist(self, path: impl AsRef<Path>) -> io::Result<()> {
        self.file.persist(path).map_err(|error| error.error)
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A file that goes away unless it is kept, readable by others as the user's umask has it.
pub(super) fn temporary(folder: &Path) -> io::Result<Temporary> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".molt-sync-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let (file, noted) = leftovers::made(|| builder.tempfile_in(folder), NamedTempFile::path)?;
    Ok(Temporary { file, noted })
}

/// A folder of this program that goes away unless it is kept.
#[derive(Debug)]
pub(super) struct Folder {
    folder: TempDir,
    noted: Noted,
}

impl Folder {
    /// A new empty one below `place`.
    pub(super) fn new_in(place: &Path) -> io::Result<Self> {
        let make = || tempfile::Builder::new().prefix("molt-sync-").tempdir_in(place);
        let (folder, noted) = leftovers::made(make, TempDir::path)?;
        Ok(Self { folder, noted })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves it where it is.
    pub(super) fn keep(self) -> std::path::PathBuf {
        self.noted.forget();
        self.folder.keep()
    }
}
