//! Who signs the releases of a series. The table is part of the source, and a new row enters only by a review: it follows the
//! one that CPython's own release tool checks before it publishes (`add_to_pydotorg.py`) and
//! <https://www.python.org/downloads/metadata/sigstore/>. A series may change hands: a row can begin and end at a release.
//!
//! A workspace can name a signer that the table does not know yet, in its lock and with the name of the person who reviewed it.
//! Whoever can edit the workspace can write that, so such a signer is never taken for one of the table: wherever a signature by
//! it is reported, it is said where the signer comes from.

use std::borrow::Cow;

use serde::Deserialize;

use crate::base::{Series, Version};

/// A release manager, as a signing certificate names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The e-mail address of the certificate.
    pub identity: Cow<'static, str>,
    /// Who vouched for it: the issuer of the login.
    pub issuer: Cow<'static, str>,
    /// The day on which work on the series began (PEP release calendar): nothing of it was signed before.
    pub since: Cow<'static, str>,
    /// Who reviewed a signer that the workspace names; none for one of the table.
    pub reviewed_by: Option<String>,
}

/// A signer that a workspace names, for a part of a series.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "SignerRow")]
pub struct ReviewedSigner {
    /// Of which series.
    pub series: Series,
    /// The first release; the first of the series where there is none.
    pub from: Option<Version>,
    /// The last release; all that come where there is none.
    pub until: Option<Version>,
    /// The e-mail address of the certificate.
    pub identity: String,
    /// Who vouched for it.
    pub issuer: String,
    /// The person who reviewed it.
    pub reviewed_by: String,
    /// Why it is believed, in their words.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignerRow {
    series: Series,
    from: Option<Version>,
    until: Option<Version>,
    identity: String,
    issuer: String,
    reviewed_by: String,
    reason: String,
}

const GITHUB: &str = "https://github.com/login/oauth";
const GOOGLE: &str = "https://accounts.google.com";

/// The first and the last release of a row, where it has not the whole series.
type ReleaseRange = (Option<&'static str>, Option<&'static str>);

const WHOLE: ReleaseRange = (None, None);

/// Minor version of CPython 3, part of the series, identity, issuer, first day.
const TABLE: &[(u16, ReleaseRange, &str, &str, &str)] = &[
    (7, WHOLE, "nad@python.org", GITHUB, "2016-09-12"),
    (8, WHOLE, "lukasz@langa.pl", GITHUB, "2018-01-29"),
    (9, WHOLE, "lukasz@langa.pl", GITHUB, "2019-06-04"),
    (10, WHOLE, "pablogsal@python.org", GOOGLE, "2020-05-18"),
    (11, WHOLE, "pablogsal@python.org", GOOGLE, "2021-05-03"),
    (12, WHOLE, "thomas@python.org", GOOGLE, "2022-05-08"),
    (13, WHOLE, "thomas@python.org", GOOGLE, "2023-05-22"),
    (14, WHOLE, "hugo@python.org", GITHUB, "2024-05-08"),
    (15, WHOLE, "hugo@python.org", GITHUB, "2025-05-07"),
    (16, WHOLE, "savannah@python.org", GITHUB, "2026-05-07"),
    (17, WHOLE, "savannah@python.org", GITHUB, "2026-05-07"),
];

/// Who signs `version`, as the table has it; none where it does not know.
pub fn signer(version: Version) -> Option<Signer> {
    in_table(TABLE, version)
}

fn in_table(table: &'static [(u16, ReleaseRange, &str, &str, &str)], version: Version) -> Option<Signer> {
    let row = table.iter().find(|(minor, (from, until), ..)| {
        let end = |it: Option<&str>| it.and_then(|it| it.parse::<Version>().ok());
        (version.series.major, version.series.minor) == (3, *minor) && is_within(version, end(*from), end(*until))
    })?;
    let &(.., identity, issuer, since) = row;
    Some(Signer { identity: identity.into(), issuer: issuer.into(), since: since.into(), reviewed_by: None })
}

fn is_within(version: Version, from: Option<Version>, until: Option<Version>) -> bool {
    from.is_none_or(|it| version >= it) && until.is_none_or(|it| version <= it)
}

