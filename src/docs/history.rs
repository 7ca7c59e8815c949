//! Older values of facts, so that what was right when it was written and what was never right are told apart.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    claim::{Claim, Kind, State},
    code::Code,
    fact::{Facts, Probe, Value},
    form,
};
use crate::{base::RelPath, python};

/// One version of a file that a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The commit, abbreviated.
    pub commit: String,
    /// Its day, `2026-02-12`.
    pub date: String,
    /// Its subject.
    pub subject: String,
    /// What the file held; none where it was deleted.
    pub text: Option<String>,
}

/// The versions of one file along the first parents, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Newest first.
    pub all: Vec<Version>,
    /// Whether there are none before: not so in a shallow clone.
    pub is_whole: bool,
}

/// The histories of files, as far as they were asked for.
pub type Histories = BTreeMap<RelPath, Versions>;

/// The files whose history the wrong claims need.
pub fn needed(claims: &[Claim], facts: &Facts) -> Vec<RelPath> {
    let wrong = claims.iter().filter(|it| wants_history(it));
    let facts = wrong.filter_map(|it| it.facts.first()).filter_map(|id| facts.get(id)?.history.as_ref());
    let mut paths: Vec<RelPath> = facts.map(|(path, _)| path.clone()).collect();
    paths.sort();
    paths.dedup();
    paths
}

fn wants_history(claim: &Claim) -> bool {
    claim.code == Some(Code::StaleValue) && claim.kind != Kind::Message
}

/// Says of each wrong value whether it was ever right, and since when it is not.
pub fn judge(claims: &mut [Claim], facts: &Facts, histories: &Histories) {
    let mut known: HashMap<String, Vec<(&Version, Option<Value>)>> = HashMap::new();
    let mut listed: HashMap<&RelPath, Vec<HashMap<&str, &str>>> = HashMap::new();
    let mut by_value: Option<HashMap<String, Vec<&str>>> = None;
    for claim in claims.iter_mut().filter(|it| wants_history(it)) {
        let fact = claim.facts.first().and_then(|id| facts.get(id));
        let Some((fact, (path, probe))) = fact.and_then(|it| Some((it, it.history.as_ref()?))) else {
            if claim.as_of.is_some() {
                claim.code = None;
                claim.state = State::Ok;
            }
            continue;
        };
        let Some(versions) = histories.get(path).filter(|it| !it.all.is_empty()) else {
            claim.why.push(format!("the history of {path} is not here, so whether it was ever right is not known"));
            if claim.as_of.is_some() {
                claim.code = None;
                claim.state = State::Ok;
            }
            continue;
        };
        let values = known.entry(fact.id.clone()).or_insert_with(|| match probe {
            Probe::Status(module) => {
                let listed = listed.entry(path).or_insert_with(|| {
                    versions.all.iter().map(|it| it.text.as_deref().map(statuses).unwrap_or_default()).collect()
                });
                let status = |it: &HashMap<&str, &str>| it.get(module.as_str()).map(|it| Value::Text((*it).to_owned()));
                versions.all.iter().zip(listed.iter().map(status)).collect()
            }
            _ => versions.all.iter().map(|it| (it, it.text.as_deref().and_then(|text| value(text, probe)))).collect(),
        });
        match &claim.as_of {
            Some(date) => {
                let date = date.clone();
                on_day(claim, &date, &fact.id, values);
            }
            None => now(claim, &fact.id, path, values, versions.is_whole),
        }
        if claim.code != Some(Code::Contradicted) {
            continue;
        }
        let by_value = by_value.get_or_insert_with(|| facts.by_value());
        let same = by_value.get(claim.stated.trim_matches('`')).map_or(&[][..], Vec::as_slice);
        let same: Vec<&str> = same.iter().copied().filter(|it| *it != fact.id).collect();
        if !same.is_empty() && same.len() < 4 {
            claim.why.push(format!("note: {} is {} today, if that was meant", same.join(" and "), claim.stated));
        }
    }
}

