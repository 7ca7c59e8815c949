//! What gates are called in sentences, and the words by which one is said to pass or to fail.

use std::ops::Range;

use super::{
    token::{TextToken, TokenKind},
    vocabulary::NOW,
};

/// What gates are called, and which they are: all of them pass, or the gate of that name fails.
pub(super) const CALLED: &[(&[&str], &[&str])] = &[
    (&["core-lane", "core"], &["core-lane"]),
    (&["bootstrap"], &["bootstrap-roots", "bootstrap-closure", "bootstrap-modules"]),
    (
        &["strict-import", "strict-imports", "strict-root", "strict-roots", "critical"],
        &["strict-implemented", "strict-imports"],
    ),
    (&["fallback", "fallbacks", "fallback-pattern"], &["strict-fallback", "backed-fallback", "stdlib-fallback"]),
    (&["pass-fallback"], &["pass-fallback"]),
    (&["ratchet"], &["intrinsic-partial-ratchet"]),
    (&["probe-only"], &["probe-only"]),
    (&["python-only"], &["python-only"]),
    (&["non-intrinsic"], &["zero-non-intrinsic"]),
    (&["package-kind"], &["package-kind"]),
    (&["subpackage-kind"], &["subpackage-kind"]),
    (&["coverage"], &["top-level-coverage", "submodule-coverage"]),
];
/// Words beside those.
pub(super) const BESIDE: &[&str] = &[
    "stdlib",
    "intrinsic",
    "intrinsics",
    "intrinsic-partial",
    "intrinsic-first",
    "lowering",
    "strict",
    "closure",
    "import",
    "module",
    "modules",
    "union",
    "cpython",
    "zero",
    "top-level",
    "submodule",
    "lane",
    "budget",
    "roots",
    "name",
    "and",
    "all-stdlib",
];
/// What a name of a gate may stand behind.
pub(super) const BEFORE: &[&str] = &[
    "the",
    "a",
    "an",
    "our",
    "that",
    "this",
    "these",
    "those",
    "both",
    "but",
    "while",
    "so",
    "because",
    "since",
    "though",
    "although",
    "where",
    "as",
    "on",
    "by",
    "at",
    "in",
    "of",
    "every",
    "each",
    "any",
    "all",
    "molt's",
    "checker's",
    "now",
    "currently",
    "today",
    "also",
    "whereas",
    "even",
];
/// What stands between a gate and what it does.
pub(super) const LINKS: &[&str] = &[
    "is",
    "are",
    "remains",
    "remain",
    "stays",
    "stay",
    "still",
    "now",
    "currently",
    "again",
    "today",
    "all",
    "both",
    "active",
    "an",
    "a",
    "the",
    "also",
    "already",
    "fully",
    "just",
    "hard",
];
/// What makes an adjective a statement.
pub(super) const IS: &[&str] = &["is", "are", "remains", "remain", "stays", "stay"];
/// Verbs that say a rule as well: "the gate fails on a new one".
const FAILS: &[&str] = &["fails", "fail", "blocks", "block", "trips", "trip"];
const PASSES: &[&str] = &["passes", "pass", "holds", "hold"];
/// What a gate is.
const FAILING: &[&str] =
    &["failing", "red", "broken", "violated", "blocking", "blocker", "blockers", "unmet", "unsatisfied", "tripping"];
const PASSING: &[&str] = &["passing", "green", "satisfied", "met", "clean"];
/// What may follow a verb that says what is.
const AFTER: &[&str] =
    &["and", "but", "today", "now", "currently", "again", "because", "with", "while", "since", "too"];
/// What a sentence says of gates.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct GateClaim {
    /// Which, by the names of facts.
    pub(super) gates: Vec<&'static str>,
    pub(super) passes: bool,
    /// The token that says so.
    pub(super) at: usize,
    pub(super) part: Range<usize>,
}

/// Whether what is called up to `head` is said to pass or to fail, and the token that says so.
pub(super) fn stands(all: &[TextToken<'_>], sentence: &Range<usize>, head: usize) -> Option<(bool, usize)> {
    let is = |at: usize, words: &[&str]| sentence.contains(&at) && all[at].is(words);
    let mut at = head + 1;
    while is(at, LINKS) {
        at += 1;
    }
    let linked = head + 1..at;
    let has_is = linked.clone().any(|it| all[it].is(IS));
    let has_now = linked.clone().any(|it| all[it].is_of(&NOW) || all[it].is(&["still"]));
    let ends = at + 1 >= sentence.end
        || is(at + 1, AFTER)
        || all[at + 1].is_mark(&[',', ';', '(', ')', '—', '–', '|'])
        || all[at + 1].kind == TokenKind::End;
    let is_rule = is(at + 1, &["closed", "if", "when", "whenever", "unless", "until", "only"]);
    let is_verb = (ends || has_now) && !is_rule;
    let passes = if (is(at, FAILING) && has_is) || (is(at, FAILS) && is_verb) {
        Some(false)
    } else if (is(at, PASSING) && has_is) || (is(at, PASSES) && is_verb) {
        Some(true)
    } else {
        None
    };
    passes.filter(|_| !is_rule).map(|it| (it, at))
}

/// The gates whose name ends before `head`, and where it begins.
pub(super) fn called(
    all: &[TextToken<'_>],
    sentence: &Range<usize>,
    head: usize,
) -> Option<(Vec<&'static str>, usize)> {
    let mut start = head;
    let mut gates: Vec<&'static str> = Vec::new();
    let mut has = (false, false, false);
    while start > sentence.start {
        let token = &all[start - 1];
        let is_code = token.is_code && token.kind == TokenKind::Word;
        if let Some((_, ids)) = CALLED.iter().find(|(words, _)| token.is(words)) {
            let new: Vec<&str> = ids.iter().copied().filter(|it| !gates.contains(it)).collect();
            gates.extend(new);
        } else if is_code || !(token.is(BESIDE) || token.is_mark(&['/', ',', '+', '&', '-', '`', '*'])) {
            break;
        }
        has = (has.0 || token.is(&["top-level"]), has.1 || token.is(&["submodule"]), has.2 || token.is(&["core-lane"]));
        start -= 1;
    }
    while start < head && (all[start].is_mark(&['/', ',', '+', '&', '-', '`', '*']) || all[start].is(&["and"])) {
        start += 1;
    }
    let is_alone = start == sentence.start
        || all[start - 1].kind != TokenKind::Word
        || (all[start - 1].is(BEFORE) || all[start - 1].is(&["and", "or", "fails", "blocks"]));
    match has {
        (true, false, _) => gates.retain(|it| *it != "submodule-coverage"),
        (false, true, _) => gates.retain(|it| *it != "top-level-coverage"),
        _ => {}
    }
    (!gates.is_empty() && is_alone).then_some((gates, start))
}
