//! The words of a document as a reader sees them. Whether a document is parsed at all is decided by words in its source, where a part
//! of one can be written as an escape or as a character reference, or stand beside what is not drawn.

use std::borrow::Cow;

use super::{html::entity, shown::is_invisible};

/// How many bytes are looked through at once for characters that are not ASCII.
const PART: usize = 64;

/// The longest tag, in bytes.
const TAG: usize = 1000;

/// A text; behind it what a reader sees of the lines, and of their neighbours, in whose words escapes, character references, tags or
/// characters that nobody sees are. Places in that part are none of the document.
pub(super) fn as_read(text: &str) -> Cow<'_, str> {
    let marks = memchr::memchr3_iter(b'\\', b'&', b'<', text.as_bytes()).filter(|at| is_in_word(text, *at));
    let mut places: Vec<usize> = marks.collect();
    places.extend(invisible(text));
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    places.sort_unstable();
    let mut res = String::with_capacity(text.len() + 1024);
    res.push_str(text);
    // up to where it was taken over, and up to where the line goes that was looked at last
    let (mut done, mut line) = (0, 0);
    for at in places {
        if at < line {
            continue;
        }
        line = at + memchr::memchr(b'\n', &text.as_bytes()[at..]).unwrap_or(text.len() - at);
        let end = at + ends(&text[at..]);
        let begin = if at < done { done } else { done + begins(&text[done..at]) };
        if begin > done || done == 0 {
            res.push_str("\n\n");
        }
        let mut at = begin;
        while let Some(it) = text[at..end.max(at)].chars().next() {
            let (shown, length) = seen(&text[at..]).unwrap_or((Some(it), it.len_utf8()));
            res.extend(shown.filter(|it| !is_invisible(*it)));
            at += length;
        }
        done = at;
    }
    Cow::Owned(res)
}

/// Where the line before the last one of a text begins.
fn begins(text: &str) -> usize {
    memchr::memrchr_iter(b'\n', text.as_bytes()).nth(1).map_or(0, |at| at + 1)
}

/// Where the second line of a text ends.
fn ends(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).nth(1).unwrap_or(text.len())
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

/// Where characters stand that nobody sees.
fn invisible(text: &str) -> impl Iterator<Item = usize> {
    let parts = text.as_bytes().chunks(PART).enumerate().filter(|(_, it)| !it.is_ascii());
    let of_part = |(number, part): (usize, &[u8])| {
        let of = number * PART;
        part.iter().enumerate().filter(|(_, it)| **it >= 0xc2).map(|(at, _)| of + at).collect::<Vec<_>>()
    };
    parts.flat_map(of_part).filter(|at| text.get(*at..).and_then(|it| it.chars().next()).is_some_and(is_invisible))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_with_something_in_their_words_stand_there_once_more_as_they_are_read() {
        let text = "one\ntwo\nthr\\-ee\nfour\nfive\nsix\nse&#118;en\n";
        assert_eq!(as_read(text), format!("{text}\n\ntwo\nthr-ee\nfour\n\nsix\nseven\n"));
        assert_eq!(as_read("a\\-b\nc&amp;d"), "a\\-b\nc&amp;d\n\na-b\nc&d");
        assert_eq!(as_read("in a \u{200b}word"), "in a \u{200b}word\n\nin a word");
        assert!(matches!(as_read("a < b & c \\\n d, é"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn whatever_a_document_is_it_is_read(text in "([a-c-]|\\\\|&#?[a-z0-9]{0,3};?|<[a-z/!]?|>|\n|é|\u{200b}){0,60}") {
            let read = as_read(&text);
            prop_assert!(read.starts_with(&text));
        }
    }
}
