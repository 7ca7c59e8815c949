//! One block of a tar stream to the header that it is: POSIX ustar (IEEE Std 1003.1-1988) or GNU tar's form of it.
//!
//! Everything here is fixed by position, so nothing is guessed: what no release has in a field is an error.

use super::Refusal;

/// The length of a block in bytes.
pub(super) const BLOCK: usize = 512;

/// What a header says of the entry that follows it.
pub(super) struct Header {
    /// The path as it is, not checked.
    pub(super) name: Vec<u8>,
    /// `0` a file, `2` a symbolic link, `5` a folder, `L` and `x` what is said of the next entry, `g` of all; there are no
    /// others.
    pub(super) kind: u8,
    /// Where a symbolic link leads to; empty for all others.
    pub(super) target: Vec<u8>,
    /// Bytes that follow, without their padding.
    pub(super) size: u64,
}

impl Header {
    /// None for a block of zeros, with which an archive ends.
    pub(super) fn parse(block: &[u8; BLOCK]) -> Result<Option<Self>, Refusal> {
        if is_zero(block) {
            return Ok(None);
        }
        let is_posix = &block[257..265] == b"ustar\x0000";
        let (short, after_short) = text(&block[..100]);
        let (prefix, after_prefix) = if is_posix { text(&block[345..500]) } else { (&b""[..], &b""[..]) };
        let name = if prefix.is_empty() { short.to_vec() } else { [prefix, b"/", short].concat() };
        let fail = |what: &str| Err(Refusal::entry(&name, what));
        if number(&block[148..156]) != Some(checksum(block)) {
            return fail("has a header whose checksum is wrong");
        }
        if !is_posix && &block[257..265] != b"ustar  \0" {
            return fail("has a header that is neither ustar nor GNU");
        }
        let kind = block[156];
        if !matches!(kind, b'0' | b'2' | b'5' | b'L' | b'x' | b'g') {
            return fail(&format!("is of type {:?}, not a file or a folder", char::from(kind)));
        }
        let (target, after_target) = text(&block[157..257]);
        if kind != b'2' && !target.is_empty() {
            return fail("has a target like a link");
        }
        if !is_zero(after_target) {
            return fail("has something behind the end of its target");
        }
        if !is_zero(after_short) || !is_zero(after_prefix) {
            return fail("has something behind the end of its name");
        }
        // GNU tar keeps here what describes a sparse or a split file
        if !is_posix && !is_zero(&block[345..500]) {
            return fail("has GNU fields that no release has");
        }
        if block[124] & 0x80 != 0 {
            return fail("has its size in base 256");
        }
        let Some(size) = number(&block[124..136]) else {
            return fail("has a size that is not an octal number");
        };
        Ok(Some(Self { name, kind, target: target.to_vec(), size }))
    }
}

/// Whether there is nothing but zeros.
pub(super) fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|it| *it == 0)
}

/// A field up to its first NUL, and the rest.
fn text(field: &[u8]) -> (&[u8], &[u8]) {
    field.split_at(field.iter().position(|it| *it == 0).unwrap_or(field.len()))
}

/// Octal digits, then only NULs and blanks.
fn number(field: &[u8]) -> Option<u64> {
    let digits = field.iter().take_while(|it| matches!(it, b'0'..=b'7')).count();
    let (digits, rest) = field.split_at(digits);
    let ends = !digits.is_empty() && !rest.is_empty() && rest.iter().all(|it| matches!(it, 0 | b' '));
    ends.then(|| digits.iter().fold(0, |sum, it| sum << 3 | u64::from(it - b'0')))
}

/// The sum of all bytes, those of the checksum itself counted as blanks.
fn checksum(block: &[u8; BLOCK]) -> u64 {
    let sum = |bytes: &[u8]| bytes.iter().map(|it| u64::from(*it)).sum::<u64>();
    sum(&block[..148]) + 8 * u64::from(b' ') + sum(&block[156..])
}
