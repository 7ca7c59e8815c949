//! Which bindings are about which document, found without trying each binding with each document.

use std::collections::{BTreeMap, HashMap};

use super::binding::Binding;
use crate::base::RelPath;

/// The bindings by the documents that they name.
pub(super) struct Targets<'a> {
    /// Those that name one document, by its path.
    named: HashMap<&'a str, Vec<usize>>,
    /// Those that name a pattern, by the pattern: one binding that has it, and the places of all.
    patterns: Vec<(&'a Binding, Vec<usize>)>,
}

impl<'a> Targets<'a> {
    /// Sorts `bindings` by what they name.
    pub(super) fn new(bindings: impl Iterator<Item = &'a Binding>) -> Self {
        let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut patterns: BTreeMap<&str, (&Binding, Vec<usize>)> = BTreeMap::new();
        for (at, binding) in bindings.enumerate() {
            match binding.doc() {
                Some(doc) if is_literal(doc) => named.entry(doc).or_default().push(at),
                doc => patterns.entry(doc.unwrap_or("**")).or_insert_with(|| (binding, Vec::new())).1.push(at),
            }
        }
        Self { named, patterns: patterns.into_values().collect() }
    }

    /// How many patterns there are.
    pub(super) fn patterns(&self) -> usize {
        self.patterns.len()
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

/// Whether a pattern matches itself alone.
fn is_literal(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '[', ']', '{', '}', '\\', '!', ','])
}
