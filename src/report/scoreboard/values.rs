//! The values of a row as the reports write them.

use serde_json::{Value, json};

use crate::{
    base::line,
    report::envelope::{envelope, json_document},
    scoreboard::{FIGURES, Row},
};

/// The forms that the scoreboard has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoreboardFormat {
    /// For people.
    Human,
    /// One JSON document.
    Json,
    /// For a pull request's body.
    Markdown,
    /// Annotations of a workflow on GitHub.
    Github,
}

/// A row as programs read it: the nine figures, and what they hide.
pub(in crate::report) fn row_value(row: &Row) -> Value {
    let figures = FIGURES.iter().map(|it| {
        let measured = row.figures.get(it.id).cloned().unwrap_or_default();
        (it.id.to_owned(), json!(measured))
    });
    json!({
        "date": row.date,
        "commit": row.commit,
        "modified": row.modified,
        "others": row.others,
        "figures": figures.collect::<serde_json::Map<_, _>>(),
        "beside": row.beside,
        "public-names": row.public_names.as_ref().map(|it| json!({ "present": it.present, "required": it.required })),
        "expected": expected(row),
        "releases": row.releases,
        "budget": row.budget,
        "offenders": row.offenders,
    })
}

/// How many tests are expected to fail, by lane and by who owns them.
fn expected(row: &Row) -> Value {
    let of = |lane: &crate::scoreboard::LaneFigures| {
        lane.owners.iter().map(|(owner, tests)| (owner.clone(), json!(tests.len()))).collect::<serde_json::Map<_, _>>()
    };
    let lanes =
        row.lanes.iter().filter(|(_, it)| !it.owners.is_empty()).map(|(name, it)| (name.clone(), json!(of(it))));
    Value::Object(lanes.collect())
}

/// What is said where a week has a row already.
pub fn stays(day: &str, is_json: bool) -> String {
    if is_json {
        return json_document(&envelope(json!({ "recorded": false, "stays": day })));
    }
    format!("nothing was recorded: the row of {day} stays\n")
}

/// What was recorded, and where.
pub fn recorded(row: &Row, files: &[String], replaced: &[String], is_json: bool) -> String {
    if is_json {
        let value = envelope(json!({ "recorded": true, "row": row_value(row), "files": files, "replaced": replaced }));
        return json_document(&value);
    }
    let instead =
        if replaced.is_empty() { String::new() } else { format!(" in place of that of {}", replaced.join(", ")) };
    let mut out = line(&format!("the row of {} is recorded{instead}", row.date));
    for figure in &FIGURES {
        let measured = row.figures.get(figure.id).cloned().unwrap_or_default();
        let note = measured.note.map_or(String::new(), |it| format!(" ({it})"));
        let value = match measured.value {
            Some(value) => format!("{value}, {}{note}", measured.source.unwrap_or_default()),
            None => format!("not measured{note}").replace("not measured (not measured: ", "not measured ("),
        };
        out += &line(&format!("  {:<20} {value}", figure.id));
    }
    out += &row.offenders.iter().take(5).map(|it| line(&format!("    {it}"))).collect::<String>();
    out + &files.iter().map(|it| line(&format!("  written: {it}"))).collect::<String>()
}
