//! The page's lists over weeks: every week with its figures, what changed in each, and what each refresh brought.

use std::fmt::Write as _;

use super::{
    chart::{escaped, releases},
    text::{commit_cell, delta, listed, with_delta},
};
use crate::scoreboard::{FIGURES, Row, changes};

/// Names of one kind that are listed before the rest is counted.
pub(super) const SHOWN: usize = 8;

/// Every week with its nine figures.
pub(super) fn weeks(rows: &[Row]) -> String {
    let heads: String = FIGURES.iter().map(|it| format!("<th scope=col>{}", it.title)).collect();
    let mut out = format!(
        "<table class=numbers><caption class=hidden>Weeks</caption><thead><tr><th scope=col>date{heads}<th scope=col>commit</thead><tbody>"
    );
    for (at, row) in rows.iter().enumerate().rev() {
        let before = at.checked_sub(1).and_then(|it| rows.get(it));
        let cells: String = FIGURES
            .iter()
            .map(|it| {
                let value = row.value(it.id).map_or(String::new(), |it| it.to_string());
                let shown = if value.is_empty() { "–" } else { &value };
                let change = delta(it, before, row)
                    .map_or(String::new(), |it| format!(" <small class={}>{}</small>", it.word(), it.text()));
                format!("<td data-value=\"{value}\">{shown}{change}")
            })
            .collect();
        let commit = match row.others.len() {
            0 => row.commit.as_deref().map_or(String::new(), |it| it.get(..9).unwrap_or(it).to_owned()),
            _ => commit_cell(row),
        };
        let modified = if row.modified { ", modified" } else { "" };
        let _ = writeln!(
            out,
            "<tr><th scope=row>{}{cells}<td><code>{}</code>{modified}",
            escaped(&row.date),
            escaped(&commit)
        );
    }
    out + "</tbody></table>"
}

/// What changed from week to week, the newest first.
pub(super) fn by_week(rows: &[Row]) -> String {
    let mut out = String::new();
    for pair in rows.windows(2).rev() {
        let found = changes(&pair[0], &pair[1]);
        if found.is_empty() {
            continue;
        }
        let lines = found.iter().map(|it| {
            let names = escaped(&listed(&it.names, SHOWN));
            let kind = match it.what {
                "fixed" => "better",
                "broken" | "flaky" | "vacuous" | "not compared" => "worse",
                _ => "other",
            };
            format!("<li>{}: <b class={kind}>{} {}</b> {names}", escaped(&it.of), it.names.len(), it.what)
        });
        let _ = write!(out, "<dt>{}<dd><ul>{}</ul>", escaped(&pair[1].date), lines.collect::<String>());
    }
    if out.is_empty() { "<p class=none>Nothing changed.</p>".into() } else { format!("<dl>{out}</dl>") }
}

/// What each recorded release brought to the board, in the week in which it came.
pub(super) fn refreshes(rows: &[Row]) -> String {
    let mut out = String::new();
    for (at, names) in releases(rows) {
        let (before, row) = (&rows[at - 1], &rows[at]);
        let changed: Vec<String> = FIGURES
            .iter()
            .filter(|it| before.value(it.id) != row.value(it.id))
            .map(|it| format!("{} {}", it.title, with_delta(it, Some(before), row)))
            .collect();
        let changed = if changed.is_empty() { "no figure changed".to_owned() } else { changed.join(", ") };
        let new = changes(before, row).into_iter().find(|it| it.of == "modules" && it.what == "new");
        let new = new.map_or(String::new(), |it| format!("; new modules: {}", listed(&it.names, SHOWN)));
        let _ = write!(
            out,
            "<tr><th scope=row>{}<td>{}<td>{}{}",
            escaped(&row.date),
            escaped(&names.join(", ")),
            escaped(&changed),
            escaped(&new)
        );
    }
    if out.is_empty() {
        return "<p class=none>No release was recorded in these weeks.</p>".into();
    }
    format!(
        "<table><caption class=hidden>Refreshes</caption><thead><tr><th scope=col>week of<th scope=col>CPython<th scope=col>what it brought</thead><tbody>{out}</tbody></table>"
    )
}
