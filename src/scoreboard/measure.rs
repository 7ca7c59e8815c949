//! The row of a day: the figures of the tree and of the runs, each with where it comes from. What no run stands behind has no value,
//! and is neither 0 nor 100.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    figure::{FIGURES, FigureScope},
    lane::{LaneFigures, is_compared},
    number::Number,
    row::{Measured, PublicNamesFigure, Row, SCHEMA},
    tree::Tree,
};
use crate::audit::Status;

/// What a row is made from.
pub struct RowInputs<'a> {
    /// The day.
    pub date: &'a str,
    /// The commit.
    pub commit: Option<&'a str>,
    /// Whether the tree differs from it.
    pub modified: bool,
    /// The tree.
    pub tree: &'a Tree,
    /// What was run, by lane.
    pub lanes: BTreeMap<String, LaneFigures>,
    /// The tests that there are; none where nobody counted.
    pub tests: Option<u64>,
    /// The recorded releases, by series.
    pub releases: BTreeMap<String, String>,
    /// The budget.
    pub budget: Option<u64>,
    /// The public names that the tree binds, and those that it has to; none where the releases were not at hand.
    pub names: Option<PublicNamesFigure>,
}

/// The row, where `before` is the last row of each lane.
pub fn row(from: RowInputs<'_>, before: &BTreeMap<String, &LaneFigures>) -> Row {
    let RowInputs { date, commit, modified, tree, lanes, tests, releases, budget, names } = from;
    let place = match commit {
        Some(commit) => {
            format!("tree at {}{}", commit.get(..9).unwrap_or(commit), if modified { ", modified" } else { "" })
        }
        None => "tree".to_owned(),
    };
    let of_tree = |count: u64| Measured { value: Some(Number::Count(count)), source: Some(place.clone()), note: None };
    let (memory, offenders) = memory(&lanes, before);
    let figures = FIGURES.iter().map(|figure| {
        let measured = match figure.of {
            FigureScope::State(status) => {
                Measured { note: tree.doubt.clone(), ..of_tree(tree.counts.get(&status).copied().unwrap_or_default()) }
            }
            FigureScope::MissingTop => of_tree(tree.missing_top.len() as u64),
            FigureScope::MissingBelow => of_tree(tree.missing_below.len() as u64),
            FigureScope::Lane(name) => share(lanes.get(name), before.get(name).copied(), tests),
            FigureScope::Memory => memory.clone(),
        };
        (figure.id.to_owned(), measured)
    });
    let figures = figures.collect();
    let mut beside: BTreeMap<String, Measured> = BTreeMap::new();
    beside.insert("stubs".into(), of_tree(tree.stubs.len() as u64));
    for status in [Status::Support, Status::PolicyGate] {
        if let Some(count) = tree.counts.get(&status) {
            beside.insert(status.word().into(), of_tree(*count));
        }
    }
    let unreadable = tree.states.values().filter(|it| it.is_none()).count();
    beside.insert("unreadable".into(), of_tree(unreadable as u64));
    for (name, lane) in &lanes {
        beside.extend(of_lane(name, lane, tests));
    }
    let all = Status::of(crate::base::Dialect::August).into_iter();
    let words = all.map(|it| (it.word().to_owned(), tree.in_state(it)));
    let modules = words.filter(|(_, set)| !set.is_empty()).collect();
    let missing = [("top-level", &tree.missing_top), ("submodules", &tree.missing_below)];
    let missing = missing.into_iter().filter(|(_, set)| !set.is_empty());
    let missing = missing.map(|(key, set)| (key.to_owned(), set.clone())).collect();
    let commit = commit.map(str::to_owned);
    Row {
        schema: SCHEMA,
        date: date.to_owned(),
        commit,
        modified,
        figures,
        beside,
        public_names: names,
        releases,
        budget,
        modules,
        missing,
        lanes,
        offenders,
        others: Vec::new(),
    }
}

fn share(lane: Option<&LaneFigures>, before: Option<&LaneFigures>, tests: Option<u64>) -> Measured {
    let Some(lane) = lane else {
        return Measured { note: Some("not measured: no report of this lane".into()), ..Measured::default() };
    };
    let of = tests.max(Some(lane.there)).map_or(String::new(), |all| format!(" of {all}"));
    let source = Some(format!("{}: {}{of} tests compared", lane.report, lane.compared));
    let fewer = before.filter(|it| it.compared > lane.compared);
    let note = fewer
        .map(|it| format!("not comparable: {} tests were compared, {} in the run before", lane.compared, it.compared));
    match lane.percent() {
        Ok(value) => Measured { value: Some(value), source, note },
        Err(why) => Measured { value: None, source, note: Some(why) },
    }
}

/// The tests whose peak grew, in all lanes.
fn memory(lanes: &BTreeMap<String, LaneFigures>, before: &BTreeMap<String, &LaneFigures>) -> (Measured, Vec<String>) {
    let none = |why: &str| (Measured { note: Some(why.to_owned()), ..Measured::default() }, Vec::new());
    let measured: Vec<(&String, &LaneFigures)> = lanes.iter().filter(|(_, it)| !it.peaks.is_empty()).collect();
    if measured.is_empty() {
        return none("not measured: no report has peaks of memory");
    }
    let both = measured.iter().filter_map(|(name, now)| Some((*name, *now, *before.get(*name)?)));
    let both: Vec<_> = both.filter(|(_, now, old)| now.peaks.keys().any(|it| old.peaks.contains_key(it))).collect();
    if both.is_empty() {
        return none("measured for the first time: there are no earlier peaks to compare with");
    }
    let mut grown: Vec<(&str, &str, u64, u64)> = Vec::new();
    for (name, now, old) in &both {
        grown.extend(now.grown(old).into_iter().map(|(test, old, new)| (name.as_str(), test, old, new)));
    }
    grown.sort_by(|a, b| (b.3 - b.2, a.1).cmp(&(a.3 - a.2, b.1)));
    let reports: Vec<String> =
        both.iter().map(|(_, now, _)| format!("{}: {} peaks", now.report, now.peaks.len())).collect();
    let value = Some(Number::Count(grown.len() as u64));
    let words = grown.iter().map(|(lane, test, old, new)| format!("{test} ({lane}): {old} to {new} KiB"));
    (Measured { value, source: Some(reports.join(", ")), note: None }, words.collect())
}

/// What a percentage hides.
fn of_lane(name: &str, lane: &LaneFigures, tests: Option<u64>) -> Vec<(String, Measured)> {
    let count =
        |value: u64| Measured { value: Some(Number::Count(value)), source: Some(lane.report.clone()), note: None };
    let of = |wanted: &str| lane.outcomes.get(wanted).map_or(0, |it| it.len() as u64);
    let not: u64 = lane.outcomes.iter().filter(|(it, _)| !is_compared(it)).map(|(_, it)| it.len() as u64).sum();
    let mut res = vec![
        (format!("{name}-compared"), count(lane.compared)),
        (format!("{name}-tests"), count(tests.unwrap_or(lane.there).max(lane.there))),
        (format!("{name}-not-compared"), count(not)),
    ];
    let owned: BTreeSet<&String> = lane.owners.values().flatten().collect();
    if !owned.is_empty() {
        res.push((format!("{name}-expected"), count(owned.len() as u64)));
    }
    for word in ["vacuous", "unstable", "flaky", "xfail", "xpass"] {
        if of(word) > 0 {
            res.push((format!("{name}-{word}"), count(of(word))));
        }
    }
    res
}
