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
const BACKWARD: [&str; 15] = [
    "that", "this", "these", "those", "it", "they", "both", "all", "which", "back", "at", "as", "counted", "measured",
    "take",
];
/// Words of another time, however they are used.
const TIMES: [&str; 23] = [
    "yesterday",
    "ago",
    "initially",
    "originally",
    "formerly",
    "previously",
    "earlier",
    "former",
    "sprint",
    "spring",
    "summer",
    "autumn",
    "winter",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "historically",
    "saturday",
    "sunday",
    "stale",
    "outdated",
];
/// Words of another time in a caption, which is no sentence.
const OF_CAPTIONS: [&str; 6] = ["before", "after", "until", "last", "previous", "old"];
/// Verbs by which a text is a sentence.
const VERBS: [&str; 12] = ["is", "are", "has", "have", "run", "runs", "can", "see", "must", "should", "use", "was"];
/// Words behind "was" by which it is of another time.
const FINDINGS: [&str; 10] =
    ["counted", "measured", "taken", "recorded", "found", "true", "right", "so", "before", "then"];
/// By which a value is so no longer.
const ENDED: [[&str; 2]; 5] = [["no", "longer"], ["not", "true"], ["any", "more"], ["since", "then"], ["used", "to"]];
/// Times that are behind, by the word before them: "last week", "two years ago", "a month later".
const SPANS: [&str; 9] = ["week", "month", "year", "day", "quarter", "sprint", "release", "audit", "merge"];

/// Words that begin a sentence by which the ones behind it are of another time.
const BEGINNINGS: [&str; 11] = [
    "back",
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
pub(super) const EDITS: [&str; 8] =
    ["updated", "update", "edited", "edit", "modified", "revised", "reviewed", "maintained"];

/// Whether a short text names another time, and does not say that it is now, or when it was written.
pub(super) fn is_of_another_time(text: &str) -> bool {
    let all = tokens(text);
    let is_caption = || !all.iter().any(|it| it.is(&VERBS)) && all.iter().any(|it| it.is(&OF_CAPTIONS));
    let is_found = || {
        let was = all.iter().position(|it| it.is(&["was", "were"]));
        was.is_some_and(|was| all[was..].iter().take(4).any(|it| it.is(&FINDINGS)))
    };
    !all.iter().any(|it| it.is_of(&NOW) || it.is(&EDITS))
        && (names_a_time(&all, 0..all.len()) || is_caption() || is_found())
}

/// Whether a sentence names a time that may be that of the one before it, or says that it is so no longer: "That was in March.", and not
/// "That was 900 in March."
pub(super) fn speaks_back(all: &[TextToken<'_>], sentence: &Range<usize>) -> bool {
    let words = &all[sentence.clone()];
    let begins = words.iter().take(2).any(|it| it.is(&BACKWARD));
    let verb = words.iter().position(|it| it.is(&["was", "were", "had"]));
    // "That was two weeks ago"
    let is_span = |it: usize| words.get(it).is_some_and(|it| SPANS.contains(&it.word.trim_end_matches('s')));
    let has_value =
        || verb.is_some_and(|it| words.get(it + 1).is_some_and(|it| it.number().is_some()) && !is_span(it + 2));
    let is_found = || verb.is_some_and(|it| words[it..].iter().take(4).any(|it| it.is(&FINDINGS)));
    let is_ended = || words.windows(2).any(|it| ENDED.iter().any(|two| it[0].word == two[0] && it[1].word == two[1]));
    // "No.", behind a question
    let is_no = words.len() == 1 && matches!(words[0].word.as_ref(), "no" | "not" | "wrong" | "false");
    let names_it = || names_a_time(all, sentence.clone()) && !words.iter().any(|it| it.is(&EDITS));
    let is_back = !has_value() && (names_it() || (begins && (is_found() || is_ended())));
    is_no || (is_back && !words.iter().any(|it| it.is_of(&NOW)))
}

/// Whether a sentence names a time that may be that of the ones behind it: "In March we counted the modules."
pub(super) fn speaks_ahead(all: &[TextToken<'_>], sentence: &Range<usize>) -> bool {
    let words = &all[sentence.clone()];
    let first = words.first().is_some_and(|it| it.is(&BEGINNINGS));
    let names_it = || names_a_time(all, sentence.clone()) && !words.iter().any(|it| it.is(&EDITS));
    (first || names_it()) && !words.iter().any(|it| it.is_of(&NOW))
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

/// Whether a month, a day, a release, a commit or a word of another time is among some words. A year counts where it is when something
/// was: one of a licence, or of an edition, says nothing of it.
fn names_a_time(all: &[TextToken<'_>], part: Range<usize>) -> bool {
    let is_year = |it: usize| all[it].text.len() == 4 && all[it].text.bytes().all(|it| it.is_ascii_digit());
    let is_when = |it: usize| {
        it.checked_sub(1)
            .is_some_and(|it| part.contains(&it) && all[it].is(&["in", "of", "from", "during", "by", "until"]))
    };
    // not "1.5 seconds", "section 4.2" or "Python 3.14.2"
    let is_named = |it: usize| {
        let text = all[it].text;
        let before = it.checked_sub(1).filter(|it| part.contains(it)).map(|it| &all[it]);
        let is_whole = text.starts_with('v') || text.split('.').count() > 2 || !text.contains('.');
        let leads =
            ["release", "version", "in", "of", "since", "from", "at", "for", "until", "with", "before", "after"];
        !before.is_some_and(|it| it.is(&["python", "cpython", "section", "chapter", "table", "figure"]))
            && (is_whole || before.is_some_and(|it| it.is(&leads)))
    };
    let is_of_it = |it: usize| {
        all[it].is(&TIMES)
            || is_month(&all[it])
            || (is_period(all, it) && (!is_year(it) || is_when(it)))
            || (!all[it].is_code && is_release_or_commit(all[it].text) && is_named(it))
    };
    let is_behind = |it: usize| {
        let is_span = |at: usize| part.contains(&at) && SPANS.contains(&all[at].word.trim_end_matches('s'));
        (all[it].is(&["last", "previous"]) && is_span(it + 1))
            || (all[it].is(&["later"]) && it.checked_sub(1).is_some_and(is_span))
    };
    part.clone().any(|it| is_of_it(it) || is_behind(it)) || !days(all, part.clone()).is_empty()
}

/// `0.4`, `v1.2.0`, `0e1ce9897`; and no series of Python.
fn is_release_or_commit(text: &str) -> bool {
    let bare = text.trim_start_matches('v');
    let parts: Vec<&str> = bare.split('.').collect();
    let is_number = |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let is_release = parts.len() > 1 && parts.iter().all(is_number) && !(parts.len() == 2 && parts[0] == "3");
    let has = |what: fn(&u8) -> bool| text.as_bytes().iter().any(what);
    let is_hex = text.len() >= 7 && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
    is_release || (is_hex && has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase))
}

fn is_month(token: &TextToken<'_>) -> bool {
    token.is(MONTHS) && (!token.is(&["may", "march", "mar"]) || token.text.starts_with('M'))
}
