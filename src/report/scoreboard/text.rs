//! Words that all forms share: values with their change, and names with the rest counted.

use std::collections::BTreeSet;

use crate::scoreboard::{Better, Figure, Row, cell};

/// What became of a figure since the row before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FigureDelta {
    pub(super) by: f64,
    pub(super) is_worse: bool,
}

/// The change of a figure; none where one of both was not measured, or they cannot be compared.
pub(super) fn delta(figure: &Figure, before: Option<&Row>, now: &Row) -> Option<FigureDelta> {
    let (old, new) = (before?.value(figure.id)?.value(), now.value(figure.id)?.value());
    let note = now.figures.get(figure.id).and_then(|it| it.note.as_deref()).unwrap_or_default();
    let by = new - old;
    (by.abs() > 1e-9 && !note.starts_with("not comparable"))
        .then_some(FigureDelta { by, is_worse: figure.is_worse(new, old) })
}

impl FigureDelta {
    /// `+3`, `-0.5`
    pub(super) fn text(self) -> String {
        if self.by.fract().abs() < 1e-9 { format!("{:+.0}", self.by) } else { format!("{:+.1}", self.by) }
    }

    pub(super) fn word(self) -> &'static str {
        if self.is_worse { "worse" } else { "better" }
    }
}

/// The commit that was measured. Of several rows of one week the figures are of no single one.
pub(super) fn commit_cell(row: &Row) -> String {
    let commit = row.commit.as_deref().map_or("-", |it| it.get(..9).unwrap_or(it));
    match row.others.len() {
        0 => commit.to_owned(),
        count => format!("{commit} and {count} more"),
    }
}

/// A figure with its change, `177 (+3)`.
pub(super) fn with_delta(figure: &Figure, before: Option<&Row>, now: &Row) -> String {
    let change = delta(figure, before, now).map_or(String::new(), |it| format!(" ({})", it.text()));
    format!("{}{change}", cell(now, figure.id))
}

/// Names with the rest counted.
pub(super) fn listed(names: &BTreeSet<String>, most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(String::as_str).collect();
    let rest = names.len().saturating_sub(most);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// Which way is better, in words.
pub(super) fn aim(figure: &Figure) -> &'static str {
    if figure.better == Better::More { "more is better" } else { "fewer is better" }
}
