//! Archives by their digest and facts by the digest of the archive they came from. What is read is checked again every
//! time; a cache that cannot be written to is no reason to fail.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::files::read_hashed;
use crate::base::Sha256;

/// Changes whenever the same archive would give other facts, so that facts of an older tool are not used.
const FACTS: &str = concat!("facts-", env!("CARGO_PKG_VERSION"), "-1");

/// Changes whenever versions are kept in another form.
const HISTORY: &str = "history-1";

const FEEDS: &str = "feeds-1";

const BUNDLES: &str = "sigstore-1";

/// A folder that several processes may share.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
    /// Bytes of archives that are kept.
    limit: u64,
}

impl Cache {
    /// The cache in `root`, which need not exist, with at most `limit` bytes of archives.
    pub fn new(root: impl Into<PathBuf>, limit: u64) -> Self {
        Self { root: root.into(), limit }
    }

    /// Where it lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The bytes with this digest.
    pub fn archive(&self, digest: Sha256, limit: u64) -> Option<Vec<u8>> {
        let path = self.root.join("sha256").join(digest.to_string());
        let (bytes, found) = read_hashed(&path, limit).ok()?;
        if found == digest {
            // it was used now, which counts when the cache is full
            drop(fs::File::open(&path).and_then(|it| it.set_modified(std::time::SystemTime::now())));
            return Some(bytes);
        }
        drop(fs::remove_file(path));
        None
    }

    /// Keeps an archive.
    pub fn put_archive(&self, digest: Sha256, bytes: &[u8]) -> io::Result<()> {
        let folder = self.root.join("sha256");
        put(&folder, &digest.to_string(), &[bytes])?;
        self.forget(&folder, digest);
        Ok(())
    }

    /// Removes archives, those that were used least lately first, until the rest fits; never `newest`, and nothing that is not
    /// named as an archive is.
    fn forget(&self, folder: &Path, newest: Sha256) {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let archive = |entry: fs::DirEntry| {
            entry.file_name().to_str()?.parse::<Sha256>().ok().filter(|it| *it != newest)?;
            let data = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            Some((data.modified().ok()?, data.len(), entry.path()))
        };
        let mut others: Vec<_> = entries.filter_map(archive).collect();
        others.sort_unstable();
        let size = |path: &Path| fs::metadata(path).map_or(0, |it| it.len());
        let mut total: u64 =
            size(&folder.join(newest.to_string())) + others.iter().map(|(_, length, _)| length).sum::<u64>();
        for (_, length, path) in others {
            if total <= self.limit {
                break;
            }
            if fs::remove_file(path).is_ok() {
                total -= length;
            }
        }
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

    /// The versions of a file that were kept under this key.
    pub fn history(&self, key: Sha256) -> Option<String> {
        self.text(HISTORY, key)
    }

    /// Keeps the versions of a file.
    pub fn put_history(&self, key: Sha256, versions: &str) -> io::Result<()> {
        self.put_text(HISTORY, key, versions)
    }

    fn text(&self, folder: &str, key: Sha256) -> Option<String> {
        let text = fs::read_to_string(self.root.join(folder).join(key.to_string())).ok()?;
        let (stamp, text) = text.split_once('\n')?;
        (stamp.parse::<Sha256>().ok()? == Sha256::of(text.as_bytes())).then(|| text.to_owned())
    }

    fn put_text(&self, folder: &str, key: Sha256, text: &str) -> io::Result<()> {
        let stamp = format!("{}\n", Sha256::of(text.as_bytes()));
        put(&self.root.join(folder), &key.to_string(), &[stamp.as_bytes(), text.as_bytes()])
    }
}

fn put(folder: &Path, name: &str, parts: &[&[u8]]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = super::apply::temporary(folder)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.as_file().sync_all()?;
    file.persist(folder.join(name)).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_least_lately_goes_first_and_only_archives_do() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path(), 25);
        let path = |digest: Sha256| dir.path().join("sha256").join(digest.to_string());
        let put = |text: &str, age: u64| {
            let digest = Sha256::of(text.as_bytes());
            cache.put_archive(digest, text.as_bytes()).unwrap();
            let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000 - age);
            fs::File::open(path(digest)).unwrap().set_modified(time).unwrap();
            digest
        };
        let (old, used) = (put("0123456789", 9), put("abcdefghij", 8));
        fs::write(dir.path().join("sha256/mine"), [0; 100]).unwrap();
        assert!(cache.archive(old, 99).is_some(), "from here on it is not the oldest");
        let new = put("ABCDEFGHIJ", 0);
        assert!(path(old).exists() && !path(used).exists() && path(new).exists());
        assert!(dir.path().join("sha256/mine").exists());
        let large = put(&"x".repeat(99), 0);
        assert!(path(large).exists() && !path(new).exists() && !path(old).exists(), "what is needed now stays");
    }

    #[test]
    fn what_was_damaged_is_not_served() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path().join("new"), 1 << 20);
        let digest = Sha256::of(b"bytes");
        assert_eq!(cache.archive(digest, 99), None);
        cache.put_archive(digest, b"bytes").unwrap();
        cache.put_facts(digest, "facts\n").unwrap();
        assert_eq!(cache.archive(digest, 99).unwrap(), b"bytes");
        assert_eq!(cache.facts(digest).unwrap(), "facts\n");
        fs::write(dir.path().join("new/sha256").join(digest.to_string()), "bytez").unwrap();
        assert_eq!(cache.archive(digest, 99), None);
        let facts = dir.path().join("new").join(FACTS).join(digest.to_string());
        fs::write(&facts, fs::read_to_string(&facts).unwrap().replace("facts", "lies")).unwrap();
        assert_eq!(cache.facts(digest), None);
    }
}
