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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        let words = [0, 1, 2].map(|it| number_of(it, "new module"));
        assert_eq!(words, ["0 new modules", "1 new module", "2 new modules"]);
    }
}
