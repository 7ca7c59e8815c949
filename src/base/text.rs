//! Places in a text, and numbers in one.

use std::cell::Cell;

/// One-based line and column (in characters) of a byte offset.
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// The lines of a text, so that many places in it can be told without reading it again for each.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// The place that was told last, and its column, so that a long line with many places is counted once.
    counted: Cell<(usize, usize)>,
}

impl<'a> Lines<'a> {
    /// Finds where the lines begin.
    pub fn new(text: &'a str) -> Self {
        let starts = [0].into_iter().chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|it| it + 1)).collect();
        Self { text, starts, counted: Cell::new((0, 1)) }
    }

    /// The one-based line of a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|it| *it <= offset)
    }

    /// One-based line and column (in characters) of a byte offset, as [`position`] tells them.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.line(offset);
        let start = self.starts[line - 1];
        let (from, column) =
            Some(self.counted.get()).filter(|(at, _)| (start..=offset).contains(at)).unwrap_or((start, 1));
        let column = column + self.text[from..offset].chars().count();
        self.counted.set((offset, column));
        (line, column)
    }
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
    fn places_are_told_in_any_order() {
        let text = "é a\r\nbé c\n\nd";
        let lines = Lines::new(text);
        for offset in (0..=text.len() + 2).chain((0..text.len()).rev()).chain([3, 9, 4]) {
            assert_eq!(lines.position(offset), position(text, offset), "{offset}");
        }
    }

    #[test]
    fn nothing_of_a_text_is_a_command() {
        assert_eq!(printable("a\n::error::\u{1b}[2J\u{202e}é"), "a\\n::error::\\u{1b}[2J\\u{202e}é");
    }
}
