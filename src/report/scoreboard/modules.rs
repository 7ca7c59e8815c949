//! The tables of the page: modules, clusters, weeks, memory, exceptions, and what each refresh brought.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{
    chart::{escaped, releases},
    text::{listed, with_delta},
};
use crate::{
    base::Dialect,
    clusters::Order,
    scoreboard::{Exception, FIGURES, Row, changes},
};

/// The states of a row, by module.
fn states(row: &Row) -> BTreeMap<&str, &str> {
    row.modules.iter().flat_map(|(word, all)| all.iter().map(move |it| (it.as_str(), word.as_str()))).collect()
}

/// Since when each module is in its state: the day of the row in which it came into it; none where it was in the first one.
fn since(rows: &[Row]) -> BTreeMap<&str, &str> {
    let mut res = BTreeMap::new();
    for pair in rows.windows(2) {
        let old = states(&pair[0]);
        for (name, word) in states(&pair[1]) {
            if old.get(name) != Some(&word) {
                res.insert(name, pair[1].date.as_str());
            }
        }
    }
    res
}

/// The tests of each module, as the names of the generated probes and of the files begin.
fn tests<'a>(row: &'a Row, names: &BTreeSet<&'a str>) -> BTreeMap<&'a str, (u64, u64)> {
    let by_file: BTreeMap<String, &str> = names.iter().map(|it| (it.replace('.', "_"), *it)).collect();
    let mut res: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for lane in row.lanes.values() {
        for (word, all) in &lane.outcomes {
            for test in all {
                let stem = test.rsplit('/').next().unwrap_or_default().trim_end_matches(".py");
                // the longest name that the file's begins with
                let ends = stem.match_indices('_').map(|(at, _)| at).chain([stem.len()]).rev();
                let found = ends.filter(|at| *at > 0).find_map(|at| by_file.get(&stem[..at]));
                if let Some(name) = found {
                    let counts = res.entry(name).or_default();
                    counts.0 += u64::from(word == "pass");
                    counts.1 += 1;
                }
            }
        }
    }
    res
}

/// Every module with its state, its tests, and since when it is in that state; the links lead from where the page is in the workspace.
pub(super) fn modules(rows: &[Row], files: &BTreeMap<&str, &str>) -> String {
    let Some(row) = rows.last() else { return String::new() };
    let (states, since) = (states(row), since(rows));
    let tests = tests(row, &states.keys().copied().collect());
    let first = rows.first().map_or("", |it| it.date.as_str());
    let mut out = String::from(
        "<table id=\"modules\"><caption class=\"hidden\">Modules</caption><thead><tr><th scope=\"col\">module</th><th scope=\"col\">status</th><th scope=\"col\">tests passed</th><th scope=\"col\">in this status since</th></tr></thead><tbody>\n",
    );
    for (name, word) in &states {
        let shown = escaped(name);
        let link = files.get(name).map_or(shown.clone(), |it| format!("<a href=\"{}\">{shown}</a>", escaped(it)));
        let tests = tests.get(name).map_or(String::new(), |(passed, all)| format!("{passed}/{all}"));
        let day = since.get(name).map_or_else(|| format!("≤{}", escaped(first)), |it| escaped(it));
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{link}<td>{}<td>{tests}<td>{day}",
            word.trim_start_matches("intrinsic-")
        );
    }
    out + "</tbody></table>"
}

/// The clusters of the execution plan: which of their modules are finished.
pub(super) fn clusters(row: &Row) -> String {
    let states = states(row);
    let mut out = String::from(
        "<table><caption class=\"hidden\">Clusters</caption><thead><tr><th scope=\"col\">cluster</th><th scope=\"col\">finished</th><th scope=\"col\">modules</th></tr></thead><tbody>",
    );
    let order = Order::of(Dialect::February);
    for cluster in order.clusters.iter().filter(|it| !it.steps.is_empty()) {
        let (name, all) = (escaped(&cluster.name), cluster.modules().collect::<Vec<_>>());
        let finished = all.iter().filter(|it| states.get(**it) == Some(&"intrinsic-backed")).count();
        let words: Vec<String> =
            all.iter().map(|it| format!("{it}: {}", states.get(it).copied().unwrap_or("missing"))).collect();
        let _ = write!(
            out,
            "<tr><th scope=\"row\">{name}<td>{finished} of {}<td>{}",
            all.len(),
            escaped(&words.join(", "))
        );
    }
    out + "</tbody></table>"
}

