//! What has arrived of a download, on disk: named by the digest of what it will be, so that a later run goes on where this one was
//! cut off. Nothing takes it for whole: the bytes are held against the digest in the end, wherever they came from.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use reqwest::header::HeaderValue;

use crate::base::Sha256;

/// One file, which no other process writes to meanwhile: a line with the server's tag and the address, and the bytes.
pub(super) struct Spool {
    file: File,
    path: PathBuf,
}

/// What was there.
pub(super) struct Kept {
    pub(super) bytes: Vec<u8>,
    pub(super) etag: HeaderValue,
}

impl Spool {
    /// Opens the one for `expected`; none where another process has it, or the disk does not want it: then memory has to do.
    pub(super) fn open(folder: &Path, expected: Sha256) -> Option<Self> {
        fs::create_dir_all(folder).ok()?;
        let path = folder.join(expected.to_string());
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).ok()?;
        file.try_lock().ok()?;
        // whoever had it may have removed it in between
        path.exists().then_some(Self { file, path })
    }

    /// What an earlier run left of the same address.
    pub(super) fn kept(&mut self, url: &str, limit: u64) -> Option<Kept> {
        let mut bytes = Vec::new();
        self.file.rewind().ok()?;
        (&mut self.file).take(limit + 4096).read_to_end(&mut bytes).ok()?;
        let end = memchr::memchr(b'\n', &bytes)?;
        let (etag, from) = std::str::from_utf8(&bytes[..end]).ok()?.split_once('\t')?;
        let etag = HeaderValue::from_str(etag).ok().filter(|_| from == url)?;
        bytes.drain(..=end);
        (!bytes.is_empty()).then_some(Kept { bytes, etag })
    }

    /// Begins anew; without a tag there is nothing to go on with later.
    pub(super) fn begin(&mut self, url: &str, etag: Option<&HeaderValue>) {
        let head = etag.and_then(|it| Some(format!("{}\t{url}\n", it.to_str().ok()?)));
        let begun = self.file.set_len(0).and_then(|()| self.file.rewind());
        drop(begun.and_then(|()| self.file.write_all(head.unwrap_or_default().as_bytes())));
    }

    /// Adds what arrived. A disk that is full costs the next run its head start and nothing else.
    pub(super) fn push(&mut self, chunk: &[u8]) {
        if self.file.write_all(chunk).is_err() {
            drop(self.file.set_len(0));
        }
    }

    /// Forgets it.
    pub(super) fn remove(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}
