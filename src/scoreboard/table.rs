//! The text of the scoreboard's table in a document: its columns, its rows, and what a merge makes of them.

use std::collections::HashSet;

use super::{
    figure::{FIGURES, FigureScope},
    row::Row,
};

/// What stands for a figure that was not measured, as Molt's table has it.
const UNKNOWN: &str = "TBD";

/// The columns, the date first.
pub fn columns() -> impl Iterator<Item = &'static str> {
    std::iter::once("Date").chain(FIGURES.iter().map(|it| it.title))
}

/// A figure of a row as a cell says it.
pub fn cell(row: &Row, id: &str) -> String {
    row.value(id).map_or_else(|| UNKNOWN.to_owned(), |it| it.to_string())
}

/// A row as a line of the table.
pub fn table_line(row: &Row) -> String {
    let cells = FIGURES.iter().map(|figure| {
        let value = cell(row, figure.id);
        match row.offenders.first().filter(|_| figure.of == FigureScope::Memory) {
            Some(worst) => format!("{value} (worst: {})", worst.replace('|', "\\|")),
            None => value,
        }
    });
    let cells: Vec<String> = std::iter::once(row.date.clone()).chain(cells).collect();
    format!("| {} |", cells.join(" | "))
}

/// The cells of a row of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?;
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    Some(inner.split('|').map(|it| it.trim().trim_matches('`')).collect())
}

fn day(line: &str) -> Option<String> {
    let first = cells(line)?.first()?.trim_matches('*').to_owned();
    first.parse::<jiff::civil::Date>().ok().map(|_| first)
}

/// A document in which a merge left conflicts, without those in its scoreboard: the rows of both sides, in the order of days; none
/// where something else is in conflict there, or nothing.
pub fn merge_rows(text: &str) -> Option<String> {
    let mut res: Vec<String> = Vec::new();
    let mut lines = text.split('\n').peekable();
    let mut settled = false;
    while let Some(line) = lines.next() {
        if !line.starts_with("<<<<<<<") {
            res.push(line.to_owned());
            continue;
        }
        let mut both: Vec<String> = Vec::new();
        let mut seen = HashSet::new();
        let mut in_base = false;
        loop {
            let line = lines.next()?;
            if line.starts_with(">>>>>>>") {
                break;
            }
            in_base = (in_base || line.starts_with("|||||||")) && !line.starts_with("=======");
            if line.starts_with("=======") || line.starts_with("|||||||") {
                continue;
            }
            let columns = cells(line).map_or(0, |it| it.len());
            day(line).filter(|_| columns == FIGURES.len() + 1)?;
            if !in_base && seen.insert(line.trim_end()) {
                both.push(line.to_owned());
            }
        }
        both.sort_by_key(|it| day(it));
        res.extend(both);
        settled = true;
    }
    // a line of a side that looks as the end of a conflict is none
    let is_left = res.iter().any(|it| ["<<<<<<<", "|||||||", ">>>>>>>"].iter().any(|mark| it.starts_with(mark)));
    (settled && !is_left).then(|| res.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_both_sides_of_a_merge_are_kept() {
        const FIRST: &str = "| 2026-02-12 | 1 | 2 | 0 | 0 | 0 | 0 | TBD | TBD | TBD |\n";
        let (a, b) = (FIRST.replace("02-12", "02-26"), FIRST.replace("02-12", "02-19"));
        let conflict = format!("x\n<<<<<<< ours\n{a}||||||| base\n=======\n{b}>>>>>>> theirs\ny\n");
        assert_eq!(merge_rows(&conflict), Some(format!("x\n{b}{a}y\n")));
        assert_eq!(merge_rows(&conflict.replace(&a, "words\n")), None);
        assert_eq!(merge_rows("x\n"), None);
        // nor is a line of a side that looks like the end
        assert_eq!(merge_rows(&conflict.replace(&b, &format!("{b}>>>>>>> x\nwords\n"))), None);
    }
}
