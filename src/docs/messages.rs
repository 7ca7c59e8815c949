//! Quoted messages of the gates: each has to be one that the checker still prints.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use memchr::memmem::Finder;
use regex::Regex;

use super::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    flow::{self, Flow},
    rules::DocsRules,
    statement::{doubt, leave_for_who_asks},
    words::MESSAGE,
};
use crate::base::{RelPath, most_like};

/// How every message begins.
pub(super) const PREFIX: &str = "stdlib intrinsics lint failed:";
/// A message in backticks, or one that a block is as a whole; also where its first words are nearly those.
static QUOTE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const FIRST: &str =
        "stdlib[ -]intrinsics?[ -](?:lint|linter|check|checker|gate) (?:failed|fails|failing|failure|error|errors):";
    Regex::new(&format!("`({FIRST} ?[^`]*)`|^({FIRST} ?[^`]*[^`.])\\.?$")).ok()
});

/// The messages in a block.
fn quotes<'a>(regex: &'a Regex, flow: &'a Flow) -> impl Iterator<Item = regex::Match<'a>> {
    regex.captures_iter(&flow.text).filter_map(|it| it.get(1).or_else(|| it.get(2)))
}

/// What a message says behind the words that all of them begin with.
fn tail(message: &str) -> &str {
    message.split_once(':').map_or("", |(_, it)| it).trim()
}

/// Whether it stands for any message.
fn is_open(tail: &str) -> bool {
    let ends = |open: char, close: char| tail.starts_with(open) && tail.ends_with(close);
    tail.is_empty() || matches!(tail, "..." | "…") || ends('<', '>') || ends('{', '}') || ends('[', ']')
}

/// What of the checker's messages a list of them leaves out. A document that quotes the half of them is such a list, and
/// whoever looks one up that is not there takes it for another tool's.
fn left_out<'r>(quoted: &HashSet<&str>, rules: &DocsRules<'r>) -> Vec<&'r str> {
    let is_message = |it: &&str| {
        let tail = it.strip_prefix(PREFIX).map(str::trim).unwrap_or_default();
        !tail.is_empty() && !it.contains(['{', '\n'])
    };
    let printed: Vec<&str> =
        rules.checker.iter().map(|it| it.trim_end().trim_end_matches(':')).filter(is_message).collect();
    let quoted = Beginnings::new(quoted.iter().filter(|it| !tail(it).is_empty()).map(|it| it.trim_end_matches(':')));
    let missing: Vec<&str> = printed.iter().copied().filter(|it| !quoted.has_one_of(it)).collect();
    if printed.len() < FEW || missing.len() * 2 > printed.len() { Vec::new() } else { missing }
}

/// Beginnings of texts, none of which begins with another one: sorted, so that the last one before a text is the only one that it can
/// begin with.
struct Beginnings<'a>(Vec<&'a str>);

impl<'a> Beginnings<'a> {
    fn new(all: impl Iterator<Item = &'a str>) -> Self {
        let mut sorted: Vec<&str> = all.collect();
        sorted.sort_unstable();
        let mut res: Vec<&str> = Vec::new();
        for it in sorted {
            if !res.last().is_some_and(|last| it.starts_with(last)) {
                res.push(it);
            }
        }
        Self(res)
    }

    /// Whether a text begins with one of them.
    fn has_one_of(&self, text: &str) -> bool {
        let before = self.0.partition_point(|it| *it <= text);
        before.checked_sub(1).is_some_and(|it| text.starts_with(self.0[it]))
    }
}

/// Fewer messages than this are no list.
const FEW: usize = 4;

static HAS_SIGN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(MESSAGE));

