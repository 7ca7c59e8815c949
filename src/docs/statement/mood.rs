//! Whether a sentence says what is, or what was, should be, would be or is not; and of which day. It is judged by the whole
//! sentence, its label, what introduces its list, its task box and its headings. Only what speaks of today is rewritten.

use std::ops::Range;

use super::{
    super::{
        binding::is_date,
        flow::{self, Flow},
        tense::{date_in, day},
    },
    token::{Kind, Token, tokens},
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
    /// Nothing that is so, or a part of what the fact counts.
    Unsaid,
}

/// How a count is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The name of the fact and its value.
    Key,
    /// A number before its noun.
    Count,
    /// A module and its status.
    Status,
}

/// What the place of a block says of all its sentences.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    is_unsaid: bool,
    /// Whether it is in a list of rules, which say what is only where they say so.
    is_rule: bool,
    /// The day of a comment above it.
    as_of: Option<String>,
    /// The day of the block, of a heading above it, or of the whole document.
    day: Option<String>,
    is_of_now: bool,
    /// Whether it stands among records.
    is_record: bool,
}

/// Words of a heading, label or introduction below or behind which nothing is said to be so.
const TITLES: [&str; 52] = [
    "success",
    "criteria",
    "criterion",
    "acceptance",
    "goal",
    "goals",
    "target",
    "targets",
    "milestone",
    "milestones",
    "exit",
    "objective",
    "objectives",
    "hypotheses",
    "hypothesis",
    "example",
    "examples",
    "todo",
    "todos",
    "proposal",
    "proposed",
    "planned",
    "plan",
    "future",
    "forecast",
    "projection",
    "kpi",
    "kpis",
    "okr",
    "okrs",
    "template",
    "sample",
    "aim",
    "aims",
    "wish",
    "wishlist",
    "expected",
    "expectation",
    "expectations",
    "risk",
    "risks",
    "fictional",
    "placeholder",
    "deliverable",
    "deliverables",
    "done-when",
    "definition-of-done",
    "backlog",
    "wave",
    "next",
    "ideal",
    "desired",
];
/// Words of a heading below which there is a record.
const RECORDS: [&str; 23] = [
    "history",
    "historical",
    "changelog",
    "changes",
    "archive",
    "archived",
    "baseline",
    "baselines",
    "evidence",
    "previous",
    "past",
    "legacy",
    "superseded",
    "retrospective",
    "postmortem",
    "timeline",
    "log",
    "logs",
    "before",
    "former",
    "journal",
    "diary",
    "old",
];
/// Words of an introduction whose list is of rules.
const RULES: [&str; 18] = [
    "gate",
    "gates",
    "contract",
    "rule",
    "rules",
    "enforced",
    "enforces",
    "requirement",
    "requirements",
    "invariant",
    "invariants",
    "condition",
    "conditions",
    "policy",
    "must",
    "should",
    "requires",
    "checks",
];
/// Words before a statement that keep it from being said.
const UNSAID: [&str; 101] = [
    "if",
    "when",
    "whenever",
    "until",
    "unless",
    "once",
    "whether",
    "after",
    "while",
    "before",
    "provided",
    "assuming",
    "suppose",
    "supposing",
    "imagine",
    "case",
    "goal",
    "goals",
    "target",
    "targets",
    "targeting",
    "aim",
    "aims",
    "aiming",
    "should",
    "must",
    "shall",
    "will",
    "would",
    "could",
    "may",
    "might",
    "want",
    "wants",
    "plan",
    "plans",
    "planned",
    "planning",
    "expect",
    "expects",
    "expected",
    "intend",
    "intends",
    "intended",
    "reach",
    "reaches",
    "reaching",
    "reduce",
    "reduces",
    "reducing",
    "drive",
    "keep",
    "keeps",
    "keeping",
    "preserve",
    "preserves",
    "preserving",
    "maintain",
    "maintains",
    "ensure",
    "ensures",
    "require",
    "requires",
    "needs",
    "need",
    "toward",
    "towards",
    "propose",
    "proposed",
    "projected",
    "forecast",
    "ideally",
    "eventually",
    "hopefully",
    "soon",
    "acceptance",
    "criterion",
    "criteria",
    "milestone",
    "todo",
    "exit",
    "hypothesis",
    "hypothetical",
    "hypothetically",
    "example",
    "examples",
    "e.g",
    "instance",
    "sample",
    "placeholder",
    "template",
    "fictional",
    "trend",
    "trends",
    "promise",
    "promises",
    "hope",
    "hopes",
    "next",
    "desired",
    "wish",
];
/// Words that deny what follows.
const DENIALS: [&str; 24] = [
    "not",
    "never",
    "false",
    "untrue",
    "wrong",
    "wrongly",
    "incorrect",
    "incorrectly",
    "neither",
    "nor",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "doesn't",
    "don't",
    "didn't",
    "cannot",
    "can't",
    "won't",
    "without",
    "mistaken",
    "myth",
    "outdated",
];
/// Words of the past.
const PAST: [&str; 21] = [
    "previously",
    "formerly",
    "earlier",
    "initially",
    "originally",
    "was",
    "were",
    "had",
    "said",
    "ago",
    "yesterday",
    "past",
    "prior",
    "former",
    "started",
    "began",
    "historical",
    "historically",
    "then",
    "old",
    "showed",
];
/// Words of the present.
const NOW: [&str; 6] = ["now", "currently", "current", "today", "presently", "nowadays"];
/// The same below a day.
const STILL: [&str; 7] = ["still", "remain", "remains", "active", "latest", "ongoing", "stays"];
/// Words that make a statement one about a part.
const PARTS: [&str; 33] = [
    "alone",
    "pr",
    "commit",
    "patch",
    "batch",
    "tranche",
    "sprint",
    "iteration",
    "wave",
    "lane",
    "closure",
    "subset",
    "family",
    "families",
    "subpackage",
    "slice",
    "tier",
    "shard",
    "newly",
    "among",
    "cluster",
    "clusters",
    "package",
    "phase",
    "core-lane",
    "demo",
    "prototype",
    "branch",
    "fork",
    "queue",
    "subtree",
    "folder",
    "directory",
];
/// Words of change, before a number and its noun.
const CHANGES: [&str; 62] = [
    "fix",
    "fixes",
    "fixed",
    "fixing",
    "move",
    "moves",
    "moved",
    "promote",
    "promotes",
    "promoted",
    "promoting",
    "lower",
    "lowers",
    "lowered",
    "convert",
    "converts",
    "converted",
    "land",
    "lands",
    "landed",
    "migrate",
    "migrates",
    "migrated",
    "remove",
    "removes",
    "removed",
    "add",
    "adds",
    "added",
    "close",
    "closes",
    "closed",
    "resolve",
    "resolves",
    "resolved",
    "touch",
    "touches",
    "touched",
    "retire",
    "retires",
    "retired",
    "demote",
    "demotes",
    "demoted",
    "raise",
    "raises",
    "raised",
    "drop",
    "drops",
    "dropped",
    "gain",
    "gains",
    "gained",
    "lose",
    "loses",
    "lost",
    "turn",
    "turned",
    "upgraded",
    "introduced",
    "shipped",
    "another",
];
/// Words right behind a statement that keep it from being said.
const HOLDS: [&str; 24] = [
    "must",
    "should",
    "shall",
    "will",
    "would",
    "was",
    "were",
    "hold",
    "holds",
    "sustained",
    "hard",
    "fail",
    "fails",
    "trips",
    "breaks",
    "may",
    "might",
    "could",
    "needs",
    "need",
    "require",
    "requires",
    "ensures",
    "means",
];
/// Words anywhere behind a statement that do so.
const BEHIND: [&str; 24] = [
    "if",
    "unless",
    "until",
    "once",
    "when",
    "whenever",
    "before",
    "goal",
    "goals",
    "target",
    "targets",
    "aim",
    "false",
    "untrue",
    "wrong",
    "incorrect",
    "example",
    "hypothetically",
    "ago",
    "previously",
    "formerly",
    "alone",
    "sometime",
    "someday",
];

