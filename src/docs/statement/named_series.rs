//! Of which series of `CPython` a number of names is said: of one that is named, or of the union of all of them.

use std::{collections::BTreeSet, ops::Range};

use super::{
    super::{
        fact::{Facts, Value},
        flow::Flow,
    },
    lexicon::About,
    shape::NumberStatement,
    token::{TextToken, TokenKind},
    totality,
};

/// Words between a series and the number of its names.
const BETWEEN: [&str; 15] = [
    "has",
    "have",
    "with",
    "baseline",
    "release",
    "stdlib",
    "standard",
    "library",
    "counts",
    "contains",
    "lists",
    "exactly",
    "now",
    "still",
    "currently",
];
/// What a number of names of the same series can stand behind: "290 top-level names and 443 submodules".
const SIBLINGS: [&str; 8] = ["top-level", "names", "modules", "submodules", "submodule", "packages", "and", "required"];
const FIRST: [&str; 2] = ["cpython", "python"];
/// What is said of several together is said of none of them.
const TOGETHER: [&str; 5] = ["union", "together", "combined", "both", "all"];

/// The sentence around a number of names.
pub(super) struct NamedSeries<'a> {
    pub(super) flow: &'a Flow,
    pub(super) all: &'a [TextToken<'a>],
    pub(super) sentence: &'a Range<usize>,
    pub(super) facts: &'a Facts,
}

impl NamedSeries<'_> {
    /// The fact of a statement: where one series is named, names are those of that series. None where nobody knows which one is meant.
    pub(super) fn fact(&self, statement: &NumberStatement) -> Option<String> {
        if statement.about != About::Union {
            return Some(statement.fact.clone());
        }
        let (all, sentence) = (self.all, self.sentence);
        let start = sentence.start.max(statement.part.start.saturating_sub(100));
        let end = sentence.end.min(statement.part.end + 20);
        let near = &all[start..end];
        let named: BTreeSet<&str> = near.iter().filter_map(version).collect();
        let is_open = near.windows(2).any(|it| is_version(&it[0]) && it[1].is_mark(&['+']));
        // those behind the number can be spoken of besides
        let led = &all[start..statement.number.max(start)];
        let led = if led.iter().filter(|it| is_version(it)).count() > 1 { led } else { near };
        let is_of_all = near.iter().any(|it| it.is(&TOGETHER));
        let name = statement.fact.strip_prefix("union.")?;
        let of = |series: &str| format!("union.{series}.{name}");
        // a version may be that of something else
        let stated = all[statement.number].number()?;
        let holds =
            |id: &str| matches!(self.facts.get(id).map(|it| &it.value), Some(Value::Int(it)) if stated.holds(*it));
        let union = || Some(statement.fact.clone());
        // of a release that is not that of the record, nothing is known
        if near.windows(2).any(|it| it[0].is(&FIRST) && is_release(&it[1])) {
            return None;
        }
        match named.first() {
            _ if let Some(one) = series_of(all, statement.number, sentence) => {
                Some(of(one)).filter(|it| self.facts.get(it).is_some())
            }
            Some(one) if named.len() == 1 && !is_open => {
                let is_only = totality::is_only_series(one, self.facts);
                let is_led = near.windows(2).any(|it| it[0].is(&FIRST) && is_version(&it[1])) && !is_of_all;
                match (holds(&of(one)), is_only) {
                    _ if !is_led && holds(&statement.fact) => union(),
                    (true, _) => Some(of(one)),
                    (false, true) => union(),
                    // "CPython 3.14 has 298": a number of that series, which is another one
                    (false, false) if is_led => Some(of(one)).filter(|it| self.facts.get(it).is_some()),
                    (false, false) => None,
                }
            }
            // of several that are named apart, nobody knows which one is meant, nor what some of them have together
            Some(_) if named.len() > 1 && (!is_one_list(led) || self.is_of_some(led, &named)) => None,
            Some(_) => union(),
            None if self.goes_on() => None,
            None => match self.heading() {
                Some(one) if !is_of_all && !totality::is_only_series(&one, self.facts) => {
                    let id = of(&one);
                    // the union is spoken of there too
                    if !holds(&id) && holds(&statement.fact) {
                        None
                    } else {
                        Some(id).filter(|it| self.facts.get(it).is_some())
                    }
                }
                _ => union(),
            },
        }
    }

    /// Whether a closed list has some of the series alone, and no word says that it is the union.
    fn is_of_some(&self, led: &[TextToken<'_>], named: &BTreeSet<&str>) -> bool {
        let Some(Value::List(list)) = self.facts.get("series").map(|it| &it.value) else { return false };
        let is_range = led.iter().any(|it| it.is_mark(&['-', '–', '—', '+']) || it.is(&["to", "through", "until"]));
        let is_subset = named.len() < list.len() && named.iter().all(|it| list.iter().any(|one| one == it));
        let sentence = &self.all[self.sentence.clone()];
        is_subset && !is_range && !sentence.iter().take(200).any(|it| it.is(&["union", "supported", "supports"]))
    }

    /// "CPython 3.14 is out. It has 297 top-level names": what a sentence of before has named.
    fn goes_on(&self) -> bool {
        let start = self.sentence.start;
        let is_pronoun = self.all.get(start).is_some_and(|it| it.is(&["it", "its", "this", "that", "they", "there"]));
        let before = &self.all[start.saturating_sub(40)..start];
        is_pronoun && before.windows(2).any(|it| it[0].is(&FIRST) && is_version(&it[1]))
    }

    /// The one series that the heading names.
    fn heading(&self) -> Option<String> {
        let title = &self.flow.headings.iter().rev().find(|it| !it.is_top)?.text;
        if title.len() > 200 || !title.contains("3.") {
            return None;
        }
        let all = super::token::tokens(title);
        let named: BTreeSet<&str> = all.iter().filter_map(version).collect();
        let is_open = all.iter().any(|it| it.is_mark(&['+', '-', '–']) || it.is(&TOGETHER));
        named.first().filter(|_| named.len() == 1 && !is_open).map(|it| (*it).to_owned())
    }
}

