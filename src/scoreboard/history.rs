//! The history: one row a line, sorted by day. No old line is ever written anew. Two branches that both recorded are merged by keeping
//! the lines of both; of two rows of one week the worse values are shown and judged, and the better ones compared with.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    joined::{TakenValue, in_pairs, joined_lane, worse_row},
    lane::LaneFigures,
    row::{Row, SCHEMA},
};
use crate::base::day;

/// Why the history cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not a row: {why}")]
pub struct HistoryError {
    /// One-based.
    pub line: usize,
    /// Why.
    pub why: String,
    /// Whether a newer version of this program wrote it.
    pub is_newer: bool,
}

/// The least of a row.
#[derive(serde::Deserialize)]
struct RowVersion {
    schema: u32,
}

/// The rows as they are written.
#[derive(Debug, Clone, Default)]
pub struct History {
    lines: Vec<(String, Row)>,
}

/// What became of a row that was to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It is there now.
    Added,
    /// It took the place of these days' rows of the same week.
    Replaced(Vec<String>),
    /// The week has a row of this day already, and it stays.
    Stays(String),
    /// The week's row is that of this day, and rows of later weeks are there: no old row is written anew.
    IsOld(String),
}

/// The week of a day, by ISO 8601.
pub fn week(date: &str) -> Option<(i16, i8)> {
    let week = day(date)?.iso_week_date();
    Some((week.year(), week.week()))
}

impl History {
    /// Reads it. Lines that are there twice count once.
    pub fn parse(text: &str) -> Result<Self, HistoryError> {
        let mut lines: Vec<(String, Row)> = Vec::new();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for (at, line) in text.lines().enumerate().filter(|(_, it)| !it.trim().is_empty()) {
            let fail = |why: String| HistoryError { line: at + 1, why, is_newer: false };
            // another version may have another form, of which the number alone is certain
            let version = serde_json::from_str::<RowVersion>(line).ok();
            if let Some(RowVersion { schema }) = version.filter(|it| it.schema != SCHEMA) {
                let why = format!("its schema is {schema}, and {SCHEMA} is known");
                return Err(HistoryError { is_newer: schema > SCHEMA, ..fail(why) });
            }
            let row: Row = serde_json::from_str(line).map_err(|error| fail(error.to_string()))?;
            week(&row.date).ok_or_else(|| fail(format!("`{}` is not a day such as 2026-11-23", row.date)))?;
            if known.insert(line) {
                lines.push((line.to_owned(), row));
            }
        }
        let mut res = Self { lines };
        res.sort();
        Ok(res)
    }

    fn sort(&mut self) {
        self.lines.sort_by(|(a, x), (b, y)| (&x.date, a).cmp(&(&y.date, b)));
    }

    fn texts(&self) -> BTreeSet<&str> {
        self.lines.iter().map(|(line, _)| line.as_str()).collect()
    }

    /// As text: a line a row.
    pub fn text(&self) -> String {
        self.lines.iter().map(|(line, _)| format!("{line}\n")).collect()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The days of all rows, the oldest first.
    pub fn days(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|(_, it)| it.date.as_str())
    }

    /// One row a week, the oldest first; of two rows of one week the worse values.
    pub fn weeks(&self) -> Vec<Row> {
        let mut weeks: BTreeMap<(i16, i8), Vec<Row>> = BTreeMap::new();
        for (_, row) in &self.lines {
            let Some(week) = week(&row.date) else { continue };
            weeks.entry(week).or_default().push(row.clone());
        }
        weeks.into_values().filter_map(|it| in_pairs(it, worse_row)).collect()
    }

    /// The last run of each lane, to be compared with: of two rows of one week the better outcomes. With a day, the rows before it.
    pub fn best_lanes(&self, until: Option<&str>) -> BTreeMap<String, LaneFigures> {
        let is_before = |date: &str| until.is_none_or(|it| date < it);
        self.last_lanes(TakenValue::Better, &|_, row| is_before(&row.date))
    }

    /// The last run of each lane: of two rows of one week the worse outcomes.
    pub fn worst_lanes(&self) -> BTreeMap<String, LaneFigures> {
        self.last_lanes(TakenValue::Worse, &|_, _| true)
    }

