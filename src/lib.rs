//! Keeps Molt, an ahead-of-time Python compiler, in step with `CPython`.
//!
//! The pipeline of `refresh` is the order of the modules below: what a release is, what is inside it, the facts, the
//! stubs they need, the state of each module, what fails, what the documents say, and one changeset of all edits.
//! The core is pure; only `host` does input and output. `ARCHITECTURE.md` has the table of who may use whom.

pub mod acceptance;
pub mod archive;
pub mod audit;
pub mod base;
pub mod changeset;
pub mod cli;
pub mod clusters;
pub mod command;
pub mod config;
pub mod differential;
pub mod docs;
pub mod gates;
pub mod host;
pub mod impact;
pub mod python;
pub mod refresh;
pub mod release;
pub mod report;
pub mod scoreboard;
pub mod stdlib;
pub mod stubs;
pub mod watch;
pub mod workspace;
