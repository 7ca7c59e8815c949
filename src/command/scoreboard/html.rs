//! `molt-sync scoreboard html`: the scoreboard as one page.

use std::path::Path;

use super::{args::Html, facts::WorkspaceFacts, links::links};
use crate::{
    clusters::Order,
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
        workspace::Workspace,
    },
    host,
    report::{envelope, json_document, scoreboard::ScoreboardPage},
    workspace::{dialect, exceptions, history, ratchet},
};

/// How a page of ours begins.
const BEGINS: &str = "<!doctype html>\n<html lang=\"en\"><!-- molt-sync scoreboard -->";

/// Runs it.
pub(super) fn run(context: &Context, request: &Html) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    let paths = &workspace.config.paths;
    let mut rows = history(&workspace.disk, &paths.scoreboard)?.weeks();
    if rows.is_empty() {
        let message = format!("cannot write a page: {} has no rows", paths.scoreboard);
        return Err(Failure::new(Exit::Usage, message, "begin it with `molt-sync scoreboard record`"));
    }
    rows.drain(..rows.len().saturating_sub(request.weeks as usize));
    let facts = WorkspaceFacts::read(&workspace)?;
    let order = Order::of_workspace(&workspace.disk, &paths.plan, dialect(&workspace.disk, &workspace.config)?)?;
    let page = ScoreboardPage {
        rows: &rows,
        modules: facts.modules(&links(&workspace, request)),
        order: &order,
        exceptions: &exceptions(&workspace.disk, &paths.exceptions)?,
        budget: ratchet(&workspace.disk, paths)?.map(|it| it.budget),
        today: &context.today(),
    };
    let text = format!("{BEGINS}\n{}", page.html());
    put(context, &workspace, &request.file, &text, BEGINS)?;
    Ok(Exit::Done)
}

/// Writes a file that the user named, in the place of one that begins in the same way or of none.
pub(super) fn put(
    context: &Context,
    workspace: &Workspace,
    path: &Path,
    text: &str,
    begins: &str,
) -> Result<(), Failure> {
    let refuse = |what: &str| {
        let message = format!("cannot write {}: {what}", path.display());
        Failure::new(Exit::Usage, message, "name a new file")
    };
    if host::leads_out(path, &workspace.root).map_err(|error| Failure::io("write", path, &error))? {
        return Err(refuse("a link on the way leads out of the workspace, or to what is not part of it"));
    }
    context.whole()?;
    let is_ours = |there: &[u8]| there.starts_with(begins.as_bytes());
    let file = host::Prepared::new(path, text.as_bytes(), is_ours).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => refuse("another file is there already"),
        _ => Failure::io("write", path, &error),
    })?;
    file.keep().map_err(|error| Failure::io("write", path, &error))?;
    let shown = path.display().to_string();
    if context.options.format == Format::Json {
        let value = envelope(serde_json::json!({ "file": shown, "bytes": text.len() }));
        return context.print(&json_document(&value));
    }
    context.print(&format!("{shown}: written, {} KiB\n", text.len().div_ceil(1024)))
}