/// Every week with its nine figures.
pub(super) fn weeks(rows: &[Row]) -> String {
    let heads: String = FIGURES.iter().map(|it| format!("<th scope=\"col\">{}</th>", it.title)).collect();
    let mut out = format!(
        "<table class=\"numbers\"><caption class=\"hidden\">Weeks</caption><thead><tr><th scope=\"col\">date</th>{heads}<th scope=\"col\">commit</th></tr></thead><tbody>"
    );
    for (at, row) in rows.iter().enumerate().rev() {
        let before = at.checked_sub(1).and_then(|it| rows.get(it));
        let cells: String = FIGURES
            .iter()
            .map(|it| format!("<td>{}", escaped(&with_delta(it, before, row).replace("TBD", "–"))))
            .collect();
        let commit = row.commit.as_deref().map_or("", |it| it.get(..9).unwrap_or(it));
        let _ =
            writeln!(out, "<tr><th scope=\"row\">{}{cells}<td><code>{}</code>", escaped(&row.date), escaped(commit));
    }
    out + "</tbody></table>"
}

/// Names that changed in one week and are listed before the rest is counted.
const SHOWN: usize = 8;

/// What changed from week to week, the newest first.
pub(super) fn by_week(rows: &[Row]) -> String {
    let mut out = String::new();
    for pair in rows.windows(2).rev() {
        let found = changes(&pair[0], &pair[1]);
        if found.is_empty() {
            continue;
        }
        let lines = found.iter().map(|it| {
            let names = escaped(&listed(&it.names, SHOWN));
            format!("<li>{}, {} {}: {names}", escaped(&it.of), it.names.len(), it.what)
        });
        let _ = write!(out, "<dt>{}<dd><ul>{}</ul>", escaped(&pair[1].date), lines.collect::<String>());
    }
    if out.is_empty() { "<p class=\"none\">Nothing changed.</p>".into() } else { format!("<dl>{out}</dl>") }
}

/// What each recorded release brought to the board, in the week in which it came.
pub(super) fn refreshes(rows: &[Row]) -> String {
    let mut out = String::new();
    for (at, names) in releases(rows) {
        let (before, row) = (&rows[at - 1], &rows[at]);
        let changed: Vec<String> = FIGURES
            .iter()
            .filter(|it| before.value(it.id) != row.value(it.id))
            .map(|it| format!("{} {}", it.title, with_delta(it, Some(before), row)))
            .collect();
        let changed = if changed.is_empty() { "no figure changed".to_owned() } else { changed.join(", ") };
        let _ =
            write!(out, "<li>{}: CPython {}; {}", escaped(&row.date), escaped(&names.join(", ")), escaped(&changed));
    }
    if out.is_empty() {
        "<p class=\"none\">No release was recorded in these weeks.</p>".into()
    } else {
        format!("<ul>{out}</ul>")
    }
}

/// The tests whose peak of memory grew.
pub(super) fn memory(row: &Row) -> String {
    if row.offenders.is_empty() {
        let note = row.figures.get("memory-regressions").and_then(|it| it.note.clone());
        let words = note.unwrap_or_else(|| "no peak grew".into());
        return format!("<p class=\"none\">{}</p>", escaped(&words));
    }
    let all: String = row.offenders.iter().take(25).map(|it| format!("<li>{}", escaped(it))).collect();
    let rest = row.offenders.len().saturating_sub(25);
    let more = if rest > 0 { format!("<p>and {rest} more</p>") } else { String::new() };
    format!("<ol>{all}</ol>{more}")
}

/// The exceptions with the day on which each ends.
pub(super) fn exceptions(all: &[Exception], today: &str) -> String {
    if all.is_empty() {
        return "<p class=\"none\">There are no exceptions.</p>".into();
    }
    let mut all: Vec<&Exception> = all.iter().collect();
    all.sort_by(|a, b| (&a.expires, &a.path).cmp(&(&b.expires, &b.path)));
    let mut out = String::from(
        "<table><caption class=\"hidden\">Exceptions</caption><thead><tr><th scope=\"col\">until</th><th scope=\"col\">what may be worse</th><th scope=\"col\">why</th><th scope=\"col\">signed by</th><th scope=\"col\">rollback</th></tr></thead><tbody>",
    );
    for it in all {
        let pairs: BTreeSet<String> = it.pairs().map(|(figure, identity)| format!("{figure}: {identity}")).collect();
        let over = if it.is_expired(today) { " <strong>expired</strong>" } else { "" };
        let _ = write!(
            out,
            "<tr><th scope=\"row\">{}{over}<td>{}<td>{}<td>{}<td>{}",
            escaped(&it.expires),
            escaped(&listed(&pairs, SHOWN)),
            escaped(&it.reason),
            escaped(&it.signed_off_by),
            escaped(&it.plan.words)
        );
    }
    out + "</tbody></table>"
}
