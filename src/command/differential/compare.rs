//! `molt-sync differential compare`: what became of each test between two runs.

use std::path::PathBuf;

use clap::Args;

use super::stored::any;
use crate::{
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    differential::changes,
    report::ChangesReport,
};

/// Compare two runs test by test
///
/// Counts alone would not tell: two runs with as many failures can fail in other tests. Ends with 1 where something is worse: broken,
/// newly flaky, newly vacuous, no longer compared or gone.
#[derive(Debug, Clone, Args)]
pub struct CompareArgs {
    /// The earlier results: a report of `differential run`, or a file of Molt's own runner
    #[arg(value_name = "A")]
    pub before: PathBuf,
    /// The later results
    #[arg(value_name = "B")]
    pub after: PathBuf,
}

/// Runs it.
pub(super) fn run(context: &Context, args: &CompareArgs) -> Result<Exit, Failure> {
    let (before, after) = (any(&args.before)?, any(&args.after)?);
    let changes = changes(&before, &after);
    let report = ChangesReport { before: &before, after: &after, changes: &changes };
    context.print(&match context.options.format {
        Format::Json => report.json(),
        Format::Github => report.github(),
        _ => report.human(context.terminal.is_verbose()),
    })?;
    Ok(if changes.iter().any(|it| it.change.is_worse()) { Exit::No } else { Exit::Done })
}
