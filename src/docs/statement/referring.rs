//! Short texts near a value that may be about it: a lead, a line in place of a heading, a caption, an item or a comment beside it. What is
//! not understood there may make it the value of something else.

use super::{
    other_time::{EDITS, is_of_another_time},
    plain::first_unknown,
    record_head::{CAPTION, shown},
    token::tokens,
    vocabulary::NOW,
};

/// Words of a text about what stands beside it.
const REFERRING: [&str; 21] = [
    "page",
    "document",
    "file",
    "number",
    "numbers",
    "figure",
    "figures",
    "count",
    "counts",
    "value",
    "values",
    "following",
    "follow",
    "follows",
    "below",
    "above",
    "next",
    "here",
    "everything",
    "stated",
    "quoted",
];
/// Words that begin an item or a note by which a number is counted in another way.
const LEAVES: [&str; 12] = [
    "not",
    "without",
    "excluding",
    "except",
    "only",
    "counting",
    "minus",
    "plus",
    "including",
    "incl",
    "excl",
    "counted",
];
/// Words of a comment in the source by which what stands below it is not kept.
const UNKEPT: [&str; 14] = [
    "historical",
    "history",
    "historic",
    "old",
    "outdated",
    "stale",
    "obsolete",
    "archived",
    "deprecated",
    "example",
    "draft",
    "goal",
    "target",
    "wrong",
];

/// Whether a text that introduces or names what stands below it has a word that is not understood.
pub(super) fn is_strange(text: &str) -> bool {
    let all = tokens(&text[..text.floor_char_boundary(2 * CAPTION)]);
    // as every document can say of itself
    let is_now = all.iter().any(|it| it.is_of(&NOW) || it.is(&EDITS));
    let is_then = all.windows(3).any(|it| it[0].is(&["at"]) && it[1].is(&["the", "that"]) && it[2].is(&["time"]));
    is_then || !is_now && first_unknown(&all, &(0..all.len()), &|_| false).is_some()
}

/// Whether a short text beside a value speaks of what stands there, and is not understood.
pub(super) fn refers(text: &str) -> bool {
    let is_short = text.len() <= CAPTION;
    is_short && tokens(text).iter().any(|it| it.is(&REFERRING) || it.is(&["date", "fork", "wasm"])) && is_strange(text)
}

/// Whether an item says how those beside it are counted: "Not counting stubs.", "Counted in July."
pub(super) fn is_of_its_neighbours(text: &str) -> bool {
    text.len() <= CAPTION
        && tokens(text).first().is_some_and(|it| it.is(&LEAVES))
        && (is_strange(text) || is_of_another_time(text))
}

/// A comment right above a byte of a document by which what stands below it is not kept.
pub(super) fn comment(text: &str, byte: usize) -> Option<String> {
    let line = text[..byte].rfind('\n').map_or(0, |it| it + 1);
    let above = text[..line].trim_end().strip_suffix("-->")?;
    let from = above.floor_char_boundary(above.len().saturating_sub(CAPTION));
    let words = above[from..].rsplit_once("<!--")?.1.trim();
    let is_unkept = !words.starts_with("molt-sync:") && tokens(words).iter().any(|it| it.is(&UNKEPT));
    is_unkept.then(|| shown(words))
}
