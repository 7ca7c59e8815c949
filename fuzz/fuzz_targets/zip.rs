//! Any bytes as a zip: what is accepted has clean paths, each once, keeps to the limits, is the same every time, and is only
//! accepted whole.

#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use molt_sync::archive::{Limits, scan};

fuzz_target!(|bytes: &[u8]| {
    // gzip and xz have a thread and are not what is looked for here
    if !bytes.starts_with(b"PK") {
        return;
    }
    let limits = Limits { file: 1 << 20, entries: 64, ratio_from: 2 << 20, ..Limits::default() };
    let zip = repaired(bytes);
    let read = || common::files(&limits, |sink| scan(&zip, &limits, sink));
    let Some(files) = read() else { return };
    let out: usize = files.values().map(Vec::len).sum();
    assert!(out as u64 <= limits.ratio_from.max(20 * zip.len() as u64));
    assert_eq!(read(), Some(files));
    for other in [&zip[..zip.len() - 1], &[&zip[..], b"\0"].concat(), &zip[1..]] {
        assert!(scan(other, &limits, |_| Ok(())).is_err());
    }
});

/// The checksum of each entry that is stored, put right in both places, as far as the layout makes sense.
fn repaired(bytes: &[u8]) -> Vec<u8> {
    let mut zip = bytes.to_vec();
    let number = |zip: &[u8], at: usize, length: usize| {
        let bytes = zip.get(at..at + length)?;
        Some(bytes.iter().rev().fold(0, |sum, it| sum << 8 | usize::from(*it)))
    };
    let mut repair = || {
        let end = zip.len().checked_sub(22)?;
        let mut line = number(&zip, end + 16, 4)?;
        for _ in 0..number(&zip, end + 10, 2)?.min(64) {
            let local = number(&zip, line + 42, 4)?;
            let body = local + 30 + number(&zip, local + 26, 2)? + number(&zip, local + 28, 2)?;
            if number(&zip, line + 10, 2)? == 0 {
                let crc = crc32(zip.get(body..body.checked_add(number(&zip, line + 20, 4)?)?)?).to_le_bytes();
                zip.get_mut(line + 16..line + 20)?.copy_from_slice(&crc);
                zip.get_mut(local + 14..local + 18)?.copy_from_slice(&crc);
            }
            line += 46 + number(&zip, line + 28, 2)? + number(&zip, line + 30, 2)? + number(&zip, line + 32, 2)?;
        }
        Some(())
    };
    // whatever cannot be repaired stays as it is
    let _ = repair();
    zip
}

/// CRC-32 of ISO 3309, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}
