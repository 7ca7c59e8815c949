//! The words without which a document states nothing, looked for in one pass, whatever their number.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

use super::flow::Flow;

/// What a document without it quotes no message of a gate.
pub(super) const MESSAGE: &str = "stdlib intrinsic";

/// What is looked for besides the bindings' anchors; the first of them, and the legacy names behind them.
pub(super) const FIXED: [&str; 9] = [
    MESSAGE,
    "intrinsic-backed",
    "intrinsic-partial",
    "intrinsic-support",
    "policy-gate",
    "probe-only",
    "python-only",
    "molt-sync",
    "<<<<<<< ",
];

/// So many words are looked for at once by their first bytes.
const FEW: usize = 48;
/// Words of more bytes than this together are looked for with a smaller and slower automaton.
const SMALL: usize = 20_000;
/// The longest part of a word that is looked for, in bytes: of words in words, each is a match at each place.
const LONGEST: usize = 32;

/// The words.
pub(super) struct Words<'a> {
    automaton: Option<AhoCorasick>,
    /// For each word its place among the different ones.
    places: Vec<usize>,
    different: Vec<&'a str>,
    /// Whether the automaton tells where words begin, and not all that it finds there.
    is_few: bool,
}

/// The automaton for [`starts`]: it passes over what can be none of the words, many bytes at a time.
pub(super) fn starter(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
}

/// Every place of a text where one of an automaton's words begins.
pub(super) fn starts(automaton: &AhoCorasick, text: &str) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let found = automaton.find(Input::new(text).span(from..text.len()))?.start();
        from = found + 1;
        Some(found)
    })
}

impl<'a> Words<'a> {
    pub(super) fn new(words: impl Iterator<Item = &'a str>) -> Self {
        let (mut different, mut known) = (Vec::new(), HashMap::new());
        let place = |word: &'a str| {
            let word = &word[..word.floor_char_boundary(LONGEST.min(word.len()))];
            *known.entry(word).or_insert_with(|| {
                different.push(word);
                different.len() - 1
            })
        };
        let places: Vec<usize> = words.map(place).collect();
        let is_few = different.len() <= FEW && different.iter().all(|it| !it.is_empty());
        let is_small = different.iter().map(|it| it.len()).sum::<usize>() < SMALL;
        let kind = if is_small { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
        let every = || AhoCorasick::builder().kind(Some(kind)).build(&different).ok();
        let automaton = if is_few { starter(&different) } else { every() };
        Self { automaton, places, different, is_few }
    }

    /// The different words that stand in a text, each as often as it does.
    fn each(&self, automaton: &AhoCorasick, text: &str, mut found: impl FnMut(usize)) {
        if !self.is_few {
            return automaton.find_overlapping_iter(text).for_each(|it| found(it.pattern().as_usize()));
        }
        for start in starts(automaton, text) {
            let rest = &text.as_bytes()[start..];
            let here = self.different.iter().enumerate().filter(|(_, it)| rest.starts_with(it.as_bytes()));
            here.for_each(|(at, _)| found(at));
        }
    }

    /// For each word whether the text can have it.
    pub(super) fn of(&self, text: &str) -> Vec<bool> {
        let Some(automaton) = &self.automaton else { return vec![true; self.places.len()] };
        let mut res = vec![false; self.different.len()];
        self.each(automaton, text, |it| res[it] = true);
        self.places.iter().map(|it| res[*it]).collect()
    }

    /// The blocks that can have each word.
    pub(super) fn blocks<'f>(&self, all: &'f [Flow]) -> Blocks<'_, 'f> {
        let mut found: Vec<Vec<&Flow>> = vec![Vec::new(); self.different.len()];
        match &self.automaton {
            Some(automaton) => {
                for flow in all {
                    self.each(automaton, &flow.text, |it| {
                        if found[it].last().is_none_or(|last| !std::ptr::eq(*last, flow)) {
                            found[it].push(flow);
                        }
                    });
                }
            }
            None => found.fill(all.iter().collect()),
        }
        Blocks { places: &self.places, found }
    }
}

/// The blocks of a document by the words in them.
pub(super) struct Blocks<'w, 'f> {
    places: &'w [usize],
    found: Vec<Vec<&'f Flow>>,
}

impl<'f> Blocks<'_, 'f> {
    /// Those that can have a word, in order.
    pub(super) fn with(&self, word: usize) -> &[&'f Flow] {
        &self.found[self.places[word]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn few_words_are_found_as_many_are(words in prop::collection::vec("[ab]{1,4}", 1..9), text in "[abc ]{0,60}") {
            let found = Words::new(words.iter().map(String::as_str)).of(&text);
            let wanted: Vec<bool> = words.iter().map(|it| text.contains(it.as_str())).collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
