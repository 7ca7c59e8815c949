//! CPython series, releases and what a user may ask for, with their order.
//!
//! The grammar is the one that CPython's own file names use (`3.14.0rc2`): a series is `MAJOR.MINOR`, a release adds
//! `.PATCH` and, before the final one, `a`, `b` or `rc` with a number.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A feature series such as `3.14`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Series {
    /// First number; always 3 here.
    pub major: u16,
    /// Second number.
    pub minor: u16,
}

/// Stage and number of a pre-release; ordered alpha, beta, candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pre {
    /// `aN`
    Alpha(u16),
    /// `bN`
    Beta(u16),
    /// `rcN`
    Candidate(u16),
}

/// One release, such as `3.14.10` or `3.15.0rc1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    /// The series it belongs to.
    pub series: Series,
    /// Third number.
    pub patch: u16,
    /// Absent for a final release.
    pub pre: Option<Pre>,
}

/// What `refresh` may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// The newest final release there is.
    Latest,
    /// The newest final release of one series.
    Series(Series),
    /// Exactly this release.
    Exact(Version),
}

/// Why a text is not a version, with what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a CPython version: {reason}")]
pub struct VersionError {
    /// The text as given.
    pub text: String,
    reason: &'static str,
    /// One thing to write instead.
    pub hint: String,
}

impl Version {
    /// A final release.
    pub fn new(series: Series, patch: u16) -> Self {
        Self { series, patch, pre: None }
    }

    /// Whether it is an alpha, a beta or a release candidate.
    pub fn is_pre(self) -> bool {
        self.pre.is_some()
    }

    /// `3.15.0` for `3.15.0rc1`: the name of the folder that a python.org-style mirror keeps it in.
    #[must_use]
    pub fn base(self) -> Self {
        Self { pre: None, ..self }
    }

    /// `Python-3.14.10`: the folder inside the source archive and the stem of its name.
    pub fn stem(self) -> String {
        format!("Python-{self}")
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |it: &Self| (it.series, it.patch, it.pre.is_none(), it.pre);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Request {
    /// The series that is asked for, where the request names one.
    pub fn series(self) -> Option<Series> {
        match self {
            Self::Latest => None,
            Self::Series(series) => Some(series),
            Self::Exact(version) => Some(version.series),
        }
    }
}

impl FromStr for Series {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        match parsed(text, "3.14")? {
            Request::Series(series) => Ok(series),
            Request::Exact(version) => Err(fail(text, "a series is wanted here", version.series.to_string())),
            Request::Latest => Err(fail(text, "a series is wanted here", "3.14".into())),
        }
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        match parsed(text, "3.14.10 or 3.15.0rc1")? {
            Request::Exact(version) => Ok(version),
            Request::Series(series) => Err(fail(text, "the third number is missing", format!("{series}.0"))),
            Request::Latest => Err(fail(text, "an exact release is wanted here", "3.14.0".into())),
        }
    }
}

impl FromStr for Request {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        parsed(text, "3.14, 3.14.10, 3.15.0rc1 or latest")
    }
}

/// What a text asks for. `usual` is what may be written where it stands, for one that is nothing at all.
fn parsed(text: &str, usual: &str) -> Result<Request, VersionError> {
    if text == "latest" {
        return Ok(Request::Latest);
    }
    let unusual = |reason: &'static str| fail(text, reason, usual.to_owned());
    if let Some(rest) = text.strip_prefix('v').filter(|it| it.starts_with(|it: char| it.is_ascii_digit())) {
        return Err(fail(text, "it is written without the `v`", rest.to_owned()));
    }
    let (numbers, pre) =
        split_pre(text).ok_or_else(|| unusual("it is not numbers with dots and an optional aN, bN or rcN"))?;
    let parts: Option<Vec<u16>> = numbers.split('.').map(number).collect();
    let Some(parts) = parts else {
        return Err(unusual("it has parts that are not plain numbers"));
    };
    if parts[0] != 3 {
        return Err(unusual("only Python 3 is supported"));
    }
    match (parts.as_slice(), pre) {
        ([major, minor], None) => Ok(Request::Series(Series { major: *major, minor: *minor })),
        ([_, minor], Some(_)) => {
            let rest = &text[numbers.len()..];
            Err(fail(text, "a pre-release has three numbers", format!("3.{minor}.0{rest}")))
        }
        ([major, minor, patch], pre) => {
            Ok(Request::Exact(Version { series: Series { major: *major, minor: *minor }, patch: *patch, pre }))
        }
        _ => Err(unusual("a version has two or three numbers")),
    }
}

