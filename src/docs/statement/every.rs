//! "All modules are intrinsic-backed", "every module is `intrinsic-partial`": then no module is anything else.

use std::ops::Range;

use super::{
    super::{
        claim::{Claim, ClaimKind, ClaimState},
        code::Code,
        fact::Value,
        flow::Flow,
    },
    StatementReader, lexicon,
    mood::{BlockSetting, CountShape, Mood},
    token::{TextToken, TokenKind},
};

const EVERY: &[&str] = &["all", "every", "each"];
const BUT: &[&str] = &["apart", "except", "exception", "exceptions", "excluding", "besides", "unlike"];
/// How many tokens of a sentence are looked at for such a word.
const LOOKED_AT: usize = 200;
/// Words between that and the modules.
const BETWEEN: &[&str] = &["of", "the", "audited", "stdlib"];
const MODULES: &[&str] = &["module", "modules"];
/// What modules may be in without being fewer.
const IN_ALL: &[&str] = &["in", "of", "the", "tree", "audit", "library", "stdlib"];
const VERBS: &[&str] = &["is", "are", "remains", "remain"];
/// Words between the verb and the status.
const FILLS: &[&str] = &["now", "currently", "still", "already", "today", "fully"];
/// What may follow the status.
const NOUNS: &[&str] = &["modules", "module", "now", "today", "currently"];

/// Compares what is said of all modules.
pub(super) fn modules(
    flow: &Flow,
    (part, all, sentence): (&Range<usize>, &[TextToken<'_>], &Range<usize>),
    setting: &dyn Fn() -> BlockSetting,
    reader: &mut StatementReader<'_>,
) {
    // all but some are not all
    let is_other = |it: usize| all[it].is(&["other"]) && it + 1 < sentence.end && all[it + 1].is(&["than"]);
    let is_cut = sentence.clone().take(LOOKED_AT).any(|it| all[it].is(BUT) || is_other(it));
    for start in sentence.clone().filter(|it| !is_cut && all[*it].is(EVERY)) {
        let Some((at, status)) = said(all, start, sentence.end) else { continue };
        let count = |id: &str| match reader.rules.facts.get(id)?.value {
            Value::Int(it) => Some(it),
            _ => None,
        };
        let id = format!("stdlib.{status}");
        let (Some(total), Some(those)) = (count("stdlib.total"), count(&id)) else { continue };
        let mood = setting().mood(all, (sentence.clone(), start..at + 1, at + 1), CountShape::Status, &|_| false);
        if !matches!(mood, Mood::Now) {
            continue;
        }
        let place = part.start + all[at].at.start..part.start + all[at].at.end;
        let whole = part.start + all[start].at.start..place.end;
        let claim = Claim::new(ClaimKind::Phrase, &reader.document.path, flow.place(place.clone()), all[at].text);
        let mut claim = claim.in_sentence(&flow.text, whole, place);
        claim.facts = vec![id, "stdlib.total".into()];
        "all modules".clone_into(&mut claim.binding);
        if those != total {
            let why = format!("{those} of {total} modules are {status}");
            claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, why);
            claim.repair = "say there by hand how many are".into();
        }
        reader.done.push(claim);
    }
}

/// The token of the status that all modules are said to have from `start` on, and the status.
fn said(all: &[TextToken<'_>], start: usize, end: usize) -> Option<(usize, &'static str)> {
    let skip = |mut at: usize, words: &[&str]| {
        while at < end && all[at].is(words) {
            at += 1;
        }
        at
    };
    let is = |at: usize, words: &[&str]| at < end && all[at].is(words);
    let modules = skip(start + 1, BETWEEN);
    if !is(modules, MODULES) {
        return None;
    }
    let verb = skip(modules + 1, IN_ALL);
    if !is(verb, VERBS) {
        return None;
    }
    let mut at = skip(verb + 1, FILLS);
    while at < end && all[at].is_mark(&['"', '*', '`']) {
        at += 1;
    }
    let token = all.get(at).filter(|it| at < end && it.kind == TokenKind::Word)?;
    let status = lexicon::status(&token.word)?;
    // "intrinsic-backed or better" and "intrinsic-partial stubs" say something else
    let next = skip(at + 1, NOUNS);
    let is_end = next >= end || all[next].kind != TokenKind::Word;
    is_end.then_some((at, status))
}
