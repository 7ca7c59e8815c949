//! Values of one sentence that were right together: where one of them is a person's to write, the others are too, since a sentence of
//! which half is new is false.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
};

use super::{
    super::{
        claim::{Claim, ClaimState},
        code::Code,
        flow::Flow,
        rules::DocsRules,
    },
    by_hand::leave_for_a_word,
    doubt::leave_for_who_asks,
    mood::{CountShape, sentences},
    plain::{SentenceWords, is_series},
    surroundings::{block_starts, group},
    token::tokens,
};

/// A longer block is one sentence, in bytes.
const LONGEST: usize = 64 << 10;

/// A row or an item of no more bytes says which series its table or list is about.
const LABEL: usize = 120;
/// A sentence of more bytes is a person's to read.
const LONGEST_SENTENCE: usize = 8 << 10;

/// What counts or names what a refresh changes.
const FACTS: [&str; 3] = ["stdlib.", "union.", "ratchet."];
/// Words around a list of series that change nothing of it.
const PLAIN: [&str; 30] = [
    "must",
    "one",
    "each",
    "every",
    "entry",
    "module/package",
    "submodule/subpackage",
    "package",
    "packages",
    "subpackage",
    "subpackages",
    "spans",
    "spanning",
    "combines",
    "merges",
    "joins",
    "holds",
    "built",
    "made",
    "generated",
    "derived",
    "composed",
    "drawn",
    "taken",
    "computed",
    "assembled",
    "versions",
    "combined",
    "covering",
    "required",
];

/// From here on groups are sentences, beyond those of totals.
const OF_A_SENTENCE: usize = 1 << 40;

/// One with more values too.
const MOST: usize = 12;

/// Words that hold of one number of series alone.
const COUNTING: [&str; 9] = ["both", "two", "three", "neither", "no", "newest", "latest", "oldest", "either"];

/// Leaves to a person what would be written beside a value that is not understood, and lists of series whose sentence has other words.
/// Both lists are of one document.
pub(in super::super) fn keep_together(series: &mut [Claim], stated: &mut [Claim], all: &[Flow], rules: &DocsRules<'_>) {
    if !series.iter().chain(stated.iter()).any(has_value) {
        return;
    }
    let mut blocks: HashMap<usize, BlockSentences> = HashMap::new();
    let spans: Vec<Range<usize>> = series.iter().chain(stated.iter()).map(|it| it.span.clone()).collect();
    let mut places = SentencePlaces {
        all,
        starts: block_starts(all),
        spans: sorted(spans),
        blocks: &mut blocks,
        unwritten: HashSet::new(),
        groups: None,
    };
    for claim in series.iter_mut().filter(|it| is_written(it)) {
        if let Some(word) = places.word_beside(claim) {
            leave_for_a_word(claim, rules, &word);
        }
    }
    let is_unclear = |it: &&Claim| {
        // a list of series that a person corrects says of what the numbers beside it are
        let is_series = it.facts.first().is_some_and(|it| it == "series");
        let is_left = (it.holds_nothing_up || is_series) && it.state == ClaimState::HandEdited;
        let is_counted =
            it.facts.first().is_some_and(|it| it == "series" || FACTS.iter().any(|fact| it.starts_with(fact)));
        is_left && is_counted && it.as_of.is_none() && it.code == Some(Code::Contradicted)
    };
    // by where a sentence begins: where it ends, what in it is left, and whether that is written for who asks
    let mut left: BTreeMap<usize, (usize, String, bool)> = BTreeMap::new();
    for claim in series.iter().chain(stated.iter()).filter(is_unclear) {
        if let Some(it) = places.sentence(claim.span.start) {
            let is_known = claim.wanted.is_some();
            left.entry(it.start)
                .and_modify(|it| it.2 &= is_known)
                .or_insert_with(|| (it.end, claim.stated.clone(), is_known));
        }
    }
    // without the union nobody knows what a list of series is about
    let has_series = rules.facts.get("series").is_some();
    let both = series.iter().chain(stated.iter());
    for claim in both.filter(|it| has_series && is_written(it) && !is_of_one_series(it)) {
        if let Some((it, word)) = places.series_beside(claim.span.start) {
            left.entry(it.start).and_modify(|it| it.2 = false).or_insert_with(|| (it.end, word, false));
        }
    }
    for claim in series.iter_mut().chain(stated.iter_mut()).filter(|it| has_value(it)) {
        let found = left.range(..=claim.span.start).next_back().filter(|(_, (end, ..))| claim.span.start < *end);
        let Some((_, (_, beside, is_known))) = found else { continue };
        let why =
            format!("\"{beside}\" in the same sentence is left to a person, and half of a sentence must not move");
        if !is_known {
            leave(claim, why);
        } else if is_written(claim) {
            leave_for_who_asks(claim, why);
        }
    }
    // whether a list was ever right is asked later, and decides for the numbers of its sentence too
    let is_of_union = |it: &Claim| it.facts.iter().any(|it| it == "series" || it.starts_with("union."));
    for claim in series.iter_mut().chain(stated.iter_mut()) {
        if has_value(claim)
            && claim.group == 0
            && is_of_union(claim)
            && !is_of_one_series(claim)
            && let Some(it) = places.sentence(claim.span.start)
        {
            claim.group = OF_A_SENTENCE + it.start;
        }
    }
    // "Union series | 3.12, 3.13" beside "top-level names | 312"
    places.unwritten = series.iter().filter(|it| it.is_wrong() && !is_written(it)).map(|it| it.span.start).collect();
    let beside = |claim: &Claim| claim.facts.iter().any(|it| it.starts_with("union.")) && !is_of_one_series(claim);
    for claim in stated.iter_mut().filter(|it| has_series && is_written(it) && beside(it)) {
        if let Some(text) = places.series_in_group(claim.span.start) {
            leave(claim, format!("\"{text}\" beside it names the series, and is left to a person"));
        }
    }
}

