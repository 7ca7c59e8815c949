//! What a text has to have to state anything: most documents and most blocks have none of it, and are not read.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;

use crate::docs::words::{starter, starts};

/// What a text without any of these states nothing. The first ones are enough by themselves.
const SIGNS: [&str; 28] = [
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
    "are audited",
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
const ENOUGH: usize = 19;
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
        "top-level" => has(&["names", "name ", "entries", "required", "issing", "extras", "submodule", "nion"]),
        "submodule" => has(&["names", "name ", "entries", "required", "issing", ".py", "union"]),
        // there are other ratchets
        "ratchet" => {
            has(&["budget", "ceiling", "max", "cap", " stands", " sits", " is at "]) && has(&["ntrinsic", "stdlib"])
        }
        "missing_" => has(&["top_level", "submodule"]),
        "coverage is" | "by name" => has(&["complete", "full "]),
        "audit " => has(&[" lists", " listed", " counts", " counted", " covers", " judges"]),
        "backed" => has(&["partial", "probe"]),
        // CPython-only is another word
        "python-only" => !text[..part.start].ends_with(['C', 'c']),
        _ => at < ENOUGH,
    }
}

/// Whether a text can say that a gate passes or fails.
pub(super) fn may_speak_of_gates(text: &str) -> bool {
    gate_signs(text).next().is_some()
}

/// The places of a text where it can say so, in no order.
pub(super) fn gate_signs(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let gates = GATE.find_iter(bytes).filter(move |at| is_of_a_gate(text, *at));
    let others = OTHER.iter().flat_map(move |signs| signs.find_iter(text)).filter(move |it| {
        // the options of a command stand before what is said of it
        let end = bytes.len().min(it.start() + FAR);
        let is_gate = it.pattern().as_usize() < OF_GATES;
        if is_gate { has_near(bytes, it.start(), &GATES) } else { has(&bytes[it.start()..end], &STANDS) }
    });
    let ci = CI.find_iter(bytes).filter(move |at| is_of_ci(bytes, *at));
    gates.chain(others.map(|it| it.start())).chain(ci)
}

static GATE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("gate"));
static CI: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("CI"));

/// What else is said of gates, near the names of gates, and near what a checker does.
static OTHER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| starter(&["equired to ", "iolation", "hecker", "check_stdlib_intrinsics"]));
/// How far behind a command what is said of it may stand, in bytes.
const FAR: usize = 130;
/// How many of them stand near the names of gates.
const OF_GATES: usize = 2;

/// What continuous integration does not let pass, and how that is said.
static FORBIDDEN: Near = LazyLock::new(|| starter(&["ython-only", "robe-only", "on-intrinsic", "allback", "trict"]));
static FORBIDS: Near =
    LazyLock::new(|| starter(&["block", "fail", "reject", "refuse", "forbid", "banned", "disallow"]));

/// What is said of continuous integration and what it does not let pass.
fn is_of_ci(bytes: &[u8], at: usize) -> bool {
    let is_free = |it: Option<&u8>| !it.is_some_and(u8::is_ascii_alphanumeric);
    is_free(at.checked_sub(1).and_then(|it| bytes.get(it)))
        && is_free(bytes.get(at + 2))
        && has_near(bytes, at, &FORBIDDEN)
        && has_near(bytes, at, &FORBIDS)
}

/// Whether one of some words stands near a place.
fn has_near(bytes: &[u8], at: usize, words: &Near) -> bool {
    has(&bytes[at.saturating_sub(NEAR)..bytes.len().min(at + NEAR)], words)
}

/// Words that are looked for in a few bytes, and many times.
type Near = LazyLock<Option<AhoCorasick>>;

fn has(part: &[u8], words: &Near) -> bool {
    words.as_ref().is_none_or(|it| it.is_match(part))
}

/// What the names of gates have.
static GATES: Near = LazyLock::new(|| {
    starter(&[
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
        "on-intrinsic",
    ])
});

/// What says how a checker stands.
static STANDS: Near = LazyLock::new(|| starter(&["green", "pass", "fail", " red", "clean", "lock", "roken", "holds"]));
/// What stands before a gate that stops others.
static STOPS: Near = LazyLock::new(|| starter(&["block", "fail", " red ", "stuck", "stopped"]));

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
    // "aggregate" and "propagate" have it too
    if text[..at].ends_with(|it: char| it.is_ascii_alphabetic()) {
        return false;
    }
    let rest = text[at + 4..].trim_start_matches(['s', '`', '*']);
    let is_word = rest.is_empty() || rest.starts_with([' ', '\n', '.', ',', ';', ')']);
    let next = rest.trim_start_matches([' ', '\n']);
    let next = &next[..next.bytes().take_while(u8::is_ascii_lowercase).count()];
    let before = &text.as_bytes()[at.saturating_sub(NEAR)..at];
    let is_of_all = before.ends_with(b"stdlib ") || before.ends_with(b"intrinsics ") || before.ends_with(b"intrinsic ");
    is_word && (NEXT.contains(&next) || has(before, &STOPS)) && (is_of_all || has(before, &GATES))
}
