//! A zip of a source tree to its regular files, under the same limits and the same rule for names.

use std::io::{self, Read};

use super::{
    ArchiveSummary, Entry, Limits, Refusal,
    entry::Sink,
    limits::check,
    link::{ArchiveLinks, check_target},
    path::SeenNames,
    zip_list::{CompressionMethod, ListedEntry, list},
};

/// Reads every file, so that every checksum is checked.
pub(super) fn scan(archive: &[u8], limits: &Limits, sink: Sink<'_>) -> Result<ArchiveSummary, Refusal> {
    let mut left = limits.decompressed(archive.len() as u64);
    let limit = left;
    let (mut names, mut links) = (SeenNames::default(), ArchiveLinks::default());
    let (mut files, mut bytes) = (0, 0);
    let all = list(archive, limits)?;
    for listed in &all {
        let raw = listed.name;
        let is_folder = raw.ends_with(b"/");
        let path = names.accept(raw, is_folder, limits).map_err(|it| it.near("at", raw))?;
        if is_folder {
            if listed.size != 0 || !listed.bytes.is_empty() {
                return Err(Refusal::entry(raw, "is a folder with data"));
            }
            continue;
        }
        if path.is_empty() {
            return Err(Refusal::entry(raw, "is outside a top folder"));
        }
        check("the size of a file in bytes", listed.size, limits.file).map_err(|it| it.near("at", raw))?;
        let over = Refusal::Limit { what: "the decompressed size in bytes", limit };
        left = left.checked_sub(listed.size).ok_or_else(|| over.near("at", raw))?;
        if listed.is_link {
            let target = target_of(listed, limits).map_err(|it| it.near("at", raw))?;
            links.accept(raw, &path, names.top.as_deref().unwrap_or_default(), &target)?;
            continue;
        }
        file(listed, &path, &mut *sink).map_err(|it| it.near("at", raw))?;
        files += 1;
        bytes += listed.size;
    }
    agree(archive, &all)?;
    let top = names.top.ok_or_else(|| Refusal::Damaged("it is empty".into()))?;
    Ok(ArchiveSummary { top, files, bytes, links: links.finish()? })
}

/// Where a symbolic link leads to: its bytes.
fn target_of(listed: &ListedEntry<'_>, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    check_target(listed.size, limits)?;
    let mut target = Vec::new();
    file(listed, "", &mut |entry| entry.bytes.read_to_end(&mut target).map(drop).map_err(Refusal::from))?;
    Ok(target)
}

/// A second reader has to see the same entries: what two programs read as two archives is refused.
fn agree(archive: &[u8], all: &[ListedEntry<'_>]) -> Result<(), Refusal> {
    let odd = |why: String| Refusal::Damaged(format!("another reader does not take it: {why}"));
    let mut other = ::zip::ZipArchive::new(io::Cursor::new(archive)).map_err(|error| odd(error.to_string()))?;
    if other.len() != all.len() {
        return Err(odd(format!("it sees {} entries and not {}", other.len(), all.len())));
    }
    for (number, listed) in all.iter().enumerate() {
        let entry = other.by_index_raw(number).map_err(|error| odd(error.to_string()))?;
        let is_same = entry.name_raw() == listed.name && entry.size() == listed.size && entry.crc32() == listed.crc;
        if !is_same {
            return Err(Refusal::entry(listed.name, "is another one to another reader"));
        }
    }
    Ok(())
}

fn file(listed: &ListedEntry<'_>, path: &str, sink: Sink<'_>) -> Result<(), Refusal> {
    let inner = match listed.method {
        CompressionMethod::Stored => Inner::Stored(listed.bytes),
        CompressionMethod::Deflated => Inner::Deflated(flate2::bufread::DeflateDecoder::new(listed.bytes)),
    };
    let mut body = ZipBody { inner, left: listed.size, crc: crc32fast::Hasher::new() };
    sink(Entry { path, size: listed.size, bytes: &mut body })?;
    io::copy(&mut body, &mut io::sink())?;
    body.end(listed)
}

enum Inner<'a> {
    Stored(&'a [u8]),
    Deflated(flate2::bufread::DeflateDecoder<&'a [u8]>),
}

impl Read for Inner<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stored(bytes) => bytes.read(out),
            Self::Deflated(decoder) => decoder.read(out),
        }
    }
}

/// The bytes of one entry, never more than are stated.
struct ZipBody<'a> {
    inner: Inner<'a>,
    left: u64,
    crc: crc32fast::Hasher,
}

impl Read for ZipBody<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        if most == 0 {
            return Ok(0);
        }
        let n = self.inner.read(&mut out[..most])?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.crc.update(&out[..n]);
        self.left -= n as u64;
        Ok(n)
    }
}

impl ZipBody<'_> {
    /// All that was stated has been read: there must be no more, neither decompressed nor compressed.
    fn end(mut self, listed: &ListedEntry<'_>) -> Result<(), Refusal> {
        let fail = |what: &str| Err(Refusal::entry(listed.name, what));
        if self.inner.read(&mut [0])? != 0 {
            return fail("is longer than its header says");
        }
        let rest = match self.inner {
            Inner::Stored(bytes) => bytes,
            Inner::Deflated(decoder) => decoder.into_inner(),
        };
        if !rest.is_empty() {
            return fail("has something behind the end of its bytes");
        }
        if self.crc.finalize() == listed.crc { Ok(()) } else { fail("has a wrong checksum") }
    }
}
