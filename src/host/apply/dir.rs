//! Folders that are held open, so that what is done in them is done in them: names are single, and no symbolic link is
//! followed.

use std::{
    fs::File,
    io::{self, Read as _},
    os::fd::OwnedFd,
    path::Path,
};

use rustix::{
    fs::{self as unix, Access, AtFlags, FileType, Mode, OFlags, RenameFlags},
    io::Errno,
};

use super::fs::NodeKind;

/// A folder that is walked through need not be readable.
#[cfg(target_os = "linux")]
const WALK: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const WALK: OFlags = OFlags::RDONLY;

/// An open folder.
#[derive(Debug)]
pub(super) struct Dir(OwnedFd);

/// What is known of a name without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileStat {
    pub(super) kind: NodeKind,
    /// The number of its owner.
    pub(super) owner: u32,
    /// How many names it has.
    pub(super) names: u64,
    /// Its size in bytes.
    pub(super) size: u64,
    /// The number of its file system.
    device: u64,
}

/// Something that is not what molt-sync makes, where molt-sync keeps its own.
pub(super) fn odd(what: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_string())
}

/// The number of the user whom this process acts for.
pub(super) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

impl Dir {
    /// A folder by its path, links in it included: whoever calls this trusts the path.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(unix::open(path, WALK | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?))
    }

    /// A folder in this one.
    pub(super) fn folder(&self, name: &str) -> io::Result<Self> {
        let flags = WALK | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match unix::openat(&self.0, name, flags, Mode::empty()) {
            Ok(it) => Ok(Self(it)),
            Err(Errno::NOTDIR | Errno::LOOP) if self.about(name)?.is_some_and(|it| it.kind == NodeKind::Link) => {
                Err(odd(format!("{name} is a symbolic link")))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The folder that a path of names leads to.
    pub(super) fn walk(&self, path: &str) -> io::Result<Option<Self>> {
        let mut names = path.split('/').filter(|it| !it.is_empty());
        let Some(first) = names.next() else { return Ok(None) };
        names.try_fold(self.folder(first)?, |at, name| at.folder(name)).map(Some)
    }

    /// What a name is; none where there is none.
    pub(super) fn about(&self, name: &str) -> io::Result<Option<FileStat>> {
        match unix::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(it) => Ok(Some(FileStat::of(&it))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What the folder itself is.
    pub(super) fn about_itself(&self) -> io::Result<FileStat> {
        Ok(FileStat::of(&unix::fstat(&self.0)?))
    }

    /// The bytes of a plain file that `accept` takes and that has at most `limit` of them; none where there is no file.
    /// Nothing else is opened, and nothing is waited for.
    pub(super) fn read(
        &self,
        name: &str,
        limit: u64,
        accept: impl Fn(&FileStat) -> io::Result<()>,
    ) -> io::Result<Option<Vec<u8>>> {
        let fine = |it: &FileStat| match it.kind {
            NodeKind::File(_) if it.size > limit => Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("{name} has {} bytes, and {limit} are read at most", it.size),
            )),
            NodeKind::File(_) => accept(it),
            _ => Err(odd(format!("{name} is not a plain file"))),
        };
        let Some(about) = self.about(name)? else { return Ok(None) };
        fine(&about)?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match unix::openat(&self.0, name, flags, Mode::empty()) {
            Ok(it) => File::from(it),
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // it can have become another one since
        fine(&FileStat::of(&unix::fstat(&file)?))?;
        let mut bytes = Vec::new();
        file.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("{name} grows while it is read")));
        }
        Ok(Some(bytes))
    }

    /// A new file, for writing.
    pub(super) fn create(&self, name: &str, mode: u32) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(unix::openat(&self.0, name, flags, bits(mode))?))
    }

    /// A plain file that is there for good, made where it is not there; `accept` has to take it.
    pub(super) fn open_or_create(&self, name: &str, accept: impl Fn(&FileStat) -> io::Result<()>) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let plain = |it: &FileStat| match it.kind {
            NodeKind::File(_) => accept(it),
            _ => Err(odd(format!("{name} is not a plain file"))),
        };
        if let Some(about) = self.about(name)? {
            plain(&about)?;
        }
        let file = File::from(unix::openat(&self.0, name, flags, bits(0o666))?);
        plain(&FileStat::of(&unix::fstat(&file)?))?;
        Ok(file)
    }

    /// The names in it.
    pub(super) fn list(&self) -> io::Result<Vec<String>> {
        let mut res = Vec::new();
        for entry in unix::Dir::new(self.readable()?)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy();
            if name != "." && name != ".." {
                res.push(name.into_owned());
            }
        }
        Ok(res)
    }

    /// Makes a file's bytes durable.
    pub(super) fn sync_file(&self, name: &str) -> io::Result<()> {
        // a file that may only be read can be synced all the same
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        File::from(unix::openat(&self.0, name, flags, Mode::empty())?).sync_all()
    }

    /// Makes what was put into it, or taken out of it, durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        File::from(self.readable()?).sync_all()
    }

    fn readable(&self) -> io::Result<OwnedFd> {
        Ok(unix::openat(&self.0, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
    }

    /// Makes a folder in it.
    pub(super) fn make_folder(&self, name: &str) -> io::Result<()> {
        Ok(unix::mkdirat(&self.0, name, bits(0o777))?)
    }

    /// Removes a name that is not a folder's.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(unix::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Removes an empty folder.
    pub(super) fn remove_folder(&self, name: &str) -> io::Result<()> {
        Ok(unix::unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }

    /// Renames `name` to `target` in the folder `to`, whatever is there.
    pub(super) fn rename(&self, name: &str, to: &Self, target: &str) -> io::Result<()> {
        Ok(unix::renameat(&self.0, name, &to.0, target)?)
    }

    /// The same where nothing is there.
    pub(super) fn rename_new(&self, name: &str, to: &Self, target: &str) -> io::Result<()> {
        self.flagged(name, to, target, RenameFlags::NOREPLACE)
    }

    /// Each of the two takes the other's place.
    pub(super) fn exchange(&self, name: &str, with: &Self, other: &str) -> io::Result<()> {
        self.flagged(name, with, other, RenameFlags::EXCHANGE)
    }

    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    fn flagged(&self, name: &str, to: &Self, target: &str, flag: RenameFlags) -> io::Result<()> {
        Ok(unix::renameat_with(&self.0, name, &to.0, target, flag)?)
    }

    #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
    fn flagged(&self, _: &str, _: &Self, _: &str, _: RenameFlags) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Gives a file a second name.
    pub(super) fn link(&self, name: &str, to: &Self, target: &str) -> io::Result<()> {
        Ok(unix::linkat(&self.0, name, &to.0, target, AtFlags::empty())?)
    }

    /// Whether this process may make and remove names in it.
    pub(super) fn is_writable(&self) -> bool {
        unix::accessat(&self.0, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::empty()).is_ok()
    }
}

impl FileStat {
    #[allow(
        clippy::unnecessary_cast,
        clippy::cast_sign_loss,
        clippy::cast_lossless,
        clippy::useless_conversion,
        reason = "the types differ from system to system"
    )]
    fn of(it: &unix::Stat) -> Self {
        let kind = match FileType::from_raw_mode(it.st_mode) {
            FileType::RegularFile => NodeKind::File(Mode::from_raw_mode(it.st_mode).bits().into()),
            FileType::Directory => NodeKind::Folder,
            FileType::Symlink => NodeKind::Link,
            _ => NodeKind::Other,
        };
        Self { kind, owner: it.st_uid, names: it.st_nlink as u64, size: it.st_size as u64, device: it.st_dev as u64 }
    }

    /// Whether both lie on one file system.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        self.device == other.device
    }

    /// Refuses what another user owns.
    pub(super) fn must_be_own(&self, name: &str) -> io::Result<()> {
        if self.owner == user() { Ok(()) } else { Err(odd(format!("{name} belongs to another user"))) }
    }

    /// Refuses a file that another user owns, or that has a second name somewhere.
    pub(super) fn must_be_own_alone(&self, name: &str) -> io::Result<()> {
        self.must_be_own(name)?;
        if self.names == 1 { Ok(()) } else { Err(odd(format!("{name} is a hard link to another file"))) }
    }
}

#[allow(clippy::unnecessary_cast, clippy::cast_possible_truncation, reason = "the types differ from system to system")]
fn bits(mode: u32) -> Mode {
    Mode::from_raw_mode(mode as rustix::fs::RawMode)
}
