//! One reader of sets of series: `3.12/3.13/3.14`, `3.12-3.14`, "3.12, 3.13 and 3.14", "3.12 through 3.14", `3.12+`,
//! `>=3.12,<3.15`, `py312`, cells of a table. A release (`3.12.1`) and a build (`3.13t`) are no series.

use std::{collections::BTreeSet, ops::Range, sync::LazyLock};

use memchr::memmem;
use regex::{Captures, Regex};

use crate::base::Series;

/// What is named: some series, and perhaps every one from one of them on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::docs) struct Set {
    pub(in crate::docs) named: BTreeSet<Series>,
    pub(in crate::docs) from: Option<Series>,
}

/// One place of a text that names series.
#[derive(Debug, Clone)]
pub(in crate::docs) struct SeriesMention {
    /// The words, in the text.
    pub(in crate::docs) range: Range<usize>,
    pub(in crate::docs) set: Set,
    pub(in crate::docs) items: Vec<Item>,
    pub(in crate::docs) joins: Vec<Join>,
}

/// One version of a mention.
#[derive(Debug, Clone)]
pub(in crate::docs) struct Item {
    /// With its prefix, its quotes and what stands behind it.
    pub(in crate::docs) range: Range<usize>,
    /// The digits that say which series.
    pub(in crate::docs) digits: Range<usize>,
    pub(in crate::docs) minor: u16,
    pub(in crate::docs) bound: VersionMeaning,
}

/// What a version stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::docs) enum VersionMeaning {
    Itself,
    /// It and what comes after it.
    From,
    /// What comes after it.
    After,
    /// It and what comes before it.
    UpTo,
    /// What comes before it.
    Below,
}

/// What stands between two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::docs) enum Join {
    /// The two are named.
    List,
    /// What lies between them is named too.
    Range,
}

/// A regular expression for a mention, for the holes of phrases. What stands in brackets belongs to it where it names no series of its
/// own.
pub(in crate::docs) const HOLE: &str = concat!(
    r"`?(?:(?:>=|<=|[≥≤<>]) ?)?(?:(?:CPython|Python|py|v) ?)?3\.[0-9]{1,2}\+?`?(?: \((?:[^()3]|3[^().])*3?\))?",
    r"(?:(?: ?(?:[/&|,+–—→-]|\.\.) ?(?:and |or )?| (?:and newer|and later|or newer|or later)| (?:and|or|to|through|until|up to) )",
    r"(?:`?(?:(?:>=|<=|[≥≤<>]) ?)?(?:(?:CPython|Python|py|v) ?)?3\.[0-9]{1,2}\+?`?(?: \((?:[^()3]|3[^().])*3?\))?)?)*",
    r"|`?(?:py|cp)3[0-9]{2}`?(?:(?: ?[/&|,+–—-] ?(?:and |or )?| (?:and|or|to|through) )`?(?:py|cp)3[0-9]{2}`?)*",
);

static ITEM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)`?(?:(?P<op>>=|<=|==|~=|[≥≤<>])\ ?)?`?
          (?:(?:(?:CPython|Python|python|py|v)\ ?)?3\.(?P<dotted>[0-9]{1,2})(?:\.[x*])?|(?:py|cp)3(?P<joined>[0-9]{2}))`?
          (?P<tail>\+`?|,?\ (?:and|or)\ (?:newer|later|above|up|higher|greater|onwards?)\b|\ onwards?\b|\ upwards?\b)?",
    )
    .ok()
});
static JOIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^(?:(?P<range>\ ?(?:-|–|—|‑|→|->|\.\.\.?|…)\ ?|\ (?:to|through|thru|until|up\ to)(?:\ and\ including)?\ )
          |(?P<list>\ ?(?:[/&|,+]|,?\ (?:and|or|&)\b)\ ?(?:and\ |or\ |&\ )?))$",
    )
    .ok()
});

/// The most series that a range names: a longer one is no range of series.
const WIDEST: u16 = 50;

impl Set {
    /// Whether it names exactly `series`.
    pub(in crate::docs) fn is(&self, series: &BTreeSet<Series>) -> bool {
        let Some(from) = self.from else { return self.named == *series };
        let is_named = |it: &Series| *it >= from || self.named.contains(it);
        series.contains(&from) && self.named.iter().all(|it| series.contains(it)) && series.iter().all(is_named)
    }
}

