//! `molt-sync scoreboard show`: the rows of the history, and what changed from one to the next.

use super::args::Show;
use crate::{
    command::support::{
        checked_out::{WorkspaceReach, whole},
        context::Context,
        failure::{Exit, Failure},
    },
    report::scoreboard::Rows,
    workspace::history,
};

/// Runs it.
pub(super) fn run(context: &Context, request: &Show) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    whole(&workspace, WorkspaceReach::Scoreboard, true)?;
    let history = history(&workspace.disk, &workspace.config.paths.scoreboard)?;
    let all = history.weeks();
    let is_since = |date: &str| request.since.as_deref().is_none_or(|since| date >= since);
    let mut start = all.iter().position(|it| is_since(&it.date)).unwrap_or(all.len());
    if let Some(weeks) = request.weeks {
        start = start.max(all.len().saturating_sub(weeks as usize));
    }
    if all.is_empty() {
        let path = &workspace.config.paths.scoreboard;
        context.note(&format!("{path} has no rows; `molt-sync scoreboard record` begins it"));
    }
    let report = Rows { all: &all, start, is_whole: context.terminal.is_verbose() };
    context.print(&report.text(context.options.format.into()))?;
    Ok(Exit::Done)
}