/// How many tokens before and behind a statement are looked at.
const NEAR: usize = 200;

/// Whether one of `words` stands in a short text.
fn has(text: &str, words: &[&str]) -> bool {
    let lower = text.to_lowercase();
    let mut all = lower.split(|it: char| !(it.is_alphanumeric() || it == '-'));
    all.any(|it| words.contains(&it))
}

/// The label of a text: what stands before its first colon, where that is a few words.
pub(super) fn label(text: &str) -> &str {
    let end = text
        .match_indices(':')
        .map(|(at, _)| at)
        .find(|at| text[at + 1..].starts_with([' ', '\u{a0}', '*']) || at + 1 == text.len());
    end.filter(|it| *it <= 90).map_or("", |it| &text[..it])
}

/// The day that a document says of itself that it was made on.
pub(super) fn document_day(all: &[Flow]) -> Option<String> {
    let is_first = |it: &&Flow| it.headings.len() < 2 && it.kind == flow::Kind::Prose;
    all.iter().take(12).take_while(|it| it.headings.len() < 2).filter(is_first).find_map(|it| {
        const MADE: [&str; 6] = ["generated:", "generated on", "snapshot:", "snapshot date:", "as of:", "audit date:"];
        let lower = it.text.get(..it.text.floor_char_boundary(400))?.to_lowercase();
        MADE.iter().find_map(|word| {
            let at = lower.find(word)? + word.len();
            date_in(lower.get(at..lower.floor_char_boundary(at + 16))?)
        })
    })
}

