//! What is said against releases: what the calendar says, and the recalls of the past that are known without it.

use std::collections::BTreeMap;

use super::feed::{Doubt, Planned};
use crate::base::Version;

/// Releases that were recalled (notes of the PEP release calendar), which needs no feed to be known.
const KNOWN: &[(&str, &str)] = &[("3.9.3", "recalled due to bpo-43710"), ("3.9.8", "recalled due to bpo-45235")];

/// What is said against each release, and the days of those that are out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recalls {
    doubts: BTreeMap<Version, Doubt>,
    days: BTreeMap<Version, String>,
}

impl Recalls {
    /// Those of the past.
    pub fn known() -> Self {
        let row = |&(version, note): &(&str, &str)| {
            Some((version.parse().ok()?, Doubt { is_recalled: true, note: note.to_owned() }))
        };
        Self { doubts: KNOWN.iter().filter_map(row).collect(), ..Self::default() }
    }

    /// All but what is said against these, which a person took nevertheless.
    #[must_use]
    pub fn without(mut self, accepted: &AcceptedDoubts) -> Self {
        self.doubts.retain(|version, doubt| !accepted.covers(*version, doubt));
        self
    }

    /// Nothing at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds what a calendar says. Where two of its rows are about one release, the worse one counts.
    pub fn learn(&mut self, rows: impl IntoIterator<Item = Planned>) {
        for row in rows {
            if row.is_actual && !row.date.is_empty() {
                self.days.insert(row.version, row.date);
            }
            let Some(doubt) = row.doubt else { continue };
            if !self.is_recalled(row.version) {
                self.doubts.insert(row.version, doubt);
            }
        }
    }

    /// What is said against a release.
    pub fn of(&self, version: Version) -> Option<&Doubt> {
        self.doubts.get(&version)
    }

    /// Whether a release was taken back.
    pub fn is_recalled(&self, version: Version) -> bool {
        self.of(version).is_some_and(|it| it.is_recalled)
    }

    /// The day on which a release came out, as the calendar says it.
    pub fn day(&self, version: Version) -> Option<&str> {
        self.days.get(&version).map(String::as_str)
    }

    /// Everything that is said, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Version, &Doubt)> {
        self.doubts.iter().map(|(version, it)| (*version, it))
    }
}

/// What a person took although something is said against it, with the words that were said of it then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptedDoubts(Vec<(Version, Option<String>)>);

impl AcceptedDoubts {
    /// Adds a sign-off.
    pub fn add(&mut self, version: Version, why: Option<String>) {
        self.0.push((version, why));
    }

    /// Whether what is said against a release was accepted.
    pub fn covers(&self, version: Version, doubt: &Doubt) -> bool {
        self.0.iter().any(|(it, why)| *it == version && doubt.is_accepted_by(why.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::feed::planned;

    #[test]
    fn of_two_rows_the_worse_one_counts() {
        let rows = |notes: [&str; 2]| {
            let row = |note: &str| {
                format!(r#"{{"stage": "3.14.1", "state": "actual", "date": "2026-01-01", "note": "{note}"}}"#)
            };
            let text = format!(r#"{{"releases": {{"3.14": [{}]}}}}"#, notes.map(row).join(","));
            let mut res = Recalls::known();
            res.learn(planned(text.as_bytes()).unwrap().rows);
            res
        };
        let version = "3.14.1".parse().unwrap();
        for notes in [["yanked", "odd words"], ["odd words", "yanked"], ["", "yanked"]] {
            assert!(rows(notes).is_recalled(version), "{notes:?}");
        }
        let unclear = rows(["hotfix", "odd words"]);
        assert!(unclear.of(version).is_some() && !unclear.is_recalled(version));
        assert!(unclear.is_recalled("3.9.8".parse().unwrap()));
    }
}
