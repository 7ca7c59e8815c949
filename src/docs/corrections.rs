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
    for path in paths {
        // the rows of the document, by line: their day, and whether all of them is right
        let mut rows: BTreeMap<usize, (String, bool)> = BTreeMap::new();
        for it in claims.iter().filter(|it| it.kind == ClaimKind::Scoreboard && it.path == path) {
            let Some(day) = &it.as_of else { continue };
            let row = rows.entry(it.line).or_insert_with(|| (day.clone(), true));
            row.1 &= it.code.is_none();
        }
        let last_right = |line: usize, day: &str| {
            let later = rows.range(line + 1..).filter(|(_, (it, is_right))| *is_right && it.as_str() >= day);
            later.map(|(_, (it, _))| it.clone()).next()
        };
        let notes = documents.iter().find(|it| it.path == path).map(|it| notes(&it.text)).unwrap_or_default();
        for claim in claims.iter_mut().filter(|it| is_open(it) && it.path == path) {
            let Some(day) = claim.as_of.clone() else { continue };
            claim.waived = match last_right(claim.line, &day) {
                Some(later) => Some(format!("the row of {later} below it is right")),
                None if notes.iter().any(|it| it.contains(&day)) => Some("a note beside it takes it back".into()),
                None => None,
            };
        }
    }
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
