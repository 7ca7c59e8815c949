//! The PEP release calendar: `python-releases.json` (dates, planned and past, with notes) and `release-cycle.json` (the life of
//! a series). It lags by days and more, so it plans and recalls and never announces alone.

use serde_json::Value;

use super::{Feed, FeedError, is_date, json};
use crate::base::{Series, Version};

/// One date of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Of which release.
    pub version: Version,
    /// The day, as `YYYY-MM-DD`.
    pub date: String,
    /// Whether it has happened, by the calendar's own word.
    pub is_actual: bool,
    /// Whether a note says that it was recalled.
    pub is_recalled: bool,
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
        let rows = rows.as_array().ok_or_else(|| bad("a series of it is no array"))?;
        for it in rows {
            res.take(row(it));
        }
    }
    Ok(res)
}

fn row(row: &Value) -> Result<Planned, String> {
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    let (name, date, note) = (text("stage"), text("date"), text("note"));
    let version = stage(name).ok_or_else(|| format!("`{name}` is no stage of a release"))?;
    if !is_date(date) || date.len() != 10 {
        return Err(format!("{name} has the date `{date}`"));
    }
    // "beta 2 was recalled." stands beside beta 3 and is about another release
    let is_recalled = note.contains("recalled") && !note.contains("was recalled");
    Ok(Planned { version, date: date.to_owned(), is_actual: text("state") == "actual", is_recalled })
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
    let all = value.as_object().ok_or_else(|| FeedError::new(FORM, "it is no object"))?;
    let mut res = Feed::default();
    for (name, row) in all {
        let text = |key: &str| row.get(key).and_then(Value::as_str);
        let status = text("status").ok_or_else(|| FeedError::new(FORM, format!("{name} has no status")))?;
        let end = text("end_of_life").filter(|it| is_date(it)).map(str::to_owned);
        res.take(match name.parse() {
            Ok(series) => Ok(SeriesLife { series, status: status.to_owned(), end }),
            Err(_) => Err(format!("{name} is no series of Python 3")),
        });
    }
    Ok(res)
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
        let recalled: Vec<_> = feed.rows.iter().filter(|it| it.is_recalled).map(|it| it.version.to_string()).collect();
        assert_eq!((recalled, feed.skipped.len()), (vec!["3.9.3".to_owned()], 1));
    }

    #[test]
    fn both_forms_of_an_end_are_read() {
        let text = br#"{"3.14": {"status": "bugfix", "end_of_life": "2030-10"}, "3.9": {"status": "end-of-life", "end_of_life": "2025-10-31"}, "2.7": {"status": "end-of-life"}}"#;
        let feed = cycle(text).unwrap();
        let ends: Vec<_> = feed.rows.iter().map(|it| it.end.clone().unwrap()).collect();
        assert_eq!((ends.len(), ends.contains(&"2030-10".into()), feed.skipped.len()), (2, true, 1));
    }
}
