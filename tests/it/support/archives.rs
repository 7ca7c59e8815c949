//! Archives written field by field, so that they can be wrong in any way.

use std::io::Write as _;

use super::release::gzip;

/// A tar built block by block.
#[derive(Default, Clone)]
pub struct Tar(pub Vec<u8>);

impl Tar {
    /// `P/` and `P/a.py`, to put something behind.
    pub fn base() -> Self {
        Self::default().entry("P/", b'5', b"", |_| {}).file("P/a.py", b"x")
    }

    /// One entry; `change` has the header before its checksum is computed.
    #[must_use]
    pub fn entry(mut self, name: &str, kind: u8, body: &[u8], change: impl Fn(&mut [u8; 512])) -> Self {
        let mut header = [0_u8; 512];
        header[..name.len().min(100)].copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{:011o}", body.len()).as_bytes());
        header[136..147].copy_from_slice(b"00000000000");
        header[156] = kind;
        header[257..265].copy_from_slice(b"ustar\x0000");
        change(&mut header);
        sum(&mut header);
        self.0.extend(header);
        self.0.extend(body);
        self.0.resize(self.0.len().div_ceil(512) * 512, 0);
        self
    }

    #[must_use]
    pub fn file(self, name: &str, body: &[u8]) -> Self {
        self.entry(name, b'0', body, |_| {})
    }

    /// A file whose name comes in a pax header of these records.
    #[must_use]
    pub fn pax(self, records: &str) -> Self {
        self.entry("P/pax", b'x', records.as_bytes(), |_| {}).file("P/short", b"y")
    }

    /// A symbolic link.
    #[must_use]
    pub fn link(self, name: &str, target: &str) -> Self {
        self.entry(name, b'2', b"", |it| it[157..157 + target.len()].copy_from_slice(target.as_bytes()))
    }

    /// What `git archive` begins with.
    #[must_use]
    pub fn commit(self) -> Self {
        self.entry("pax_global_header", b'g', record(&format!("comment={}", "0a".repeat(20))).as_bytes(), |_| {})
    }

    /// A file whose name comes in a GNU header.
    #[must_use]
    pub fn gnu(self, name: &[u8]) -> Self {
        self.entry("././@LongLink", b'L', name, |_| {}).file("P/short", b"y")
    }

    /// With its two blocks of zeros.
    pub fn end(mut self) -> Vec<u8> {
        self.0.extend([0; 1024]);
        self.0
    }

    /// The same as gzip.
    pub fn gz(self) -> Vec<u8> {
        gzip(&self.end())
    }
}

/// Writes the checksum of a tar header.
pub fn sum(header: &mut [u8]) {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|it| u32::from(*it)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
}

/// A record of a pax header.
pub fn record(text: &str) -> String {
    let mut length = text.len() + 3;
    while length.to_string().len() + text.len() + 2 != length {
        length += 1;
    }
    format!("{length} {text}\n")
}

/// xz, with this kind of checksum.
pub fn xz(bytes: &[u8], check: lzma_rust2::CheckType) -> Vec<u8> {
    xz_of(bytes, check, 1 << 20)
}

/// The same with a dictionary of so many bytes.
pub fn xz_of(bytes: &[u8], check: lzma_rust2::CheckType, dictionary: u32) -> Vec<u8> {
    let mut options = lzma_rust2::XzOptions::with_preset(0);
    options.lzma_options.dict_size = dictionary;
    options.check_type = check;
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    xz.write_all(bytes).unwrap();
    xz.finish().unwrap()
}

/// A deflate stream of `mebibytes` of zeros, whose making costs one: it is one part, repeated.
pub fn zeros(mebibytes: usize) -> Vec<u8> {
    let mut deflate = flate2::Compress::new(flate2::Compression::best(), false);
    let mut part = Vec::with_capacity(64 << 10);
    deflate.compress_vec(&vec![0; 1 << 20], &mut part, flate2::FlushCompress::Full).unwrap();
    // a last block, of fixed codes, with nothing in it
    [part.repeat(mebibytes), vec![3, 0]].concat()
}

/// One entry of a zip, with its header and its line in the list.
#[derive(Clone)]
pub struct Member {
    pub local: Vec<u8>,
    pub listed: Vec<u8>,
    pub bytes: Vec<u8>,
}

