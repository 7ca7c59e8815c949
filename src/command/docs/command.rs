//! The verbs of `molt-sync docs`.

use clap::{Subcommand, builder::NonEmptyStringValueParser as Text};

use super::{
    adopt::{self, Adopt},
    bind::{self, Bind},
    census::{self, Census},
    check::{self, DocsCheckRequest},
    explain, facts,
    resolve::{self, Resolve},
    sync::{self, Sync},
};
use crate::command::support::{
    context::Context,
    failure::{Exit, Failure},
};

/// What is asked for.
#[derive(Debug, Subcommand)]
pub enum DocsCommand {
    /// Add the managed regions to documents that have none
    Adopt(Adopt),
    /// Compare every document with the facts; write nothing
    Check(DocsCheckRequest),
    /// Repair what a tool may repair, in all documents or in none
    Sync(Sync),
    /// List the facts that documents may state, each with its source
    Facts {
        /// A fact, or what its name begins with (`stdlib`, `module.json`)
        id: Option<String>,
    },
    /// Explain a diagnostic, a line of a document or a claim
    Explain {
        /// A diagnostic (DOC005), a line (README.md:12) or the id of a claim
        #[arg(value_name = "CODE|FILE:LINE|CLAIM")]
        what: String,
        /// Compare with where this branch parted from REF, as `docs check --base` does
        #[arg(long, value_name = "REF", value_parser = Text::new())]
        base: Option<String>,
    },
    /// List the numbers in documents that look like a fact and are bound to none
    Census(Census),
    /// Bind the value at a line to a fact
    Bind(Bind),
    /// Settle the merge conflicts of two refreshed branches: managed regions, the union, the lock, the budget, what is attested and bound, the audit document
    #[command(
        override_usage = "molt-sync docs resolve [OPTIONS] [FILES]...\n       molt-sync docs resolve [OPTIONS] --driver <BASE> <OURS> <THEIRS>"
    )]
    Resolve(Resolve),
}

/// Runs it.
pub fn run(context: &Context, command: &DocsCommand) -> Result<Exit, Failure> {
    let done = |()| Exit::Done;
    match command {
        DocsCommand::Adopt(it) => adopt::run(context, it).map(done),
        DocsCommand::Check(it) => check::run(context, it),
        DocsCommand::Sync(it) => sync::run(context, it),
        DocsCommand::Facts { id } => facts::run(context, id.as_deref()).map(done),
        DocsCommand::Explain { what, base } => explain::run(context, what, base.as_deref()).map(done),
        DocsCommand::Census(it) => census::run(context, it),
        DocsCommand::Bind(it) => bind::run(context, it).map(done),
        DocsCommand::Resolve(it) => resolve::run(context, it),
    }
}
