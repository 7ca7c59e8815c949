//! What stands around a block and may make its values those of another time: the sentence behind, a caption, a footnote, the rows and
//! items beside it, the head of the document. As with a title, a person knows.

use std::collections::HashMap;

use super::{
    super::{
        claim::{Claim, ClaimState},
        code::Code,
        flow::{BlockKind, Flow},
        rules::Document,
    },
    doubt::leave_to_a_person,
    mood::sentences,
    other_time::{is_of_another_time, speaks_ahead, speaks_back},
    token::tokens,
};

/// What a caption has at most, in bytes.
const CAPTION: usize = 160;
/// What a line that stands in place of a heading has at most, in bytes.
const LINE: usize = 80;
/// How much of a block is looked at, in bytes.
const LONGEST: usize = 16 << 10;
/// The lines of a document that can be its head.
const HEAD: usize = 40;
/// How far a sentence speaks back, in sentences.
const BACK: usize = 2;
/// The most notes of a block that are looked up.
const NOTES: usize = 20;

/// What a row, an item or a line of the head calls the time of all that stands beside it.
const KEYS: [&str; 16] = [
    "date", "day", "week", "month", "quarter", "sprint", "period", "commit", "revision", "tag", "measured", "counted",
    "taken", "as of", "as-of", "recorded",
];
/// What a document calls its own state.
const STATUS: [&str; 3] = ["status", "state", "stage"];
/// States of a document that nobody keeps.
const CLOSED: [&str; 15] = [
    "superseded",
    "archived",
    "archive",
    "historical",
    "obsolete",
    "outdated",
    "deprecated",
    "rejected",
    "accepted",
    "closed",
    "final",
    "frozen",
    "withdrawn",
    "retired",
    "completed",
];

/// Leaves to a person what would be written, but may be of another time by what stands around it.
pub(in super::super) fn leave_doubtful(done: &mut [Claim], document: &Document, all: &[Flow]) {
    let is_written = |it: &&mut Claim| it.code == Some(Code::StaleValue) && it.state == ClaimState::Stale;
    let mut around = None;
    for claim in done.iter_mut().filter(is_written).filter(|it| it.as_of.is_none() && it.wanted.is_some()) {
        let around = around.get_or_insert_with(|| BlockNeighbours::new(&document.text, all));
        if let Some(what) = around.doubt(claim.span.start) {
            leave_to_a_person(claim, &what);
        }
    }
}

/// What is beside the blocks of a document.
struct BlockNeighbours<'a> {
    text: &'a str,
    all: &'a [Flow],
    /// What makes all of the document one of another time.
    head: Option<String>,
    /// A row or an item that does so, by the number of its table or list.
    inside: HashMap<usize, String>,
    /// For each block the first and the last one of its table or list.
    groups: Vec<(usize, usize)>,
    /// For each block the line above it that stands in place of a heading.
    lines: Vec<Option<usize>>,
    notes: HashMap<&'a str, &'a str>,
    /// What the sentences of a block say of one another, by its number.
    blocks: HashMap<usize, Vec<(usize, usize, String)>>,
}

impl<'a> BlockNeighbours<'a> {
    fn new(text: &'a str, all: &'a [Flow]) -> Self {
        let mut groups: Vec<(usize, usize)> = Vec::with_capacity(all.len());
        let mut lines: Vec<Option<usize>> = Vec::with_capacity(all.len());
        let mut inside = HashMap::new();
        for (at, flow) in all.iter().enumerate() {
            let joins = at.checked_sub(1).filter(|it| group(flow) > 0 && group(flow) == group(&all[*it]));
            groups.push((joins.map_or(at, |it| groups[it].0), at));
            let above = at.checked_sub(1).filter(|it| all[*it].kind != BlockKind::Heading);
            lines.push(above.and_then(|it| if is_line(&all[it]) { Some(it) } else { lines[it] }));
            if group(flow) > 0 && names_the_time(flow) {
                inside.entry(group(flow)).or_insert_with(|| shown(&flow.text));
            }
        }
        for at in (1..groups.len()).rev() {
            if groups[at].0 < at {
                groups[at - 1].1 = groups[at].1;
            }
        }
        let blocks = HashMap::new();
        Self { text, all, head: head(text), inside, groups, lines, notes: notes(text), blocks }
    }

    /// What makes the value at a byte of the document one of another time.
    fn doubt(&mut self, byte: usize) -> Option<String> {
        if let Some(head) = &self.head {
            return Some(head.clone());
        }
        let next = self.all.partition_point(|it| it.place(0..it.text.len()).start <= byte);
        let at = next.checked_sub(1)?;
        if !self.blocks.contains_key(&at) {
            self.blocks.insert(at, self.sentences(at));
        }
        let said = self.blocks.get(&at)?.iter().find(|(from, to, _)| (*from..*to).contains(&byte));
        said.map(|it| it.2.clone()).or_else(|| self.beside(at)).or_else(|| self.note(at, byte))
    }

    /// The parts of a block that another sentence of it makes one of another time, in bytes of the document.
    fn sentences(&self, at: usize) -> Vec<(usize, usize, String)> {
        let flow = &self.all[at];
        let text = &flow.text[..flow.text.floor_char_boundary(LONGEST)];
        let all = tokens(text);
        let sentences = sentences(&all);
        let mut found = Vec::new();
        let byte = |token: usize| all.get(token).map_or(text.len(), |it| it.at.start);
        for (number, sentence) in sentences.iter().enumerate().filter(|(_, it)| !it.is_empty()) {
            let words = || shown(&text[byte(sentence.start)..byte(sentence.end)]);
            let place = |from: usize, to: usize| flow.place(from..to.max(from));
            if number > 0 && speaks_back(&all, sentence) {
                let from = byte(sentences[number.saturating_sub(BACK)].start);
                let place = place(from, byte(sentence.start));
                found.push((place.start, place.end, words()));
            }
            if speaks_ahead(&all, sentence) {
                let place = place(byte(sentence.end), text.len());
                found.push((place.start, place.end, words()));
            }
        }
        found
    }

