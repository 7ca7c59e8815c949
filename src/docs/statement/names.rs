//! Lists of names: "Strict roots: `a`, `b`, and `c`", the same as bullets, "top-level extras: only `a`". The sentences that
//! come with the tool are looked for elsewhere; here is what they do not have.

use std::ops::Range;

use super::{
    super::{
        claim::{Claim, ClaimKind, ClaimState},
        code::Code,
        fact::Value,
        flow::{self, Flow},
    },
    StatementReader,
    mood::{BlockSetting, CountShape, Mood},
    token::{TextToken, TokenKind, tokens},
};

/// The fact whose name ends at a token, exclusively, and where that begins.
fn subject(all: &[TextToken<'_>], end: usize) -> Option<(&'static str, usize)> {
    let back = |at: usize, words: &[&str]| end.checked_sub(at).is_some_and(|it| all[it].is(words));
    if back(1, &["roots", "root"]) {
        return if back(2, &["strict"]) && !back(3, &["critical"]) {
            Some(("gates.strict-roots", end - 2))
        } else if back(2, &["critical"]) {
            Some(("gates.critical-roots", end - 2))
        } else if back(2, &["strict"]) && back(3, &["critical"]) {
            Some(("gates.critical-roots", end - 3))
        } else {
            None
        };
    }
    let is_top = back(2, &["top-level"]) || (back(2, &["stdlib"]) && back(3, &["top-level"]));
    (back(1, &["extras", "extra"]) && is_top).then(|| ("stdlib.extras", end - 2))
}

const LINKS: &[&str] = &[
    "are",
    "is",
    "only",
    "now",
    "currently",
    "still",
    "constrained",
    "limited",
    "restricted",
    "to",
    "just",
    "remain",
    "the",
    "exactly",
    "namely",
];

/// Lists in a sentence.
pub(super) fn inline(
    flow: &Flow,
    (part, all, sentence): (&Range<usize>, &[TextToken<'_>], &Range<usize>),
    setting: &dyn Fn() -> BlockSetting,
    reader: &mut StatementReader<'_>,
) {
    let mut read = sentence.start;
    for end in sentence.start + 2..=sentence.end {
        // what stands in a list begins none
        if end <= read {
            continue;
        }
        let Some((fact, start)) = subject(all, end).filter(|(_, it)| *it >= sentence.start) else { continue };
        let mut from = end;
        while from < sentence.end && (all[from].is(LINKS) || all[from].is_mark(&[':', '=', '('])) {
            from += 1;
        }
        let (names, last) = names(all, from, sentence.end);
        read = last;
        // "are `a` & `b` only"
        let mut behind = last;
        while behind < sentence.end && all[behind].is(&["only", "alone", "now", "today", "currently", "exclusively"]) {
            behind += 1;
        }
        let ends = behind >= sentence.end || all[behind].is_mark(&[';', ')', '—', '–', '.']);
        if from == end || names.is_empty() || !ends || all[start].is_code {
            continue;
        }
        let is_module = |_: &str| false;
        let mood = setting().mood(all, (sentence.clone(), start..last, last), CountShape::Key, &is_module);
        let at = part.start + all[from].at.start..part.start + all[last - 1].at.end;
        claim(flow, fact, &names, at, &mood, reader);
    }
}

/// The names of a list and where it ends; a remark in brackets belongs to the name before it.
fn names<'t>(all: &[TextToken<'t>], from: usize, end: usize) -> (Vec<&'t str>, usize) {
    let mut res = Vec::new();
    let (mut at, mut last) = (from, from);
    while at < end {
        let token = &all[at];
        if token.is_code && token.kind == TokenKind::Word {
            res.push(token.text);
        } else if token.is_mark(&['(']) && !res.is_empty() {
            let close = (at..end).take(60).find(|it| all[*it].is_mark(&[')']));
            let Some(close) = close else { break };
            at = close;
        } else if res.is_empty() || !(token.is(&["and", "or"]) || token.is_mark(&[',', '/', '&'])) {
            break;
        } else {
            at += 1;
            continue;
        }
        at += 1;
        last = at;
    }
    (res, last)
}

/// Lists of bullets below the words that name the fact.
pub(super) fn lists(all: &[Flow], reader: &mut StatementReader<'_>) {
    let mut at = 0;
    while at < all.len() {
        let flow = &all[at];
        let list = flow.list;
        let length = all[at..].iter().take_while(|it| it.list == list).count();
        let items = &all[at..at + length];
        at += length;
        let lead = flow.leads.last().filter(|_| list > 0 && flow.kind == flow::BlockKind::Prose && !flow.is_ignored);
        let Some(lead) = lead.and_then(|it| it.trim_end().strip_suffix(':')) else { continue };
        let lead = tokens(lead);
        let Some((fact, _)) = subject(&lead, lead.len()) else { continue };
        let names: Option<Vec<&str>> =
            items.iter().map(|it| it.text.trim().strip_prefix('`')?.strip_suffix('`')).collect();
        let is_name =
            |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.".contains(&it));
        let Some(names) = names.filter(|it| it.iter().all(is_name)) else { continue };
        let setting = BlockSetting::new(flow, ("", 0..0), &reader.made);
        let mood = setting.mood(&[], (0..0, 0..0, 0), CountShape::Key, &|_| false);
        claim(flow, fact, &names, 0..flow.text.len(), &mood, reader);
    }
}

fn claim(flow: &Flow, id: &str, names: &[&str], at: Range<usize>, mood: &Mood, reader: &mut StatementReader<'_>) {
    let Some(fact) = reader.rules.facts.get(id) else { return };
    let Value::List(wanted) = &fact.value else { return };
    // of a day, nothing is known
    if matches!(mood, Mood::Unsaid | Mood::Part | Mood::Day(_)) {
        return;
    }
    let mut said: Vec<&str> = names.to_vec();
    let mut truth: Vec<&str> = wanted.iter().map(String::as_str).collect();
    said.sort_unstable();
    truth.sort_unstable();
    let stated = names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    let claim = Claim::new(ClaimKind::Phrase, &reader.document.path, flow.place(at.clone()), stated);
    let mut claim = claim.in_sentence(&flow.text, at.clone(), at);
    claim.facts = vec![id.to_owned()];
    id.clone_into(&mut claim.binding);
    if said != truth {
        let why = format!("{} ({})", fact.derivation, fact.source);
        claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, why);
        claim.repair = format!("write {} there by hand, in words that fit", fact.value);
    }
    reader.done.push(claim);
}
