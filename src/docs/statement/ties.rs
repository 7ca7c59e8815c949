//! Words that tie a value to others: "all of them", "which equals the budget", "that is everything". Where the value moves alone, a
//! sentence that has them, or the one behind it, may become false, though the value is right.

use std::ops::Range;

use super::{
    super::{
        claim::{Claim, ClaimKind, ClaimState},
        code::Code,
        fact::{Facts, Value},
        flow::{BlockKind, Flow},
    },
    doubt::leave_for_who_asks,
    lexicon,
    mood::sentences,
    surroundings::block_starts,
    token::{TextToken, tokens},
};

/// Words by which a value is the whole, or leaves nothing.
const WHOLE: &[&str] = &[
    "all",
    "whole",
    "entire",
    "entirely",
    "every",
    "everything",
    "each",
    "both",
    "none",
    "nothing",
    "neither",
    "only",
    "others",
    "rest",
    "else",
    "wholly",
    "complete",
    "completed",
    "completely",
    "fully",
    "remainder",
];
/// Words by which a value is compared with another one.
const EQUAL: &[&str] = &[
    "equal", "equals", "same", "room", "headroom", "slack", "spare", "many", "match", "matches", "twice", "half",
    "majority", "reached", "reaches", "met", "hit", "hits",
];
/// Words of the budget, which tie a count to it where it has no value of its own in the sentence.
const BUDGET: &[&str] = &["budget", "ratchet", "ceiling", "limit", "cap", "maximum", "max", "allowance"];
/// Words before it behind which it is where something is done.
const UNDER: &[&str] = &["under", "by", "for", "within", "below", "of", "in"];
/// Words by which a sentence speaks of the one before it.
const BACK: &[&str] = &["that", "this", "these", "those", "so", "hence", "thus", "which", "not"];
/// A sentence of no more tokens says nothing but what it says of the one before it.
const SHORT: usize = 5;
/// The longest block that is looked at, in bytes.
const LONGEST: usize = 16 << 10;
/// How far from its beginning a sentence beside it has the words of the whole, in tokens.
const FIRST: usize = 4;
/// How far words that are compared with a value stand from it, in tokens, and the most tokens of a sentence that speaks of another one.
const NEAR: usize = 40;
/// How many words before one are looked at.
const ARTICLES: usize = 4;

/// Leaves to a person, or to who asks for it, what such words stand beside.
pub(super) fn leave_tied(done: &mut [Claim], (text, all): (&str, &[Flow]), facts: &Facts) {
    let is_written = |it: &Claim| {
        it.code == Some(Code::StaleValue) && it.state == ClaimState::Stale && it.as_of.is_none() && it.wanted.is_some()
    };
    let is_counted = |it: &Claim| {
        let of_count = |id: &String| ["stdlib.", "ratchet.", "union."].iter().any(|of| id.starts_with(of));
        it.kind == ClaimKind::Status || (it.kind == ClaimKind::Phrase && it.facts.iter().any(of_count))
    };
    if !done.iter().any(|it| is_written(it) && is_counted(it)) {
        return;
    }
    let starts = block_starts(all);
    let mut order: Vec<usize> = (0..done.len()).collect();
    order.sort_by_key(|it| done[*it].span.start);
    let mut left: Vec<(usize, String)> = Vec::new();
    for of_block in order.chunk_by(|a, b| block(&starts, &done[*a]) == block(&starts, &done[*b])) {
        let Some(flow) = block(&starts, &done[of_block[0]]).map(|it| &all[it]) else { continue };
        let written: Vec<usize> =
            of_block.iter().copied().filter(|it| is_written(&done[*it]) && is_counted(&done[*it])).collect();
        if flow.text.len() > LONGEST {
            left.extend(written.into_iter().map(|it| (it, "its length".to_owned())));
        } else if !written.is_empty() {
            let block = TiedBlock::new(flow, of_block.iter().map(|it| &done[*it]).collect(), facts);
            left.extend(written.into_iter().filter_map(|it| Some((it, block.tie(&done[it])?))));
        }
    }
    for claim in done.iter_mut().filter(|it| is_written(it) && is_counted(it) && is_in_a_title(text, &it.span)) {
        leave_for_who_asks(claim, "it stands in what a page elsewhere is called".to_owned());
    }
    for (at, word) in left {
        leave_for_who_asks(&mut done[at], format!("\"{word}\" beside it may tie it to another value"));
    }
}

/// Whether a value stands in the text of a link that leads to another site.
fn is_in_a_title(text: &str, span: &Range<usize>) -> bool {
    let line = text[span.end..].lines().next().unwrap_or_default();
    let Some(end) = line.find([']', '[']).filter(|it| line[*it..].starts_with("](")) else { return false };
    let before = text[..span.start].lines().next_back().unwrap_or_default();
    before.rfind(['[', ']']).is_some_and(|it| before[it..].starts_with('['))
        && line[end + 2..].trim_start_matches('<').starts_with("http")
}

