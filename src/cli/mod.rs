//! Command line to requests, no logic.

mod args;
mod described;
mod examples;
mod formats;
mod guarded;
mod help;
mod run;
mod shells;
mod usage;

pub use run::main;
