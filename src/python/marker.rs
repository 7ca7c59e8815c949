//! Marks of open work in a file's text.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Span, span};
use crate::base::Dialect;

const OPEN: [&str; 4] = ["missing", "partial", "planned", "divergent"];

/// What every marker has; most files have none.
static SIGN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("(stdlib"));

/// The first `TODO(stdlib…, … status:missing|partial|planned|divergent)` in the text, strings and comments included: up
/// to the first comma, then up to the first closing parenthesis, which the status must stand right before. In August
/// `STDLIB_GAP(` counts like `TODO(`.
pub(super) fn progress_marker(text: &str, dialect: Dialect) -> Option<Span> {
    let words: &[&str] = if dialect.traits().gaps { &["TODO(stdlib", "STDLIB_GAP(stdlib"] } else { &["TODO(stdlib"] };
    words.iter().filter_map(|word| first_open(text, word)).min_by_key(|it| it.start)
}

/// The same in the one form that counted before 2026-02-12.
pub fn early_marker(text: &str) -> Option<Span> {
    first_open(text, "TODO(stdlib-compat,")
}

/// The first marker that begins with `word`. The text is walked once, however many of them are not open.
fn first_open(text: &str, word: &str) -> Option<Span> {
    let sign = SIGN.find(text.as_bytes())?;
    let (mut from, mut close) = (text.floor_char_boundary(sign.saturating_sub(word.len())), 0);
    loop {
        let start = from + text[from..].find(word)?;
        let comma = start + text[start..].find(',')?;
        if close < comma {
            close = comma + text[comma..].find(')')?;
        }
        let is_open =
            |status: &&str| text[comma..close].strip_suffix(*status).is_some_and(|it| it.ends_with("status:"));
        if OPEN.iter().any(is_open) {
            return Some(span(start, close + 1));
        }
        // what else begins before that comma ends alike
        from = comma;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_open_work_of_the_stdlib_only() {
        for (marker, open) in [
            ("TODO(stdlib-x, owner:y, status:partial): z", true),
            ("TODO(stdlib,status:missing)", true),
            ("TODO(stdlib-x,\n# status:planned)", true),
            ("TODO(stdlib a) b, status:divergent)", true),
            ("TODO(stdlib-x, status:done)", false),
            ("TODO(stdlib-x status:partial)", false),
            ("TODO(stdlib-x, status:partial, p:1)", false),
            ("TODO(perf, status:partial)", false),
            ("TODO(stdlib-x, a) b status:partial)", false),
            ("STDLIB_GAP(stdlib-x, status:partial)", false),
        ] {
            assert_eq!(progress_marker(marker, Dialect::February).is_some(), open, "{marker}");
        }
        assert_eq!(
            progress_marker("TODO(stdlib TODO(stdlib, status:done) TODO(stdlib,status:partial)", Dialect::February),
            Some(span(38, 65))
        );
        let text = "x\n# STDLIB_GAP(stdlib, status:partial)\n";
        assert_eq!(progress_marker(text, Dialect::August), Some(span(4, 38)));
    }

    #[test]
    fn early_markers_have_one_form() {
        let text = "# TODO(stdlib-x, status:partial)\n# TODO(stdlib-compat, owner:y, status:planned)\n";
        assert_eq!(early_marker(text), Some(span(35, 79)));
        assert_eq!(early_marker("# TODO(stdlib-x, status:partial)\n"), None);
    }

    #[test]
    fn many_marks_that_do_not_end_are_walked_once() {
        for mark in ["# TODO(stdlib\n", "# TODO(stdlib,\n", "# TODO(stdlib, status:\n"] {
            let text = mark.repeat(150_000);
            for end in ["", ",", ")", ",)", ", status:done)"] {
                assert_eq!(progress_marker(&format!("{text}{end}"), Dialect::August), None, "{mark}{end}");
            }
        }
    }
}
