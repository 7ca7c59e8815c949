//! A tar stream to its regular files. The two extensions that real releases use, a GNU long name and a pax `path`, are
//! read here; there are no others, so nothing can be meant by one reader and missed by another.

use std::io::{self, Read};

use super::{
    Entry, Limits, Refusal, Sink, Summary,
    header::{BLOCK, Header, is_zero},
    limits::check,
    path::Names,
};

/// Reads `stream` to its end.
pub(super) fn scan(stream: &mut dyn Read, limits: &Limits, sink: Sink<'_>) -> Result<Summary, Refusal> {
    let mut scan = Scan { stream, limits, sink, names: Names::default(), files: 0, bytes: 0 };
    let mut entries = 0;
    let mut long_name: Option<Vec<u8>> = None;
    let mut last = Vec::new();
    while let Some(Header { name, kind, size }) = scan.header().map_err(|it| it.near("after", &last))? {
        entries += 1;
        check("the number of entries", entries, limits.entries).map_err(|it| it.near("at", &name))?;
        if matches!(kind, b'L' | b'x') {
            if long_name.is_some() {
                return Err(Refusal::entry(&name, "has two name extensions"));
            }
            long_name = Some(scan.extension(kind, size, &name)?);
            last = name;
            continue;
        }
        let raw = long_name.take().unwrap_or(name);
        scan.entry(&raw, kind, size).map_err(|it| it.near("at", &raw))?;
        last = raw;
    }
    if long_name.is_some() {
        return Err(Refusal::Damaged("a name extension without its entry".into()).near("after", &last));
    }
    scan.tail().map_err(|it| it.near("after", &last))?;
    let top = scan.names.top.ok_or_else(|| Refusal::Damaged("it is empty".into()))?;
    Ok(Summary { top, files: scan.files, bytes: scan.bytes })
}

struct Scan<'a> {
    stream: &'a mut dyn Read,
    limits: &'a Limits,
    sink: Sink<'a>,
    names: Names,
    files: u64,
    bytes: u64,
}

impl Scan<'_> {
    fn header(&mut self) -> Result<Option<Header>, Refusal> {
        let mut block = [0; BLOCK];
        match read_up_to(self.stream, &mut block)? {
            BLOCK => Header::parse(&block),
            0 => Err(Refusal::Damaged("the end of the archive is missing".into())),
            _ => Err(Refusal::Damaged("it ends in the middle of a header".into())),
        }
    }

    /// The name that an extension has for the next entry.
    fn extension(&mut self, kind: u8, size: u64, name: &[u8]) -> Result<Vec<u8>, Refusal> {
        let mut block = Vec::new();
        check("the size of a name extension", size, self.limits.metadata)
            .and_then(|()| Ok(Body { stream: &mut *self.stream, left: size }.read_to_end(&mut block)?))
            .map_err(|it| it.near("at", name))?;
        self.padding(size, name)?;
        if kind == b'L' { gnu_name(block) } else { pax_path(&block) }
    }

    fn entry(&mut self, raw: &[u8], kind: u8, size: u64) -> Result<(), Refusal> {
        let is_folder = kind == b'5';
        let path = self.names.accept(raw, is_folder, self.limits)?;
        if is_folder {
            return if size == 0 { Ok(()) } else { Err(Refusal::entry(raw, "is a folder with data")) };
        }
        if raw.ends_with(b"/") || path.is_empty() {
            return Err(Refusal::entry(raw, "is a file named like a folder"));
        }
        check("the size of a file in bytes", size, self.limits.file)?;
        let mut body = Body { stream: &mut *self.stream, left: size };
        (self.sink)(Entry { path: &path, size, bytes: &mut body })?;
        io::copy(&mut body, &mut io::sink())?;
        self.padding(size, raw)?;
        self.files += 1;
        self.bytes += size;
        Ok(())
    }

    /// What fills the last block of an entry.
    fn padding(&mut self, size: u64, raw: &[u8]) -> Result<(), Refusal> {
        let used = usize::try_from(size % BLOCK as u64).unwrap_or_default();
        let mut block = [0; BLOCK];
        let padding = &mut block[used..];
        if used == 0 {
            return Ok(());
        }
        self.stream.read_exact(padding)?;
        if is_zero(padding) { Ok(()) } else { Err(Refusal::entry(raw, "has something behind the end of its bytes")) }
    }

    /// After the first block of zeros there must be a second, then only zeros. Reading on to the end also makes the
    /// decoder check its own checksums.
    fn tail(&mut self) -> Result<(), Refusal> {
        let mut buffer = [0; 8 << 10];
        let mut tail = 0;
        loop {
            let n = read_up_to(self.stream, &mut buffer)?;
            tail += n as u64;
            check("the number of zero bytes after the end", tail, self.limits.tail)?;
            if !is_zero(&buffer[..n]) {
                return Err(Refusal::Trailing);
            }
            if n < buffer.len() {
                break;
            }
        }
        if tail < BLOCK as u64 || tail % BLOCK as u64 != 0 {
            return Err(Refusal::Damaged("the end of the archive is missing".into()));
        }
        Ok(())
    }
}

/// Fills `buffer` as far as the stream reaches.
fn read_up_to(stream: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

/// The bytes of one entry; a stream that ends before they do is an error.
struct Body<'a> {
    stream: &'a mut dyn Read,
    left: u64,
}

impl Read for Body<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        if most == 0 {
            return Ok(0);
        }
        let n = self.stream.read(&mut out[..most])?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= n as u64;
        Ok(n)
    }
}

fn gnu_name(mut block: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    if block.last() == Some(&0) {
        block.pop();
    }
    if block.contains(&0) { Err(Refusal::entry(&block, "has a NUL in its name")) } else { Ok(block) }
}

/// Exactly one record, `path`: POSIX.1-2001 writes each as `LENGTH key=value\n`, the length counting itself.
fn pax_path(block: &[u8]) -> Result<Vec<u8>, Refusal> {
    let fail = |what: &str| Refusal::entry(block, format!("has a pax header {what}"));
    let record = std::str::from_utf8(block).map_err(|_| fail("that is not UTF-8"))?;
    let (length, rest) = record.split_once(' ').ok_or_else(|| fail("without a length"))?;
    if length.len() > 5 || !length.bytes().all(|it| it.is_ascii_digit()) || length.parse() != Ok(block.len()) {
        return Err(fail("of more than one record or of a wrong length"));
    }
    let value = rest.strip_suffix('\n').and_then(|rest| rest.strip_prefix("path="));
    match value {
        Some(value) if !value.is_empty() && !value.contains(['\n', '\0']) => Ok(value.as_bytes().to_vec()),
        _ => Err(fail("that says something else than a path")),
    }
}
