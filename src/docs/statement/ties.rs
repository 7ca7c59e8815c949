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
/// How far words that are held against a value stand from it, in tokens.
const NEAR: usize = 40;

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

/// A block with its sentences, each with the words that are of no claim.
struct TiedBlock<'a> {
    flow: &'a Flow,
    tokens: Vec<TextToken<'a>>,
    sentences: Vec<Range<usize>>,
    claims: Vec<&'a Claim>,
    /// Which tokens are values that are compared by themselves.
    is_claimed: Vec<bool>,
    facts: &'a Facts,
}

impl<'a> TiedBlock<'a> {
    fn new(flow: &'a Flow, claims: Vec<&'a Claim>, facts: &'a Facts) -> Self {
        let tokens = tokens(&flow.text);
        let is_row = flow.kind == BlockKind::Row;
        let whole = is_row.then_some(0..tokens.len());
        let all: Vec<Range<usize>> = whole.map_or_else(|| sentences(&tokens).into_iter().collect(), |it| vec![it]);
        let sentences = all.into_iter().filter(|it: &Range<usize>| !it.is_empty()).collect();
        let is_claimed = tokens.iter().map(|it| {
            let place = flow.place(it.at.clone());
            let next = claims.partition_point(|it| it.span.end <= place.start);
            claims.get(next).is_some_and(|it| it.span.start < place.end)
        });
        let is_claimed = is_claimed.collect();
        Self { flow, tokens, sentences, claims, is_claimed, facts }
    }

    /// The claims of a sentence.
    fn of(&self, sentence: &Range<usize>) -> impl Iterator<Item = &Claim> {
        let place = self.place(sentence.start).start..self.place(sentence.end - 1).end;
        self.claims.iter().copied().filter(move |it| place.contains(&it.span.start))
    }

    fn place(&self, token: usize) -> Range<usize> {
        self.flow.place(self.tokens[token].at.clone())
    }

    fn int(&self, id: &str) -> Option<i64> {
        if let Value::Int(it) = self.facts.get(id)?.value { Some(it) } else { None }
    }

    /// The word that ties a claim to something else.
    fn tie(&self, claim: &Claim) -> Option<String> {
        let at = self.sentences.iter().position(|it| self.of(it).any(|it| it.span == claim.span))?;
        let sentence = &self.sentences[at];
        let own = self.in_sentence(claim, sentence);
        let behind = || self.behind(claim, self.sentences.get(at + 1)?);
        let before = || self.before(claim, &self.sentences[at.checked_sub(1)?]);
        own.or_else(behind).or_else(before).map(str::to_owned)
    }

