//! The PEP release calendar: `python-releases.json` (dates, planned and past, with notes) and `release-cycle.json` (the life of
//! a series). It lags by days and more, so it plans and recalls and never announces alone.

use serde_json::Value;

use super::{
    Feed, FeedError, is_date, json,
    note::{self, ReleaseNote},
};
use crate::base::{Series, Version, printable};

/// One date of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Of which release.
    pub version: Version,
    /// The day, as `YYYY-MM-DD`; empty where something was said against it and no day.
    pub date: String,
    /// Whether it has happened, by the calendar's own word.
    pub is_actual: bool,
    /// What is said against it, if anything is.
    pub doubt: Option<Doubt>,
}

/// What the calendar says against a release.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doubt {
    /// Whether it was taken back; otherwise it is said something that a person has to read.
    pub is_recalled: bool,
    /// In the calendar's own words.
    pub note: String,
}

/// What is said of a note that only a person can understand.
const UNCLEAR: &str = "the calendar has a note that is not understood";

impl Doubt {
    /// Whether somebody who signed for a release with these words, which have [`Doubt::words`] in them, signed for this. Who took a note
    /// for harmless took that note; without words it is not known what was meant, and it counts for all that is said.
    pub fn is_accepted_by(&self, why: Option<&str>) -> bool {
        match why.filter(|it| it.contains(UNCLEAR)) {
            Some(why) => !self.is_recalled && why.contains(&self.note),
            None => true,
        }
    }

    /// In words, for people.
    pub fn words(&self) -> String {
        let what = if self.is_recalled { "the calendar says that it was recalled" } else { UNCLEAR };
        format!("{what}: \"{}\"", self.note)
    }
}

/// The life of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesLife {
    /// Which one.
    pub series: Series,
    /// `feature`, `prerelease`, `bugfix`, `security` or `end-of-life`.
    pub status: String,
    /// Its end: `YYYY-MM`, or `YYYY-MM-DD` once it is over.
    pub end: Option<String>,
}

/// The dates of `python-releases.json`.
pub fn planned(bytes: &[u8]) -> Result<Feed<Planned>, FeedError> {
    const FORM: &str = "release calendar (python-releases.json)";
    let value = json(bytes, FORM)?;
    let bad = |why: &str| FeedError::new(FORM, why);
    let all = value.get("releases").and_then(Value::as_object).ok_or_else(|| bad("it has no `releases`"))?;
    let mut res = Feed::default();
    for rows in all.values() {
        let rows = rows.as_array().ok_or_else(|| bad("a series of it is not an array"))?;
        for it in rows {
            res.take(row(it));
        }
    }
    res.heard(FORM)
}

fn row(row: &Value) -> Result<Planned, String> {
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    let (name, date, state) = (text("stage"), text("date"), text("state"));
    let CalendarStage { version, rest, is_known } =
        named(name).ok_or_else(|| format!("`{name}` is not a stage of a release"))?;
    // a state that is none says something, and so does a note that is not text
    let state = Some(state).filter(|it| !matches!(*it, "" | "actual" | "expected")).unwrap_or_default();
    let note = match row.get("note") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    // a row in another form announces nothing, for all that is said against its release
    let is_actual = text("state") == "actual" && is_known;
    let is_odd = text("state") == "actual" && note::is_put_off(&note, version);
    let said = [note.as_str(), state, rest].map(|it| note::read(it, version)).into_iter().max();
    let said = said.max(Some(ReleaseNote::Unclear).filter(|_| is_odd));
    let doubt = said.filter(|it| *it != ReleaseNote::Harmless).map(|said| {
        let words: Vec<&str> = [note.trim(), state, rest].into_iter().filter(|it| !it.is_empty()).collect();
        let note = printable(&words.join("; ")).chars().take(200).collect();
        Doubt { is_recalled: said == ReleaseNote::Recalled, note }
    });
    let is_day = is_date(date) && date.len() == 10;
    if !is_day && doubt.is_none() {
        return Err(format!("{name} has the date `{date}`"));
    }
    let date = if is_day { date.to_owned() } else { String::new() };
    Ok(Planned { version, date, is_actual, doubt })
}

/// What a row is about.
struct CalendarStage<'a> {
    version: Version,
    /// What is said behind it: `(recalled)`.
    rest: &'a str,
    /// Whether it is put as the calendar puts it.
    is_known: bool,
}

/// The release of a stage, and what is said behind it: `3.14.11 (recalled)`.
fn named(text: &str) -> Option<CalendarStage<'_>> {
    if let Some(version) = stage(text) {
        return Some(CalendarStage { version, rest: "", is_known: true });
    }
    let ends: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
    let recalled = ends.into_iter().rev().find_map(|at| {
        let (version, rest) = (stage(&text[..at])?, text[at..].trim());
        let is_recalled = note::read(rest, version) == ReleaseNote::Recalled;
        is_recalled.then_some(CalendarStage { version, rest, is_known: true })
    });
    recalled.or_else(|| in_another_form(text))
}

/// The same of a row in a form that is not known: `v3.14.11`, `3.14.11 (final)`, `3.14.11 rc 1`.
fn in_another_form(text: &str) -> Option<CalendarStage<'_>> {
    let bare = |it: &str| it.trim_matches(|it: char| !it.is_ascii_digit()).parse::<Version>().ok();
    let (word, version) = text.split_whitespace().find_map(|it| Some((it, bare(it)?)))?;
    let rest = text.split_once(word)?.1.trim();
    let pre = note::pre_release(rest).filter(|_| !version.is_pre());
    Some(CalendarStage { version: Version { pre: pre.or(version.pre), ..version }, rest, is_known: false })
}

