//! The parts of one run as one run. A part that is missing, that is there twice or that is of another run is refused, because a
//! sum of what is there would look like the whole.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Partition,
    results::{Fingerprint, ResultsProvenance, RunResults},
};
use crate::base::number_of;

/// Merges the parts, each with the name of its file.
///
/// # Errors
/// A sentence for everything that keeps them from being one run.
pub fn merge(parts: &[(String, RunResults)]) -> Result<RunResults, Vec<String>> {
    let Some((first_name, first)) = parts.first() else { return Err(vec!["there is no report to merge".into()]) };
    let mut faults = Vec::new();
    for (name, part) in &parts[1..] {
        faults.extend(
            foreign(&first.fingerprint, &part.fingerprint)
                .map(|why| format!("{name} is not a part of the run of {first_name}: {why}")),
        );
    }
    faults.extend(gaps(parts));
    let mut seen: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for (name, part) in parts {
        for it in &part.results {
            if let Some(other) = seen.insert((&it.test, &it.lane), name) {
                faults.push(format!("{} in lane {} is in {other} and in {name}", it.test, it.lane));
            }
        }
    }
    if faults.is_empty() {
        faults.extend(missing(parts, &first.fingerprint));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let all = parts.iter().flat_map(|(_, it)| it.results.iter().cloned()).collect();
    let mut res = RunResults::new(ResultsProvenance::Merged { parts: parts.len() }, first.fingerprint.clone(), all);
    res.measured = first.measured.clone();
    let mut notes: BTreeSet<&str> = BTreeSet::new();
    let mut headers: BTreeSet<(&str, usize, &str)> = BTreeSet::new();
    for (name, part) in parts {
        // each part has those of all tests
        let new = part.headers.iter().filter(|it| headers.insert((&it.test, it.fault.line, &it.fault.message)));
        res.headers.extend(new.cloned());
        res.uncalibrated.extend(part.uncalibrated.clone());
        res.not_run.extend(part.not_run.iter().cloned());
        res.notes.extend(part.notes.iter().filter(|it| notes.insert(it)).cloned());
        if part.measured.method != res.measured.method {
            let method = |it: &RunResults| it.measured.method.clone().unwrap_or_else(|| "nothing".into());
            res.notes.push(format!(
                "{name} was measured with {}, and {first_name} with {}",
                method(part),
                method(first)
            ));
        }
        if let Some(why) = &part.stopped {
            res.stopped.get_or_insert_with(|| format!("{name}: {why}"));
        }
    }
    Ok(res)
}

/// In what a part is of another run; none where it is not.
fn foreign(a: &Fingerprint, b: &Fingerprint) -> Option<String> {
    let short = |it: &Option<String>| it.as_ref().map_or("no commit".to_owned(), |it| it.chars().take(9).collect());
    if a.commit != b.commit {
        return Some(format!("it is of {}, and not of {}", short(&b.commit), short(&a.commit)));
    }
    if a.configuration != b.configuration {
        return Some("its lanes are configured otherwise".into());
    }
    if (&a.tests, a.count) != (&b.tests, b.count) {
        return Some(format!("it is of {} other tests", b.count));
    }
    if a.interpreters != b.interpreters {
        let other = b.interpreters.iter().find(|(lane, it)| a.interpreters.get(*lane) != Some(it));
        return Some(match other {
            Some((lane, it)) => format!("its lane {lane} ran {it}"),
            None => "it has other lanes".into(),
        });
    }
    None
}

/// Tests that are missing: each has a result in each lane, or is told not to have been run there.
fn missing(parts: &[(String, RunResults)], of: &Fingerprint) -> Vec<String> {
    let results = parts.iter().flat_map(|(_, it)| it.results.iter().map(|it| (it.lane.as_str(), it.test.as_str())));
    let not_run = parts.iter().flat_map(|(_, it)| it.not_run.iter().map(|(lane, it)| (lane.as_str(), it.as_str())));
    let there: BTreeSet<(&str, &str)> = results.chain(not_run).collect();
    let tests: BTreeSet<&str> = there.iter().map(|it| it.1).collect();
    if tests.len() != of.count {
        return vec![format!("the reports have {} tests, and the run is of {}", tests.len(), of.count)];
    }
    let is_uncalibrated = |lane: &&str| parts.iter().any(|(_, it)| it.uncalibrated.contains_key(*lane));
    let lanes: BTreeSet<&str> = of.interpreters.keys().map(String::as_str).chain(there.iter().map(|it| it.0)).collect();
    let gaps = lanes.into_iter().filter(|it| !is_uncalibrated(it)).filter_map(|lane| {
        let gaps: Vec<&str> = tests.iter().filter(|it| !there.contains(&(lane, **it))).copied().collect();
        let first = gaps.first()?;
        Some(format!("lane {lane} has no result of {}, {first} among them", number_of(gaps.len(), "test")))
    });
    gaps.collect()
}

/// Parts that are missing or there twice.
fn gaps(parts: &[(String, RunResults)]) -> Vec<String> {
    let mut res = Vec::new();
    let mut by_index: BTreeMap<usize, &str> = BTreeMap::new();
    let first = parts.iter().find_map(|(_, it)| it.partition);
    for (name, part) in parts {
        match (part.partition, first) {
            (Some(it), Some(of)) if (it.way, it.count) != (of.way, of.count) => {
                res.push(format!("{name} is part {it}, and others are parts of {of}"));
            }
            (Some(it), _) => {
                if let Some(other) = by_index.insert(it.index, name) {
                    res.push(format!("part {it} is there twice, in {other} and in {name}"));
                }
            }
            (None, _) if parts.len() > 1 => res.push(format!("{name} is a whole run, and not a part of one")),
            (None, _) => {}
        }
    }
    if let Some(Partition { count, way, .. }) = first.filter(|_| res.is_empty()) {
        let missing = (1..=count).filter(|it| !by_index.contains_key(it));
        res.extend(missing.map(|index| format!("part {} is missing", Partition { way, index, count })));
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differential::{
        TestStatus,
        results::{HeaderFinding, result},
    };

    fn part(text: &str, tests: &[&str]) -> (String, RunResults) {
        let fingerprint = Fingerprint { count: 3, ..Fingerprint::default() };
        let results = tests.iter().map(|it| result(it, "x", TestStatus::Pass)).collect();
        let mut res = RunResults::new(ResultsProvenance::Run, fingerprint, results);
        res.partition = text.parse().ok();
        (format!("{text}.json"), res)
    }

    #[test]
    fn all_parts_make_the_whole_in_any_order() {
        let mut parts = [part("slice:2/2", &["c"]), part("slice:1/2", &["a", "b"])];
        let fault = crate::differential::Headers::read("# MOLT_META: platfroms=x\n").faults[0].clone();
        for it in &mut parts {
            it.1.headers = vec![HeaderFinding { test: "a".into(), fault: fault.clone() }];
        }
        let whole = merge(&parts).unwrap();
        assert_eq!(whole.headers.len(), 1, "each part has the findings of all tests");
        assert_eq!((whole.totals.total, whole.provenance), (3, ResultsProvenance::Merged { parts: 2 }));
        assert_eq!(whole.results[0].test, "a");
    }

    #[test]
    fn missing_doubled_and_foreign_parts_are_refused() {
        let (a, b) = (part("slice:1/2", &["a", "b"]), part("slice:2/2", &["c"]));
        let mut foreign = b.clone();
        foreign.1.fingerprint.commit = Some("0123456789abcdef".into());
        let mut other_interpreter = b.clone();
        other_interpreter.1.fingerprint.interpreters.insert("x".into(), "CPython 3.9".into());
        let mut lane_more = b.clone();
        lane_more.1.results.push(result("c", "y", TestStatus::Pass));
        for (parts, words) in [
            (vec![], "no report"),
            (vec![a.clone()], "slice:2/2 is missing"),
            (vec![a.clone(), b.clone(), b.clone()], "there twice"),
            (vec![a.clone(), foreign], "it is of 012345678"),
            (vec![a.clone(), other_interpreter], "ran CPython 3.9"),
            (vec![a.clone(), part("hash:2/2", &["c"])], "others are parts of"),
            (vec![a.clone(), part("slice:2/3", &["c"])], "others are parts of"),
            (vec![a.clone(), part("whole", &["c"])], "a whole run"),
            (vec![a.clone(), part("slice:2/2", &["b"])], "is in slice:1/2.json and in"),
            (vec![a.clone(), part("slice:2/2", &[])], "have 2 tests"),
            (vec![a, lane_more], "lane y has no result of 2 tests, a among them"),
        ] {
            let faults = merge(&parts).unwrap_err().join("\n");
            assert!(faults.contains(words), "{words}: {faults}");
        }
    }
}