    /// A caption, a row or an item beside it, or a line that stands in place of a heading.
    fn beside(&self, at: usize) -> Option<String> {
        let (first, last) = self.groups[at];
        let flow = &self.all[at];
        let is_of_a_group = group(flow) > 0;
        let is_near = |it: &&Flow| {
            let is_prose = it.kind == BlockKind::Prose && !it.text.starts_with("[^");
            is_prose && it.headings.len() == flow.headings.len() && it.text.len() <= CAPTION
        };
        let before = || first.checked_sub(1).map(|it| &self.all[it]).filter(|_| is_of_a_group).filter(is_near);
        let behind = || self.all.get(last + 1).filter(is_near);
        let is_caption = |it: &Flow| is_of_another_time(&it.text);
        let goes_on = |it: &Flow| {
            let all = tokens(&it.text);
            sentences(&all).first().is_some_and(|it| speaks_back(&all, it))
        };
        let line = || self.lines[at].map(|it| &self.all[it]).filter(|it| is_caption(it));
        self.inside
            .get(&group(flow))
            .cloned()
            .or_else(|| before().filter(|it| is_caption(it)).map(|it| shown(&it.text)))
            .or_else(|| {
                let says = |it: &&Flow| if is_of_a_group { is_caption(it) } else { goes_on(it) };
                behind().filter(says).map(|it| shown(&it.text))
            })
            .or_else(|| line().map(|it| shown(&it.text)))
    }

    /// A footnote that the block refers to.
    fn note(&self, at: usize, byte: usize) -> Option<String> {
        if self.notes.is_empty() {
            return None;
        }
        let flow = &self.all[at];
        let place = flow.place(0..flow.text.len());
        let from = self.text.floor_char_boundary(place.start.max(byte.saturating_sub(LONGEST)));
        // a reference ends behind the last word of the block, in the same line
        let last = self.text.floor_char_boundary(place.end.min(byte + LONGEST));
        let to = memchr::memchr(b'\n', &self.text.as_bytes()[last..]).map_or(self.text.len(), |it| last + it);
        let to = self.text.ceil_char_boundary(to.min(last + CAPTION).min(self.text.len()));
        let names = self.text[from..to].match_indices("[^").take(NOTES);
        let mut names = names.filter_map(|(it, _)| self.text[from + it + 2..to].split_once(']').map(|it| it.0));
        names.find_map(|it| self.notes.get(it).filter(|it| is_of_another_time(it))).map(|it| shown(it))
    }
}

/// The number of the table or the list that a block is in.
fn group(flow: &Flow) -> usize {
    if flow.table > 0 { flow.table } else { flow.list }
}

/// Whether a short block without an end stands in place of a heading.
fn is_line(flow: &Flow) -> bool {
    flow.kind == BlockKind::Prose
        && group(flow) == 0
        && flow.text.len() <= LINE
        && !flow.text.trim_end().ends_with(['.', '!', '?', ';', ','])
}

/// Whether a row or an item says when all that stands beside it was so: "Date | 2026-02-12", "Commit: 0e1ce98".
fn names_the_time(flow: &Flow) -> bool {
    match (&flow.cells[..], flow.is_head) {
        ([key, value], false) => is_key(&flow.text[key.clone()]) && !flow.text[value.clone()].trim().is_empty(),
        ([], _) => flow.text.split_once(':').is_some_and(|(key, value)| is_key(key) && !value.trim().is_empty()),
        _ => false,
    }
}

fn is_key(text: &str) -> bool {
    text.len() <= LINE && KEYS.contains(&word(text).as_str())
}

/// Some words without the marks around them.
fn word(text: &str) -> String {
    text.trim_matches([' ', '*', '_', '`', '"', '\'', ':', '>']).to_lowercase()
}

/// A line of the head of a document that makes all of it a record: "Date: 2026-02-12", "Status: superseded".
fn head(text: &str) -> Option<String> {
    let mut sections = 0;
    let is_before_them = |it: &&str| {
        sections += usize::from(it.starts_with("##"));
        sections == 0
    };
    let is_head = |line: &&str| {
        let line = line.trim_start_matches([' ', '>', '*', '_', '|', '-']);
        let Some((key, value)) = line.split_once([':', '|']) else { return false };
        let value = value.trim_matches([' ', '*', '_', '`', '"', ':', '|', '\'']).to_lowercase();
        let first = value.split(|it: char| !it.is_alphanumeric()).next().unwrap_or_default();
        (is_key(key) && !value.is_empty()) || (STATUS.contains(&word(key).as_str()) && CLOSED.contains(&first))
    };
    text.lines().take(HEAD).take_while(is_before_them).find(is_head).map(shown)
}

/// The footnotes of a document, by their names.
fn notes(text: &str) -> HashMap<&str, &str> {
    text.lines().filter_map(|it| it.trim_start().strip_prefix("[^")?.split_once("]:")).collect()
}

/// The beginning of some words.
fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let text = text.trim();
    if text.len() <= MOST {
        text.to_owned()
    } else {
        format!("{} ...", text[..text.floor_char_boundary(MOST)].trim_end())
    }
}