impl Setting {
    /// What the place of a block says, and its label: for a cell, that of its row and its column.
    pub(super) fn new(flow: &Flow, label: &str, document_day: Option<&String>) -> Self {
        let text = flow.text.trim_start();
        let is_open_task = text.starts_with("[ ]");
        let is_aim = |it: &str| {
            has(it, &TITLES) && !(has(it, &["current", "status", "snapshot"]) && !has(it, &["exit", "acceptance"]))
        };
        let aims = flow.headings.iter().any(|it| !it.is_top && is_aim(&it.text));
        let is_of_now = has(label, &NOW) || flow.headings.iter().any(|it| it.speaks_of_now);
        let own_day = day(flow).or_else(|| date_in(&flow.text));
        let heading_day = || flow.headings.iter().rev().find_map(|it| it.date.clone());
        let day = own_day.or_else(heading_day).or_else(|| document_day.cloned());
        let is_record = |it: &str| has(it, &RECORDS) && !has(it, &["union"]);
        let records = flow.headings.iter().any(|it| (!it.is_top && is_record(&it.text)) || it.is_history);
        let is_record = records || flow.text.to_lowercase().contains("historical");
        let leads = flow.leads.iter().any(|it| {
            let lead = if it.ends_with(':') { it } else { self::label(it) };
            is_aim(lead) || has(lead, &RECORDS)
        });
        let rules = flow.leads.iter().any(|it| {
            let lead = if it.ends_with(':') { it } else { self::label(it) };
            has(lead, &RULES) && !has(lead, &["status", "snapshot", "counts"])
        });
        let labelled = is_aim(label) || has(label, &RECORDS) || has(label, &["if", "when"]);
        Self {
            is_unsaid: is_open_task
                || aims
                || leads
                || labelled
                || (is_record && day.is_none() && !is_of_now && !has(&flow.text, &NOW)),
            is_rule: rules,
            as_of: flow.as_of.clone(),
            day,
            is_of_now: is_of_now || (is_record && has(&flow.text, &NOW)),
            is_record,
        }
    }