/// A value that speaks of the present.
fn now(claim: &mut Claim, id: &str, path: &RelPath, values: &[(&Version, Option<Value>)], is_whole: bool) {
    let holds = |value: &Option<Value>| value.as_ref().is_some_and(|it| form::states(&claim.stated, it));
    if let Some(last) = values.iter().position(|(_, it)| holds(it)) {
        let first = values[last..].iter().take_while(|(_, it)| holds(it)).count() + last - 1;
        let since = &values[first].0;
        let text = match last.checked_sub(1).map(|it| values[it].0) {
            Some(moved) => format!(
                "{} was right from {} ({}) until {} ({} \"{}\")",
                claim.stated, since.date, since.commit, moved.date, moved.commit, moved.subject
            ),
            None => format!(
                "{} was right at the last commit of {path} ({}), and the tree has moved since",
                claim.stated, since.commit
            ),
        };
        claim.why.push(text);
        return;
    }
    let mut had: Vec<String> = Vec::new();
    for value in values.iter().rev().filter_map(|(_, it)| it.as_ref()) {
        let value = value.to_string();
        if had.last() != Some(&value) {
            had.push(value);
        }
    }
    let skipped = had.len().saturating_sub(8);
    let had: Vec<String> = had.split_off(skipped);
    if is_whole {
        claim.code = Some(Code::Contradicted);
        claim.state = State::HandEdited;
        claim.repair = Code::Contradicted.page().2.replace("FILE", claim.path.as_str());
        let text = if had.is_empty() {
            format!("no commit of {path} has a value of {id}, so {} was never right", claim.stated)
        } else {
            format!("{} was never right: {id} has been {}", claim.stated, had.join(", "))
        };
        claim.why.push(text);
    } else {
        claim.why.push(
            "the history is cut off (a shallow clone, or more than is read), so whether it was ever right is not known"
                .into(),
        );
    }
}

/// A value that speaks of a day: right where the fact had it at any time of that day.
fn on_day(claim: &mut Claim, date: &str, id: &str, values: &[(&Version, Option<Value>)]) {
    let before = values.iter().position(|(it, _)| it.date.as_str() < date);
    let end = before.map_or(values.len(), |it| it + 1);
    let on_day = values[..end].iter().filter(|(it, _)| it.date.as_str() <= date);
    let mut had: Vec<String> = Vec::new();
    for (_, value) in on_day {
        let Some(value) = value else { continue };
        if form::states(&claim.stated, value) {
            claim.code = None;
            claim.state = State::Ok;
            return;
        }
        had.push(value.to_string());
    }
    had.reverse();
    had.dedup();
    if had.is_empty() {
        // nothing is known of that day
        claim.code = None;
        claim.state = State::Ok;
        return;
    }
    claim.code = Some(Code::AsOf);
    claim.state = State::HandEdited;
    claim.repair = Code::AsOf.page().2.into();
    claim.why.push(format!("on {date}, {id} was {}", had.join(", then ")));
    claim.wanted = None;
}

/// The value that one version of a file gives.
fn value(text: &str, probe: &Probe) -> Option<Value> {
    match probe {
        Probe::Count(status) => count(text, status.as_deref()).map(Value::Int),
        Probe::Status(module) => statuses(text).get(module.as_str()).map(|it| Value::Text((*it).to_owned())),
        Probe::Size(name) => tuple(text, name).and_then(|it| i64::try_from(it.len()).ok()).map(Value::Int),
        Probe::Tuple(name) => tuple(text, name).map(Value::List),
        Probe::Json(pointer) => {
            let value: serde_json::Value = serde_json::from_str(text).ok()?;
            match value.pointer(pointer)? {
                serde_json::Value::Number(it) => it.as_i64().map(Value::Int),
                serde_json::Value::String(it) => Some(Value::Text(it.clone())),
                _ => None,
            }
        }
    }
}

/// The count of a status in the summary of the audit document, or its total.
fn count(text: &str, status: Option<&str>) -> Option<i64> {
    let wanted = status.map_or("- Total audited modules: `".to_owned(), |it| format!("- `{it}`: `"));
    let line = text.lines().find_map(|it| it.strip_prefix(&wanted))?;
    line.trim_end().strip_suffix('`')?.parse().ok()
}

