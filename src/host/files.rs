//! The workspace's files on disk.

use std::{
    collections::BTreeSet,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use crate::base::{FileError, Files, RelPath, Sha256};

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
        match read_plain(&self.locate(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(source) => Err(FileError { path: path.clone(), source }),
        }
    }

    fn unnameable(&self, dir: &RelPath, suffix: &str) -> Result<Vec<String>, FileError> {
        let mut res = Vec::new();
        odd_names(&self.locate(dir), suffix, &mut res).map_err(|source| FileError { path: dir.clone(), source })?;
        res.sort();
        Ok(res)
    }

    fn is_inside(&self, path: &RelPath) -> bool {
        let full = self.locate(path).canonicalize();
        full.is_ok_and(|full| self.root.canonicalize().is_ok_and(|root| full.starts_with(root)))
    }

    fn is_link(&self, path: &RelPath) -> bool {
        self.locate(path).is_symlink()
    }

    fn has_folder(&self, dir: &RelPath) -> bool {
        self.locate(dir).is_dir()
    }

    fn top_level(&self) -> Result<(BTreeSet<RelPath>, BTreeSet<RelPath>), FileError> {
        let fail = |source| FileError { path: RelPath::root(), source };
        let (mut files, mut folders) = (BTreeSet::new(), BTreeSet::new());
        for entry in std::fs::read_dir(&self.root).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let Some(name) = entry.file_name().to_str().and_then(|it| RelPath::new(it).ok()) else { continue };
            let kind = entry.file_type().map_err(fail)?;
            if kind.is_dir() {
                folders.insert(name);
            } else if kind.is_file() {
                files.insert(name);
            }
        }
        Ok((files, folders))
    }

    fn list(&self, dir: &RelPath, suffix: &str) -> Result<BTreeSet<RelPath>, FileError> {
        let mut res = BTreeSet::new();
        walk(&self.locate(dir), dir, suffix, &mut res)?;
        Ok(res)
    }
}

/// The largest file of a workspace that is read.
const LARGEST: u64 = 256 << 20;

/// A plain file's bytes. What is none could block for ever, or never end.
fn read_plain(path: &Path) -> io::Result<Vec<u8>> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    let file = options.open(path)?;
    let about = file.metadata()?;
    if about.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !about.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    if about.len() > LARGEST {
        return Err(too_large(about.len(), LARGEST));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default() + 1);
    // it may have grown; and what is limited does not ask for its length again, a thousand times in a run
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST { Err(too_large(bytes.len() as u64, LARGEST)) } else { Ok(bytes) }
}

pub(super) fn is_absent(error: &io::Error) -> bool {
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
        let name = entry.file_name();
        let Some(name) = name.to_str().and_then(|it| RelPath::new(it).ok()) else { continue };
        let path = dir.join(name.as_str());
        // a link to a folder is neither a folder nor followed
        let is_dir = entry.file_type().map_err(fail)?.is_dir();
        if is_dir {
            walk(&entry.path(), &path, suffix, res)?;
        }
        // a folder that is called like a file stands in the place of one
        if path.as_str().ends_with(suffix) && !(is_dir && suffix.is_empty()) {
            res.insert(path);
        }
    }
    Ok(())
}

/// Names that are no clean UTF-8: what cannot be named cannot be judged, and must not be passed by.
fn odd_names(on_disk: &Path, suffix: &str, res: &mut Vec<String>) -> io::Result<()> {
    let entries = match std::fs::read_dir(on_disk) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let is_dir = entry.file_type()?.is_dir();
        let name = entry.file_name();
        let is_clean = name.to_str().is_some_and(|it| RelPath::new(it).is_ok());
        if is_clean && is_dir {
            odd_names(&entry.path(), suffix, res)?;
        } else if !is_clean && (is_dir || name.to_string_lossy().ends_with(suffix)) {
            res.push(entry.path().to_string_lossy().into_owned());
        }
    }
    Ok(())
}

/// Reads a file that a user named, wherever it is, into memory of just its size; refuses more than `limit` bytes.
pub fn read_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    if length > limit {
        return Err(too_large(length, limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    // what is no plain file tells no length, and one that grows tells a wrong one
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(bytes.len() as u64, limit)) } else { Ok(bytes) }
}

/// The same with the digest, which a second thread computes while the first still reads.
pub fn read_hashed(path: &Path, limit: u64) -> io::Result<(Vec<u8>, Sha256)> {
    hashed(super::plain::open(path, std::fs::OpenOptions::new().read(true))?, limit)
}

/// The same of a file that is open.
pub(super) fn hashed(mut file: std::fs::File, limit: u64) -> io::Result<(Vec<u8>, Sha256)> {
    const PART: usize = 1 << 20;
    let about = file.metadata()?;
    if about.len() > limit {
        return Err(too_large(about.len(), limit));
    }
    let mut bytes = vec![0; usize::try_from(about.len()).unwrap_or_default()];
    let digest = thread::scope(|scope| {
        let (sender, parts) = mpsc::channel::<&[u8]>();
        let hasher = scope.spawn(move || Sha256::of_parts(parts));
        for part in bytes.chunks_mut(PART) {
            file.read_exact(part)?;
            // the receiver lives until this sender is gone
            let _ = sender.send(part);
        }
        drop(sender);
        hasher.join().map_err(|_| io::Error::other("the digest was not computed"))
    })?;
    if file.read(&mut [0])? != 0 {
        return Err(io::Error::other("it grew while it was read"));
    }
    Ok((bytes, digest))
}

pub(super) fn too_large(length: u64, limit: u64) -> io::Error {
    let message = format!("it has {length} bytes, and more than {limit} are not read");
    io::Error::new(io::ErrorKind::FileTooLarge, message)
}

/// Adds text to the end of a file that somebody else made.
pub fn append(path: &Path, text: &str) -> io::Result<()> {
    use io::Write as _;
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// Writes a file of git's own, which it reads next.
pub fn overwrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    std::fs::write(path, bytes)
}

/// Writes a file in one step, with the folders that hold it.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use io::Write as _;
    let dir = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir)?;
    let mut file = super::apply::temporary(dir)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// A file that a user named, such as a report, for which there is room and which is not there yet.
pub struct Prepared {
    /// It has no name, so that nothing is left over where the run is cut off.
    room: std::fs::File,
    bytes: Vec<u8>,
    path: PathBuf,
}

impl Prepared {
    /// Makes room for `bytes` on the disk of `path`. A file that is there already is replaced only if it is empty or if `is_ours` says
    /// that it is one of the same kind.
    pub fn new(path: &Path, bytes: &[u8], is_ours: impl Fn(&[u8]) -> bool) -> io::Result<Self> {
        use io::Write as _;
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if std::fs::read(path).is_ok_and(|there| !there.is_empty() && !is_ours(&there)) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "another file is there"));
        }
        let dir = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut room = tempfile::tempfile_in(dir).map_err(|error| io::Error::from(error.kind()))?;
        room.write_all(bytes)?;
        Ok(Self { room, bytes: bytes.to_vec(), path: path.to_path_buf() })
    }

    /// Puts it in its place.
    pub fn keep(self) -> io::Result<()> {
        use io::Write as _;
        let dir = self.path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        drop(self.room);
        let mut file = super::apply::temporary(dir)?;
        file.write_all(&self.bytes)?;
        file.persist(self.path).map(drop).map_err(|error| error.error)
    }
}

/// Whether two paths, existing or not, name the same file.
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    let full = |path: &Path| {
        let dir = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some((dir.canonicalize().ok()?, path.file_name()?.to_owned()))
    };
    full(a).is_some_and(|it| Some(it) == full(b))
}
