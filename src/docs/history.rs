//! Older values of facts, so that what was right when it was written and what was never right are told apart.

use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry};

use super::{
    claim::{Claim, ClaimKind, ClaimState, DayRecord},
    code::Code,
    fact::{Fact, Facts, Probe, Value},
    file_history::{FactFileVersion, Histories, Versions},
    form,
    older::{MOST_LOOKS, Past, RemainingLimits, pasts, size},
    text::day::is_date,
};
use crate::base::{RelPath, short_commit};

/// The files whose history the wrong claims need.
pub fn needed(claims: &[Claim], facts: &Facts) -> Vec<RelPath> {
    let wrong = claims.iter().filter(|it| wants_history(it));
    let paths = wrong.filter_map(|it| {
        let fact = facts.get(it.facts.first()?)?;
        let own = fact.history.as_ref().map(|(path, _)| path);
        // of a count of the tree without a history, the day of the last audit tells whether it is that of today
        own.or_else(|| if it.as_of.is_some() { last_audit(facts, &fact.id) } else { None })
    });
    let paths: BTreeSet<&RelPath> = paths.collect();
    paths.into_iter().cloned().collect()
}

/// The file whose last version tells since when the tree is as it is, for a count of the tree.
fn last_audit<'f>(facts: &'f Facts, id: &str) -> Option<&'f RelPath> {
    let (path, _) = facts.get("stdlib.total").filter(|_| id.starts_with("stdlib."))?.history.as_ref()?;
    Some(path)
}

fn wants_history(claim: &Claim) -> bool {
    claim.code == Some(Code::StaleValue) && claim.kind != ClaimKind::Message && !claim.is_fed
}

/// What the history says of a value.
#[derive(Debug, Clone)]
enum HistoryVerdict {
    /// It was right on its day, or nobody can know.
    Right,
    /// Its day is before the first commit that could have known.
    BeforeAll,
    /// No record says anything of its day, but the trees of that day can.
    Silent,
    /// The audit document said so at that commit.
    Said(String),
    /// It was right once.
    Stale(String),
    /// Whether it was ever right is not known.
    Unknown(String),
    /// It was never right.
    Never(String),
    /// It was not right on its day; and at how many commits a record says so, where that is no more than its word.
    NotOnDay(String, Option<usize>),
    /// What would tell was not looked at.
    NotRead(String),
}

/// Says of each wrong value whether it was ever right, and since when it is not.
pub fn judge(claims: &mut [Claim], facts: &Facts, histories: &Histories) {
    let mut left = RemainingLimits::new(MOST_LOOKS);
    let known = all_pasts(claims, facts, histories, &mut left);
    // a value that is stated again is looked for once
    let mut verdicts: HashMap<(String, String, Option<String>), HistoryVerdict> = HashMap::new();
    let mut by_value: Option<HashMap<String, Vec<&str>>> = None;
    for claim in claims.iter_mut().filter(|it| wants_history(it)) {
        let fact = claim.facts.first().and_then(|id| facts.get(id));
        let Some((fact, (path, _))) = fact.and_then(|it| Some((it, it.history.as_ref()?))) else {
            if let Some(day) = claim.as_of.clone() {
                let verdict = without_history(claim, &day, facts, histories);
                apply(claim, verdict);
            }
            continue;
        };
        let versions = histories.get(path);
        let key = (fact.id.clone(), claim.stated.clone(), claim.as_of.clone());
        let verdict = verdicts.entry(key).or_insert_with(|| {
            let (Some(versions), Some(past)) = (versions.filter(|it| !it.all.is_empty()), known.get(fact.id.as_str()))
            else {
                let is_cut = versions.is_some_and(|it| it.is_cut);
                return not_here(path, is_cut, claim.as_of.is_some());
            };
            let of = FactHistory { id: &fact.id, path, versions, past, is_word: is_word(fact) };
            match &claim.as_of {
                Some(date) => of.on_day(&claim.stated, date, &mut left),
                None => of.now(&claim.stated, &mut left),
            }
        });
        apply(claim, verdict.clone());
        // a status is that of very many, and none of them was meant
        if claim.code != Some(Code::Contradicted) || claim.kind == ClaimKind::Status {
            continue;
        }
        let by_value = by_value.get_or_insert_with(|| facts.by_value());
        let same = by_value.get(claim.stated.trim_matches('`')).map_or(&[][..], Vec::as_slice);
        // of very many, none is what was meant
        let same: Vec<&str> = same.iter().copied().filter(|it| *it != fact.id).take(4).collect();
        if !same.is_empty() && same.len() < 4 {
            claim.why.push(format!("note: {} is {} today, if that was meant", same.join(" and "), claim.stated));
        }
    }
    super::settle(claims);
}

