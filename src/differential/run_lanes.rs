//! Which lanes of two runs are compared with each other: those of one name, or those that a person names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use super::results::{RunResults, Totals};

/// A lane of the earlier results and the one of the later results that it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanePair {
    /// The lane of the earlier results.
    pub before: String,
    /// The lane of the later results.
    pub after: String,
}

/// Which lanes of two runs belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLanes {
    /// Those that are compared.
    pub pairs: Vec<LanePair>,
    /// Lanes that only the earlier results have; none where the lanes to compare are named.
    pub gone: Vec<String>,
    /// Lanes that only the later results have; none where the lanes to compare are named.
    pub new: Vec<String>,
    /// What each lane of the earlier results is called, and of the later ones.
    called: [BTreeMap<String, String>; 2],
}

/// Why two runs cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LanesError {
    /// They have no lane in common: those of each.
    NothingInCommon(Vec<String>, Vec<String>),
    /// The earlier results, or the later ones, have no such lane, but these.
    Unknown {
        /// The lane that is named.
        lane: String,
        /// Whether it was looked for in the later results.
        is_later: bool,
        /// What there is.
        known: Vec<String>,
    },
}

impl RunLanes {
    /// The lanes of one name, or those that are named.
    ///
    /// # Errors
    /// When there is nothing to compare.
    pub fn of(before: &RunResults, after: &RunResults, named: &[LanePair]) -> Result<Self, LanesError> {
        let (old, new) = (lanes(before), lanes(after));
        for (of, known, is_later) in named.iter().flat_map(|it| [(&it.before, &old, false), (&it.after, &new, true)]) {
            if !known.contains(of.as_str()) {
                return Err(LanesError::Unknown { lane: of.clone(), is_later, known: words(known.iter().copied()) });
            }
        }
        if !named.is_empty() {
            return Ok(Self::new(named.to_vec(), Vec::new(), Vec::new()));
        }
        let pair = |it: &str| LanePair { before: it.to_owned(), after: it.to_owned() };
        let pairs: Vec<LanePair> = old.intersection(&new).map(|it| pair(it)).collect();
        if pairs.is_empty() && !(old.is_empty() && new.is_empty()) {
            return Err(LanesError::NothingInCommon(words(old.into_iter()), words(new.into_iter())));
        }
        let (gone, new) = (words(old.difference(&new).copied()), words(new.difference(&old).copied()));
        Ok(Self::new(pairs, gone, new))
    }

    fn new(pairs: Vec<LanePair>, gone: Vec<String>, new: Vec<String>) -> Self {
        let called = |alone: &[String], side: fn(&LanePair) -> &String| {
            let alone = alone.iter().map(|it| (it.clone(), it.clone()));
            // of two pairs with one lane the first names it
            alone.chain(pairs.iter().rev().map(|it| (side(it).clone(), it.to_string()))).collect()
        };
        let called = [called(&gone, |it| &it.before), called(&new, |it| &it.after)];
        Self { pairs, gone, new, called }
    }

    /// Counts of the results that are looked at, of the earlier run and of the later one.
    pub fn totals(&self, before: &RunResults, after: &RunResults) -> (Totals, Totals) {
        (
            Totals::of(before.results.iter().filter(|it| self.of_before(&it.lane).is_some())),
            Totals::of(after.results.iter().filter(|it| self.of_after(&it.lane).is_some())),
        )
    }

    /// What a lane of the earlier results is called in the comparison; none where it is not compared.
    pub(super) fn of_before(&self, lane: &str) -> Option<String> {
        self.called[0].get(lane).cloned()
    }

    /// The same for the later results.
    pub(super) fn of_after(&self, lane: &str) -> Option<String> {
        self.called[1].get(lane).cloned()
    }
}

/// The lanes that a run has results of, or had to have.
fn lanes(of: &RunResults) -> BTreeSet<&str> {
    of.results.iter().map(|it| it.lane.as_str()).chain(of.not_run.iter().map(|it| it.0.as_str())).collect()
}

fn words<'a>(of: impl Iterator<Item = &'a str>) -> Vec<String> {
    of.map(str::to_owned).collect()
}

impl fmt::Display for LanePair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.before == self.after { f.write_str(&self.before) } else { write!(f, "{}={}", self.before, self.after) }
    }
}

impl FromStr for LanePair {
    type Err = String;

    /// `A=B`, or `A` where both have that name.
    fn from_str(text: &str) -> Result<Self, String> {
        let (before, after) = text.split_once('=').unwrap_or((text, text));
        if before.is_empty() || after.is_empty() {
            return Err("write A=B, a lane of the earlier results and one of the later".into());
        }
        Ok(Self { before: before.to_owned(), after: after.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differential::{
        TestStatus,
        results::{Fingerprint, ResultsProvenance, result},
    };

    #[test]
    fn lanes_belong_together_by_their_names_or_as_they_are_named() {
        let run = |lanes: &[&str]| {
            let results = lanes.iter().map(|it| result("t", it, TestStatus::Pass)).collect();
            RunResults::new(ResultsProvenance::Run, Fingerprint::default(), results)
        };
        let pairs = |before: &[&str], after: &[&str], named: &[&str]| {
            let named: Vec<LanePair> = named.iter().map(|it| it.parse().unwrap()).collect();
            let lanes = RunLanes::of(&run(before), &run(after), &named)?;
            let shown: Vec<String> = lanes.pairs.iter().map(ToString::to_string).collect();
            Ok::<_, LanesError>([shown.join(" "), lanes.gone.join(" "), lanes.new.join(" ")])
        };
        assert_eq!(pairs(&["a", "b"], &["b", "c"], &[]).unwrap(), ["b", "a", "c"]);
        assert_eq!(pairs(&["a", "b"], &["b", "c"], &["a=c"]).unwrap(), ["a=c", "", ""]);
        assert_eq!(pairs(&["a", "b"], &["b", "c"], &["b"]).unwrap(), ["b", "", ""]);
        assert_eq!(pairs(&[], &[], &[]).unwrap(), ["", "", ""]);
        assert!(matches!(pairs(&["a"], &["b"], &[]), Err(LanesError::NothingInCommon(..))));
        assert!(matches!(pairs(&["a"], &[], &[]), Err(LanesError::NothingInCommon(..))));
        assert!(matches!(pairs(&["a"], &["b"], &["a=a"]), Err(LanesError::Unknown { is_later: true, .. })));
        assert!("=a".parse::<LanePair>().is_err() && "a=".parse::<LanePair>().is_err());
    }
}
