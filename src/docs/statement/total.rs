//! Values that belong to one total are written together or not at all, and never so that the parts that are shown do not
//! add up to the total that is shown.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    super::{
        claim::{Claim, ClaimState},
        code::{Code, CodeClass},
        fact::{Facts, Value},
    },
    lexicon::STATUSES,
};

const TOTAL: &str = "stdlib.total";

/// Whether a fact is a part of the total, or the total.
pub(super) fn is_of_total(fact: &str) -> bool {
    fact == TOTAL || fact.strip_prefix("stdlib.").is_some_and(|it| STATUSES.contains(&it))
}

/// Leaves what cannot be written together for a person.
pub(super) fn together(claims: &mut [Claim], facts: &Facts) {
    // one number that is said of several facts
    let mut by_place: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
    for (at, claim) in claims.iter().enumerate() {
        by_place.entry((claim.span.start, claim.span.end)).or_default().push(at);
    }
    for all in by_place.values().filter(|it| it.len() > 1) {
        let wanted: BTreeSet<Option<&String>> = all.iter().map(|it| claims[*it].wanted.as_ref()).collect();
        if wanted.len() > 1 {
            for at in all {
                leave(&mut claims[*at], "the same number is said of other facts too");
            }
        }
    }
    let int = |id: &str| if let Value::Int(it) = facts.get(id)?.value { Some(it) } else { None };
    let Some(total) = int(TOTAL) else { return };
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, claim) in claims.iter().enumerate().filter(|(_, it)| it.group > 0 && it.as_of.is_none()) {
        groups.entry(claim.group).or_default().push(at);
    }
    for all in groups.values() {
        let shown: BTreeSet<&str> = all.iter().filter_map(|it| claims[*it].facts.first()).map(String::as_str).collect();
        let parts: Vec<i64> = shown.iter().filter(|it| **it != TOTAL).filter_map(|it| int(it)).collect();
        let sum: i64 = parts.iter().sum::<i64>() + int("stdlib.unreadable").unwrap_or_default();
        if !shown.contains(TOTAL) || parts.len() < 2 || sum == total || !all.iter().any(|it| claims[*it].is_wrong()) {
            continue;
        }
        let left = STATUSES.iter().filter_map(|it| {
            let id = format!("stdlib.{it}");
            let count = int(&id).filter(|count| *count > 0 && !shown.contains(id.as_str()))?;
            Some(format!("{it} ({count})"))
        });
        let left: Vec<String> = left.collect();
        let why = format!(
            "the parts that are shown would add up to {sum} and not to the total, {total}: {} is not among them",
            left.join(" and ")
        );
        for at in all.clone() {
            leave(&mut claims[at], &why);
        }
    }
}

fn leave(claim: &mut Claim, why: &str) {
    if claim.code != Some(Code::StaleValue) && claim.wanted.is_none() {
        return;
    }
    if claim.code == Some(Code::StaleValue) {
        claim.code = Some(Code::Contradicted);
        claim.state = ClaimState::HandEdited;
        let wanted = claim.wanted.take().map_or_else(|| "the value".to_owned(), |it| format!("`{it}`"));
        claim.repair = format!("write {wanted} there by hand, and what belongs to it");
        claim.why.push(why.to_owned());
    }
    claim.wanted = None;
}

/// Where one value of several that are written together is a person's, all of them are. What the source cannot be taken for is
/// not said to be mended by that.
pub fn settle(claims: &mut [Claim]) {
    settle_groups(claims);
    let by_source = Code::Contradicted.page().2.split(" with ").nth(1).unwrap_or_default();
    let by_source = by_source.trim_end_matches("FILE`");
    for claim in claims.iter_mut() {
        let is_no_use = claim.code == Some(Code::Contradicted) && claim.wanted.is_none();
        if is_no_use && claim.repair.contains(by_source) {
            claim.repair = "correct the source, or the words there by hand".into();
        }
    }
}

fn settle_groups(claims: &mut [Claim]) {
    let mut groups: HashMap<(String, usize), Vec<usize>> = HashMap::new();
    for (at, claim) in claims.iter().enumerate() {
        if claim.group > 0 && claim.is_wrong() && claim.as_of.is_none() {
            groups.entry((claim.path.to_string(), claim.group)).or_default().push(at);
        }
    }
    for all in groups.values().filter(|it| it.len() > 1) {
        let is_open = |it: &Claim| it.class() != CodeClass::Repair || it.wanted.is_none();
        if !all.iter().any(|it| is_open(&claims[*it])) {
            continue;
        }
        let can_take = all.iter().all(|it| claims[*it].wanted.is_some() && claims[*it].waived.is_none());
        for at in all {
            let claim = &mut claims[*at];
            if claim.class() == CodeClass::Repair {
                claim.code = Some(Code::Contradicted);
                claim.state = ClaimState::HandEdited;
                claim.repair = Code::Contradicted.repair_of(&claim.path);
                claim
                    .why
                    .push("it is written together with the others of its total or its sentence, and one of them is a person's".into());
            }
            if !can_take {
                claim.wanted = None;
            }
        }
    }
}