/// The series of a list of texts; none where one of them is something else.
pub(in crate::docs) fn series_of(list: &[String]) -> Option<BTreeSet<Series>> {
    let all: Option<BTreeSet<Series>> = list.iter().map(|it| it.parse().ok()).collect();
    all.filter(|it| !it.is_empty())
}

/// The places where a series can stand.
pub(in crate::docs) fn places(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let digit = move |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let dotted = memmem::find_iter(bytes, "3.").filter(move |at| digit(at + 2));
    let joined = ["py3", "cp3"].into_iter().flat_map(move |it| memmem::find_iter(bytes, it));
    dotted.chain(joined.filter(move |at| digit(at + 3) && digit(at + 4)))
}

/// The same in their order, at no cost where a text is short.
pub(in crate::docs) fn in_order(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let digit = move |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    memchr::memchr_iter(b'3', bytes).filter_map(move |at| {
        let is_joined = || bytes[..at].ends_with(b"py") || bytes[..at].ends_with(b"cp");
        if bytes.get(at + 1) == Some(&b'.') && digit(at + 2) {
            Some(at)
        } else {
            (digit(at + 1) && digit(at + 2) && is_joined()).then(|| at - 2)
        }
    })
}

/// Whether a text can name a series at all.
fn may_have(text: &str) -> bool {
    in_order(text).next().is_some()
}

/// Every mention in a text, in order: also of one series alone.
pub(in crate::docs) fn mentions(text: &str) -> Vec<SeriesMention> {
    let mut res: Vec<SeriesMention> = Vec::new();
    if !may_have(text) {
        return res;
    }
    let mut run: Vec<(Item, Option<Join>)> = Vec::new();
    let mut last = 0;
    for item in items(text) {
        let gap = &text[last.min(item.range.start)..item.range.start];
        let join = run.last().and_then(|(before, _)| joined(text, before, gap, &item));
        if join.is_none() && !run.is_empty() {
            res.extend(mention(text, std::mem::take(&mut run)));
        }
        last = item.range.end;
        run.push((item, join));
    }
    if !run.is_empty() {
        res.extend(mention(text, run));
    }
    res
}

/// The most bytes of a version before its digits, and from there to behind its end.
const HEAD: usize = 16;
const TAIL: usize = 64;

/// What [`ITEM`] finds in a text, looked for where a series can stand and not in all of it.
fn found(text: &str) -> impl Iterator<Item = Captures<'_>> {
    let (mut places, mut from) = (in_order(text), 0);
    std::iter::from_fn(move || {
        let place = places.find(|it| *it >= from)?;
        let start = text.floor_char_boundary(place.saturating_sub(HEAD).max(from));
        let end = text.ceil_char_boundary((place + TAIL).min(text.len()));
        let found = ITEM.as_ref()?.captures_at(&text[..end], start)?;
        from = found.get(0)?.end();
        Some(found)
    })
}

fn items(text: &str) -> impl Iterator<Item = Item> {
    found(text).filter_map(move |it| {
        let whole = it.get(0)?;
        let digits = it.name("dotted").or_else(|| it.name("joined"))?;
        let before = text[..whole.start()].chars().next_back();
        let rest = &text[whole.end()..];
        let next = rest.chars().next();
        let then = rest.chars().nth(1);
        let goes_on = next.is_some_and(|it| it.is_alphanumeric() || it == '_')
            || (next == Some('.') && then.is_some_and(char::is_alphanumeric))
            || (next == Some('-') && then.is_some_and(char::is_alphabetic) && !is_version(&rest[1..]));
        let is_part = before.is_some_and(|it| it.is_alphanumeric() || matches!(it, '_' | '.'));
        if goes_on || is_part {
            return None;
        }
        // the end of an arrow compares nothing
        let op = it.name("op").map(|it| it.as_str()).filter(|_| !matches!(before, Some('-' | '=' | '<')));
        let bound = match (op, it.name("tail")) {
            (Some(">=" | "≥"), _) | (None, Some(_)) => VersionMeaning::From,
            (Some(">"), _) => VersionMeaning::After,
            (Some("<"), _) => VersionMeaning::Below,
            (Some("<=" | "≤"), _) => VersionMeaning::UpTo,
            _ => VersionMeaning::Itself,
        };
        Some(Item { range: whole.range(), digits: digits.range(), minor: digits.as_str().parse().ok()?, bound })
    })
}

