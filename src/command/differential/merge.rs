//! `molt-sync differential merge`: the parts of one run as one run.

use std::path::PathBuf;

use clap::Args;

use super::{
    run::exit,
    show::{Also, show},
    stored::own,
};
use crate::{
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    differential::merge,
};

/// Join the parts of one run, as --partition made them
///
/// All parts have to be there, each once, of the same commit, lanes, tests and interpreters: anything else is refused, because a sum of
/// what is there would look like the whole.
#[derive(Debug, Clone, Args)]
pub struct MergeArgs {
    /// The reports of all parts, as `differential run --report` wrote them
    #[arg(required = true, value_name = "REPORT")]
    pub reports: Vec<PathBuf>,
    #[command(flatten)]
    pub also: Also,
}

/// Runs it.
pub(super) fn run(context: &Context, args: &MergeArgs) -> Result<Exit, Failure> {
    let parts: Result<Vec<_>, Failure> =
        args.reports.iter().map(|it| Ok((it.display().to_string(), own(context, it)?))).collect();
    let merged = merge(&parts?).map_err(|faults| {
        let hint = "name the report of every part of one run, each once: `differential run --partition slice:1/8` to `slice:8/8`";
        let message = "cannot merge the reports: they are not the parts of one run";
        Failure::new(Exit::Usage, message, hint).with_details(faults)
    })?;
    show(context, &merged, &args.also)?;
    Ok(exit(&merged))
}
