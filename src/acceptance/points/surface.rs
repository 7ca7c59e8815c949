//! Point 9: the public names that the module lacks, in each series. Its private siblings are not asked: what they lack shows in what
//! it takes from them.

use std::collections::BTreeMap;

use crate::{
    acceptance::{
        facts::{Member, SharedFacts, Subject},
        names::{KnownNames, LackingNames},
        point::{Findings, Judgement, PointEvidence, PointVerdict},
    },
    base::{Series, number_of},
};

/// The names that are told of a module and a series.
const SHOWN: usize = 40;

pub(in crate::acceptance) fn surface(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Judgement {
    let mut found = Findings::default();
    let names = facts.names;
    for (series, why) in &names.absent {
        found.not_measured(PointEvidence::words(format!("the public names of {series} were not compared: {why}")));
    }
    if names.series.is_empty() {
        let text = format!("the public names of `{}` in CPython were not compared with the tree", subject.module);
        found.not_measured(PointEvidence::words(text));
        return found.outcome();
    }
    for member in subject.members.iter().filter(|it| it.record.name == subject.module || is_public(&it.record.name)) {
        judge(&mut found, names, member);
    }
    found.outcome()
}

/// Whether a name is no helper's.
fn is_public(module: &str) -> bool {
    !module.split('.').any(|it| it.starts_with('_'))
}

fn judge(found: &mut Findings, names: &KnownNames, member: &Member<'_>) {
    let (path, name) = (&member.record.path, &member.record.name);
    let list: Vec<String> = names.series.iter().map(ToString::to_string).collect();
    let list = list.join(", ");
    let Some(it) = names.modules.get(name) else {
        found.met(PointEvidence::of(
            path,
            format!("no release of {list} has `{name}`, so that no public name is asked of it"),
        ));
        return;
    };
    for (series, lacking) in by_series(it, names) {
        let count = number_of(lacking.len(), "public name");
        found.missing(PointEvidence::of(path, format!("`{name}` lacks {count} of {series}: {}", listed(&lacking))));
    }
    if !it.unknown.is_empty() {
        let unknown: Vec<&str> = it.unknown.iter().map(String::as_str).collect();
        let text = format!(
            "whether `{name}` has {} does not show in its syntax: {}",
            number_of(unknown.len(), "public name"),
            listed(&unknown)
        );
        found.add(PointVerdict::ToJudge, PointEvidence::of(path, text));
    }
    for why in &it.not_looked_at {
        found.add(
            PointVerdict::ToJudge,
            PointEvidence::of(path, format!("CPython may have more names in `{name}`: {why}")),
        );
    }
    let there = it.required - it.missing.len() - it.unknown.len();
    let required = number_of(it.required, "public name");
    found.met(PointEvidence::of(path, format!("`{name}`: {there} of {required} of {list} present")));
}

/// The names that are missing, by the series that require them.
fn by_series<'a>(it: &'a LackingNames, names: &KnownNames) -> BTreeMap<Series, Vec<&'a str>> {
    let mut res: BTreeMap<Series, Vec<&str>> = BTreeMap::new();
    for (name, series) in &it.missing {
        let all = if series.is_empty() { &names.series } else { series };
        for series in all {
            res.entry(*series).or_default().push(name);
        }
    }
    res
}

fn listed(names: &[&str]) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown}, and {more} more") }
}
