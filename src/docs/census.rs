//! Places that look like facts and are bound to none: numbers beside the words of a fact, version lists, and what to do
//! about each.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

use regex::Regex;

use super::{
    bound::BoundSpans,
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    fact::{Facts, Value},
    flow::{self, Flow, flows},
    form,
    options::Lexicon,
    rules::{DocsRules, Document, MOST_CLAIMS},
    statement::is_aim_or_record,
    tense::{date_in, day, is_aim, is_past, is_record},
    text::{
        day::is_date,
        series::{SeriesMention, mentions, series_of},
    },
};
use crate::base::{Lines, Series, name_word, path_word};

/// The words of the tool's own facts.
const LEXICON: [(&str, &[&str]); 10] = [
    ("stdlib.total", &["stdlib modules", "modules audited", "audited modules", "stdlib parity modules"]),
    ("stdlib.intrinsic-backed", &["intrinsic-backed"]),
    ("stdlib.intrinsic-partial", &["intrinsic-partial"]),
    ("stdlib.probe-only", &["probe-only"]),
    ("stdlib.python-only", &["python-only"]),
    ("stdlib.missing-top-level", &["missing top-level", "missing_top_level", "missing-top-level"]),
    ("stdlib.missing-submodules", &["missing submodules", "missing_submodules", "missing-submodules"]),
    ("union.top-level", &["top-level names", "top-level modules", "required top-level"]),
    ("union.submodules", &["submodule names", "submodules"]),
    ("ratchet.max", &["ratchet budget", "max_intrinsic_partial"]),
];

/// How far a number may stand from the words, in bytes.
const NEAR: usize = 32;

/// How much of a sentence can come into a phrase on either side of a number, in bytes.
const AROUND: usize = 400;

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:\d{1,3}(?:,\d{3})+|\d+)\+?").ok());
/// What may stand between a number and the words behind it: two words at most, as in "`873` audited stdlib modules".
static BETWEEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^`?(?:[ -](?:required|audited|stdlib|CPython|molt|of|the|are|currently|parity|`?\.py`?)){0,3}[ -]`?$")
        .ok()
});
/// What may stand between the words and a number behind them: "`missing_submodules`: 0", "intrinsic-partial = 873".
static BEHIND: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?: modules)?`?(?: ?[:=] ?| \(| (?:is|are|remains?)(?: currently| now)? )`?$").ok());

/// Every place without a claim; `claims` are those that are bound.
pub fn census(
    documents: &[Document],
    rules: &DocsRules<'_>,
    claims: &[Claim],
    own: &BTreeMap<String, Lexicon>,
) -> Vec<Claim> {
    let mut words: Vec<(&str, &str)> = Vec::new();
    for (fact, terms) in LEXICON.iter().filter(|(id, _)| !own.contains_key(*id)) {
        words.extend(terms.iter().map(|it| (*fact, *it)));
    }
    for (fact, lexicon) in own {
        words.extend(lexicon.terms.iter().map(|it| (fact.as_str(), it.as_str())));
    }
    // the longest words say most: "missing submodules" are not submodules
    words.sort_by_key(|(_, word)| std::cmp::Reverse(word.len()));
    let words = Terms { words, own };
    let series = rules.facts.get("series").and_then(|it| match &it.value {
        Value::List(list) => series_of(list),
        _ => None,
    });
    let bound = BoundSpans::new(claims);
    let by_value = rules.facts.by_value();
    let mut res = Vec::new();
    for document in documents.iter().filter(|it| !rules.archival.is_match(it.path.as_str()) && it.path != *rules.audit)
    {
        let lines = Lines::new(&document.text);
        let is_kept = is_kept(document);
        let is_read = |it: &&Flow| !it.is_ignored && it.as_of.is_none() && !is_record(it);
        for flow in flows(&document.text).iter().filter(is_read) {
            let is_listed = is_kept && day(flow).is_none();
            let lists = series.iter().filter(|_| is_listed).flat_map(|it| versions(flow, it));
            let lists = lists.map(|part| ("series", part));
            let numbers = words.numbers(flow, rules.facts);
            let is_of_union = |it: &(&str, Range<usize>)| it.0.starts_with("union.");
            let named = if numbers.iter().any(is_of_union) { mentions(&flow.text) } else { Vec::new() };
            for (fact, part) in numbers.into_iter().chain(lists) {
                let fact = &*of_one_series(&named, &part, fact, rules.facts);
                let span = flow.place(part.clone());
                if bound.has(&document.path, span.start) {
                    continue;
                }
                if res.len() == MOST_CLAIMS {
                    let why =
                        format!("more than {MOST_CLAIMS} places are bound to no fact; the rest was not looked at");
                    res.push(Claim::about(ClaimKind::Document, &document.path, ClaimState::Broken, Code::Floor, why));
                    return res;
                }
                let stated = &flow.text[part.clone()];
                let mut claim = Claim::new(ClaimKind::Phrase, &document.path, span.clone(), stated);
                (claim.line, claim.column) = lines.position(span.start);
                claim = claim.in_sentence(&flow.text, part.clone(), part.clone());
                claim.facts = vec![fact.to_owned()];
                claim.binding = phrase(&flow.text, &part, fact, (WORDS, false));
                claim = claim.wrong(ClaimState::Lost, Code::Unbound, said(rules.facts, &by_value, fact, stated));
                claim.repair = proposals(&claim, rules.facts);
                res.push(claim);
            }
        }
    }
    res
}

