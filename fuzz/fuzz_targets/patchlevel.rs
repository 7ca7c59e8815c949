//! Any text as `Include/patchlevel.h`: the version that comes out is the one that its text form says, and reads back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use molt_sync::{base::Version, stdlib::patchlevel};

fuzz_target!(|text: &str| {
    let Ok(version) = patchlevel(text) else { return };
    let written = version.to_string();
    assert!(text.contains(&written), "{written}");
    assert_eq!(written.parse::<Version>().ok(), Some(version), "{written}");
});
