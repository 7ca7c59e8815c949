//! The list of tests that cannot tell anything.

use std::collections::BTreeMap;

use crate::{base::number_of, differential::VettedList};

/// In words.
pub fn vetted_in_words(list: &VettedList) -> String {
    let mut out = String::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for it in &list.tests {
        let why: Vec<&str> = it.why.iter().map(crate::differential::VetReason::words).collect();
        line!(out, "{}: {}", it.test, why.join("; "));
        for it in why {
            *counts.entry(it).or_default() += 1;
        }
    }
    for (why, count) in counts {
        line!(out, "{count}: {why}");
    }
    line!(out, "{} looked at with {}, {} listed", number_of(list.looked_at, "test"), list.reference, list.tests.len());
    out
}
