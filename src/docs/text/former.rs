//! Values that a sentence takes back beside the one that it states, "3 (was 866)", "3, not 866", "instead of 866, 3": they are
//! no part of what is said. And numbers that are but a part of a sum or a range, "twice 866", "3 or 866": they are no values.

use std::ops::Range;

use super::{
    number::{NumberNotation, Quantity, TextNumber},
    raw::{TextToken, TokenKind},
    vocabulary::NOW,
};

/// Words of a remark in brackets that make a number in it one that was, or that is denied.
const REMARKS: &[&str] = &[
    "was",
    "were",
    "formerly",
    "previously",
    "originally",
    "initially",
    "earlier",
    "ago",
    "before",
    "prior",
    "previous",
    "old",
    "former",
    "yesterday",
    "last",
    "not",
    "instead",
    "rather",
    "once",
    "used",
    "from",
    "until",
];
/// The longest such remark, in tokens.
const REMARK: usize = 16;
/// What leads to a number that is denied or was, behind the one that is stated.
const LEADS: [&[&str]; 16] = [
    &["and", "not"],
    &["but", "not"],
    &["not"],
    &["instead", "of"],
    &["rather", "than"],
    &["in", "place", "of"],
    &["as", "opposed", "to"],
    &["no", "longer"],
    &["down", "from"],
    &["up", "from"],
    &["formerly"],
    &["previously"],
    &["originally"],
    &["initially"],
    &["earlier"],
    &["unlike"],
];
/// The same behind a comma or a dash.
const LATE_LEADS: [&[&str]; 9] = [
    &["was"],
    &["were"],
    &["once"],
    &["from"],
    &["it", "was"],
    &["it", "used", "to", "be"],
    &["used", "to", "be"],
    &["had", "been"],
    &["which", "was"],
];
/// How far from where they begin that number stands, in tokens.
const MOST: usize = 6;
/// Words between those and the number.
const BESIDE: &[&str] = &["the", "old", "former", "earlier", "previous", "at", "longer", "any", "still"];
/// What leads from a number that is denied to the one that is stated.
const TURNS: &[&str] =
    &["but", "now", "just", "only", "it", "is", "are", "there", "we", "have", "has", "today", "currently", "modules"];
/// How far the stated number may stand from the one that is denied, in tokens.
const NEAR: usize = 6;
/// Marks that part a remark.
const MARKS: &[char] = &[',', '—', '–', ';'];

/// Words before a number that make another one of it.
const TIMES: &[&str] =
    &["twice", "thrice", "double", "triple", "treble", "quadruple", "times", "minus", "except", "per", "every", "half"];
/// The same in two words.
const PARTS: [[&str; 2]; 13] = [
    ["half", "of"],
    ["third", "of"],
    ["thirds", "of"],
    ["quarter", "of"],
    ["quarters", "of"],
    ["fraction", "of"],
    ["multiple", "of"],
    ["root", "of"],
    ["percent", "of"],
    ["times", "of"],
    ["all", "but"],
    ["everything", "but"],
    ["apart", "from"],
];
/// Words behind a number that do so.
const UNITS: &[&str] =
    &["times", "fold", "dozen", "dozens", "hundred", "hundreds", "thousand", "thousands", "million", "percent"];
/// What makes one number of two.
const SUMS: &[char] = &['+', '−', '×', '÷', '*'];

