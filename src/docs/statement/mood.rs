//! Whether a sentence says what is, or what was, should be, would be or is not; and of which day. It is judged by the whole
//! sentence, its label, what introduces its list, its task box and its headings. Only what speaks of today is rewritten.

use std::ops::Range;

use super::{
    super::{
        flow::{self, Flow},
        tense::{date_in, is_history},
        text::{
            day::is_date,
            elsewhere::{is_release_heading, speaks_of_another},
            time::Times,
        },
    },
    day::{MONTHS, days},
    token::{TextToken, TokenKind, tokens},
    vocabulary::{
        BEHIND, CHANGES, DENIALS, EVIDENCE, EXAMPLES, HOLDS, NOW, PARTS, PAST, RECORDS, RULES, STATES, STILL, TITLES,
        UNSAID, Vocabulary,
    },
};

/// What a statement speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mood {
    /// The present.
    Now,
    /// The present, below or beside a day: the value alone must not move.
    NowBesideADay,
    /// A day.
    Day(String),
    /// Nothing that is so.
    Unsaid,
    /// A part of what the fact counts, or a change of it.
    Part,
}

/// How a count is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CountShape {
    /// The name of the fact and its value.
    Key,
    /// A number before its noun.
    Count,
    /// A module and its status.
    Status,
}

/// What the place of a block says of all its sentences.
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that a place says")]
#[derive(Debug, Clone)]
pub(super) struct BlockSetting {
    is_unsaid: bool,
    /// The block's own label, where that says that what it labels is not so.
    label: Option<Label>,
    /// Where in the block the tokens begin.
    offset: usize,
    /// Whether it is in a list of rules, which say what is only where they say so.
    is_rule: bool,
    /// The day of a comment above it.
    as_of: Option<String>,
    /// The day of the block, of a heading above it, or of the whole document.
    day: Option<String>,
    is_of_now: bool,
    /// Whether it stands among records.
    is_record: bool,
    /// Whether what introduces its list names a part of the tree.
    is_of_part: bool,
    /// What the nearest heading is called, where that can be a module.
    subject: Option<String>,
}

/// A label that says of its sentence that it is an aim, an example or a condition.
#[derive(Debug, Clone)]
struct Label {
    /// Its bytes in the block.
    at: Range<usize>,
    /// Whether what follows it is made up, however it is said.
    is_example: bool,
}

/// What introduces a list of a part of the tree.
const SUBSETS: [&str; 11] =
    ["lane", "core-lane", "queue", "tranche", "batch", "closure", "subset", "wave", "sprint", "bootstrap", "cluster"];

/// Words right before a number by which it counts some alone.
const SOME: [&str; 20] = [
    "top",
    "first",
    "largest",
    "biggest",
    "smallest",
    "longest",
    "shortest",
    "slowest",
    "fastest",
    "following",
    "these",
    "those",
    "next",
    "another",
    "priority",
    "rule",
    "page",
    "brings",
    "takes",
    "adds",
];

/// How many tokens before and behind a statement are looked at.
const NEAR: usize = 200;

/// Whether one of `words` stands in a short text.
fn has(text: &str, words: &[&str]) -> bool {
    let lower = text.to_lowercase();
    let mut all = lower.split(|it: char| !(it.is_alphanumeric() || it == '-'));
    all.any(|it| words.contains(&it))
}

fn has_of(text: &str, words: &Vocabulary) -> bool {
    #[cfg(test)]
    flow::READ.set(flow::READ.get() + text.len() as u64);
    let lower = text.to_lowercase();
    let mut all = lower.split(|it: char| !(it.is_alphanumeric() || it == '-'));
    all.any(|it| words.contains(it))
}

/// The label of a text, or of a part of it: what stands before the first colon in its sentence, where that is a few words.
pub(super) fn label_at(text: &str) -> Range<usize> {
    let end = text
        .match_indices(':')
        .map(|(at, _)| at)
        .find(|at| text[at + 1..].starts_with([' ', '\u{a0}', '*']) || at + 1 == text.len());
    let Some(end) = end else { return 0..0 };
    let start = [". ", "! ", "? "].iter().filter_map(|it| text[..end].rfind(it).map(|at| at + it.len())).max();
    let start = start.unwrap_or(0);
    if end - start <= 90 { start..end } else { 0..0 }
}

