//! The scoreboard's table as a document shows it to its readers: its days, what of it is not as it was, and the document with one row more.
//! No row that is there is written anew, unless that is asked for.

use std::{
    collections::{BTreeSet, HashSet},
    ops::Range,
};

use super::{
    flow::{BlockKind, Flow, flows_of_all},
    scoreboard::COLUMNS,
    text::day::day_of,
};
use crate::scoreboard::{Row, table_line, week};

/// How many figures a table's head names that is taken for a scoreboard's.
const NAMED: usize = 4;

/// What a reader takes for a scoreboard.
struct Board {
    head: Vec<String>,
    rows: Vec<BoardRow>,
    is_apart: bool,
    /// Where its head stands in the document.
    place: usize,
}

/// A row of one.
struct BoardRow {
    /// The day that its first cell is; none where no day can be read.
    day: Option<String>,
    /// What its cells say, in the order of the scoreboard's columns.
    cells: Vec<String>,
    /// Where it stands in the document.
    place: usize,
}

impl BoardRow {
    fn week(&self) -> Option<(i16, i8)> {
        self.day.as_deref().and_then(week)
    }
}

/// What of a document's scoreboard is not as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableLosses {
    /// The days of old rows that are gone or another one, and of those that came to the week of an old one.
    pub days: Vec<String>,
    /// What rows begin with that came, or went, and that have no day that can be read.
    pub undated: Vec<String>,
}

impl TableLosses {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty() && self.undated.is_empty()
    }
}

/// The tables of a document, head first.
fn tables(text: &str) -> Vec<Vec<Flow>> {
    let mut res: Vec<Vec<Flow>> = Vec::new();
    for flow in flows_of_all(text).into_iter().filter(|it| it.kind == BlockKind::Row) {
        match res.last_mut().filter(|it| it[0].table == flow.table) {
            Some(table) => table.push(flow),
            None => res.push(vec![flow]),
        }
    }
    res
}

