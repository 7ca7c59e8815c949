//! What of an archive arrived before a run was cut off. The file is named by the digest that the whole will have and
//! begins with a line that no archive begins with, so that it can be taken for nothing else. One run at a time has it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};

use crate::host::plain::open_own;

/// The longest first line that is believed.
const HEAD: usize = 8 << 10;

/// Where the bytes came from.
#[derive(Debug, Serialize, Deserialize)]
struct DownloadOrigin {
    url: String,
    /// A strong tag, with its quotes.
    etag: String,
    /// The length of the whole, if the server told it.
    total: Option<u64>,
}

/// What an earlier run left.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::host) struct EarlierDownload {
    pub(in crate::host) etag: String,
    pub(in crate::host) total: Option<u64>,
    pub(in crate::host) bytes: Vec<u8>,
}

/// The place of a partial archive. Whatever goes wrong here costs a later run a part of its download and nothing else.
#[derive(Debug)]
pub(in crate::host) struct PartialDownload {
    /// None where nothing is kept.
    path: Option<PathBuf>,
    /// Open and locked while this run writes to it.
    file: Option<File>,
}

impl PartialDownload {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path: Some(path), file: None }
    }

    /// The place of a cache that keeps nothing.
    pub(super) fn none() -> Self {
        Self { path: None, file: None }
    }

    /// The beginning of what is at `url`, unless another run is at it or there is more than `limit` bytes.
    pub(in crate::host) fn load(&mut self, url: &str, limit: u64) -> Option<EarlierDownload> {
        let file = open_own(self.path.as_ref()?, OpenOptions::new().read(true).append(true)).ok()?;
        file.try_lock().ok()?;
        let mut bytes = Vec::new();
        (&file).take(limit.saturating_add(HEAD as u64)).read_to_end(&mut bytes).ok()?;
        let found = parse(bytes, url);
        // of another address, damaged or too long: what is written next is written from the start
        let found = found.filter(|it| it.bytes.len() as u64 <= it.total.unwrap_or(limit).min(limit));
        self.file = found.is_some().then_some(file);
        found
    }

    /// Begins anew with what is at `url`. Where another run has the place, nothing is kept.
    pub(in crate::host) fn begin(&mut self, url: &str, etag: &str, total: Option<u64>) {
        self.file = self.create(&DownloadOrigin { url: url.into(), etag: etag.into(), total }).ok();
    }

    fn create(&mut self, head: &DownloadOrigin) -> io::Result<File> {
        let path = self.path.as_ref().ok_or(io::ErrorKind::NotFound)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = if let Some(file) = self.file.take() {
            file
        } else {
            let file = open_own(path, OpenOptions::new().read(true).append(true).create(true))?;
            file.try_lock()?;
            file
        };
        file.set_len(0)?;
        file.write_all(format!("{}\n", serde_json::to_string(head)?).as_bytes())?;
        Ok(file)
    }

    /// Adds what arrived.
    pub(in crate::host) fn append(&mut self, chunk: &[u8]) {
        if self.file.as_mut().is_some_and(|file| file.write_all(chunk).is_err()) {
            self.discard();
        }
    }

    /// Removes it, if it is this run's.
    pub(in crate::host) fn discard(&mut self) {
        if let (Some(file), Some(path)) = (self.file.take(), &self.path) {
            drop(fs::remove_file(path));
            drop(file);
        }
    }
}

fn parse(mut bytes: Vec<u8>, url: &str) -> Option<EarlierDownload> {
    let end = bytes.iter().take(HEAD).position(|it| *it == b'\n')?;
    let head: DownloadOrigin = serde_json::from_slice(&bytes[..end]).ok()?;
    bytes.drain(..=end);
    (head.url == url && !bytes.is_empty()).then_some(EarlierDownload { etag: head.etag, total: head.total, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://mirror.example/a.tgz";

    fn place(dir: &tempfile::TempDir) -> PartialDownload {
        PartialDownload::new(dir.path().join("partial/abc"))
    }

    #[test]
    fn another_run_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = place(&dir);
        first.begin(URL, "\"v1\"", Some(9));
        first.append(b"one\n");
        first.append(b"two");
        assert!(place(&dir).load(URL, 99).is_none(), "somebody is at it");
        drop(first);
        let found = place(&dir).load(URL, 99).unwrap();
        assert_eq!(found, EarlierDownload { etag: "\"v1\"".into(), total: Some(9), bytes: b"one\ntwo".into() });
        assert!(place(&dir).load(URL, 6).is_none(), "more than is read");
        assert!(place(&dir).load("https://mirror.example/b.tgz", 99).is_none(), "a tag is of one address");
        let mut second = place(&dir);
        second.load(URL, 99).unwrap();
        second.append(b"2!");
        second.discard();
        assert!(!dir.path().join("partial/abc").exists());
    }

    #[test]
    fn two_runs_never_mix_their_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let (mut first, mut second) = (place(&dir), place(&dir));
        first.begin(URL, "\"v1\"", None);
        second.begin(URL, "\"v2\"", None);
        for _ in 0..9 {
            first.append(b"1");
            second.append(b"2");
        }
        second.discard();
        drop((first, second));
        let found = place(&dir).load(URL, 99).unwrap();
        assert_eq!((found.etag.as_str(), found.bytes.as_slice()), ("\"v1\"", &b"111111111"[..]));
    }

    #[test]
    fn what_makes_no_sense_is_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("partial/abc");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let head = format!("{{\"url\":\"{URL}\",\"etag\":\"\\\"v1\\\"\",\"total\":3}}");
        for text in ["", "\n", "{}\nabc", "PK\x03\x04\nabc", &head, &format!("{head}\n"), &format!("{head}\nabcd")] {
            fs::write(&path, text).unwrap();
            assert_eq!(place(&dir).load(URL, 99), None, "{text}");
        }
        fs::write(&path, format!("{head}\nabc")).unwrap();
        assert_eq!(place(&dir).load(URL, 99).unwrap().bytes, b"abc");
    }
}
