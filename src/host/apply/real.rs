//! The real file system.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::{
    fs::{At, Fs, Kind},
    store::is_same_disk,
};

/// A tree and its store.
pub(super) struct Real<'a> {
    pub(super) tree: &'a Path,
    pub(super) store: &'a Path,
}

impl Real<'_> {
    fn path(&self, at: At<'_>) -> PathBuf {
        match at {
            At::Tree("") => self.tree.to_path_buf(),
            At::Store("") => self.store.to_path_buf(),
            At::Tree(path) => self.tree.join(path),
            At::Store(path) => self.store.join(path),
        }
    }
}

impl Fs for Real<'_> {
    fn kind(&self, at: At<'_>) -> io::Result<Kind> {
        let found = match fs::symlink_metadata(self.path(at)) {
            Ok(found) => found,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(Kind::Missing);
            }
            Err(error) => return Err(error),
        };
        Ok(match found.file_type() {
            it if it.is_symlink() => Kind::Link,
            it if it.is_dir() => Kind::Folder,
            it if it.is_file() => Kind::File(mode(&found)),
            _ => Kind::Other,
        })
    }

    fn read(&self, at: At<'_>) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(at)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, at: At<'_>) -> io::Result<Vec<String>> {
        let names = fs::read_dir(self.path(at))?.map(|it| Ok(it?.file_name().to_string_lossy().into_owned()));
        names.collect()
    }

    fn create(&self, at: At<'_>, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
        let mut file = fs::File::create_new(self.path(at))?;
        file.write_all(bytes)?;
        set_mode(&file, mode)
    }

    fn sync(&self, at: At<'_>) -> io::Result<()> {
        // a file that may only be read can be synced all the same
        fs::File::open(self.path(at))?.sync_all()
    }

    fn sync_folder(&self, at: At<'_>) -> io::Result<()> {
        super::store::sync(&self.path(at))
    }

    fn rename(&self, from: At<'_>, to: At<'_>) -> io::Result<()> {
        fs::rename(self.path(from), self.path(to))
    }

    fn rename_new(&self, from: At<'_>, to: At<'_>) -> io::Result<()> {
        flagged(&self.path(from), &self.path(to), Flag::New)
    }

    fn exchange(&self, a: At<'_>, b: At<'_>) -> io::Result<()> {
        flagged(&self.path(a), &self.path(b), Flag::Exchange)
    }

    fn link(&self, from: At<'_>, to: At<'_>) -> io::Result<()> {
        fs::hard_link(self.path(from), self.path(to))
    }

    fn remove(&self, at: At<'_>) -> io::Result<()> {
        fs::remove_file(self.path(at))
    }

    fn make_folder(&self, at: At<'_>) -> io::Result<()> {
        fs::create_dir(self.path(at))
    }

    fn remove_folder(&self, at: At<'_>) -> io::Result<()> {
        fs::remove_dir(self.path(at))
    }

    fn is_beside_store(&self, at: At<'_>) -> bool {
        is_same_disk(&self.path(at), self.store)
    }

    fn shown(&self, at: At<'_>) -> String {
        self.path(at).display().to_string()
    }

    fn is_writable(&self, at: At<'_>) -> bool {
        may_write(&self.path(at))
    }
}

#[derive(Clone, Copy)]
enum Flag {
    New,
    Exchange,
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn flagged(from: &Path, to: &Path, flag: Flag) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let flag = match flag {
        Flag::New => RenameFlags::NOREPLACE,
        Flag::Exchange => RenameFlags::EXCHANGE,
    };
    Ok(renameat_with(CWD, from, CWD, to, flag)?)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn flagged(_: &Path, _: &Path, _: Flag) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn mode(found: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    found.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode(found: &fs::Metadata) -> u32 {
    if found.permissions().readonly() { 0o444 } else { 0o644 }
}

#[cfg(unix)]
fn set_mode(file: &fs::File, mode: Option<u32>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    mode.map_or(Ok(()), |mode| file.set_permissions(fs::Permissions::from_mode(mode)))
}

#[cfg(not(unix))]
fn set_mode(_: &fs::File, _: Option<u32>) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn may_write(folder: &Path) -> bool {
    use rustix::fs::{Access, access};
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn may_write(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|it| !it.permissions().readonly())
}
