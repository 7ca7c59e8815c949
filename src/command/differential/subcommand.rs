//! The subcommands of `molt-sync differential`.

use clap::Subcommand;

use super::{compare, merge, report, vet};
use crate::command::support::{
    context::Context,
    failure::{Exit, Failure},
};

/// What is asked for.
#[derive(Debug, Clone, Subcommand)]
#[expect(missing_docs, reason = "each has the words of its own file, which the help shows")]
pub enum Differential {
    Run(Box<super::run::RunArgs>),
    Vet(Box<vet::VetArgs>),
    Merge(merge::MergeArgs),
    Compare(compare::CompareArgs),
    Report(report::ReportArgs),
}

/// Runs it.
pub fn run(context: &Context, command: &Differential) -> Result<Exit, Failure> {
    match command {
        Differential::Run(args) => super::run::run(context, args),
        Differential::Vet(args) => vet::run(context, args),
        Differential::Merge(args) => merge::run(context, args),
        Differential::Compare(args) => compare::run(context, args),
        Differential::Report(args) => report::run(context, args),
    }
}