    /// The mood of a statement, `part` of the sentence `all[sentence]`. `run` is where what is stated with it ends.
    pub(super) fn mood(
        &self,
        all: &[Token<'_>],
        (sentence, part, run): (Range<usize>, Range<usize>, usize),
        shape: Shape,
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
        let says_now = || near().any(|it| it.is(&NOW));
        if self.is_unsaid
            || (self.is_rule && !says_now())
            || is_unsaid_before(before, shape)
            || is_unsaid_behind(behind, shape, is_module)
        {
            return Mood::Unsaid;
        }
        let of_a_part = |it: &Token<'_>| it.is(&PARTS) || (it.is_code && it.kind == Kind::Word && is_module(it.text));
        if shape != Shape::Status && before.iter().any(of_a_part) {
            return Mood::Unsaid;
        }
        let is_of_now = || self.is_of_now || near().any(|it| it.is(&NOW) || it.is(&STILL));
        let dates = || (from..to).filter(|it| all[*it].kind == Kind::Word && is_date(&all[*it].word));
        let date = dates().rfind(|it| *it < part.start).or_else(|| dates().find(|it| *it >= run));
        if let Some(at) = date {
            let word = at.checked_sub(1).filter(|it| *it >= sentence.start).map(|it| &all[it]);
            if word.is_some_and(|it| it.is(&["until", "by", "before", "after", "till"])) {
                return Mood::Unsaid;
            }
            if !word.is_some_and(|it| it.is(&["since"])) {
                return if says_now() { Mood::NowBesideADay } else { Mood::Day(all[at].word.to_string()) };
            }
        }
        match &self.day {
            Some(_) if is_of_now() => Mood::NowBesideADay,
            Some(day) => Mood::Day(day.clone()),
            None if self.is_record => Mood::NowBesideADay,
            None => Mood::Now,
        }
    }
}

fn is_unsaid_before(before: &[Token<'_>], shape: Shape) -> bool {
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
    let now = before.iter().rposition(|it| it.is(&NOW) || it.is(&["but"]));
    let late = &before[now.map_or(0, |it| it + 1)..];
    let is_unsaid = |it: &Token<'_>| it.is(&UNSAID) || (shape == Shape::Count && it.is(&CHANGES));
    if before.iter().any(is_unsaid) || late.iter().any(|it| it.is(&DENIALS) || it.is(&PAST)) {
        return true;
    }
    let has_pair = |first: &[&str], second: &[&str]| before.windows(2).any(|it| it[0].is(first) && it[1].is(second));
    has_pair(&["rather", "instead"], &["than", "of"])
        || has_pair(&["looks", "look", "such"], &["like", "as"])
        || has_pair(&["last"], &["week", "month", "year", "sprint", "time"])
        || has_pair(&["has", "have"], &["to"])
        || has_pair(&["used"], &["to"])
        || before.windows(2).any(|it| it[0].is(&MONTHS) && it[1].number().is_some())
}

const MONTHS: [&str; 23] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
];

fn is_unsaid_behind(behind: &[Token<'_>], shape: Shape, is_module: &dyn Fn(&str) -> bool) -> bool {
    let word = behind.iter().position(|it| !it.is_mark(&[',', ')', '"', '”', '`']));
    let first = word.map(|it| &behind[it..]).unwrap_or_default();
    let stays = shape == Shape::Key && first.first().is_some_and(|it| it.is(&["remain", "remains"]));
    if stays || first.first().is_some_and(|it| it.is(&HOLDS) || it.is_mark(&['→', '<', '>', '≤', '≥', '≠'])) {
        return true;
    }
    if first
        .first()
        .is_some_and(|it| it.is(&["in", "for", "within", "under", "of", "across", "from", "inside", "below", "to"]))
    {
        let near = &first[1..first.len().min(6)];
        let is_part = |it: &Token<'_>| it.is(&PARTS) || (it.is_code && is_module(it.text)) || it.is(&["this", "these"]);
        if near.iter().any(is_part) {
            return true;
        }
    }
    let by_then = |it: &[Token<'_>]| {
        it[0].is(&["by"])
            && (is_date(&it[1].word) || it[1].is(&["end", "next", "release", "q1", "q2", "q3", "q4", "then"]))
    };
    behind.iter().any(|it| it.is(&BEHIND)) || behind.windows(2).any(by_then)
}

/// The sentences of some tokens.
pub(super) fn sentences(all: &[Token<'_>]) -> Vec<Range<usize>> {
    let mut res = Vec::new();
    let mut start = 0;
    for (at, token) in all.iter().enumerate() {
        if token.kind == Kind::End {
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
    has(text, &TITLES) || has(text, &RECORDS) || tokens(text).iter().any(|it| it.is(&UNSAID) || it.is(&PAST))
}

/// Whether a short text speaks of the present.
pub(super) fn is_title_of_now(text: &str) -> bool {
    has(text, &NOW)
}