/// The fact of the one series that is named near a number, where a fact of their union has one of each.
fn of_one_series<'f>(all: &[SeriesMention], part: &Range<usize>, fact: &'f str, facts: &Facts) -> Cow<'f, str> {
    let Some(name) = fact.strip_prefix("union.") else { return fact.into() };
    let (from, to) = (part.start.saturating_sub(NEAR), part.end + NEAR / 2);
    // they stand in their order
    let first = all.partition_point(|it| it.range.end < from);
    let near = all[first..].iter().take_while(|it| it.range.start <= to);
    let named: BTreeSet<Series> = near.flat_map(|it| it.set.named.iter().copied()).collect();
    match named.first() {
        Some(one) if named.len() == 1 => {
            let own = format!("union.{one}.{name}");
            if facts.get(&own).is_some() { own.into() } else { fact.into() }
        }
        _ => fact.into(),
    }
}

/// The words of facts, the longest first.
struct Terms<'a> {
    words: Vec<(&'a str, &'a str)>,
    /// Those of the workspace's own: whatever number stands near them is one.
    own: &'a BTreeMap<String, Lexicon>,
}

impl<'a> Terms<'a> {
    /// Numbers beside the words of a fact.
    fn numbers(&self, flow: &Flow, facts: &Facts) -> Vec<(&'a str, Range<usize>)> {
        let mut res: Vec<(&str, Range<usize>)> = Vec::new();
        let Some(regex) = &*NUMBER else { return res };
        let text = &flow.text;
        let mut seen: HashSet<(usize, usize)> = HashSet::new();
        // where each word begins and ends: they do not meet
        let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
        for (fact, word) in &self.words {
            for (at, _) in text.match_indices(word) {
                let whole = at..at + word.len();
                let before = taken.range(..whole.end).next_back();
                if before.is_some_and(|(_, end)| *end > whole.start) || is_in_word(text, &whole) {
                    continue;
                }
                taken.insert(whole.start, whole.end);
                let from = text.floor_char_boundary(at.saturating_sub(NEAR));
                let to = text.ceil_char_boundary((at + word.len() + NEAR / 2).min(text.len()));
                for found in regex.find_iter(&text[from..to]) {
                    let part = from + found.start()..from + found.end();
                    let belongs = self.own.contains_key(*fact)
                        || (belongs(text, &part, &whole, fact) && is_likely(&text[part.clone()], facts, fact));
                    let is_said = || !is_aim(text, &part) && !is_past(text, &part);
                    if belongs && !seen.contains(&(part.start, part.end)) && is_count(text, &part, flow) && is_said() {
                        seen.insert((part.start, part.end));
                        res.push((fact, part));
                    }
                }
            }
        }
        res.sort_by_key(|(_, part)| part.start);
        res
    }
}