    fn in_sentence(&self, claim: &Claim, sentence: &Range<usize>) -> Option<&'a str> {
        let fact = claim.facts.first()?.as_str();
        let is_budgeted = self.of(sentence).any(|it| it.facts.iter().any(|it| it == "ratchet.max"));
        let is_status = claim.kind == ClaimKind::Status;
        let number = self.token_of(claim, sentence)?;
        let is_of_count = fact.starts_with("stdlib.") || fact == "ratchet.max";
        if self.flow.kind == BlockKind::Row
            && let Some(it) = sentence.clone().find(|it| self.is_cell_of_a_number(*it))
        {
            return Some(self.tokens[it].text);
        }
        let is_whole_still = !is_status && self.stays_whole(fact, sentence);
        let ties = |at: &usize| {
            let token = &self.tokens[*at];
            if *at == number || self.is_claimed[*at] {
                return false;
            }
            // "fully intrinsic-partial"
            let is_degree = is_status && *at + 1 == number;
            let is_whole = is_of_whole(token)
                && !self.is_of_names(*at, sentence)
                && !is_degree
                && (is_status || is_of_count && !is_whole_still);
            let is_equal = is_of_count && token.is(EQUAL) && number.abs_diff(*at) < NEAR;
            let is_budget = fact.starts_with("stdlib.") && !is_budgeted && self.is_budget(*at, sentence);
            is_whole || is_equal || is_budget
        };
        sentence.clone().find(ties).map(|it| self.tokens[it].text)
    }

    /// What the sentence behind it says of it.
    fn behind(&self, claim: &Claim, next: &Range<usize>) -> Option<&'a str> {
        if self.of(next).next().is_some() {
            let is_left = |it: &Claim| it.is_wrong() && it.code == Some(Code::Contradicted) && it.as_of.is_none();
            let is_left = self.of(next).any(is_left);
            return is_left.then(|| self.tokens[next.start].text);
        }
        let first = &self.tokens[next.start];
        let is_status = claim.kind == ClaimKind::Status;
        // "That was 900 in March." stays true
        let was = self.tokens.get(next.start + 1).is_some_and(|it| it.is(&["was", "were"]));
        let ties = |it: &usize| {
            let token = &self.tokens[*it];
            token.is(&["them"]) || (!is_status && (token.is(EQUAL) || self.is_budget(*it, next)))
        };
        let is_whole = |it: usize| is_of_whole(&self.tokens[it]) && !self.tokens[it].is(&["each", "every"]);
        let has_whole = |most: usize| next.clone().take(most).find(|it| is_of_whole(&self.tokens[*it]));
        let says_it = || next.len() <= SHORT || next.clone().any(|it| ties(&it) || is_whole(it));
        let speaks_back = !is_status && !was && (first.is(&["together", "both"]) || first.is(BACK) && says_it());
        let is_near = next.len() < NEAR;
        let found = || next.clone().find(ties).or_else(|| has_whole(FIRST));
        let found = if speaks_back { Some(next.start) } else { found().filter(|_| is_near) };
        found.map(|it| self.tokens[it].text)
    }

    /// What the sentence before it says of all.
    fn before(&self, claim: &Claim, last: &Range<usize>) -> Option<&'a str> {
        let is_of_modules = claim.facts.first().is_some_and(|it| it.starts_with("stdlib."));
        if !is_of_modules || last.len() >= NEAR || self.of(last).next().is_some() {
            return None;
        }
        last.clone()
            .take(FIRST)
            .find(|it| self.tokens[*it].is(&["all", "none", "nothing"]))
            .map(|it| self.tokens[it].text)
    }

    /// Whether what is said of all stays so: the status has all modules.
    fn stays_whole(&self, fact: &str, sentence: &Range<usize>) -> bool {
        let total = self.int("stdlib.total");
        if fact != "stdlib.total" {
            return self.int(fact) == total;
        }
        let mut statuses = sentence.clone().filter_map(|it| lexicon::status(&self.tokens[it].word)).peekable();
        statuses.peek().is_none() || statuses.any(|it| self.int(&format!("stdlib.{it}")) == total)
    }

    /// "complete by name" is compared by itself.
    fn is_of_names(&self, at: usize, sentence: &Range<usize>) -> bool {
        at + 2 < sentence.end && self.tokens[at + 1].is(&["by"]) && self.tokens[at + 2].is(&["name", "names"])
    }

    /// "which is the budget", and not "under the ratchet".
    fn is_budget(&self, at: usize, sentence: &Range<usize>) -> bool {
        let before = (sentence.start..at).rev().find(|it| !self.tokens[*it].is(&["the", "a", "its", "our"]));
        self.tokens[at].is(BUDGET) && !before.is_some_and(|it| self.tokens[it].is(UNDER))
    }

    fn token_of(&self, claim: &Claim, sentence: &Range<usize>) -> Option<usize> {
        sentence.clone().find(|it| self.place(*it).end > claim.span.start)
    }

    /// Whether a cell has a number and nothing else, of which nothing is compared.
    fn is_cell_of_a_number(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        let cell = self.flow.cells.iter().skip(1).find(|it| it.contains(&token.at.start));
        let is_alone = cell.is_some_and(|it| self.flow.text[it.clone()].trim().trim_matches(['`', '*']) == token.text);
        token.number().is_some() && is_alone && !self.is_claimed[at]
    }
}

fn is_of_whole(token: &TextToken<'_>) -> bool {
    token.is(WHOLE) || ["none", "nothing"].contains(&token.word.as_ref())
}
