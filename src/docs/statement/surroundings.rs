//! What stands around a block and may make its values those of another time: the sentence behind, a caption, a footnote, the rows and
//! items beside it, the head of the document. As with a title, a person knows.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

use super::{
    super::{
        claim::{Claim, ClaimState},
        code::Code,
        flow::{BlockKind, Flow, QUOTE},
        rules::Document,
    },
    doubt::leave_to_a_person,
    mood::sentences,
    other_time::{is_of_another_time, speaks_ahead, speaks_back},
    plain::first_unknown,
    record_head::{CAPTION, KEYS, head, notes, shown, word},
    referring::{comment, is_of_its_neighbours, is_strange, refers},
    token::{TextToken, tokens},
    vocabulary::NOW,
};

/// What a line that stands in place of a heading has at most, in bytes.
const LINE: usize = 80;
/// How much of a block is looked at, in bytes.
const LONGEST: usize = 16 << 10;
/// How far a sentence speaks on, in sentences.
const AHEAD: usize = 3;
/// How far a sentence speaks back, in sentences.
const BACK: usize = 2;
/// The most cells of a row that are looked at.
const CELLS: usize = 40;
/// The most notes of a block that are looked up.
const NOTES: usize = 20;

/// What a column is called whose cell says of which time or of whose tree its row is.
const COLUMNS: [&str; 10] =
    ["when", "version", "who", "implementation", "platform", "branch", "author", "run", "build", "state of"];
/// What a row is called that has the sum of the others.
const SUMS: [&str; 9] = ["total", "totals", "sum", "all", "all modules", "overall", "in all", "altogether", "subtotal"];
/// What a column is called whose numbers are reckoned from others.
const RECKONED: [&str; 12] = [
    "%",
    "share",
    "percent",
    "percentage",
    "change",
    "delta",
    "difference",
    "trend",
    "vs. base",
    "vs base",
    "since",
    "vs. main",
];

/// Leaves to a person what would be written, but may be of another time by what stands around it.
pub(in super::super) fn leave_doubtful(done: &mut [Claim], document: &Document, all: &[Flow]) {
    let is_written = |it: &&mut Claim| it.code == Some(Code::StaleValue) && it.state == ClaimState::Stale;
    let mut around = None;
    let starts: BTreeSet<usize> = done.iter().map(|it| it.span.start).collect();
    for claim in done.iter_mut().filter(is_written).filter(|it| it.as_of.is_none() && it.wanted.is_some()) {
        let around = around.get_or_insert_with(|| BlockNeighbours::new(&document.text, all));
        if let Some(what) = around.doubt(claim.span.start, &starts) {
            leave_to_a_person(claim, &what);
        }
    }
    // a sum that nobody claims stays, and its parts with it
    let Some(around) = around else { return };
    for claim in done.iter_mut().filter(is_written).filter(|it| it.as_of.is_none() && it.wanted.is_some()) {
        if let Some(what) = around.sum(claim.span.start, &starts).filter(|_| is_a_part(claim)) {
            claim.code = Some(Code::Contradicted);
            claim.state = ClaimState::HandEdited;
            claim.holds_nothing_up = true;
            let wanted = claim.wanted.take().unwrap_or_default();
            claim.repair = format!("write {wanted} there by hand, and the sum that stands beside it");
            claim.why.push(format!("\"{what}\" beside it would be the sum of other values"));
        }
    }
}

fn is_a_part(claim: &Claim) -> bool {
    claim.facts.first().is_some_and(|it| it.starts_with("stdlib.") && it != "stdlib.total")
}

/// What is beside the blocks of a document.
struct BlockNeighbours<'a> {
    text: &'a str,
    all: &'a [Flow],
    /// Where each block begins in the document.
    starts: Vec<usize>,
    /// What makes all of the document one of another time.
    head: Option<String>,
    /// A row or an item that does so, by the number of its table or list.
    inside: HashMap<usize, String>,
    /// A row or an item with a sum, and where it stands, by the same number.
    sums: HashMap<usize, Vec<(Range<usize>, String)>>,
    /// The heads of the columns, by the number of the table.
    columns: HashMap<usize, Vec<String>>,
    /// For each block the first and the last one of its table or list.
    groups: Vec<(usize, usize)>,
    /// For each block the line above it that stands in place of a heading.
    lines: Vec<Option<usize>>,
    /// The footnotes that speak of another time, by their names.
    notes: HashMap<&'a str, String>,
    /// What the sentences of a block say of one another, by its number.
    blocks: HashMap<usize, Vec<(usize, usize, String)>>,
}

