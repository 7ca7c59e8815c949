//! The phrases that bind facts, in the blocks of a document: each value against its fact.

use std::collections::HashSet;

use super::{
    binding::{Binding, Tense},
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    flow::Flow,
    form,
    rules::{DocsRules, Document, MOST_CLAIMS},
    statement,
    tense::{day, is_aim, is_past, is_record, names_its_day},
};
use crate::base::RelPath;
use regex::Regex;

/// The values of one phrase in the blocks of a document that can have it.
pub(super) fn phrases(
    document: &Document,
    all: &[&Flow],
    binding: &Binding,
    regex: &Regex,
    rules: &DocsRules<'_>,
) -> Vec<Claim> {
    let Document { path, text } = document;
    let mut res = Vec::new();
    let mut count = 0;
    for flow in all.iter().filter(|it| !it.is_ignored) {
        let all = binding.find(regex, flow, rules.facts);
        if all.is_empty() || (binding.is_default() && (is_record(flow) || (path == rules.audit && is_generated(flow))))
        {
            continue;
        }
        for found in all {
            if res.len() > MOST_CLAIMS {
                return res;
            }
            let is_count = found.holes.iter().any(|(id, _)| id.starts_with("stdlib."));
            let says_nothing = || is_aim(&flow.text, &found.whole) || is_past(&flow.text, &found.whole);
            if binding.is_default() && is_count && says_nothing() {
                continue;
            }
            count += 1;
            for (at, (id, part)) in found.holes.into_iter().enumerate() {
                let Some(fact) = rules.facts.get(&id) else { continue };
                let stated = &flow.text[part.clone()];
                let span = flow.place(part.clone());
                let is_part = found.parts.contains(&at);
                let whole = found.whole.start.min(part.start)..found.whole.end.max(part.end);
                let claim = Claim::new(ClaimKind::Phrase, path, span.clone(), stated);
                let mut claim = claim.in_sentence(&flow.text, whole, part.clone());
                claim.facts = vec![id];
                claim.binding.clone_from(&binding.phrase);
                claim.as_of = match &binding.tense {
                    Tense::AsOf(date) => Some(date.clone()),
                    Tense::Now | Tense::Goal => day(flow),
                };
                let is_set_aside = || is_aim(&flow.text, &found.whole) || statement::is_set_aside(flow, &part);
                claim.is_goal = binding.tense == Tense::Goal && !is_set_aside();
                claim.is_bound_aside =
                    (claim.is_goal || matches!(binding.tense, Tense::AsOf(_))) && binding.by().is_none();
                // the value of today says nothing of a day that is named
                let is_dated = names_its_day(flow) || matches!(binding.tense, Tense::AsOf(_));
                if is_part && binding.tense != Tense::Goal {
                    let why = format!("what stands there is not a value of {}", fact.id);
                    claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, why);
                    claim.repair = format!("write {} there by hand, in words that fit", fact.value);
                } else if binding.tense != Tense::Goal && (is_dated || !form::states(stated, &fact.value)) {
                    // what is written over several lines or with marks in it is a person's
                    let is_plain = text.get(span).is_some_and(|it| it == stated);
                    claim.wanted = form::write(stated, &fact.value);
                    let why = format!("{} ({})", fact.derivation, fact.source);
                    claim = claim.wrong(ClaimState::Stale, Code::StaleValue, why);
                    if claim.as_of.is_none() && (!is_plain || claim.wanted.is_none()) {
                        claim.wanted = None;
                        claim.code = Some(Code::Contradicted);
                        claim.repair = format!("write {} there by hand, in words that fit", fact.value);
                    }
                }
                res.push(claim);
            }
        }
    }
    let Some(times) = binding.times.filter(|it| *it != count) else { return res };
    let mut claim = Claim::new(ClaimKind::Phrase, path, 0..0, "");
    claim.binding.clone_from(&binding.phrase);
    claim.facts = binding.facts().to_vec();
    if count == 0 {
        let anchor = binding.anchor();
        let nearest = all.iter().find(|it| it.text.contains(anchor));
        let mut why = format!("`{}` stands nowhere in it", binding.phrase);
        if let Some(flow) = nearest {
            let at = flow.text.find(anchor).unwrap_or_default();
            claim.span = flow.place(at..at + anchor.len());
            let part = at..at + anchor.len();
            claim = claim.in_sentence(&flow.text, part.clone(), part);
            why += &format!("; the nearest sentence is \"{}\"", claim.sentence);
        }
        res.push(claim.wrong(ClaimState::Lost, Code::Lost, why));
    } else {
        let why = format!("`{}` stands {count} times in it and not {times}", binding.phrase);
        if let Some(beyond) = res.get(times * binding.facts().len()) {
            claim.span = beyond.span.start..beyond.span.start;
            claim.sentence.clone_from(&beyond.sentence);
            claim.at = beyond.at;
        }
        res.push(claim.wrong(ClaimState::Lost, Code::Count, why));
    }
    res
}

/// Leaves the values of a phrase to a person that stands oftener in its document than it is to: which of the places it is meant for is
/// not known, and another one is somebody's sentence.
pub fn leave_counted(claims: &mut [Claim]) {
    // one that stands there too seldom has no place that is one too many, and no sentence of that
    let counted = claims.iter().filter(|it| it.code == Some(Code::Count) && !it.sentence.is_empty());
    let counted: HashSet<(RelPath, String)> = counted.map(|it| (it.path.clone(), it.binding.clone())).collect();
    let is_of_one = |it: &&mut Claim| {
        let is_written = it.kind == ClaimKind::Phrase && it.wanted.is_some() && it.as_of.is_none();
        is_written && !counted.is_empty() && counted.contains(&(it.path.clone(), it.binding.clone()))
    };
    for claim in claims.iter_mut().filter(is_of_one) {
        (claim.wanted, claim.code) = (None, Some(Code::Contradicted));
        "settle first how often the phrase stands there".clone_into(&mut claim.repair);
    }
}

/// The parts of the audit document that are replaced as lists.
fn is_generated(flow: &Flow) -> bool {
    flow.headings.iter().any(|it| it.is_generated)
}
