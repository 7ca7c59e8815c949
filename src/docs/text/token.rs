//! The tokens of a text, and the number that a text is.

pub(in crate::docs) use super::raw::{TextToken, TokenKind};
use super::{former::settled, number::TextNumber, raw::raw};

/// The tokens of a text, without what it takes back.
pub(in crate::docs) fn tokens(text: &str) -> Vec<TextToken<'_>> {
    settled(raw(text))
}

/// The number that a text is, with its bounds and its backticks.
pub(in crate::docs) fn number_in(text: &str) -> Option<TextNumber> {
    match &tokens(text)[..] {
        [one] => one.number().cloned(),
        _ => None,
    }
}