/// A value of a day whose fact has no history: where the tree has not been audited since, it is the value of today.
fn without_history(claim: &Claim, day: &str, facts: &Facts, histories: &Histories) -> HistoryVerdict {
    let fact = claim.facts.first().and_then(|id| facts.get(id));
    let Some(fact) = fact else { return HistoryVerdict::Right };
    if !fact.id.starts_with("stdlib.") {
        return HistoryVerdict::Right;
    }
    let audits = last_audit(facts, &fact.id).and_then(|it| histories.get(it));
    let first = audits.filter(|it| it.is_whole).and_then(|it| it.all.last());
    if first.is_some_and(|it| day < it.date.as_str()) {
        return HistoryVerdict::BeforeAll;
    }
    match audits.and_then(|it| it.all.first()) {
        Some(last) if last.date.as_str() <= day && !form::states(&claim.stated, &fact.value) => {
            let why = format!("{} is {}, and the last audit is of {}", fact.id, fact.value, last.date);
            HistoryVerdict::NotOnDay(why, Some(0))
        }
        _ => HistoryVerdict::Silent,
    }
}

/// Leaves values alone that speak of a day that has not come: they are plans, and nothing was so on it.
pub fn leave_future(claims: &mut [Claim], today: &str) {
    let is_to_come =
        |it: &&mut Claim| it.as_of.as_deref().is_some_and(|day| is_date(day) && day > today) && wants_history(it);
    for claim in claims.iter_mut().filter(is_to_come) {
        passes(claim);
        claim.is_before_all = true;
        claim.why = vec!["which is to come".to_owned()];
    }
}

/// Values one after the other; lists are told from their items.
fn one_by_one(values: &[&Value]) -> String {
    let all = shown(values);
    let between = if all.iter().any(|it| it.contains(", ")) { ", then " } else { ", " };
    all.join(between)
}

/// What a fact was, newest first, each value with the commit that brought it.
pub fn trail<'h>(fact: &Fact, histories: &'h Histories) -> Vec<(Option<Value>, &'h FactFileVersion)> {
    let Some((path, probe)) = &fact.history else { return Vec::new() };
    let Some(versions) = histories.get(path) else { return Vec::new() };
    let mut left = RemainingLimits::new(MOST_LOOKS);
    let Some(past) = pasts(&versions.all, &[probe], &mut left).into_iter().next() else { return Vec::new() };
    let runs = (0..past.runs.len()).filter(|it| !past.versions(*it).is_empty());
    runs.map(|it| (past.runs[it].1.clone(), &versions.all[past.versions(it).end - 1])).collect()
}

/// Those of `claims` whose value the fact once had; what it never had, or nobody can know of, is about something else.
pub fn once_right(claims: Vec<Claim>, facts: &Facts, histories: &Histories) -> Vec<Claim> {
    let mut left = RemainingLimits::new(MOST_LOOKS);
    let known = all_pasts(&claims, facts, histories, &mut left);
    let once = |mut claim: Claim| {
        let fact = facts.get(claim.facts.first()?)?;
        let (path, _) = fact.history.as_ref()?;
        let (versions, past) = (histories.get(path)?, known.get(fact.id.as_str())?);
        let of = FactHistory { id: &fact.id, path, versions, past, is_word: is_word(fact) };
        let HistoryVerdict::Stale(why) = of.now(&claim.stated, &mut left) else { return None };
        claim.why.push(why);
        Some(claim)
    };
    claims.into_iter().filter_map(once).collect()
}

