//! A tar stream to its regular files. The extensions that real releases use, a GNU long name and a pax header for one
//! entry, are read here, and the one that `git archive` begins with; there are no others, so nothing can be meant by one
//! reader and missed by another. Symbolic links are judged and passed over.

use std::io::{self, Read};

use super::{
    ArchiveSummary, Entry, Limits, Refusal,
    entry::Sink,
    header::{BLOCK, Header, is_zero},
    limits::check,
    link::{ArchiveLinks, check_target},
    path::SeenNames,
    pax,
};

/// Reads `stream` to its end.
pub(super) fn scan(stream: &mut dyn Read, limits: &Limits, sink: Sink<'_>) -> Result<ArchiveSummary, Refusal> {
    let mut scan = TarScan {
        stream,
        limits,
        sink,
        names: SeenNames::default(),
        links: ArchiveLinks::default(),
        files: 0,
        bytes: 0,
    };
    let mut entries = 0;
    let mut extension: Option<Option<Vec<u8>>> = None;
    let mut last = Vec::new();
    while let Some(header) = scan.header().map_err(|it| it.near("after", &last))? {
        entries += 1;
        check("the number of entries", entries, limits.entries).map_err(|it| it.near("at", &header.name))?;
        match header.kind {
            b'g' if entries > 1 => return Err(Refusal::entry(&header.name, "is about all entries and not the first")),
            b'g' => pax::global(&scan.extension(&header)?)?,
            b'L' | b'x' if extension.is_some() => {
                return Err(Refusal::entry(&header.name, "has two name extensions"));
            }
            b'L' => extension = Some(Some(gnu_name(scan.extension(&header)?)?)),
            b'x' => extension = Some(pax::next(&scan.extension(&header)?)?),
            _ => {
                let raw = extension.take().flatten().unwrap_or_else(|| header.name.clone());
                scan.entry(&raw, &header).map_err(|it| it.near("at", &raw))?;
                last = raw;
                continue;
            }
        }
        last = header.name;
    }
    if extension.is_some() {
        return Err(Refusal::Damaged("a name extension without its entry".into()).near("after", &last));
    }
    scan.tail().map_err(|it| it.near("after", &last))?;
    let top = scan.names.top.ok_or_else(|| Refusal::Damaged("it is empty".into()))?;
    Ok(ArchiveSummary { top, files: scan.files, bytes: scan.bytes, links: scan.links.finish()? })
}

struct TarScan<'a> {
    stream: &'a mut dyn Read,
    limits: &'a Limits,
    sink: Sink<'a>,
    names: SeenNames,
    links: ArchiveLinks,
    files: u64,
    bytes: u64,
}

impl TarScan<'_> {
    fn header(&mut self) -> Result<Option<Header>, Refusal> {
        let mut block = [0; BLOCK];
        match read_up_to(self.stream, &mut block)? {
            BLOCK => Header::parse(&block),
            0 => Err(Refusal::Damaged("the end of the archive is missing".into())),
            _ => Err(Refusal::Damaged("it ends in the middle of a header".into())),
        }
    }

    /// What an extension says.
    fn extension(&mut self, header: &Header) -> Result<Vec<u8>, Refusal> {
        let Header { name, size, .. } = header;
        let mut block = Vec::new();
        check("the size of a name extension", *size, self.limits.metadata)
            .and_then(|()| Ok(TarBody { stream: &mut *self.stream, left: *size }.read_to_end(&mut block)?))
            .map_err(|it| it.near("at", name))?;
        self.padding(*size, name)?;
        Ok(block)
    }

    fn entry(&mut self, raw: &[u8], header: &Header) -> Result<(), Refusal> {
        let size = header.size;
        let is_folder = header.kind == b'5';
        let path = self.names.accept(raw, is_folder, self.limits)?;
        if is_folder {
            return if size == 0 { Ok(()) } else { Err(Refusal::entry(raw, "is a folder with data")) };
        }
        if raw.ends_with(b"/") || path.is_empty() {
            return Err(Refusal::entry(raw, "is a file named like a folder"));
        }
        if header.kind == b'2' {
            if size != 0 {
                return Err(Refusal::entry(raw, "is a symbolic link with data"));
            }
            check_target(header.target.len() as u64, self.limits)?;
            let top = self.names.top.as_deref().unwrap_or_default();
            return self.links.accept(raw, &path, top, &header.target);
        }
        check("the size of a file in bytes", size, self.limits.file)?;
        let mut body = TarBody { stream: &mut *self.stream, left: size };
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
struct TarBody<'a> {
    stream: &'a mut dyn Read,
    left: u64,
}

impl Read for TarBody<'_> {
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
