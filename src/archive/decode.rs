//! gzip or xz to a stream of bytes, decoded on a thread of its own so that reading tar and parsing Python cost no time.
//!
//! A handful of buffers go round between the two threads; that is all the memory it takes. The checksum of a gzip
//! stream is computed by the reader, where there is time for it.

use std::{
    io::{self, Read},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use flate2::{Decompress, FlushDecompress, Status};

use super::{Limits, Refusal};

const CHUNK: usize = 128 << 10;
const CHUNKS: usize = 6;

/// Runs `read` on the decoded stream of `archive`.
pub(super) fn with_stream<T>(
    archive: &[u8],
    limits: &Limits,
    read: impl FnOnce(&mut dyn Read) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let (full, ready) = sync_channel(CHUNKS);
    let (empty, free) = sync_channel(CHUNKS);
    let pipe = Pipe {
        full,
        free,
        left: limits.decompressed(archive.len() as u64),
        limit: limits.decompressed(archive.len() as u64),
    };
    let dictionary = limits.xz_dictionary_kib;
    thread::scope(|scope| {
        scope.spawn(move || pump(archive, dictionary, pipe));
        read(&mut DecodedStream {
            ready,
            empty,
            chunk: Vec::new(),
            at: 0,
            done: false,
            crc: crc32fast::Hasher::new(),
            length: 0,
        })
    })
}

enum DecodedChunk {
    Chunk(Vec<u8>),
    /// All was decoded, and for gzip, what its trailer says of CRC-32 and length.
    End(Option<(u32, u32)>),
}

/// What the decoder takes besides the dictionary, in KiB: some 40 in all.
const BESIDES: u32 = 1 << 10;

/// Decodes to the end, then makes sure that nothing follows.
fn pump(archive: &[u8], dictionary: u32, mut pipe: Pipe) {
    let result = if archive[0] == 0x1f {
        gunzip(archive, &mut pipe).map(Some)
    } else if archive.get(7).is_none_or(|check| check % 16 == 0) {
        Err(io::Error::other(Refusal::Packed("its xz stream has no checksum")))
    } else {
        let mut decoder = lzma_rust2::XzReader::new_mem_limit(archive, false, dictionary.saturating_add(BESIDES));
        let read = pipe.copy(&mut decoder).and_then(|()| at_end(decoder.into_inner())).map(|()| None);
        read.map_err(|error| odd_xz(error, dictionary))
    };
    // a reader that has gone away has its own error to report
    drop(pipe.full.send(result.map(DecodedChunk::End)));
}

/// What is a limit or a filter is not damage.
fn odd_xz(error: io::Error, dictionary: u32) -> io::Error {
    let what = match error.kind() {
        io::ErrorKind::OutOfMemory => Refusal::Limit { what: "the xz dictionary in KiB", limit: dictionary.into() },
        io::ErrorKind::Unsupported => Refusal::Packed("its xz stream has a filter or a check other than usual"),
        _ => return error,
    };
    io::Error::other(what)
}

struct Pipe {
    full: SyncSender<io::Result<DecodedChunk>>,
    free: Receiver<Vec<u8>>,
    left: u64,
    limit: u64,
}

impl Pipe {
    fn copy(&mut self, decoder: &mut dyn Read) -> io::Result<()> {
        loop {
            let mut chunk = self.buffer();
            let mut filled = 0;
            let mut outcome = Ok(());
            while filled < CHUNK {
                match decoder.read(&mut chunk[filled..]) {
                    Ok(0) => break,
                    Ok(n) => filled += n,
                    Err(error) => {
                        outcome = Err(error);
                        break;
                    }
                }
            }
            // what came before an error is read too, so that it can be said where it happened
            chunk.truncate(filled);
            let goes_on = filled > 0 && self.send(chunk)?;
            outcome?;
            if !goes_on {
                return Ok(());
            }
        }
    }

    fn buffer(&self) -> Vec<u8> {
        // only the last buffers of a stream are shorter
        self.free.try_recv().ok().filter(|it| it.len() == CHUNK).unwrap_or_else(|| vec![0; CHUNK])
    }

    /// Hands a chunk on; false when nobody reads any more.
    fn send(&mut self, chunk: Vec<u8>) -> io::Result<bool> {
        let limit = self.limit;
        self.left = self
            .left
            .checked_sub(chunk.len() as u64)
            .ok_or_else(|| io::Error::other(Refusal::Limit { what: "the decompressed size in bytes", limit }))?;
        Ok(self.full.send(Ok(DecodedChunk::Chunk(chunk))).is_ok())
    }
}

/// RFC 1952: header, deflate stream, CRC-32 and length, and here nothing after that.
fn gunzip(archive: &[u8], pipe: &mut Pipe) -> io::Result<(u32, u32)> {
    let mut at = gzip_header(archive)?;
    let mut inflate = Decompress::new(false);
    loop {
        let mut chunk = pipe.buffer();
        let (read, written) = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(&archive[at..], &mut chunk, FlushDecompress::None).map_err(io::Error::other)?;
        let grown = |now: u64, before: u64| usize::try_from(now - before).unwrap_or_default();
        let (took, gave) = (grown(inflate.total_in(), read), grown(inflate.total_out(), written));
        at += took;
        chunk.truncate(gave);
        if status != Status::StreamEnd && took == 0 && gave == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if gave > 0 && !pipe.send(chunk)? {
            return Ok((0, 0));
        }
        if status == Status::StreamEnd {
            break;
        }
    }
    let (trailer, rest) = archive[at..].split_at_checked(8).ok_or(io::ErrorKind::UnexpectedEof)?;
    at_end(rest)?;
    let word = |at: usize| u32::from_le_bytes([trailer[at], trailer[at + 1], trailer[at + 2], trailer[at + 3]]);
    Ok((word(0), word(4)))
}

/// The length of the header, whose optional parts are a name and a comment (no release has others).
fn gzip_header(archive: &[u8]) -> io::Result<usize> {
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    /// A checksum of the header, and a field of others' data.
    const OTHERS: u8 = 2 | 4;
    let damaged = || io::Error::other("its gzip header is damaged");
    let flags = *archive.get(3).ok_or_else(damaged)?;
    if archive.get(2) != Some(&8) || flags & !(NAME | COMMENT | OTHERS | 1) != 0 {
        return Err(damaged());
    }
    if flags & OTHERS != 0 {
        let what = "its gzip header has more than a name and a comment";
        return Err(io::Error::other(Refusal::Packed(what)));
    }
    let mut at = 10;
    for _ in 0..(flags & (NAME | COMMENT)).count_ones() {
        let rest = archive.get(at..).ok_or_else(damaged)?;
        at += rest.iter().position(|it| *it == 0).ok_or_else(damaged)? + 1;
    }
    if at <= archive.len() { Ok(at) } else { Err(damaged()) }
}

fn at_end(rest: &[u8]) -> io::Result<()> {
    if rest.is_empty() { Ok(()) } else { Err(io::Error::other(Refusal::Trailing)) }
}

struct DecodedStream {
    ready: Receiver<io::Result<DecodedChunk>>,
    empty: SyncSender<Vec<u8>>,
    chunk: Vec<u8>,
    at: usize,
    done: bool,
    crc: crc32fast::Hasher,
    length: u32,
}

impl DecodedStream {
    fn next(&mut self) -> io::Result<()> {
        match self.ready.recv().map_err(|_| io::ErrorKind::UnexpectedEof)?? {
            DecodedChunk::Chunk(chunk) => {
                self.crc.update(&chunk);
                // the trailer counts modulo 2^32
                self.length = self.length.wrapping_add(u32::try_from(chunk.len()).unwrap_or_default());
                let used = std::mem::replace(&mut self.chunk, chunk);
                self.at = 0;
                // full means that enough buffers are on their way already
                drop(self.empty.try_send(used));
                Ok(())
            }
            DecodedChunk::End(trailer) => {
                self.done = true;
                match trailer {
                    Some(stated) if stated != (self.crc.clone().finalize(), self.length) => {
                        Err(io::Error::other("its checksum is wrong"))
                    }
                    _ => Ok(()),
                }
            }
        }
    }
}

impl Read for DecodedStream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() && !self.done {
            self.next()?;
        }
        let n = out.len().min(self.chunk.len() - self.at);
        out[..n].copy_from_slice(&self.chunk[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}
