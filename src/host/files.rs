//! The workspace's files on disk.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};

use crate::base::{FileError, Files, RelPath};

/// A folder as [`Files`].
#[derive(Debug, Clone)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// The files below `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where a path is on disk.
    pub fn locate(&self, path: &RelPath) -> PathBuf {
        self.root.join(path.as_str())
    }
}

impl Files for Disk {
    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, FileError> {
        match std::fs::read(self.locate(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(source) => Err(FileError { path: path.clone(), source }),
        }
    }

    fn list(&self, dir: &RelPath, suffix: &str) -> Result<BTreeSet<RelPath>, FileError> {
        let mut res = BTreeSet::new();
        walk(&self.locate(dir), dir, suffix, &mut res)?;
        Ok(res)
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn walk(on_disk: &Path, dir: &RelPath, suffix: &str, res: &mut BTreeSet<RelPath>) -> Result<(), FileError> {
    let fail = |source| FileError { path: dir.clone(), source };
    let entries = match std::fs::read_dir(on_disk) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(()),
        Err(error) => return Err(fail(error)),
    };
    for entry in entries {
        let entry = entry.map_err(fail)?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let Ok(name) = RelPath::new(name) else { continue };
        let path = dir.join(name.as_str());
        // a link to a folder is neither a folder nor followed
        if entry.file_type().map_err(fail)?.is_dir() {
            walk(&entry.path(), &path, suffix, res)?;
        } else if path.as_str().ends_with(suffix) {
            res.insert(path);
        }
    }
    Ok(())
}

/// Reads a file that a user named, wherever it is, into memory of just its size; refuses more than `limit` bytes.
pub fn read_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    use io::Read as _;
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    if length > limit {
        let message = format!("it has {length} bytes, and more than {limit} are not read");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes a file that a user named, such as a report: whole or not at all.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use io::Write as _;
    let dir = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = super::apply::temporary(dir)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