/// The numbers of a part of a document that count things today.
pub(super) fn numbers_in(flow: &Flow) -> Vec<Range<usize>> {
    let Some(regex) = &*NUMBER else { return Vec::new() };
    let all = regex.find_iter(&flow.text).map(|it| it.range());
    all.filter(|it| is_count(&flow.text, it, flow) && !is_aim(&flow.text, it) && !is_past(&flow.text, it)).collect()
}

/// Whether the words are a part of a longer name, such as `missing_submodules`.
fn is_in_word(text: &str, whole: &Range<usize>) -> bool {
    let joins = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
    joins(text[..whole.start].chars().next_back())
        || text[..whole.start].ends_with('-')
        || joins(text[whole.end..].chars().next())
}

/// Whether a number is one of what the words name: "873 stdlib modules" and "submodules: 540", and not "40 intrinsic-backed
/// APIs" or "39,043 lines into submodules".
fn belongs(text: &str, part: &Range<usize>, whole: &Range<usize>, fact: &str) -> bool {
    if part.start < whole.start {
        let Some(between) = text.get(part.end..whole.start) else { return false };
        let rest = text[whole.end..].trim_start_matches('`');
        let next = rest.trim_start_matches(' ').split(|it: char| !it.is_alphabetic()).next().unwrap_or_default();
        let is_status = fact.starts_with("stdlib.") && !["stdlib.total"].contains(&fact) && !fact.contains("missing");
        let is_of_modules = !is_status
            || !rest.starts_with(' ')
            || next.is_empty()
            || ["module", "modules", "stdlib", "and", "or", "with", "in", "under", "of"].contains(&next);
        return is_of_modules && BETWEEN.as_ref().is_some_and(|it| it.is_match(between));
    }
    text.get(whole.end..part.start).is_some_and(|it| BEHIND.as_ref().is_some_and(|regex| regex.is_match(it)))
}

/// Whether the fact can ever have been about that much: a handful of modules is a list of some.
fn is_likely(stated: &str, facts: &Facts, id: &str) -> bool {
    let Some(Value::Int(value)) = facts.get(id).map(|it| &it.value) else { return false };
    let Some(Value::Int(said)) = form::read(stated, &Value::Int(0)) else { return false };
    said == *value || (said.saturating_mul(4) >= *value && said <= value.saturating_mul(4) && said > 0)
}

/// Whether a number counts things: not a line, a version, a date, a name's part, or the number of a paper.
fn is_count(text: &str, part: &Range<usize>, flow: &Flow) -> bool {
    let before = text[..part.start].chars().next_back();
    let after = text[part.end..].chars().next();
    let joins = |it: Option<char>| {
        it.is_some_and(|it| it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | '/' | ':' | '#' | '%' | '='))
    };
    let is_end = after == Some('.') && !text[part.end + 1..].starts_with(|it: char| it.is_ascii_digit() || it == '.');
    // no word that is looked for is longer
    let left = &text[text.floor_char_boundary(part.start.saturating_sub(NEAR))..part.start];
    let word = left.trim_end().rsplit(' ').next().unwrap_or_default();
    let is_paper = [
        "PEP", "RFC", "==", "<=", ">=", "doc", "docs", "line", "lines", "phase", "Phase", "step", "item", "SL", "#",
        "section", "Tier",
    ]
    .contains(&word);
    let is_head = matches!(flow.kind, flow::BlockKind::Code(ref info) if info != "text");
    let around = text.get(part.start.saturating_sub(5)..(part.start + 5).min(text.len())).unwrap_or_default();
    !joins(before) && (!joins(after) || is_end) && !is_paper && !is_head && !is_date(around)
}