/// Leaves a value to a person, also where the source is to be taken.
fn leave(claim: &mut Claim, why: String) {
    claim.code = Some(Code::Contradicted);
    claim.state = ClaimState::HandEdited;
    claim.holds_nothing_up = true;
    let wanted = claim.wanted.take().unwrap_or_default();
    claim.repair = format!("write {wanted} there by hand, together with what stands beside it");
    claim.why.push(why);
}

/// Whether something would be written there, if only for who asks.
fn has_value(claim: &Claim) -> bool {
    claim.is_wrong() && claim.as_of.is_none() && claim.wanted.is_some()
}

fn is_written(claim: &Claim) -> bool {
    claim.code == Some(Code::StaleValue) && claim.as_of.is_none() && claim.wanted.is_some()
}

/// Whether a number is that of one series, which its sentence names.
fn is_of_one_series(claim: &Claim) -> bool {
    claim.facts.iter().any(|it| it.starts_with("union.3."))
}

fn sorted(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|it| (it.start, it.end));
    spans
}

/// The sentences of a block, as bytes of the document, with what in each is of no claim.
struct BlockSentences {
    sentences: Vec<Range<usize>>,
    /// The same as bytes of the block's text.
    texts: Vec<Range<usize>>,
    /// The series that stand in no claim: where, and how they are written.
    series: Vec<(usize, String)>,
}

struct SentencePlaces<'a> {
    all: &'a [Flow],
    /// Where each block begins in the document.
    starts: Vec<usize>,
    /// Where the claims stand, in order.
    spans: Vec<Range<usize>>,
    blocks: &'a mut HashMap<usize, BlockSentences>,
    /// Where lists of series stand that are left to a person.
    unwritten: HashSet<usize>,
    /// Rows and items that name several series, by the number of their table or list.
    groups: Option<HashMap<usize, String>>,
}