fn fail(text: &str, reason: &'static str, hint: String) -> VersionError {
    VersionError { text: text.escape_debug().to_string(), reason, hint }
}

fn split_pre(text: &str) -> Option<(&str, Option<Pre>)> {
    let at = text.find(|it: char| it != '.' && !it.is_ascii_digit());
    let Some(at) = at else { return Some((text, None)) };
    let (numbers, rest) = text.split_at(at);
    let digits = rest.trim_start_matches(|it: char| it.is_ascii_alphabetic());
    let n = number(digits)?;
    let pre = match &rest[..rest.len() - digits.len()] {
        "a" => Pre::Alpha(n),
        "b" => Pre::Beta(n),
        "rc" => Pre::Candidate(n),
        _ => return None,
    };
    Some((numbers, Some(pre)))
}

/// Plain decimal without signs, leading zeros or more than four digits.
fn number(text: &str) -> Option<u16> {
    let plain = !text.is_empty() && text.len() <= 4 && text.bytes().all(|it| it.is_ascii_digit());
    let canonical = text == "0" || !text.starts_with('0');
    (plain && canonical).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Series {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.major, self.minor)
    }
}

impl fmt::Display for Pre {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alpha(n) => write!(out, "a{n}"),
            Self::Beta(n) => write!(out, "b{n}"),
            Self::Candidate(n) => write!(out, "rc{n}"),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.series, self.patch)?;
        self.pre.map_or(Ok(()), |pre| write!(out, "{pre}"))
    }
}

impl fmt::Display for Request {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => out.write_str("latest"),
            Self::Series(series) => series.fmt(out),
            Self::Exact(version) => version.fmt(out),
        }
    }
}

macro_rules! text_form {
    ($type:ty) => {
        impl TryFrom<String> for $type {
            type Error = VersionError;
            fn try_from(text: String) -> Result<Self, VersionError> {
                text.parse()
            }
        }
        impl From<$type> for String {
            fn from(it: $type) -> Self {
                it.to_string()
            }
        }
    };
}
text_form!(Series);
text_form!(Version);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_the_order_of_publication() {
        let texts = ["3.9.25", "3.15.0a1", "3.15.0b1", "3.15.0b10", "3.15.0rc1", "3.15.0", "3.15.1rc1", "3.15.1"];
        let versions: Vec<Version> = texts.iter().map(|it| it.parse().unwrap()).collect();
        assert!(versions.is_sorted(), "{versions:?}");
        assert_eq!(versions[4].base().to_string(), "3.15.0");
    }

    #[test]
    fn what_is_read_is_what_is_written() {
        for text in ["3.14", "3.14.10", "3.15.0rc1", "3.0.0a12", "latest"] {
            assert_eq!(text.parse::<Request>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_to_be_written_fits_the_place() {
        assert_eq!("x".parse::<Series>().unwrap_err().hint, "3.14");
        assert_eq!("3".parse::<Version>().unwrap_err().hint, "3.14.10 or 3.15.0rc1");
        let error = "3".parse::<Request>().unwrap_err();
        assert_eq!(error.to_string(), "`3` is not a CPython version: a version has two or three numbers");
    }

    #[test]
    fn anything_else_is_refused_with_something_to_write_instead() {
        for (text, hint) in [
            ("v3.14", "3.14"),
            ("3.15rc1", "3.15.0rc1"),
            ("2.7", "3.14, 3.14.10, 3.15.0rc1 or latest"),
            ("3", "3.14, 3.14.10, 3.15.0rc1 or latest"),
            ("3.014", "3.14, 3.14.10, 3.15.0rc1 or latest"),
            ("3.14.1.2", "3.14, 3.14.10, 3.15.0rc1 or latest"),
            ("3.14.0final", "3.14, 3.14.10, 3.15.0rc1 or latest"),
            ("", "3.14, 3.14.10, 3.15.0rc1 or latest"),
            ("3.14\n", "3.14, 3.14.10, 3.15.0rc1 or latest"),
            ("３.14", "3.14, 3.14.10, 3.15.0rc1 or latest"),
        ] {
            assert_eq!(text.parse::<Request>().unwrap_err().hint, hint, "{text}");
        }
    }
}
