//! An open file in memory, as long as it is not longer than it may be.

use std::{
    fs::File,
    io::{self, Read as _},
};

/// Reads an open file; refuses more than `limit` bytes.
pub(super) fn read_whole(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    read_open(file, length, limit)
}

/// Reads an open file that says that it has `length` bytes; refuses more than `limit`.
pub(super) fn read_open(file: File, length: u64, limit: u64) -> io::Result<Vec<u8>> {
    if length > limit {
        return Err(too_large(length, limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(usize::MAX - 1) + 1);
    // what is not a regular file tells no length, and one that grows tells a wrong one
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(bytes.len() as u64, limit)) } else { Ok(bytes) }
}

/// What is said of a file that has more than `limit` bytes.
pub(super) fn too_large(length: u64, limit: u64) -> io::Error {
    let message = format!("it has {length} bytes, and more than {limit} are not read");
    io::Error::new(io::ErrorKind::FileTooLarge, message)
}
