//! Plain files alone. Where an archive, a signature or a record is expected, a pipe could block for ever, a device never ends, and
//! a folder is none: each is an error at once, and what is read has a limit.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

use super::limited::read_whole;

/// Opens a plain file without waiting for anybody.
pub(super) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    open_with(path, options, 0)
}

/// The same for a file that is this program's own: it is not a link either.
pub(super) fn open_own(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    let flags = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    #[cfg(not(unix))]
    let flags = 0;
    open_with(path, options, flags)
}

fn open_with(path: &Path, options: &mut OpenOptions, flags: i32) -> io::Result<File> {
    #[cfg(unix)]
    {
        let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, nonblocking | flags);
    }
    #[cfg(not(unix))]
    let _ = flags;
    let file = options.open(path)?;
    let about = file.metadata()?;
    if about.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    Ok(file)
}

/// Reads a plain file of at most `limit` bytes.
pub fn read_plain(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_whole(open(path, OpenOptions::new().read(true))?, limit)
}

/// The same for a file of this program's own.
pub(super) fn read_own(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_whole(open_own(path, OpenOptions::new().read(true))?, limit)
}
