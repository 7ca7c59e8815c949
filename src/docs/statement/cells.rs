//! What a cell of a table holds, where that is one thing alone.

use super::{
    super::fact::Facts,
    lexicon::{LexiconWords, short},
    number::TextNumber,
    token::{TokenKind, tokens},
};

/// A cell.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    /// The name of a fact.
    Subject(String),
    /// A short name of a status.
    Short(String),
    /// A number.
    Number(TextNumber),
    /// Anything else.
    Other,
}

/// The longest cell that is one thing, in bytes.
const LONGEST: usize = 60;

/// What a cell holds; `context` is said around it.
pub(super) fn cell(text: &str, facts: &Facts, context: &str) -> Cell {
    if text.len() > LONGEST || text.trim().is_empty() {
        return Cell::Other;
    }
    let all = tokens(text);
    if let [one] = &all[..] {
        match &one.kind {
            TokenKind::Number(number) => return Cell::Number(number.clone()),
            TokenKind::Word => {
                if let Some(name) = short(&one.word) {
                    return Cell::Short(format!("stdlib.{name}"));
                }
            }
            _ => {}
        }
    }
    let context = context.to_lowercase();
    let is_about_names =
        ["union", "required", "cpython", "stdlib"].iter().any(|it| context.contains(it) || text.contains(it));
    let words = LexiconWords { tokens: &all, facts, is_about_names };
    let skipped =
        all.iter().take_while(|it| it.is(&["required", "stdlib", "cpython", "total"]) || it.is_mark(&['#'])).count();
    let found = words.subject_at(0).or_else(|| words.subject_at(skipped));
    match found {
        Some(it) if it.at.end == all.len() => Cell::Subject(it.fact),
        _ if all.len() == 1 && all[0].is(&["total"]) && context.contains("intrinsic-partial") => {
            Cell::Subject("stdlib.total".into())
        }
        _ => Cell::Other,
    }
}

/// Whether a cell is a name or a number alone, which no sentence is.
pub(super) fn is_plain_row(text: &str) -> bool {
    text.len() < LONGEST && text.split([' ', ',']).filter(|it| !it.is_empty()).count() < 2 && !text.contains(['=', ':'])
}

/// Whether a column is one of modules.
pub(super) fn is_title_of_modules(text: &str) -> bool {
    matches!(text.trim().to_lowercase().as_str(), "module" | "modules" | "name" | "package" | "import")
}