/// The same title, however it is written.
fn folded(title: &str) -> String {
    title.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn said(flow: &Flow) -> Vec<String> {
    flow.cells.iter().map(|it| flow.text[it.clone()].trim().trim_matches('`').to_owned()).collect()
}

/// What readers take for a scoreboard in a document: a table that names the figures, or one of as many columns with a row of one of `days`.
fn boards(text: &str, days: &HashSet<&str>) -> Vec<Board> {
    let titles = COLUMNS.map(folded);
    let board = |table: Vec<Flow>| {
        let head = said(&table[0]);
        let place = |it: &String| {
            let name = folded(it);
            titles.iter().position(|title| *title == name).unwrap_or(COLUMNS.len())
        };
        let columns: Vec<usize> = head.iter().map(place).collect();
        let column = |at: &usize| columns[*at];
        // what stands below another title, or below one that stands there twice, says something else
        let mut seen = HashSet::new();
        let known: Vec<bool> = columns.iter().map(|it| *it < COLUMNS.len() && seen.insert(*it)).collect();
        let mut order: Vec<usize> = (0..head.len()).collect();
        order.sort_by_key(column);
        let names_figures = order.iter().filter(|it| (1..COLUMNS.len()).contains(&column(it))).count() >= NAMED;
        let row = |flow: &Flow| {
            let cells = said(flow);
            let day = cells.first().and_then(|it| day_of(it)).filter(|it| week(it).is_some());
            let rest = cells.len().min(head.len());
            let in_order = order.iter().copied().filter(|it| *it < cells.len()).chain(rest..cells.len());
            let of = |at: usize| match head.get(at) {
                Some(title) if !known[at] => format!("{title}: {}", cells[at]),
                _ => cells[at].clone(),
            };
            let cells: Vec<String> = in_order.map(of).collect();
            // words behind the table that no empty line parts from it are a row to Markdown
            let is_row = day.is_some() || cells.iter().skip(1).any(|it| !it.is_empty());
            is_row.then(|| BoardRow { day, cells, place: flow.place(0..flow.text.len()).start })
        };
        let (first, is_apart) = (table[0].place(0..table[0].text.len()).start, table[0].is_apart);
        let rows: Vec<BoardRow> =
            table[usize::from(names_figures || table[0].is_head)..].iter().filter_map(row).collect();
        let is_like =
            |it: &BoardRow| it.cells.len() == COLUMNS.len() && it.day.as_deref().is_some_and(|it| days.contains(it));
        (names_figures || rows.iter().any(is_like)).then_some(Board { head, rows, is_apart, place: first })
    };
    tables(text).into_iter().filter_map(board).collect()
}

/// The days of the rows of a document's scoreboards.
pub fn table_days(text: &str) -> Vec<String> {
    let rows = boards(text, &HashSet::new()).into_iter().flat_map(|it| it.rows);
    rows.filter_map(|it| it.day).collect()
}

/// What a scoreboard of `now` has not as the document `before` has it. As in the history, only the row of the last week can give way, to
/// another one of that week. A scoreboard that readers saw where it stood has to be one that they see.
pub fn lost_table_rows(before: &str, now: &str) -> TableLosses {
    let before = boards(before, &HashSet::new());
    let was_shown = before.iter().any(|it| !it.is_apart);
    let before: Vec<BoardRow> = before.into_iter().flat_map(|it| it.rows).collect();
    let days: HashSet<&str> = before.iter().filter_map(|it| it.day.as_deref()).collect();
    let last = days.iter().max().and_then(|it| week(it));
    let is_of_last = |it: &BoardRow| last.is_some() && it.week() == last;
    let old: HashSet<&Vec<String>> = before.iter().map(|it| &it.cells).collect();
    let old_weeks: HashSet<_> = before.iter().filter_map(BoardRow::week).filter(|it| Some(*it) != last).collect();
    let now = boards(now, &days);
    let mut res = Vec::new();
    if !now.iter().any(|it| !was_shown || !it.is_apart) {
        res.extend(&before);
    }
    for board in &now {
        let is_replaced = board.rows.iter().any(is_of_last);
        let there: HashSet<&Vec<String>> = board.rows.iter().map(|it| &it.cells).collect();
        res.extend(before.iter().filter(|it| !(there.contains(&it.cells) || (is_replaced && is_of_last(it)))));
        let is_late = |it: &&BoardRow| !old.contains(&it.cells) && it.week().is_none_or(|it| old_weeks.contains(&it));
        res.extend(board.rows.iter().filter(|it| !before.is_empty() && is_late(it)));
        if !res.is_empty() {
            break;
        }
    }
    let undated = res.iter().filter(|it| it.day.is_none()).map(|it| it.cells.first().cloned().unwrap_or_default());
    let days: BTreeSet<&String> = res.iter().filter_map(|it| it.day.as_ref()).collect();
    TableLosses {
        undated: undated.collect::<BTreeSet<_>>().into_iter().collect(),
        days: days.into_iter().cloned().collect(),
    }
}

/// The document with the row in its scoreboard, in the order of days; none where there is no scoreboard that readers see where it stands, or
/// where it is written otherwise than line by line. A row of that day that is there stays, and with `replace` gives way, as those of the days
/// in `instead` do.
pub fn with_row(text: &str, row: &Row, replace: bool, instead: &[String]) -> Option<String> {
    let start_of = |at: usize| text[..at].rfind('\n').map_or(0, |it| it + 1);
    let end_of = |at: usize| text[at..].find('\n').map_or(text.len(), |it| at + it + 1);
    let lead_of = |it: &Board| {
        let lead = &text[start_of(it.place)..it.place];
        lead.find('|').map(|bar| &lead[..bar]).filter(|it| it.chars().all(|it| it.is_whitespace() || it == '>'))
    };
    let is_ours = |it: &Board| !it.is_apart && it.head == COLUMNS;
    let (board, lead) = boards(text, &HashSet::new()).into_iter().filter(is_ours).find_map(|it| {
        let lead = lead_of(&it)?;
        Some((it, lead))
    })?;
    let day = |it: &BoardRow| it.day.clone();
    if !replace && board.rows.iter().any(|it| day(it).as_ref() == Some(&row.date)) {
        return Some(text.to_owned());
    }
    let gives_way = |it: &&BoardRow| replace && day(it).is_some_and(|it| it == row.date || instead.contains(&it));
    let line = |it: &BoardRow| start_of(it.place)..end_of(it.place);
    let gone: Vec<Range<usize>> = board.rows.iter().filter(gives_way).map(line).collect();
    let before = board.rows.iter().rfind(|it| !gives_way(it) && day(it).is_some_and(|day| day <= row.date));
    // behind the row before it, or the line that parts the head from the rows
    let at = end_of(before.map_or(end_of(board.place), |it| it.place).min(text.len()));
    let end_of_line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text[..at].ends_with('\n') { "" } else { end_of_line };
    let new = format!("{gap}{lead}{}{}", table_line(row), if gap.is_empty() { end_of_line } else { "" });
    let mut res = String::with_capacity(text.len() + new.len());
    let mut from = 0;
    let cuts = gone.into_iter().map(|it| (it, "")).chain([(at..at, new.as_str())]);
    let mut cuts: Vec<(Range<usize>, &str)> = cuts.collect();
    cuts.sort_by_key(|(range, _)| (range.start, range.end));
    for (range, new) in cuts {
        res.push_str(&text[from..range.start]);
        res.push_str(new);
        from = range.end;
    }
    res.push_str(&text[from..]);
    Some(res)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoreboard::{Measured, Number, columns};

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

    /// The days that were lost, where every row has one.
    fn lost(before: &str, now: &str) -> Vec<String> {
        let lost = lost_table_rows(before, now);
        assert!(lost.undated.is_empty(), "{lost:?}");
        lost.days
    }

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
            assert_eq!(lost(&before, &now), ["2026-02-12"], "{now}");
            let only = format!("# Ops\n\n{hidden}\n");
            assert_eq!(lost(&before, &only), ["2026-02-12", "2026-02-19"], "{only}");
            assert_eq!(with_row(&only, &row("2026-02-26"), false, &[]), None, "{only}");
            let written = with_row(&now, &row("2026-02-26"), false, &[]).unwrap();
            assert!(written.starts_with(&format!("# Ops\n\n{hidden}")), "{written}");
        }
        // of two that readers see each has to have the rows
        let two = format!("{before}\n{worse}");
        assert_eq!(lost(&before, &two), ["2026-02-12"]);
        assert!(lost(&before, &format!("{before}\n{before}")).is_empty());
    }

    #[test]
    fn a_row_that_comes_to_an_old_week_is_told() {
        let second = FIRST.replace("02-12", "02-19");
        let before = board(&format!("{FIRST}{second}"));
        let late = |date: &str| board(&format!("{FIRST}{}{second}", FIRST.replace("2026-02-12", date)));
        assert_eq!(lost(&before, &late("2026-02-11")), ["2026-02-11"]);
        assert!(lost(&before, &late("2026-02-20")).is_empty(), "a row of the last week");
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
        let lost_of = |rows: &str| lost(&old, &board(rows));
        assert_eq!(lost_of(&format!("{FIRST}{second}{third}")), Vec::<String>::new());
        assert_eq!(lost_of(&format!("{}{second}", FIRST.replace("| 2 |", "| `2` |"))), Vec::<String>::new());
        assert_eq!(lost_of(&format!("{}{second}", FIRST.replace("| 2 |", "| 55 |"))), ["2026-02-12"]);
        assert_eq!(lost_of(&format!("{FIRST}{}", second.replace("| 2 |", "| 55 |"))), Vec::<String>::new());
        assert_eq!(lost_of(&format!("{FIRST}{third}")), ["2026-02-19"]);
        assert_eq!(lost(&old, "# Ops\n"), ["2026-02-12", "2026-02-19"]);
    }
}
