//! What the gates found, as one value with a printer for each reader.

mod compare;
mod github;
mod human;
mod json;
mod junit;
mod rows;
mod sarif;

pub use compare::compare;
pub(super) use github::{data, property};
pub use rows::{GateReport, GateRow, ShownFinding};