fn label(text: &str) -> &str {
    &text[label_at(text)]
}

/// The day that a block says of what follows it: "Generated: 2026-02-12".
pub(super) fn day_made(flow: &Flow) -> Option<String> {
    const MADE: [&str; 6] = ["generated:", "generated on", "snapshot:", "snapshot date:", "as of:", "audit date:"];
    let text = flow.text.get(..flow.text.floor_char_boundary(400)).filter(|_| flow.kind == flow::BlockKind::Prose)?;
    // without a day it was made on none
    let has_day = memchr::memmem::find(text.as_bytes(), b"20").is_some();
    let lower = if has_day { text.to_lowercase() } else { return None };
    MADE.iter().find_map(|word| {
        let at = lower.find(word)? + word.len();
        date_in(lower.get(at..lower.floor_char_boundary(at + 16))?)
    })
}

/// The days of a document and of the section that is being read.
#[derive(Debug, Default)]
pub(super) struct ReadingDates {
    /// Since the last heading.
    section: Option<String>,
    /// Before the first section.
    document: Option<String>,
}

impl ReadingDates {
    pub(super) fn step(&mut self, flow: &Flow) {
        if flow.kind == flow::BlockKind::Heading {
            self.section = None;
        } else if let Some(day) = day_made(flow) {
            if flow.headings.iter().all(|it| it.is_top) {
                self.document = Some(day.clone());
            }
            self.section = Some(day);
        }
    }
}

/// What all of a block says of time.
fn times(flow: &Flow) -> &Times {
    flow.times.get_or_init(|| Times {
        date: date_in(&flow.text),
        is_of_now: has_of(&flow.text, &NOW),
        is_historical: is_history(&flow.text),
    })
}

impl BlockSetting {
    /// What the place of a block says, and its labels: for a cell, that of its row and its column, which counts for all of it;
    /// and its own, which counts for its sentence.
    pub(super) fn new(flow: &Flow, (label, own): (&str, Range<usize>), made: &ReadingDates) -> Self {
        let text = flow.text.trim_start();
        let is_open_task = text.starts_with("[ ]");
        let is_aim = |it: &str| {
            has_of(it, &TITLES) && (has(it, &["exit", "acceptance"]) || !has(it, &["current", "status", "snapshot"]))
        };
        let aims = flow.headings.iter().any(|it| !it.is_top && is_aim(&it.text));
        let words = &flow.text[own.clone()];
        let label_is_of_now = has_of(label, &NOW) || has_of(words, &NOW);
        let is_of_now = label_is_of_now || flow.headings.iter().any(|it| it.speaks_of_now);
        let section = || flow.headings.iter().rev().filter(|it| !it.is_top).find_map(|it| it.date.clone());
        let times = times(flow);
        let day = times.date.clone().or_else(|| made.section.clone()).or_else(section);
        // a plan of a day goes on, and what a generated document calls current does so too
        let top = || flow.headings.iter().find(|it| it.is_top && it.date.is_some());
        let is_plan =
            |it: &str| has(it, &["plan", "program", "contract", "policy", "roadmap", "spec", "guide", "strategy"]);
        let (day, goes_on) = match (day, top()) {
            (Some(day), _) => (Some(day), false),
            (None, Some(top)) => (top.date.clone(), is_plan(&top.text)),
            (None, None) => (made.document.clone(), true),
        };
        let is_record = |it: &str| has_of(it, &RECORDS) && !has(it, &["union"]);
        let records = flow.headings.iter().any(|it| (!it.is_top && is_record(&it.text)) || it.is_history);
        let is_record = records || times.is_historical;
        // "Current Baseline (Evidence)" is as current as the day on which it was written, and says of no day that it was
        let is_evidence = |it: &str| has_of(it, &EVIDENCE) && !has(it, &["union"]);
        let is_found_once = || flow.headings.iter().any(|it| !it.is_top && is_evidence(&it.text));
        let is_undated = is_record && day.is_none() && !label_is_of_now && !times.is_of_now;
        let leads = flow.leads.iter().any(|it| {
            let lead = if it.ends_with(':') { it } else { self::label(it) };
            is_aim(lead) || has_of(lead, &RECORDS)
        });
        let rules = flow.leads.iter().any(|it| {
            let lead = if it.ends_with(':') { it } else { self::label(it) };
            has_of(lead, &RULES) && !has(lead, &["status", "snapshot", "counts"])
        });
        let labels = |it: &str| {
            let is_past = has(it, &["was", "were", "missed", "reached", "met"]);
            (is_aim(it) && !is_past) || has(it, &["if", "when"])
        };
        Self {
            is_unsaid: is_open_task
                || flow.headings.iter().any(|it| !it.is_top && is_release_heading(&it.text))
                || aims
                || leads
                || labels(label)
                || (is_undated && (!is_of_now || is_found_once())),
            label: labels(words).then(|| Label { at: own.clone(), is_example: has_of(words, &EXAMPLES) }),
            offset: 0,
            is_rule: rules || has_of(label, &RECORDS) || has_of(words, &RECORDS),
            as_of: flow.as_of.clone(),
            day,
            is_of_now: is_of_now || goes_on || (is_record && times.is_of_now),
            is_record,
            is_of_part: flow.leads.iter().any(|it| it.ends_with(':') && has(it, &SUBSETS)),
            subject: subject(words)
                .or_else(|| flow.headings.iter().rev().find(|it| !it.is_top).and_then(|it| subject(&it.text))),
        }
    }