impl<'a> BlockNeighbours<'a> {
    fn new(text: &'a str, all: &'a [Flow]) -> Self {
        let mut groups: Vec<(usize, usize)> = Vec::with_capacity(all.len());
        let mut lines: Vec<Option<usize>> = Vec::with_capacity(all.len());
        let (mut inside, mut sums, mut columns) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (at, flow) in all.iter().enumerate() {
            let joins = at.checked_sub(1).filter(|it| group(flow) > 0 && group(flow) == group(&all[*it]));
            groups.push((joins.map_or(at, |it| groups[it].0), at));
            let above = at.checked_sub(1).filter(|it| all[*it].kind != BlockKind::Heading);
            lines.push(above.and_then(|it| if is_line(&all[it]) { Some(it) } else { lines[it] }));
            if group(flow) > 0 && names_the_time(flow) {
                inside.entry(group(flow)).or_insert_with(|| shown(&flow.text));
            }
            if group(flow) > 0 && has_a_sum(flow) {
                let all: &mut Vec<_> = sums.entry(group(flow)).or_default();
                all.push((flow.place(0..flow.text.len()), shown(&flow.text)));
            }
            if flow.is_head && flow.table > 0 {
                columns
                    .entry(flow.table)
                    .or_insert_with(|| flow.cells.iter().take(CELLS).map(|it| word(&flow.text[it.clone()])).collect());
            }
        }
        for at in (1..groups.len()).rev() {
            if groups[at].0 < at {
                groups[at - 1].1 = groups[at].1;
            }
        }
        let (blocks, starts) = (HashMap::new(), block_starts(all));
        Self {
            text,
            all,
            starts,
            head: head(text),
            inside,
            sums,
            columns,
            groups,
            lines,
            notes: notes(text, &is_strange),
            blocks,
        }
    }

    /// What makes the value at a byte of the document one of another time.
    fn doubt(&mut self, byte: usize, starts: &BTreeSet<usize>) -> Option<String> {
        if let Some(head) = &self.head {
            return Some(head.clone());
        }
        let at = self.starts.partition_point(|it| *it <= byte).checked_sub(1)?;
        let flow = &self.all[at];
        if flow.text.len() > LONGEST && flow.place(0..flow.text.floor_char_boundary(LONGEST)).end <= byte {
            return Some("a block of this length".to_owned());
        }
        if !self.blocks.contains_key(&at) {
            self.blocks.insert(at, self.sentences(at, starts));
        }
        let said = self.blocks.get(&at)?.iter().find(|(from, to, _)| (*from..*to).contains(&byte));
        said.map(|it| it.2.clone())
            .or_else(|| self.cell(at, byte))
            .or_else(|| self.lead(at))
            .or_else(|| self.beside(at))
            .or_else(|| comment(self.text, flow.place(0..0).start))
            .or_else(|| self.note(at, byte))
    }

