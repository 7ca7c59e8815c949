//! Whether a value that was found in a text is the whole of what stands there: `870` is not in `870-900`, and "two" is not in
//! "one hundred and two".

use std::ops::Range;

use super::token::tokens;

/// How a value stands in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::docs) enum WholeValue {
    /// By itself; without a backtick that is not its own.
    Yes(Range<usize>),
    /// As a part of this.
    PartOf(Range<usize>),
}

/// How much of a text around a value is looked at, in bytes.
const AROUND: usize = 80;

/// How the value at `part` of a text stands in it.
pub(in crate::docs) fn whole(text: &str, part: Range<usize>, is_count: bool) -> WholeValue {
    let inner = &text[part.clone()];
    let (opens, closes) = (inner.starts_with('`') && inner.len() > 1, inner.ends_with('`') && inner.len() > 1);
    let ticks = inner.matches('`').count();
    // a backtick of a longer span is not the value's own
    let part = match (opens, closes) {
        (true, false) if ticks % 2 == 1 => part.start + 1..part.end,
        (false, true) if ticks % 2 == 1 => part.start..part.end - 1,
        _ => part,
    };
    let (before, after) = (text[..part.start].chars().next_back(), &text[part.end..]);
    let mut next = after.chars();
    let (first, second) = (next.next(), next.next());
    let goes_on = first.is_some_and(|it| it.is_alphanumeric() || it == '_')
        || (first.is_some_and(|it| matches!(it, '.' | '-' | '_')) && second.is_some_and(char::is_alphanumeric));
    let begins = before.is_some_and(|it| it.is_alphanumeric() || it == '_');
    if !is_count {
        let end = after.find(|it: char| it.is_whitespace() || it == '`').map_or(text.len(), |it| part.end + it);
        return if goes_on || begins { WholeValue::PartOf(part.start..end) } else { WholeValue::Yes(part) };
    }
    // a number is read as the tokens read it
    let from = text.floor_char_boundary(part.start.saturating_sub(AROUND));
    let from = text[from..part.start]
        .find(|it: char| it.is_whitespace())
        .map_or(if from == 0 { 0 } else { part.start }, |it| from + it);
    let to = text.ceil_char_boundary((part.end + AROUND).min(text.len()));
    let bare = part.start + usize::from(opens && closes)..part.end - usize::from(opens && closes);
    let all = tokens(&text[from..to]);
    let token = all.iter().find(|it| from + it.at.start < bare.end && from + it.at.end > bare.start);
    match token {
        Some(token) => {
            let at = token.number().map_or_else(|| token.at.clone(), |it| it.at.clone());
            let at = from + at.start..from + at.end;
            // what bounds the number may be in the value
            let is_all = at.start >= bare.start && at.end <= bare.end && token.number().is_some();
            if is_all { WholeValue::Yes(part) } else { WholeValue::PartOf(at) }
        }
        None => WholeValue::Yes(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_value_is_none() {
        let found = |text: &str, value: &str| {
            let at = text.find(value).unwrap();
            match whole(text, at..at + value.len(), true) {
                WholeValue::Yes(at) => format!("+{}", &text[at]),
                WholeValue::PartOf(at) => format!("-{}", &text[at]),
            }
        };
        for (text, value, wanted) in [
            ("is 870 now", "870", "+870"),
            ("is `870` now", "`870`", "+`870`"),
            ("`is 870`", "870`", "+870"),
            ("`870 at most`", "`870", "+870"),
            ("is 280+ now", "280+", "+280+"),
            ("is ~60 now", "~60", "+~60"),
            ("is 870.5 now", "870", "-870.5"),
            ("is 870,5 now", "870", "-870,5"),
            ("is 870 000 now", "870", "-870 000"),
            ("is 870-900 now", "870", "-870-900"),
            ("is -540 now", "540", "--540"),
            ("is one hundred and two now", "two", "-one hundred and two"),
            ("is 870. Then", "870", "+870"),
        ] {
            assert_eq!(found(text, value), wanted, "{text}");
        }
        assert_eq!(whole("a 3.13.5-slim b", 2..8, false), WholeValue::PartOf(2..13));
    }
}