fn is_version(text: &str) -> bool {
    let rest = text.strip_prefix("py3").or_else(|| text.strip_prefix("cp3")).unwrap_or_default();
    rest.len() > 1 && rest.bytes().take(2).all(|it| it.is_ascii_digit())
}

/// How two versions belong together; none where they do not.
fn joined(text: &str, before: &Item, gap: &str, item: &Item) -> Option<Join> {
    let is_upper = matches!(item.bound, VersionMeaning::Below | VersionMeaning::UpTo);
    if is_upper {
        let is_lower = matches!(before.bound, VersionMeaning::From | VersionMeaning::After);
        return (is_lower && matches!(gap, "" | " " | "," | ", " | " and ")).then_some(Join::Range);
    }
    let found = JOIN.as_ref()?.captures(gap)?;
    if found.name("range").is_some() {
        return Some(Join::Range);
    }
    // "3.12+, 3.13" names two things
    let is_between = gap == " and " && text[..before.range.start].ends_with("between ");
    Some(if is_between { Join::Range } else { Join::List })
}

fn mention(text: &str, run: Vec<(Item, Option<Join>)>) -> Option<SeriesMention> {
    let series = |minor: u16| format!("3.{minor}").parse::<Series>().ok();
    let mut set = Set::default();
    let mut open: Option<u16> = None;
    for (at, (item, join)) in run.iter().enumerate() {
        let is_range = *join == Some(Join::Range);
        let first = if is_range { open? } else { item.minor };
        let last = if item.bound == VersionMeaning::Below { item.minor.checked_sub(1)? } else { item.minor };
        if matches!(item.bound, VersionMeaning::Below | VersionMeaning::UpTo) && !is_range {
            return None;
        }
        open = Some(if item.bound == VersionMeaning::After { item.minor + 1 } else { item.minor });
        let ends_in_range = run.get(at + 1).is_some_and(|(_, join)| *join == Some(Join::Range));
        match item.bound {
            VersionMeaning::From | VersionMeaning::After if !ends_in_range => set.from = series(open?),
            VersionMeaning::After => {}
            _ if last < first || last - first > WIDEST => return None,
            _ => set.named.extend((first..=last).filter_map(series)),
        }
    }
    let (first, last) = (run.first()?.0.clone(), run.last()?.0.clone());
    // one pair of quotes around all of them is not a part of the value, nor is the word before it
    let is_quoted_alone = text[first.digits.end..first.range.end].starts_with('`');
    let head = &text[first.range.start..first.digits.start];
    let skipped = head.rfind(['C', 'P', 'p', 'v']).filter(|_| head.contains(' '));
    let mut start = first.range.start;
    if let Some(at) = skipped {
        start += head[at..].rfind(' ').map_or(0, |it| at + it + 1);
    }
    let mut end = last.range.end;
    if text[start..].starts_with('`') && !is_quoted_alone {
        start += 1;
        if text[..end].ends_with('`') {
            end -= 1;
        }
    }
    // neither is the end of a pair that began before them
    let begins = text[last.range.start..].starts_with('`') || run.len() == 1;
    if !begins && last.range.end == end && text[..end].ends_with('`') {
        end -= 1;
    }
    let joins = run.iter().filter_map(|(_, join)| *join).collect();
    let mut items: Vec<Item> = run.into_iter().map(|it| it.0).collect();
    if let Some(last) = items.last_mut() {
        last.range.end = last.range.end.min(end);
    }
    Some(SeriesMention { range: start..end, set, items, joins })
}

