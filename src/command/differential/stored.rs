//! Results that were stored: ours, or those that Molt's own tools wrote.

use std::path::Path;

use super::place::{LARGEST, unusable};
use crate::{
    command::support::{context::Context, failure::Failure},
    differential::{RunResults, read_results},
};

/// Reads results of this tool.
pub(super) fn own(context: &Context, path: &Path) -> Result<RunResults, Failure> {
    let text = text(context, path)?;
    let results = serde_json::from_str::<RunResults>(&text).map_err(|error| {
        let hint = "name what `molt-sync differential run --format json` or its --report wrote; files of Molt's own tools are read by `differential report` and `compare`";
        unusable("the report", &path.display().to_string(), &error.to_string(), hint)
    })?;
    known(path, results)
}

/// Results whose form this program knows.
fn known(path: &Path, results: RunResults) -> Result<RunResults, Failure> {
    if results.schema == 1 {
        return Ok(results);
    }
    let why = format!("its schema is {}, and this program reads 1", results.schema);
    Err(unusable(
        "the report",
        &path.display().to_string(),
        &why,
        "read it with the program that wrote it, or a newer one",
    ))
}

/// Reads results of this tool or of Molt's.
pub(super) fn any(context: &Context, path: &Path) -> Result<RunResults, Failure> {
    let text = text(context, path)?;
    let name = path.display().to_string();
    read_results(&name, &text, None).map_err(|why| {
        let hint = "name a report of `molt-sync differential run`, or Molt's summary.json, rss_metrics.jsonl, results JSONL or differential_expectations.json";
        unusable("the results", &name, &why, hint)
    })
}

fn text(context: &Context, path: &Path) -> Result<String, Failure> {
    let bytes = context.read_named(path, LARGEST)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
