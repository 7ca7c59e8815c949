//! The title of a heading, and what introduces a list or a quotation.

use std::{cell::OnceCell, rc::Rc};

use super::text::{
    day::first_day,
    time::{date_in, is_history, speaks_of_now},
};

/// How much is kept of a heading, in bytes.
const TITLE: usize = 2000;

/// The title of a heading, and what it says of all that stands below it.
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that a title says")]
#[derive(Debug)]
pub(super) struct Title {
    /// Its words, of a very long one the first ones: every block below it is judged by them.
    pub(super) text: String,
    pub(super) date: Option<String>,
    pub(super) speaks_of_now: bool,
    pub(super) is_history: bool,
    pub(super) is_generated: bool,
    /// Whether it is that of a whole document.
    pub(super) is_top: bool,
    /// Whether it may make what stands below it one of another time, once that was asked.
    pub(super) is_doubtful: OnceCell<bool>,
}

impl Title {
    pub(super) fn new(text: &str, level: usize) -> Self {
        Self {
            date: date_in(text).or_else(|| first_day(text)),
            speaks_of_now: speaks_of_now(text),
            is_history: is_history(text),
            is_generated: text.to_lowercase().contains("(generated)"),
            is_top: level == 1,
            is_doubtful: OnceCell::new(),
            text: text[..text.floor_char_boundary(TITLE)].to_owned(),
        }
    }
}

/// The lead of a quotation.
pub(super) const QUOTE: &str = ">";

/// How many leads are kept.
const LEADS: usize = 3;

/// The last leads with a new one behind them.
pub(super) fn led(leads: &[Rc<str>], new: &str) -> Rc<[Rc<str>]> {
    // that it is a quotation is not forgotten
    let quote = leads.iter().position(|it| **it == *QUOTE);
    let start = leads.len().saturating_sub(LEADS - 1);
    let quote = quote.filter(|it| *it < start).map(|it| Rc::clone(&leads[it]));
    quote.into_iter().chain(leads[start..].iter().cloned()).chain([Rc::from(new)]).collect()
}

/// Whether a quotation is a note, as a forge shows one.
pub(super) fn is_note(source: &str) -> bool {
    const NOTES: [&str; 5] = ["[!NOTE]", "[!TIP]", "[!IMPORTANT]", "[!WARNING]", "[!CAUTION]"];
    let begin = source[..source.floor_char_boundary(40)].trim_start_matches(['>', ' ']);
    NOTES.iter().any(|it| begin.starts_with(it))
}
