//! What keeps `docs sync` from writing, everywhere or in one document, and what hints say of it.

use std::collections::{BTreeMap, HashMap};

use super::lost::MANAGED;
use crate::{
    base::RelPath,
    docs::{Claim, ClaimKind, Code, CodeClass},
};

/// The documents that state a fact of a broken rule, with that fact and the rule.
pub(super) fn stopped(claims: &[Claim]) -> BTreeMap<RelPath, (String, String)> {
    let broken = || claims.iter().filter(|it| it.kind == ClaimKind::Invariant && it.is_wrong());
    let mut by_fact: HashMap<&str, &str> = HashMap::new();
    for rule in broken() {
        by_fact.extend(rule.facts.iter().map(|it| (it.as_str(), rule.binding.as_str())));
    }
    let any = |prefixes: &[&str]| by_fact.iter().find(|(id, _)| prefixes.iter().any(|it| id.starts_with(it)));
    let mut res = BTreeMap::new();
    for claim in claims.iter().filter(|it| it.kind != ClaimKind::Invariant) {
        // templates and the audit document state many facts at once
        let found = match claim.kind {
            ClaimKind::Block | ClaimKind::File => {
                any(&["stdlib.", "union.", "ratchet."]).map(|(id, rule)| (*id, *rule))
            }
            ClaimKind::Audit => any(&["stdlib."]).map(|(id, rule)| (*id, *rule)),
            _ => claim.facts.iter().find_map(|it| by_fact.get_key_value(it.as_str())).map(|(id, rule)| (*id, *rule)),
        };
        if let Some((id, rule)) = found {
            res.entry(claim.path.clone()).or_insert_with(|| (id.to_owned(), rule.to_owned()));
        }
    }
    res
}

/// What every hint that leads to `docs sync` has.
const SYNC: &str = "`molt-sync docs sync";

/// Says beside a hint that leads to `docs sync` what keeps it from writing there.
pub(super) fn say_what_stops(claims: &mut [Claim]) {
    let stop = claims
        .iter()
        .find(|it| stops(it))
        .map(|it| format!("which writes nothing until {}:{} is repaired", it.path, it.line));
    let stopped = if stop.is_none() { stopped(claims) } else { BTreeMap::new() };
    for claim in claims.iter_mut().filter(|it| it.repair.contains(SYNC) && it.kind != ClaimKind::Invariant) {
        let of_rule = || {
            let (_, rule) = stopped.get(&claim.path)?;
            // what is compared with a base is so where there is one
            let base = if rule.starts_with("nonincreasing(") { ", with the same --base," } else { "" };
            Some(format!("which{base} writes nothing in this document until `{rule}` holds"))
        };
        if let Some(words) = stop.clone().or_else(of_rule) {
            claim.repair = format!("{}, {words}", claim.repair);
        }
    }
}

/// Whether it stops everything: nothing is written next to what cannot be understood.
pub(super) fn stops(it: &Claim) -> bool {
    // what is not there is not written to
    it.waived.is_none()
        && it.binding != MANAGED
        && (it.class() == CodeClass::Broken || matches!(it.code, Some(Code::Malformed | Code::Conflict | Code::Hazard)))
}
