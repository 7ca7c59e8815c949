//! Who signs the releases of a series. The table is part of the source, and a new row enters only by a review: it follows the
//! one that CPython's own release tool checks before it publishes (`add_to_pydotorg.py`) and
//! <https://www.python.org/downloads/metadata/sigstore/>.

use crate::base::Version;

/// A release manager, as a signing certificate names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signer {
    /// The e-mail address of the certificate.
    pub identity: &'static str,
    /// Who vouched for it: the issuer of the login.
    pub issuer: &'static str,
    /// The day on which work on the series began (PEP release calendar): nothing of it was signed before.
    pub since: &'static str,
}

const GITHUB: &str = "https://github.com/login/oauth";
const GOOGLE: &str = "https://accounts.google.com";

/// Minor version of CPython 3, identity, issuer, first day.
const TABLE: &[(u16, &str, &str, &str)] = &[
    (7, "nad@python.org", GITHUB, "2016-09-12"),
    (8, "lukasz@langa.pl", GITHUB, "2018-01-29"),
    (9, "lukasz@langa.pl", GITHUB, "2019-06-04"),
    (10, "pablogsal@python.org", GOOGLE, "2020-05-18"),
    (11, "pablogsal@python.org", GOOGLE, "2021-05-03"),
    (12, "thomas@python.org", GOOGLE, "2022-05-08"),
    (13, "thomas@python.org", GOOGLE, "2023-05-22"),
    (14, "hugo@python.org", GITHUB, "2024-05-08"),
    (15, "hugo@python.org", GITHUB, "2025-05-07"),
    (16, "savannah@python.org", GITHUB, "2026-05-07"),
    (17, "savannah@python.org", GITHUB, "2026-05-07"),
];

/// Who signs `version`; none where the table does not know the series.
pub fn signer(version: Version) -> Option<Signer> {
    let row = |it: &&(u16, &str, &str, &str)| (version.series.major, version.series.minor) == (3, it.0);
    TABLE.iter().find(row).map(|&(_, identity, issuer, since)| Signer { identity, issuer, since })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_series_has_one_signer_and_others_have_none() {
        let of = |text: &str| signer(text.parse().unwrap()).map(|it| it.identity);
        assert_eq!(of("3.13.5"), Some("thomas@python.org"));
        assert_eq!(of("3.15.0rc1"), Some("hugo@python.org"));
        assert_eq!((of("3.18.0"), of("3.6.9")), (None, None));
        assert!(TABLE.windows(2).all(|it| it[0].0 < it[1].0 && it[0].3 <= it[1].3));
    }
}
