//! Where the lock gets what is added to it. Two branches that refresh two series can then be merged: git joins what both
//! have changed where a line that neither of them has changed lies in between.
//!
//! Each series has a part of its own: its entries, the newest addition first, and behind them the table of its last refresh,
//! whose last line never changes. A series without a part gets one at the end of the file.

use crate::base::{Series, Version};

/// A table of the file, or an entry of an array of tables.
struct TomlPart {
    /// Where it begins: at the comment above its heading, where there is one.
    start: usize,
    /// Behind its last line that is not blank and belongs to nothing that follows.
    end: usize,
    what: What,
}

#[derive(PartialEq, Eq)]
enum What {
    Entry(Option<Series>),
    Last(Series),
    Other,
}

/// The text with one more entry of `series`, and with a table for its last refresh where it has none.
pub(super) fn with_entry(text: &str, series: Series, entry: &str) -> String {
    let text = with_table(text, series);
    let found = parts(&text);
    let own = |it: &&TomlPart| it.what == What::Entry(Some(series)) || it.what == What::Last(series);
    let at = found.iter().find(own).map_or(text.len(), |it| it.start);
    inserted(&text, at, entry)
}

/// The entries of the text, in order, each with the comment above it.
pub(super) fn entries(text: &str) -> Vec<&str> {
    let entries = parts(text).into_iter().filter(|it| matches!(it.what, What::Entry(_)));
    entries.map(|it| &text[it.start..it.end]).collect()
}

/// The text with a table for the last refresh of `series`.
pub(super) fn with_table(text: &str, series: Series) -> String {
    let found = parts(text);
    if found.iter().any(|it| it.what == What::Last(series)) {
        return text.to_owned();
    }
    let own = found.iter().rev().find(|it| it.what == What::Entry(Some(series)));
    let at = own.map_or(text.len(), |it| it.end);
    inserted(text, at, &format!("{}\nseries = \"{series}\"\n", heading(series)))
}

fn heading(series: Series) -> String {
    format!("[last_refresh.\"{series}\"]")
}

/// `block` at `at`, with a blank line around it.
fn inserted(text: &str, at: usize, block: &str) -> String {
    let (before, after) = text.split_at(at);
    let block = block.trim_matches('\n');
    let is_blank_before = before.is_empty() || ["\n\n", "\n\r\n"].iter().any(|it| before.ends_with(it));
    let gap = match (is_blank_before, before.ends_with('\n')) {
        (true, _) => "",
        (false, true) => "\n",
        (false, false) => "\n\n",
    };
    let is_last = after.trim().is_empty();
    let rest = if is_last || after.starts_with(['\n', '\r']) { "\n" } else { "\n\n" };
    format!("{before}{gap}{block}{rest}{}", if is_last { "" } else { after })
}

fn parts(text: &str) -> Vec<TomlPart> {
    let mut res: Vec<TomlPart> = Vec::new();
    let (mut at, mut comment) = (0, None);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let words = line.trim();
        if words.starts_with('#') {
            comment.get_or_insert(start);
            continue;
        }
        if words.starts_with('[') {
            res.push(TomlPart { start: comment.unwrap_or(start), end: at, what: what(words) });
        } else if !words.is_empty()
            && let Some(part) = res.last_mut()
        {
            part.end = at;
            if part.what == What::Entry(None) {
                part.what = What::Entry(version(words).map(|it| it.series));
            }
        }
        comment = None;
    }
    res
}

fn what(heading: &str) -> What {
    let name = heading.split('#').next().unwrap_or_default().trim();
    if name == "[[release]]" {
        return What::Entry(None);
    }
    let series = name.strip_prefix("[last_refresh.").and_then(|it| it.strip_suffix(']'));
    series.and_then(|it| it.trim_matches(['"', '\'']).parse().ok()).map_or(What::Other, What::Last)
}

/// The version in `version = "3.14.1"`.
fn version(line: &str) -> Option<Version> {
    let value = line.strip_prefix("version")?.trim_start().strip_prefix('=')?.trim_start();
    value.split(['"', '\'']).nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(text: &str) -> Series {
        text.parse().unwrap()
    }

    fn entry(version: &str) -> String {
        format!("[[release]]\nversion = \"{version}\"\nsha256 = \"x\"\n")
    }

    #[test]
    fn each_series_has_a_part_of_its_own() {
        let mut text = "schema = 1\n".to_owned();
        for version in ["3.13.1", "3.14.1", "3.13.2", "3.12.9"] {
            let series = series(&version[..4]);
            text = with_entry(&text, series, &entry(version));
        }
        let table = |series: &str| format!("\n[last_refresh.\"{series}\"]\nseries = \"{series}\"\n");
        let wanted = [
            "schema = 1\n".to_owned(),
            format!("\n{}", entry("3.13.2")),
            format!("\n{}", entry("3.13.1")),
            table("3.13"),
            format!("\n{}", entry("3.14.1")),
            table("3.14"),
            format!("\n{}", entry("3.12.9")),
            table("3.12"),
        ];
        assert_eq!(text, wanted.concat());
        assert_eq!(with_table(&text, series("3.13")), text);
    }

    #[test]
    fn comments_stay_where_they_belong() {
        let text = format!("# head\nschema = 1\n\n# reviewed\n{}# inside\nsize = 1\n\n# after\n", entry("3.13.1"));
        let new = with_entry(&text, series("3.13"), &entry("3.13.2"));
        assert!(
            new.starts_with(&format!("# head\nschema = 1\n\n{}\n# reviewed\n[[release]]\n", entry("3.13.2"))),
            "{new}"
        );
        assert!(
            new.ends_with("# inside\nsize = 1\n\n[last_refresh.\"3.13\"]\nseries = \"3.13\"\n\n# after\n"),
            "{new}"
        );
    }
}
