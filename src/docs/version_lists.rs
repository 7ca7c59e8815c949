//! Lists of CPython series in sentences, whatever joins them: `3.12/3.13/3.14`, `3.12-3.14`, "3.12, 3.13 and 3.14",
//! "3.12 through 3.14". What Molt *targets* is a person's to decide, so that a refresh that adds or drops a series lists
//! these places and leaves them alone.

use std::{collections::BTreeSet, ops::Range, sync::LazyLock};

use regex::Regex;

use super::{check::Document, flow::Kind, flow::flows, tense::is_record};
use crate::base::{Lines, RelPath, Series};

/// One list in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionList {
    /// The document.
    pub path: RelPath,
    /// One-based.
    pub line: usize,
    /// The sentence around it.
    pub sentence: String,
    /// The line of the document that it begins on, without what surrounds it.
    pub whole_line: String,
}

static LIST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const VERSION: &str = r"`?(?:(?:CPython|Python|py|v) ?)?3\.\d+`?";
    const JOIN: &str = r"(?: ?[/&|,–—-] ?(?:and |or )?| (?:and|or|to|through|until|up to) )";
    Regex::new(&format!(r"{VERSION}(?:{JOIN}{VERSION})+")).ok()
});
static RANGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[^0-9]*3\.(\d+)`?( ?[–—-] ?| to | through | until | up to )[^0-9]*3\.(\d+)`?$").ok()
});

/// Every list in `documents` that names exactly `series`. Records of the past and code are left out.
pub fn version_lists(documents: &[Document], series: &BTreeSet<Series>) -> Vec<VersionList> {
    let mut res = Vec::new();
    if series.len() < 2 {
        return res;
    }
    for document in documents.iter().filter(|it| it.text.contains("3.")) {
        let lines = Lines::new(&document.text);
        for flow in flows(&document.text) {
            if matches!(flow.kind, Kind::Code(_)) || flow.is_ignored || flow.as_of.is_some() || is_record(&flow) {
                continue;
            }
            for part in lists(&flow.text).filter(|(_, it)| it == series).map(|(part, _)| part) {
                let start = flow.place(part.clone()).start;
                res.push(VersionList {
                    path: document.path.clone(),
                    line: lines.line(start),
                    sentence: sentence(&flow.text, &part),
                    whole_line: lines.around(start).trim().to_owned(),
                });
            }
        }
    }
    res
}

/// The lists of a text with the series that each names.
fn lists(text: &str) -> impl Iterator<Item = (Range<usize>, BTreeSet<Series>)> {
    let found = LIST.as_ref().into_iter().flat_map(move |it| it.find_iter(text));
    found.filter_map(move |it| {
        let rest = &text[it.end()..];
        let goes_on = rest.starts_with(|it: char| it.is_alphanumeric())
            || (rest.starts_with('.') && rest[1..].starts_with(|it: char| it.is_ascii_digit()));
        let before = text[..it.start()].chars().next_back();
        let is_part = goes_on || before.is_some_and(|it| it.is_alphanumeric() || it == '.');
        (!is_part).then(|| (it.range(), named(it.as_str())))
    })
}

/// The series that a list names; a range names what lies between its ends too.
fn named(list: &str) -> BTreeSet<Series> {
    let series = |minor: u16| format!("3.{minor}").parse().ok();
    if let Some(ends) = RANGE.as_ref().and_then(|it| it.captures(list)) {
        let end = |at: usize| ends.get(at).and_then(|it| it.as_str().parse::<u16>().ok()).unwrap_or(0);
        return (end(1)..=end(3).min(end(1) + 50)).filter_map(series).collect();
    }
    let minors = list.split("3.").skip(1).map(|it| it.chars().take_while(char::is_ascii_digit).collect::<String>());
    minors.filter_map(|it| series(it.parse().ok()?)).collect()
}

/// The sentence around a part of a block's text, cut where it is long.
fn sentence(text: &str, part: &Range<usize>) -> String {
    let start = text[..part.start].rfind(". ").map_or(0, |it| it + 2);
    let end = text[part.end..].find(". ").map_or(text.len(), |it| part.end + it + 1);
    let floor = text.floor_char_boundary(part.start.saturating_sub(80)).max(start);
    let ceiling = text.ceil_char_boundary((part.end + 80).min(text.len())).min(end);
    let (left, right) = (if floor > start { "… " } else { "" }, if ceiling < end { " …" } else { "" });
    format!("{left}{}{right}", text[floor..ceiling].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        let document = Document { path: RelPath::new("a.md").unwrap(), text: text.to_owned() };
        version_lists(&[document], &["3.12", "3.13", "3.14"].map(|it| it.parse().unwrap()).into()).len()
    }

    #[test]
    fn a_list_is_found_whatever_joins_it() {
        for text in [
            "When 3.12/3.13/3.14 differ, say so.\n",
            "Molt targets 3.12, 3.13 and 3.14.\n",
            "Molt targets 3.12, 3.13, and 3.14 alike.\n",
            "Targets: 3.12-3.14.\n",
            "Targets: 3.12–3.14.\n",
            "Python 3.12 through 3.14 are targets.\n",
            "From `3.12` to `3.14`.\n",
            "| versions |\n|---|\n| 3.12 / 3.13 / 3.14 |\n",
            "CPython 3.12, CPython 3.13 and CPython 3.14 are what Molt targets.\n",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
    }

    #[test]
    fn other_lists_are_not_this_one() {
        for text in [
            "Tested on 3.12 and 3.13.\n",
            "Since 3.12.1/3.13.2/3.14.0 it differs.\n",
            "Rust 13.12, 13.13 and 13.14.\n",
            "```\n3.12/3.13/3.14\n```\n",
            "## Historical\n\nIt was 3.12/3.13/3.14 then.\n",
            "<!-- molt-sync:ignore a joke -->\n\n3.12/3.13/3.14\n",
        ] {
            assert_eq!(count(text), 0, "{text}");
        }
    }
}
