//! Records that were wrong on their day and stay: a later row that is right, or a note that says so, closes one. A scoreboard
//! that its own rule wants every week is told when it is late, as a note: no document changed, only the calendar did, and a
//! check that turns red by itself is switched off.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    flow::{self, Flow, flows},
    rules::Document,
};
use crate::base::RelPath;

/// Words of a note that takes a record back.
const TAKEN_BACK: [&str; 9] =
    ["correction", "corrected", "corrects", "erratum", "errata", "wrong", "mistaken", "superseded", "restated"];

/// Closes the wrong rows that were corrected since.
pub fn close_corrected(claims: &mut [Claim], documents: &[Document]) {
    let is_open = |it: &Claim| it.kind == ClaimKind::Scoreboard && it.code == Some(Code::AsOf);
    let paths: BTreeSet<RelPath> = claims.iter().filter(|it| is_open(it)).map(|it| it.path.clone()).collect();
    let mut by_path: BTreeMap<&RelPath, Vec<usize>> = paths.iter().map(|it| (it, Vec::new())).collect();
    for (at, it) in claims.iter().enumerate().filter(|(_, it)| it.kind == ClaimKind::Scoreboard) {
        by_path.entry(&it.path).and_modify(|all| all.push(at));
    }
    let texts: BTreeMap<&RelPath, &str> = documents.iter().map(|it| (&it.path, it.text.as_str())).collect();
    let mut waived: Vec<(usize, Option<String>)> = Vec::new();
    for (path, rows) in by_path {
        let taken_back = days_in_notes(texts.get(path).copied().unwrap_or_default());
        let mut right = RightRows::of(rows.iter().map(|it| &claims[*it]));
        let mut open: Vec<usize> = rows.into_iter().filter(|it| is_open(&claims[*it])).collect();
        // from below, as the rows that are right are looked at
        open.sort_by_key(|it| std::cmp::Reverse(claims[*it].line));
        for at in open {
            let Some(day) = &claims[at].as_of else { continue };
            let why = match right.first_below(claims[at].line, day) {
                Some(later) => Some(format!("the row of {later} below it is right")),
                None if taken_back.contains(day) => Some("a note beside it takes it back".into()),
                None => None,
            };
            waived.push((at, why));
        }
    }
    for (at, why) in waived {
        claims[at].waived = why;
    }
}

/// The rows of a document that are right.
struct RightRows {
    /// The line and the day of each that was not come to yet, the lowest last.
    above: Vec<(usize, String)>,
    /// The days of those that were come to, the uppermost last: each is earlier than the ones before it, because a row that is not
    /// earlier than one further below is found first.
    below: Vec<String>,
}

impl RightRows {
    fn of<'c>(rows: impl Iterator<Item = &'c Claim>) -> Self {
        // by line: the day, and whether all of the row is right
        let mut all: BTreeMap<usize, (&str, bool)> = BTreeMap::new();
        for it in rows {
            let Some(day) = &it.as_of else { continue };
            let row = all.entry(it.line).or_insert((day, true));
            row.1 &= it.code.is_none();
        }
        let right = all.into_iter().filter(|(_, (_, is_right))| *is_right);
        Self { above: right.map(|(line, (day, _))| (line, day.to_owned())).collect(), below: Vec::new() }
    }

    /// The day of the first row below a line that is of a day or later. The lines come from below.
    fn first_below(&mut self, line: usize, day: &str) -> Option<String> {
        while let Some((_, next)) = self.above.pop_if(|(at, _)| *at > line) {
            while self.below.pop_if(|it| *it <= next).is_some() {}
            self.below.push(next);
        }
        let last = self.below.partition_point(|it| it.as_str() >= day);
        self.below.get(last.checked_sub(1)?).cloned()
    }
}

/// The days that the sentences of a document name which take something back.
fn days_in_notes(text: &str) -> BTreeSet<String> {
    let mut res = BTreeSet::new();
    for note in notes(text) {
        let is_day = |it: &[u8]| {
            it.iter().enumerate().all(|(at, it)| if matches!(at, 4 | 7) { *it == b'-' } else { it.is_ascii_digit() })
        };
        let days = note.as_bytes().windows(10).filter(|it| is_day(it));
        res.extend(days.map(|it| String::from_utf8_lossy(it).into_owned()));
    }
    res
}

/// The sentences of a document that take something back.
fn notes(text: &str) -> Vec<String> {
    let says = |text: &str| {
        text.split(|it: char| !it.is_alphanumeric())
            .any(|it| TAKEN_BACK.iter().any(|word| it.eq_ignore_ascii_case(word)))
    };
    flows(text).into_iter().filter(|it| it.kind == flow::BlockKind::Prose && says(&it.text)).map(|it| it.text).collect()
}

/// The most days between two rows of a table that is kept weekly.
const WEEK: i64 = 7;

/// The scoreboards that say of themselves that they are kept weekly, and whose last row is older.
pub fn overdue(claims: &[Claim], documents: &[Document], today: &str) -> Vec<Claim> {
    let mut last: BTreeMap<&RelPath, &Claim> = BTreeMap::new();
    for it in claims.iter().filter(|it| it.kind == ClaimKind::Scoreboard && it.as_of.is_some()) {
        let known = last.entry(&it.path).or_insert(it);
        if known.as_of <= it.as_of {
            *known = it;
        }
    }
    let late = |(path, row): (&RelPath, &Claim)| {
        let day = row.as_of.as_deref()?;
        let age = days(today)? - days(day)?;
        let document = documents.iter().find(|it| it.path == *path).filter(|_| age > WEEK)?;
        flows(&document.text).iter().any(|it| is_weekly(it, row)).then_some(())?;
        let mut claim = Claim::new(ClaimKind::Scoreboard, path, row.span.clone(), day);
        (claim.line, claim.column) = (row.line, row.column);
        "weekly".clone_into(&mut claim.binding);
        claim.sentence.clone_from(&row.sentence);
        let why = format!("its last row is of {day}, {age} days ago, and the table is to be kept weekly");
        Some(claim.wrong(ClaimState::Stale, Code::Overdue, why))
    };
    last.into_iter().filter_map(late).collect()
}

