//! What changed from one row to the next, by name: what was fixed and broken, what is newly flaky or vacuous, what is gone and new.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    lane::{is_compared, is_pass},
    row::Row,
};
use crate::audit::Status;

/// Names that changed in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamesChange {
    /// `modules`, or the name of a lane.
    pub of: String,
    /// `fixed`, `broken`, `flaky`, `vacuous`, `not compared`, `gone`, `new`.
    pub what: &'static str,
    /// The names.
    pub names: BTreeSet<String>,
}

/// The changes since `before`.
pub fn changes(before: &Row, now: &Row) -> Vec<NamesChange> {
    let mut res = Vec::new();
    let mut add = |of: &str, found: BTreeMap<&'static str, BTreeSet<String>>| {
        res.extend(found.into_iter().map(|(what, names)| NamesChange { of: of.to_owned(), what, names }));
    };
    if !before.modules.is_empty() && !now.modules.is_empty() {
        add("modules", modules(before, now));
    }
    for (name, lane) in &now.lanes {
        let Some(old) = before.lanes.get(name) else { continue };
        let (old_tests, new_tests) = (old.by_test(), lane.by_test());
        let mut found: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        for (test, is) in &new_tests {
            let was = old_tests.get(test).copied();
            let what = match (was, *is) {
                (was, is) if was == Some(is) => continue,
                (None, _) if !old.names_passes() => continue,
                (None, _) => "new",
                (Some(was), is) if is_pass(was) && is_pass(is) => continue,
                (_, is) if is_pass(is) => "fixed",
                (_, "flaky") => "flaky",
                (_, "vacuous") => "vacuous",
                (_, is) if !is_compared(is) => "not compared",
                (Some(was), _) if is_pass(was) => "broken",
                _ => continue,
            };
            found.entry(what).or_default().insert((*test).to_owned());
        }
        if lane.names_passes() {
            let gone = old_tests.keys().filter(|it| !new_tests.contains_key(*it)).map(|it| (*it).to_owned());
            let gone: BTreeSet<String> = gone.collect();
            if !gone.is_empty() {
                found.insert("gone", gone);
            }
        }
        add(name, found);
    }
    res
}

fn modules(before: &Row, now: &Row) -> BTreeMap<&'static str, BTreeSet<String>> {
    let states = |row: &Row| -> BTreeMap<String, Status> {
        let of = |(word, names): (&String, &BTreeSet<String>)| {
            let status = Status::from_word(word)?;
            Some(names.iter().map(|it| (it.clone(), status)).collect::<Vec<_>>())
        };
        row.modules.iter().filter_map(of).flatten().collect()
    };
    let (old, new) = (states(before), states(now));
    let mut res: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for (name, status) in &new {
        let what = match old.get(name) {
            Some(it) if it == status => continue,
            None => "new",
            Some(it) if super::regression::rank(*status) >= super::regression::rank(*it) => "fixed",
            Some(_) => "broken",
        };
        res.entry(what).or_default().insert(name.clone());
    }
    let gone: BTreeSet<String> = old.keys().filter(|it| !new.contains_key(*it)).cloned().collect();
    if !gone.is_empty() {
        res.insert("gone", gone);
    }
    res
}
