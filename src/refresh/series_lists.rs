//! Lists of CPython series in programs and settings: `["3.12", "3.13"]`, `(3, 12), (3, 13)`, one a line, or a range. What they decide is
//! a person's to change where a series comes or goes.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use crate::base::{Lines, Series};

/// A mention of a series: `3.12`, `3, 12`, `3_12`, `py312`.
static MENTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"3(?:\.|, ?|_)(\d{1,2})|(?:py|cp|python)3(\d\d)").ok());

/// What may stand between two mentions of one list besides punctuation and blanks.
const WORDS: [&str; 9] = ["and", "or", "python", "cpython", "py", "cp", "v", "version", "0"];

/// The longest text between two mentions of one list, in bytes.
const BETWEEN: usize = 60;

/// A mention: where, on which line, and of what.
struct ListMention {
    start: usize,
    end: usize,
    line: usize,
    series: Series,
}

/// The lines, one-based, on which a list of exactly `series` begins.
pub fn series_lists(text: &str, series: &BTreeSet<Series>) -> Vec<usize> {
    let mentions = mentions(text);
    if mentions.len() < 2 {
        return Vec::new();
    }
    let mut res = BTreeSet::new();
    let mut note = |group: &[ListMention], named: BTreeSet<Series>| {
        if let Some(first) = group.first().filter(|_| named == *series) {
            res.insert(first.line);
        }
    };
    let named = |group: &[ListMention]| group.iter().map(|it| it.series).collect::<BTreeSet<_>>();
    for group in mentions.chunk_by(|a, b| is_joint(&text[a.end..b.start])) {
        note(group, named(group));
        if let [from, to] = group {
            note(group, range(from, to, &text[from.end..to.start], &text[..from.start]));
        }
    }
    // one a line, with whatever stands around it the same on each
    let lines: Vec<&str> = text.lines().collect();
    let per_line: Vec<&[ListMention]> = mentions.chunk_by(|a, b| a.line == b.line).collect();
    let single = |it: &[ListMention]| it.iter().all(|mention| mention.series == it[0].series);
    let alike = |a: &&[ListMention], b: &&[ListMention]| {
        a[0].line + 1 == b[0].line && single(a) && single(b) && around(&lines, a) == around(&lines, b)
    };
    for run in per_line.chunk_by(|a, b| alike(a, b)).filter(|it| it.len() > 1) {
        let named: BTreeSet<Series> = run.iter().map(|it| it[0].series).collect();
        note(run[0], named);
    }
    res.into_iter().collect()
}

fn mentions(text: &str) -> Vec<ListMention> {
    let lines = Lines::new(text);
    let found = MENTION.as_ref().into_iter().flat_map(|it| it.captures_iter(text));
    let mention = |found: regex::Captures<'_>| {
        let whole = found.get(0)?;
        let minor: u16 = found.get(1).or_else(|| found.get(2))?.as_str().parse().ok()?;
        let (before, after) = (text[..whole.start()].chars().next_back(), &text[whole.end()..]);
        let goes_on = after.starts_with(|it: char| it.is_ascii_digit())
            || (after.starts_with('.') && after[1..].starts_with(|it: char| it.is_ascii_digit()));
        let is_part = before.is_some_and(|it| it.is_ascii_digit() || it == '.');
        // two numbers are a version only where they are a pair of their own
        let is_loose = whole.as_str().contains(',') && before.is_none_or(|it| !"([".contains(it));
        let series = format!("3.{minor}").parse().ok()?;
        (!goes_on && !is_part && !is_loose).then(|| ListMention {
            start: whole.start(),
            end: whole.end(),
            line: lines.line(whole.start()),
            series,
        })
    };
    found.filter_map(mention).collect()
}

/// Whether what stands between two mentions joins them to one list.
fn is_joint(between: &str) -> bool {
    let mut words = between.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    between.len() <= BETWEEN && words.all(|it| WORDS.contains(&it.to_lowercase().as_str()) || it == "to")
}

/// What a range names: `3.12-3.14` both ends, `>=3.12, <3.15` the first alone.
fn range(from: &ListMention, to: &ListMention, between: &str, before: &str) -> BTreeSet<Series> {
    let is_bound = before.trim_end().ends_with(">=") && between.split_whitespace().collect::<String>() == ",<";
    let is_range = ["-", "–", "—", "to", "..", "..="].contains(&between.trim());
    let last = to.series.minor.saturating_sub(u16::from(is_bound));
    let minors = from.series.minor..=last.min(from.series.minor.saturating_add(50));
    let all = minors.filter_map(|minor| format!("3.{minor}").parse().ok());
    if is_bound || is_range { all.collect() } else { BTreeSet::new() }
}

/// A line without what its mentions say.
fn around(lines: &[&str], mentions: &[ListMention]) -> String {
    let line = lines.get(mentions[0].line - 1).copied().unwrap_or_default().trim().trim_end_matches(',');
    let minor = mentions[0].series.minor;
    let forms =
        [format!("3.{minor}"), format!("3, {minor}"), format!("3,{minor}"), format!("3_{minor}"), format!("3{minor}")];
    forms.iter().fold(line.to_owned(), |line, form| line.replace(form.as_str(), "{}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        series_lists(text, &["3.12", "3.13", "3.14"].map(|it| it.parse().unwrap()).into())
    }

    #[test]
    fn a_list_is_found_in_any_form() {
        for text in [
            "x = [\"3.12\", \"3.13\", \"3.14\"]\n",
            "Defaults to 3.12/3.13/3.14.\n",
            "X = ((3, 12), (3, 13), (3, 14))\n",
            "X = (V(3, 12, 0), V(3, 13, 0), V(3, 14, 0))\n",
            "versions:\n  - \"3.12\"\n  - \"3.13\"\n  - \"3.14\"\n",
            "\"Programming Language :: Python :: 3.12\",\n\"Programming Language :: Python :: 3.13\",\n\"Programming Language :: Python :: 3.14\"\n",
            "D = {\n  \"3.12\": \"names_3_12\",\n  \"3.13\": \"names_3_13\",\n  \"3.14\": \"names_3_14\",\n}\n",
            "targets = [\"py312\", \"py313\", \"py314\"]\n",
            "requires-python = \">=3.12, <3.15\"\n",
            "# for CPython 3.12-3.14\n",
            "# CPython 3.12, CPython 3.13 and CPython 3.14\n",
        ] {
            assert_eq!(lines(text).len(), 1, "{text}");
        }
        assert_eq!(lines("a\nx = ['3.12', '3.13', '3.14']\ny = ['3.12', '3.13', '3.14']\n"), [2, 3]);
    }

    #[test]
    fn other_lists_are_not_this_one() {
        for text in [
            "x = [\"3.12\", \"3.13\"]\n",
            "x = [\"3.12\", \"3.13\", \"3.14\", \"3.15\"]\n",
            "x = [\"3.12.1\", \"3.13.2\", \"3.14.0\"]\n",
            "x = [13.12, 13.13, 13.14]\n",
            "f(3, 12, 3, 13, 3, 14)\n",
            "if v == 3.12:\n    a()\nelif v == 3.13:\n    b()\nelif v == 3.14:\n    c()\n",
            "requires-python = \">=3.12\"\n",
            "",
        ] {
            assert!(lines(text).is_empty(), "{text}");
        }
    }
}