impl SeriesMention {
    /// Whether it names several series, or all from one on.
    pub(in crate::docs) fn is_list(&self) -> bool {
        self.items.len() > 1 || self.set.from.is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        let one = |it: &SeriesMention| {
            let mut all: Vec<String> = it.set.named.iter().map(ToString::to_string).collect();
            all.extend(it.set.from.map(|it| format!("{it}+")));
            format!("{}={}", &text[it.range.clone()], all.join(","))
        };
        mentions(text).iter().filter(|it| it.is_list()).map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_set_is_read_however_it_is_written() {
        for (text, wanted) in [
            ("on 3.12/3.13/3.14.", "3.12/3.13/3.14=3.12,3.13,3.14"),
            ("3.12, 3.13, and 3.14 alike", "3.12, 3.13, and 3.14=3.12,3.13,3.14"),
            ("3.12, 3.13 & 3.15", "3.12, 3.13 & 3.15=3.12,3.13,3.15"),
            ("3.12 | 3.13 | 3.15", "3.12 | 3.13 | 3.15=3.12,3.13,3.15"),
            ("the 3.12-3.14 union", "3.12-3.14=3.12,3.13,3.14"),
            ("the 3.12–3.14 union", "3.12–3.14=3.12,3.13,3.14"),
            ("3.12 through 3.14", "3.12 through 3.14=3.12,3.13,3.14"),
            ("3.12 to 3.13", "3.12 to 3.13=3.12,3.13"),
            ("header <-> CPython 3.12/3.13", "3.12/3.13=3.12,3.13"),
            ("between 3.12 and 3.14", "3.12 and 3.14=3.12,3.13,3.14"),
            ("CPython 3.12+ union", "3.12+=3.12+"),
            ("3.12 and newer", "3.12 and newer=3.12+"),
            (">=3.12,<3.15", ">=3.12,<3.15=3.12,3.13,3.14"),
            (">=3.12, <=3.14", ">=3.12, <=3.14=3.12,3.13,3.14"),
            ("full CPython `>=3.12` parity", "`>=3.12`=3.12+"),
            ("`py312`, `py313`, `py314`", "`py312`, `py313`, `py314`=3.12,3.13,3.14"),
            ("py312-py314", "py312-py314=3.12,3.13,3.14"),
            ("`3.12`, `3.13`, or `3.14`.", "`3.12`, `3.13`, or `3.14`=3.12,3.13,3.14"),
            ("`3.12/3.13` it", "3.12/3.13=3.12,3.13"),
            ("`union 3.12/3.13` it", "3.12/3.13=3.12,3.13"),
            ("`CPython 3.12, 3.13, and 3.14` it", "3.12, 3.13, and 3.14=3.12,3.13,3.14"),
            ("CPython 3.12, CPython 3.13 and CPython 3.14", "3.12, CPython 3.13 and CPython 3.14=3.12,3.13,3.14"),
            ("3.12.x/3.13.x", "3.12.x/3.13.x=3.12,3.13"),
            ("3.12/3.13-3.15", "3.12/3.13-3.15=3.12,3.13,3.14,3.15"),
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn versions_are_found_as_from_the_beginning(text in "(`|>= ?|≥|<|CPython ?|Python ?|v|py3?|cp3|3\\.|[0-9]|\\.x|,? or newer|\\+| |é){0,30}") {
            let near: Vec<Range<usize>> = found(&text).filter_map(|it| Some(it.get(0)?.range())).collect();
            let all: Vec<Range<usize>> = ITEM.as_ref().unwrap().find_iter(&text).map(|it| it.range()).collect();
            prop_assert_eq!(near, all);
        }
    }

    #[test]
    fn what_is_no_set_of_series_is_none() {
        for text in [
            "CPython 3.12 alone",
            "since 3.12.1/3.13.2/3.14.0",
            "Rust 13.12, 13.13",
            "3.13t/3.14t builds",
            "`linux-py312-static`",
            "3.12 in one place and 3.13 in another",
            "3.14-only and 3.13-only",
            "bench_py312.json, bench_py313.json",
            "3.99-3.1",
        ] {
            assert_eq!(read(text), "", "{text}");
        }
    }

    #[test]
    fn an_open_set_holds_where_it_begins_at_the_first_series() {
        let series = |all: &[&str]| all.iter().map(|it| it.parse().unwrap()).collect::<BTreeSet<Series>>();
        let is = |text: &str, all: &[&str]| mentions(text)[0].set.is(&series(all));
        assert!(is("3.12+", &["3.12", "3.13", "3.14"]));
        assert!(!is("3.11+", &["3.12", "3.13"]) && !is("3.13+", &["3.12", "3.13"]));
        assert!(is("3.14/3.13/3.12", &["3.12", "3.13", "3.14"]) && !is("3.12/3.13", &["3.12", "3.13", "3.14"]));
    }
}