    /// The parts of a block that another sentence of it makes one of another time, in bytes of the document.
    fn sentences(&self, at: usize, starts: &BTreeSet<usize>) -> Vec<(usize, usize, String)> {
        let flow = &self.all[at];
        // most blocks are one sentence
        if ![". ", "; ", "? ", "! "].iter().any(|it| flow.text.contains(it)) {
            return Vec::new();
        }
        let text = &flow.text[..flow.text.floor_char_boundary(LONGEST)];
        let all = tokens(text);
        let sentences: Vec<Range<usize>> = sentences(&all).into_iter().flat_map(|it| clauses(&all, it)).collect();
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
                let end = sentences.get(number + AHEAD).map_or(text.len(), |it| byte(it.end));
                let place = place(byte(sentence.end), end);
                found.push((place.start, place.end, words()));
            }
        }
        // a sentence that is not understood may say anything of the one before it and the one behind it
        let is_own = |it: usize| starts.contains(&flow.place(all[it].at.clone()).start);
        let sentences: Vec<Range<usize>> = self::sentences(&all).into_iter().filter(|it| !it.is_empty()).collect();
        for (number, sentence) in sentences.iter().enumerate() {
            if first_unknown(&all, sentence, &is_own).is_some() {
                let words = || shown(&text[byte(sentence.start)..byte(sentence.end)]);
                let from = number.checked_sub(1).map_or(byte(sentence.start), |it| byte(sentences[it].start));
                // what is said to be so now is so whatever stands before it
                let is_open = |it: &&Range<usize>| !all[(*it).clone()].iter().any(|it| it.is_of(&NOW));
                let to = sentences.get(number + 1).filter(is_open).map_or(byte(sentence.end), |it| byte(it.end));
                for (from, to) in [(from, byte(sentence.start)), (byte(sentence.end), to)] {
                    let place = flow.place(from..to.max(from));
                    found.push((place.start, place.end, words()));
                }
            }
        }
        found
    }

    /// A sum beside the value at a byte, at which no claim begins.
    fn sum(&self, byte: usize, starts: &BTreeSet<usize>) -> Option<String> {
        let flow = &self.all[self.starts.partition_point(|it| *it <= byte).checked_sub(1)?];
        let heads = self.columns.get(&flow.table).filter(|_| !flow.is_head);
        let is_sum = |(column, cell): &(usize, &Range<usize>)| {
            let is_named = heads.and_then(|it| it.get(*column)).is_some_and(|it| SUMS.contains(&it.as_str()));
            let place = flow.place((*cell).clone());
            is_named
                && !place.contains(&byte)
                && starts.range(place).next().is_none()
                && has_number(&flow.text[(*cell).clone()])
        };
        if let Some((_, cell)) = flow.cells.iter().enumerate().take(CELLS).find(is_sum) {
            return Some(shown(&flow.text[cell.clone()]));
        }
        let is_open = |(place, _): &&(Range<usize>, String)| {
            starts.range(place.clone()).next().is_none() && !place.contains(&byte)
        };
        self.sums.get(&group(flow))?.iter().take(CELLS).find(is_open).map(|it| it.1.clone())
    }

    /// Another cell of its row that says when it was so or of what it is, or that is reckoned from it: a share, a change.
    fn cell(&self, at: usize, byte: usize) -> Option<String> {
        let flow = &self.all[at];
        let heads = self.columns.get(&flow.table);
        let others =
            flow.cells.iter().enumerate().take(CELLS).filter(|(_, it)| !flow.place((*it).clone()).contains(&byte));
        let mut others = others
            .map(|(column, it)| (column, flow.text[it.clone()].trim()))
            .filter(|(_, it)| !it.is_empty() && it.len() <= LINE);
        let is_of_it = |column: usize, text: &str| {
            let head = heads.and_then(|it| it.get(column)).map_or("", String::as_str);
            let is_named = KEYS.contains(&head) || COLUMNS.contains(&head);
            let is_share = RECKONED.contains(&head) && has_number(text);
            let is_reckoned = is_share
                || text.ends_with('%')
                || text.starts_with(['+', '−', '±', 'Δ'])
                || (text.starts_with('-') && text[1..].starts_with(|it: char| it.is_ascii_digit()));
            let is_word = !(text == "-" || text == "–" || text == "—");
            is_word && ((is_named && column > 0) || is_reckoned || (column > 0 && is_of_another_time(text)))
        };
        others.find(|(column, text)| is_of_it(*column, text)).map(|(_, text)| shown(text))
    }

    /// What introduces its list or stands before it in its item, and has a word that is not understood.
    fn lead(&self, at: usize) -> Option<String> {
        let flow = &self.all[at];
        let last = |it: &str| it.rsplit(". ").next().unwrap_or(it).to_owned();
        let own = || flow.leads.last().filter(|it| it.ends_with(':') && ***it != *QUOTE).map(|it| last(it));
        let before = || {
            let before = &self.all[at.checked_sub(1)?];
            let is_it = before.list == flow.list && flow.list > 0 && before.text.ends_with(':');
            is_it.then(|| last(&before.text))
        };
        own().filter(|it| is_strange(it)).or_else(|| before().filter(|it| is_strange(it))).map(|it| shown(&it))
    }

    /// An item below it, or beside it in its list, that says how it is counted.
    fn items(&self, at: usize) -> Option<String> {
        let flow = &self.all[at];
        let is_of_it = |it: &&Flow| {
            let is_below = it.leads.last().is_some_and(|it| flow.text.starts_with(&**it));
            (is_below || (it.list == flow.list && flow.list > 0)) && is_of_its_neighbours(&it.text)
        };
        let near = self.all[at + 1..].iter().take(2).chain(at.checked_sub(1).map(|it| &self.all[it]));
        near.into_iter().find(is_of_it).map(|it| shown(&it.text))
    }

    /// A caption, a row or an item beside it, or a line that stands in place of a heading.
    fn beside(&self, at: usize) -> Option<String> {
        let (first, last) = self.groups[at];
        let flow = &self.all[at];
        let is_near = |it: &&Flow| {
            let is_prose = it.kind == BlockKind::Prose && group(it) == 0 && !it.text.starts_with("[^");
            is_prose && it.headings.len() == flow.headings.len()
        };
        let before = || first.checked_sub(1).map(|it| &self.all[it]).filter(is_near);
        let behind = || self.all.get(last + 1).filter(is_near);
        let is_caption = |it: &Flow| it.text.len() <= CAPTION && is_of_another_time(&it.text);
        // "No.", "That is no longer true."
        let goes_on = |it: &Flow| {
            let all = tokens(&it.text[..it.text.floor_char_boundary(2 * CAPTION)]);
            sentences(&all).first().is_some_and(|it| speaks_back(&all, it))
        };
        let line = || self.lines[at].map(|it| &self.all[it]).filter(|it| is_caption(it) || is_strange(&it.text));
        self.inside
            .get(&group(flow))
            .cloned()
            .or_else(|| before().filter(|it| is_caption(it) || refers(&it.text)).map(|it| shown(&it.text)))
            .or_else(|| {
                behind().filter(|it| is_caption(it) || goes_on(it) || refers(&it.text)).map(|it| shown(&it.text))
            })
            .or_else(|| self.items(at))
            .or_else(|| line().map(|it| shown(&it.text)))
    }

    /// A footnote that the block refers to.
    fn note(&self, at: usize, byte: usize) -> Option<String> {
        if self.notes.is_empty() {
            return None;
        }
        let flow = &self.all[at];
        let place = flow.place(0..flow.text.len());
        // of its own sentence or row: a reference ends behind the last word, in the same line
        let from = self.text.floor_char_boundary(place.start.max(byte.saturating_sub(CAPTION)));
        let from = self.text[from..byte].rfind(". ").map_or(from, |it| from + it);
        let last = self.text.floor_char_boundary(self.text.len().min(byte + CAPTION));
        let line = memchr::memchr(b'\n', &self.text.as_bytes()[place.end.max(byte).min(self.text.len())..]);
        let to = last.min(line.map_or(self.text.len(), |it| place.end.max(byte) + it));
        let to = self.text[byte..to].find(". ").map_or(to, |it| byte + it);
        let names = self.text[from..to].match_indices("[^").take(NOTES);
        let mut names = names.filter_map(|(it, _)| self.text[from + it + 2..to].split_once(']').map(|it| it.0));
        names.find_map(|it| self.notes.get(it)).cloned()
    }
}

