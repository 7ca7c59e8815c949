//! The page's short lists: clusters, memory, exceptions, and failures that are expected.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{
    chart::escaped,
    modules::{class, states},
    text::listed,
    weeks::SHOWN,
};
use crate::{
    clusters::Order,
    scoreboard::{Exception, Row, last_lanes},
};

/// The clusters of the execution plan: which of their modules are finished.
pub(super) fn clusters(row: &Row, order: &Order) -> String {
    let states = states(row);
    let mut out = String::from(
        "<table><caption class=hidden>Clusters</caption><thead><tr><th scope=col>cluster<th scope=col>finished<th scope=col>modules</thead><tbody>",
    );
    let mut is_empty = true;
    for cluster in order.clusters.iter().filter(|it| !it.steps.is_empty()) {
        let (name, all) = (escaped(&cluster.name), cluster.modules().collect::<Vec<_>>());
        if all.is_empty() {
            continue;
        }
        is_empty = false;
        let finished = all.iter().filter(|it| states.get(**it) == Some(&"intrinsic-backed")).count();
        let words: String = all
            .iter()
            .map(|it| {
                let state = states.get(it).copied().unwrap_or("missing");
                let short = state.trim_start_matches("intrinsic-");
                format!("<li class={}>{} <span>{}</span>", class(state), escaped(it), escaped(short))
            })
            .collect();
        let _ = write!(
            out,
            "<tr><th scope=row>{name}<td>{finished} of {0}<br><progress max={0} value={finished} aria-label=\"finished of {name}\"></progress><td><ul class=legend>{words}</ul>",
            all.len()
        );
    }
    if is_empty { "<p class=none>The plan names no clusters.</p>".into() } else { out + "</tbody></table>" }
}

/// The tests whose peak of memory grew.
pub(super) fn memory(row: &Row) -> String {
    if row.offenders.is_empty() {
        let note = row.figures.get("memory-regressions").and_then(|it| it.note.clone());
        let words = note.unwrap_or_else(|| "No peak grew.".into());
        return format!("<p class=none>{}</p>", escaped(&words));
    }
    let all: String = row.offenders.iter().take(25).map(|it| format!("<li>{}", escaped(it))).collect();
    let rest = row.offenders.len().saturating_sub(25);
    let more = if rest > 0 { format!("<p>and {rest} more</p>") } else { String::new() };
    format!("<ol>{all}</ol>{more}")
}

/// The tests that are expected to fail, by who owns them, those of the last run of each lane.
pub(super) fn expected(rows: &[Row]) -> String {
    let mut all: BTreeMap<(&str, &str), &BTreeSet<String>> = BTreeMap::new();
    let lanes = last_lanes(rows);
    for (name, lane) in &lanes {
        all.extend(lane.owners.iter().map(|(owner, tests)| ((owner.as_str(), name.as_str()), tests)));
    }
    let mut all: Vec<_> = all.into_iter().collect();
    if all.is_empty() {
        return "<p class=none>No failure is expected, as far as the recorded runs say.</p>".into();
    }
    all.sort_by_key(|((owner, lane), tests)| (std::cmp::Reverse(tests.len()), *owner, *lane));
    let rows: String = all
        .iter()
        .map(|((owner, lane), tests)| {
            let short: BTreeSet<String> =
                tests.iter().map(|it| it.trim_start_matches("tests/differential/").to_owned()).collect();
            format!(
                "<tr><th scope=row>{}<td>{}<td>{}<td>{}",
                escaped(owner),
                escaped(lane),
                tests.len(),
                escaped(&listed(&short, SHOWN / 2))
            )
        })
        .collect();
    format!(
        "<table><caption class=hidden>Expected failures</caption><thead><tr><th scope=col>owner<th scope=col>lane<th scope=col>tests<th scope=col>which</thead><tbody>{rows}</tbody></table>"
    )
}

/// The exceptions with the day on which each ends.
pub(super) fn exceptions(all: &[Exception], today: &str) -> String {
    if all.is_empty() {
        return "<p class=none>There are no exceptions.</p>".into();
    }
    let mut all: Vec<&Exception> = all.iter().collect();
    all.sort_by(|a, b| (&a.expires, &a.path).cmp(&(&b.expires, &b.path)));
    let mut out = String::from(
        "<table><caption class=hidden>Exceptions</caption><thead><tr><th scope=col>until<th scope=col>what may be worse<th scope=col>why<th scope=col>signed by<th scope=col>rollback</thead><tbody>",
    );
    for it in all {
        let pairs: BTreeSet<String> = it.pairs().map(|(figure, identity)| format!("{figure}: {identity}")).collect();
        let over = if it.is_expired(today) { " <strong class=worse>expired</strong>" } else { "" };
        let _ = write!(
            out,
            "<tr><th scope=row>{}{over}<td>{}<td>{}<td>{}<td>{}",
            escaped(&it.expires),
            escaped(&listed(&pairs, SHOWN)),
            escaped(&it.reason),
            escaped(&it.signed_off_by),
            escaped(&it.plan.words)
        );
    }
    out + "</tbody></table>"
}
