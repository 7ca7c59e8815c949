//! Sentences that say all or nothing: "complete", "no others", "all of them". Where a value in one of them leaves zero, or
//! becomes it, the value alone would make the sentence contradict itself; the whole of it is a person's to write.

use std::{cell::OnceCell, ops::Range};

use super::{
    super::{
        claim::{Claim, ClaimKind, ClaimState},
        code::Code,
        fact::{Facts, Value},
        flow::Flow,
    },
    StatementReader,
    mood::{BlockSetting, CountShape, Mood},
    number::TextNumber,
    token::{TextToken, TokenKind},
};
use crate::base::number_of;

const WORDS: &[&str] = &[
    "complete",
    "completely",
    "completed",
    "all",
    "every",
    "each",
    "any",
    "entire",
    "entirely",
    "fully",
    "wholly",
    "only",
    "none",
    "nothing",
    "never",
    "always",
    "everything",
    "without",
];
/// The longest sentence that is shown as a whole, in bytes.
const SHOWN: usize = 1200;

/// The words of totality among some tokens; `own` are those of numbers that are compared by themselves.
pub(super) fn words<'t>(all: &[TextToken<'t>], sentence: &Range<usize>, own: &dyn Fn(usize) -> bool) -> Vec<&'t str> {
    let next = |at: usize, words: &[&str]| sentence.contains(&at) && all[at].is(words);
    let is_word = |at: usize| {
        let token = &all[at];
        let is_none = token.number().is_some_and(TextNumber::is_zero) && token.text.chars().all(char::is_alphabetic);
        if token.is(&["any"]) {
            // "any module that is not attested is ..." says of none that there are others
            let is_denial = |it: &TextToken<'_>| {
                it.is(&["not", "without", "never", "hardly", "nor", "of"])
                    || it.text.ends_with("n't")
                    || it.text.ends_with("n’t")
            };
            return at > sentence.start && is_denial(&all[at - 1]);
        }
        // what is complete by name is compared by itself
        let is_of_names =
            token.is(&["complete", "completed", "full"]) && next(at + 1, &["by"]) && next(at + 2, &["name", "names"]);
        (token.is(WORDS) && !is_of_names) || (is_none && !own(at))
    };
    let (mut res, mut is_to_come) = (Vec::new(), false);
    for at in sentence.clone() {
        // until all is done, it is not
        let is_once = all[at].is(&["once"]) && !next(at + 1, &["again", "more", "and"]);
        is_to_come |= is_once || all[at].is(&["until", "till", "unless", "before", "when"]);
        let is_end = matches!(all[at].kind, TokenKind::Mark(',' | ';' | ':') | TokenKind::End);
        is_to_come &= !is_end && !all[at].is(&["and", "but", "because", "while"]);
        if !is_to_come && is_word(at) {
            res.push(all[at].text);
        }
    }
    res.sort_unstable();
    res.dedup();
    res
}

/// Leaves the values of a sentence to a person where one of them leaves zero or becomes it, beside such words.
pub(super) fn leave(claims: &mut [Claim], words: &[&str], sentence: &str, facts: &Facts) {
    let truth = |it: &Claim| match facts.get(it.facts.first()?)?.value {
        Value::Int(it) => Some(it),
        _ => None,
    };
    let is_zero = |it: &Claim| matches!(it.stated.to_lowercase().trim_matches('`'), "0" | "zero" | "no" | "none");
    let is_open = |it: &Claim| it.is_wrong() && it.as_of.is_none() && it.kind == ClaimKind::Phrase && !it.is_fed;
    let turns = |it: &Claim| is_open(it) && truth(it).is_some_and(|truth| is_zero(it) != (truth == 0));
    if words.is_empty() || !claims.iter().any(turns) {
        return;
    }
    // no name is missing, whatever their number: such a value does not turn with the others
    let is_whole = NAMES.iter().all(|it| matches!(facts.get(it).map(|it| &it.value), Some(Value::Int(0))));
    let stays = |it: &Claim| is_whole && !turns(it) && it.facts.iter().all(|it| it.starts_with("union."));
    let shown = words.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(" and ");
    for claim in claims.iter_mut().filter(|it| is_open(it) && !stays(it)) {
        let Some(truth) = truth(claim) else { continue };
        (claim.code, claim.state, claim.wanted) = (Some(Code::Contradicted), ClaimState::HandEdited, None);
        claim
            .why
            .push(format!("the sentence says {shown} as well, and the values alone would make it contradict itself"));
        claim.repair = format!("rewrite the whole sentence: {} is {truth}", claim.facts.join(", "));
        show_whole(claim, sentence);
    }
}

