//! Which findings are new, held against those of another revision or of the tree before a change.

use std::collections::BTreeMap;

use super::{
    finding::{Finding, Identity},
    gate::GateOutcome,
};

/// Every finding with its number among those of the same identity, in order.
pub fn numbered(outcomes: &[GateOutcome]) -> Vec<(&Finding, usize)> {
    let mut seen: BTreeMap<Identity<'_>, usize> = BTreeMap::new();
    let all = outcomes.iter().flat_map(|it| &it.findings);
    all.map(|it| {
        let number = seen.entry(it.identity()).or_default();
        *number += 1;
        (it, *number)
    })
    .collect()
}

/// What was found before: each finding by its identity and its number.
pub struct KnownFindings<'a>(BTreeMap<(Identity<'a>, usize), &'a Finding>);

impl<'a> KnownFindings<'a> {
    /// All findings of `outcomes`.
    pub fn new(outcomes: &'a [GateOutcome]) -> Self {
        Self(numbered(outcomes).into_iter().map(|(it, number)| ((it.identity(), number), it)).collect())
    }

    /// Whether a finding was not there before, or has grown since, or is about other words.
    pub fn is_new(&self, finding: &Finding, number: usize) -> bool {
        let has_grown = |old: &Finding| finding.weight > old.weight || !finding.words.is_subset(&old.words);
        self.0.get(&(finding.identity(), number)).is_none_or(|old| has_grown(old))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gates::GATES;

    fn outcome(findings: &[(&str, u64)]) -> [GateOutcome; 1] {
        let findings = findings.iter().map(|(module, weight)| Finding::new("x").module(module).weight(*weight));
        [GateOutcome { gate: &GATES[0], findings: findings.collect(), not_judged: None }]
    }

    #[test]
    fn one_more_of_the_same_is_new_and_so_is_what_has_grown() {
        let old = outcome(&[("a", 0), ("a", 0), ("b", 5)]);
        let new = outcome(&[("a", 0), ("b", 6), ("a", 0), ("c", 0), ("a", 0)]);
        let before = KnownFindings::new(&old);
        let ages: Vec<bool> = numbered(&new).into_iter().map(|(it, number)| before.is_new(it, number)).collect();
        assert_eq!(ages, [false, true, false, true, true]);
        assert!(numbered(&old).into_iter().all(|(it, number)| !before.is_new(it, number)));
    }

    #[test]
    fn what_is_about_other_words_is_new_and_about_fewer_of_them_is_not() {
        let of = |words: &[&str]| {
            let finding = Finding::new("x").module("a").words(words.iter().copied());
            [GateOutcome { gate: &GATES[0], findings: vec![finding], not_judged: None }]
        };
        for (old, new, is_new) in [
            (&["a", "b"][..], &["a", "b"][..], false),
            (&["a", "b"], &["a"], false),
            (&["a"], &["c"], true),
            (&[], &["a"], true),
        ] {
            let (old, new) = (of(old), of(new));
            assert_eq!(KnownFindings::new(&old).is_new(&new[0].findings[0], 1), is_new);
        }
    }
}