/// Whether a document is kept as it should be read today: not a plan, not written by a program, and not dated by its name or by
/// the comment at its head. The versions that such a one names are those of its day.
fn is_kept(document: &Document) -> bool {
    let name = document.path.file_name().to_lowercase();
    let mut words = name.split(|it: char| !it.is_alphanumeric());
    let is_day = |it: &str| it.len() == 8 && it.starts_with("20") && it.bytes().all(|it| it.is_ascii_digit());
    let is_of_another =
        words.any(|it| ["plan", "plans", "generated", "proposal", "report"].contains(&it) || is_day(it));
    let head = document.text.trim_start_matches('\u{feff}').trim_start();
    let comment = head.strip_prefix("<!--").and_then(|it| it.get(..it.find("-->")?));
    !is_of_another && comment.and_then(date_in).is_none()
}

/// Lists that name all supported series, beside the word Python or CPython: others are sections, or other things' versions.
fn versions(flow: &Flow, series: &BTreeSet<Series>) -> Vec<Range<usize>> {
    let is_elsewhere = || flow.headings.iter().any(|it| !it.is_top && is_aim_or_record(&it.text));
    if matches!(flow.kind, flow::BlockKind::Code(_)) || is_elsewhere() {
        return Vec::new();
    }
    let is_beside = |it: &SeriesMention| {
        let before = &flow.text[flow.text.floor_char_boundary(it.range.start.saturating_sub(NEAR))..it.range.start];
        let before = &before[before.rfind([';', '|', '.']).map_or(0, |at| at + 1)..];
        before.contains("ython")
    };
    let names_all = |it: &SeriesMention| {
        it.set.from.is_none() && series.is_subset(&it.set.named) && !is_past(&flow.text, &it.range)
    };
    let all = mentions(&flow.text).into_iter().filter(|it| it.is_list() && names_all(it) && is_beside(it));
    all.map(|it| it.range).collect()
}

/// What is known of the number.
fn said(facts: &Facts, by_value: &HashMap<String, Vec<&str>>, id: &str, stated: &str) -> String {
    let Some(fact) = facts.get(id) else { return format!("no fact {id}") };
    if form::states(stated, &fact.value) {
        return format!("it looks like {id}, which is {} today", fact.value);
    }
    let others = by_value.get(stated).into_iter().flatten();
    let others: Vec<&str> = others.copied().filter(|it| *it != id).take(3).collect();
    let others = if others.is_empty() { String::new() } else { format!("; {} is {stated} today", others.join(", ")) };
    format!("it looks like {id}, which is {} today{others}", fact.value)
}

/// How many words a phrase has on either side of its value, where these are enough.
const WORDS: usize = 4;

/// Some words on either side, with a hole in the place of the value.
fn phrase(text: &str, part: &Range<usize>, fact: &str, (words, has_numbers): (usize, bool)) -> String {
    let from = text.floor_char_boundary(part.start.saturating_sub(AROUND));
    let to = text.ceil_char_boundary((part.end + AROUND).min(text.len()));
    // another number is not a word: it changes by itself
    let is_number = |it: &str| {
        let it = it.trim_matches(|it: char| !it.is_alphanumeric());
        !it.is_empty() && it.chars().all(|it| it.is_ascii_digit() || "/.,:%-\u{2013}".contains(it))
    };
    let is_word = |it: &&str| has_numbers || !is_number(it);
    let left: Vec<&str> = text[from..part.start].rsplit(' ').take(words).take_while(is_word).collect();
    let left: Vec<&str> = left.into_iter().rev().collect();
    let right: Vec<&str> = text[part.end..to].split(' ').take(words).take_while(is_word).collect();
    let brace = |it: String| it.replace('{', "{{").replace('}', "}}");
    format!("{}{{{fact}}}{}", brace(left.join(" ")), brace(right.join(" ")))
}

fn proposals(claim: &Claim, facts: &Facts) -> String {
    let fact = &claim.facts[0];
    let is_now = facts.get(fact).is_some_and(|it| form::states(&claim.stated, &it.value));
    let place = path_word(&format!("{}:{}:{}", claim.path, claim.line, claim.column));
    let first = if is_now { "" } else { "correct it and " };
    let is_number = facts.get(fact).is_some_and(|it| matches!(it.value, Value::Int(_)));
    let link = if is_number { format!(", or link it: [{}][f:{fact}]", claim.stated) } else { String::new() };
    format!(
        "{first}`molt-sync docs bind {place} {}`{link}, or <!-- molt-sync:as-of DATE --> or <!-- molt-sync:ignore REASON --> above its block",
        name_word(fact)
    )
}

