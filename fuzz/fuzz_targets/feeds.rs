//! Any bytes as each of the feeds: rows or an error, and what is a row of one look is a row of the next.

#![no_main]

use libfuzzer_sys::fuzz_target;
use molt_sync::release::feed;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(rows) = feed::top(bytes) {
        assert!(rows.rows.is_sorted() && !rows.rows.is_empty());
    }
    if let Ok(rows) = feed::tags(bytes) {
        assert!(rows.rows.is_sorted());
    }
    drop((feed::folder(bytes), feed::releases(bytes), feed::files(bytes)));
    if let Ok(rows) = feed::planned(bytes) {
        assert!(rows.rows.iter().all(|it| it.date.len() == 10));
    }
    drop((feed::cycle(bytes), feed::endoflife(bytes)));
});