/// What was in the past of each fact that a wrong claim states, read file by file.
fn all_pasts<'f>(
    claims: &[Claim],
    facts: &'f Facts,
    histories: &Histories,
    left: &mut RemainingLimits,
) -> HashMap<&'f str, Past> {
    let mut by_file: BTreeMap<&RelPath, BTreeMap<&'f str, &Probe>> = BTreeMap::new();
    for id in claims.iter().filter(|it| wants_history(it)).filter_map(|it| it.facts.first()) {
        let Some((fact, (path, probe))) = facts.get(id).and_then(|it| Some((it, it.history.as_ref()?))) else {
            continue;
        };
        if let Entry::Vacant(place) = by_file.entry(path).or_default().entry(&fact.id) {
            place.insert(probe);
        }
    }
    let mut res = HashMap::new();
    for (path, of_file) in by_file {
        let Some(versions) = histories.get(path) else { continue };
        let probes: Vec<&Probe> = of_file.values().copied().collect();
        res.extend(of_file.into_keys().zip(pasts(&versions.all, &probes, left)));
    }
    res
}

fn not_here(path: &RelPath, is_cut: bool, is_dated: bool) -> HistoryVerdict {
    match (is_cut, is_dated) {
        (true, true) => HistoryVerdict::NotRead(format!("the history of {path} is too much to be read")),
        (true, false) => HistoryVerdict::Unknown(format!(
            "the history of {path} is too much to be read, so whether it was ever right is not known"
        )),
        (false, true) => HistoryVerdict::Right,
        (false, false) => HistoryVerdict::Unknown(format!(
            "the history of {path} is not here, so whether it was ever right is not known"
        )),
    }
}

/// Holds a value that the audit document's word bears out against what the tree of that commit says. Told is the value of the
/// tree where it is another: a document that was not generated anew with its commit was what its readers had on that day.
///
/// # Errors
/// Says what the tree says, where that is something else.
pub fn hold_against(claim: &mut Claim, value: &Value) -> Result<(), String> {
    claim.record = None;
    if form::states(&claim.stated, value) {
        return Ok(());
    }
    Err(format!("by the tree of its commit {} was {value}", claim.facts.join(", ")))
}

/// Holds a value against what the trees of its day say, the oldest first: one of them bears it out, or none does.
pub fn hold_by_trees(claim: &mut Claim, values: &[(&str, Value)]) {
    if values.is_empty() || values.iter().any(|(_, it)| form::states(&claim.stated, it)) {
        passes(claim);
        return;
    }
    let Some(day) = &claim.as_of else { return };
    let mut said: Vec<(&Value, Vec<&str>)> = Vec::new();
    for (commit, value) in values {
        match said.last_mut().filter(|it| it.0 == value) {
            Some((_, commits)) => commits.push(short_commit(commit)),
            None => said.push((value, vec![short_commit(commit)])),
        }
    }
    let said = said.iter().map(|(value, commits)| format!("{value} ({})", commits.join(", ")));
    let why = format!(
        "on {day}, {} was {} by the trees of these commits",
        claim.facts.join(", "),
        said.collect::<Vec<_>>().join(", then ")
    );
    // the last reason is the record's word
    claim.why.pop();
    apply(claim, HistoryVerdict::NotOnDay(why, None));
}

/// Leaves a value open of whose day the trees cannot be judged: a record that speaks against it goes on doing so, and where there is none
/// it could not be looked at. Neither is a pass.
pub fn hold_open(claim: &mut Claim, why: &str) {
    let why = format!("the trees of that day could not be judged: {why}");
    if matches!(claim.record, Some(DayRecord::Denies(1..))) {
        claim.why.push(why);
    } else {
        apply(claim, HistoryVerdict::NotRead(why));
    }
}

fn passes(claim: &mut Claim) {
    (claim.code, claim.state, claim.wanted, claim.record) = (None, ClaimState::Ok, None, None);
    claim.why.clear();
    claim.repair.clear();
}