/// The status of each module by the list of the audit document that has it first: the lists stand in the order of the
/// summary.
fn statuses(text: &str) -> HashMap<&str, &str> {
    let summary: Vec<&str> = text
        .lines()
        .filter_map(|it| it.strip_prefix("- `")?.split_once("`: `"))
        .filter(|(_, count)| count.trim_end_matches('`').bytes().all(|it| it.is_ascii_digit()))
        .map(|(word, _)| word)
        .collect();
    let mut res = HashMap::new();
    let mut gone = HashSet::new();
    let mut list = None;
    let mut is_audit = false;
    for line in text.lines() {
        if line.starts_with("## ") {
            is_audit = line.starts_with("## Audit");
        } else if is_audit && line.starts_with("### ") {
            list = Some(list.map_or(0, |it: usize| it + 1));
        } else if let (true, Some(rest)) = (is_audit, line.trim_end().strip_prefix("- `")) {
            let Some(module) = rest.strip_suffix('`') else { continue };
            // one that stands before any list has none
            match list.and_then(|it| summary.get(it)) {
                Some(word) if !gone.contains(module) => _ = res.entry(module).or_insert(*word),
                Some(_) => {}
                None => _ = gone.insert(module),
            }
        }
    }
    res
}

fn tuple(text: &str, name: &str) -> Option<Vec<String>> {
    let constants = python::constants(text).ok()?;
    let python::Value::Tuple(items) = &constants.get(name)?.value else { return None };
    let text = |it: &python::Value| if let python::Value::Str(it) = it { Some(it.clone()) } else { None };
    Some(items.iter().filter_map(text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::fact::Fact;

    fn audit(total: usize, done: &str) -> String {
        format!(
            "## S\n- Total audited modules: `{total}`\n- `intrinsic-backed`: `1`\n- `intrinsic-partial`: `2`\n\n## Audit (Generated)\n### Done\n{done}\n### Open\n- `b`\n"
        )
    }

    fn version(commit: &str, date: &str, text: String) -> Version {
        Version { commit: commit.into(), date: date.into(), subject: "why".into(), text: Some(text) }
    }

    #[test]
    fn values_are_read_off_older_versions() {
        let text = audit(7, "- `a`\n");
        assert_eq!(count(&text, None), Some(7));
        assert_eq!(count(&text, Some("intrinsic-partial")), Some(2));
        assert_eq!(statuses(&text)["a"], "intrinsic-backed");
        assert_eq!(statuses(&text)["b"], "intrinsic-partial");
        assert_eq!(value("X = ('a', 'b')\n", &Probe::Size("X")), Some(Value::Int(2)));
        assert_eq!(value("{\"x\": {\"y\": 3}}", &Probe::Json("/x/y".into())), Some(Value::Int(3)));
    }

    #[test]
    fn stale_never_right_and_wrong_on_its_day_are_told_apart() {
        let path = RelPath::new("audit.md").unwrap();
        let fact = Fact::new("t", Value::Int(9), "x", "y").with_history(&path, Probe::Count(None));
        let mut facts = Facts::default();
        facts.add(fact);
        let all = vec![
            version("c3", "2026-02-14", audit(9, "")),
            version("c2", "2026-02-12", audit(8, "")),
            version("c1", "2026-02-10", audit(7, "")),
        ];
        let histories = |is_whole| Histories::from([(path.clone(), Versions { all: all.clone(), is_whole })]);
        let claim = |stated: &str, as_of: Option<&str>| {
            let mut claim = Claim::new(Kind::Phrase, &path, 0..1, stated).wrong(State::Stale, Code::StaleValue, "");
            claim.facts = vec!["t".into()];
            claim.as_of = as_of.map(str::to_owned);
            claim
        };
        for (stated, as_of, is_whole, code, word) in [
            ("8", None, true, Some(Code::StaleValue), "until 2026-02-14 (c3 \"why\")"),
            ("5", None, true, Some(Code::Contradicted), "t has been 7, 8, 9"),
            ("5", None, false, Some(Code::StaleValue), "shallow"),
            ("8", Some("2026-02-13"), true, None, ""),
            ("7", Some("2026-02-12"), true, None, ""),
            ("7", Some("2026-02-13"), true, Some(Code::AsOf), "on 2026-02-13, t was 8"),
            ("7", Some("2026-02-01"), true, None, ""),
        ] {
            let mut claims = [claim(stated, as_of)];
            judge(&mut claims, &facts, &histories(is_whole));
            assert_eq!(claims[0].code, code, "{stated} {as_of:?}");
            assert!(claims[0].why.join(" ").contains(word), "{:?}", claims[0].why);
        }
    }
}
