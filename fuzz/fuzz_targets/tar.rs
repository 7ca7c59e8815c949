//! Any bytes as a tar stream, with the checksums of its headers put right: what is accepted has clean paths, each once,
//! keeps to the limits and is the same every time.

#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use molt_sync::archive::{Limits, scan_tar};

fuzz_target!(|bytes: &[u8]| {
    let mut tar = bytes.to_vec();
    for header in tar.chunks_exact_mut(512).filter(|it| it[257..].starts_with(b"ustar")) {
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|it| u32::from(*it)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    }
    let limits = Limits { file: 4096, entries: 64, ..Limits::default() };
    let read = || common::files(&limits, |sink| scan_tar(&mut &tar[..], &limits, sink));
    let Some(files) = read() else { return };
    // no entry has bytes that are not in the stream
    assert!(files.values().map(Vec::len).sum::<usize>() <= tar.len());
    assert_eq!(read(), Some(files));
    // the archive ends where it ends: less than a block of zeros more is damage, and a byte more too
    for more in [&[0][..], b"x", &[0; 511]] {
        let longer = [&tar[..], more].concat();
        assert!(scan_tar(&mut &longer[..], &limits, |_| Ok(())).is_err());
    }
});
