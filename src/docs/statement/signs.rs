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
    starts(signs, &lower).any(is_sign) || may_speak_of_gates(text)
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

/// Whether a text can say that a gate passes or fails.
pub(super) fn may_speak_of_gates(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, "gate").any(|at| is_of_a_gate(text, at))
        || memchr::memmem::find_iter(bytes, "equired to ").any(|at| has_near(bytes, at, &GATES))
        || memchr::memmem::find_iter(bytes, "CI").any(|at| is_of_ci(bytes, at))
        || memchr::memmem::find_iter(bytes, "iolation").any(|at| has_near(bytes, at, &GATES))
        || memchr::memmem::find_iter(bytes, "hecker").any(|at| has_near(bytes, at, &STANDS))
        || memchr::memmem::find_iter(bytes, "ntrinsics lint").any(|at| has_near(bytes, at, &STANDS))
        || memchr::memmem::find_iter(bytes, "check_stdlib_intrinsics").any(|at| has_near(bytes, at, &STANDS))
        || memchr::memmem::find_iter(bytes, "stdlib gates").any(|at| has_near(bytes, at, &STANDS))
}

/// What is said of continuous integration and what it does not let pass.
fn is_of_ci(bytes: &[u8], at: usize) -> bool {
    let is_free = |it: Option<&u8>| !it.is_some_and(u8::is_ascii_alphanumeric);
    is_free(at.checked_sub(1).and_then(|it| bytes.get(it)))
        && is_free(bytes.get(at + 2))
        && has_near(bytes, at, &["ython-only", "robe-only", "on-intrinsic", "allback", "trict"])
        && has_near(bytes, at, &["block", "fail", "reject", "refuse", "forbid", "banned", "disallow"])
}

/// Whether one of some words stands near a place.
fn has_near(bytes: &[u8], at: usize, words: &[&str]) -> bool {
    let near = &bytes[at.saturating_sub(NEAR)..bytes.len().min(at + NEAR)];
    words.iter().any(|it| memchr::memmem::find(near, it.as_bytes()).is_some())
}

/// What the names of gates have.
const GATES: [&str; 13] = [
    "atchet",
    "robe-only",
    "ython-only",
    "overage",
    "trict-",
    "trict import",
    "trict root",
    "ritical",
    "ootstrap",
    "ore-lane",
    "ore lane",
    "allback",
    "-kind",
];

/// What says how a checker stands.
const STANDS: [&str; 8] = ["green", "pass", "fail", " red", "clean", "lock", "roken", "holds"];

/// The same of one place, which has the word.
fn is_of_a_gate(text: &str, at: usize) -> bool {
    const NEXT: [&str; 22] = [
        "is",
        "are",
        "remain",
        "remains",
        "stay",
        "stays",
        "still",
        "now",
        "currently",
        "again",
        "all",
        "both",
        "also",
        "fail",
        "fails",
        "pass",
        "passes",
        "hold",
        "holds",
        "block",
        "blocks",
        "trip",
    ];
    let rest = text[at + 4..].trim_start_matches(['s', '`', '*']);
    let is_word = rest.is_empty() || rest.starts_with([' ', '\n', '.', ',', ';', ')']);
    let next = rest.trim_start_matches([' ', '\n']);
    let next = &next[..next.bytes().take_while(u8::is_ascii_lowercase).count()];
    let before = &text.as_bytes()[at.saturating_sub(NEAR)..at];
    let has = |words: &[&str]| words.iter().any(|it| memchr::memmem::find(before, it.as_bytes()).is_some());
    is_word
        && (NEXT.contains(&next) || has(&["block", "fail", " red ", "stuck", "stopped"]))
        && (has(&GATES) || has(&["on-intrinsic"]))
}
