//! Marks of open work in a file's text.

use super::{Span, span};
use crate::base::Dialect;

const OPEN: [&str; 4] = ["missing", "partial", "planned", "divergent"];

/// The first `TODO(stdlib…, … status:missing|partial|planned|divergent)` in the text, strings and comments included: up
/// to the first comma, then up to the first closing parenthesis, which the status must stand right before. In August
/// `STDLIB_GAP(` counts like `TODO(`.
pub(super) fn progress_marker(text: &str, dialect: Dialect) -> Option<Span> {
    let words: &[&str] = match dialect {
        Dialect::February => &["TODO(stdlib"],
        Dialect::August => &["TODO(stdlib", "STDLIB_GAP(stdlib"],
    };
    let found = words.iter().filter_map(|word| {
        memchr::memmem::find_iter(text.as_bytes(), word).find_map(|at| Some(span(at, at + marker_length(&text[at..])?)))
    });
    found.min_by_key(|it| it.start)
}

/// How long the marker at the start of `text` is.
fn marker_length(text: &str) -> Option<usize> {
    let comma = text.find(',')?;
    let close = comma + text[comma..].find(')')?;
    let (_, status) = text[comma..close].rsplit_once("status:")?;
    OPEN.contains(&status).then_some(close + 1)
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
        let text = "x\n# STDLIB_GAP(stdlib, status:partial)\n";
        assert_eq!(progress_marker(text, Dialect::August), Some(span(4, 38)));
    }
}