impl Member {
    pub fn stored(name: &str, bytes: &[u8]) -> Self {
        Self::new(name.as_bytes(), 0, bytes.to_vec(), bytes.len(), crc32fast::hash(bytes), b"")
    }

    pub fn deflated(name: &str, bytes: &[u8]) -> Self {
        let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        deflate.write_all(bytes).unwrap();
        Self::new(name.as_bytes(), 8, deflate.finish().unwrap(), bytes.len(), crc32fast::hash(bytes), b"")
    }

    pub fn new(name: &[u8], method: u16, bytes: Vec<u8>, size: usize, crc: u32, extra: &[u8]) -> Self {
        let word = |it: usize| u16::try_from(it).unwrap().to_le_bytes();
        let long = |it: usize| u32::try_from(it).unwrap().to_le_bytes();
        let mut common = Vec::new();
        // version, flags, method, time and date
        for it in [20, 0, method, 0, 0x21] {
            common.extend(it.to_le_bytes());
        }
        common.extend(crc.to_le_bytes());
        common.extend([long(bytes.len()), long(size)].concat());
        common.extend([word(name.len()), word(extra.len())].concat());
        let local = [b"PK\x03\x04", &common[..], name, extra].concat();
        // written on a system with modes; no comment, first part, no attributes; the offset comes later
        let listed = [&b"PK\x01\x02\x14\x03"[..], &common, &[0; 6], &[0; 8]].concat();
        let mut res = Self { local, listed: [&listed[..], name, extra].concat(), bytes };
        res.set_mode(0o100_644);
        res
    }

    fn set_mode(&mut self, mode: u32) {
        self.listed[38..42].copy_from_slice(&(mode << 16).to_le_bytes());
    }

    /// A symbolic link.
    pub fn link(name: &str, target: &str) -> Self {
        Self::stored(name, target.as_bytes()).mode(0o120_777)
    }

    #[must_use]
    pub fn mode(mut self, mode: u32) -> Self {
        self.set_mode(mode);
        self
    }

    /// Other bytes in the header before the entry.
    #[must_use]
    pub fn local(mut self, at: usize, bytes: &[u8]) -> Self {
        self.local[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    /// Other bytes in the list.
    #[must_use]
    pub fn listed(mut self, at: usize, bytes: &[u8]) -> Self {
        self.listed[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    /// Other bytes in both; the place is that in the header.
    #[must_use]
    pub fn both(self, at: usize, bytes: &[u8]) -> Self {
        self.local(at, bytes).listed(at + 2, bytes)
    }
}

/// A zip in its three parts.
#[derive(Clone)]
pub struct Zip {
    pub entries: Vec<u8>,
    pub list: Vec<u8>,
    pub end: Vec<u8>,
}

impl Zip {
    /// `P/a.py`, then these.
    pub fn with(members: &[Member]) -> Self {
        Self::of(&[&[Member::stored("P/a.py", b"x")], members].concat())
    }

    pub fn of(members: &[Member]) -> Self {
        let (mut entries, mut list) = (Vec::new(), Vec::new());
        for Member { local, listed, bytes } in members {
            let mut listed = listed.clone();
            // a member that brings an offset of its own keeps it
            if listed[42..46] == [0; 4] {
                listed[42..46].copy_from_slice(&u32::try_from(entries.len()).unwrap().to_le_bytes());
            }
            entries.extend([&local[..], bytes].concat());
            list.extend(listed);
        }
        let end = Self::end(members.len(), list.len(), entries.len(), "");
        Self { entries, list, end }
    }

    pub fn end(count: usize, length: usize, start: usize, comment: &str) -> Vec<u8> {
        let word = |it: usize| u16::try_from(it).unwrap().to_le_bytes();
        let long = |it: usize| u32::try_from(it).unwrap().to_le_bytes();
        let mut res = b"PK\x05\x06\0\0\0\0".to_vec();
        res.extend([word(count), word(count)].concat());
        res.extend([long(length), long(start)].concat());
        res.extend([&word(comment.len()), comment.as_bytes()].concat());
        res
    }

    pub fn bytes(&self) -> Vec<u8> {
        [&self.entries[..], &self.list, &self.end].concat()
    }
}
