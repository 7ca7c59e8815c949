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
            Some(it) if super::tree::rank(*status) >= super::tree::rank(*it) => "fixed",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoreboard::LaneFigures;

    type Groups<'a> = &'a [(&'a str, &'a [&'a str])];

    fn named(groups: Groups<'_>) -> BTreeMap<String, BTreeSet<String>> {
        let set = |names: &[&str]| names.iter().map(|&it| it.to_owned()).collect();
        groups.iter().map(|(word, names)| ((*word).to_owned(), set(names))).collect()
    }

    fn row(modules: Groups<'_>, tests: Groups<'_>) -> Row {
        let text = "{\"schema\": 1, \"date\": \"2026-02-12\", \"commit\": null, \"figures\": {}}";
        Row {
            modules: named(modules),
            lanes: [("native".to_owned(), LaneFigures::of_tests("r", named(tests)))].into(),
            ..serde_json::from_str(text).unwrap()
        }
    }

    fn told(before: &Row, now: &Row) -> Vec<String> {
        let all = changes(before, now);
        all.iter()
            .map(|it| format!("{} {}: {}", it.of, it.what, it.names.iter().cloned().collect::<String>()))
            .collect()
    }

    #[test]
    fn modules_change_from_one_state_to_another() {
        let before = row(&[("intrinsic-backed", &["a", "e"]), ("intrinsic-partial", &["b", "c"])], &[]);
        let now = row(&[("intrinsic-backed", &["a", "b"]), ("intrinsic-partial", &["d", "e"])], &[]);
        let wanted = ["modules broken: e", "modules fixed: b", "modules gone: c", "modules new: d"];
        assert_eq!(told(&before, &now), wanted);
        // a row that names none says nothing of them
        assert_eq!(told(&before, &row(&[], &[])), [""; 0]);
        assert_eq!(told(&row(&[], &[]), &now), [""; 0]);
    }

    #[test]
    fn tests_change_from_one_outcome_to_another() {
        let before = row(&[], &[("pass", &["a", "b", "c"]), ("fail", &["d", "e"])]);
        let now = row(&[], &[("pass", &["a", "d"]), ("fail", &["b", "e"]), ("skip", &["c"]), ("flaky", &["f"])]);
        let wanted = ["native broken: b", "native fixed: d", "native new: f", "native not compared: c"];
        assert_eq!(told(&before, &now), wanted);
        assert_eq!(told(&now, &row(&[], &[("pass", &["a"])])), ["native gone: bcdef"]);
        // where passes are counted and not named, what is not named is neither new nor gone
        let mut counted = row(&[], &[("fail", &["b"])]);
        counted.lanes.get_mut("native").unwrap().passed = 3;
        assert_eq!(told(&counted, &now), [""; 0]);
        assert_eq!(told(&before, &counted), ["native broken: b"]);
    }
}
