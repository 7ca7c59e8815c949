//! How a module comes to import another: where that begins, and by way of what.

use crate::audit::{Record, Ways};
use crate::gates::{finding::Finding, gate::GateFacts};

/// A tree with more modules and imports than this, taken as often as there are importers, is not walked from each of them.
const MOST_STEPS: usize = 20_000_000;
/// The most names that all findings of a gate have together; what goes beyond that names one module each.
const MOST_NAMES: usize = 200_000;
/// The most names in the words of a finding.
const SHOWN: usize = 50;
/// The most modules of a way that are named.
const SHOWN_WAY: usize = 8;

/// One finding for each of `importers` that imports one of `bad`, directly or not, beginning with the words beside it. It
/// names all of them, or in a tree where that is too much a nearest one.
pub(in crate::gates) fn findings(facts: &GateFacts<'_>, importers: &[(&Record, String)], bad: &[&str]) -> Vec<Finding> {
    let known: std::collections::HashSet<&str> = bad.iter().copied().collect();
    let is_small = importers.len().saturating_mul(facts.graph.size()) <= MOST_STEPS;
    let (mut res, mut named, mut rest) = (Vec::new(), 0, &importers[importers.len()..]);
    for (at, (record, what)) in importers.iter().enumerate() {
        let found: Vec<&str> = if is_small {
            let closure = facts.graph.closure([record.name.as_str()]);
            closure.into_iter().filter(|it| *it != record.name && known.contains(it)).collect()
        } else {
            Vec::new()
        };
        named += found.len();
        if !is_small || named > MOST_NAMES {
            rest = &importers[at..];
            break;
        }
        if !found.is_empty() {
            res.push(finding(facts, record, what, &found));
        }
    }
    let from = rest.iter().map(|(it, _)| it.name.as_str());
    let nearest = if rest.is_empty() { Vec::new() } else { facts.graph.nearest(from, bad.iter().copied()) };
    for ((record, what), found) in rest.iter().zip(nearest) {
        let Some((name, next, between)) = found else { continue };
        let how = if between == 0 { String::new() } else { format!(" (by way of `{next}`)") };
        let words = if name == record.name { "may import others".into() } else { format!("imports `{name}`{how}") };
        let message = format!("{what} {words}: the tree is too large to name all of them");
        let finding = Finding::of(record, message).related([name]);
        res.push(match facts.graph.statement(record, next) {
            Some(span) => finding.span(span),
            None => finding,
        });
    }
    res
}

/// A finding about what `record` imports, at the statement that leads to the first of `names`.
fn finding(facts: &GateFacts<'_>, record: &Record, what: &str, names: &[&str]) -> Finding {
    let ways = facts.graph.ways([record.name.as_str()]);
    let words: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`{}", by_way(&ways, name))).collect();
    let more = names.len().checked_sub(SHOWN).filter(|it| *it > 0);
    let more = more.map_or(String::new(), |it| format!(" and {it} more"));
    let message = format!("{what} imports {}{more}", words.join(", "));
    let finding = Finding::of(record, message).related(names.iter().copied());
    let next = names.first().and_then(|name| ways.to(name).get(1).copied());
    match next.and_then(|next| facts.graph.statement(record, next)) {
        Some(span) => finding.span(span),
        None => finding,
    }
}

/// ` (by way of ...)`, where something lies between.
pub(in crate::gates) fn by_way(ways: &Ways<'_, '_>, name: &str) -> String {
    let (count, shown) = ways.between(name, SHOWN_WAY);
    let names = shown.join("`, `");
    match count {
        0 => String::new(),
        _ if count == shown.len() => format!(" (by way of `{names}`)"),
        _ => format!(" (by way of {count} modules, the last of them `{names}`)"),
    }
}
