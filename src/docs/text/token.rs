//! The tokens of a text, and the number that a text is.

pub(in crate::docs) use super::raw::{Kind, Token};
use super::{former::settled, number::Number, raw::raw};

/// The tokens of a text, without what it takes back.
pub(in crate::docs) fn tokens(text: &str) -> Vec<Token<'_>> {
    settled(raw(text))
}

/// The number that a text is, with its bounds and its backticks.
pub(in crate::docs) fn number_in(text: &str) -> Option<Number> {
    match &tokens(text)[..] {
        [one] => one.number().cloned(),
        _ => None,
    }
}
