//! Fact links: `[890][f:stdlib.total]` in a sentence, and `[f:stdlib.total]: FACTS.md#stdlib-total` once in the document. The
//! label says which fact it is; the reader gets to its page.

use std::{collections::BTreeSet, ops::Range};

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Options, Parser, Tag};

use super::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    flow::flows,
    form,
    rules::{DocsRules, MOST_CLAIMS},
    tense::{day, names_its_day},
};
use crate::base::RelPath;

/// One link in a document.
struct Link {
    label: String,
    value: Range<usize>,
    is_defined: bool,
}

fn links(text: &str) -> Vec<Link> {
    let known = |link: BrokenLink<'_>| {
        let is_fact = link.reference.starts_with("f:");
        is_fact.then_some((CowStr::Borrowed("#"), CowStr::Borrowed("")))
    };
    let mut res = Vec::new();
    let parser = Parser::new_with_broken_link_callback(text, Options::ENABLE_TABLES, Some(known));
    for (event, range) in parser.into_offset_iter() {
        let Event::Start(Tag::Link { link_type, id, .. }) = event else { continue };
        let Some(label) = id.strip_prefix("f:") else { continue };
        let source = &text[range.clone()];
        let Some(end) = source.find("][") else { continue };
        let is_defined =
            !matches!(link_type, LinkType::ReferenceUnknown | LinkType::CollapsedUnknown | LinkType::ShortcutUnknown);
        // marks around the value are the document's
        let value = range.start + 1..range.start + end;
        let is_mark = |it: char| matches!(it, '*' | '_' | '`');
        let left = text[value.clone()].len() - text[value.clone()].trim_start_matches(is_mark).len();
        let right = text[value.clone()].len() - text[value.clone()].trim_end_matches(is_mark).len();
        let value = if left + right < value.len() { value.start + left..value.end - right } else { value };
        res.push(Link { label: label.to_owned(), value, is_defined });
    }
    res
}

/// Whether a text can have fact links.
pub fn has_links(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"][f:").is_some()
}

/// The fact links of a document.
pub(super) fn claims(path: &RelPath, text: &str, rules: &DocsRules<'_>) -> Vec<Claim> {
    let mut res = Vec::new();
    let all = flows(text);
    let starts: Vec<usize> = all.iter().map(|it| it.place(0..1).start).collect();
    for link in links(text) {
        // blocks stand in the order of the document
        let flow = starts.partition_point(|it| *it <= link.value.start).checked_sub(1).map(|it| &all[it]);
        if res.len() > MOST_CLAIMS {
            break;
        }
        // one that nobody sees states nothing
        if !flow.is_some_and(|it| !it.is_ignored && it.shows(link.value.start)) {
            continue;
        }
        // why its value is not known is told of its source
        if rules.facts.is_unknown(&link.label) {
            continue;
        }
        let stated = &text[link.value.clone()];
        let mut claim = Claim::new(ClaimKind::Link, path, link.value.clone(), stated);
        claim.facts = vec![link.label.clone()];
        claim.binding = format!("[f:{}]", link.label);
        claim.sentence = line_of(text, &link.value);
        claim.as_of = flow.and_then(day);
        let is_dated = flow.is_some_and(names_its_day);
        claim = match rules.facts.get(&link.label) {
            None => claim.wrong(ClaimState::Broken, Code::Unknown, format!("there is no fact `{}`", link.label)),
            Some(fact) if !is_dated && form::states(stated, &fact.value) => claim,
            Some(fact) => {
                claim.wanted = form::write(stated, &fact.value);
                claim.wrong(ClaimState::Stale, Code::StaleValue, format!("{} ({})", fact.derivation, fact.source))
            }
        };
        if !link.is_defined && claim.code != Some(Code::Unknown) {
            let place = link.value.end..link.value.end;
            let mut missing = Claim::new(ClaimKind::Link, path, place, String::new());
            missing.binding.clone_from(&claim.binding);
            missing.facts.clone_from(&claim.facts);
            missing.sentence.clone_from(&claim.sentence);
            let why = format!("there is no definition of [f:{}]", link.label);
            res.push(missing.wrong(ClaimState::Lost, Code::Definition, why));
        }
        res.push(claim);
    }
    res
}

/// The document with a definition for every fact link that has none, at its end.
pub(super) fn define(path: &RelPath, text: &str, page: &RelPath) -> String {
    let missing: BTreeSet<String> = links(text).into_iter().filter(|it| !it.is_defined).map(|it| it.label).collect();
    if missing.is_empty() {
        return text.to_owned();
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut out = text.to_owned();
    if !out.ends_with('\n') {
        out += end;
    }
    let last = out.trim_end().lines().next_back().unwrap_or_default();
    if !last.starts_with("[f:") {
        out += end;
    }
    for label in missing {
        out += &format!("[f:{label}]: {}#{}{end}", relative(path, page), anchor(&label));
    }
    out
}

/// The anchor of a fact's heading on its page.
pub(super) fn anchor(id: &str) -> String {
    id.replace('.', "-")
}

/// The way from one document to another.
fn relative(from: &RelPath, to: &RelPath) -> String {
    let from: Vec<&str> = from.as_str().split('/').collect();
    let to: Vec<&str> = to.as_str().split('/').collect();
    let shared = from[..from.len() - 1].iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
    let up = vec![".."; from.len() - 1 - shared];
    let parts: Vec<&str> = up.into_iter().chain(to[shared..].iter().copied()).collect();
    parts.join("/")
}

/// The longest part of a line that is shown on either side of a value, in bytes.
const NEAR: usize = 200;

/// The line of a value; what is far from it is cut.
fn line_of(text: &str, value: &Range<usize>) -> String {
    let low = text.floor_char_boundary(value.start.saturating_sub(NEAR));
    let high = text.ceil_char_boundary((value.end + NEAR).min(text.len()));
    let start = text[low..value.start].rfind('\n').map(|it| low + it + 1);
    let end = text[value.end..high].find('\n').map(|it| value.end + it);
    let left = if start.is_none() && low > 0 { "… " } else { "" };
    let right = if end.is_none() && high < text.len() { " …" } else { "" };
    let line = &text[start.unwrap_or(low)..end.unwrap_or(high)];
    format!("{left}{}{right}", line.trim_end_matches('\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_around_a_value_are_not_of_it() {
        let of = |text: &str| text[links(text)[0].value.clone()].to_owned();
        for (text, value) in [
            ("[8][f:a.b]", "8"),
            ("[**8**][f:a.b]", "8"),
            ("[**8 9**][f:a.b]", "8 9"),
            ("[`8`*][f:a.b]", "8"),
            ("[*8][f:a.b]", "8"),
            ("x [8*][f:a.b]", "8"),
            // nothing but marks is the value itself
            ("[**][f:a.b]", "**"),
            ("[***][f:a.b]", "***"),
        ] {
            assert_eq!(of(text), value, "{text}");
        }
    }

    #[test]
    fn definitions_are_added_once_with_the_way_to_the_page() {
        let path = RelPath::new("docs/spec/STATUS.md").unwrap();
        let page = RelPath::new("docs/FACTS.md").unwrap();
        let text = "Of [8][f:stdlib.total] and [`9`][f:a.b].\n\n```\n[1][f:x.y]\n```\n";
        let new = define(&path, text, &page);
        assert!(new.ends_with("\n\n[f:a.b]: ../FACTS.md#a-b\n[f:stdlib.total]: ../FACTS.md#stdlib-total\n"), "{new}");
        assert_eq!(define(&path, &new, &page), new);
    }
}
