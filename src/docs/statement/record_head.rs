//! The head of a document, by which all of it can be a record, and its footnotes.

use std::collections::HashMap;

use super::other_time::is_of_another_time;

/// What a caption has at most, in bytes.
pub(super) const CAPTION: usize = 160;
/// The lines of a document that can be its head.
const HEAD: usize = 40;
/// Of these a head of one document alone.
const OF_A_HEAD: [&str; 5] = ["archived", "deprecated", "obsolete", "outdated", "pubdate"];
/// What a document calls its own state.
const STATUS: [&str; 3] = ["status", "state", "stage"];
/// States of a document that nobody keeps.
const CLOSED: [&str; 15] = [
    "superseded",
    "archived",
    "archive",
    "historical",
    "obsolete",
    "outdated",
    "deprecated",
    "rejected",
    "accepted",
    "closed",
    "final",
    "frozen",
    "withdrawn",
    "retired",
    "completed",
];
/// Words of a document by which nobody keeps it.
const UNKEPT: [&str; 11] = [
    "for history",
    "not updated",
    "out of date",
    "describes the fork",
    "no longer maintained",
    "no longer kept",
    "no longer updated",
    "kept for reference",
    "been superseded",
    "is superseded",
    "outdated, see",
];
/// What a row, an item or a line of the head calls the time of all that stands beside it.
pub(super) const KEYS: [&str; 28] = [
    "date",
    "day",
    "week",
    "month",
    "quarter",
    "sprint",
    "period",
    "commit",
    "revision",
    "git revision",
    "tag",
    "measured",
    "measured on",
    "counted",
    "taken",
    "as of",
    "as-of",
    "recorded",
    "published",
    "posted",
    "created",
    "release",
    "snapshot",
    "superseded by",
    "replaced by",
    "measured at",
    "audit of",
    "date of audit",
];

/// A line of the head of a document that makes all of it a record: "Date: 2026-02-12", "Status: superseded".
pub(super) fn head(text: &str) -> Option<String> {
    let mut is_code = false;
    let is_prose = |it: &&str| {
        let is_fence = it.trim_start().starts_with("```") || it.trim_start().starts_with("~~~");
        is_code ^= is_fence;
        !is_code && !is_fence
    };
    let is_head = |line: &&str| {
        let lower = line.to_lowercase();
        let says_it = |it: &&str| lower.contains(&format!("this {it}"));
        if UNKEPT.iter().any(|it| lower.contains(it))
            && (["page", "document", "file", "text", "list"].iter().any(says_it) || lower.contains("numbers"))
        {
            return true;
        }
        // the head of a table names columns
        if lower.trim_start().starts_with('|') && lower.matches('|').count() != 3 {
            return false;
        }
        let line = lower.trim_start_matches([' ', '>', '*', '_', '|', '-']);
        let Some((key, value)) = line.split_once([':', '|']) else { return false };
        let (key, value) = (word(key), word(value.trim_matches('|')));
        let mut first = value.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).take(2);
        let is_closed = STATUS.contains(&key.as_str())
            && first
                .next()
                .is_some_and(|it| CLOSED.contains(&it) || (it != "not" && first.any(|it| CLOSED.contains(&it))));
        let is_time = KEYS.contains(&key.as_str())
            && !["tag", "week", "period"].contains(&key.as_str())
            && names_one(&key, &value);
        is_closed || is_time || (OF_A_HEAD.contains(&key.as_str()) && !value.is_empty() && value != "false")
    };
    let lines = text.lines().take(HEAD).filter(is_prose).take_while(|it| !it.starts_with("##"));
    lines.into_iter().find(is_head).map(shown)
}

/// Whether a value is one of its key: a day or a release has a number, and so has a commit; who or what came later has a name.
fn names_one(key: &str, value: &str) -> bool {
    let is_name = ["superseded by", "replaced by", "as of", "as-of", "month", "quarter"].contains(&key);
    !value.is_empty() && (is_name || value.bytes().any(|it| it.is_ascii_digit()))
}

/// The footnotes of a document that speak of another time, or are not understood, by their names.
pub(super) fn notes<'t>(text: &'t str, is_strange: &dyn Fn(&str) -> bool) -> HashMap<&'t str, String> {
    let mut res = HashMap::new();
    let mut is_code = false;
    let mut open: Option<(&str, String)> = None;
    for line in text.lines().chain([""]) {
        let bare = line.trim();
        is_code ^= bare.starts_with("```") || bare.starts_with("~~~");
        let begins = bare.strip_prefix("[^").and_then(|it| it.split_once("]:")).filter(|_| !is_code);
        // it can go on in the next lines
        match (&mut open, begins) {
            (Some((_, words)), None) if words.is_empty() || (!bare.is_empty() && words.len() < CAPTION) => {
                *words += " ";
                *words += &bare[..bare.floor_char_boundary(CAPTION)];
                continue;
            }
            _ => {}
        }
        if let Some((name, words)) = open.take().filter(|(_, words)| is_of_another_time(words) || is_strange(words)) {
            res.insert(name, shown(&words));
        }
        open = begins.map(|(name, words)| (name, words[..words.floor_char_boundary(CAPTION)].trim().to_owned()));
    }
    res
}

/// Some words without the marks around them.
pub(super) fn word(text: &str) -> String {
    text.trim_matches([' ', '*', '_', '`', '"', '\'', ':', '>']).to_lowercase()
}

/// The beginning of some words.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let text = text.trim();
    if text.len() <= MOST {
        text.to_owned()
    } else {
        format!("{} ...", text[..text.floor_char_boundary(MOST)].trim_end())
    }
}
