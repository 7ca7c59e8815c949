//! Another set of series in the words that stand there: a range stays a range, a list keeps what parts it.

use std::{collections::BTreeSet, ops::Range};

use super::series::{Item, Join, SeriesMention, VersionMeaning, mentions};
use crate::base::Series;

/// `series` in the form of `text`, which is one mention; none where that form cannot say it.
pub(in crate::docs) fn write(text: &str, series: &BTreeSet<Series>) -> Option<String> {
    // a remark in it is a person's
    let all = if text.contains('(') { Vec::new() } else { mentions(text) };
    let [mention] = &all[..] else { return None };
    let Range { start, end } = mention.range;
    // a word or a mark around it is a person's too
    Some(format!("{}{}{}", &text[..start], in_its_form(&text[start..end], mention, series)?, &text[end..]))
}

fn in_its_form(text: &str, mention: &SeriesMention, series: &BTreeSet<Series>) -> Option<String> {
    let at = mention.range.start;
    let is_quoted = |item: &Item| {
        let own = item.range.start.saturating_sub(at)..(item.range.end - at).min(text.len());
        text[own].starts_with('`')
    };
    // which of them have quotes is a person's to say
    if mention.items.windows(2).any(|it| is_quoted(&it[0]) != is_quoted(&it[1])) {
        return None;
    }
    let (first, last) = (series.first()?, series.last()?);
    let part = |range: &Range<usize>| range.start.saturating_sub(at)..(range.end - at).min(text.len());
    let as_item = |item: &Item, minor: u16| {
        let (whole, digits) = (part(&item.range), part(&item.digits));
        format!("{}{minor}{}", &text[whole.start..digits.start], &text[digits.end..whole.end])
    };
    match (&mention.items[..], &mention.joins[..]) {
        ([one], []) if mention.set.from.is_some() => Some(as_item(
            one,
            if one.bound == VersionMeaning::After { first.minor.checked_sub(1)? } else { first.minor },
        )),
        ([one], []) => Some(series.iter().map(|it| as_item(one, it.minor)).collect::<Vec<_>>().join("/")),
        ([from, _], [Join::Range]) if series.len() == 1 && from.bound == VersionMeaning::Itself => {
            Some(as_item(from, first.minor))
        }
        ([from, to], [Join::Range]) => {
            let is_unbroken = usize::from(last.minor - first.minor) + 1 == series.len() && series.len() > 1;
            let start = if from.bound == VersionMeaning::After { first.minor.checked_sub(1)? } else { first.minor };
            let end = if to.bound == VersionMeaning::Below { last.minor + 1 } else { last.minor };
            let between = &text[part(&from.range).end..part(&to.range).start];
            is_unbroken.then(|| format!("{}{between}{}", as_item(from, start), as_item(to, end)))
        }
        (items, joins) if joins.iter().all(|it| *it == Join::List) && mention.set.from.is_none() => {
            let gaps: Vec<&str> =
                items.windows(2).map(|it| &text[part(&it[0].range).end..part(&it[1].range).start]).collect();
            let mut out = String::new();
            for (place, it) in series.iter().enumerate() {
                if place > 0 {
                    out += &gap(&gaps, place, series.len());
                }
                // the first has no word before it where the others do
                let item = &items[place.min(items.len() - 1)];
                out += &as_item(item, it.minor);
            }
            Some(out)
        }
        _ => None,
    }
}

/// What parts the version at `place` of `count` from the one before it.
fn gap(gaps: &[&str], place: usize, count: usize) -> String {
    let last = gaps[gaps.len() - 1];
    let is_last = place + 1 == count;
    let is_word = last.contains(" and ") || last.contains(" or ") || last.contains('&');
    match (is_last, gaps.len()) {
        // two are parted by the word alone, and more by a comma too
        (true, 1) if is_word && count > 2 && !last.contains(',') && !last.contains('&') => format!(",{last}"),
        (true, _) if is_word && count == 2 => last.trim_start_matches(',').to_owned(),
        (true, _) => last.to_owned(),
        (false, 1) if is_word => ", ".to_owned(),
        (false, _) => gaps[0].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_keeps_its_form() {
        let series = |all: &[u16]| all.iter().map(|it| Series { major: 3, minor: *it }).collect::<BTreeSet<_>>();
        let four = series(&[12, 13, 14, 15]);
        for (text, wanted) in [
            ("3.12/3.13/3.14", Some("3.12/3.13/3.14/3.15")),
            ("3.12 / 3.13", Some("3.12 / 3.13 / 3.14 / 3.15")),
            ("3.12, 3.13, and 3.14", Some("3.12, 3.13, 3.14, and 3.15")),
            ("3.12, 3.13 and 3.14", Some("3.12, 3.13, 3.14 and 3.15")),
            ("3.12 and 3.13", Some("3.12, 3.13, 3.14, and 3.15")),
            ("3.12, 3.13 & 3.14", Some("3.12, 3.13, 3.14 & 3.15")),
            ("3.12-3.14", Some("3.12-3.15")),
            ("3.12 through 3.14", Some("3.12 through 3.15")),
            (">=3.12,<3.15", Some(">=3.12,<3.16")),
            ("py312/py313/py314", Some("py312/py313/py314/py315")),
            ("`py312`, `py313`", Some("`py312`, `py313`, `py314`, `py315`")),
            ("3.13+", Some("3.12+")),
            ("3.12, CPython 3.13 and CPython 3.14", Some("3.12, CPython 3.13, CPython 3.14 and CPython 3.15")),
            ("CPython 3.12 and CPython 3.13", Some("CPython 3.12, CPython 3.13, CPython 3.14, and CPython 3.15")),
            ("Python 3.12/Python 3.13", Some("Python 3.12/Python 3.13/Python 3.14/Python 3.15")),
            ("Python 3.12 through Python 3.13", Some("Python 3.12 through Python 3.15")),
            ("`3.12/3.13`", Some("`3.12/3.13/3.14/3.15`")),
            ("Python 3.12", Some("Python 3.12/3.13/3.14/3.15")),
            ("3.11/3.12+", None),
        ] {
            assert_eq!(write(text, &four).as_deref(), wanted, "{text}");
        }
        for (text, wanted) in [
            ("3.12-3.14", None),
            ("3.12/3.13/3.14", Some("3.12/3.14")),
            ("3.12, 3.13, and 3.14", Some("3.12 and 3.14")),
        ] {
            assert_eq!(write(text, &series(&[12, 14])).as_deref(), wanted, "{text}");
        }
        for (text, wanted) in [
            ("3.12-3.14", Some("3.13")),
            ("3.12/3.13", Some("3.13")),
            ("CPython 3.12 and CPython 3.13", Some("CPython 3.13")),
            ("3.12, 3.13, and 3.14", Some("3.13")),
            (">=3.12,<3.15", None),
        ] {
            assert_eq!(write(text, &series(&[13])).as_deref(), wanted, "{text}");
        }
    }
}