fn apply(claim: &mut Claim, verdict: HistoryVerdict) {
    match verdict {
        HistoryVerdict::Right | HistoryVerdict::BeforeAll => {
            claim.is_before_all = matches!(verdict, HistoryVerdict::BeforeAll);
            passes(claim);
        }
        HistoryVerdict::Silent => {
            passes(claim);
            claim.record = Some(DayRecord::Silent);
        }
        HistoryVerdict::Said(commit) => {
            passes(claim);
            claim.record = Some(DayRecord::BearsOut(commit));
        }
        HistoryVerdict::Stale(why) | HistoryVerdict::Unknown(why) => claim.why.push(why),
        HistoryVerdict::Never(why) => {
            claim.code = Some(Code::Contradicted);
            claim.state = ClaimState::HandEdited;
            claim.repair = Code::Contradicted.repair_of(&claim.path);
            claim.why.push(why);
        }
        HistoryVerdict::NotOnDay(why, commits) => {
            claim.record = commits.map(DayRecord::Denies);
            claim.code = Some(Code::AsOf);
            claim.state = ClaimState::HandEdited;
            claim.repair = Code::AsOf.page().2.into();
            claim.why.push(why);
            claim.wanted = None;
        }
        HistoryVerdict::NotRead(why) => {
            claim.code = Some(Code::Source);
            claim.state = ClaimState::Broken;
            claim.repair = "state fewer older values, or waive this one".into();
            claim.why.push(why);
            claim.wanted = None;
        }
    }
}

/// A fact with its past.
struct FactHistory<'a> {
    id: &'a str,
    path: &'a RelPath,
    versions: &'a Versions,
    past: &'a Past,
    /// Whether the file is not the source, and only has its word for what the source was.
    is_word: bool,
}

/// Whether what is known of a fact's past is the audit document's word for it. What the tree was is known from the tree alone,
/// which is not judged anew at every commit; so that word is told as that, and never as what was so.
fn is_word(fact: &Fact) -> bool {
    fact.history.as_ref().is_some_and(|(_, probe)| matches!(probe, Probe::Count(_) | Probe::Status(_)))
}

impl FactHistory<'_> {
    /// A value that speaks of the present.
    fn now(&self, stated: &str, left: &mut RemainingLimits) -> HistoryVerdict {
        let Self { id, path, versions, past, is_word } = self;
        let mut is_looked_at = past.seen == versions.all.len();
        let mut holds = |value: &Option<Value>| {
            is_looked_at &= left.take(1 + (stated.len() + value.as_ref().map_or(0, size)) / 16);
            is_looked_at && value.as_ref().is_some_and(|it| form::states(stated, it))
        };
        if let Some(run) = past.runs.iter().position(|(_, it)| holds(it)) {
            let last = past.versions(run).start;
            let run = past.runs[run + 1..].iter().take_while(|(_, it)| holds(it)).count() + run;
            let since = &versions.all[past.versions(run).end - 1];
            return HistoryVerdict::Stale(match last.checked_sub(1).map(|it| &versions.all[it]) {
                Some(moved) if *is_word => format!(
                    "{path} said {stated} from {} ({}) until {} ({} \"{}\")",
                    since.date,
                    short_commit(&since.commit),
                    moved.date,
                    short_commit(&moved.commit),
                    moved.subject
                ),
                Some(moved) => format!(
                    "{stated} was right from {} ({}) until {} ({} \"{}\")",
                    since.date,
                    short_commit(&since.commit),
                    moved.date,
                    short_commit(&moved.commit),
                    moved.subject
                ),
                None if *is_word => {
                    format!(
                        "{path} says {stated} since {} ({}), and the tree says otherwise",
                        since.date,
                        short_commit(&since.commit)
                    )
                }
                None => format!(
                    "{stated} was right at the last commit of {path} ({}), and the tree has moved since",
                    short_commit(&since.commit)
                ),
            });
        }
        if !versions.is_whole || !is_looked_at {
            return HistoryVerdict::Unknown(
                "the history is cut off (a shallow clone, or more than is read), so whether it was ever right is not known"
                    .into(),
            );
        }
        let mut had: Vec<&Value> = past.runs.iter().rev().filter_map(|(_, it)| it.as_ref()).collect();
        had.dedup();
        let had = &had[had.len().saturating_sub(8)..];
        HistoryVerdict::Never(if had.is_empty() && *is_word {
            format!("no commit of {path} has a value of {id}")
        } else if *is_word {
            format!("{path} never said {stated} of {id}: it said {}", one_by_one(had))
        } else if had.is_empty() {
            format!("no commit of {path} has a value of {id}, so {stated} was never right")
        } else {
            format!("{stated} was never right: {id} has been {}", one_by_one(had))
        })
    }

    /// A value that speaks of a day: right where the fact had it at any time of that day.
    fn on_day(&self, stated: &str, date: &str, left: &mut RemainingLimits) -> HistoryVerdict {
        let Self { id, path, versions, past, is_word } = self;
        let before = versions.all.iter().position(|it| it.date.as_str() < date);
        let end = before.map_or(versions.all.len(), |it| it + 1);
        let is_read = |had: &[&Value]| end <= past.seen && !(had.is_empty() && before.is_none() && versions.is_cut);
        let mut had: Vec<&Value> = Vec::new();
        for run in 0..past.runs.len() {
            let all = past.versions(run);
            let mut on_day = all.start..all.end.min(end);
            let Some(value) = past.runs[run].1.as_ref() else { continue };
            if !left.take(1 + on_day.len() / 16 + (stated.len() + size(value)) / 16) {
                return HistoryVerdict::NotRead(format!("there is too much to look for in the history of {path}"));
            }
            let Some(version) = on_day.find(|it| versions.all[*it].date.as_str() <= date) else { continue };
            if form::states(stated, value) {
                return if *is_word {
                    HistoryVerdict::Said(versions.all[version].commit.clone())
                } else {
                    HistoryVerdict::Right
                };
            }
            had.push(value);
        }
        if !is_read(&had) {
            return HistoryVerdict::NotRead(format!("the history of {path} is too much to be read as far as {date}"));
        }
        let count = had.len();
        had.reverse();
        had.dedup();
        // nothing is known of that day
        if had.is_empty() {
            return if before.is_none() && versions.is_whole {
                HistoryVerdict::BeforeAll
            } else if *is_word {
                HistoryVerdict::Silent
            } else {
                HistoryVerdict::Right
            };
        }
        let had = shown(&had).join(", then ");
        let word = if *is_word {
            format!("on {date}, {path} said {had} of {id}")
        } else {
            format!("on {date}, {id} was {had}")
        };
        HistoryVerdict::NotOnDay(word, is_word.then_some(count))
    }
}

