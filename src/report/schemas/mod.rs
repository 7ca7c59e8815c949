//! The forms of what `--format json` prints, as types from which JSON Schemas are made: one of each command, and a few of their own. A
//! document that is written piece by piece has its form here; what is printed from a type has it from that. The tests compare everything
//! that the program prints while they run with these, and miss the schema of a command that has none.

pub mod conversion;
pub mod differential;
pub mod docs;
pub mod gates;
pub mod interfaces;
pub mod releases;
pub mod scoreboard;
pub mod start;
mod table;
pub mod watch;

pub use table::{names, schema_of};
