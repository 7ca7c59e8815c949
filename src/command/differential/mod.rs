//! `molt-sync differential`: the candidate against `CPython` on test programs, in lanes, with memory measured.

mod engine;
mod judge;
mod place;
mod pool;
mod ready;
mod run;
mod select;
mod show;
mod state;
mod worker;

use clap::Subcommand;

use crate::command::support::{
    context::Context,
    failure::{Exit, Failure},
};

/// What is asked for.
#[derive(Debug, Clone, Subcommand)]
pub enum Differential {
    Run(Box<run::RunArgs>),
}

/// Runs it.
pub fn run(context: &Context, command: &Differential) -> Result<Exit, Failure> {
    match command {
        Differential::Run(args) => run::run(context, args),
    }
}
