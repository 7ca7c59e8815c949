//! What stands around words and says of them that they are a record: headings, leads, comments, other sentences.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::flow::{Flow, Kind};

/// What the place of a block says of it, as far as it was there before. Whoever puts a heading, a lead or a comment around words that
/// were compared has not reworded them: that they are a record now is for a reviewer to see.
pub(super) struct Surroundings {
    texts: HashSet<String>,
    /// How often each heading stands there, before and now.
    titles: HashMap<String, (usize, usize)>,
    leads: HashSet<String>,
}

impl Surroundings {
    pub(super) fn new(old: &[Flow], now: &[Flow]) -> Self {
        let mut titles: HashMap<String, (usize, usize)> = HashMap::new();
        for it in old.iter().filter(|it| it.kind == Kind::Heading) {
            titles.entry(it.text.clone()).or_default().0 += 1;
        }
        for it in now.iter().filter(|it| it.kind == Kind::Heading) {
            titles.entry(it.text.clone()).or_default().1 += 1;
        }
        let texts = old.iter().map(|it| it.text.clone()).collect();
        Self { texts, titles, leads: old.iter().flat_map(|it| it.leads.iter()).map(|it| it.to_string()).collect() }
    }

    /// A block without what is said of it only since this change. The very words of before have nothing said of them.
    pub(super) fn without_new(&self, mut flow: Flow) -> Flow {
        let is_same = self.texts.contains(flow.text.as_str());
        let is_old = |it: &str| !is_same && self.titles.get(it).is_some_and(|(was, is)| is <= was);
        flow.headings = flow.headings.iter().filter(|it| is_old(&it.text)).cloned().collect();
        flow.leads = flow.leads.iter().filter(|it| !is_same && self.leads.contains(&***it)).cloned().collect();
        flow.is_ignored = false;
        flow.as_of = None;
        flow
    }
}

/// A block in which other sentences than that of a part do not call it historical.
pub(super) fn of_its_sentence<'f>(flow: &'f Flow, part: &Range<usize>) -> Cow<'f, Flow> {
    const WORD: &str = "historical";
    let lower = flow.text.to_ascii_lowercase();
    let start = lower[..part.start].rfind(". ").map_or(0, |at| at + 2);
    let end = lower[part.end..].find(". ").map_or(lower.len(), |at| part.end + at);
    let far: Vec<usize> = lower.match_indices(WORD).map(|(at, _)| at).filter(|at| *at < start || *at >= end).collect();
    if far.is_empty() {
        return Cow::Borrowed(flow);
    }
    let mut flow = flow.clone();
    for at in far {
        flow.text.replace_range(at..at + WORD.len(), &"x".repeat(WORD.len()));
    }
    Cow::Owned(flow)
}
