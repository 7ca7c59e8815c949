//! The words by which a text says of which time it speaks: of a day, of the past, of what should be.

use std::ops::Range;

use super::{
    day::{MONTHS, is_date},
    token::tokens,
};

/// What a text says of time.
#[derive(Debug, Clone)]
pub(in crate::docs) struct Times {
    /// The first day in it.
    pub(in crate::docs) date: Option<String>,
    /// Whether it has a word of the present.
    pub(in crate::docs) is_of_now: bool,
    /// Whether it calls itself historical.
    pub(in crate::docs) is_historical: bool,
}

/// The longest part of a sentence that is looked at, in bytes.
const SENTENCE: usize = 2000;

pub(in crate::docs) fn speaks_of_now(text: &str) -> bool {
    let text = text.to_lowercase();
    ["current", " now", "today", "snapshot:"].iter().any(|it| text.contains(it))
}

pub(in crate::docs) fn date_in(text: &str) -> Option<String> {
    let starts = text.match_indices("20").map(|(at, _)| at);
    starts.filter_map(|at| text.get(at..at + 10)).find(|it| is_date(it)).map(str::to_owned)
}

/// The part of a text before a place that can belong to the same sentence.
fn near(text: &str, end: usize) -> &str {
    &text[text.floor_char_boundary(end.saturating_sub(SENTENCE))..end]
}

/// Whether one of `words` stands in the sentence before a part of it, or in its head where it has a colon.
pub(in crate::docs) fn has_before(text: &str, part: &Range<usize>, words: &[&str]) -> bool {
    let before = near(text, part.start);
    let start = [". ", "; ", " | "].iter().filter_map(|it| before.rfind(it).map(|at| at + it.len())).max();
    before[start.unwrap_or(0)..].split([' ', '(']).any(|it| {
        let it = it.trim_matches(|it: char| !it.is_alphanumeric());
        words.iter().any(|word| it.eq_ignore_ascii_case(word))
    })
}

/// A sentence that says what was says nothing of what is.
pub(in crate::docs) fn is_past(text: &str, part: &Range<usize>) -> bool {
    has_before(
        text,
        part,
        &[
            "previously",
            "formerly",
            "earlier",
            "initially",
            "originally",
            "began",
            "started",
            "was",
            "were",
            "had",
            "said",
        ],
    )
}

/// A sentence that says what should be says nothing of what is.
pub(in crate::docs) fn is_aim(text: &str, part: &Range<usize>) -> bool {
    let before = near(text, part.start);
    let start =
        [". ", "; ", " | ", ": "].iter().filter_map(|it| before.rfind(it).map(|at| at + it.len())).max().unwrap_or(0);
    let words = [
        "keep",
        "keeps",
        "preserve",
        "preserves",
        "maintain",
        "must",
        "should",
        "target",
        "goal",
        "reach",
        "require",
        "requires",
        "until",
        "from",
    ];
    let is_word = |it: &str| {
        words.iter().any(|word| it.trim_matches(|it: char| !it.is_alphanumeric()).eq_ignore_ascii_case(word))
    };
    let next = text[part.end..].trim_start_matches(['`', ',', ' ']);
    before[start..].split(' ').any(is_word) || next.starts_with("remain") || next.starts_with("hard fail")
}

/// Whether a title names a time that is no whole day: "August 2026", "Week 33", "Sprint 14", "Meeting notes". What stands below it was so
/// then.
pub(in crate::docs) fn names_a_time(title: &str) -> bool {
    const PERIODS: [&str; 9] = ["week", "sprint", "quarter", "month", "day", "iteration", "round", "run", "cycle"];
    const MEETINGS: [&str; 8] =
        ["meeting", "minutes", "standup", "retro", "monday", "tuesday", "wednesday", "thursday"];
    const SEASONS: [&str; 4] = ["spring", "summer", "autumn", "winter"];
    let all = if title.len() < 300 { tokens(title) } else { return false };
    let is_year = |at: usize| {
        all.get(at).is_some_and(|it| it.text.len() == 4 && it.text.starts_with("20") && it.number().is_some())
    };
    let is_number = |at: usize| all.get(at).is_some_and(|it| it.number().is_some());
    // "2026-08", "2026-W33", "Q3", "H1", "W33"
    let is_short = |word: &str| {
        let word = word.strip_prefix("20").and_then(|it| it.get(2..)).unwrap_or(word).trim_start_matches(['-', '/']);
        let digits = word.trim_start_matches(['q', 'h', 'w']);
        word.len() > digits.len() && (1..=2).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit())
    };
    let is_month_number = |word: &str| {
        word.len() == 7
            && word.starts_with("20")
            && word.as_bytes()[4] == b'-'
            && word[5..].bytes().all(|it| it.is_ascii_digit())
    };
    (0..all.len()).any(|at| {
        let word = all[at].word.as_ref();
        let is_month =
            all[at].is(MONTHS) && (is_year(at + 1) || all[at].text.len() > 3 && word != "may" && word != "march");
        is_month
            || is_year(at)
            || is_short(word)
            || is_month_number(word)
            || all[at].is(&MEETINGS)
            || (all[at].is(&SEASONS) && is_year(at + 1))
            || (all[at].is(&PERIODS) && is_number(at + 1))
    })
}

pub(in crate::docs) fn is_history(text: &str) -> bool {
    text.to_lowercase().contains("historical")
}
