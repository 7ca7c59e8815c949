//! The limits that keep a hostile archive from using the machine up. Each leaves room over the largest real release
//! (3.13: 5 300 entries, 110 MB unpacked, 4.3 MB the largest file, depth 10, ratio 4.7).

use super::Refusal;

/// Greatest values that are still accepted.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Entries of any kind.
    pub entries: u64,
    /// Bytes of one file.
    pub file: u64,
    /// Bytes of the decompressed stream.
    pub total: u64,
    /// Bytes of the archive as it is.
    pub compressed: u64,
    /// Decompressed bytes for one compressed byte, judged once the stream is longer than `ratio_from`.
    pub ratio: u64,
    /// Short archives of empty files compress far better than releases do; they cannot do harm.
    pub ratio_from: u64,
    /// Bytes of a path.
    pub path: u64,
    /// Components of a path.
    pub depth: u64,
    /// Bytes of one long-name or pax record block.
    pub metadata: u64,
    /// Zero bytes after the end of the tar stream.
    pub tail: u64,
    /// KiB of an xz stream's dictionary; that of `xz -9` has 64 MiB, and that of releases 8 to 64 MiB.
    pub xz_dictionary_kib: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 25_000,
            file: 32 << 20,
            total: 512 << 20,
            compressed: 96 << 20,
            ratio: 20,
            ratio_from: 16 << 20,
            path: 255,
            depth: 24,
            metadata: 4 << 10,
            tail: 1 << 20,
            xz_dictionary_kib: 64 << 10,
        }
    }
}

impl Limits {
    /// How many decompressed bytes an archive of `compressed` bytes may have.
    pub(super) fn decompressed(&self, compressed: u64) -> u64 {
        self.total.min(self.ratio_from.max(compressed.saturating_mul(self.ratio)))
    }
}

pub(super) fn check(what: &'static str, value: u64, limit: u64) -> Result<(), Refusal> {
    if value > limit { Err(Refusal::Limit { what, limit }) } else { Ok(()) }
}
