//! The weekly scoreboard: a table whose first column is a date. Its head has to be the columns, and each row's counts those
//! of its day.

use super::{
    binding::is_date,
    check::Rules,
    claim::{Claim, Kind, State},
    code::Code,
    flow::{self, Flow},
    form,
};
use crate::base::RelPath;

/// The columns, in order.
pub(super) const COLUMNS: [&str; 10] = [
    "Date",
    "intrinsic-backed",
    "intrinsic-partial",
    "probe-only",
    "python-only",
    "missing top-level",
    "missing submodules",
    "native parity pass %",
    "wasm parity pass %",
    "memory regressions",
];

/// The rows of a document's scoreboards.
pub(super) fn claims(path: &RelPath, all: &[Flow], rules: &Rules<'_>) -> Vec<Claim> {
    let mut res = Vec::new();
    let mut head: Option<Vec<&str>> = None;
    for flow in all {
        if flow.kind != flow::Kind::Row {
            head = None;
            continue;
        }
        let cells: Vec<&str> = flow.text.split(" | ").collect();
        match &head {
            None => {
                let is_ours = cells.first() == Some(&"Date") && cells.contains(&"intrinsic-partial");
                head = Some(if is_ours { cells.clone() } else { Vec::new() });
                if is_ours {
                    let mut claim =
                        Claim::new(Kind::Scoreboard, path, flow.place(0..flow.text.len()), cells.join(", "));
                    claim.facts = vec!["scoreboard.columns".into()];
                    claim.sentence.clone_from(&flow.text);
                    if cells != COLUMNS {
                        let why = format!("the columns are {}", COLUMNS.join(", "));
                        claim = claim.wrong(State::HandEdited, Code::Contradicted, why);
                    }
                    res.push(claim);
                }
            }
            Some(head) if cells.first().is_some_and(|it| is_date(it)) => {
                res.extend(row(path, flow, head, &cells, rules));
            }
            Some(_) => {}
        }
    }
    res
}

fn row(path: &RelPath, flow: &Flow, head: &[&str], cells: &[&str], rules: &Rules<'_>) -> Vec<Claim> {
    let mut res = Vec::new();
    let mut at = 0;
    for (index, cell) in cells.iter().enumerate() {
        let place = at..at + cell.len();
        at += cell.len() + 3;
        let Some(column) = head.get(index) else { continue };
        let Some(fact) = rules.facts.get(&format!("stdlib.{}", column.replace(' ', "-"))) else { continue };
        if form::read(cell, &fact.value).is_none() {
            continue;
        }
        let mut claim = Claim::new(Kind::Scoreboard, path, flow.place(place), *cell);
        claim.facts = vec![fact.id.clone()];
        claim.as_of = Some(cells[0].to_owned());
        claim.sentence.clone_from(&flow.text);
        cells[0].clone_into(&mut claim.binding);
        if !form::states(cell, &fact.value) {
            // whether it was right on its day, its history tells
            claim = claim.wrong(State::Stale, Code::StaleValue, "");
        }
        res.push(claim);
    }
    res
}
