//! The words of a document as a reader sees them. Whether a document is parsed at all is decided by words in its source, where a part
//! of one can be written as an escape or as a character reference, or stand beside what is not drawn.

use std::borrow::Cow;

use super::{html::entity, shown::is_invisible};

/// How many bytes are looked through at once for characters that are not ASCII.
const PART: usize = 64;

/// The longest tag, in bytes.
const TAG: usize = 1000;

/// A text; behind it once more what a reader sees of it, where escapes, character references, tags or characters that nobody sees
/// are in its words. Places in it are none of the document.
pub(super) fn as_read(text: &str) -> Cow<'_, str> {
    if !(memchr::memchr3_iter(b'\\', b'&', b'<', text.as_bytes()).any(|at| is_in_word(text, at)) || has_invisible(text))
    {
        return Cow::Borrowed(text);
    }
    let mut res = String::with_capacity(2 * text.len() + 2);
    res.push_str(text);
    res.push_str("\n\n");
    let mut at = 0;
    while let Some(it) = text[at..].chars().next() {
        let (shown, length) = seen(&text[at..]).unwrap_or((Some(it), it.len_utf8()));
        res.extend(shown.filter(|it| !is_invisible(*it)));
        at += length;
    }
    Cow::Owned(res)
}

/// What a reader sees of an escape, a reference or a tag that a text begins with, if anything, and how long it is.
fn seen(rest: &str) -> Option<(Option<char>, usize)> {
    match rest.as_bytes() {
        [b'\\', next, ..] if next.is_ascii_punctuation() => Some((Some(char::from(*next)), 2)),
        [b'&', ..] => entity(rest).map(|(it, length)| (Some(it), length)),
        [b'<', next, ..] if next.is_ascii_alphabetic() || matches!(next, b'/' | b'!') => {
            let end = memchr::memchr(b'>', &rest.as_bytes()[..rest.len().min(TAG)])?;
            Some((None, end + 1))
        }
        _ => None,
    }
}

/// Whether such a thing stands at a place, and a word goes on behind it.
fn is_in_word(text: &str, at: usize) -> bool {
    let is_of_word = |it: char| it.is_alphanumeric() || it == '-';
    let Some((_, length)) = seen(&text[at..]) else { return false };
    let goes_on = || text[at + length..].chars().next().is_some_and(is_of_word);
    match text.as_bytes()[at] {
        b'&' => true,
        _ => text[..at].chars().next_back().is_some_and(is_of_word) && goes_on(),
    }
}

fn has_invisible(text: &str) -> bool {
    let is_one = |at: usize| text.get(at..).and_then(|it| it.chars().next()).is_some_and(is_invisible);
    let parts = text.as_bytes().chunks(PART).enumerate().filter(|(_, it)| !it.is_ascii());
    parts.into_iter().any(|(number, part)| (0..part.len()).any(|at| part[at] >= 0xc2 && is_one(number * PART + at)))
}
