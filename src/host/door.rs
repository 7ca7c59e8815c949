//! The one way into a workspace: a path is opened below the root, through no link that leads out of it, and never waits for
//! anybody. A workspace may be a stranger's, and what it names is shown in reports.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

/// A root, and the way to what is below it.
#[derive(Debug, Clone)]
pub(super) struct Door {
    root: PathBuf,
    /// The root, opened once, so that every path is looked up below the same folder.
    #[cfg(unix)]
    folder: Arc<OnceLock<std::os::fd::OwnedFd>>,
}

/// What stands in a folder.
pub(super) struct Entry {
    /// Its name.
    pub(super) name: std::ffi::OsString,
    /// What it is, where a link is a link.
    pub(super) kind: Kind,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
        super::files::read_open(file, about.len(), limit)
    }
}

#[cfg(unix)]
mod unix {
    use std::{
        os::{
            fd::{AsFd as _, BorrowedFd, OwnedFd},
            unix::ffi::OsStrExt as _,
        },
        sync::atomic::{AtomicBool, Ordering},
    };

    use rustix::{
        fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, openat, statat},
        io::Errno,
    };

    use super::{Door, Entry, File, Kind, Path, io, is_absent, leads_out, refusal};

    /// A regular file is read at once; a pipe would wait for somebody who writes to it.
    const READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);
    const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

    impl Door {
        fn folder(&self) -> io::Result<BorrowedFd<'_>> {
            if self.folder.get().is_none() {
                // a second thread may have been quicker, and both are the same folder
                let _ = self.folder.set(openat(CWD, &self.root, FOLDER, Mode::empty())?);
            }
            self.folder.get().map(OwnedFd::as_fd).ok_or_else(|| io::ErrorKind::NotFound.into())
        }

        /// Opens what is at `path` for reading.
        pub(super) fn open(&self, path: &str) -> io::Result<File> {
            self.below(path, READ).map(File::from)
        }

        /// What stands in the folder at `path`, in no order.
        pub(in crate::host) fn entries(&self, path: &str) -> io::Result<Vec<Entry>> {
            let folder = self.below(path, FOLDER)?;
            let mut res = Vec::new();
            for entry in Dir::new(folder)? {
                let entry = entry?;
                let name = std::ffi::OsStr::from_bytes(entry.file_name().to_bytes());
                if name == "." || name == ".." {
                    continue;
                }
                let kind = match entry.file_type() {
                    FileType::Unknown => self.kind(&Path::new(path).join(name))?,
                    known => kind(known),
                };
                res.push(Entry { name: name.to_owned(), kind });
            }
            Ok(res)
        }

        /// What is at `path`, where a link is a link.
        pub(in crate::host) fn kind(&self, path: &Path) -> io::Result<Kind> {
            let about = statat(self.folder()?, path, AtFlags::SYMLINK_NOFOLLOW)?;
            Ok(kind(FileType::from_raw_mode(about.st_mode)))
        }

        fn below(&self, path: &str, flags: OFlags) -> io::Result<OwnedFd> {
            let folder = self.folder()?;
            match beneath(folder, path, flags) {
                Err(Errno::LOOP) => Err(refusal("Too many levels of symbolic links")),
                Err(Errno::NAMETOOLONG) => Err(refusal("its path is too long")),
                // what the system says of a socket, and of a device that is not there
                Err(Errno::NXIO | Errno::NODEV) => Err(refusal("it is not a regular file")),
                // the link may be absolute and still lead to a place inside
                Err(Errno::XDEV) => self.by_parts(folder, path, flags).map_err(|error| {
                    if is_absent(&error) || error.kind() == io::ErrorKind::PermissionDenied {
                        leads_out()
                    } else {
                        error
                    }
                }),
                // a kernel without that call, or a sandbox that does not let it through
                Err(Errno::NOSYS | Errno::PERM) => self.by_parts(folder, path, flags),
                other => Ok(other?),
            }
        }

        /// The same without the kernel's help: the place is looked up first, and then opened part by part without following
        /// any link, so that nobody can put one there meanwhile.
        fn by_parts(&self, folder: BorrowedFd<'_>, path: &str, flags: OFlags) -> io::Result<OwnedFd> {
            let place = std::fs::canonicalize(self.root.join(path))?;
            let root = std::fs::canonicalize(&self.root)?;
            let inside = place.strip_prefix(&root).map_err(|_| leads_out())?;
            let parts: Vec<_> = inside.iter().collect();
            let Some((last, folders)) = parts.split_last() else {
                return Ok(openat(folder, ".", flags, Mode::empty())?);
            };
            let mut open: Option<OwnedFd> = None;
            for part in folders {
                let at = open.as_ref().map_or(folder, OwnedFd::as_fd);
                open = Some(openat(at, *part, FOLDER | OFlags::NOFOLLOW, Mode::empty())?);
            }
            let at = open.as_ref().map_or(folder, OwnedFd::as_fd);
            Ok(openat(at, *last, flags | OFlags::NOFOLLOW, Mode::empty())?)
        }
    }

    fn kind(found: FileType) -> Kind {
        match found {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            _ => Kind::Other,
        }
    }

    /// Opens what is at `path` below `folder`; `XDEV` where a link or `..` leads out.
    #[cfg(target_os = "linux")]
    fn beneath(folder: BorrowedFd<'_>, path: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        use rustix::fs::{ResolveFlags, openat2};
        static IS_MISSING: AtomicBool = AtomicBool::new(false);
        if IS_MISSING.load(Ordering::Relaxed) {
            return Err(Errno::NOSYS);
        }
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        // the kernel gives up where somebody renames folders at the same moment
        for _ in 0..64 {
            match openat2(folder, path, flags, Mode::empty(), resolve) {
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(Errno::NOSYS) => {
                    IS_MISSING.store(true, Ordering::Relaxed);
                    return Err(Errno::NOSYS);
                }
                other => return other,
            }
        }
        Err(Errno::AGAIN)
    }

    #[cfg(not(target_os = "linux"))]
    fn beneath(_: BorrowedFd<'_>, _: &str, _: OFlags) -> Result<OwnedFd, Errno> {
        Err(Errno::NOSYS)
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::{fs, os::unix::fs::symlink};

        #[test]
        fn both_ways_refuse_the_same() {
            let dir = tempfile::tempdir().unwrap();
            let root = dir.path().join("ws");
            fs::create_dir_all(root.join("a/b")).unwrap();
            fs::write(root.join("a/b/file"), "inside").unwrap();
            fs::write(dir.path().join("secret"), "outside").unwrap();
            for (target, link) in [
                ("b/file", "a/near"),
                ("a/b", "folder"),
                ("../secret", "up"),
                ("../../../../../../../../../../etc", "a/etc"),
                ("../../ws/a/b/file", "a/round"),
                ("loop", "loop"),
                ("nowhere", "dangling"),
                ("/nowhere/at/all", "gone"),
                ("/proc/self/cwd", "magic"),
            ] {
                symlink(target, root.join(link)).unwrap();
            }
            symlink(root.join("a/b/file"), root.join("absolute")).unwrap();
            symlink(dir.path(), root.join("out")).unwrap();
            let door = Door::new(root);
            let by_parts = |path: &str| {
                let folder = door.folder().unwrap();
                door.by_parts(folder, path, READ).map(File::from)
            };
            for inside in ["a/b/file", "a/near", "a/round", "folder/file", "absolute"] {
                assert!(by_parts(inside).is_ok(), "{inside}");
                assert_eq!(door.read(inside, 100).unwrap(), b"inside", "{inside}");
            }
            for outside in ["up", "a/etc/passwd", "out/secret", "out", "gone", "magic"] {
                assert!(by_parts(outside).is_err(), "{outside}");
                let error = door.read(outside, 100).unwrap_err();
                assert!(error.to_string().contains("leads out of the workspace"), "{outside}: {error}");
            }
            assert!(is_absent(&door.read("dangling", 100).unwrap_err()));
            assert!(is_absent(&door.read("a/b/file/x", 100).unwrap_err()));
            assert!(!is_absent(&door.read("loop", 100).unwrap_err()));
            assert_eq!(door.read("a", 100).unwrap_err().kind(), io::ErrorKind::IsADirectory);
            assert_eq!(door.read("a/b/file", 5).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
            assert_eq!(door.kind(Path::new("up")).unwrap(), Kind::Link);
            assert!(door.entries("out").is_err() && door.entries("folder").unwrap().len() == 1);
        }
    }
}

#[cfg(not(unix))]
impl Door {
    fn open(&self, path: &str) -> io::Result<File> {
        File::open(self.inside(path)?)
    }

    pub(super) fn entries(&self, path: &str) -> io::Result<Vec<Entry>> {
        let entry = |it: io::Result<std::fs::DirEntry>| {
            let it = it?;
            Ok(Entry { name: it.file_name(), kind: kind(it.file_type()?) })
        };
        std::fs::read_dir(self.inside(path)?)?.map(entry).collect()
    }

    pub(super) fn kind(&self, path: &Path) -> io::Result<Kind> {
        Ok(kind(std::fs::symlink_metadata(self.root.join(path))?.file_type()))
    }

    fn inside(&self, path: &str) -> io::Result<PathBuf> {
        let place = self.root.join(path).canonicalize()?;
        if place.starts_with(self.root.canonicalize()?) { Ok(place) } else { Err(leads_out()) }
    }
}

#[cfg(not(unix))]
fn kind(found: std::fs::FileType) -> Kind {
    match (found.is_symlink(), found.is_dir(), found.is_file()) {
        (true, _, _) => Kind::Link,
        (_, true, _) => Kind::Folder,
        (_, _, true) => Kind::File,
        _ => Kind::Other,
    }
}
