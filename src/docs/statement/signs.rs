//! What a text has to have to state anything: most documents and most blocks have none of it, and are not read.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;

use crate::docs::words::{starter, starts};

/// What a text without any of these states nothing. The first ones are enough by themselves.
const SIGNS: [&str; 27] = [
    "intrinsic-backed",
    "intrinsic-partial",
    "intrinsic-support",
    "intrinsic_backed",
    "intrinsic_partial",
    "intrinsic_support",
    "intrinsic\u{2011}",
    "intrinsic partial",
    "intrinsic backed",
    "probe-only",
    "probe_only",
    "python_only",
    "policy-gate",
    "policy_gate",
    "modules audited",
    "audited modules",
    "strict roots",
    "critical roots",
    "top-level",
    "submodule",
    "ratchet",
    "backed",
    "python-only",
    "audit ",
    "missing_",
    "coverage is",
    "by name",
];
/// How many of them are.
const ENOUGH: usize = 18;
/// How far the words beside the others may be, in bytes.
const NEAR: usize = 60;

static SIGN: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| starter(&SIGNS));

/// Whether a text can state anything that is read here: not every document is parsed, and not every block is read.
pub(in crate::docs) fn may_state(text: &str) -> bool {
    let Some(signs) = &*SIGN else { return true };
    let lower = text.to_ascii_lowercase();
    let is_sign = |start: usize| {
        let here = SIGNS.iter().enumerate().filter(|(_, it)| lower.as_bytes()[start..].starts_with(it.as_bytes()));
        here.into_iter().any(|(at, sign)| is_enough(text, at, start..start + sign.len()))
    };
    starts(signs, &lower).any(is_sign)
}

/// Whether a sign is enough where it stands, with the words beside it.
fn is_enough(text: &str, at: usize, part: Range<usize>) -> bool {
    let from = text.floor_char_boundary(part.start.saturating_sub(NEAR));
    let near = &text[from..text.ceil_char_boundary((part.end + NEAR).min(text.len()))];
    let has = |words: &[&str]| words.iter().any(|it| memchr::memmem::find(near.as_bytes(), it.as_bytes()).is_some());
    match SIGNS[at] {
        "top-level" => has(&["names", "name ", "entries", "required", "issing", "extras", "submodule"]),
        "submodule" => has(&["names", "name ", "entries", "required", "issing", ".py", "union"]),
        // there are other ratchets
        "ratchet" => has(&["budget", "ceiling", "max", "cap"]) && has(&["ntrinsic", "stdlib"]),
        "missing_" => has(&["top_level", "submodule"]),
        "coverage is" | "by name" => has(&["complete", "full "]),
        "audit " => has(&[" lists", " listed", " counts", " counted"]),
        "backed" => has(&["partial", "probe"]),
        // CPython-only is another word
        "python-only" => !text[..part.start].ends_with(['C', 'c']),
        _ => at < ENOUGH,
    }
}
