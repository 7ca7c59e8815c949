//! Tables: a status as a row or as the head of a column, a module beside its status, and sentences in cells.

use std::collections::HashSet;

use super::{
    super::{claim::Claim, flow::Flow, scoreboard::is_head},
    StatedValue, StatementReader, StatusSubject,
    cells::{Cell, cell, is_plain_row},
    day::day_of,
    may_state,
    mood::{BlockSetting, CountShape, Mood, is_title_of_now, is_unsaid_title},
    token::tokens,
    totality,
};

/// The table that is being read.
#[derive(Default)]
pub(super) struct Tables {
    table: usize,
    head: Vec<String>,
    /// The facts that its columns are of; none before the first row.
    facts: Option<Vec<Option<String>>>,
    /// What is said around its cells.
    context: String,
    /// Whether the head has a word that a row can be about.
    is_ours: bool,
    /// Whether another part reads its numbers: the scoreboard.
    is_scoreboard: bool,
}

/// The most columns of a table that are read.
const MOST: usize = 200;

impl Tables {
    /// Follows the tables of a document.
    pub(super) fn step(&mut self, flow: &Flow) {
        if flow.table == 0 || flow.table != self.table {
            *self = Self { table: flow.table, ..Self::default() };
        }
        if flow.is_head {
            self.head = flow.cells.iter().take(MOST).map(|it| flow.text[it.clone()].trim().to_owned()).collect();
            self.facts = None;
            let words: String =
                self.head.iter().take(20).map(|it| it.chars().take(60).collect::<String>() + " ").collect();
            self.context = words + &flow.leads.join(" ");
            self.is_ours = may_state(&flow.text) || flow.text.to_lowercase().contains("partial");
            self.is_scoreboard = is_head(&self.head.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    fn head(&self, column: usize) -> &str {
        self.head.get(column).map_or("", String::as_str)
    }

    /// Reads a row.
    pub(super) fn row(&mut self, flow: &Flow, reader: &mut StatementReader<'_>) {
        if !(may_state(&flow.text) || self.is_ours) || flow.cells.len() > MOST || (self.is_scoreboard && !flow.is_head)
        {
            return;
        }
        let text = |at: usize| flow.text[flow.cells[at].clone()].trim();
        if !flow.is_head {
            let before = reader.done.len();
            self.values(flow, reader);
            // what the row says besides
            if reader.done[before..].iter().any(Claim::is_wrong) {
                let all = tokens(&flow.text);
                let starts: HashSet<usize> = reader.done[before..].iter().map(|it| it.span.start).collect();
                let is_own = |at: usize| starts.contains(&flow.place(all[at].at.clone()).start);
                let words = totality::words(&all, &(0..all.len()), &is_own);
                totality::leave(&mut reader.done[before..], &words, &flow.text, reader.rules.facts);
            }
            self.statuses(flow, reader);
        }
        // a cell with more than a value in it is read as a sentence
        for at in 0..flow.cells.len() {
            if may_state(text(at)) && !is_plain_row(text(at)) && !is_unsaid_title(self.head(at)) {
                let label = if at > 0 && flow.cells.len() > 1 {
                    format!("{} {}", text(0), self.head(at))
                } else {
                    self.head(at).to_owned()
                };
                reader.piece(flow, flow.cells[at].clone(), &label);
            }
        }
    }

    /// Counts in cells of their own.
    fn values(&mut self, flow: &Flow, reader: &mut StatementReader<'_>) {
        let facts = reader.rules.facts;
        let context = if self.head.is_empty() { &flow.leads.join(" ") } else { &self.context };
        let cells: Vec<Cell> = flow.cells.iter().map(|it| cell(&flow.text[it.clone()], facts, context)).collect();
        let named = self.facts.get_or_insert_with(|| {
            let heads: Vec<Cell> = self.head.iter().map(|it| cell(it, facts, context)).collect();
            // several short names of statuses are heads together
            let shorts = heads.iter().filter(|it| matches!(it, Cell::Short(_))).count();
            let fact = |it: Cell| match it {
                Cell::Subject(fact) => Some(fact),
                Cell::Short(fact) if shorts > 1 => Some(fact),
                _ => None,
            };
            heads.into_iter().map(fact).collect()
        });
        let named = named.clone();
        let label = flow.cells.first().map_or("", |it| flow.text[it.clone()].trim());
        // a row that a number names is one of several: a week, a run
        let is_counted = named.first().is_some_and(Option::is_some) || ["", "#"].contains(&self.head(0));
        let label = if is_counted && matches!(cells.first(), Some(Cell::Number(_))) { "" } else { label };
        let of_row = 4 * (flow.place(0..1).start + 1) + 3;
        if let Some(Cell::Subject(fact)) = cells.first() {
            let numbers: Vec<usize> = (1..cells.len()).filter(|it| matches!(cells[*it], Cell::Number(_))).collect();
            let is_wanted = |at: &&usize| {
                let head = self.head(**at);
                let lower = head.to_lowercase();
                is_title_of_now(head)
                    || ["count", "modules", "number", "total", "value", "n", "#", "state", "status"]
                        .contains(&lower.as_str())
            };
            let chosen = match &numbers[..] {
                [one] => Some(*one),
                many => many.iter().find(is_wanted).copied(),
            };
            if let Some(at) = chosen.filter(|it| !is_unsaid_title(self.head(*it))) {
                let of_table = 4 * flow.table + 2;
                value(flow, (at, &cells[at]), (fact, of_table), self.head(at), reader);
            }
            return;
        }
        for (at, fact) in named.iter().enumerate().filter_map(|(at, it)| Some((at, it.as_ref()?))) {
            if let Some(found @ Cell::Number(_)) = cells.get(at) {
                value(flow, (at, found), (fact, of_row), label, reader);
            }
        }
    }

    /// A module in one cell and its status in another.
    fn statuses(&self, flow: &Flow, reader: &mut StatementReader<'_>) {
        if reader.document.path == *reader.rules.audit {
            return;
        }
        let text = |at: usize| flow.text[flow.cells[at].clone()].trim();
        let names = |at: usize| -> Option<Vec<&str>> {
            let bare = text(at).split([',', '/', ' ']).filter(|it| !it.is_empty() && *it != "and");
            let all: Vec<&str> = bare.map(|it| it.trim_matches('`')).collect();
            let is_code = at == 0 || text(at).contains('`') || super::cells::is_title_of_modules(self.head(at));
            (is_code && !all.is_empty() && all.len() < 100 && all.iter().all(|it| reader.is_module(it))).then_some(all)
        };
        let count = flow.cells.len();
        let status = |at: &usize| super::lexicon::status(&text(*at).trim_matches('`').to_lowercase()).is_some();
        let found: Vec<usize> = (0..count.min(MOST)).filter(status).collect();
        let [at] = found[..] else { return };
        let head = self.head(at);
        if is_unsaid_title(head) {
            return;
        }
        let Some(modules) = (0..count.min(4)).filter(|it| *it != at).find_map(names) else { return };
        let setting = BlockSetting::new(flow, (head, 0..0), &reader.made);
        let mood = setting.mood(&[], (0..0, 0..0, 0), CountShape::Status, &|_| false);
        let cell = flow.cells[at].clone();
        let bare = text(at).trim_matches('`');
        let start = cell.start + flow.text[cell].find(bare).unwrap_or_default();
        let has_day = setting.has_day();
        let said = StatusSubject { label: head, ..StatusSubject::of(&modules, has_day) };
        reader.status(flow, &said, start..start + bare.len(), 0..flow.text.len(), &mood);
    }
}

/// Compares a number in a cell of its own.
fn value(
    flow: &Flow,
    (at, found): (usize, &Cell),
    (fact, group): (&str, usize),
    label: &str,
    reader: &mut StatementReader<'_>,
) {
    let Cell::Number(number) = found else { return };
    let lower = label.to_lowercase();
    let is_whole = label.is_empty()
        || is_title_of_now(label)
        || [
            "total",
            "all",
            "stdlib",
            "count",
            "counts",
            "modules",
            "number",
            "value",
            "molt",
            "overall",
            "n",
            "#",
            "status",
            "snapshot",
            "checker",
            "state",
            "sum",
            "whole tree",
            "audit",
            "all modules",
        ]
        .contains(&lower.as_str());
    let setting = BlockSetting::new(flow, (label, 0..0), &reader.made);
    let mood = if let Some(day) = day_of(label) {
        Mood::Day(day)
    } else if is_whole {
        setting.mood(&[], (0..0, 0..0, 0), CountShape::Key, &|_| false)
    } else {
        Mood::Part
    };
    let base = flow.cells[at].start;
    let whole = flow.cells[at].clone();
    let has_day = setting.has_day();
    reader.value(fact, &StatedValue { flow, number, base, whole, mood, group, has_day, other: &|| None, label });
}
