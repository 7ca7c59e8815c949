//! The layout of a zip (APPNOTE.TXT of PKWARE, 4.3): one list of entries, and a header of its own before each entry's bytes.
//!
//! Readers disagree about zips in which the two say different things, overlap or leave gaps. Here entries, list and end
//! record have to follow each other without a byte between, in order, and have to agree; there is one reading of that.

use super::{Limits, Refusal, limits::check};

/// How an entry's bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CompressionMethod {
    Stored,
    Deflated,
}

/// An entry whose header and whose line in the list agree.
pub(super) struct ListedEntry<'a> {
    /// The path as it is, not checked.
    pub(super) name: &'a [u8],
    pub(super) method: CompressionMethod,
    pub(super) crc: u32,
    /// Bytes when unpacked, as stated.
    pub(super) size: u64,
    /// Whether it is a symbolic link, whose bytes are its target.
    pub(super) is_link: bool,
    /// The packed bytes.
    pub(super) bytes: &'a [u8],
}

/// The end record: its length, and where its fields are.
const END: usize = 22;
const LISTED: usize = 46;
const LOCAL: usize = 30;

/// Times, and the owner's numbers: the extra fields of Info-ZIP, of 7-Zip and of git. Others change what an entry is.
const HARMLESS: [u16; 4] = [0x5455, 0x7875, 0x5855, 0x000a];

const ENCRYPTED: u16 = 1;
const DATA_DESCRIPTOR: u16 = 1 << 3;
/// How hard deflate tried, and that the name is UTF-8.
const KNOWN_FLAGS: u16 = 0b110 | 1 << 11;

/// A folder, in the attributes of DOS.
const DOS_FOLDER: u32 = 0x10;

/// The kind of an entry in its Unix mode, and that of a symbolic link.
const MODE: u32 = 0o170_000;
const LINK: u32 = 0o120_000;

/// All entries in order.
pub(super) fn list<'a>(archive: &'a [u8], limits: &Limits) -> Result<Vec<ListedEntry<'a>>, Refusal> {
    let end = end_record(archive)?;
    let record = ZipFields(&archive[end..]);
    let (count, length, start) = (record.word(10), record.long(12) as usize, record.long(16) as usize);
    check("the number of entries", u64::from(count), limits.entries)?;
    if record.word(4) != 0 || record.word(6) != 0 || record.word(8) != count {
        return damaged("it is one part of several");
    }
    if start.checked_add(length) != Some(end) {
        return damaged("its list of entries does not reach to its end");
    }
    let mut res: Vec<ListedEntry<'a>> = Vec::new();
    let (mut line, mut at) = (start, 0);
    for _ in 0..count {
        let (listed, next) = entry(archive, line, end, at, start).map_err(|it| match res.last() {
            Some(last) => it.near("after", last.name),
            None => it,
        })?;
        at = next.bytes;
        line = next.line;
        res.push(listed);
    }
    let last = |what: &str| Err(Refusal::Damaged(what.into()).near("after", res.last().map_or(b"", |it| it.name)));
    if line != end {
        return last("its list of entries does not reach to its end");
    }
    if at != start {
        return last("there is something between its entries and their list");
    }
    Ok(res)
}

/// Where the end record begins: at the end, but for the comment that `git archive` writes, the id of the commit.
fn end_record(archive: &[u8]) -> Result<usize, Refusal> {
    for comment in [0, 40, 64] {
        let Some(end) = archive.len().checked_sub(END + comment) else { continue };
        let (record, text) = archive[end..].split_at(END);
        let is_record = record.starts_with(b"PK\x05\x06") && usize::from(ZipFields(record).word(20)) == comment;
        if is_record && text.iter().all(u8::is_ascii_hexdigit) {
            return Ok(end);
        }
    }
    match memchr::memmem::rfind(archive, b"PK\x05\x06") {
        Some(at) if archive.len() < at + END => damaged("its end record is cut off"),
        Some(at) if archive.len() == at + END + usize::from(ZipFields(&archive[at..]).word(20)) => {
            damaged("it has a comment")
        }
        Some(_) => damaged("something follows after its end"),
        None => damaged("its end record is missing"),
    }
}

/// Where the next entry has to be.
struct NextEntry {
    line: usize,
    bytes: usize,
}

