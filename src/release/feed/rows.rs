//! The rows of a feed, and what is wrong with those that cannot be read.

use crate::base::printable;

/// The longest feed that is read, in bytes; the largest real one has some 2 MB.
pub const FEED_LIMIT: u64 = 16 << 20;

/// Rows, and what was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// What could not be read, and why, a line each.
    pub skipped: Vec<String>,
}

/// A document that is no such feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not the {form}: {why}")]
pub struct FeedError {
    /// What it should be.
    pub form: &'static str,
    /// What is wrong with it.
    pub why: String,
}

impl FeedError {
    /// What is wrong may be told in the document's own words.
    pub(super) fn new(form: &'static str, why: impl AsRef<str>) -> Self {
        Self { form, why: printable(why.as_ref()).chars().take(300).collect() }
    }
}

impl<T> Default for Feed<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), skipped: Vec::new() }
    }
}

impl<T> Feed<T> {
    pub(super) fn take(&mut self, row: Result<T, String>) {
        match row {
            Ok(row) => self.rows.push(row),
            Err(why) => self.skipped.push(why),
        }
    }

    /// The same, unless it has rows and none of them could be read: then it says what it never says.
    pub(super) fn heard(self, form: &'static str) -> Result<Self, FeedError> {
        match self.skipped.first() {
            Some(first) if self.rows.is_empty() => {
                Err(FeedError::new(form, format!("none of its {} rows can be read: {first}", self.skipped.len())))
            }
            _ => Ok(self),
        }
    }
}

/// The JSON value of a feed.
pub(super) fn json(bytes: &[u8], form: &'static str) -> Result<serde_json::Value, FeedError> {
    serde_json::from_slice(bytes).map_err(|error| FeedError::new(form, error.to_string()))
}

/// Whether a text begins like a date: `YYYY-MM-DD`, or `YYYY-MM` for a whole month.
pub(super) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |it: &str, count: usize| it.len() == count && it.bytes().all(|it| it.is_ascii_digit());
    match parts.as_slice() {
        [year, month] => digits(year, 4) && digits(month, 2),
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::release::feed::{cycle, endoflife, files, folder, planned, releases, tags, top};

    fn all(bytes: &[u8]) {
        drop((top(bytes), folder(bytes), releases(bytes), files(bytes)));
        drop((planned(bytes), cycle(bytes), endoflife(bytes), tags(bytes)));
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(bytes: Vec<u8>) {
            all(&bytes);
        }

        #[test]
        fn a_damaged_feed_is_rows_or_an_error(at in 0_usize..400, byte: u8, cut in 0_usize..400) {
            for text in [
                r#"[{"name": "Python 3.14.0rc2", "version": 3, "is_published": true, "release_date": "2025-08-14T00:00:00Z", "pre_release": true, "resource_uri": "https://www.python.org/api/v2/downloads/release/1096/"}]"#,
                r#"{"metadata": {}, "releases": {"3.14": [{"stage": "3.14.5 candidate 1", "state": "actual", "date": "2026-05-04", "note": "hotfix"}]}}"#,
                r#"{"releases": {"3.9": {"name": "3.9", "eol": "2025-10-31"}}, "versions": {"3.9.1": {"name": "3.9.1", "date": "2020-12-07"}}}"#,
                "<html><pre><a href=\"../\">../</a>\n<a href=\"3.14.0/\">3.14.0/</a>   07-Oct-2025 12:00    -\n</pre>",
                "0123456789abcdef0123456789abcdef01234567\trefs/tags/v3.14.0\n",
            ] {
                let mut bytes = text.as_bytes().to_vec();
                let length = bytes.len();
                bytes[at % length] = byte;
                bytes.truncate(length - cut % length);
                all(&bytes);
            }
        }
    }

    #[test]
    fn a_login_page_is_no_feed() {
        let page = b"<html><body><h1>Welcome</h1><a href=\"/login\">Sign in</a></body></html>";
        assert!(top(page).is_err() && folder(page).is_err() && releases(page).is_err() && files(page).is_err());
        assert!(planned(page).is_err() && cycle(page).is_err() && endoflife(page).is_err() && tags(page).is_err());
        for truncated in [&b"["[..], b"{\"releases\": {\"3.14\"", b"", b"null", b"3", b"[1]", b"{}"] {
            assert!(planned(truncated).is_err() && endoflife(truncated).is_err(), "{truncated:?}");
        }
        assert_eq!(releases(b"[]").unwrap(), Feed::default(), "nothing is published, and that is an answer");
    }
}
