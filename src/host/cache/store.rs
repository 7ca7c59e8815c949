//! The cache of a user.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::{
    folders::{ARCHIVES, PARTIALS},
    partial::PartialDownload,
    size,
};
use crate::{
    base::Sha256,
    host::{
        files::hashed,
        owner::{owner, user_id},
        plain::{open_own, read_own},
        temporary::temporary,
    },
};

/// Changes whenever the same archive would give other facts, so that facts of an older tool are not used.
const FACTS: &str = concat!("facts-", env!("CARGO_PKG_VERSION"), "-2");

/// The interfaces of releases.
const INTERFACES: &str = concat!("interface-", env!("CARGO_PKG_VERSION"), "-2");

/// The public names of releases, which are a small part of their interfaces.
const NAMES: &str = concat!("names-", env!("CARGO_PKG_VERSION"), "-1");

/// Changes whenever versions are kept in another form.
const HISTORY: &str = "history-1";

const FEEDS: &str = "feeds-1";

const BUNDLES: &str = "sigstore-1";

/// The largest text that is read; a feed has at most 16 MiB.
const TEXT: u64 = 64 << 20;

/// The largest size of a cache that nobody limits, in bytes; an archive has 30 MB.
const LIMIT: u64 = 2 << 30;

/// A folder that several processes may share.
#[derive(Debug, Clone)]
pub struct Cache {
    /// None where there is no folder to keep anything in.
    root: Option<PathBuf>,
    limit: u64,
}

impl Cache {
    /// The cache in `root`, which need not exist.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        size::begin();
        Self { root: Some(root.into()), limit: LIMIT }
    }

    /// One that keeps nothing.
    pub fn none() -> Self {
        Self { root: None, limit: LIMIT }
    }

    /// The same with another limit, in bytes. What a run uses itself stays until the next one.
    #[must_use]
    pub fn limited(self, limit: u64) -> Self {
        Self { limit, ..self }
    }

    /// Where it lies, if it is kept.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The bytes with this digest.
    pub fn archive(&self, digest: Sha256, limit: u64) -> Option<Vec<u8>> {
        let path = self.root()?.join(ARCHIVES).join(digest.to_string());
        // a pipe, a device or a link is nobody's archive
        let file = open_own(&path, fs::OpenOptions::new().read(true)).ok()?;
        let (bytes, found) = hashed(file, limit).ok()?;
        if found == digest {
            size::touch(&path);
            return Some(bytes);
        }
        drop(fs::remove_file(path));
        None
    }

    /// Keeps an archive, and lets go of others where the cache became too large.
    pub fn put_archive(&self, digest: Sha256, bytes: &[u8]) -> io::Result<()> {
        let Some(root) = self.root() else { return Ok(()) };
        put(&root.join(ARCHIVES), &digest.to_string(), &[bytes])?;
        size::shrink(root, self.limit);
        Ok(())
    }

    /// The place for the beginning of the archive with this digest.
    pub(in crate::host) fn partial(&self, digest: Sha256) -> PartialDownload {
        self.root()
            .map_or_else(PartialDownload::none, |it| PartialDownload::new(it.join(PARTIALS).join(digest.to_string())))
    }

    /// The signature bundle that was kept for the archive with this digest.
    pub fn bundle(&self, digest: Sha256) -> Option<Vec<u8>> {
        self.text(BUNDLES, digest).map(String::into_bytes)
    }

    /// Keeps the signature bundle of an archive.
    pub fn put_bundle(&self, digest: Sha256, bundle: &str) -> io::Result<()> {
        self.put_text(BUNDLES, digest, bundle)
    }

    /// A feed that was kept: the line that was kept with it, and its bytes.
    pub fn feed(&self, key: Sha256) -> Option<(String, Vec<u8>)> {
        let text = self.text(FEEDS, key)?;
        let (line, body) = text.split_once('\n')?;
        Some((line.to_owned(), body.as_bytes().to_vec()))
    }

    /// Keeps a feed, where it is text, with a line about it.
    pub fn put_feed(&self, key: Sha256, line: &str, body: &[u8]) -> io::Result<()> {
        let body = std::str::from_utf8(body).map_err(io::Error::other)?;
        self.put_text(FEEDS, key, &format!("{line}\n{body}"))
    }

    /// The text that was kept for the archive with this digest.
    pub fn facts(&self, digest: Sha256) -> Option<String> {
        self.text(FACTS, digest)
    }

    /// Keeps the facts of an archive.
    pub fn put_facts(&self, digest: Sha256, facts: &str) -> io::Result<()> {
        self.put_text(FACTS, digest, facts)
    }

    /// The interface that was kept for the archive with this digest.
    pub fn interface(&self, digest: Sha256) -> Option<String> {
        self.text(INTERFACES, digest)
    }

    /// Keeps the interface of an archive.
    pub fn put_interface(&self, digest: Sha256, interface: &str) -> io::Result<()> {
        self.put_text(INTERFACES, digest, interface)
    }

    /// The public names that were kept for the archive with this digest.
    pub fn names(&self, digest: Sha256) -> Option<String> {
        self.text(NAMES, digest)
    }

    /// Keeps the public names of an archive.
    pub fn put_names(&self, digest: Sha256, names: &str) -> io::Result<()> {
        self.put_text(NAMES, digest, names)
    }

    /// The versions of a file that were kept under this key.
    pub fn history(&self, key: Sha256) -> Option<String> {
        self.text(HISTORY, key)
    }

    /// Keeps the versions of a file.
    pub fn put_history(&self, key: Sha256, versions: &str) -> io::Result<()> {
        self.put_text(HISTORY, key, versions)
    }

    fn text(&self, folder: &str, key: Sha256) -> Option<String> {
        let path = self.root()?.join(folder).join(key.to_string());
        // what another user put there cannot be told from what was found out: the archive itself need not be at hand
        if owner(&path).ok()? != user_id() {
            return None;
        }
        let text = String::from_utf8(read_own(&path, TEXT).ok()?).ok()?;
        let (stamp, text) = text.split_once('\n')?;
        if stamp.parse::<Sha256>().ok()? != Sha256::of(text.as_bytes()) {
            return None;
        }
        size::touch(&path);
        Some(text.to_owned())
    }

    fn put_text(&self, folder: &str, key: Sha256, text: &str) -> io::Result<()> {
        let Some(root) = self.root() else { return Ok(()) };
        let stamp = format!("{}\n", Sha256::of(text.as_bytes()));
        put(&root.join(folder), &key.to_string(), &[stamp.as_bytes(), text.as_bytes()])
    }
}

fn put(folder: &Path, name: &str, parts: &[&[u8]]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = temporary(folder)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.as_file().sync_all()?;
    file.persist(folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_damaged_is_not_served() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path().join("new"));
        let digest = Sha256::of(b"bytes");
        assert_eq!(cache.archive(digest, 99), None);
        cache.put_archive(digest, b"bytes").unwrap();
        cache.put_facts(digest, "facts\n").unwrap();
        assert_eq!(cache.archive(digest, 99).unwrap(), b"bytes");
        assert_eq!(cache.facts(digest).unwrap(), "facts\n");
        fs::write(dir.path().join("new").join(ARCHIVES).join(digest.to_string()), "bytez").unwrap();
        assert_eq!(cache.archive(digest, 99), None);
        let facts = dir.path().join("new").join(FACTS).join(digest.to_string());
        fs::write(&facts, fs::read_to_string(&facts).unwrap().replace("facts", "lies")).unwrap();
        assert_eq!(cache.facts(digest), None);
    }
}