/// The entry of the line at `line`, whose header has to be at `at`.
fn entry(
    archive: &[u8],
    line: usize,
    end: usize,
    at: usize,
    start: usize,
) -> Result<(ListedEntry<'_>, NextEntry), Refusal> {
    let Some(listed) = archive.get(line..end).filter(|it| it.len() >= LISTED && it.starts_with(b"PK\x01\x02")) else {
        return damaged("its list of entries has fewer lines than it says");
    };
    let fields = ZipFields(listed);
    let (name_length, extra, comment) = (fields.size(28), fields.size(30), fields.size(32));
    let next_line = line + LISTED + name_length + extra + comment;
    if next_line > end {
        return damaged("its list of entries has a line that is cut off");
    }
    let (name, extra) = listed[LISTED..LISTED + name_length + extra].split_at(name_length);
    let fail = |what: &str| Err(Refusal::entry(name, what));
    let method = match judge(fields, extra, name) {
        Ok(_) if comment != 0 => return fail("has a comment"),
        Ok(method) => method,
        Err(refusal) => return Err(refusal),
    };
    if fields.long(42) as usize != at {
        return fail("does not begin where the entry before it ends");
    }
    let Some(local) = archive.get(at..start).filter(|it| it.len() >= LOCAL && it.starts_with(b"PK\x03\x04")) else {
        return fail("has no header of its own");
    };
    let header = ZipFields(local);
    // flags, method, checksum, both sizes and the length of the name, which are 2 bytes further on in the list
    let agrees = local[6..10] == listed[8..12] && local[14..28] == listed[16..30];
    let (extra, packed) = (header.size(28), fields.long(20) as usize);
    let body = LOCAL + name_length + extra;
    if !agrees || local.get(LOCAL..LOCAL + name_length) != Some(name) {
        return fail("has another header than the list of entries says");
    }
    let Some(bytes) = body.checked_add(packed).and_then(|end| local.get(body..end)) else {
        return fail("reaches into the list of entries");
    };
    if !is_harmless(&local[LOCAL + name_length..body]) {
        return fail("has an extra field that no source tree needs");
    }
    let is_link = fields.long(38) >> 16 & MODE == LINK;
    let res = ListedEntry { name, method, is_link, crc: fields.long(16), size: u64::from(fields.long(24)), bytes };
    Ok((res, NextEntry { line: next_line, bytes: at + body + packed }))
}

/// What a line of the list says of an entry, apart from where it is.
fn judge(fields: ZipFields<'_>, extra: &[u8], name: &[u8]) -> Result<CompressionMethod, Refusal> {
    let fail = |what: &str| Err(Refusal::entry(name, what));
    let flags = fields.word(8);
    if flags & ENCRYPTED != 0 {
        return fail("is encrypted");
    }
    if flags & DATA_DESCRIPTOR != 0 {
        return fail("has its sizes behind its bytes (a data descriptor)");
    }
    if flags & !KNOWN_FLAGS != 0 {
        return fail("has a flag that no source tree needs");
    }
    let method = match fields.word(10) {
        0 => CompressionMethod::Stored,
        8 => CompressionMethod::Deflated,
        _ => return fail("is compressed by another method than deflate"),
    };
    // the mode is in the upper half where the writer knows modes, and zero elsewhere
    let is_folder = name.ends_with(b"/");
    let mode = fields.long(38) >> 16 & MODE;
    if !matches!(mode, 0 | 0o040_000 | 0o100_000 | LINK) {
        return fail("is not a file or a folder");
    }
    let says_folder = mode == 0o040_000 || fields.long(38) & DOS_FOLDER != 0;
    if is_folder && matches!(mode, 0o100_000 | LINK) || !is_folder && says_folder {
        return fail("is named like a file and says that it is a folder, or the other way round");
    }
    if fields.word(34) != 0 {
        return fail("is on another part of several");
    }
    if !is_harmless(extra) {
        return fail("has an extra field that no source tree needs");
    }
    Ok(method)
}

/// Whether all extra fields, each of two bytes kind, two bytes length and what they hold, are known to change nothing.
fn is_harmless(mut extra: &[u8]) -> bool {
    while let [kind, kind_high, length, length_high, rest @ ..] = extra {
        let length = usize::from(u16::from_le_bytes([*length, *length_high]));
        if !HARMLESS.contains(&u16::from_le_bytes([*kind, *kind_high])) || rest.len() < length {
            return false;
        }
        extra = &rest[length..];
    }
    extra.is_empty()
}

fn damaged<T>(what: &str) -> Result<T, Refusal> {
    Err(Refusal::Damaged(what.to_owned()))
}

/// Numbers of a record, lowest byte first, by their place; the record is long enough.
#[derive(Clone, Copy)]
struct ZipFields<'a>(&'a [u8]);

impl ZipFields<'_> {
    fn word(self, at: usize) -> u16 {
        u16::from_le_bytes([self.0[at], self.0[at + 1]])
    }

    fn size(self, at: usize) -> usize {
        usize::from(self.word(at))
    }

    fn long(self, at: usize) -> u32 {
        u32::from(self.word(at)) | u32::from(self.word(at + 2)) << 16
    }
}