/// The parts of a sentence between semicolons.
fn clauses(all: &[TextToken<'_>], sentence: Range<usize>) -> Vec<Range<usize>> {
    let mut from = sentence.start;
    let mut res = Vec::new();
    for at in sentence.clone().filter(|it| all[*it].is_mark(&[';'])) {
        res.push(from..at);
        from = at + 1;
    }
    res.push(from..sentence.end);
    res
}

/// Where each block begins in the document, in order.
pub(super) fn block_starts(all: &[Flow]) -> Vec<usize> {
    all.iter().map(|it| it.place(0..0).start).collect()
}

/// The number of the table or the list that a block is in.
pub(super) fn group(flow: &Flow) -> usize {
    if flow.table > 0 { flow.table } else { flow.list }
}

/// Whether a short block without an end stands in place of a heading.
fn is_line(flow: &Flow) -> bool {
    flow.kind == BlockKind::Prose
        && group(flow) == 0
        && flow.text.len() <= LINE
        && !flow.text.trim_end().ends_with(['.', '!', '?', ';', ',', ':'])
}

/// Whether a row or an item says when all that stands beside it was so: "Date | 2026-02-12", "Commit: 0e1ce98".
fn names_the_time(flow: &Flow) -> bool {
    match (&flow.cells[..], flow.is_head) {
        ([key, value], false) => {
            let is_of_it = |it: &str| is_key(it) || COLUMNS.contains(&word(it).as_str());
            is_of_it(&flow.text[key.clone()]) && !flow.text[value.clone()].trim().is_empty()
        }
        ([], _) => flow.text.split_once(':').is_some_and(|(key, value)| is_key(key) && !value.trim().is_empty()),
        _ => false,
    }
}

/// Whether a row or an item is called a sum, and has a number.
fn has_a_sum(flow: &Flow) -> bool {
    match &flow.cells[..] {
        [] => flow
            .text
            .split_once(':')
            .is_some_and(|(key, value)| SUMS.contains(&word(key).as_str()) && has_number(value)),
        [key, values @ ..] => {
            let values = values.iter().take(CELLS);
            SUMS.contains(&word(&flow.text[key.clone()]).as_str())
                && values.into_iter().any(|it| has_number(&flow.text[it.clone()]))
        }
    }
}

fn has_number(text: &str) -> bool {
    tokens(&text[..text.floor_char_boundary(LINE)]).iter().any(|it| it.number().is_some())
}

fn is_key(text: &str) -> bool {
    text.len() <= LINE && KEYS.contains(&word(text).as_str())
}