/// The tokens without what they take back.
pub(in crate::docs) fn settled(all: Vec<TextToken<'_>>) -> Vec<TextToken<'_>> {
    let mut numbers = all.iter().filter(|it| it.number().is_some());
    let (Some(_), second) = (numbers.next(), numbers.next()) else { return all };
    let mut all = if second.is_some() { without_former(all) } else { all };
    let odd: Vec<usize> = (0..all.len()).filter(|at| is_no_value(&all, *at)).collect();
    for at in odd {
        all[at].kind = TokenKind::Word;
    }
    all
}

/// Leaves out the numbers that were or are denied. The one beside them is a person's to write.
fn without_former(mut all: Vec<TextToken<'_>>) -> Vec<TextToken<'_>> {
    let mut left_out: Vec<Range<usize>> = Vec::new();
    let mut stated: Vec<usize> = Vec::new();
    let mut last = None;
    let mut at = 0;
    while at < all.len() {
        if all[at].kind == TokenKind::End {
            last = None;
        }
        let behind = last.and_then(|last| Some((last, remark(&all, at).or_else(|| denied(&all, at, last))?)));
        if let Some((number, part)) = behind {
            stated.push(number);
            at = part.end;
            left_out.push(part);
            continue;
        }
        if let Some((part, number)) = turned(&all, at) {
            stated.push(number);
            at = part.end;
            left_out.push(part);
            continue;
        }
        if all[at].number().is_some() {
            last = Some(at);
        }
        at += 1;
    }
    if left_out.is_empty() {
        return all;
    }
    for at in stated {
        if let TokenKind::Number(number) = &mut all[at].kind {
            number.form = NumberNotation::Odd;
        }
    }
    let mut gone = left_out.into_iter().peekable();
    let is_left = |(at, token)| {
        while gone.next_if(|it: &Range<usize>| it.end <= at).is_some() {}
        (!gone.peek().is_some_and(|it| it.contains(&at))).then_some(token)
    };
    all.into_iter().enumerate().filter_map(is_left).collect()
}

/// "(was 866)", "(866 before the merge)"
fn remark(all: &[TextToken<'_>], at: usize) -> Option<Range<usize>> {
    if !all[at].is_mark(&['(', '[']) {
        return None;
    }
    let near = &all[at + 1..all.len().min(at + REMARK)];
    let close = near.iter().position(|it| it.is_mark(&[')', ']']))?;
    let inside = &near[..close];
    let is_former = inside.iter().any(|it| it.number().is_some())
        && inside.iter().any(|it| it.is(REMARKS))
        && !inside.iter().any(|it| it.is_of(&NOW) || it.kind == TokenKind::End);
    is_former.then_some(at..at + close + 2)
}

/// Where the number stands that one of `leads` leads to from a place.
fn lead(all: &[TextToken<'_>], at: usize, leads: &[&[&str]]) -> Option<usize> {
    // most words lead to no number
    if !all.iter().skip(at + 1).take(MOST).any(|it| it.number().is_some()) {
        return None;
    }
    // "no" is a number too
    let is = |at: usize, word: &str| all.get(at).is_some_and(|it| it.is(&[word]) || (word == "no" && it.text == "no"));
    let found = leads.iter().find(|it| it.iter().enumerate().all(|(index, word)| is(at + index, word)))?;
    let mut end = at + found.len();
    while end < at + MOST && all.get(end).is_some_and(|it| it.is(BESIDE)) {
        end += 1;
    }
    Some(end)
}

/// "3, not 866", "3 instead of 866", "3 modules, formerly 866,": behind the stated number, at `last`.
fn denied(all: &[TextToken<'_>], at: usize, last: usize) -> Option<Range<usize>> {
    if at > last + NEAR {
        return None;
    }
    let is_parted = all[at].is_mark(MARKS);
    let from = at + usize::from(is_parted);
    let late = || if is_parted { lead(all, from, &LATE_LEADS) } else { None };
    let number = lead(all, from, &LEADS).or_else(late)?;
    if all.get(number)?.number().is_none() || (!is_parted && at != last + 1) {
        return None;
    }
    // the number of something else is a statement of its own
    let next = all.get(number + 1);
    let is_beside = at == last + 1;
    let ends = next.is_none_or(|it| it.kind == TokenKind::End || it.is_mark(&[',', ';', ')', ']', '—', '–', '|', '.']));
    if !is_beside && !ends {
        return None;
    }
    // the second of two commas belongs to the remark
    let is_closed = is_parted && next.is_some_and(|it| it.is_mark(&[',', '—', '–']) && it.kind == all[at].kind);
    Some(at..number + 1 + usize::from(is_closed))
}

/// "not 866 but 3", "instead of 866, 3 modules": what is left out, and the stated number.
fn turned(all: &[TextToken<'_>], at: usize) -> Option<(Range<usize>, usize)> {
    let number = lead(all, at, &LEADS)?;
    all.get(number)?.number()?;
    let mut next = number + 1;
    let mut has_turn = false;
    while next < number + NEAR && all.get(next).is_some_and(|it| it.is(TURNS) || it.is_mark(MARKS)) {
        has_turn |= all[next].is(&["but", "now"]) || all[next].is_mark(MARKS);
        next += 1;
    }
    all.get(next)?.number().filter(|_| has_turn)?;
    Some((at..next, next))
}

/// Whether a number is but a part of what is said: of a product, a sum or a range.
fn is_no_value(all: &[TextToken<'_>], at: usize) -> bool {
    let Some(number) = all[at].number() else { return false };
    let back = |count: usize| at.checked_sub(count).map(|it| &all[it]);
    let is_number = |it: Option<&TextToken<'_>>| it.is_some_and(|it| it.number().is_some());
    let behind = all.get(at + 1);
    let is_glued = |a: &TextToken<'_>, b: &TextToken<'_>| a.at.end == b.at.start;
    let goes_on = |it: Option<&TextToken<'_>>| it.is_some_and(|it| it.kind == TokenKind::Word || it.number().is_some());
    back(1).is_some_and(|it| it.is(TIMES))
        || PARTS.iter().any(|[first, second]| {
            back(2).is_some_and(|it| it.is(&[first])) && back(1).is_some_and(|it| it.is(&[second]))
        })
        || behind.is_some_and(|it| it.is(UNITS))
        // "3 x the modules", "870x"; an `x` that ends the sentence is a word
        || behind.is_some_and(|it| it.is(&["x"]) && (is_glued(&all[at], it) || goes_on(all.get(at + 2))))
        || joins(back(2), back(1), Some(number))
        || joins(Some(&all[at]), behind, all.get(at + 2).and_then(TextToken::number))
        // "41+837", the mark of which has gone to the first of them
        || back(1).is_some_and(|it| is_number(Some(it)) && is_glued(it, &all[at]))
        || behind.is_some_and(|it| is_number(Some(it)) && is_glued(&all[at], it))
        // "between 3 and 866"
        || (back(1).is_some_and(|it| it.is(&["between"])) && behind.is_some_and(|it| it.is(&["and"])) && is_number(all.get(at + 2)))
        || (back(3).is_some_and(|it| it.is(&["between"])) && is_number(back(2)) && back(1).is_some_and(|it| it.is(&["and"])))
}

/// Whether a token makes one thing of two numbers: their sum, or all that is between them.
fn joins(first: Option<&TextToken<'_>>, joint: Option<&TextToken<'_>>, second: Option<&TextNumber>) -> bool {
    let (Some(first), Some(joint), Some(second)) = (first.and_then(TextToken::number), joint, second) else {
        return false;
    };
    let rises = matches!((first.said, second.said), (Quantity::Whole(low), Quantity::Whole(high)) if low < high);
    joint.is_mark(SUMS)
        || joint.is(&["plus", "minus", "times"])
        || (rises && (joint.is_mark(&['-', '–', '…', '‥']) || joint.is(&["or", "to", "through"])))
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;

    fn shown(text: &str) -> String {
        tokens(text)
            .iter()
            .map(|it| if it.number().is_some() { format!("#{}", it.word) } else { it.word.to_string() })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn what_was_or_is_denied_is_no_part_of_what_is_said() {
        for (text, wanted) in [
            ("`3` (was `866`) modules", "#3 modules"),
            ("3 (866 before the merge) modules", "#3 modules"),
            ("3 modules (previously 866)", "#3 modules"),
            ("3, not 866, modules", "#3 modules"),
            ("3, formerly 866 modules", "#3 modules"),
            ("3 instead of 866 modules", "#3 modules"),
            ("3 rather than 866 modules", "#3 modules"),
            ("3 — was 866 — modules", "#3 modules"),
            ("3 down from 866 modules", "#3 modules"),
            ("x is 3, down from 866", "x is #3"),
            ("3 modules, not 866", "#3 modules"),
            ("instead of 866, 3 modules", "#3 modules"),
            ("not 866 but 3 modules", "#3 modules"),
            ("no longer 866, but now 3 modules", "#3 modules"),
            // something else is said of it, or something is said of something else
            ("3 (of 866) modules", "#3 ( of #866 ) modules"),
            ("3 (now, was 866)", "#3 ( now )"),
            ("3 backed, not 866 partial", "#3 backed , not #866 partial"),
            ("is not 866 and 3", "is not #866 and #3"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_part_of_a_sum_or_a_range_is_no_value() {
        for (text, wanted) in [
            ("twice 866", "twice 866"),
            ("half of 866", "half of 866"),
            ("866 times", "866 times"),
            ("866 x the modules", "866 x the modules"),
            ("866x", "866x"),
            ("all but 866", "all but 866"),
            ("3 + 866", "3 + 866"),
            ("3+866", "3 866"),
            ("3 × 866", "3 × 866"),
            ("3 plus 866", "3 plus 866"),
            ("3 or 866", "3 or 866"),
            ("3 – 866", "3 – 866"),
            ("between 3 and 866", "between 3 and 866"),
            // these are
            ("is 866 x. Next", "is #866 x . next"),
            ("883 – 41", "#883 – #41"),
            ("41 and 837", "#41 and #837"),
            ("41 / 837", "#41 / #837"),
            ("half of the 866", "half of the #866"),
            ("41 backed + 837 partial", "#41 backed + #837 partial"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }
}