    /// The last run of each lane that is to be judged against `base`. A row that is there as well was judged before, so that it is no
    /// part of them.
    pub fn lanes_since(&self, base: &Self) -> BTreeMap<String, LaneFigures> {
        let known = base.texts();
        let last = self.last_weeks();
        let is_new = |line: &str| !known.contains(line);
        let res = self.last_lanes(TakenValue::Worse, &|line, _| is_new(line));
        // a row of a week before the last one was added late, and is not how the lane stands
        let new = self.lines.iter().filter(|(line, _)| is_new(line));
        let names = new.flat_map(|(_, row)| row.lanes.keys().map(move |name| (name.as_str(), week(&row.date))));
        let of_last: BTreeSet<&str> =
            names.filter(|(name, week)| *week == last.get(name).copied()).map(|(name, _)| name).collect();
        res.into_iter().filter(|(name, _)| of_last.contains(name.as_str())).collect()
    }

    /// The last week in which each lane was run.
    fn last_weeks(&self) -> BTreeMap<&str, (i16, i8)> {
        let weeks = self.lines.iter().filter_map(|(_, row)| Some((week(&row.date)?, row)));
        weeks.flat_map(|(week, row)| row.lanes.keys().map(move |name| (name.as_str(), week))).collect()
    }

    fn last_lanes(&self, take: TakenValue, wanted: &dyn Fn(&str, &Row) -> bool) -> BTreeMap<String, LaneFigures> {
        // the week, and the runs of it
        type LastRuns = (Option<(i16, i8)>, Vec<LaneFigures>);
        let mut res: BTreeMap<&String, LastRuns> = BTreeMap::new();
        for (_, row) in self.lines.iter().rev().filter(|(line, row)| wanted(line, row)) {
            let mine = week(&row.date);
            for (name, lane) in &row.lanes {
                let (week, all) = res.entry(name).or_insert_with(|| (mine, Vec::new()));
                if *week == mine {
                    all.push(lane.clone());
                }
            }
        }
        let one = |all| in_pairs(all, |a, b| joined_lane(&a, b, take));
        res.into_iter().filter_map(|(name, (_, all))| Some((name.clone(), one(all)?))).collect()
    }

    /// The day of the row that the week of `date` has; none where it has none.
    pub fn of_week(&self, date: &str) -> Option<&str> {
        let wanted = week(date);
        self.lines.iter().rev().map(|(_, it)| it.date.as_str()).find(|it| week(it) == wanted)
    }

    /// The day of the last row.
    pub fn last_day(&self) -> Option<&str> {
        self.lines.last().map(|(_, it)| it.date.as_str())
    }

    /// The day of the row that the week of `date` has, where it is not the last week that has one.
    pub fn old_row(&self, date: &str) -> Option<&str> {
        self.of_week(date).filter(|_| self.last_day().and_then(week) != week(date))
    }

    /// Adds a row; where its week has one, only in its place, where that is asked for, and where that week is the last one.
    pub fn put(&mut self, row: Row, replace: bool) -> Put {
        let mine = week(&row.date);
        let same: Vec<String> =
            self.lines.iter().filter(|(_, it)| week(&it.date) == mine).map(|(_, it)| it.date.clone()).collect();
        if let (Some(day), false) = (same.last(), replace) {
            return Put::Stays(day.clone());
        }
        if let Some(day) = self.old_row(&row.date) {
            return Put::IsOld(day.to_owned());
        }
        self.lines.retain(|(_, it)| week(&it.date) != mine);
        let line = serde_json::to_string(&row).unwrap_or_default();
        self.lines.push((line, row));
        self.sort();
        if same.is_empty() { Put::Added } else { Put::Replaced(same) }
    }
}

/// The last run of each lane among rows that are sorted by day.
pub fn last_lanes(rows: &[Row]) -> BTreeMap<String, &LaneFigures> {
    rows.iter().flat_map(|row| row.lanes.iter().map(|(name, lane)| (name.clone(), lane))).collect()
}

