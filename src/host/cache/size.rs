//! How large the cache may be, and what goes first. Only files in the form that the cache itself gives them are looked
//! at: whatever else lies in its folder stays.

use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
    sync::OnceLock,
    time::{Duration, SystemTime},
};

use super::folders::{ARCHIVES, PARTIALS};

/// How long something counts as used in a run that goes on for long, as a service does.
const IN_USE: Duration = Duration::from_hours(24);
use crate::{base::Sha256, host::plain::open_own};

/// A file of the cache.
#[derive(Debug)]
struct CacheFile {
    path: PathBuf,
    size: u64,
    used: SystemTime,
}

/// Says that a file is in use, for the order in which files go.
pub(super) fn touch(path: &Path) {
    // one that cannot be touched only goes a little earlier
    drop(open_own(path, OpenOptions::new().read(true)).and_then(|file| file.set_modified(SystemTime::now())));
}

/// When this run began. What was used since is its own; clocks of file systems are as coarse as two seconds.
fn run_began() -> SystemTime {
    static BEGAN: OnceLock<SystemTime> = OnceLock::new();
    *BEGAN.get_or_init(|| SystemTime::now() - Duration::from_secs(2))
}

/// Removes what was not used for the longest time until all of it fits into `limit` bytes, but nothing that this run has
/// used lately. Returns the bytes that are gone.
pub(super) fn shrink(root: &Path, limit: u64) -> u64 {
    let mut entries = entries(root);
    let mut size: u64 = entries.iter().map(|it| it.size).sum();
    let before = size;
    entries.sort_by_key(|it| it.used);
    let in_use = run_began().max(SystemTime::now() - IN_USE);
    for entry in entries {
        if size <= limit || entry.used >= in_use {
            break;
        }
        if fs::remove_file(&entry.path).is_ok() {
            size -= entry.size;
        }
    }
    before - size
}

/// Remembers when this run began.
pub(super) fn begin() {
    run_began();
}

/// Every file that the cache wrote.
fn entries(root: &Path) -> Vec<CacheFile> {
    let mut res = Vec::new();
    for (name, folder) in listed(root) {
        let of_text = ["facts-", "interface-", "names-", "history-", "feeds-", "sigstore-"];
        let is_ours = name == ARCHIVES || name == PARTIALS || of_text.iter().any(|it| name.starts_with(it));
        if !is_ours || !fs::symlink_metadata(&folder).is_ok_and(|it| it.is_dir()) {
            continue;
        }
        for (name, path) in listed(&folder) {
            let Ok(about) = fs::symlink_metadata(&path) else { continue };
            // a run that was killed leaves what it was writing
            let is_ours = name.parse::<Sha256>().is_ok() || name.starts_with(".molt-sync-");
            if is_ours && about.is_file() {
                res.push(CacheFile {
                    path,
                    size: about.len(),
                    used: about.modified().unwrap_or(SystemTime::UNIX_EPOCH),
                });
            }
        }
    }
    res
}

fn listed(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|it| Some((it.file_name().to_str()?.to_owned(), it.path()))).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::Cache, *};

    /// Gives a file the age of so many hours.
    fn age(path: &Path, hours: u64) {
        let then = SystemTime::now() - Duration::from_secs(3600 * hours);
        fs::File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path()).limited(25);
        let bodies = [b"0123456780", b"0123456781", b"0123456782", b"0123456783"];
        let digests = bodies.map(|it| Sha256::of(it));
        let path = |at: usize| dir.path().join(ARCHIVES).join(digests[at].to_string());
        for at in 0..3 {
            Cache::new(dir.path()).put_archive(digests[at], bodies[at]).unwrap();
            age(&path(at), 9 - at as u64);
        }
        cache.archive(digests[0], 99).unwrap();
        cache.put_archive(digests[3], bodies[3]).unwrap();
        let there = [0, 1, 2, 3].map(|at| path(at).exists());
        assert_eq!(there, [true, false, false, true], "the first was used a moment ago");
    }

    #[test]
    fn nothing_of_this_run_goes_and_nothing_of_anybody_else() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path()).limited(1);
        let others = ["notes.txt", "sha256/notes.txt", "mine/0123", "sha256.old/x", "watch/0123456789abcdef.json"];
        for name in others {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "a person's").unwrap();
            age(&path, 99);
        }
        let digest = Sha256::of(b"linked");
        let linked = dir.path().join(ARCHIVES).join(digest.to_string());
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path().join("notes.txt"), &linked).unwrap();
        let old = Sha256::of(b"old");
        let old_facts = dir.path().join("facts-0.0.1-1").join(old.to_string());
        fs::create_dir_all(old_facts.parent().unwrap()).unwrap();
        fs::write(&old_facts, "facts of an older tool").unwrap();
        age(&old_facts, 1);
        let (feed, bundle) = (Sha256::of(b"feed"), Sha256::of(b"bundle"));
        cache.put_feed(feed, "line", b"feed").unwrap();
        cache.put_bundle(bundle, "bundle").unwrap();
        age(&dir.path().join("feeds-1").join(feed.to_string()), 1);
        for body in [b"first".as_slice(), b"second"] {
            cache.put_archive(Sha256::of(body), body).unwrap();
        }
        for body in [b"first".as_slice(), b"second"] {
            assert_eq!(cache.archive(Sha256::of(body), 99).unwrap(), body);
        }
        assert!(!old_facts.exists() && cache.feed(feed).is_none(), "what is not an archive goes just the same");
        assert_eq!(cache.bundle(bundle).unwrap(), b"bundle");
        assert!(others.iter().all(|it| dir.path().join(it).exists()));
        assert!(linked.is_symlink());
    }
}
