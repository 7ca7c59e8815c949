//! The scoreboard's table in a document: its columns, its rows as text, and a document with one row more. No row that is there is
//! written anew, unless that is asked for.

use std::{
    collections::{BTreeSet, HashSet},
    ops::Range,
};

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::{
    figure::{FIGURES, FigureScope},
    history::week,
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

fn line(row: &Row) -> String {
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

/// The lines of each scoreboard of a document that readers see: where its rows begin, and where the first line behind them is. What stands in
/// code or in HTML, a comment most of all, is not one.
fn boards(text: &str, lines: &[&str]) -> Vec<(usize, usize)> {
    let is_head = |line: &str| cells(line).is_some_and(|it| it.iter().copied().eq(columns()));
    let is_rule = |line: &&str| line.contains('-') && line.chars().all(|it| "|-: \t".contains(it));
    let heads: Vec<usize> = (0..lines.len()).filter(|at| is_head(lines[*at])).collect();
    if heads.is_empty() {
        return Vec::new();
    }
    let hidden = hidden_lines(text);
    // the ranges are in order, and none lies in another one
    let is_seen = |at: &usize| {
        let behind = hidden.partition_point(|it| it.start <= *at);
        behind == 0 || !hidden[behind - 1].contains(at)
    };
    let seen = heads.into_iter().filter(is_seen);
    let board = |head: usize| {
        lines.get(head + 1).filter(|it| is_rule(it))?;
        let start = head + 2;
        let count = lines[start..].iter().take_while(|it| it.trim_start().starts_with('|')).count();
        Some((start, start + count))
    };
    seen.filter_map(board).collect()
}

/// The lines of a document that are code or HTML.
fn hidden_lines(text: &str) -> Vec<Range<usize>> {
    let ends: Vec<usize> = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
    let line_of = |at: usize| ends.partition_point(|end| *end < at);
    let hidden = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter().filter_map(|(event, range)| {
        matches!(event, Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock)).then(|| {
            let first = line_of(range.start);
            first..first + text[range].lines().count()
        })
    });
    hidden.collect()
}

/// The dated rows of each scoreboard.
fn dated(text: &str) -> Vec<Vec<(String, Vec<&str>)>> {
    let lines: Vec<&str> = text.lines().collect();
    let rows = |(start, end): (usize, usize)| {
        lines[start..end].iter().filter_map(|it| Some((day(it)?, cells(it)?))).collect::<Vec<_>>()
    };
    boards(text, &lines).into_iter().map(rows).collect()
}

/// The days of the rows of a document's scoreboards.
pub fn table_days(text: &str) -> Vec<String> {
    dated(text).into_iter().flatten().map(|(day, _)| day).collect()
}

/// The days of rows that a scoreboard of the document `before` has, and that one of `now` has not, or otherwise, and of those that came to
/// the week of an old one. As in the history, only the row of the last week can give way, to another one of that week.
pub fn lost_table_rows(before: &str, now: &str) -> Vec<String> {
    let (before, tables) = (dated(before), dated(now));
    let before: Vec<(String, Vec<&str>)> = before.into_iter().flatten().collect();
    let last = before.iter().map(|(day, _)| day.as_str()).max().and_then(week);
    let old: HashSet<&(String, Vec<&str>)> = before.iter().collect();
    let old_weeks: HashSet<_> = before.iter().filter_map(|(day, _)| week(day)).filter(|it| Some(*it) != last).collect();
    let mut res = BTreeSet::new();
    if tables.is_empty() {
        res.extend(before.iter().map(|(day, _)| day.clone()));
    }
    for now in &tables {
        let is_replaced = now.iter().any(|(day, _)| week(day) == last);
        let gives_way = |date: &str| is_replaced && week(date) == last;
        let there: HashSet<&(String, Vec<&str>)> = now.iter().collect();
        res.extend(before.iter().filter(|it| !there.contains(it) && !gives_way(&it.0)).map(|(day, _)| day.clone()));
        let is_late =
            |it: &&(String, Vec<&str>)| !old.contains(it) && week(&it.0).is_some_and(|it| old_weeks.contains(&it));
        res.extend(now.iter().filter(is_late).map(|(day, _)| day.clone()));
        if !res.is_empty() {
            break;
        }
    }
    res.into_iter().collect()
}

/// The document with the row in its scoreboard, in the order of days; none where there is no scoreboard. A row of that day that is
/// there stays, and with `replace` gives way, as those of the days in `instead` do.
pub fn with_row(text: &str, row: &Row, replace: bool, instead: &[String]) -> Option<String> {
    let lines: Vec<&str> = text.split('\n').map(|it| it.trim_end_matches('\r')).collect();
    let (start, end) = *boards(text, &lines).first()?;
    let mut kept: Vec<String> = lines[start..end].iter().map(|it| (*it).to_owned()).collect();
    let is_of_day = |it: &String| day(it).is_some_and(|day| day == row.date);
    if !replace && kept.iter().any(is_of_day) {
        return Some(text.to_owned());
    }
    kept.retain(|it| !replace || !day(it).is_some_and(|day| day == row.date || instead.contains(&day)));
    let at = kept.iter().rposition(|it| day(it).is_some_and(|day| day <= row.date)).map_or(0, |it| it + 1);
    kept.insert(at, line(row));
    let end_of_line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let all = lines[..start]
        .iter()
        .map(|it| (*it).to_owned())
        .chain(kept)
        .chain(lines[end..].iter().map(|it| (*it).to_owned()));
    Some(all.collect::<Vec<_>>().join(end_of_line))
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
    settled.then(|| res.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoreboard::{Measured, Number};

    fn row(date: &str) -> Row {
        let text = format!("{{\"schema\": 1, \"date\": \"{date}\", \"commit\": null, \"figures\": {{}}}}");
        let mut row: Row = serde_json::from_str(&text).unwrap();
        let of = |value| Measured { value: Some(value), ..Measured::default() };
        row.figures.insert("intrinsic-backed".into(), of(Number::Count(177)));
        row.figures.insert("native-pass".into(), of(Number::Percent(63.5)));
        row
    }

    fn board(rows: &str) -> String {
        let head = columns().collect::<Vec<_>>().join(" | ");
        format!("# Ops\n\n| {head} |\n| --- | {} --- |\n{rows}\nRules:\n", "---: | ".repeat(8))
    }

    const FIRST: &str = "| 2026-02-12 | 1 | 2 | 0 | 0 | 0 | 0 | TBD | TBD | TBD |\n";

    #[test]
    fn a_copy_that_no_reader_sees_is_no_scoreboard() {
        let second = FIRST.replace("02-12", "02-19");
        let before = board(&format!("{FIRST}{second}"));
        let worse = board(&format!("{}{second}", FIRST.replace("| 1 |", "| 9 |")));
        let table = before.strip_prefix("# Ops\n\n").unwrap().strip_suffix("\nRules:\n").unwrap();
        let indented: String = table.lines().map(|it| format!("    {it}\n")).collect();
        for hidden in [
            format!("<!--\n{table}-->\n"),
            format!("<pre>\n{table}</pre>\n"),
            format!("````\n```\n````\n\n````text\n{table}````\n"),
            format!("~~~\n```\n{table}~~~\n"),
            indented,
        ] {
            let now = worse.replace("# Ops\n\n", &format!("# Ops\n\n{hidden}\n"));
            assert_eq!(lost_table_rows(&before, &now), ["2026-02-12"], "{now}");
            let only = format!("# Ops\n\n{hidden}\n");
            assert_eq!(lost_table_rows(&before, &only), ["2026-02-12", "2026-02-19"], "{only}");
            assert_eq!(with_row(&only, &row("2026-02-26"), false, &[]), None, "{only}");
            let written = with_row(&now, &row("2026-02-26"), false, &[]).unwrap();
            assert!(written.starts_with(&format!("# Ops\n\n{hidden}")), "{written}");
        }
        // of two that readers see each has to have the rows
        let two = format!("{before}\n{worse}");
        assert_eq!(lost_table_rows(&before, &two), ["2026-02-12"]);
        assert!(lost_table_rows(&before, &format!("{before}\n{before}")).is_empty());
    }

    #[test]
    fn a_row_that_comes_to_an_old_week_is_told() {
        let second = FIRST.replace("02-12", "02-19");
        let before = board(&format!("{FIRST}{second}"));
        let late = |date: &str| board(&format!("{FIRST}{}{second}", FIRST.replace("2026-02-12", date)));
        assert_eq!(lost_table_rows(&before, &late("2026-02-11")), ["2026-02-11"]);
        assert!(lost_table_rows(&before, &late("2026-02-20")).is_empty(), "a row of the last week");
        assert_eq!(table_days(&before), ["2026-02-12", "2026-02-19"]);
    }

    #[test]
    fn a_row_is_added_in_the_order_of_days() {
        let new = "| 2026-02-19 | 177 | TBD | TBD | TBD | TBD | TBD | 63.5 | TBD | TBD |\n";
        assert_eq!(with_row(&board(FIRST), &row("2026-02-19"), false, &[]), Some(board(&format!("{FIRST}{new}"))));
        let older = new.replace("02-19", "02-01");
        assert_eq!(with_row(&board(FIRST), &row("2026-02-01"), false, &[]), Some(board(&format!("{older}{FIRST}"))));
        // a row of that day stays, unless it is to be replaced
        assert_eq!(with_row(&board(FIRST), &row("2026-02-12"), false, &[]), Some(board(FIRST)));
        let same = new.replace("02-19", "02-12");
        assert_eq!(with_row(&board(FIRST), &row("2026-02-12"), true, &[]), Some(board(&same)));
        let instead = ["2026-02-12".to_owned()];
        assert_eq!(with_row(&board(FIRST), &row("2026-02-19"), true, &instead), Some(board(new)));
        assert_eq!(with_row("# Ops\n", &row("2026-02-12"), false, &[]), None);
        let windows = board(FIRST).replace('\n', "\r\n");
        assert_eq!(with_row(&windows, &row("2026-02-19"), false, &[]).unwrap().matches("\r\n").count(), 8);
    }

    #[test]
    fn no_row_of_an_earlier_week_may_change_or_go() {
        let (second, third) = (FIRST.replace("02-12", "02-19"), FIRST.replace("02-12", "02-26"));
        let old = board(&format!("{FIRST}{second}"));
        let lost = |rows: &str| lost_table_rows(&old, &board(rows));
        assert_eq!(lost(&format!("{FIRST}{second}{third}")), Vec::<String>::new());
        assert_eq!(lost(&format!("{}{second}", FIRST.replace("| 2 |", "| `2` |"))), Vec::<String>::new());
        assert_eq!(lost(&format!("{}{second}", FIRST.replace("| 2 |", "| 55 |"))), ["2026-02-12"]);
        assert_eq!(lost(&format!("{FIRST}{}", second.replace("| 2 |", "| 55 |"))), Vec::<String>::new());
        assert_eq!(lost(&format!("{FIRST}{third}")), ["2026-02-19"]);
        assert_eq!(lost_table_rows(&old, "# Ops\n"), ["2026-02-12", "2026-02-19"]);
    }

    #[test]
    fn rows_of_both_sides_of_a_merge_are_kept() {
        let (a, b) = (FIRST.replace("02-12", "02-26"), FIRST.replace("02-12", "02-19"));
        let conflict = format!("x\n<<<<<<< ours\n{a}||||||| base\n=======\n{b}>>>>>>> theirs\ny\n");
        assert_eq!(merge_rows(&conflict), Some(format!("x\n{b}{a}y\n")));
        assert_eq!(merge_rows(&conflict.replace(&a, "words\n")), None);
        assert_eq!(merge_rows("x\n"), None);
    }
}
