//! What several sources say together about a release.
//!
//! The rule: a release is **announced** when its source archive and its signature bundle are on the mirror, and when at least one
//! source besides the mirror names it as out: python.org's API, a tag, the calendar in the past tense, or endoflife data. No
//! source alone is enough, a folder never counts, and a source that did not answer is silent: it says neither yes nor no.

use super::feed::Doubt;
use crate::base::{Sha256, Version};

/// What was seen of a release. None where nobody could be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Evidence {
    /// Whether the mirror has its source archive.
    pub archive: Option<bool>,
    /// Whether the mirror has the signature bundle of that.
    pub bundle: Option<bool>,
    /// Sources that name it as out: `api`, `tag`, `calendar`, `endoflife`.
    pub named_by: Vec<&'static str>,
    /// Sources that were asked and did not answer.
    pub silent: Vec<&'static str>,
    /// What the calendar says against it.
    pub doubt: Option<Doubt>,
    /// Digests of the archive, each with who states it.
    pub digests: Vec<(&'static str, Sha256)>,
}

/// What is made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseVerdict {
    /// It is out.
    Announced,
    /// Files are there, and nobody has said so.
    Staged,
    /// It was said, and something of it is missing: the mirror lags, or withholds it.
    Partial,
    /// It was taken back.
    Recalled,
    /// It is out, and the calendar has a note that is not understood: a person has to read it.
    Questioned,
    /// It is out, and so is a newer one of its series.
    Superseded,
    /// It is out, and its series is over.
    EndOfLife,
    /// The sources contradict each other: a person has to look.
    Contradicted,
    /// The mirror could not be asked.
    Unseen,
}

impl ReleaseVerdict {
    /// Its name, as reports have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Staged => "staged",
            Self::Partial => "partial",
            Self::Recalled => "recalled",
            Self::Questioned => "questioned",
            Self::Superseded => "superseded",
            Self::EndOfLife => "end-of-life",
            Self::Contradicted => "contradicted",
            Self::Unseen => "unseen",
        }
    }

    /// Whether it is out, and nobody took it back.
    pub fn is_out(self) -> bool {
        matches!(self, Self::Announced | Self::Superseded | Self::EndOfLife)
    }
}

impl Evidence {
    /// In words, for people.
    pub fn words(&self) -> String {
        let there = |it: Option<bool>| match it {
            Some(true) => "there",
            Some(false) => "missing",
            None => "not seen",
        };
        let mut res = format!("archive {}, signature {}", there(self.archive), there(self.bundle));
        let mut add = |what: &str, names: &[&str]| {
            if !names.is_empty() {
                res += &format!(", {what} {}", names.join(" and "));
            }
        };
        add("named by", &self.named_by);
        add("no answer from", &self.silent);
        if let Some(doubt) = &self.doubt {
            res += &format!(", {}", doubt.words());
        }
        res
    }

    /// The verdict on it alone; none where nothing was seen of it.
    fn alone(&self) -> Option<ReleaseVerdict> {
        let mut digests = self.digests.iter().map(|(_, it)| it);
        let first = digests.next();
        if digests.any(|it| Some(it) != first) {
            return Some(ReleaseVerdict::Contradicted);
        }
        let is_named = !self.named_by.is_empty();
        if self.doubt.as_ref().is_some_and(|it| it.is_recalled) {
            return Some(ReleaseVerdict::Recalled);
        }
        Some(match (self.archive, self.bundle) {
            (Some(true), Some(true)) if is_named && self.doubt.is_some() => ReleaseVerdict::Questioned,
            (Some(true), Some(true)) if is_named => ReleaseVerdict::Announced,
            (Some(true), Some(false)) | (Some(false), _) if is_named => ReleaseVerdict::Partial,
            (Some(true), _) => ReleaseVerdict::Staged,
            (None, _) if is_named => ReleaseVerdict::Unseen,
            (Some(false) | None, _) => return None,
        })
    }
}

/// The verdicts on releases, in order. `is_over` says which of them came out after the end of their series.
pub fn judge(all: &[(Version, Evidence)], is_over: impl Fn(Version) -> bool) -> Vec<(Version, ReleaseVerdict)> {
    let alone: Vec<(Version, ReleaseVerdict)> =
        all.iter().filter_map(|(version, it)| Some((*version, it.alone()?))).collect();
    let mut res: Vec<(Version, ReleaseVerdict)> = alone
        .iter()
        .map(|&(version, verdict)| {
            let newer = |&(other, it): &(Version, ReleaseVerdict)| {
                // one that came out after the end is not taken, and takes the place of none before it
                let takes_place = !is_over(other) || is_over(version);
                it == ReleaseVerdict::Announced && other.series == version.series && other > version && takes_place
            };
            let verdict = match verdict {
                ReleaseVerdict::Announced if alone.iter().any(newer) => ReleaseVerdict::Superseded,
                ReleaseVerdict::Announced if is_over(version) => ReleaseVerdict::EndOfLife,
                other => other,
            };
            (version, verdict)
        })
        .collect();
    res.sort_unstable_by_key(|it| it.0);
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_source_alone_announces() {
        let (yes, no) = (Some(true), Some(false));
        for (archive, bundle, named_by, verdict) in [
            (yes, yes, vec!["api"], Some(ReleaseVerdict::Announced)),
            (yes, yes, vec!["tag"], Some(ReleaseVerdict::Announced)),
            (yes, yes, vec![], Some(ReleaseVerdict::Staged)),
            (yes, no, vec!["api"], Some(ReleaseVerdict::Partial)),
            (yes, None, vec!["api"], Some(ReleaseVerdict::Staged)),
            (yes, no, vec![], Some(ReleaseVerdict::Staged)),
            (no, no, vec!["api", "tag", "calendar", "endoflife"], Some(ReleaseVerdict::Partial)),
            (no, None, vec![], None),
            (None, None, vec!["api"], Some(ReleaseVerdict::Unseen)),
            (None, None, vec![], None),
        ] {
            let evidence = Evidence { archive, bundle, named_by, ..Evidence::default() };
            assert_eq!(evidence.alone(), verdict, "{}", evidence.words());
        }
    }

    #[test]
    fn newer_ones_ends_recalls_and_contradictions_count() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        let out = || Evidence { archive: Some(true), bundle: Some(true), named_by: vec!["api"], ..Evidence::default() };
        let doubt = |is_recalled| Some(Doubt { is_recalled, note: "x".into() });
        let all = [
            (version("3.13.5"), out()),
            (version("3.13.4"), out()),
            (version("3.12.1"), Evidence { doubt: doubt(false), ..out() }),
            (version("3.9.25"), out()),
            (version("3.9.8"), Evidence { doubt: doubt(true), ..out() }),
            (
                version("3.14.2"),
                Evidence { digests: vec![("api", Sha256::of(b"a")), ("bundle", Sha256::of(b"b"))], ..out() },
            ),
            (
                version("3.14.1"),
                Evidence { digests: vec![("api", Sha256::of(b"a")), ("bundle", Sha256::of(b"a"))], ..out() },
            ),
        ];
        let judged = judge(&all, |it| it.series.minor == 9);
        let words: Vec<String> = judged.iter().map(|(version, it)| format!("{version} {}", it.name())).collect();
        assert_eq!(
            words,
            [
                "3.9.8 recalled",
                "3.9.25 end-of-life",
                "3.12.1 questioned",
                "3.13.4 superseded",
                "3.13.5 announced",
                "3.14.1 announced",
                "3.14.2 contradicted"
            ]
        );
    }
}
