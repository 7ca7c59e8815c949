//! The words without which a document states nothing, looked for in one pass, whatever their number.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{flow::Flow, messages};

/// What is looked for besides the bindings' anchors; the first of them, and the legacy names behind them.
pub(super) const FIXED: [&str; 9] = [
    messages::SIGN,
    "intrinsic-backed",
    "intrinsic-partial",
    "intrinsic-support",
    "policy-gate",
    "probe-only",
    "python-only",
    "molt-sync",
    "<<<<<<< ",
];

/// Words of more bytes than this together are looked for with a smaller and slower automaton.
const FEW: usize = 20_000;
/// The longest part of a word that is looked for, in bytes: of words in words, each is a match at each place.
const LONGEST: usize = 32;

/// The words.
pub(super) struct Words {
    automaton: Option<AhoCorasick>,
    /// For each word its place among the different ones.
    places: Vec<usize>,
    /// How many different ones there are.
    count: usize,
}

impl Words {
    pub(super) fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let (mut different, mut known) = (Vec::new(), HashMap::new());
        let place = |word: &'a str| {
            let word = &word[..word.floor_char_boundary(LONGEST.min(word.len()))];
            *known.entry(word).or_insert_with(|| {
                different.push(word);
                different.len() - 1
            })
        };
        let places: Vec<usize> = words.map(place).collect();
        let is_small = different.iter().map(|it| it.len()).sum::<usize>() < FEW;
        let kind = if is_small { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
        let automaton = AhoCorasick::builder().kind(Some(kind)).build(&different);
        Self { automaton: automaton.ok(), places, count: different.len() }
    }

    /// For each word whether the text can have it.
    pub(super) fn of(&self, text: &str) -> Vec<bool> {
        let Some(automaton) = &self.automaton else { return vec![true; self.places.len()] };
        let mut res = vec![false; self.count];
        for found in automaton.find_overlapping_iter(text) {
            res[found.pattern().as_usize()] = true;
        }
        self.places.iter().map(|it| res[*it]).collect()
    }

    /// The blocks that can have each word.
    pub(super) fn blocks<'f>(&self, all: &'f [Flow]) -> Blocks<'_, 'f> {
        let mut found: Vec<Vec<&Flow>> = vec![Vec::new(); self.count];
        match &self.automaton {
            Some(automaton) => {
                for flow in all {
                    for it in automaton.find_overlapping_iter(&flow.text) {
                        let blocks = &mut found[it.pattern().as_usize()];
                        if blocks.last().is_none_or(|last| !std::ptr::eq(*last, flow)) {
                            blocks.push(flow);
                        }
                    }
                }
            }
            None => found.fill(all.iter().collect()),
        }
        Blocks { words: self, found }
    }
}

/// The blocks of a document by the words in them.
pub(super) struct Blocks<'w, 'f> {
    words: &'w Words,
    found: Vec<Vec<&'f Flow>>,
}

impl<'f> Blocks<'_, 'f> {
    /// Those that can have a word, in order.
    pub(super) fn with(&self, word: usize) -> &[&'f Flow] {
        &self.found[self.words.places[word]]
    }
}
