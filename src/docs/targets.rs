//! Which bindings are about which document, found without trying each binding with each document.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::binding::Binding;
use crate::base::RelPath;

/// The most bindings of a workspace with the documents that each of them names.
const MOST_PAIRS: usize = 100_000;
/// The most patterns that a workspace's bindings name their documents by.
const MOST_PATTERNS: usize = 100;

/// The bindings by the documents that they name.
pub(super) struct BindingTargets<'a> {
    /// Those that name one document, by its path.
    named: HashMap<&'a str, Vec<usize>>,
    /// Those that name a pattern, by the pattern: one binding that has it, and the places of all.
    patterns: Vec<(&'a Binding, Vec<usize>)>,
}

impl<'a> BindingTargets<'a> {
    /// Sorts those of `bindings` that are wanted by what they name.
    pub(super) fn new(bindings: impl Iterator<Item = &'a Binding>, is_wanted: impl Fn(&Binding) -> bool) -> Self {
        let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut patterns: BTreeMap<&str, (&Binding, Vec<usize>)> = BTreeMap::new();
        for (at, binding) in bindings.enumerate().filter(|(_, it)| is_wanted(it)) {
            match binding.document() {
                Some(path) => named.entry(path).or_default().push(at),
                None => {
                    patterns.entry(binding.doc().unwrap_or("**")).or_insert_with(|| (binding, Vec::new())).1.push(at);
                }
            }
        }
        Self { named, patterns: patterns.into_values().collect() }
    }

    /// The places of the bindings that are about `path`, in order.
    pub(super) fn of(&self, path: &RelPath) -> Vec<usize> {
        let mut res = self.named.get(path.as_str()).cloned().unwrap_or_default();
        for (_, all) in self.patterns.iter().filter(|(it, _)| it.applies_to(path)) {
            res.extend(all);
        }
        res.sort_unstable();
        res
    }
}

/// The places of those of a workspace's bindings that name a document.
///
/// # Errors
/// Where they name too much for each of them to be looked for.
pub(super) fn named<'a>(
    own: &[&Binding],
    documents: impl Iterator<Item = &'a RelPath>,
) -> Result<HashSet<usize>, String> {
    let targets = BindingTargets::new(own.iter().copied(), |_| true);
    if targets.patterns.len() > MOST_PATTERNS {
        return Err(format!("the bindings name more than {MOST_PATTERNS} patterns, so none of them is looked for"));
    }
    let (mut res, mut pairs) = (HashSet::new(), 0);
    for document in documents {
        let found = targets.of(document);
        pairs += found.len();
        if pairs > MOST_PAIRS {
            return Err(format!(
                "the bindings name more than {MOST_PAIRS} pairs of a phrase and a document, so none of them is looked for"
            ));
        }
        res.extend(found);
    }
    Ok(res)
}
