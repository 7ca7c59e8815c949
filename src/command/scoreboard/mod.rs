//! `molt-sync scoreboard`: the nine figures of a week, their history, and the rule that nothing worsens unsigned.

mod args;
mod badge;
mod check;
mod except;
mod exceptions;
mod facts;
mod history;
mod html;
mod links;
mod measured;
mod merge_driver;
mod record;
mod reports;
mod rollback;
mod show;
mod standing;

pub use args::ScoreboardCommand;

use crate::{
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    report::scoreboard::ScoreboardFormat,
};

pub(super) use record::weekly as record_weekly;

/// Runs it.
pub fn run(context: &Context, request: &ScoreboardCommand) -> Result<Exit, Failure> {
    match request {
        ScoreboardCommand::Record(it) => record::run(context, it),
        ScoreboardCommand::Show(it) => show::run(context, it),
        ScoreboardCommand::Check(it) => check::run(context, it),
        ScoreboardCommand::Except(it) => except::run(context, it),
        ScoreboardCommand::Rollback(it) => rollback::run(context, it),
        ScoreboardCommand::Html(it) => html::run(context, it),
        ScoreboardCommand::Badge(it) => badge::run(context, it),
        ScoreboardCommand::MergeDriver(it) => merge_driver::run(context, it),
    }
}

impl From<Format> for ScoreboardFormat {
    fn from(it: Format) -> Self {
        match it {
            Format::Json => Self::Json,
            Format::Markdown => Self::Markdown,
            Format::Github => Self::Github,
            Format::Human | Format::Sarif | Format::Junit | Format::Patch | Format::Dot | Format::Mermaid => {
                Self::Human
            }
        }
    }
}
