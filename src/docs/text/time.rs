//! The words by which a text says of which time it speaks: of a day, of the past, of what should be.

use std::ops::Range;

use super::day::is_date;

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

pub(in crate::docs) fn is_history(text: &str) -> bool {
    text.to_lowercase().contains("historical")
}