/// Whether nothing but what joins them stands between the versions that are named.
fn is_one_list(all: &[TextToken<'_>]) -> bool {
    let places: Vec<usize> = (0..all.len()).filter(|it| is_version(&all[*it])).collect();
    places.windows(2).all(|it| all[it[0] + 1..it[1]].iter().all(joins))
}

/// What can stand between two versions of one list.
fn joins(it: &TextToken<'_>) -> bool {
    it.is(&["and", "or", "to", "through", "until", "plus", "with", "as", "well", "cpython", "python"])
        || it.is_mark(&['/', ',', '&', '+', '-', '–', '—', '`', '|'])
}

/// `3.14.3`
fn is_release(it: &TextToken<'_>) -> bool {
    let parts: Vec<&str> = it.text.split('.').collect();
    parts.len() == 3 && parts[0] == "3" && parts.iter().all(|it| it.bytes().all(|it| it.is_ascii_digit()))
}

fn is_version(it: &TextToken<'_>) -> bool {
    version(it).is_some()
}

/// The series that a word is: `3.14`, and "3.14's".
fn version<'a>(it: &TextToken<'a>) -> Option<&'a str> {
    let text = it.text.strip_suffix("'s").or_else(|| it.text.strip_suffix("’s")).unwrap_or(it.text);
    let digits = text.strip_prefix("3.").unwrap_or_default();
    let is_one = it.kind == TokenKind::Word && !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    is_one.then_some(text)
}

/// The series of `CPython` of which a number is said and of nothing else: "CPython 3.13 has 290 top-level names, and 3.14 has 297".
fn series_of<'a>(all: &[TextToken<'a>], number: usize, sentence: &Range<usize>) -> Option<&'a str> {
    let start = sentence.start.max(number.saturating_sub(100));
    let near = &all[start..sentence.end.min(number + 20)];
    if near.iter().any(|it| it.is(&TOGETHER)) {
        return None;
    }
    let is_between =
        |it: &TextToken<'_>| it.is(&BETWEEN) || it.is(&SIBLINGS) || it.is_mark(&[',']) || it.number().is_some();
    let mut at = number;
    while at > start && is_between(&all[at - 1]) {
        at -= 1;
    }
    let is_said = all[at..number].iter().any(|it| it.is(&BETWEEN));
    let named = at.checked_sub(1).filter(|it| *it >= start && is_said && is_version(&all[*it]))?;
    let first = named.checked_sub(1).filter(|it| *it >= start)?;
    let is_first = all[first].is(&FIRST);
    // what comes after another one goes on with it
    let goes_on = (all[first].is_mark(&[',', ';']) || all[first].is(&["and"]))
        && all[start..first].iter().any(|it| it.is(&FIRST));
    let before = (start..first + usize::from(!is_first)).rev().find(|it| !joins(&all[*it]));
    let ends_a_list = before.is_some_and(|it| is_version(&all[it]) && it + 1 < named);
    ((is_first || goes_on) && !ends_a_list).then(|| version(&all[named])).flatten()
}