/// Whether a block says of the table with that row that it is kept weekly: the row stands below its heading.
fn is_weekly(flow: &Flow, row: &Claim) -> bool {
    let says = |text: &str| text.to_lowercase().contains("weekly") || text.to_lowercase().contains("every week");
    flow.place(0..flow.text.len()).contains(&row.span.start) && flow.headings.iter().any(|it| says(&it.text))
}

/// The number of a day, counted from 1970-01-01.
fn days(date: &str) -> Option<i64> {
    let mut parts = date.splitn(3, '-').map(|it| it.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    // years begin in March, so that the leap day is the last one
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = (153 * month + 2) / 5 + day - 1;
    Some(year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(line: usize, day: &str, is_right: bool) -> Claim {
        let path = RelPath::new("a.md").unwrap();
        let mut claim = Claim::new(ClaimKind::Scoreboard, &path, 40..41, "3");
        claim.line = line;
        claim.as_of = Some(day.to_owned());
        if is_right { claim } else { claim.wrong(ClaimState::HandEdited, Code::AsOf, "") }
    }

    fn document(text: &str) -> Document {
        Document { path: RelPath::new("a.md").unwrap(), text: text.to_owned() }
    }

    #[test]
    fn a_wrong_row_is_closed_by_a_later_one_or_a_note() {
        for (rows, text, is_closed) in [
            (vec![row(5, "2026-02-12", false)], "", false),
            (vec![row(5, "2026-02-12", false), row(6, "2026-02-19", true)], "", true),
            (vec![row(5, "2026-02-12", false), row(6, "2026-02-12", true)], "", true),
            (vec![row(5, "2026-02-12", false), row(6, "2026-02-19", false)], "", false),
            (vec![row(4, "2026-02-19", true), row(5, "2026-02-12", false)], "", false),
            (vec![row(5, "2026-02-12", false)], "The row of 2026-02-12 is wrong: it was 4.\n", true),
            (vec![row(5, "2026-02-12", false)], "Correction of 2026-03-01: on 2026-02-12 it was 4.\n", true),
            (vec![row(5, "2026-02-12", false)], "The row of 2026-02-13 is wrong.\n", false),
        ] {
            let mut rows = rows;
            close_corrected(&mut rows, &[document(text)]);
            let closed = rows.iter().find(|it| it.as_of.as_deref() == Some("2026-02-12") && it.code.is_some()).unwrap();
            assert_eq!(closed.waived.is_some(), is_closed, "{text} {rows:?}");
        }
    }

    proptest! {
        #[test]
        fn the_first_right_row_below_that_is_no_earlier_is_found_among_many(
            rows in proptest::collection::vec((0..40_usize, 1..6_u8, any::<bool>()), 0..30),
        ) {
            let all: Vec<Claim> = rows.iter().map(|(line, day, is_right)| row(*line, &format!("2026-02-0{day}"), *is_right)).collect();
            let mut found = RightRows::of(all.iter());
            let right = RightRows::of(all.iter()).above;
            for line in (0..41).rev() {
                for day in (1..7).map(|it| format!("2026-02-0{it}")) {
                    let wanted = right.iter().find(|(at, it)| *at > line && *it >= day).map(|(_, it)| it.clone());
                    prop_assert_eq!(found.first_below(line, &day), wanted);
                }
            }
        }
    }

    #[test]
    fn of_two_rows_of_one_day_the_lower_one_is_the_last() {
        let text = "# Weekly board\n\n| Date | n |\n| --- | --- |\n| 2026-02-12 | 3 |\n| 2026-02-12 | 4 |\n";
        let rows: Vec<Claim> = text
            .match_indices("2026-02-12")
            .zip([5, 6])
            .map(|((at, _), line)| Claim { span: at..at + 10, ..row(line, "2026-02-12", true) })
            .collect();
        let late = overdue(&rows, &[document(text)], "2026-03-01");
        assert_eq!(late.iter().map(|it| it.line).collect::<Vec<_>>(), [6]);
    }

    #[test]
    fn a_weekly_table_without_a_row_of_this_week_is_late() {
        let weekly = "# Weekly board\n\n| Date | n |\n| --- | --- |\n| 2026-02-12 | 3 |\n";
        let late = |text: &str, today: &str| {
            let mut row = row(5, "2026-02-12", true);
            let at = text.find("2026-02-12").unwrap();
            row.span = at..at + 10;
            overdue(&[row], &[document(text)], today).len()
        };
        assert_eq!((late(weekly, "2026-02-19"), late(weekly, "2026-02-20")), (0, 1));
        assert_eq!(late(&weekly.replace("Weekly", "Monthly"), "2026-12-01"), 0);
        assert_eq!(days("2026-03-01").unwrap() - days("2026-02-28").unwrap(), 1);
        assert_eq!((days("1970-01-01"), days("2000-02-29").map(|it| it % 7)), (Some(0), Some(11_016 % 7)));
    }
}
