//! Sentences that list the statuses: "The states are `intrinsic-backed`, `intrinsic-partial`, and `python-only`". Such a list has
//! to have every status that Molt's checker gives, and no other.

use std::{collections::BTreeSet, ops::Range};

use super::{
    super::{
        claim::{Claim, ClaimKind, ClaimState},
        code::Code,
        flow::Flow,
    },
    StatementReader,
    lexicon::{STATUSES, status},
    mood::{BlockSetting, CountShape, Mood},
    token::{TextToken, TokenKind},
};

/// What introduces such a list.
const HEADS: &[&str] = &[
    "statuses",
    "states",
    "status",
    "state",
    "classes",
    "class",
    "classification",
    "classifications",
    "categories",
    "category",
    "computes",
    "classifies",
    "assigns",
    "distinguishes",
    "classified",
];
/// What makes it one of some of them.
const SOME: &[&str] =
    &["such", "e.g", "example", "include", "includes", "including", "some", "other", "than", "non", "except", "counts"];
/// What every whole list has.
const ALWAYS: [&str; 2] = ["intrinsic-backed", "intrinsic-partial"];

/// Compares the list of a sentence with what the checker gives.
pub(super) fn statuses(
    flow: &Flow,
    (part, all, sentence): (&Range<usize>, &[TextToken<'_>], &Range<usize>),
    setting: &dyn Fn() -> BlockSetting,
    reader: &mut StatementReader<'_>,
) {
    let named = |at: usize| (all[at].kind == TokenKind::Word).then(|| status(&all[at].word)).flatten();
    let Some(start) = sentence.clone().find(|it| named(*it).is_some()) else { return };
    let mut end = start;
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for (at, token) in all.iter().enumerate().take(sentence.end).skip(start) {
        if let Some(name) = named(at) {
            said.insert(name);
            end = at + 1;
        } else if !(token.is(&["and", "or"]) || token.is_mark(&[',', '/', '|', '&'])) {
            break;
        }
    }
    if said.len() < 3 || !ALWAYS.iter().all(|it| said.contains(it)) {
        return;
    }
    let before = &all[sentence.start..start];
    let is_headed = before.iter().any(|it| it.is(HEADS)) || behind(&all[end..sentence.end]);
    if !is_headed || before.iter().any(|it| it.is(SOME)) {
        return;
    }
    let facts = reader.rules.facts;
    let given: BTreeSet<&str> =
        STATUSES.into_iter().filter(|it| facts.get(&format!("stdlib.{it}")).is_some()).collect();
    if given.len() < 3 || given == said {
        return;
    }
    let mood = setting().mood(all, (sentence.clone(), start..end, end), CountShape::Status, &|_| false);
    if matches!(mood, Mood::Unsaid | Mood::Day(_)) {
        return;
    }
    let place = part.start + all[start].at.start..part.start + all[end - 1].at.end;
    let claim =
        Claim::new(ClaimKind::Document, &reader.document.path, flow.place(place.clone()), &flow.text[place.clone()]);
    let mut claim = claim.in_sentence(&flow.text, place.clone(), place);
    let listed = |all: Vec<&&str>| all.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" and ");
    let (left_out, others) = (listed(given.difference(&said).collect()), listed(said.difference(&given).collect()));
    claim.facts = given.symmetric_difference(&said).map(|it| format!("stdlib.{it}")).collect();
    "statuses".clone_into(&mut claim.binding);
    let why = match (left_out.is_empty(), others.is_empty()) {
        (false, true) => format!("the checker gives {left_out} too"),
        (true, _) => format!("the checker does not give {others}"),
        _ => format!("the checker gives {left_out} too, and not {others}"),
    };
    claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, why);
    "list the statuses there that the checker gives".clone_into(&mut claim.repair);
    reader.done.push(claim);
}

/// "… are the statuses"
fn behind(all: &[TextToken<'_>]) -> bool {
    all.first().is_some_and(|it| it.is(&["are", "is"])) && all.iter().take(5).any(|it| it.is(HEADS))
}
