//! `molt-sync landed`: what was converted between two revisions, read through git.

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use crate::command::support::{
    context::{Context, Format},
    failure::{Exit, Failure},
    landed_between::report,
};

/// What is asked for.
#[derive(Debug, Clone, Args)]
pub struct LandedArgs {
    /// The revision to begin at, or the day (2026-02-12) whose last commit it is
    #[arg(long, value_name = "REF", value_parser = Text::new())]
    pub since: String,
    /// The revision to end at; the tree as it is by default
    #[arg(long, value_name = "REF", value_parser = Text::new())]
    pub until: Option<String>,
}

/// Runs it.
pub fn run(context: &Context, request: &LandedArgs) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    let report = report(&workspace, &request.since, request.until.as_deref())?;
    context.print(&match context.options.format {
        Format::Json => report.json(),
        Format::Markdown => report.markdown(),
        _ => report.human(),
    })?;
    Ok(Exit::Done)
}