/// The block that a claim stands in.
fn block(starts: &[usize], claim: &Claim) -> Option<usize> {
    starts.partition_point(|it| *it <= claim.span.start).checked_sub(1)
}

/// What a word can tie a value to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tie {
    Whole,
    Equal,
    Budget,
    Them,
}

/// A sentence, as tokens and as bytes of the document.
struct Sentence {
    tokens: Range<usize>,
    place: Range<usize>,
}

/// A block with its sentences, and the words of each that can tie a value to others. All of it is found once, and looked up for each
/// claim.
struct TiedBlock<'a> {
    flow: &'a Flow,
    tokens: Vec<TextToken<'a>>,
    sentences: Vec<Sentence>,
    /// In the order in which they stand.
    claims: Vec<&'a Claim>,
    /// The words that tie and are of no claim, in order.
    ties: Vec<(usize, Tie)>,
    /// A number that is alone in a cell of a row, and of no claim.
    number: Option<usize>,
    facts: &'a Facts,
}

impl<'a> TiedBlock<'a> {
    fn new(flow: &'a Flow, claims: Vec<&'a Claim>, facts: &'a Facts) -> Self {
        let tokens = tokens(&flow.text);
        let is_row = flow.kind == BlockKind::Row;
        let whole = is_row.then_some(0..tokens.len());
        let all: Vec<Range<usize>> = whole.map_or_else(|| sentences(&tokens).into_iter().collect(), |it| vec![it]);
        let place = |at: usize| flow.place(tokens[at].at.clone());
        let sentences = all.into_iter().filter(|it| !it.is_empty()).map(|it| {
            let place = place(it.start).start..place(it.end - 1).end;
            Sentence { tokens: it, place }
        });
        let sentences = sentences.collect();
        let is_free = |at: &usize| {
            let place = place(*at);
            let next = claims.partition_point(|it| it.span.end <= place.start);
            claims.get(next).is_none_or(|it| it.span.start >= place.end)
        };
        let ties = (0..tokens.len()).filter_map(|at| Some((at, tie(&tokens, at)?))).filter(|it| is_free(&it.0));
        let ties = ties.collect();
        let is_alone = |at: &usize| {
            let cell = flow.cells.partition_point(|it| it.end <= tokens[*at].at.start);
            let text = flow.cells.get(cell).filter(|_| cell > 0).map(|it| flow.text[it.clone()].trim());
            text.is_some_and(|it| it.trim_matches(['`', '*']) == tokens[*at].text)
        };
        let mut numbers = (0..tokens.len()).filter(|it| is_row && tokens[*it].number().is_some());
        let number = numbers.find(|it| is_free(it) && is_alone(it));
        Self { flow, tokens, sentences, claims, ties, number, facts }
    }

    /// The claims of a sentence.
    fn of(&self, sentence: &Sentence) -> &[&'a Claim] {
        let start = self.claims.partition_point(|it| it.span.start < sentence.place.start);
        let end = self.claims.partition_point(|it| it.span.start < sentence.place.end);
        &self.claims[start.min(end)..end]
    }

    /// The words of a sentence that tie.
    fn ties_of(&self, tokens: &Range<usize>) -> &[(usize, Tie)] {
        let start = self.ties.partition_point(|it| it.0 < tokens.start);
        let end = self.ties.partition_point(|it| it.0 < tokens.end);
        &self.ties[start..end]
    }

    fn int(&self, id: &str) -> Option<i64> {
        if let Value::Int(it) = self.facts.get(id)?.value { Some(it) } else { None }
    }

    /// The word that ties a claim to something else.
    fn tie(&self, claim: &Claim) -> Option<String> {
        let at = self.sentences.partition_point(|it| it.place.start <= claim.span.start).checked_sub(1)?;
        let sentence = &self.sentences[at];
        let own = self.in_sentence(claim, sentence);
        let behind = || self.behind(claim, self.sentences.get(at + 1)?);
        let before = || self.before(claim, &self.sentences[at.checked_sub(1)?]);
        let found = own.or_else(behind).or_else(before)?;
        Some(self.tokens[found].text.to_owned())
    }

