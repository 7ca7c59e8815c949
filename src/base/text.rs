//! Places in a text, and numbers in one.

/// One-based line and column (in characters) of a byte offset.
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
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
    fn nothing_of_a_text_is_a_command() {
        assert_eq!(printable("a\n::error::\u{1b}[2J\u{202e}é"), "a\\n::error::\\u{1b}[2J\\u{202e}é");
    }
}
