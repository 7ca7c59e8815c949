//! Every file of an archive against the digest that somebody states for it, in the one pass that reads the archive.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
};

use super::{
    entry::{ArchiveSummary, Entry},
    limits::Limits,
    refusal::{Refusal, SinkError, from_sink},
    scan::scan_with,
};
use crate::base::{Sha256, digest::Hasher};

/// As [`super::scan`], and each regular file, wanted or not, must have the digest that `stated` has for its path below
/// the top folder. There must be no file that is not in `stated` and none in it that the archive lacks.
///
/// What `sink` was given is only to be believed when this returns: a file's digest is known at its end.
pub fn scan_stated(
    archive: &[u8],
    limits: &Limits,
    stated: &BTreeMap<String, Sha256>,
    mut sink: impl FnMut(Entry<'_>) -> Result<(), SinkError>,
) -> Result<ArchiveSummary, Refusal> {
    let mut missing: BTreeSet<&str> = stated.keys().map(String::as_str).collect();
    let summary = scan_with(archive, limits, &mut |entry| {
        let Entry { path, size, bytes } = entry;
        let mut bytes = Hashing { bytes, hasher: Hasher::default() };
        sink(Entry { path, size, bytes: &mut bytes }).map_err(from_sink)?;
        io::copy(&mut bytes, &mut io::sink())?;
        let (path, found) = (path.to_owned(), bytes.hasher.finish());
        missing.remove(path.as_str());
        match stated.get(&path) {
            Some(stated) if *stated == found => Ok(()),
            Some(stated) => Err(Refusal::Differs { path, found, stated: *stated }),
            None => Err(Refusal::Unstated { path, found }),
        }
    })?;
    // who follows links while stating digests states those of their targets, and these have been checked
    missing.retain(|path| {
        let target = summary.links.get(*path).and_then(|target| stated.get(target));
        target.is_none() || target != stated.get(*path)
    });
    match missing.first().and_then(|path| stated.get_key_value(*path)) {
        Some((path, stated)) => Err(Refusal::Missing { path: path.clone(), stated: *stated }),
        None => Ok(summary),
    }
}

struct Hashing<'a> {
    bytes: &'a mut dyn Read,
    hasher: Hasher,
}

impl Read for Hashing<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(out)?;
        self.hasher.update(&out[..n]);
        Ok(n)
    }
}
