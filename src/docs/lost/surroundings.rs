//! What stands around words and says of them that they are a record: headings, leads, other sentences.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::super::{
    claim::{Claim, ClaimKind},
    flow::{BlockKind, Flow},
};

/// What the place of a block says of it, as far as it was there before. Whoever puts a heading or a lead around words that
/// were compared has not reworded them: that they are a record now is for a reviewer to see. A comment that takes a block out names
/// its reason there, and counts.
pub(super) struct Surroundings {
    texts: HashSet<String>,
    /// How often each heading stands there, before and now.
    titles: HashMap<String, (usize, usize)>,
    leads: HashSet<String>,
}

/// Where the words of a statement that was bound still stand in a text, as they were.
pub(super) fn stands(was: &Claim, text: &str) -> Option<usize> {
    const LEAST: usize = 12;
    let words = was.sentence.trim_start_matches("… ").trim_end_matches(" …");
    let is_bound = was.kind == ClaimKind::Phrase && !was.binding.is_empty() && words.len() >= LEAST;
    if is_bound { text.find(words) } else { None }
}

impl Surroundings {
    pub(super) fn new(old: &[Flow], now: &[Flow]) -> Self {
        let mut titles: HashMap<String, (usize, usize)> = HashMap::new();
        for it in old.iter().filter(|it| it.kind == BlockKind::Heading) {
            titles.entry(it.text.clone()).or_default().0 += 1;
        }
        for it in now.iter().filter(|it| it.kind == BlockKind::Heading) {
            titles.entry(it.text.clone()).or_default().1 += 1;
        }
        let texts = old.iter().map(|it| it.text.clone()).collect();
        Self { texts, titles, leads: old.iter().flat_map(|it| it.leads.iter()).map(ToString::to_string).collect() }
    }

    /// A block without what is said of it only since this change. The very words of before have nothing said of them.
    pub(super) fn without_new(&self, mut flow: Flow) -> BlockSurroundings {
        let is_same = self.texts.contains(flow.text.as_str());
        let is_old = |it: &str| !is_same && self.titles.get(it).is_some_and(|(was, is)| is <= was);
        flow.headings = flow.headings.iter().filter(|it| is_old(&it.text)).cloned().collect();
        flow.leads = flow.leads.iter().filter(|it| !is_same && self.leads.contains(&***it)).cloned().collect();
        flow.as_of = None;
        BlockSurroundings::new(flow)
    }
}

/// A block as it says of itself.
pub(super) struct BlockSurroundings {
    flow: Flow,
    /// The same without the word, where it has it.
    plain: Option<Flow>,
}

/// The word that makes a whole block a record, in one of its sentences or in all of them.
const WORD: &str = "historical";

/// How far a sentence is looked for on either side, in bytes.
const NEAR: usize = 2000;

impl BlockSurroundings {
    fn new(flow: Flow) -> Self {
        let lower = flow.text.to_ascii_lowercase();
        let plain = lower.contains(WORD).then(|| {
            let mut bytes = flow.text.clone().into_bytes();
            for (at, _) in lower.match_indices(WORD) {
                bytes[at..at + WORD.len()].fill(b'x');
            }
            let mut plain = flow.clone();
            // the word is plain letters, and so is what stands in its place
            plain.text = String::from_utf8(bytes).unwrap_or(lower);
            plain
        });
        Self { flow, plain }
    }

    /// The block for a sentence of it: what other sentences call historical is that for them alone.
    pub(super) fn of_its_sentence(&self, part: &Range<usize>) -> &Flow {
        let Some(plain) = &self.plain else { return &self.flow };
        let text = &self.flow.text;
        let from = text.floor_char_boundary(part.start.saturating_sub(NEAR));
        let to = text.ceil_char_boundary((part.end + NEAR).min(text.len()));
        let start = text[from..part.start].rfind(". ").map_or(from, |at| from + at + 2);
        let end = text[part.end..to].find(". ").map_or(to, |at| part.end + at);
        if text[start..end].to_ascii_lowercase().contains(WORD) { &self.flow } else { plain }
    }
}

impl std::ops::Deref for BlockSurroundings {
    type Target = Flow;

    fn deref(&self) -> &Flow {
        &self.flow
    }
}