/// The most characters of an older value that are shown.
const SHOWN: usize = 200;

/// Older values, the long ones cut.
fn shown(values: &[&Value]) -> Vec<String> {
    let one = |value: &&Value| {
        let text = value.to_string();
        match text.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{} …", &text[..end]),
            None => text,
        }
    };
    values.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audit(total: usize, done: &str) -> String {
        format!(
            "## S\n- Total audited modules: `{total}`\n- `intrinsic-backed`: `1`\n- `intrinsic-partial`: `2`\n\n## Audit (Generated)\n### Done\n{done}\n### Open\n- `b`\n"
        )
    }

    fn version(commit: &str, date: &str, text: String) -> FactFileVersion {
        FactFileVersion { commit: commit.into(), date: date.into(), subject: "why".into(), text: Some(text) }
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
        let histories =
            |is_whole| Histories::from([(path.clone(), Versions { all: all.clone(), is_whole, is_cut: false })]);
        let claim = |stated: &str, as_of: Option<&str>| {
            let mut claim =
                Claim::new(ClaimKind::Phrase, &path, 0..1, stated).wrong(ClaimState::Stale, Code::StaleValue, "");
            claim.facts = vec!["t".into()];
            claim.as_of = as_of.map(str::to_owned);
            claim
        };
        for (stated, as_of, is_whole, code, word) in [
            ("8", None, true, Some(Code::StaleValue), "until 2026-02-14 (c3 \"why\")"),
            ("5", None, true, Some(Code::Contradicted), "audit.md never said 5 of t: it said 7, 8, 9"),
            ("5", None, false, Some(Code::StaleValue), "shallow"),
            ("8", Some("2026-02-13"), true, None, ""),
            ("7", Some("2026-02-12"), true, None, ""),
            ("7", Some("2026-02-13"), true, Some(Code::AsOf), "on 2026-02-13, audit.md said 8 of t"),
            ("7", Some("2026-02-01"), true, None, ""),
        ] {
            let mut claims = [claim(stated, as_of)];
            judge(&mut claims, &facts, &histories(is_whole));
            assert_eq!(claims[0].code, code, "{stated} {as_of:?}");
            assert!(claims[0].why.join(" ").contains(word), "{:?}", claims[0].why);
        }
    }
}
