//! The subcommands of `molt-sync scoreboard`.

use super::{ScoreboardCommand, badge, check, except, html, merge_driver, record, rollback, show};
use crate::{
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    report::scoreboard::ScoreboardFormat,
};

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
            _ => Self::Human,
        }
    }
}
