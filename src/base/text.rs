//! Places in a text, and numbers in one.

/// One-based line and column (in characters) of a byte offset.
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// A text with a carriage return at the end of each line.
pub fn with_carriage_returns(text: &[u8]) -> Vec<u8> {
    let mut res = Vec::with_capacity(text.len() + text.len() / 32);
    let mut before = 0;
    for byte in text {
        if *byte == b'\n' && before != b'\r' {
            res.push(b'\r');
        }
        res.push(*byte);
        before = *byte;
    }
    res
}

/// Whether every line of a text ends with a carriage return, and there is a line.
fn has_carriage_returns(text: &[u8]) -> bool {
    let mut ends = memchr::memchr_iter(b'\n', text).peekable();
    ends.peek().is_some() && ends.all(|at| at > 0 && text[at - 1] == b'\r')
}

/// What a file may begin with that says how it is encoded and is no part of its text.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// `new` in the form of `old`, the text that it replaces: with its byte order mark, and with its carriage returns where all of
/// its lines have them.
pub fn in_the_form_of(old: &[u8], new: Vec<u8>) -> Vec<u8> {
    let mut res = if has_carriage_returns(old) { with_carriage_returns(&new) } else { new };
    let mark = BYTE_ORDER_MARK.as_bytes();
    if old.starts_with(mark) && !res.starts_with(mark) {
        res.splice(0..0, mark.iter().copied());
    }
    res
}

/// The first line of a text that a merge has left both sides in.
pub fn conflict(text: &str) -> Option<usize> {
    let begins = text.lines().position(|it| it.starts_with("<<<<<<< "))?;
    text.lines().skip(begins).any(|it| it.starts_with(">>>>>>> ")).then_some(begins + 1)
}

/// `1 finding`, `2 findings`
pub fn number_of<N: Copy + PartialEq + From<u8> + std::fmt::Display>(number: N, word: &str) -> String {
    let ending = if number == N::from(1) { "" } else { "s" };
    format!("{number} {word}{ending}")
}

/// A text that may come from anybody, on one line and without anything that a terminal, a log or a runner would take for a
/// command: control characters, and marks that turn the direction of writing, are written as escapes.
pub fn printable(text: &str) -> String {
    let is_odd = |it: char| it.is_control() || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().flat_map(|it| if is_odd(it) { it.escape_default().collect() } else { vec![it] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        let words = [0, 1, 2].map(|it| number_of(it, "new module"));
        assert_eq!(words, ["0 new modules", "1 new module", "2 new modules"]);
    }

    #[test]
    fn what_is_replaced_says_how_lines_end() {
        for (old, new, expected) in [
            ("a\r\nb\r\n", "a\nc\nd", "a\r\nc\r\nd"),
            ("a\r\nb\r\n", "a\r\nc\n", "a\r\nc\r\n"),
            ("a\r\nb\n", "c\n", "c\n"),
            ("a\n", "c\n", "c\n"),
            ("", "c\n", "c\n"),
            ("\u{feff}a\n", "c\n", "\u{feff}c\n"),
            ("\u{feff}a\r\n", "\u{feff}c\n", "\u{feff}c\r\n"),
        ] {
            let found = in_the_form_of(old.as_bytes(), new.into());
            assert_eq!(String::from_utf8(found).unwrap(), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_conflict_has_two_ends() {
        assert_eq!(conflict("a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n"), Some(2));
        assert_eq!(conflict("a\n<<<<<<< ours\n"), None);
    }

    #[test]
    fn nothing_of_a_text_is_a_command() {
        assert_eq!(printable("a\n::error::\u{1b}[2J\u{202e}é"), "a\\n::error::\\u{1b}[2J\\u{202e}é");
    }
}
