//! Files of a cgroup that stay open, and are read again and again.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

/// One of them, with its path for errors.
#[derive(Debug)]
pub(super) struct GroupFile {
    file: File,
    path: PathBuf,
}

impl GroupFile {
    pub(super) fn open(folder: &Path, name: &str) -> io::Result<Self> {
        Self::opened(folder, name, File::options().read(true))
    }

    pub(super) fn open_for_both(folder: &Path, name: &str) -> io::Result<Self> {
        Self::opened(folder, name, File::options().read(true).write(true))
    }

    pub(super) fn open_for_write(folder: &Path, name: &str) -> io::Result<Self> {
        Self::opened(folder, name, File::options().write(true))
    }

    fn opened(folder: &Path, name: &str, how: &std::fs::OpenOptions) -> io::Result<Self> {
        let path = folder.join(name);
        let file = how.open(&path).map_err(|error| named(&path, &error))?;
        Ok(Self { file, path })
    }

    /// All of it.
    pub(super) fn text(&self) -> io::Result<Vec<u8>> {
        let mut res = vec![0; 8192];
        let mut length = 0;
        loop {
            match self.file.read_at(&mut res[length..], length as u64) {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(named(&self.path, &error)),
            }
            if length == res.len() {
                res.resize(2 * length, 0);
            }
        }
        res.truncate(length);
        Ok(res)
    }

    /// The one number that is in it.
    pub(super) fn number(&self) -> io::Result<u64> {
        let mut bytes = [0; 32];
        let length = self.file.read_at(&mut bytes, 0).map_err(|error| named(&self.path, &error))?;
        let text = bytes[..length].trim_ascii();
        // version 2 has a word for no limit
        if text == b"max" { Ok(u64::MAX) } else { number(text).ok_or_else(|| self.odd()) }
    }

    /// The number behind a word, one line each.
    pub(super) fn entry(&self, word: &str) -> io::Result<u64> {
        entry(&self.text()?, word).ok_or_else(|| self.odd())
    }

    pub(super) fn write(&self, text: &str) -> io::Result<()> {
        let written = self.file.write_at(text.as_bytes(), 0);
        written.map(drop).map_err(|error| named(&self.path, &error))
    }

    /// A file that does not have what it should have.
    pub(super) fn odd(&self) -> io::Error {
        let message = format!("{} does not have what the kernel writes there", self.path.display());
        io::Error::new(io::ErrorKind::InvalidData, message)
    }
}

/// The number behind a word at the start of a line.
pub(super) fn entry(text: &[u8], word: &str) -> Option<u64> {
    text.split(|it| *it == b'\n').find_map(|line| {
        let rest = line.strip_prefix(word.as_bytes())?.strip_prefix(b" ")?;
        number(rest.trim_ascii())
    })
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok().and_then(|it| it.parse().ok())
}

/// An error with the file that it is about.
pub(super) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
