//! What documents are held against, and a document as it is handed in.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use aho_corasick::AhoCorasick;
use globset::GlobSet;

use super::{
    binding::Binding,
    fact::{Facts, Value},
    script::{OptionNames, Script},
};
use crate::base::RelPath;

/// What documents are held against.
pub struct DocsRules<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// The phrases, the tool's own and the workspace's.
    pub bindings: &'a [Binding],
    /// Whether statements are looked for that nobody has bound.
    pub has_defaults: bool,
    /// What each managed block should say.
    pub blocks: &'a BTreeMap<String, String>,
    /// Blocks between markers of the older form, `GENERATED:NAME:start`.
    pub legacy: &'a [String],
    /// What each generated file should say.
    pub files: &'a BTreeMap<RelPath, String>,
    /// The audit document, whose generated parts another check compares.
    pub audit: &'a RelPath,
    /// Documents whose numbers are a record.
    pub archival: &'a GlobSet,
    /// Documents whose calls of scripts have to work.
    pub manuals: &'a GlobSet,
    /// The messages of the gates.
    pub messages: &'a [String],
    /// The words that Molt's checker can print.
    pub checker: &'a [String],
    /// Those of them that are options.
    pub checker_options: &'a OptionNames,
    /// Whether molt-sync understands a command line, and why not.
    pub command_line: &'a (dyn Fn(&[&str]) -> Result<(), String> + Sync),
    /// The scripts of the workspace's tools.
    pub scripts: &'a BTreeSet<RelPath>,
    /// Those that manuals call.
    pub called: &'a BTreeMap<RelPath, Script>,
}

impl DocsRules<'_> {
    /// The status of a module, where there is such a module.
    pub(super) fn status(&self, module: &str) -> Option<&str> {
        match &self.facts.get(&format!("module.{module}.status"))?.value {
            Value::Text(word) => Some(word),
            _ => None,
        }
    }

    /// Which of `words` the checker of the workspace has.
    pub fn checker_says<'w>(&self, words: &HashSet<&'w str>) -> HashSet<&'w str> {
        let words: Vec<&str> = words.iter().copied().collect();
        if words.len() < 8 {
            return words.into_iter().filter(|word| self.checker.iter().any(|it| it.contains(word))).collect();
        }
        let Ok(automaton) = AhoCorasick::new(&words) else { return HashSet::new() };
        let all = self.checker.iter().flat_map(|it| automaton.find_overlapping_iter(it));
        let mut said = HashSet::new();
        // what is not found within so many is not said: words can be made that stand at every place
        for found in all.take(MOST_FOUND) {
            if said.insert(words[found.pattern().as_usize()]) && said.len() == words.len() {
                break;
            }
        }
        said
    }
}

/// The most places of words in the checker that are looked at.
const MOST_FOUND: usize = 20_000_000;

/// One document.
#[derive(Debug, Clone)]
pub struct Document {
    /// Where it is.
    pub path: RelPath,
    /// What it says.
    pub text: String,
}

/// The most claims that documents may make together: each is kept, and shown with its sentence.
pub(super) const MOST_CLAIMS: usize = 250_000;
