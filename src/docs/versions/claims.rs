//! Sentences about the union: the series that they name are those of the union file.

use std::ops::Range;

use memchr::memmem;

use super::subject::{MentionSubject, is_unreal, sentence, subject};
use crate::base::{RelPath, shortened};
use crate::docs::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    fact::Value,
    flow::{self, Flow},
    rules::{DocsRules, Document},
    statement::{doubt, is_of_another_union, leave_doubtful, leave_to_a_person},
    tense::{day, is_past, is_record},
    text::{
        elsewhere::names_a_release,
        series::{SeriesMention, mentions, places, series_of},
        write_series::write,
    },
};

/// What binds them, as reports show it.
const BINDING: &str = "{series} union";

/// How much of a sentence a message shows, in characters.
const SHOWN: usize = 60;

/// How far the word may stand from the series, in bytes of a document that can be wrapped.
const NEAR: usize = 300;

/// Whether a document can have such a sentence at all.
pub(in super::super) fn may_have(text: &str) -> bool {
    let words: Vec<usize> = memmem::find_iter(text.as_bytes(), "nion").collect();
    let is_near = |at: usize| {
        let next = words.partition_point(|it| *it < at);
        let before = next.checked_sub(1).and_then(|it| words.get(it));
        before.into_iter().chain(words.get(next)).any(|it| it.abs_diff(at) < NEAR)
    };
    !words.is_empty() && places(text).any(is_near)
}

/// Whether what follows a list says what was: "the union of CPython 3.12 and 3.13 had 318".
fn was(behind: &str) -> bool {
    let behind = behind.trim_start_matches([' ', '`', ')', '*']);
    let behind = behind.strip_prefix("union ").unwrap_or(behind);
    ["had ", "was ", "were "].iter().any(|it| behind.starts_with(it))
}

/// Leaves a list of series to a person that stands where another time is spoken of.
fn leave_unclear(claim: &mut Claim, (path, flow, part): (&RelPath, &Flow, &Range<usize>)) {
    if claim.as_of.is_some() || claim.wanted.is_none() {
        return;
    }
    let whole = &flow.text[sentence(flow, part)];
    let what =
        is_of_another_union(whole).then(|| shortened(whole, SHOWN).into_owned()).or_else(|| doubt(path, flow, ""));
    if let Some(what) = what {
        leave_to_a_person(claim, &what);
    }
}

/// The claims of a document.
pub(in super::super) fn claims(document: &Document, all: &[Flow], rules: &DocsRules<'_>) -> Vec<Claim> {
    let Document { path, text } = document;
    let mut res = Vec::new();
    let Some(fact) = rules.facts.get("series") else { return res };
    let Value::List(list) = &fact.value else { return res };
    let Some(series) = series_of(list) else { return res };
    let is_read = |it: &&Flow| !matches!(it.kind, flow::BlockKind::Code(_)) && !it.is_ignored && may_have(&it.text);
    let is_generated = |it: &Flow| path == rules.audit && it.headings.iter().any(|it| it.is_generated);
    // one series by itself is spoken of for many reasons, and says which are in the union where it is the only one
    let is_only = |it: &SeriesMention| series.len() == 1 && it.set.is(&series);
    for flow in all.iter().filter(is_read).filter(|it| !is_record(it) && !is_generated(it)) {
        for mention in mentions(&flow.text).into_iter().filter(|it| it.is_list() || is_only(it)) {
            let part = mention.range.clone();
            let subject = subject(flow, &mention);
            let is_policy = subject == MentionSubject::Policy && mention.is_list();
            if !(is_policy || subject == MentionSubject::Union)
                || is_unreal(flow, &mention)
                || is_past(&flow.text, &part)
                || was(&flow.text[part.end..])
                || names_a_release(&flow.text[sentence(flow, &part)])
            {
                continue;
            }
            let stated = &flow.text[part.clone()];
            let span = flow.place(part.clone());
            let is_plain = text.get(span.clone()).is_some_and(|it| it == stated);
            let kind = if is_policy { ClaimKind::Targets } else { ClaimKind::Phrase };
            let mut claim = Claim::new(kind, path, span, stated).in_sentence(&flow.text, part.clone(), part);
            claim.facts = vec![fact.id.clone()];
            BINDING.clone_into(&mut claim.binding);
            claim.as_of = day(flow);
            let is_other = flow.as_of.is_some() || !mention.set.is(&series);
            let why = format!("{} ({})", fact.derivation, fact.source);
            if is_policy {
                claim.holds_nothing_up = true;
                // what was targeted on a day is not recorded
                if is_other && claim.as_of.is_none() {
                    claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, why);
                    claim.repair = format!("say there by hand what Molt targets: the union is that of {}", fact.value);
                }
            } else if is_other {
                claim.wanted = write(stated, &series).filter(|_| is_plain);
                claim = claim.wrong(ClaimState::Stale, Code::StaleValue, why);
                if claim.as_of.is_none() && claim.wanted.is_none() {
                    claim.code = Some(Code::Contradicted);
                    claim.repair = format!("write {} there by hand, in words that fit", fact.value);
                }
                leave_unclear(&mut claim, (path, flow, &mention.range));
            }
            res.push(claim);
        }
    }
    leave_doubtful(&mut res, document, all);
    res
}
