//! `molt-sync scoreboard badge`: one figure as a small picture.

use super::{args::BadgeArgs, html::put};
use crate::{
    command::support::{
        checked_out::{WorkspaceReach, whole},
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    report::envelope,
    scoreboard::{FIGURES, badge, badge_value, by_id},
    workspace::history,
};

/// Runs it.
pub(super) fn run(context: &Context, request: &BadgeArgs) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    whole(&workspace, WorkspaceReach::Scoreboard, true)?;
    let rows = history(&workspace.disk, &workspace.config.paths.scoreboard)?.weeks();
    let figure = by_id(&request.figure).unwrap_or(&FIGURES[0]);
    let value = badge_value(rows.last(), figure);
    let svg = badge(figure.title.trim_end_matches(" %"), &value);
    if let Some(path) = &request.file {
        put(context, &workspace, path, &svg, "<svg xmlns=")?;
    } else if context.options.format == Format::Json {
        context.print(&format!(
            "{:#}\n",
            envelope(serde_json::json!({ "figure": figure.id, "value": value, "svg": svg }))
        ))?;
    } else {
        context.print(&svg)?;
    }
    Ok(Exit::Done)
}
