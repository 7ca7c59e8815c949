//! The rows of the history: as a table with what changed, as JSON, as Markdown, and as annotations.

use serde_json::json;

use super::{
    ScoreboardFormat, row_value,
    text::{commit_cell, delta, listed, with_delta},
};
use crate::{
    base::{
        line, number_of,
        text::{code_span, in_markdown},
    },
    report::envelope::{envelope, json_document},
    report::gates::data,
    scoreboard::{FIGURES, NamesChange, Row, changes, sparkline},
};

/// What the nine figures hide: counts, public names, and the failures that are expected, by who owns them.
fn beside(row: &Row) -> String {
    let mut all: Vec<String> = row.beside.iter().filter_map(|(id, it)| Some(format!("{id} {}", it.value?))).collect();
    all.extend(row.public_names.as_ref().map(|it| format!("public-names {} of {}", it.present, it.required)));
    let mut out = if all.is_empty() { String::new() } else { line(&format!("beside them: {}", all.join(", "))) };
    for (name, lane) in row.lanes.iter().filter(|(_, it)| !it.owners.is_empty()) {
        let owners: Vec<String> = lane.owners.iter().map(|(owner, tests)| format!("{owner} {}", tests.len())).collect();
        out += &line(&format!("expected to fail, {name}: {}", owners.join(", ")));
    }
    out
}

/// Names of one kind that are shown before the rest is counted.
const SHOWN: usize = 12;

/// Rows, from `start` on; the one before them says what changed first.
pub struct Rows<'a> {
    /// All rows, one a week, the oldest first.
    pub all: &'a [Row],
    /// The first one that is shown.
    pub start: usize,
    /// Whether every name is shown.
    pub is_whole: bool,
}

impl Rows<'_> {
    /// In a form.
    pub fn text(&self, form: ScoreboardFormat) -> String {
        match form {
            ScoreboardFormat::Human => self.human(),
            ScoreboardFormat::Json => self.json(),
            ScoreboardFormat::Markdown => self.markdown(),
            ScoreboardFormat::Github => self.github(),
        }
    }

    fn shown(&self) -> impl Iterator<Item = (Option<&Row>, &Row)> {
        let before = |at: usize| at.checked_sub(1).and_then(|it| self.all.get(it));
        self.all.iter().enumerate().skip(self.start).map(move |(at, row)| (before(at), row))
    }

    fn changes(before: Option<&Row>, row: &Row) -> Vec<NamesChange> {
        before.map(|it| changes(it, row)).unwrap_or_default()
    }

    fn json(&self) -> String {
        let rows: Vec<_> = self
            .shown()
            .map(|(before, row)| {
                let mut value = row_value(row);
                value["changes"] = json!(Self::changes(before, row));
                value
            })
            .collect();
        json_document(&envelope(json!({ "rows": rows })))
    }

    fn most(&self) -> usize {
        if self.is_whole { usize::MAX } else { SHOWN }
    }

    fn human(&self) -> String {
        if self.shown().next().is_none() {
            return "no rows\n".into();
        }
        let heads = [
            "date", "commit", "backed", "partial", "probe", "python", "miss.top", "miss.sub", "native %", "wasm %",
            "memory",
        ];
        let mut table: Vec<Vec<String>> = vec![heads.map(str::to_owned).into()];
        for (before, row) in self.shown() {
            let commit = commit_cell(row);
            let figures = FIGURES.iter().map(|it| with_delta(it, before, row).replace("TBD", "-"));
            table.push([row.date.clone(), commit].into_iter().chain(figures).collect());
        }
        let width = |at: usize| table.iter().map(|it| it[at].chars().count()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..heads.len()).map(width).collect();
        let mut out = String::new();
        for cells in &table {
            let cells = cells.iter().zip(&widths).enumerate();
            let text = cells
                .map(|(at, (cell, width))| if at < 2 { format!("{cell:<width$}") } else { format!("{cell:>width$}") });
            out += &line(text.collect::<Vec<_>>().join("  ").trim_end());
        }
        out += "\n";
        for (_, row) in self.shown().filter(|(_, it)| !it.others.is_empty()) {
            let rows = number_of(row.others.len() + 1, "row");
            let is_last = self.all.last().is_some_and(|it| it.date == row.date);
            let way = if is_last { "; `molt-sync scoreboard record --replace` puts one in their place" } else { "" };
            out += &line(&format!("{}: the worse figures of {rows} of this week are shown{way}", row.date));
        }
        for figure in &FIGURES {
            let values: Vec<Option<f64>> =
                self.shown().map(|(_, row)| row.value(figure.id).map(crate::scoreboard::Number::value)).collect();
            let Some((_, last)) = self.shown().last() else { continue };
            let measured = last.figures.get(figure.id).cloned().unwrap_or_default();
            let from = measured.source.or(measured.note.clone()).unwrap_or_default();
            let note = measured.note.filter(|it| *it != from).map_or(String::new(), |it| format!("; {it}"));
            out += &line(&format!("{:<20} {}  {from}{note}", figure.id, sparkline(&values)));
        }
        if let Some((before, row)) = self.shown().last() {
            let found = Self::changes(before, row);
            if let (Some(before), false) = (before, found.is_empty()) {
                out += &line(&format!("\nsince {}:", before.date).replace('\n', ""));
                for it in &found {
                    let names = listed(&it.names, self.most());
                    out += &line(&format!("  {} {} {}: {names}", it.of, it.names.len(), it.what));
                }
            }
            out += &beside(row);
            out +=
                &row.offenders.iter().take(self.most()).map(|it| line(&format!("  memory: {it}"))).collect::<String>();
        }
        out
    }

    fn markdown(&self) -> String {
        let heads: Vec<&str> = crate::scoreboard::columns().collect();
        let mut out = format!("| {} |\n| --- | {}--- |\n", heads.join(" | "), "---: | ".repeat(FIGURES.len() - 1));
        for (before, row) in self.shown() {
            let cells: Vec<String> = FIGURES.iter().map(|it| with_delta(it, before, row)).collect();
            out += &line(&format!("| {} | {} |", row.date, cells.join(" | ")));
        }
        if let Some((Some(before), row)) = self.shown().last() {
            let found = changes(before, row);
            if !found.is_empty() {
                out += &format!("\nSince {}:\n\n", before.date);
            }
            for it in found {
                let names = it.names.iter().take(self.most()).map(|it| code_span(it));
                let rest = it.names.len().saturating_sub(self.most());
                let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
                let names: Vec<String> = names.collect();
                out += &line(&format!(
                    "- {}, {} {}: {}{more}",
                    in_markdown(&it.of),
                    it.names.len(),
                    it.what,
                    names.join(", ")
                ));
            }
        }
        out
    }

    /// One annotation a figure that is worse than in the week before, and one for the row.
    fn github(&self) -> String {
        let Some((before, row)) = self.shown().last() else { return "::notice title=scoreboard::no rows\n".into() };
        let mut out = String::new();
        for figure in &FIGURES {
            if delta(figure, before, row).is_some_and(|it| it.is_worse) {
                let text = format!("{}: {}", figure.id, with_delta(figure, before, row));
                out += &format!("::warning title=scoreboard::{}\n", data(&text));
            }
        }
        let all: Vec<String> = FIGURES.iter().map(|it| format!("{} {}", it.id, with_delta(it, before, row))).collect();
        out + &format!("::notice title=scoreboard::{}\n", data(&format!("{}: {}", row.date, all.join(", "))))
    }
}
