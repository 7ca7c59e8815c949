//! The supervisor of a slot: a small process that starts one program after the other, sees what each of them takes, and lets
//! nothing of it go on. It is the parent of whatever lost its own, and it ends when whoever started it does.

mod cpu;
mod gauge;
mod kill;
mod meter;
mod output;
mod polling;
mod runner;
mod serve;
mod start;
mod trouble;
mod written;

pub use serve::supervise;
pub(super) use serve::words;