impl ReviewedSigner {
    /// One for a part of a series, of the identity, the issuer, the reviewer and the reason.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn new(
        series: Series,
        (from, until): (Option<Version>, Option<Version>),
        [identity, issuer, reviewed_by, reason]: [String; 4],
    ) -> Result<Self, String> {
        let is_word = |it: &str| !it.is_empty() && !it.contains(|it: char| it.is_whitespace() || it.is_control());
        let ends = [from, until];
        if ends.into_iter().flatten().any(|it| it.series != series) {
            return Err(format!("a signer of {series} begins and ends with a release of {series}"));
        }
        if from.zip(until).is_some_and(|(from, until)| from > until) {
            return Err("a signer does not end before it begins".into());
        }
        if !is_word(&identity) || !identity.contains('@') {
            return Err("the identity of a signer is an e-mail address".into());
        }
        if !is_word(&issuer) || !issuer.starts_with("https://") {
            return Err("the issuer of a signer is an address that begins with https://".into());
        }
        if reviewed_by.trim().is_empty() || reason.trim().is_empty() {
            return Err("a signer needs the name of who reviewed it, and a reason".into());
        }
        Ok(Self { series, from, until, identity, issuer, reviewed_by, reason })
    }

    /// Whether it is the signer of a release.
    pub fn signs(&self, version: Version) -> bool {
        version.series == self.series && is_within(version, self.from, self.until)
    }

    /// As one that signatures are held against.
    pub fn signer(&self) -> Signer {
        // work on a series that the table does not know began after the last that it knows
        let known = TABLE.iter().rfind(|it| it.0 <= self.series.minor).map_or("", |it| it.4);
        Signer {
            identity: self.identity.clone().into(),
            issuer: self.issuer.clone().into(),
            since: known.into(),
            reviewed_by: Some(self.reviewed_by.clone()),
        }
    }

    /// The part of the series in words: `3.14 from 3.14.8 to 3.14.12`.
    pub fn part(&self) -> String {
        let end = |word: &str, it: Option<Version>| it.map(|it| format!(" {word} {it}")).unwrap_or_default();
        format!("{}{}{}", self.series, end("from", self.from), end("to", self.until))
    }
}

impl TryFrom<SignerRow> for ReviewedSigner {
    type Error = String;

    fn try_from(row: SignerRow) -> Result<Self, String> {
        Self::new(row.series, (row.from, row.until), [row.identity, row.issuer, row.reviewed_by, row.reason])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_series_has_one_signer_and_others_have_none() {
        let of = |text: &str| signer(text.parse().unwrap()).map(|it| it.identity);
        assert_eq!(of("3.13.5").as_deref(), Some("thomas@python.org"));
        assert_eq!(of("3.15.0rc1").as_deref(), Some("hugo@python.org"));
        let next = TABLE.last().unwrap().0 + 1;
        assert_eq!((of(&format!("3.{next}.0")), of("3.6.9")), (None, None));
        assert!(TABLE.windows(2).all(|it| it[0].0 <= it[1].0 && it[0].4 <= it[1].4));
        let ends = TABLE.iter().flat_map(|it| [it.1.0.map(|end| (it.0, end)), it.1.1.map(|end| (it.0, end))]).flatten();
        assert!(ends.into_iter().all(|(minor, end)| end.parse::<Version>().unwrap().series.minor == minor));
    }

    #[test]
    fn a_series_can_change_hands() {
        const CHANGED: &[(u16, ReleaseRange, &str, &str, &str)] = &[
            (14, (None, Some("3.14.7")), "first@example.org", GITHUB, "2024-05-08"),
            (14, (Some("3.14.8"), None), "second@example.org", GOOGLE, "2024-05-08"),
        ];
        let of = |text: &str| in_table(CHANGED, text.parse().unwrap()).map(|it| it.identity);
        for (version, identity) in [
            ("3.14.0a1", Some("first@example.org")),
            ("3.14.7", Some("first@example.org")),
            ("3.14.8rc1", None),
            ("3.14.8", Some("second@example.org")),
            ("3.14.99", Some("second@example.org")),
            ("3.13.1", None),
        ] {
            assert_eq!(of(version).as_deref(), identity, "{version}");
        }
    }
}
