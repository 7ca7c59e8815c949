//! How a module comes to import another: where that begins, and by way of what.

use super::{Facts, Finding};
use crate::audit::{Record, Ways};

/// A finding about what `record` imports, at the statement that leads to the first of `names`.
pub(super) fn finding(facts: &Facts<'_>, record: &Record, what: &str, names: &[&str]) -> Finding {
    let ways = facts.graph.ways([record.name.as_str()]);
    let words: Vec<String> = names.iter().map(|name| format!("`{name}`{}", by_way(&ways, name))).collect();
    let finding = Finding::of(record, format!("{what} imports {}", words.join(", "))).related(names.iter().copied());
    let next = names.first().and_then(|name| ways.to(name).get(1).copied());
    match next.and_then(|next| facts.graph.statement(record, next)) {
        Some(span) => finding.span(span),
        None => finding,
    }
}

/// ` (by way of ...)`, where something lies between.
pub(super) fn by_way(ways: &Ways<'_, '_>, name: &str) -> String {
    match ways.to(name).as_slice() {
        [_, between @ .., _] if !between.is_empty() => format!(" (by way of `{}`)", between.join("`, `")),
        _ => String::new(),
    }
}
