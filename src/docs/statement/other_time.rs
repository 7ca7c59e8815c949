//! Whether a few words say that what stands beside them is of another time: a caption, a footnote, the sentence behind.

use std::ops::Range;

use super::{
    day::{MONTHS, days},
    doubt::is_period,
    plain::SPEECH,
    token::{TextToken, tokens},
    vocabulary::NOW,
};

/// Words that begin a sentence about the one before it.
const BACKWARD: [&str; 14] =
    ["that", "this", "these", "those", "it", "they", "both", "all", "which", "back", "at", "as", "counted", "measured"];
/// Words of another time.
const TIMES: [&str; 30] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "spring",
    "summer",
    "autumn",
    "winter",
    "yesterday",
    "last",
    "previous",
    "before",
    "after",
    "was",
    "were",
    "had",
    "then",
    "initially",
    "originally",
    "formerly",
    "previously",
    "ago",
    "until",
    "earlier",
    "former",
    "sprint",
    "once",
];
/// Words that begin a sentence by which the ones behind it are of another time.
const BEGINNINGS: [&str; 12] = [
    "back",
    "before",
    "during",
    "yesterday",
    "last",
    "previously",
    "originally",
    "initially",
    "formerly",
    "earlier",
    "until",
    "historically",
];

/// Words of a line that says when a document was written, as every document can.
const EDITS: [&str; 8] = ["updated", "update", "edited", "edit", "modified", "revised", "reviewed", "maintained"];

/// Whether a short text names another time, and does not say that it is now, or when it was written.
pub(super) fn is_of_another_time(text: &str) -> bool {
    let all = tokens(text);
    !all.iter().any(|it| it.is_of(&NOW) || it.is(&EDITS)) && names_a_time(&all, 0..all.len())
}

/// Whether a sentence says of the one before it when that was so: "That was in March.", and not "That was 900 in March."
pub(super) fn speaks_back(all: &[TextToken<'_>], sentence: &Range<usize>) -> bool {
    let words = &all[sentence.clone()];
    let begins = words.iter().take(2).any(|it| it.is(&BACKWARD));
    let has_value = || {
        let verb = words.iter().position(|it| it.is(&["was", "were", "had"]));
        verb.and_then(|it| words.get(it + 1)).is_some_and(|it| it.number().is_some())
    };
    begins && !words.iter().any(|it| it.is_of(&NOW)) && names_a_time(all, sentence.clone()) && !has_value()
}

/// Whether a sentence says of the ones behind it when they were so: "In March we counted the modules."
pub(super) fn speaks_ahead(all: &[TextToken<'_>], sentence: &Range<usize>) -> bool {
    let words = &all[sentence.clone()];
    let first = words.first().is_some_and(|it| it.is(&BEGINNINGS));
    let is_led = || {
        words.first().is_some_and(|it| it.is(&["in", "on", "at", "by", "as"]))
            && (sentence.start..sentence.end.min(sentence.start + 6)).any(|it| is_month(&all[it]) || is_period(all, it))
    };
    (first || is_led()) && !words.iter().any(|it| it.is_of(&NOW))
}

/// Words of a tree that is another one.
const TREES: [&str; 9] = ["demo", "prototype", "branch", "fork", "sandbox", "experiment", "draft", "fixture", "mock"];

/// Whether a sentence about the union names a month or another part of a year, somebody who says it, or another tree: "In 2026-02 the
/// union covers".
pub(in super::super) fn is_of_another_union(text: &str) -> bool {
    let all = tokens(text);
    let is_other = |it: usize| all[it].is(&SPEECH) || all[it].is(&TREES);
    (0..all.len()).any(|it| is_month(&all[it]) || is_period(&all, it) || is_other(it))
}

fn names_a_time(all: &[TextToken<'_>], part: Range<usize>) -> bool {
    part.clone().any(|it| all[it].is(&TIMES) || is_month(&all[it]) || is_period(all, it)) || !days(all, part).is_empty()
}

fn is_month(token: &TextToken<'_>) -> bool {
    token.is(MONTHS) && (!token.is(&["may", "march", "mar"]) || token.text.starts_with('M'))
}
