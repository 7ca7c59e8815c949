//! Bullets that share a statement with what introduces them: "Intrinsic-backed:" above names of modules, and the name of a
//! module above its status.

use std::ops::Range;

use super::{
    super::{
        claim::{Claim, ClaimKind, ClaimState},
        code::Code,
        flow::{self, Flow},
    },
    StatementReader, StatusSubject,
    lexicon::status,
    module_words::{NOUNS, TAKES_BACK},
    mood::{BlockSetting, CountShape, Mood},
    signs::may_state,
    token::{TextToken, TokenKind, tokens},
};

/// What may stand beside the status in words that introduce a list of modules.
const BESIDE: &[&str] = &[
    "the",
    "following",
    "these",
    "that",
    "which",
    "are",
    "is",
    "now",
    "currently",
    "today",
    "still",
    "already",
    "fully",
    "completely",
    "all",
    "as",
    "status",
    "state",
    "counted",
    "classified",
    "listed",
];
/// What may stand before a status that is all that a bullet says.
const LABELS: &[&str] =
    &["status", "state", "class", "classification", "is", "now", "currently", "still", "today", "fully"];
/// The longest words that introduce such a list, in bytes.
const LONGEST: usize = 120;

/// Compares the bullet `flow`, where it is one of those.
pub(super) fn item(flow: &Flow, reader: &mut StatementReader<'_>) {
    let is_bullet = flow.list > 0 && flow.kind == flow::BlockKind::Prose;
    let heading = || flow.headings.last().filter(|_| is_bullet).map(|it| it.text.as_str());
    let Some(lead) = flow.leads.last().map(|it| &**it).filter(|_| is_bullet).or_else(heading) else { return };
    if lead.len() > LONGEST || flow.text.len() > 10 * LONGEST {
        return;
    }
    if has_status(lead) {
        let lead = tokens(lead);
        if let Some(word) = of_lead(&lead) {
            modules(flow, word, reader);
        }
    } else if flow.text.len() < LONGEST && !flow.leads.is_empty() && has_status(&flow.text) {
        let lead = tokens(lead);
        let end = lead.len() - usize::from(lead.last().is_some_and(|it| it.is_mark(&[':'])));
        let (names, last) = names(&lead[..end], reader);
        if last == end && !names.is_empty() {
            status_alone(flow, &names, reader);
        }
    }
}

/// Whether a text can name a status: most bullets and what introduces them do not, and are not read.
fn has_status(text: &str) -> bool {
    ["ntrinsic", "only", "olicy"].iter().any(|it| memchr::memmem::find(text.as_bytes(), it.as_bytes()).is_some())
        && may_state(text)
}

/// The status that words say of all that they introduce.
fn of_lead(lead: &[TextToken<'_>]) -> Option<&'static str> {
    let mut said = None;
    for token in lead {
        let word = if token.kind == TokenKind::Word { status(&token.word) } else { None };
        match word {
            Some(_) if said.is_some() => return None,
            Some(word) => said = Some(word),
            None if token.is(BESIDE) || token.is(NOUNS) || token.is(&["stdlib"]) || token.number().is_some() => {}
            None if token.is_mark(&[':', '(', ')', '*', '`']) || token.kind == TokenKind::End => {}
            None => return None,
        }
    }
    said
}

/// The names of modules that some tokens begin with, and where those end.
fn names<'t>(all: &[TextToken<'t>], reader: &StatementReader<'_>) -> (Vec<&'t str>, usize) {
    let mut res = Vec::new();
    // a box that is ticked
    let (mut at, mut last) = match all {
        [open, tick, close, ..] if open.is_mark(&['[']) && tick.is(&["x"]) && close.is_mark(&[']']) => (3, 3),
        _ => (0, 0),
    };
    while let Some(token) = all.get(at) {
        if token.kind == TokenKind::Word && reader.is_module(token.text) {
            res.push(token.text);
            last = at + 1;
        } else if res.is_empty() || last + 2 < at || !(token.is(&["and"]) || token.is_mark(&[',', '/', '&'])) {
            break;
        }
        at += 1;
    }
    (res, last)
}

/// Names of modules below a status.
fn modules(flow: &Flow, word: &str, reader: &mut StatementReader<'_>) {
    let all = tokens(&flow.text);
    let (names, end) = names(&all, reader);
    let rest = &all[end..];
    let is_code = all[..end].iter().filter(|it| it.kind == TokenKind::Word && it.text != "x").all(|it| it.is_code);
    let is_remark = rest.first().is_none_or(|it| {
        it.kind == TokenKind::End || (is_code && it.is_mark(&['(', ':', '-', '–', '—', ';'])) || it.is(&["module"])
    });
    // a status of its own is read with it, and a part of it is another thing
    let is_other = |it: &TextToken<'_>| it.is(TAKES_BACK) || (it.kind == TokenKind::Word && status(&it.word).is_some());
    if names.is_empty() || !is_remark || rest.iter().any(is_other) {
        return;
    }
    let setting = BlockSetting::new(flow, ("", 0..0), &reader.made);
    let mood = setting.mood(&[], (0..0, 0..0, 0), CountShape::Status, &|_| false);
    let as_of = match mood {
        Mood::Unsaid | Mood::Part => return,
        Mood::Day(day) => Some(day),
        Mood::Now | Mood::NowBesideADay => None,
    };
    for token in all[..end].iter().filter(|it| it.kind == TokenKind::Word && names.contains(&it.text)) {
        let name = token.text;
        let Some(truth) = reader.rules.status(name) else { continue };
        let at: Range<usize> = token.at.clone();
        let claim = Claim::new(ClaimKind::Status, &reader.document.path, flow.place(at.clone()), word);
        let mut claim = claim.in_sentence(&flow.text, at.clone(), at);
        claim.facts = vec![format!("module.{name}.status")];
        name.clone_into(&mut claim.binding);
        claim.as_of.clone_from(&as_of);
        if truth != word {
            let why = format!("`{name}` is {truth}, and stands below {word}");
            // the words above it are those of others too
            claim = match as_of {
                Some(_) => claim.wrong(ClaimState::Stale, Code::StaleValue, why),
                None => claim.wrong(ClaimState::HandEdited, Code::Contradicted, why),
            };
            claim.repair = format!("move `{name}` to the modules that are {truth}, or correct the source");
        }
        reader.done.push(claim);
    }
}

/// A status alone below names of modules.
fn status_alone(flow: &Flow, names: &[&str], reader: &mut StatementReader<'_>) {
    let all = tokens(&flow.text);
    let all: Vec<&TextToken<'_>> = all.iter().filter(|it| it.kind != TokenKind::End && !it.is_mark(&['.'])).collect();
    let Some((last, before)) = all.split_last() else { return };
    let is_status = last.kind == TokenKind::Word && status(&last.word).is_some();
    if !is_status || !before.iter().all(|it| it.is(LABELS) || it.is_mark(&[':', '=', '-', '–', '—'])) {
        return;
    }
    let setting = BlockSetting::new(flow, ("", 0..0), &reader.made);
    let mood = setting.mood(&[], (0..0, 0..0, 0), CountShape::Status, &|_| false);
    let has_degree = before.iter().any(|it| it.is(&["fully"]));
    let said = StatusSubject { has_degree, ..StatusSubject::of(names, setting.has_day()) };
    reader.status(flow, &said, last.at.clone(), 0..flow.text.len(), &mood);
}
