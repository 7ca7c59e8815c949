//! `molt-sync scoreboard merge-driver`: what two branches recorded, as git's merge driver.

use std::path::Path;

use super::args::MergeDriverArgs;
use crate::{
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    host::{self, git},
    report::{envelope, json_document},
    scoreboard::{merge_histories, merge_rows, stricter_exception},
};

/// Runs it.
pub(super) fn run(context: &Context, request: &MergeDriverArgs) -> Result<Exit, Failure> {
    let read = |path: &Path| {
        let bytes = host::read_plain(path, 256 << 20).map_err(|error| Failure::io("read", path, &error))?;
        Ok::<_, Failure>(String::from_utf8_lossy(&bytes).into_owned())
    };
    let write =
        |text: &[u8]| host::overwrite(&request.ours, text).map_err(|error| Failure::io("write", &request.ours, &error));
    let (base, ours, theirs) = (read(&request.base)?, read(&request.ours)?, read(&request.theirs)?);
    let done = |is_settled: bool| {
        if context.options.format == Format::Json {
            context.print(&json_document(&envelope(serde_json::json!({ "settled": is_settled }))))?;
        }
        Ok(if is_settled { Exit::Done } else { Exit::No })
    };
    if let Ok(merged) = merge_histories(&base, &ours, &theirs) {
        write(merged.as_bytes())?;
        return done(true);
    }
    if let Some(text) = stricter_exception(&ours, &theirs) {
        write(text.as_bytes())?;
        return done(true);
    }
    // a document: what does not agree in its scoreboard are rows, and the rest is git's own work
    let here = context.options.root.clone().map_or_else(host::current_dir, Ok);
    let here = here.map_err(|error| Failure::io("use", "the current folder".as_ref(), &error))?;
    let merged = git::merge(&here, &request.base, &request.ours, &request.theirs)?;
    let text = String::from_utf8_lossy(&merged).into_owned();
    let is_clean = crate::base::text::conflict(&text).is_none();
    if let Some(text) = merge_rows(&text) {
        write(text.as_bytes())?;
        return done(true);
    }
    write(&merged)?;
    done(is_clean)
}