/// The messages that a document quotes.
pub(super) fn claims(path: &RelPath, all: &[Flow], rules: &DocsRules<'_>) -> Vec<Claim> {
    let Some(regex) = &*QUOTE else { return Vec::new() };
    let prose = all.iter().filter(|it| !matches!(it.kind, flow::BlockKind::Code(_)));
    let prose: Vec<&Flow> = prose.filter(|it| HAS_SIGN.find(it.text.as_bytes()).is_some()).collect();
    let quoted: HashSet<&str> = prose.iter().flat_map(|it| quotes(regex, it)).map(|it| it.as_str()).collect();
    if quoted.is_empty() {
        return Vec::new();
    }
    let free: Vec<&str> = rules.messages.iter().map(String::as_str).filter(|it| !quoted.contains(it)).collect();
    let tails = quoted.iter().map(|it| tail(it)).filter(|it| !is_open(it)).collect();
    let said = rules.checker_says(&tails);
    let mut nearest: HashMap<String, Option<&str>> = HashMap::new();
    let mut res = Vec::new();
    for flow in prose.into_iter().filter(|it| !it.is_ignored) {
        for quote in quotes(regex, flow) {
            let text = quote.as_str();
            let mut claim = Claim::new(ClaimKind::Message, path, flow.place(quote.range()), text);
            claim = claim.in_sentence(&flow.text, quote.range(), quote.range());
            claim.facts = vec!["gates.lines".into()];
            text.clone_into(&mut claim.binding);
            let tail = tail(text);
            let is_known = text.starts_with(PREFIX)
                && (is_open(tail)
                    || rules.messages.iter().any(|it| it.starts_with(text) || text.starts_with(it.as_str()))
                    || said.contains(tail));
            if !is_known {
                let near = *nearest.entry(tail.to_owned()).or_insert_with(|| {
                    // all of them begin alike, and one may be quoted twice
                    let exact = rules.messages.iter().find(|it| self::tail(it) == tail);
                    if let Some(exact) = exact {
                        return Some(exact.as_str());
                    }
                    let rest = free.iter().map(|it| it.trim_start_matches(PREFIX).trim());
                    let near = most_like(tail, rest.clone(), 0.6);
                    near.and_then(|near| free.iter().zip(rest).find(|(_, it)| *it == near)).map(|it| *it.0)
                });
                let mut why = "no gate prints this message".to_owned();
                if let Some(near) = near {
                    why += &format!("; the nearest is `{near}`");
                }
                claim.wanted = near.map(str::to_owned);
                claim = if near.is_some() {
                    let mut claim = claim.wrong(ClaimState::Stale, Code::StaleValue, why);
                    // the words that all begin with are written, and so is a slip of the pen
                    let is_same =
                        near.is_some_and(|it| most_like(tail, std::iter::once(self::tail(it)), SLIP).is_some());
                    if let Some(what) = beside(path, flow, (&quote, regex), is_same) {
                        leave_for_who_asks(&mut claim, what);
                    }
                    claim
                } else {
                    let mut claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, why);
                    "quote a message that a gate prints, or take the quote out".clone_into(&mut claim.repair);
                    claim
                };
            }
            res.push(claim);
        }
    }
    if let Some(first) = res.first().map(|it| it.span.start..it.span.start) {
        // what a quote should have been is told with it
        let meant: HashSet<String> = res.iter().filter_map(|it| it.wanted.clone()).collect();
        let meant = Beginnings::new(meant.iter().map(|it| it.trim_end_matches(':')));
        for message in left_out(&quoted, rules).into_iter().filter(|it| !meant.has_one_of(it)) {
            let mut claim = Claim::new(ClaimKind::Message, path, first.clone(), message);
            claim.facts = vec!["gates.lines".into()];
            message.clone_into(&mut claim.binding);
            let why = format!("it quotes the messages of the checker, and not `{message}`, which the checker prints");
            claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, why);
            "quote that message too, with what it means".clone_into(&mut claim.repair);
            res.push(claim);
        }
    }
    res
}

/// What around a quoted message may make it one of another time, or somebody else's. One that is said of nothing but itself is none: the
/// whole of a block or of a cell, or what an item begins with, before what it means.
fn beside(path: &RelPath, flow: &Flow, (quote, regex): (&regex::Match<'_>, &Regex), is_same: bool) -> Option<String> {
    if let Some(what) = doubt(path, flow, "") {
        return Some(format!("\"{what}\", where it stands, may make it the message of another time"));
    }
    if flow.as_of.is_some() {
        return Some("a day stands above it".to_owned());
    }
    if quotes(regex, flow).nth(1).is_some() {
        return Some("another message stands beside it".to_owned());
    }
    let cell = flow.cells.iter().find(|it| it.contains(&quote.start())).cloned().unwrap_or(0..flow.text.len());
    if quote.end() > cell.end {
        return Some("it goes over the end of its cell".to_owned());
    }
    let (before, behind) = (&flow.text[cell.start..quote.start()], &flow.text[quote.end()..cell.end]);
    let behind = behind.trim_start_matches('`').trim_start();
    let is_bare = before.chars().all(|it| !it.is_alphanumeric());
    let is_explained = behind.is_empty() || behind.starts_with([':', '—', '–', '-', '(', '.', '=', '→']);
    let is_plain = is_bare && is_explained || is_same && is_said_now(before);
    (!is_plain).then(|| "what it says besides may make it another message, or one of another time".to_owned())
}

/// How like a message is another one that is a misspelling of it.
const SLIP: f32 = 0.93;

/// Whether words before a message say that it is printed now.
fn is_said_now(before: &str) -> bool {
    let words: Vec<String> =
        before.split_whitespace().map(|it| it.trim_matches(['`', ':', ',']).to_lowercase()).collect();
    let is_plain = |it: &String| SAID.contains(&it.as_str()) || !it.chars().any(char::is_alphanumeric);
    words.iter().all(is_plain)
}

/// Words before a message that change nothing of it.
const SAID: [&str; 24] = [
    "the", "checker", "gate", "tool", "prints", "says", "reports", "fails", "with", "message", "error", "is", "a",
    "it", "then", "and", "if", "when", "ci", "lint", "may", "can", "say", "print",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_begins_with_one_of_many_where_it_begins_with_any(
            all in proptest::collection::vec("[ab]{0,4}", 0..12),
            text in "[abc]{0,6}",
        ) {
            let found = Beginnings::new(all.iter().map(String::as_str)).has_one_of(&text);
            prop_assert_eq!(found, all.iter().any(|it| text.starts_with(it.as_str())));
        }
    }
}
