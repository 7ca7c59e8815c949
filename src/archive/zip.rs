//! A zip of a source tree to its regular files, under the same limits and the same rule for names.

use std::io::{Cursor, Read};

use ::zip::{CompressionMethod, ZipArchive, result::ZipError};

use super::{Entry, Limits, Refusal, Sink, Summary, limits::check, path::Names};

/// Reads every file, so that every checksum is checked.
pub(super) fn scan(archive: &[u8], limits: &Limits, sink: Sink<'_>) -> Result<Summary, Refusal> {
    let mut zip = ZipArchive::new(Cursor::new(archive)).map_err(|error| damaged(&error))?;
    check("the number of entries", zip.len() as u64, limits.entries)?;
    if zip.offset() != 0 {
        return Err(Refusal::Damaged("it begins with something else than a zip".into()));
    }
    if zip.has_duplicate_names() {
        return Err(Refusal::Damaged("two entries have the same name".into()));
    }
    check_end(archive, zip.len(), zip.comment())?;
    let budget = limits.decompressed(archive.len() as u64);
    let mut names = Names::default();
    let (mut files, mut bytes) = (0, 0);
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(|error| damaged(&error))?;
        let raw = entry.name_raw().to_vec();
        let fail = |what: &str| Refusal::entry(&raw, what);
        if entry.encrypted() {
            return Err(fail("is encrypted"));
        }
        if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(fail("is compressed by another method than deflate"));
        }
        if entry.unix_mode().is_some_and(|mode| !matches!(mode & 0o170_000, 0 | 0o040_000 | 0o100_000)) {
            return Err(fail("is not a file or a folder"));
        }
        let path = names.accept(&raw, limits)?;
        let size = entry.size();
        if raw.ends_with(b"/") {
            if size != 0 {
                return Err(fail("is a folder with data"));
            }
            continue;
        }
        if path.is_empty() {
            return Err(fail("is outside a top folder"));
        }
        check("the size of a file in bytes", size, limits.file)?;
        files += 1;
        bytes += size;
        check("the decompressed size in bytes", bytes, budget)?;
        let mut reader = Exactly { inner: &mut entry, left: size };
        sink(Entry { path: &path, size, bytes: &mut reader })?;
        std::io::copy(&mut reader, &mut std::io::sink())?;
        if reader.left != 0 {
            return Err(fail("is shorter than its header says"));
        }
    }
    let top = names.top.ok_or_else(|| Refusal::Damaged("it is empty".into()))?;
    Ok(Summary { top, files, bytes })
}

/// The list of entries must reach to the end record, and that to the end of the file: what is anywhere else is shown by one
/// tool and not by another.
fn check_end(archive: &[u8], entries: usize, comment: &[u8]) -> Result<(), Refusal> {
    let fail = |what: &str| Err(Refusal::Damaged(what.to_owned()));
    // `git archive`, and so every download of a commit, has the commit's id there
    let is_commit = matches!(comment.len(), 40 | 64) && comment.iter().all(u8::is_ascii_hexdigit);
    if !comment.is_empty() && !is_commit {
        return fail("it has a comment");
    }
    let end = archive.len().saturating_sub(22 + comment.len());
    if !archive[end..].starts_with(b"PK\x05\x06") || !archive.ends_with(comment) {
        return fail("something follows after its end");
    }
    let number = |at: usize, length: usize| {
        let bytes = archive.get(at..at + length).unwrap_or_default();
        bytes.iter().rev().fold(0_usize, |sum, it| sum << 8 | usize::from(*it))
    };
    let mut at = number(end + 16, 4);
    for _ in 0..entries {
        at += 46 + number(at + 28, 2) + number(at + 30, 2) + number(at + 32, 2);
    }
    if at == end { Ok(()) } else { fail("its list of entries does not reach to its end") }
}

fn damaged(error: &ZipError) -> Refusal {
    Refusal::Damaged(error.to_string())
}

/// Stops an entry that has more bytes than its header says.
struct Exactly<'a> {
    inner: &'a mut dyn Read,
    left: u64,
}

impl Read for Exactly<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(out)?;
        self.left = self
            .left
            .checked_sub(n as u64)
            .ok_or_else(|| std::io::Error::other("an entry is longer than its header says"))?;
        Ok(n)
    }
}
