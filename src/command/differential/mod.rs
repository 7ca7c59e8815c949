//! `molt-sync differential`: the candidate against `CPython` on test programs, in lanes, with memory measured.

mod calibrate;
mod compare;
mod engine;
mod judge;
mod lanes;
mod merge;
mod place;
mod pool;
mod ready;
mod report;
mod run;
mod select;
mod show;
mod state;
mod stored;
mod subcommand;
mod vet;
mod worker;

pub use subcommand::{Differential, run};
