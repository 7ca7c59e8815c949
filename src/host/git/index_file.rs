//! Git's index as a file, in the two forms in which it has each name as it stands. Whoever asks for a few names in it need not wait
//! for git.

/// The length of the name of an object.
const OBJECT: usize = 20;
/// Times, device, owner, size and mode stand before it.
const BEFORE: usize = 40;
/// The longest name that has its length beside it.
const LONGEST: usize = 0xfff;

/// The files of an index by whose last name `is_wanted` knows them, each by the name of its object and its path from the top of the
/// work tree; none where the index is in another form (newer, in two parts, with longer names of objects), which git has to read. Other
/// repositories are left out, and what is not to be checked out.
pub(super) fn entries(index: &[u8], is_wanted: impl Fn(&[u8]) -> bool) -> Option<Vec<(String, String)>> {
    let (head, version) = (index.get(..4)?, number(index, 4)?);
    if head != b"DIRC" || !(2..=3).contains(&version) {
        return None;
    }
    let (mut at, mut res) = (12, Vec::new());
    for _ in 0..number(index, 8)? {
        let mode = number(index, at + BEFORE - 16)?;
        let object = index.get(at + BEFORE..at + BEFORE + OBJECT)?;
        let flags = index.get(at + BEFORE + OBJECT..at + BEFORE + OBJECT + 2)?;
        let flags = usize::from(flags[0]) << 8 | usize::from(flags[1]);
        let is_extended = flags & 0x4000 != 0;
        let begins = at + BEFORE + OBJECT + if is_extended { 4 } else { 2 };
        // the files that are not to be on disk
        let is_skipped = is_extended && index.get(begins - 2)? & 0x40 != 0;
        let length = memchr::memchr(0, index.get(begins..)?)?;
        if length == 0 || flags & LONGEST != length.min(LONGEST) {
            return None;
        }
        let name = &index[begins..begins + length];
        if mode >> 12 != 0o16 && !is_skipped && is_wanted(name.rsplit(|it| *it == b'/').next().unwrap_or(name)) {
            let object = object.iter().map(|it| format!("{it:02x}")).collect();
            res.push((object, String::from_utf8_lossy(name).into_owned()));
        }
        // one to eight zeros
        at += (begins + length - at + 8) & !7;
    }
    // a part of the entries can be in another file
    while let Some(kind) = index.get(at..at + 4).filter(|_| at + 8 + OBJECT <= index.len()) {
        if kind == b"link" {
            return None;
        }
        at += 8 + usize::try_from(number(index, at + 4)?).ok()?;
    }
    (at + OBJECT == index.len()).then_some(res)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|it| it.try_into().ok()).map(u32::from_be_bytes)
}