    /// The same for tokens that begin at a byte of the block.
    pub(super) fn beginning_at(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// Whether the block's own label counts for a sentence: for its own one, and for those behind it that do not say what is.
    fn is_labelled(&self, sentence: &[TextToken<'_>]) -> bool {
        let (Some(label), Some(first), Some(last)) = (&self.label, sentence.first(), sentence.last()) else {
            return false;
        };
        let (start, end) = (self.offset + first.at.start, self.offset + last.at.end);
        let is_behind = start >= label.at.end;
        let says_what_is = || {
            let near = || sentence.iter().take(2 * NEAR);
            near().any(|it| it.is_of(&NOW)) || (!label.is_example && near().any(|it| it.is_of(&STATES)))
        };
        end > label.at.start && !(is_behind && says_what_is())
    }

    /// Whether a day is said of the place.
    pub(super) fn has_day(&self) -> bool {
        self.day.is_some()
    }

    /// The mood of a statement, `part` of the sentence `all[sentence]`. `run` is where what is stated with it ends.
    pub(super) fn mood(
        &self,
        all: &[TextToken<'_>],
        (sentence, part, run): (Range<usize>, Range<usize>, usize),
        shape: CountShape,
        is_module: &dyn Fn(&str) -> bool,
    ) -> Mood {
        if let Some(day) = &self.as_of {
            return Mood::Day(day.clone());
        }
        let from = sentence.start.max(part.start.saturating_sub(NEAR));
        let clause = (from..part.start).rev().find(|it| all[*it].is_mark(&[';'])).map_or(from, |it| it + 1);
        let to = sentence.end.min(run + NEAR);
        let end = (run..to).find(|it| all[*it].is_mark(&[';'])).unwrap_or(to);
        let (before, behind) = (&all[clause..part.start], &all[run.min(end)..end]);
        let near = || all[sentence.clone()].iter().take(2 * NEAR);
        let says_now = || near().any(|it| it.is_of(&NOW));
        if self.is_unsaid
            || self.is_labelled(&all[sentence.clone()])
            || (self.is_rule && !says_now())
            || is_unsaid_before(before, behind)
            || is_unsaid_behind(behind, shape)
        {
            return Mood::Unsaid;
        }
        let is_below =
            || shape != CountShape::Status && (self.is_of_part || self.subject.as_deref().is_some_and(is_module));
        if is_of_a_part(before, behind, shape, is_module) || is_below() {
            return Mood::Part;
        }
        let is_of_now = || self.is_of_now || near().any(|it| it.is_of(&NOW) || it.is_of(&STILL));
        let dates = days(all, from..to);
        let before_it = dates.iter().rev().find(|(it, _)| it.start < part.start);
        if let Some((at, date)) = before_it.or_else(|| dates.iter().find(|(it, _)| it.start >= run)) {
            let word = at.start.checked_sub(1).filter(|it| *it >= sentence.start).map(|it| &all[it]);
            if word.is_some_and(|it| it.is(&["until", "by", "before", "after", "till"])) {
                return Mood::Unsaid;
            }
            if !word.is_some_and(|it| it.is(&["since"])) {
                return if says_now() { Mood::NowBesideADay } else { Mood::Day(date.clone()) };
            }
        } else if is_of_a_month(before) || speaks_of_another(before, behind) {
            return Mood::Unsaid;
        }
        match &self.day {
            Some(_) if is_of_now() => Mood::NowBesideADay,
            Some(day) => Mood::Day(day.clone()),
            None if self.is_record => Mood::NowBesideADay,
            None => Mood::Now,
        }
    }
}

/// The name in a heading that is a name and nothing else: "`asyncio`", "The email package".
fn subject(heading: &str) -> Option<String> {
    let all = tokens(heading);
    let all: Vec<&TextToken<'_>> = all.iter().filter(|it| it.kind == TokenKind::Word && !it.is(&["the"])).collect();
    match &all[..] {
        [one] => Some(one.text.to_owned()),
        [one, noun] if noun.is(&["package", "module", "modules", "family", "submodules"]) => Some(one.text.to_owned()),
        _ => None,
    }
}

/// "the goal was missed: 872 is where we are today"
fn of_today<'a, 't>(before: &'a [TextToken<'t>], behind: &[TextToken<'_>]) -> &'a [TextToken<'t>] {
    let says_now = behind.iter().any(|it| it.is_of(&NOW));
    let colon = before.iter().rposition(|it| says_now && it.is_mark(&[':', '—', '–']));
    &before[colon.map_or(0, |it| it + 1)..]
}

fn is_unsaid_before(before: &[TextToken<'_>], behind: &[TextToken<'_>]) -> bool {
    let before = of_today(before, behind);
    let back = |at: usize| before.len().checked_sub(at).map(|it| &before[it]);
    let is_back = |at: usize, words: &[&str]| back(at).is_some_and(|it| it.is(words));
    // "from 873", "to 800"
    if is_back(1, &["from", "into"]) || back(1).is_some_and(|it| it.is_mark(&['→', '<', '>', '≤', '≥', '≠'])) {
        return true;
    }
    if is_back(1, &["to"]) && !is_back(2, &["equal", "equals", "amounts", "adds", "sums", "comes", "up"]) {
        return true;
    }
    // "now" and "but" end what was
    let now = before.iter().rposition(|it| it.is_of(&NOW) || it.is(&["but"]));
    let late = &before[now.map_or(0, |it| it + 1)..];
    if before.iter().any(|it| it.is_of(&UNSAID)) || late.iter().any(|it| it.is_of(&DENIALS) || it.is_of(&PAST)) {
        return true;
    }
    let has_pair = |first: &[&str], second: &[&str]| before.windows(2).any(|it| it[0].is(first) && it[1].is(second));
    has_pair(&["rather", "instead"], &["than", "of"])
        || has_pair(&["looks", "look", "such"], &["like", "as"])
        || has_pair(&["last"], &["week", "month", "year", "sprint", "time"])
        || has_pair(&["has", "have"], &["to"])
        || has_pair(&["used"], &["to"])
        || has_pair(&["to"], &["be"])
        || has_pair(&["test"], &["tree"])
        || before.windows(2).any(by_then)
}

/// "by March", "by the end"
fn by_then(it: &[TextToken<'_>]) -> bool {
    let then = ["the", "end", "next", "release", "q1", "q2", "q3", "q4", "then"];
    it[0].is(&["by"]) && (is_date(&it[1].word) || it[1].is(&then) || it[1].is(MONTHS))
}

/// "in March 2026" is no day.
fn is_of_a_month(before: &[TextToken<'_>]) -> bool {
    before.windows(2).any(|it| it[0].is(MONTHS) && it[1].number().is_some())
}

/// What stands right behind a statement.
fn next<'a, 't>(behind: &'a [TextToken<'t>]) -> &'a [TextToken<'t>] {
    let word = behind.iter().position(|it| !it.is_mark(&[',', ')', '"', '”', '`']));
    word.map(|it| &behind[it..]).unwrap_or_default()
}

fn is_unsaid_behind(behind: &[TextToken<'_>], shape: CountShape) -> bool {
    let first = next(behind).first();
    let stays = shape == CountShape::Key && first.is_some_and(|it| it.is(&["remain", "remains"]));
    stays
        || first.is_some_and(|it| it.is_of(&HOLDS) || it.is_mark(&['→', '<', '>', '≤', '≥', '≠']))
        || behind.iter().any(|it| it.is_of(&BEHIND))
        || behind.windows(2).any(by_then)
}

/// Whether a statement is about some of what its fact counts, or about how much that changed.
fn is_of_a_part(
    before: &[TextToken<'_>],
    behind: &[TextToken<'_>],
    shape: CountShape,
    is_module: &dyn Fn(&str) -> bool,
) -> bool {
    let elsewhere = ["fixture", "fixtures", "upstream", "mock", "toy", "fork", "branch", "prototype"];
    let is_part =
        |it: &TextToken<'_>| it.is_of(&PARTS) || (it.is_code && it.kind == TokenKind::Word && is_module(it.text));
    let is_elsewhere = |it: &TextToken<'_>| if shape == CountShape::Status { it.is(&elsewhere) } else { is_part(it) };
    let changes = || shape == CountShape::Count && of_today(before, behind).iter().any(|it| it.is_of(&CHANGES));
    if before.iter().any(is_elsewhere) || changes() {
        return true;
    }
    let next = next(behind);
    if shape == CountShape::Count && is_of_some(before, next) {
        return true;
    }
    let leads = ["in", "for", "within", "under", "of", "across", "from", "inside", "below", "to"];
    next.first().is_some_and(|it| it.is(&leads))
        && next[1..next.len().min(6)].iter().any(|it| is_part(it) || it.is(&["this", "these"]))
}

/// "The top 5 intrinsic-partial modules", "3 intrinsic-partial modules at a time", "room for 38 intrinsic-partial modules"
fn is_of_some(before: &[TextToken<'_>], next: &[TextToken<'_>]) -> bool {
    let is = |at: usize, words: &[&str]| next.get(at).is_some_and(|it| it.is(words));
    let last = |at: usize, words: &[&str]| before.len().checked_sub(at).is_some_and(|it| before[it].is(words));
    last(1, &SOME)
        || (last(1, &["for"]) && last(2, &["room", "space", "place"]))
        || (last(1, &["as"]) && last(2, &["many"]))
        || is(0, &["per"])
        || (is(0, &["for", "in"]) && is(1, &["each", "every", "work"]))
        || (is(0, &["at"]) && is(1, &["a"]) && is(2, &["time"]))
        || (is(0, &["are", "is"])
            && is(1, &["next", "blocked", "ready", "stuck", "broken", "slow", "tested", "untested", "in"]))
            && (!is(1, &["in"]) || is(2, &["work"]))
}

/// The sentences of some tokens.
pub(super) fn sentences(all: &[TextToken<'_>]) -> Vec<Range<usize>> {
    let mut res = Vec::new();
    let mut start = 0;
    for (at, token) in all.iter().enumerate() {
        if token.kind == TokenKind::End {
            res.push(start..at);
            start = at + 1;
        }
    }
    if start < all.len() {
        res.push(start..all.len());
    }
    res
}

/// Whether a short text speaks of what is not so, as the head of a column does.
pub(super) fn is_unsaid_title(text: &str) -> bool {
    has_of(text, &TITLES)
        || has_of(text, &RECORDS)
        || tokens(text).iter().any(|it| it.is_of(&UNSAID) || it.is_of(&PAST))
}

/// Whether a heading is one of aims or of records.
pub(in super::super) fn is_aim_or_record(heading: &str) -> bool {
    has_of(heading, &TITLES) || has_of(heading, &RECORDS)
}

/// Whether a short text speaks of the present.
pub(super) fn is_title_of_now(text: &str) -> bool {
    has_of(text, &NOW)
}
