//! Words that are no claim and say why: an aim, a condition, a record, a denial. By the same words as those by which claims are
//! told from them, for what was claimed before and is not claimed any more.

use std::ops::Range;

use super::{
    super::{
        flow::{self, Flow},
        tense::{date_in, is_record},
    },
    mood::{BlockSetting, CountShape, Mood, ReadingDates, label_at, sentences},
    token::{TextToken, tokens},
};

/// How much of a block on either side of a word is looked at, in bytes.
const NEAR: usize = 2000;

/// Whether a block says of a part of it that it states nothing of what is. A sentence about a part of what it was about before
/// says something else, and is none of these.
pub(in super::super) fn is_set_aside(flow: &Flow, part: &Range<usize>) -> bool {
    if flow.is_ignored || flow.as_of.is_some() || is_record(flow) {
        return true;
    }
    let whole = cell(flow, part);
    let from = flow.text.floor_char_boundary(part.start.saturating_sub(NEAR).max(whole.start));
    let to = flow.text.ceil_char_boundary((part.end + NEAR).min(whole.end));
    let all = tokens(&flow.text[from..to]);
    let is_in = |it: &TextToken<'_>| from + it.at.end > part.start && from + it.at.start < part.end;
    let (Some(first), Some(last)) = (all.iter().position(is_in), all.iter().rposition(is_in)) else { return false };
    let Some(sentence) = sentences(&all).into_iter().find(|it| it.contains(&first)) else { return false };
    let (words, shape) = with_number(&all, first..(last + 1).min(sentence.end), &sentence);
    let own = label_at(&flow.text[whole.clone()]);
    let label = if flow.kind == flow::BlockKind::Row { row_label(flow, &whole) } else { "" };
    let own = whole.start + own.start..whole.start + own.end;
    let setting = BlockSetting::new(flow, (label, own), &ReadingDates::default()).beginning_at(from);
    let before = from + all[sentence.start].at.start..part.start;
    let end = words.end;
    let mood = setting.mood(&all, (sentence, words, end), shape, &|_| false);
    // the day of a heading is that of what stood below it before, too
    mood == Mood::Unsaid || flow.text.get(before).is_some_and(|it| date_in(it).is_some())
}

/// The cell that a part of a row stands in, or the whole block.
fn cell(flow: &Flow, part: &Range<usize>) -> Range<usize> {
    let found = flow.cells.iter().find(|it| it.start <= part.start && part.end <= it.end);
    found.cloned().unwrap_or(0..flow.text.len())
}

/// What a row calls itself, in its first cell.
fn row_label<'t>(flow: &'t Flow, whole: &Range<usize>) -> &'t str {
    flow.cells.first().filter(|it| *it != whole).map_or("", |it| &flow.text[it.clone()])
}

/// The words with the number that stands beside them, and which of both comes first.
fn with_number(all: &[TextToken<'_>], words: Range<usize>, sentence: &Range<usize>) -> (Range<usize>, CountShape) {
    let behind = (words.end..sentence.end.min(words.end + 5)).find(|it| all[*it].number().is_some());
    let least = words.start.saturating_sub(5).max(sentence.start);
    let before = (least..words.start).rev().find(|it| all[*it].number().is_some());
    match (before, behind) {
        (Some(at), None) => (at..words.end, CountShape::Count),
        (Some(at), Some(other)) if words.start - at <= other - words.end => (at..words.end, CountShape::Count),
        (_, Some(at)) => (words.start..at + 1, CountShape::Key),
        (None, None) => (words, CountShape::Status),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::token::tokens, *};

    #[test]
    fn the_nearer_number_is_that_of_the_words() {
        for (text, words, wanted) in [
            ("12 wheels", 1..2, (0..2, CountShape::Count)),
            ("wheels: 12", 0..1, (0..3, CountShape::Key)),
            ("12 of all wheels 7", 3..4, (3..5, CountShape::Key)),
            ("12 wheels of all 7", 1..2, (0..2, CountShape::Count)),
            ("12 red wheels and 7", 2..3, (2..5, CountShape::Key)),
            ("a b c d e f 12", 0..1, (0..1, CountShape::Status)),
            ("a b c d e 12 f", 0..1, (0..6, CountShape::Key)),
            ("a b c d 12 f", 0..1, (0..5, CountShape::Key)),
            ("12 a b c d e", 5..6, (0..6, CountShape::Count)),
            ("12 a b c d e f", 6..7, (6..7, CountShape::Status)),
            ("wheels", 0..1, (0..1, CountShape::Status)),
        ] {
            let all = tokens(text);
            assert_eq!(with_number(&all, words, &(0..all.len())), wanted, "{text}");
        }
    }
}