/// `3.14.0 alpha 1`, `3.14.5 candidate 1`, `3.8.20 final`, `3.14.1`.
fn stage(text: &str) -> Option<Version> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [version] | [version, "final"] => version.parse().ok(),
        [version, word, number] => {
            let letters = match *word {
                "alpha" => "a",
                "beta" => "b",
                "candidate" => "rc",
                _ => return None,
            };
            format!("{version}{letters}{number}").parse().ok()
        }
        _ => None,
    }
}

/// The series of `release-cycle.json`.
pub fn cycle(bytes: &[u8]) -> Result<Feed<SeriesLife>, FeedError> {
    const FORM: &str = "release cycle (release-cycle.json)";
    let value = json(bytes, FORM)?;
    let all = value.as_object().ok_or_else(|| FeedError::new(FORM, "it is not an object"))?;
    let mut res = Feed::default();
    for (name, row) in all {
        let text = |key: &str| row.get(key).and_then(Value::as_str);
        let status = text("status").ok_or_else(|| FeedError::new(FORM, format!("{name} has no status")))?;
        let end = text("end_of_life").filter(|it| is_date(it)).map(str::to_owned);
        res.take(match name.parse() {
            Ok(series) => Ok(SeriesLife { series, status: status.to_owned(), end }),
            Err(_) => Err(format!("{name} is not a series of Python 3")),
        });
    }
    res.heard(FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_read_in_all_their_forms() {
        for (text, version) in [
            ("3.14.0 alpha 1", "3.14.0a1"),
            ("3.14.0 beta 2", "3.14.0b2"),
            ("3.14.5 candidate 1", "3.14.5rc1"),
            ("3.8.20 final", "3.8.20"),
            ("3.14.1", "3.14.1"),
        ] {
            assert_eq!(stage(text).unwrap().to_string(), version);
        }
        for text in ["", "3.14", "3.14.0 gamma 1", "final", "3.14.0 alpha", "3.14.0 alpha one", "2.7.18 final x y"] {
            assert_eq!(stage(text), None, "{text}");
        }
    }

    #[test]
    fn a_recall_is_of_the_release_that_it_stands_beside() {
        let text = br#"{"releases": {"3.9": [
            {"stage": "3.9.0 beta 3", "state": "actual", "date": "2020-06-09", "note": "beta 2 was recalled."},
            {"stage": "3.9.3 final", "state": "actual", "date": "2021-04-02", "note": "security hotfix; recalled due to bpo-43710"},
            {"stage": "3.9.9", "state": "expected", "date": "soon", "note": ""}
        ]}}"#;
        let feed = planned(text).unwrap();
        let recalled: Vec<_> =
            feed.rows.iter().filter(|it| it.doubt.is_some()).map(|it| it.version.to_string()).collect();
        assert_eq!((recalled, feed.skipped.len()), (vec!["3.9.3".to_owned()], 1));
    }

    #[test]
    fn a_recall_is_seen_wherever_a_row_says_it() {
        for (row, is_recalled) in [
            (r#"{"stage": "3.14.11", "state": "actual", "date": "2026-10-06", "note": "yanked"}"#, true),
            (r#"{"stage": "3.14.11", "state": "withdrawn", "date": "2026-10-06", "note": ""}"#, true),
            (r#"{"stage": "3.14.11 (recalled)", "state": "actual", "date": "2026-10-06"}"#, true),
            (r#"{"stage": "3.14.11", "state": "actual", "date": "", "note": "Recalled."}"#, true),
            (r#"{"stage": "3.14.11", "state": "actual", "date": "2026-10-06", "note": ["recalled"]}"#, true),
            (r#"{"stage": "3.14.11", "state": "actual", "date": "2026-10-06", "note": ["odd"]}"#, false),
            (r#"{"stage": "3.14.11", "state": "odd", "date": "2026-10-06"}"#, false),
            (r#"{"stage": "3.14.11", "state": "actual", "date": "2026-10-06", "note": "postponed"}"#, false),
            (
                r#"{"stage": "3.14.11", "state": "actual", "date": "2026-10-06", "note": "Delayed until 2026-12-01"}"#,
                false,
            ),
        ] {
            let feed = planned(format!(r#"{{"releases": {{"3.14": [{row}]}}}}"#).as_bytes()).unwrap();
            let doubts: Vec<_> = feed.rows.into_iter().map(|it| it.doubt.map(|it| it.is_recalled)).collect();
            assert_eq!(doubts, [Some(is_recalled)], "{row}");
        }
    }

    #[test]
    fn both_forms_of_an_end_are_read() {
        let text = br#"{"3.14": {"status": "bugfix", "end_of_life": "2030-10"}, "3.9": {"status": "end-of-life", "end_of_life": "2025-10-31"}, "2.7": {"status": "end-of-life"}}"#;
        let feed = cycle(text).unwrap();
        let ends: Vec<_> = feed.rows.iter().map(|it| it.end.clone().unwrap()).collect();
        assert_eq!((ends.len(), ends.contains(&"2030-10".into()), feed.skipped.len()), (2, true, 1));
    }
}
