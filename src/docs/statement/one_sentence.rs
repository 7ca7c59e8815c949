//! Values of one sentence that were right together: where one of them is a person's to write, the others are too, since a sentence of
//! which half is new is false.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use super::{
    super::{
        claim::{Claim, ClaimKind, ClaimState},
        code::Code,
        flow::Flow,
    },
    mood::sentences,
    token::tokens,
};

/// A longer block is one sentence, in bytes.
const LONGEST: usize = 64 << 10;

/// What counts or names what a refresh changes.
const FACTS: [&str; 3] = ["stdlib.", "union.", "ratchet."];

/// Leaves to a person what would be written beside a value that is not understood. Both lists are of one document.
pub(in super::super) fn keep_together(series: &mut [Claim], stated: &mut [Claim], all: &[Flow]) {
    let is_unclear = |it: &&Claim| {
        let is_left = it.holds_nothing_up && it.state == ClaimState::HandEdited && it.kind != ClaimKind::Targets;
        let is_counted =
            it.facts.first().is_some_and(|it| it == "series" || FACTS.iter().any(|fact| it.starts_with(fact)));
        is_left && is_counted && it.as_of.is_none() && it.code == Some(Code::Contradicted)
    };
    let is_written = |it: &Claim| it.code == Some(Code::StaleValue) && it.as_of.is_none() && it.wanted.is_some();
    if !series.iter().chain(stated.iter()).any(is_written) {
        return;
    }
    let mut places: HashMap<usize, Vec<Range<usize>>> = HashMap::new();
    let mut left: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    for claim in series.iter().chain(stated.iter()).filter(is_unclear) {
        let byte = claim.span.start;
        let next = all.partition_point(|it| it.place(0..it.text.len()).start <= byte);
        let Some(at) = next.checked_sub(1) else { continue };
        let places = places.entry(at).or_insert_with(|| places_of_sentences(&all[at]));
        let sentence = places.partition_point(|it| it.start <= byte).checked_sub(1).map(|it| &places[it]);
        if let Some(it) = sentence.filter(|it| it.contains(&byte)) {
            left.entry(it.start).or_insert_with(|| (it.end, claim.stated.clone()));
        }
    }
    for claim in series.iter_mut().chain(stated).filter(|it| is_written(it)) {
        let found = left.range(..=claim.span.start).next_back().filter(|(_, (end, _))| claim.span.start < *end);
        if let Some((_, (_, beside))) = found {
            claim.code = Some(Code::Contradicted);
            claim.state = ClaimState::HandEdited;
            claim.holds_nothing_up = true;
            let wanted = claim.wanted.as_deref().unwrap_or_default();
            claim.repair = format!("write {wanted} there by hand, together with the value beside it");
            claim.why.push(format!(
                "\"{beside}\" in the same sentence is left to a person, and half of a sentence must not move"
            ));
        }
    }
}

/// The sentences of a block, as bytes of the document.
fn places_of_sentences(flow: &Flow) -> Vec<Range<usize>> {
    if flow.text.len() > LONGEST {
        return vec![flow.place(0..flow.text.len())];
    }
    let all = tokens(&flow.text);
    let parts = sentences(&all).into_iter().filter(|it| !it.is_empty());
    parts.map(|it| flow.place(all[it.start].at.start..all[it.end - 1].at.end)).collect()
}