/// Shows all of the sentence around a value.
fn show_whole(claim: &mut Claim, sentence: &str) {
    let left = if claim.sentence.starts_with("… ") { "… ".len() } else { 0 };
    let cut = claim.sentence[left..].trim_end_matches(['…', '.', '!', '?', ' ']);
    if sentence.len() > SHOWN {
        return;
    }
    if let Some(at) = sentence.find(cut) {
        claim.at = at + claim.at.saturating_sub(left);
        sentence.clone_into(&mut claim.sentence);
    }
}

/// Words between the coverage and what is said of it.
const LINKS: &[&str] =
    &["is", "are", "remains", "stays", "now", "currently", "still", "already", "today", "therefore", "thus", "also"];
/// Where two names can be missing.
const NAMES: [&str; 2] = ["stdlib.missing-top-level", "stdlib.missing-submodules"];

/// "The coverage is complete by name": then no name is missing.
pub(super) fn coverage(
    flow: &Flow,
    (part, all, sentence): (&Range<usize>, &[TextToken<'_>], &Range<usize>),
    setting: &dyn Fn() -> BlockSetting,
    reader: &mut StatementReader<'_>,
) {
    let is = |at: usize, words: &[&str]| sentence.contains(&at) && all[at].is(words);
    // both are asked once of a sentence, which can say so often
    let ours = OnceCell::new();
    let is_ours = |it: &TextToken<'_>| it.is(&["stdlib", "union", "cpython", "names", "submodule", "top-level"]);
    let ours = || *ours.get_or_init(|| sentence.clone().find(|it| is_ours(&all[*it])).unwrap_or(sentence.end));
    let of_one = OnceCell::new();
    let of_one = || *of_one.get_or_init(|| is_of_one_series(&all[sentence.clone()], reader.rules.facts));
    for at in sentence.clone().filter(|it| all[*it].is(&["complete", "completed", "full"])) {
        let mut first = at;
        while first > sentence.start && all[first - 1].is(LINKS) {
            first -= 1;
        }
        let is_said = first < at && all[first..at].iter().any(|it| it.is(&["is", "are", "remains", "stays"]));
        let by_name = is(at + 1, &["by"]) && is(at + 2, &["name", "names"]);
        let has_coverage = first > sentence.start && is(first - 1, &["coverage"]);
        if !is_said || !(by_name || has_coverage) || ours() >= at || of_one() {
            continue;
        }
        let end = if by_name { at + 3 } else { at + 1 };
        let start = first.saturating_sub(1).max(sentence.start);
        let mood = setting().mood(all, (sentence.clone(), start..end, end), CountShape::Status, &|_| false);
        if matches!(mood, Mood::Unsaid | Mood::Day(_)) {
            continue;
        }
        let count = |id: &&str| match reader.rules.facts.get(id)?.value {
            Value::Int(it) => Some(it),
            _ => None,
        };
        let Some(counts) = NAMES.iter().map(count).collect::<Option<Vec<i64>>>() else { continue };
        let place = part.start + all[at].at.start..part.start + all[at].at.end;
        let whole = part.start + all[start].at.start..part.start + all[end - 1].at.end;
        let claim = Claim::new(ClaimKind::Phrase, &reader.document.path, flow.place(place.clone()), all[at].text);
        let mut claim = claim.in_sentence(&flow.text, whole, place);
        claim.facts = NAMES.map(str::to_owned).to_vec();
        "complete by name".clone_into(&mut claim.binding);
        if counts.iter().any(|it| *it > 0) {
            let why = format!(
                "{} and {} are missing",
                number_of(counts[0], "top-level name"),
                number_of(counts[1], "submodule")
            );
            claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, why);
            claim.repair = "say there which names are missing, or bring them; `molt-sync gates` names them".into();
        }
        reader.done.push(claim);
    }
}

/// Whether that series is the only supported one: what is said of it is said of the union.
pub(super) fn is_only_series(text: &str, facts: &Facts) -> bool {
    let value = facts.get("series").map(|it| &it.value);
    matches!(value, Some(Value::List(list)) if matches!(&list[..], [one] if one == text))
}

/// Whether one series alone is spoken of, of which nothing more is known: another one than the only supported one.
fn is_of_one_series(sentence: &[TextToken<'_>], facts: &Facts) -> bool {
    let is_version = |it: &TextToken<'_>| it.kind == TokenKind::Word && it.word.starts_with("3.");
    let mut all = (0..sentence.len()).filter(|it| is_version(&sentence[*it]));
    let (Some(first), None) = (all.next(), all.next()) else { return false };
    // "3.12+", "3.12 and newer", "from 3.12 on"
    let is_open = |it: &TextToken<'_>| {
        it.is_mark(&['+', '-', '–', '≥', '>'])
            || it.is(&["and", "or", "on", "onwards", "upwards", "through", "to", "newer", "later"])
    };
    let is_bare = sentence[first].text[2..].bytes().all(|it| it.is_ascii_digit());
    is_bare && !is_only_series(sentence[first].text, facts) && !sentence.get(first + 1).is_some_and(is_open)
}
