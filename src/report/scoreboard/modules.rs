//! The page's table of modules: what each is, what it loads, which tests it has, and when its file and its state changed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::chart::escaped;
use crate::{
    base::percent,
    scoreboard::{PublicNamesFigure, Row, is_pass},
};

/// What is known of one module besides its state.
#[derive(Debug, Clone, Default)]
pub struct ModuleFacts {
    /// Where its file is, as the page links to it.
    pub link: Option<String>,
    /// How many intrinsics it loads.
    pub intrinsics: Option<usize>,
    /// The tests of the index that cover it.
    pub tests: Vec<String>,
    /// The day of the last commit that changed its file.
    pub changed: Option<String>,
}

/// The states of a row, by module.
pub(super) fn states(row: &Row) -> BTreeMap<&str, &str> {
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

/// What passed in the last run, and in which lane that was: the one that compared the most tests.
fn passed(rows: &[Row]) -> Option<(&str, BTreeMap<&str, &str>)> {
    let lanes = crate::scoreboard::last_lanes(rows);
    let lane = lanes.keys().max_by_key(|it| lanes[*it].compared)?.clone();
    let it = lanes[&lane];
    rows.iter().rev().find_map(|row| row.lanes.get_key_value(&lane)).map(|(name, _)| (name.as_str(), it.by_test()))
}

/// A column: its head, and what a module has in it.
type Column<'a> = (String, Box<dyn Fn(&str) -> String + 'a>);

/// Every module, a row each. What was not measured of any has no column.
pub(super) fn modules(rows: &[Row], facts: &BTreeMap<&str, ModuleFacts>) -> String {
    let Some(row) = rows.last() else { return String::new() };
    let (states, since) = (states(row), since(rows));
    let first = rows.first().map_or("", |it| it.date.as_str());
    let of = |name: &str| facts.get(name);
    let mut columns: Vec<Column<'_>> = Vec::new();
    columns.push((
        "intrinsics".into(),
        Box::new(move |it| of(it).and_then(|it| it.intrinsics).map_or(String::new(), |it| it.to_string())),
    ));
    if let Some(PublicNamesFigure { modules, .. }) = row.public_names.as_ref().filter(|it| !it.modules.is_empty()) {
        let names = |it: &str| modules.get(it).map_or(String::new(), |(present, all)| format!("{present} of {all}"));
        columns.push(("names present".into(), Box::new(names)));
    }
    if facts.values().any(|it| !it.tests.is_empty()) {
        columns.push(("tests".into(), Box::new(move |it| of(it).map_or(0, |it| it.tests.len()).to_string())));
        if let Some((lane, outcomes)) = passed(rows) {
            let ran = move |it: &str| {
                let tests = of(it).map(|it| it.tests.as_slice()).unwrap_or_default();
                let found: Vec<&str> = tests.iter().filter_map(|it| outcomes.get(it.as_str()).copied()).collect();
                let count = found.iter().filter(|it| is_pass(it)).count();
                if found.is_empty() { String::new() } else { count.to_string() }
            };
            columns.push((format!("passed, {lane}"), Box::new(ran)));
        }
    }
    if facts.values().any(|it| it.changed.is_some()) {
        let changed = move |it: &str| of(it).and_then(|it| it.changed.clone()).unwrap_or_default();
        columns.push(("last change".into(), Box::new(changed)));
    }
    columns.push((
        "status since".into(),
        Box::new(move |it| since.get(it).map_or_else(|| format!("≤{first}"), |it| (*it).to_owned())),
    ));
    let heads: String = columns.iter().map(|(it, _)| format!("<th scope=col>{}", escaped(it))).collect();
    let mut out = format!(
        "<table id=modules><caption class=hidden>Modules</caption><thead><tr><th scope=col>module<th scope=col>status{heads}</thead><tbody>\n"
    );
    for (name, word) in &states {
        let shown = escaped(name);
        let link = facts.get(name).and_then(|it| it.link.as_deref());
        let link = link.map_or(shown.clone(), |it| format!("<a href=\"{}\">{shown}</a>", escaped(it)));
        let short = word.trim_start_matches("intrinsic-");
        let cells: String = columns.iter().map(|(_, of)| format!("<td>{}", escaped(&of(name)))).collect();
        let _ = writeln!(out, "<tr><th scope=row>{link}<td class={}>{}{cells}", class(short), escaped(short));
    }
    out + "</tbody></table>"
}

/// The class by which a state has its colour.
pub(super) fn class(state: &str) -> &'static str {
    match state.trim_start_matches("intrinsic-") {
        "backed" => "s-backed",
        "support" => "s-support",
        "partial" => "s-partial",
        "probe-only" | "policy-gate" => "s-probe",
        _ => "s-python",
    }
}

/// How the modules are shared out among the states: a bar, with each in words below it.
pub(super) fn share(row: &Row) -> String {
    let all: usize = row.modules.values().map(std::collections::BTreeSet::len).sum();
    if all == 0 {
        return String::new();
    }
    let order = ["backed", "support", "partial", "policy-gate", "probe-only", "python-only"];
    let at =
        |word: &str| order.iter().position(|it| *it == word.trim_start_matches("intrinsic-")).unwrap_or(order.len());
    let mut states: Vec<(&String, usize)> = row.modules.iter().map(|(word, it)| (word, it.len())).collect();
    states.retain(|(_, count)| *count > 0);
    states.sort_by_key(|(word, _)| at(word));
    let parts: String =
        states.iter().map(|(word, count)| format!("<i class={} style=\"flex:{count}\"></i>", class(word))).collect();
    let words: String = states
        .iter()
        .map(|(word, count)| {
            let percent = percent(*count as u64, all as u64, 1).unwrap_or_default();
            format!("<li class={}><b>{count}</b> {} <span>{percent:.1} %</span>", class(word), escaped(word))
        })
        .collect();
    format!("<div class=bar aria-hidden=true>{parts}</div><ul class=legend>{words}</ul>")
}