/// A value that is to be bound: where it stands, and the phrases that could bind it, the one that is to be preferred first.
pub struct Bindable {
    /// The bytes of the value.
    pub span: std::ops::Range<usize>,
    /// The phrases.
    pub phrases: Vec<String>,
}

/// A list without what stands around it: a hole is replaced as a whole, and neither the word before it, nor its quotes, nor the comma or
/// the word behind it are the list's.
fn list_alone(text: &str, mut part: Range<usize>) -> Range<usize> {
    const JOINS: [&str; 6] = [" and", " or", " to", " through", " until", " up to"];
    let is_own = |it: char| it.is_alphanumeric() || matches!(it, '+' | ')' | ']');
    loop {
        let list = &text[part.clone()];
        let kept = list.trim_end_matches(|it| !is_own(it));
        let kept = JOINS.iter().find_map(|it| kept.strip_suffix(it)).unwrap_or(kept);
        if kept.len() == list.len() {
            break;
        }
        part.end = part.start + kept.len();
    }
    for word in ["`", "CPython ", "Python "] {
        // what each of them has is a part of the list
        if text[part.clone()].strip_prefix(word).is_some_and(|rest| !rest.contains(word)) {
            part.start += word.len();
        }
    }
    // and so are the quotes of each
    if text[part.clone()].starts_with('`') && text[part.end..].starts_with('`') {
        part.end += 1;
    }
    part
}

/// Whether the words of a phrase tell it from most others: two of them are longer than an article or a preposition.
fn tells(phrase: &str) -> bool {
    let without_hole = phrase.split(['{', '}']).step_by(2);
    let words = without_hole.flat_map(|it| it.split(|it: char| !it.is_alphabetic()));
    words.filter(|it| it.chars().count() > 3).nth(1).is_some()
}

/// The value at a line of a document that could state a fact; at a column, where one is named.
///
/// # Errors
/// Why there is none.
pub fn value_at(
    document: &Document,
    (line, column): (usize, Option<usize>),
    facts: &Facts,
    fact: &str,
) -> Result<Bindable, String> {
    let value = &facts.get(fact).ok_or_else(|| format!("there is no fact `{fact}`"))?.value;
    let regex = Regex::new(&form::pattern(value, true)).map_err(|error| error.to_string())?;
    let (mut found, mut exact) = (Vec::new(), Vec::new());
    let lines = Lines::new(&document.text);
    for flow in flows(&document.text) {
        for it in regex.find_iter(&flow.text) {
            let range = match value {
                Value::List(_) => list_alone(&flow.text, it.range()),
                _ => it.range(),
            };
            let span = flow.place(range.clone());
            let is_here = |column: usize| {
                let (start, end) = (lines.position(span.start), lines.position(span.end));
                (start..end).contains(&(line, column))
            };
            if lines.line(span.start) != line || !column.is_none_or(is_here) {
                continue;
            }
            let bindable = || {
                // where the words alone do not tell it from others, numbers do
                let ways = [false, true].into_iter().flat_map(|it| [WORDS, 8, 16, 32].map(|words| (words, it)));
                let mut phrases: Vec<String> = ways.map(|way| phrase(&flow.text, &range, fact, way)).collect();
                phrases.dedup();
                // one of few words is soon that of another sentence too
                phrases.sort_by_key(|it| !tells(it));
                Bindable { span: span.clone(), phrases }
            };
            if form::states(&flow.text[range.clone()], value) {
                exact.push(bindable());
            }
            found.push(bindable());
        }
    }
    let mut chosen = if exact.len() == 1 { exact } else { found };
    match (chosen.pop(), chosen.len()) {
        (Some(one), 0) => Ok(one),
        (None, _) => Err(format!("line {line} has no value of that kind")),
        (_, more) => Err(format!("line {line} has {} values of that kind", more + 1)),
    }
}