/// The days of rows that `before` has and `now` has not, or otherwise, and of those that came to the week of an old one: no old row is written
/// anew, nor is a week by one more row of it. Only the row of the last week of `before` can be replaced, by another one of that week.
pub fn lost_rows(before: &History, now: &History) -> Vec<String> {
    let last = before.lines.last().and_then(|(_, it)| week(&it.date));
    let (old, new) = (before.texts(), now.texts());
    let weeks_of = |it: &History| it.lines.iter().map(|(_, row)| week(&row.date)).collect::<BTreeSet<_>>();
    let (old_weeks, weeks) = (weeks_of(before), weeks_of(now));
    let is_of_last = |row: &Row| week(&row.date) == last;
    let is_lost =
        |(line, row): &&(String, Row)| !(new.contains(line.as_str()) || (is_of_last(row) && weeks.contains(&last)));
    let is_late = |(line, row): &&(String, Row)| {
        !old.contains(line.as_str()) && !is_of_last(row) && old_weeks.contains(&week(&row.date))
    };
    let lost = before.lines.iter().filter(is_lost).chain(now.lines.iter().filter(is_late));
    lost.map(|(_, row)| row.date.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The history of two branches: every line of both, but those that one of them took away since `base`.
///
/// # Errors
/// When one of the three is not a history.
pub fn merge_histories(base: &str, ours: &str, theirs: &str) -> Result<String, HistoryError> {
    let (base, ours, theirs) = (History::parse(base)?, History::parse(ours)?, History::parse(theirs)?);
    let [in_base, in_ours, in_theirs] = [&base, &ours, &theirs].map(History::texts);
    let mut all = ours.clone();
    all.lines.extend(theirs.lines.iter().filter(|(line, _)| !in_ours.contains(line.as_str())).cloned());
    let is_kept = |line: &str| !in_base.contains(line) || (in_ours.contains(line) && in_theirs.contains(line));
    all.lines.retain(|(line, _)| is_kept(line));
    all.sort();
    Ok(all.text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoreboard::{Measured, Number};

    fn row(date: &str, backed: u64, partial: u64) -> Row {
        let of = |it| Measured { value: Some(Number::Count(it)), source: Some(format!("tree of {date}")), note: None };
        let figures = [("intrinsic-backed".to_owned(), of(backed)), ("intrinsic-partial".to_owned(), of(partial))];
        let text = format!("{{\"schema\": 1, \"date\": \"{date}\", \"commit\": null, \"figures\": {{}}}}");
        Row { figures: figures.into(), ..serde_json::from_str(&text).unwrap() }
    }

    fn with(mut history: History, row: Row) -> History {
        history.put(row, true);
        history
    }

    #[test]
    fn a_week_has_one_row_and_is_replaced_when_asked() {
        let mut history = History::default();
        assert_eq!(history.put(row("2026-02-12", 1, 9), false), Put::Added);
        assert_eq!(history.put(row("2026-02-15", 2, 8), false), Put::Stays("2026-02-12".into()));
        assert_eq!(history.put(row("2026-02-16", 3, 7), false), Put::Added);
        assert_eq!(history.put(row("2026-02-13", 4, 6), true), Put::IsOld("2026-02-12".into()));
        assert_eq!(history.put(row("2026-02-22", 4, 6), true), Put::Replaced(vec!["2026-02-16".into()]));
        assert_eq!(history.put(row("2026-02-02", 1, 9), true), Put::Added);
        let text = history.text();
        assert_eq!(History::parse(&text).unwrap().text(), text);
        let days: Vec<String> = history.weeks().into_iter().map(|it| it.date).collect();
        assert_eq!(days, ["2026-02-02", "2026-02-12", "2026-02-22"]);
    }

    #[test]
    fn two_branches_keep_the_rows_of_both_and_the_worse_values_are_shown() {
        let base = with(History::default(), row("2026-02-12", 1, 9));
        let ours = with(base.clone(), row("2026-02-18", 5, 8));
        let theirs = with(base.clone(), row("2026-02-19", 4, 6));
        let merged = merge_histories(&base.text(), &ours.text(), &theirs.text()).unwrap();
        assert_eq!(merged, merge_histories(&base.text(), &theirs.text(), &ours.text()).unwrap());
        let weeks = History::parse(&merged).unwrap().weeks();
        assert_eq!((merged.lines().count(), weeks.len()), (3, 2));
        let value = |id: &str| weeks[1].value(id).unwrap();
        assert_eq!((value("intrinsic-backed"), value("intrinsic-partial")), (Number::Count(4), Number::Count(8)));
        assert_eq!(
            weeks.iter().map(|it| it.others.len()).collect::<Vec<_>>(),
            [0, 1],
            "the rows that it stands for besides"
        );
        assert_eq!(weeks[1].figures["intrinsic-backed"].source.as_deref(), Some("tree of 2026-02-19"));
        assert!(lost_rows(&base, &History::parse(&merged).unwrap()).is_empty());
    }

    #[test]
    fn an_old_row_is_never_written_anew() {
        let old = with(with(History::default(), row("2026-02-12", 1, 9)), row("2026-02-19", 2, 8));
        let other = with(with(History::default(), row("2026-02-12", 3, 9)), row("2026-02-19", 2, 8));
        assert_eq!(lost_rows(&old, &other), ["2026-02-12"]);
        assert_eq!(lost_rows(&old, &History::default()), ["2026-02-12", "2026-02-19"]);
        let replaced = with(old.clone(), row("2026-02-20", 3, 7));
        assert!(lost_rows(&old, &replaced).is_empty());
        // one more row of an old week makes it another one: its day, its commit and its notes, if not its figures
        let joined = |line: &Row| {
            let text = format!("{}\n{}", serde_json::to_string(line).unwrap(), old.text());
            lost_rows(&old, &History::parse(&text).unwrap())
        };
        assert_eq!(joined(&row("2026-02-10", 1, 999)), ["2026-02-10"]);
        assert_eq!(joined(&row("2026-02-13", 1, 9)), ["2026-02-13"]);
        assert!(joined(&row("2026-02-18", 2, 8)).is_empty(), "the last week");
        assert!(joined(&row("2026-01-02", 1, 999)).is_empty(), "a week that had no row");
    }

    #[test]
    fn what_is_not_a_row_is_refused_with_its_line() {
        let good = with(History::default(), row("2026-02-12", 1, 9)).text();
        for (text, why) in [
            (format!("{good}[]\n"), "line 2 is not a row"),
            (format!("{good}\n<<<<<<< ours\n"), "line 3 is not a row"),
            (good.replace("\"schema\":1", "\"schema\":2"), "line 1 is not a row: its schema is 2"),
            (good.replace("2026-02-12\",", "2026-02-31\","), "line 1 is not a row: `2026-02-31` is not a day"),
        ] {
            assert!(History::parse(&text).unwrap_err().to_string().starts_with(why), "{text}");
        }
        // one of a newer program is told as such, whatever else its form is
        for (schema, is_newer) in [(0, false), (2, true)] {
            let error = History::parse(&format!("{{\"schema\": {schema}, \"day\": 7}}\n")).unwrap_err();
            assert_eq!((error.is_newer, error.line), (is_newer, 1));
        }
        // a line that is there twice counts once, and two rows of one day are one week
        let two = with(History::default(), row("2026-02-12", 2, 9)).text();
        let read = History::parse(&format!("{good}{two}{good}")).unwrap();
        assert_eq!((read.text().lines().count(), read.weeks().len()), (2, 1));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "it is about the time that this takes")]
    fn a_long_history_is_read_in_a_moment() {
        let start: jiff::civil::Date = "1000-01-01".parse().unwrap();
        let line = |at: i64| {
            let day = start.checked_add(jiff::Span::new().days(at * 7)).unwrap();
            format!("{{\"schema\":1,\"date\":\"{day}\",\"commit\":null,\"figures\":{{}}}}\n")
        };
        let text: String = (0..100_000).map(line).collect();
        let begun = std::time::Instant::now();
        let history = History::parse(&text).unwrap();
        assert_eq!(history.weeks().len(), 100_000);
        assert!(lost_rows(&history, &history).is_empty());
        assert_eq!(merge_histories(&text, &text, &text).unwrap(), text);
        assert!(begun.elapsed().as_secs() < 60, "it took {:?}", begun.elapsed());
    }
}
