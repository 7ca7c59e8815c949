//! The union file is the union of the recorded baselines, and each of those is as it was written.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    base::{Series, number_of},
    gates::{
        finding::Finding,
        gate::{Gate, GateFacts, Verdict},
        inputs::Required,
    },
    stdlib::{SeriesNames, Union},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "recorded-union",
    title: "the union of names is that of the recorded baselines",
    why: "A name that is taken out of the union file is required no more, and its module can go without anybody noticing. What CPython has is recorded from its releases, and not decided here. A record that cannot be used, or a lock, vouches for nothing.",
    repair: "Restore the union file, the baselines and the lock from git; where the union file alone was changed, `molt-sync refresh` for the series writes it. Where `--source bundled` took the place of another record, refresh the series from a verified archive.",
    is_hard: false,
    molt: None,
    run,
};

/// Every group of names of a series.
const GROUPS: [fn(&SeriesNames) -> &BTreeSet<String>; 4] =
    [|it| &it.modules, |it| &it.packages, |it| &it.py_modules, |it| &it.py_packages];

fn run(facts: &GateFacts<'_>) -> Verdict {
    let (recorded, sources) = (&facts.inputs.recorded, &facts.inputs.sources);
    if recorded.is_empty() {
        return Verdict::NotJudged(format!("no baseline is recorded in {}", sources.baselines));
    }
    // a record that vouches for nothing cannot excuse another one that does not
    let odd = recorded.faults.iter();
    let odd = odd.map(|(path, fault)| Finding::fault(fault, path).file(recorded.digests.get(path)));
    let gone = recorded.taken_away().map(|series| {
        let message = format!("{series} was recorded, and its baseline is not there");
        Finding::new(message).at(&sources.baselines).related([series.to_string()])
    });
    let mut res: Vec<Finding> = odd.chain(gone).collect();
    let Some(now) = &recorded.union else {
        // what keeps the whole file from being read is told by the gate that it can be
        let why = recorded.union_fault.iter().filter(|_| facts.inputs.union_fault.is_none());
        res.extend(why.map(|it| Finding::new(it.clone()).at(&sources.union)));
        return Verdict::Judged(res);
    };
    let expected = recorded.expected(&sources.union, now);
    for (names, what) in [
        (more(&expected, now), "is recorded, and the union file does not have it as that"),
        (more(now, &expected), "is in the union file, and not recorded as that"),
    ] {
        res.extend(names.into_iter().map(|(name, series)| {
            let series: Vec<String> = series.iter().map(ToString::to_string).collect();
            let message = format!("`{name}` of {} {what}", series.join(", "));
            Finding::new(message).module(name).at(&sources.union).related(series.into_iter().chain([what.to_owned()]))
        }));
    }
    let missing: Vec<_> = expected.by_series.keys().filter(|it| !now.by_series.contains_key(it)).collect();
    res.extend(missing.into_iter().map(|series| {
        let message = format!("{series} is recorded, and the union file does not have that series");
        Finding::new(message).at(&sources.union).related([series.to_string()])
    }));
    if res.is_empty() && facts.inputs.union_fault.is_none() {
        res.extend(of_all(facts, &expected));
    }
    Verdict::Judged(res)
}

/// Names that `a` has in a series and a group and `b` has not, with those series. A series that `b` lacks as a whole is told
/// as one.
fn more<'a>(a: &'a Union, b: &'a Union) -> BTreeMap<&'a str, BTreeSet<Series>> {
    let mut res: BTreeMap<&str, BTreeSet<Series>> = BTreeMap::new();
    for (series, names) in &a.by_series {
        let Some(other) = b.by_series.get(series) else { continue };
        for name in GROUPS.iter().flat_map(|group| group(names).difference(group(other))) {
            res.entry(name).or_default().insert(*series);
        }
    }
    res
}

/// The constants over all series, which Molt's tools read, held against the series in the same file.
fn of_all(facts: &GateFacts<'_>, expected: &Union) -> Option<Finding> {
    let (has, wanted) = (&facts.inputs.required, Required::of(expected));
    let groups = [
        (&has.top_level, &wanted.top_level),
        (&has.packages, &wanted.packages),
        (&has.submodules, &wanted.submodules),
        (&has.subpackages, &wanted.subpackages),
    ];
    let names: BTreeSet<&String> = groups.iter().flat_map(|(a, b)| a.symmetric_difference(b)).collect();
    let first = names.first()?;
    let message = format!(
        "the union over all series differs from its parts in {}, the first of which is `{first}`",
        number_of(names.len(), "name")
    );
    Some(Finding::new(message).at(&facts.inputs.sources.union).related(names.into_iter().cloned()))
}
