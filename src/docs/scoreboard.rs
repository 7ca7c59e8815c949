//! The weekly scoreboard: a table whose first column is a date. Its head has to be the columns, and each row's counts those
//! of its day.

use super::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    fact::{Fact, Facts, Value},
    flow::{self, Flow},
    form,
    rules::DocsRules,
    text::day::day_of,
};
use crate::{
    base::RelPath,
    scoreboard::{FIGURES, Row},
};

/// The columns, in order: the date, and the figures.
pub(super) const COLUMNS: [&str; FIGURES.len() + 1] = {
    let mut res = ["Date"; FIGURES.len() + 1];
    let mut at = 0;
    while at < FIGURES.len() {
        res[at + 1] = FIGURES[at].title;
        at += 1;
    }
    res
};

/// More values than a row has.
const MOST: usize = 200;

/// The last row of the scoreboard's history, one fact a column.
///
/// # Errors
/// When it has too many values.
pub fn last_row(facts: &mut Facts, row: &Row, file: &RelPath) -> Result<(), String> {
    let Ok(serde_json::Value::Object(row)) = serde_json::to_value(row) else { return Ok(()) };
    let (figures, plain): (Vec<_>, Vec<_>) = row.into_iter().partition(|(key, _)| key == "figures");
    let figures =
        figures.into_iter().filter_map(|(_, it)| if let serde_json::Value::Object(it) = it { Some(it) } else { None });
    let figures = figures.flatten().filter_map(|(id, it)| Some((id, it.get("value")?.clone())));
    let all: Vec<(String, serde_json::Value)> = plain.into_iter().chain(figures).collect();
    if all.len() > MOST {
        return Err(format!("the last row has {} values, and more than {MOST} are not read", all.len()));
    }
    for (column, value) in all {
        let value = match value {
            serde_json::Value::Number(it) => it.as_i64().map(Value::Int),
            serde_json::Value::String(it) => Some(Value::Text(it)),
            _ => None,
        };
        if let Some(value) = value {
            let id = format!("scoreboard.last.{}", column.replace([' ', '_'], "-"));
            facts.add(Fact::new(id, value, file, "the last row"));
        }
    }
    Ok(())
}

/// The rows of a document's scoreboards.
pub(super) fn claims(path: &RelPath, all: &[Flow], rules: &DocsRules<'_>) -> Vec<Claim> {
    let mut res = Vec::new();
    let mut head: Option<Vec<&str>> = None;
    for flow in all {
        if flow.kind != flow::BlockKind::Row {
            head = None;
            continue;
        }
        // most tables are others
        if head.as_ref().is_some_and(Vec::is_empty) {
            continue;
        }
        let cells: Vec<&str> = flow.text.split(" | ").map(|it| it.trim().trim_matches('`')).collect();
        match &head {
            None => {
                let is_ours = is_head(&cells);
                head = Some(if is_ours { cells.clone() } else { Vec::new() });
                if is_ours {
                    let mut claim =
                        Claim::new(ClaimKind::Scoreboard, path, flow.place(0..flow.text.len()), cells.join(", "));
                    claim.facts = vec!["scoreboard.columns".into()];
                    claim.sentence.clone_from(&flow.text);
                    if cells != COLUMNS {
                        let why = format!("the columns are {}", COLUMNS.join(", "));
                        claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, why);
                    }
                    res.push(claim);
                }
            }
            Some(head) => {
                if let Some(day) = cells.first().and_then(|it| day_of(it)) {
                    res.extend(row(path, flow, head, &cells, &day, rules));
                }
            }
        }
    }
    res
}

/// Whether a row is the head of a scoreboard, as far as its columns are those.
pub(super) fn is_head(cells: &[&str]) -> bool {
    let known = cells.iter().filter(|it| COLUMNS.contains(it)).count();
    cells.first() == Some(&"Date") && known > 3
}

fn row(path: &RelPath, flow: &Flow, head: &[&str], cells: &[&str], day: &str, rules: &DocsRules<'_>) -> Vec<Claim> {
    let mut res = Vec::new();
    let mut at = 0;
    for (index, (cell, raw)) in cells.iter().zip(flow.text.split(" | ")).enumerate() {
        let start = at + raw.find(cell).unwrap_or_default();
        let place = start..start + cell.len();
        at += raw.len() + 3;
        let Some(column) = head.get(index) else { continue };
        let Some(fact) = rules.facts.get(&format!("stdlib.{}", column.replace(' ', "-"))) else { continue };
        if form::read(cell, &fact.value).is_none() {
            continue;
        }
        let mut claim = Claim::new(ClaimKind::Scoreboard, path, flow.place(place.clone()), *cell);
        claim.facts = vec![fact.id.clone()];
        claim.as_of = Some(day.to_owned());
        claim = claim.in_row(&flow.text, place);
        cells[0].clone_into(&mut claim.binding);
        if !form::states(cell, &fact.value) {
            // whether it was right on its day, its history tells
            claim = claim.wrong(ClaimState::Stale, Code::StaleValue, "");
        }
        res.push(claim);
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoreboard::Measured;

    #[test]
    fn the_last_row_gives_a_fact_a_column() {
        let file = RelPath::new("h.jsonl").unwrap();
        let mut facts = Facts::default();
        let figures = r#"{"probe_only": {"value": 3, "source": null}, "parity": {"value": null, "source": null}}"#;
        let row =
            format!(r#"{{"schema": 1, "date": "2026-02-12", "commit": null, "budget": 7, "figures": {figures}}}"#);
        last_row(&mut facts, &serde_json::from_str(&row).unwrap(), &file).unwrap();
        let value = |id: &str| facts.get(&format!("scoreboard.last.{id}")).map(|it| it.value.clone());
        assert_eq!(value("date"), Some(Value::Text("2026-02-12".into())));
        assert_eq!((value("probe-only"), value("budget")), (Some(Value::Int(3)), Some(Value::Int(7))));
        assert_eq!((value("parity"), value("commit")), (None, None));
        let mut many: Row = serde_json::from_str(&row).unwrap();
        many.figures.extend((0..1000).map(|it| (format!("k{it}"), Measured::default())));
        assert!(last_row(&mut facts, &many, &file).unwrap_err().contains("values, and more than 200"));
    }
}
