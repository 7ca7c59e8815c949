//! What a person is told to write where a tool must not.

use std::collections::BTreeSet;

use super::super::{
    claim::{Claim, ClaimState},
    code::Code,
    rules::DocsRules,
};

/// What a person does with a value of the present among records, which must not move by itself.
pub(super) fn beside_a_day(what: &str, has_day: bool) -> String {
    if has_day {
        format!("write {what} there by hand, and the day that stands beside it")
    } else {
        format!("write {what} there by hand, and of which day it is: it stands among records")
    }
}

/// Leaves a wrong value for a person.
pub(super) fn by_hand(claim: &mut Claim, rules: &DocsRules<'_>) {
    if claim.code.is_none() {
        return;
    }
    (claim.code, claim.state, claim.wanted) = (Some(Code::Contradicted), ClaimState::HandEdited, None);
    let values = claim.facts.iter().filter_map(|it| rules.facts.get(it)).map(|it| it.value.to_string());
    let values: BTreeSet<String> = values.collect();
    let values = values.into_iter().collect::<Vec<_>>().join(" and ");
    claim.repair = format!("write {values} there by hand, in words that fit");
}

/// Leaves a value for a person, because of a word beside it that is not understood.
pub(super) fn leave_for_a_word(claim: &mut Claim, rules: &DocsRules<'_>, word: &str) {
    by_hand(claim, rules);
    claim.holds_nothing_up = true;
    let repair = std::mem::take(&mut claim.repair);
    claim.repair =
        format!("{repair}; or say by `<!-- molt-sync:ignore WHY -->` above it that it counts something else");
    claim.why.push(format!("\"{word}\" beside it may make it the value of something else"));
}
