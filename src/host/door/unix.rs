//! The way in on Unix: the kernel looks a path up below a folder, or the path is opened part by part.

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

use super::{Door, EntryKind, File, FolderEntry, Path, io, is_absent, leads_out, must_be_part, refusal};

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
    pub(in crate::host) fn entries(&self, path: &str) -> io::Result<Vec<FolderEntry>> {
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
            res.push(FolderEntry { name: name.to_owned(), kind });
        }
        Ok(res)
    }

    /// What is at `path`, where a link is a link.
    pub(in crate::host) fn kind(&self, path: &Path) -> io::Result<EntryKind> {
        let about = statat(self.folder()?, path, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(kind(FileType::from_raw_mode(about.st_mode)))
    }

    fn below(&self, path: &str, flags: OFlags) -> io::Result<OwnedFd> {
        let folder = self.folder()?;
        must_be_part(Path::new(path))?;
        match beneath(folder, path, flags, FollowLinks::None) {
            // where links are on the way, nobody but them says where it ends; the others are told apart below
            Err(
                Errno::LOOP
                | Errno::NOSYS
                | Errno::XDEV
                | Errno::PERM
                | Errno::NAMETOOLONG
                | Errno::NXIO
                | Errno::NODEV,
            ) => {}
            other => return Ok(other?),
        }
        if let (Ok(place), Ok(root)) = (self.root.join(path).canonicalize(), self.root.canonicalize())
            && let Ok(inside) = place.strip_prefix(root)
        {
            must_be_part(inside)?;
        }
        match beneath(folder, path, flags, FollowLinks::Inside) {
            Err(Errno::LOOP) => Err(refusal("Too many levels of symbolic links")),
            Err(Errno::NAMETOOLONG) => Err(refusal("its path is too long")),
            // what the system says of a socket, and of a device that is not there
            Err(Errno::NXIO | Errno::NODEV) => Err(refusal("it is not a regular file")),
            // the link may be absolute and still lead to a place inside
            Err(Errno::XDEV) => self.by_parts(folder, path, flags).map_err(|error| match error.kind() {
                io::ErrorKind::PermissionDenied => leads_out(),
                _ if is_absent(&error) => self.missing(path),
                _ => error,
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

impl Door {
    /// What is said of a path with a link that is absolute and at whose end nothing is: that it leads out, unless what is
    /// missing is missing inside. Whether something is there outside is nobody's to know.
    fn missing(&self, path: &str) -> io::Error {
        let inside = |it: &Path| Ok::<_, io::Error>(it.canonicalize()?.starts_with(self.root.canonicalize()?));
        for part in Path::new(path).ancestors() {
            let place = self.root.join(part);
            match inside(&place) {
                Ok(true) => return io::ErrorKind::NotFound.into(),
                Err(error) if is_absent(&error) && !place.is_symlink() => {}
                _ => return leads_out(),
            }
        }
        leads_out()
    }
}

fn kind(found: FileType) -> EntryKind {
    match found {
        FileType::RegularFile => EntryKind::File,
        FileType::Directory => EntryKind::Folder,
        FileType::Symlink => EntryKind::Link,
        _ => EntryKind::Other,
    }
}

/// Which links are followed.
#[derive(Debug, Clone, Copy)]
enum FollowLinks {
    None,
    Inside,
}

/// Opens what is at `path` below `folder`; `XDEV` where a link or `..` leads out.
#[cfg(target_os = "linux")]
fn beneath(folder: BorrowedFd<'_>, path: &str, flags: OFlags, links: FollowLinks) -> Result<OwnedFd, Errno> {
    use rustix::fs::{ResolveFlags, openat2};
    static IS_MISSING: AtomicBool = AtomicBool::new(false);
    if IS_MISSING.load(Ordering::Relaxed) {
        return Err(Errno::NOSYS);
    }
    let resolve = match links {
        FollowLinks::None => ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS,
        FollowLinks::Inside => ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS,
    };
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
fn beneath(_: BorrowedFd<'_>, _: &str, _: OFlags, _: FollowLinks) -> Result<OwnedFd, Errno> {
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
        symlink(root.join("a"), root.join("round")).unwrap();
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
        fs::create_dir_all(door.root().join("sub/.git")).unwrap();
        fs::write(door.root().join("sub/.git/config"), "a token").unwrap();
        symlink("../sub/.git", door.root().join("a/own")).unwrap();
        for own in ["sub/.git/config", "a/own/config", "sub/.GIT/x", ".molt-sync/lock"] {
            let error = door.read(own, 100).unwrap_err();
            assert!(error.to_string().contains("not part of the workspace"), "{own}: {error}");
        }
        assert!(is_absent(&door.read("dangling", 100).unwrap_err()));
        for absent in ["a/b/file/x", "round/none", "round/b/none/none", "none/none"] {
            assert!(is_absent(&door.read(absent, 100).unwrap_err()), "{absent}");
        }
        let error = door.read("out/none/none", 100).unwrap_err();
        assert!(error.to_string().contains("leads out of the workspace"), "{error}");
        assert!(!is_absent(&door.read("loop", 100).unwrap_err()));
        assert_eq!(door.read("a", 100).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert_eq!(door.read("a/b/file", 5).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(door.kind(Path::new("up")).unwrap(), EntryKind::Link);
        assert!(door.entries("out").is_err() && door.entries("folder").unwrap().len() == 1);
    }
}
