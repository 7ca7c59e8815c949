//! The statements of one document, block by block.

use super::{
    super::{
        audit_fed::blocks,
        claim::Claim,
        flow::{self, Flow},
        rules::{DocsRules, Document, MOST_CLAIMS},
    },
    bullets,
    by_hand::by_hand,
    mood::ReadingDates,
    names,
    reader::StatementReader,
    signs::may_state,
    surroundings::leave_doubtful,
    table,
    ties::leave_tied,
    total,
};

/// What a document states; and the gates of which it says something that nobody has judged, each with its byte.
pub(in crate::docs) fn claims(
    document: &Document,
    all: &[Flow],
    rules: &DocsRules<'_>,
) -> (Vec<Claim>, Vec<(usize, &'static str)>) {
    let Document { path, text } = document;
    let mut reader = StatementReader {
        document,
        rules,
        made: ReadingDates::default(),
        fed: blocks(text),
        done: Vec::new(),
        open: Vec::new(),
    };
    let mut tables = table::Tables::default();
    for flow in all {
        let is_audit = path == rules.audit && flow.headings.iter().any(|it| it.is_generated);
        tables.step(flow);
        reader.made.step(flow);
        if flow.is_ignored
            || is_audit
            || matches!(flow.kind, flow::BlockKind::Code(_))
            || reader.done.len() > MOST_CLAIMS
        {
            continue;
        }
        if flow.kind == flow::BlockKind::Row && !flow.cells.is_empty() {
            tables.row(flow, &mut reader);
        } else if may_state(&flow.text) {
            reader.piece(flow, 0..flow.text.len(), "");
            bullets::item(flow, &mut reader);
        } else {
            bullets::item(flow, &mut reader);
        }
    }
    names::lists(all, &mut reader);
    let (mut done, open) = (reader.done, reader.open);
    // what is written over several lines or with marks in it is a person's
    for claim in &mut done {
        let is_plain = text.get(claim.span.clone()).is_some_and(|it| it == claim.stated);
        let is_plain = is_plain && has_its_article(claim, text);
        if !is_plain && claim.wanted.take().is_some() && claim.as_of.is_none() {
            by_hand(claim, rules);
        }
    }
    leave_doubtful(&mut done, document, all);
    leave_tied(&mut done, (text, all), rules.facts);
    total::together(&mut done, rules.facts);
    (done, open)
}

/// Whether "a" or "an" before a value fits the one that would be written.
fn has_its_article(claim: &Claim, text: &str) -> bool {
    let before = text[..claim.span.start].trim_end_matches([' ', '`', '*', '_', '\n']);
    let (is_a, is_an) = (before.ends_with(" a"), before.ends_with(" an"));
    let begins =
        |it: &String| it.trim_start_matches(['`', '*']).starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    claim.wanted.as_ref().is_none_or(|it| if begins(it) { !is_a } else { !is_an })
}
