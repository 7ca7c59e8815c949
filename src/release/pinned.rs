//! Digests of releases that were reviewed into this crate: `pinned.txt`, one archive a line.

use super::catalog::Artifact;
use crate::base::{Sha256, Version};

const TABLE: &str = include_str!("pinned.txt");

/// The pinned digest of an archive.
pub(super) fn digest(artifact: Artifact) -> Option<Sha256> {
    rows()
        .find(|(version, suffix, _)| *version == artifact.version && *suffix == artifact.suffix.text())
        .map(|(.., it)| it)
}

/// The archive that has this digest.
pub(super) fn by_digest(digest: Sha256) -> Option<Artifact> {
    let (version, suffix, _) = rows().find(|(.., it)| *it == digest)?;
    Artifact::parse(&format!("{}.{suffix}", version.stem()))
}

/// The pinned digests of a release's archives; none for one that is not in the table.
pub fn pinned_digests(version: Version) -> Vec<Sha256> {
    rows().filter(|(it, ..)| *it == version).map(|(.., it)| it).collect()
}

/// Every release that has a pinned digest.
pub fn pinned_versions() -> Vec<Version> {
    let mut res: Vec<Version> = rows().map(|(version, ..)| version).collect();
    res.sort_unstable();
    res.dedup();
    res
}

fn rows() -> impl Iterator<Item = (Version, &'static str, Sha256)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut words = line.split(' ');
        Some((words.next()?.parse().ok()?, words.next()?, words.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(rows().count(), TABLE.lines().count() - 1);
        assert!(rows().count() > 100);
        let real = Artifact::parse("Python-3.13.5.tar.xz").unwrap();
        assert_eq!(digest(real).unwrap().short(8), "93e583f2");
        assert_eq!(digest(Artifact::parse("Python-3.13.99.tgz").unwrap()), None);
    }
}