impl SentencePlaces<'_> {
    fn flow(&self, byte: usize) -> Option<usize> {
        self.starts.partition_point(|it| *it <= byte).checked_sub(1)
    }

    fn block(&mut self, byte: usize) -> Option<&BlockSentences> {
        let at = self.flow(byte)?;
        if !self.blocks.contains_key(&at) {
            let flow = &self.all[at];
            let all = if flow.text.len() > LONGEST { Vec::new() } else { tokens(&flow.text) };
            let parts = sentences(&all).into_iter().filter(|it| !it.is_empty());
            let mut texts: Vec<Range<usize>> = parts.map(|it| all[it.start].at.start..all[it.end - 1].at.end).collect();
            if texts.is_empty() {
                texts.push(0..flow.text.len());
            }
            let sentences = texts.iter().map(|it| flow.place(it.clone())).collect();
            let is_claimed = |place: &Range<usize>| {
                let before = self.spans.partition_point(|it| it.start <= place.start);
                before.checked_sub(1).is_some_and(|it| place.start < self.spans[it].end)
            };
            let series = all.iter().filter(|it| is_series(it.text.trim_matches('`')));
            let series = series.map(|it| (flow.place(it.at.clone()), it.text)).filter(|(place, _)| !is_claimed(place));
            let series = series.map(|(place, it)| (place.start, it.to_owned())).collect();
            self.blocks.insert(at, BlockSentences { sentences, texts, series });
        }
        self.blocks.get(&at)
    }

    /// The sentence around a byte.
    fn sentence(&mut self, byte: usize) -> Option<Range<usize>> {
        let all = &self.block(byte)?.sentences;
        let at = all.partition_point(|it| it.start <= byte).checked_sub(1)?;
        Some(all[at].clone()).filter(|it| it.contains(&byte))
    }

    /// A series in the same sentence that no claim is about.
    fn series_beside(&mut self, byte: usize) -> Option<(Range<usize>, String)> {
        if !self.all[self.flow(byte)?].text.contains("3.") {
            return None;
        }
        let sentence = self.sentence(byte)?;
        let all = &self.block(byte)?.series;
        let found = all.get(all.partition_point(|it| it.0 < sentence.start)).filter(|it| it.0 < sentence.end)?;
        Some((sentence, found.1.clone()))
    }

    /// Several series in another row or item of the same table or list, of which no claim is.
    fn series_in_group(&mut self, byte: usize) -> Option<String> {
        let wanted = group(&self.all[self.flow(byte)?]);
        if wanted == 0 {
            return None;
        }
        if self.groups.is_none() {
            let mut found = HashMap::new();
            for flow in self.all.iter().filter(|it| group(it) > 0 && it.text.len() <= LABEL && it.text.contains("3.")) {
                let lower = flow.text.to_lowercase();
                let all = tokens(&flow.text);
                let count = all.iter().filter(|it| is_series(it.text.trim_matches('`'))).count();
                let place = flow.place(0..flow.text.len());
                let next = self.spans.partition_point(|it| it.end <= place.start);
                let claim = self.spans.get(next).filter(|it| it.start < place.end);
                let is_claimed = claim.is_some_and(|it| !self.unwritten.contains(&it.start));
                if count > 1 && !is_claimed && ["union", "series", "python"].iter().any(|it| lower.contains(it)) {
                    found.entry(group(flow)).or_insert_with(|| flow.text.clone());
                }
            }
            self.groups = Some(found);
        }
        self.groups.as_ref()?.get(&wanted).cloned()
    }

    /// A word of its sentence that is not understood.
    fn word_beside(&mut self, claim: &Claim) -> Option<String> {
        let sentence = self.sentence(claim.span.start)?;
        let flow = &self.all[self.flow(claim.span.start)?];
        let from = self.spans.partition_point(|it| it.end <= sentence.start);
        let count = self.spans[from..].iter().take_while(|it| it.start < sentence.end).take(MOST + 1).count();
        if sentence.len() > LONGEST_SENTENCE || count > MOST {
            return Some("its length".to_owned());
        }
        let at = self.block(claim.span.start)?.sentences.partition_point(|it| it.start <= sentence.start) - 1;
        let text = self.block(claim.span.start)?.texts[at].clone();
        let all = tokens(&flow.text[text.clone()]);
        let place = |it: usize| flow.place(text.start + all[it].at.start..text.start + all[it].at.end);
        let (first, end) = (0, all.len());
        let mut parts: Vec<Range<usize>> = Vec::new();
        for span in self.spans[from..].iter().take_while(|it| it.start < sentence.end) {
            let own = (first..end).filter(|it| place(*it).start < span.end && place(*it).end > span.start);
            if let (Some(start), Some(last)) = (own.clone().next(), own.clone().next_back()) {
                parts.push(start..last + 1);
            }
        }
        let own = parts
            .iter()
            .find(|it| place(it.start).start <= claim.span.start && claim.span.start < place(it.end - 1).end)?
            .clone();
        let is_own = |at: usize| parts.iter().any(|it| it.contains(&at));
        if let Some(at) = (first..end).find(|it| COUNTING.contains(&all[*it].word.as_ref()) && !is_own(*it)) {
            return Some(all[at].text.to_owned());
        }
        let words = SentenceWords::new(&all, &(first..end), &parts, None).without(&PLAIN);
        words.other(&own, CountShape::Count).map(str::to_owned)
    }
}
