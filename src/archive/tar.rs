//! A tar stream to its regular files. The `tar` crate only frames blocks (`raw`): it interprets no extension and
//! unpacks nothing. The two extensions that real releases use, a GNU long name and a pax `path`, are read here.

use std::io::Read;

use super::{Entry, Limits, Refusal, Sink, Summary, limits::check, path::Names};

/// Reads `stream` to its end.
pub(super) fn scan(stream: &mut dyn Read, limits: &Limits, sink: Sink<'_>) -> Result<Summary, Refusal> {
    let mut archive = ::tar::Archive::new(stream);
    let mut names = Names::default();
    let (mut entries, mut files, mut bytes) = (0, 0, 0);
    let mut long_name: Option<Vec<u8>> = None;
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        entries += 1;
        check("the number of entries", entries, limits.entries)?;
        let header = entry.header().as_bytes();
        let kind = header[156];
        let short_name = entry.header().path_bytes().into_owned();
        if &header[257..263] != b"ustar\0" && &header[257..265] != b"ustar  \0" {
            return Err(Refusal::entry(&short_name, "has a header that is neither ustar nor GNU"));
        }
        if header[124] & 0x80 != 0 {
            return Err(Refusal::entry(&short_name, "has its size in base 256"));
        }
        let size = entry.header().size()?;
        match kind {
            b'L' | b'x' => {
                if long_name.is_some() {
                    return Err(Refusal::entry(&short_name, "has two name extensions"));
                }
                check("the size of a name extension", size, limits.metadata)?;
                let mut block = Vec::new();
                entry.read_to_end(&mut block)?;
                long_name = Some(if kind == b'L' { gnu_name(block)? } else { pax_path(&block)? });
                continue;
            }
            b'0' | b'5' => {}
            other => {
                let what = format!("is of type {:?}, not a file or a folder", char::from(other));
                return Err(Refusal::entry(&short_name, what));
            }
        }
        let raw = long_name.take().unwrap_or(short_name);
        let path = names.accept(&raw, limits)?;
        if kind == b'5' {
            if size != 0 {
                return Err(Refusal::entry(&raw, "is a folder with data"));
            }
            continue;
        }
        if raw.ends_with(b"/") || path.is_empty() {
            return Err(Refusal::entry(&raw, "is a file named like a folder"));
        }
        check("the size of a file in bytes", size, limits.file)?;
        sink(Entry { path: &path, size, bytes: &mut entry })?;
        files += 1;
        bytes += size;
    }
    if long_name.is_some() {
        return Err(Refusal::Damaged("a name extension without its entry".into()));
    }
    check_tail(archive.into_inner(), limits)?;
    let top = names.top.ok_or_else(|| Refusal::Damaged("it is empty".into()))?;
    Ok(Summary { top, files, bytes })
}

/// After the first block of zeros there must be a second, then only zeros. Reading on to the end also makes the
/// decoder check its own checksums.
fn check_tail(stream: &mut dyn Read, limits: &Limits) -> Result<(), Refusal> {
    let mut block = [0; 8 << 10];
    let mut tail = 0;
    loop {
        let n = stream.read(&mut block)?;
        if n == 0 {
            break;
        }
        tail += n as u64;
        check("the number of zero bytes after the end", tail, limits.tail)?;
        if block[..n].iter().any(|it| *it != 0) {
            return Err(Refusal::Trailing);
        }
    }
    if tail < 512 { Err(Refusal::Damaged("the end of the archive is missing".into())) } else { Ok(()) }
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
