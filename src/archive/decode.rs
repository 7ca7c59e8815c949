//! gzip or xz to a stream of bytes, decoded on a thread of its own so that reading tar and parsing Python cost no time.
//!
//! A handful of buffers go round between the two threads; that is all the memory it takes.

use std::{
    io::{self, Read},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use super::{Limits, Refusal};

const CHUNK: usize = 128 << 10;
const CHUNKS: usize = 6;

/// Runs `read` on the decoded stream of `archive`.
pub(super) fn with_stream<T>(
    archive: &[u8],
    limits: &Limits,
    read: impl FnOnce(&mut dyn Read) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let limit = limits.decompressed(archive.len() as u64);
    let (full, ready) = sync_channel(CHUNKS);
    let (empty, free) = sync_channel(CHUNKS);
    thread::scope(|scope| {
        let memory = limits.xz_memory_kib;
        scope.spawn(move || pump(archive, memory, limit, &full, &free));
        let mut stream = Stream { ready, empty, chunk: Vec::new(), at: 0, done: false };
        read(&mut stream)
    })
}

type Chunk = io::Result<Vec<u8>>;

/// Decodes to the end, then makes sure that nothing follows. An empty chunk says that all was well.
fn pump(archive: &[u8], memory: u32, limit: u64, full: &SyncSender<Chunk>, free: &Receiver<Vec<u8>>) {
    let result = if archive[0] == 0x1f {
        let mut decoder = flate2::bufread::GzDecoder::new(archive);
        copy(&mut decoder, limit, full, free).and_then(|()| at_end(decoder.into_inner()))
    } else {
        let mut decoder = lzma_rust2::XzReader::new_mem_limit(archive, false, memory);
        copy(&mut decoder, limit, full, free).and_then(|()| at_end(decoder.into_inner()))
    };
    // a receiver that has gone away has its own error to report
    drop(full.send(result.map(|()| Vec::new())));
}

fn copy(decoder: &mut dyn Read, limit: u64, full: &SyncSender<Chunk>, free: &Receiver<Vec<u8>>) -> io::Result<()> {
    let mut total = 0;
    loop {
        let mut chunk = free.try_recv().unwrap_or_default();
        chunk.resize(CHUNK, 0);
        let mut filled = 0;
        while filled < CHUNK {
            match decoder.read(&mut chunk[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        if filled == 0 {
            return Ok(());
        }
        total += filled as u64;
        if total > limit {
            return Err(io::Error::other(Refusal::Limit { what: "the decompressed size in bytes", limit }));
        }
        chunk.truncate(filled);
        if full.send(Ok(chunk)).is_err() {
            return Ok(());
        }
    }
}

fn at_end(rest: &[u8]) -> io::Result<()> {
    if rest.is_empty() { Ok(()) } else { Err(io::Error::other(Refusal::Trailing)) }
}

struct Stream {
    ready: Receiver<Chunk>,
    empty: SyncSender<Vec<u8>>,
    chunk: Vec<u8>,
    at: usize,
    done: bool,
}

impl Read for Stream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() && !self.done {
            let next = self.ready.recv().map_err(|_| io::ErrorKind::UnexpectedEof)??;
            self.done = next.is_empty();
            let used = std::mem::replace(&mut self.chunk, next);
            self.at = 0;
            // full means that enough buffers are on their way already
            drop(self.empty.try_send(used));
        }
        let n = out.len().min(self.chunk.len() - self.at);
        out[..n].copy_from_slice(&self.chunk[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}
