//! `molt-sync scoreboard check`: nothing worsens unless an exception allows it by name.

use super::{args::CheckArgs, standing::ScoreboardStanding};
use crate::{
    command::support::{
        checked_out::{WorkspaceReach, whole},
        context::Context,
        failure::{Exit, Failure},
    },
    report::scoreboard::CheckReport,
};

/// Runs it.
pub(super) fn run(context: &Context, request: &CheckArgs) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    whole(&workspace, WorkspaceReach::Tree, true)?;
    let standing = ScoreboardStanding::new(context, &workspace, request)?;
    let prefix = workspace.prefix()?;
    let report = CheckReport {
        base: &standing.base,
        reference: &request.base,
        judged: &standing.judged,
        lost_rows: &standing.lost_rows,
        lost_table_rows: &standing.lost_table_rows,
        operations: &workspace.config.paths.operations,
        budget: standing.budget.as_ref().map(|it| it.message.as_str()),
        history: &workspace.config.paths.scoreboard,
        differs: &standing.differs,
        is_fine: standing.is_fine(),
        prefix: &prefix,
    };
    context.print(&context.located(&report.text(context.options.format.into())))?;
    Ok(if standing.is_fine() { Exit::Done } else { Exit::No })
}
