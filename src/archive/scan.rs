//! A whole archive, whatever its format.

use std::io::Read;

use super::{
    decode,
    entry::{ArchiveSummary, Entry, Sink},
    limits::{self, Limits},
    refusal::{Refusal, SinkError, from_sink},
    tar, zip,
};

/// Reads the whole archive, offering each regular file to `sink`.
///
/// # Errors
/// A [`Refusal`] for anything that is not exactly what a CPython source release looks like.
pub fn scan(
    archive: &[u8],
    limits: &Limits,
    mut sink: impl FnMut(Entry<'_>) -> Result<(), SinkError>,
) -> Result<ArchiveSummary, Refusal> {
    scan_with(archive, limits, &mut |entry| sink(entry).map_err(from_sink))
}

/// The same of a tar stream that is decoded already.
pub fn scan_tar(
    stream: &mut dyn Read,
    limits: &Limits,
    mut sink: impl FnMut(Entry<'_>) -> Result<(), SinkError>,
) -> Result<ArchiveSummary, Refusal> {
    tar::scan(stream, limits, &mut |entry| sink(entry).map_err(from_sink))
}

pub(super) fn scan_with(archive: &[u8], limits: &Limits, sink: Sink<'_>) -> Result<ArchiveSummary, Refusal> {
    limits::check("the compressed size in bytes", archive.len() as u64, limits.compressed)?;
    match archive {
        [0x1f, 0x8b, ..] | [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
            decode::with_stream(archive, limits, |stream| tar::scan(stream, limits, sink))
        }
        [b'P', b'K', 3, 4, ..] => zip::scan(archive, limits, sink),
        _ => Err(Refusal::Format),
    }
}