    fn in_sentence(&self, claim: &Claim, sentence: &Sentence) -> Option<usize> {
        let fact = claim.facts.first()?.as_str();
        if self.number.is_some() {
            return self.number;
        }
        let is_status = claim.kind == ClaimKind::Status;
        let is_budgeted = self.of(sentence).iter().any(|it| it.facts.iter().any(|it| it == "ratchet.max"));
        let is_of_tree = fact.starts_with("stdlib.");
        let is_of_count = is_of_tree || fact == "ratchet.max";
        let place = |it: usize| self.flow.place(self.tokens[it].at.clone());
        let all = &sentence.tokens;
        let own = all.start + partition(all, |it| place(it).end <= claim.span.start);
        let is_whole_still = !is_status && self.stays_whole(fact, sentence);
        let is_tied = |(at, tie): &&(usize, Tie)| match tie {
            // "fully intrinsic-partial"
            Tie::Whole => is_status && *at + 1 != own || !is_status && is_of_count && !is_whole_still,
            Tie::Equal => is_of_count && own.abs_diff(*at) < NEAR,
            Tie::Budget => is_of_tree && !is_budgeted,
            Tie::Them => false,
        };
        self.ties_of(all).iter().find(is_tied).map(|it| it.0)
    }

    /// What the sentence behind it says of it.
    fn behind(&self, claim: &Claim, next: &Sentence) -> Option<usize> {
        let beside = self.of(next);
        if !beside.is_empty() {
            let is_left = |it: &&Claim| it.is_wrong() && it.code == Some(Code::Contradicted) && it.as_of.is_none();
            return beside.iter().any(is_left).then_some(next.tokens.start);
        }
        let Range { start, end } = next.tokens;
        let is_status = claim.kind == ClaimKind::Status;
        let ties = self.ties_of(&next.tokens);
        let is_back = |tie: Tie| tie == Tie::Them || !is_status && tie != Tie::Whole;
        // "That was 900 in March." stays true
        let was = self.tokens.get(start + 1).is_some_and(|it| it.is(&["was", "were"]));
        let says_it = |it: &(usize, Tie)| is_back(it.1) || !self.tokens[it.0].is(&["each", "every"]);
        let speaks = || end - start <= SHORT || ties.iter().any(says_it);
        let first = &self.tokens[start];
        if !is_status && !was && (first.is(&["together", "both"]) || first.is(BACK) && speaks()) {
            return Some(start);
        }
        let is_found = |it: &&(usize, Tie)| is_back(it.1) || it.1 == Tie::Whole && it.0 < start + FIRST;
        ties.iter().find(is_found).filter(|_| end - start < NEAR).map(|it| it.0)
    }

    /// What the sentence before it says of all.
    fn before(&self, claim: &Claim, last: &Sentence) -> Option<usize> {
        let is_of_modules = claim.facts.first().is_some_and(|it| it.starts_with("stdlib."));
        if !is_of_modules || last.tokens.len() >= NEAR || !self.of(last).is_empty() {
            return None;
        }
        let is_all = |it: &usize| self.tokens[*it].is(&["all"]) || is_none(&self.tokens[*it]);
        last.tokens.clone().take(FIRST).find(is_all)
    }

    /// Whether what is said of all stays so: the status has all modules.
    fn stays_whole(&self, fact: &str, sentence: &Sentence) -> bool {
        let total = self.int("stdlib.total");
        if fact != "stdlib.total" {
            return self.int(fact) == total;
        }
        let words = sentence.tokens.clone().map(|it| &self.tokens[it].word);
        let mut statuses = words.filter_map(|it| lexicon::status(it)).peekable();
        statuses.peek().is_none() || statuses.any(|it| self.int(&format!("stdlib.{it}")) == total)
    }
}

/// How many of some tokens come before the first one of which something does not hold.
fn partition(tokens: &Range<usize>, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (tokens.start, tokens.end);
    while low < high {
        let middle = low + (high - low) / 2;
        (low, high) = if holds(middle) { (middle + 1, high) } else { (low, middle) };
    }
    low - tokens.start
}

/// What a word can tie a value to.
fn tie(all: &[TextToken<'_>], at: usize) -> Option<Tie> {
    let token = &all[at];
    // "complete by name" is compared by itself
    let is_of_names = || {
        all.get(at + 1).is_some_and(|it| it.is(&["by"])) && all.get(at + 2).is_some_and(|it| it.is(&["name", "names"]))
    };
    if token.is(WHOLE) || is_none(token) {
        return (!is_of_names()).then_some(Tie::Whole);
    }
    if token.is(EQUAL) {
        return Some(Tie::Equal);
    }
    if token.is(BUDGET) {
        // "which is the budget", and not "under the ratchet"
        let before = all[at.saturating_sub(ARTICLES)..at].iter().rfind(|it| !it.is(&["the", "a", "its", "our"]));
        return (!before.is_some_and(|it| it.is(UNDER))).then_some(Tie::Budget);
    }
    token.is(&["them"]).then_some(Tie::Them)
}

/// Also where the word counts as a number.
fn is_none(token: &TextToken<'_>) -> bool {
    ["none", "nothing"].contains(&token.word.as_ref())
}
