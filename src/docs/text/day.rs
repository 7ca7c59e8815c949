//! Days in sentences: `2026-02-08`, "8 February 2026", "Feb 8, 2026".

use std::ops::Range;

use super::{
    number::Quantity,
    token::{TextToken, TokenKind, tokens},
};

/// `2026-02-12`
pub fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_in = |part: std::ops::Range<usize>, last: u8| {
        text.get(part).and_then(|it| it.parse::<u8>().ok()).is_some_and(|it| (1..=last).contains(&it))
    };
    bytes.len() == 10
        && is_in(5..7, 12)
        && is_in(8..10, 31)
        && bytes.iter().enumerate().all(|(at, it)| if matches!(at, 4 | 7) { *it == b'-' } else { it.is_ascii_digit() })
        // no calendar has a 30th of February
        && text.parse::<jiff::civil::Date>().is_ok()
}

/// The names of months, the short ones behind the long ones.
pub(in crate::docs) const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
    "sept",
];

/// The days that some tokens name, with the tokens of each.
pub(in crate::docs) fn days(all: &[TextToken<'_>], part: Range<usize>) -> Vec<(Range<usize>, String)> {
    let end = part.end;
    part.filter_map(|at| {
        if all[at].kind == TokenKind::Word && all[at].word.len() == 10 && is_date(&all[at].word) {
            return Some((at..at + 1, all[at].word.to_string()));
        }
        // a month stands beside a number
        let has_number = |it: Option<usize>| it.and_then(|it| all.get(it)).is_some_and(|it| it.number().is_some());
        if !(has_number(Some(at + 1)) || has_number(at.checked_sub(1))) || !all[at].is(MONTHS) {
            return None;
        }
        let number = |it: usize| match all.get(it).filter(|_| it < end)?.number()?.said {
            Quantity::Whole(count) => Some(count),
            _ => None,
        };
        let month = MONTHS.iter().position(|it| all[at].word == *it)?;
        let month = if month == 24 { 9 } else { month % 12 + 1 };
        let skip = |it: usize| it + usize::from(all.get(it).is_some_and(|it| it.is_mark(&[','])));
        // the day stands before the month, or between it and the year
        let first = at.checked_sub(1).and_then(|it| Some((it, number(it)?, at + 1)));
        let second = || Some((at, number(at + 1)?, skip(at + 2)));
        let year = |it: usize| number(it).filter(|it| (2000..2100).contains(it));
        let (start, day, last) = first.filter(|(_, _, it)| year(*it).is_some()).or_else(second)?;
        let date = format!("{:04}-{month:02}-{day:02}", year(last)?);
        is_date(&date).then_some((start..last + 1, date))
    })
    .collect()
}

/// The first day that a short text names in whole words: "Report of 15 August 2026".
pub(in crate::docs) fn first_day(text: &str) -> Option<String> {
    let all = if text.len() < 300 { tokens(text) } else { return None };
    days(&all, 0..all.len()).into_iter().next().map(|(_, day)| day)
}

/// The day that a text is, and nothing else.
pub(in crate::docs) fn day_of(text: &str) -> Option<String> {
    if is_date(text) {
        return Some(text.to_owned());
    }
    if text.len() > 30 {
        return None;
    }
    let all = tokens(text);
    let mut found = days(&all, 0..all.len());
    let (at, date) = found.pop()?;
    (at == (0..all.len())).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_the_usual_forms() {
        for text in ["2026-02-08", "8 February 2026", "Feb 8, 2026", "February 8 2026"] {
            assert_eq!(day_of(text).as_deref(), Some("2026-02-08"), "{text}");
        }
        for text in ["February 2026", "8 February", "Feb 48, 2026", "may 5"] {
            assert_eq!(day_of(text), None, "{text}");
        }
    }
}
