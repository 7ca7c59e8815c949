//! Where the clusters of the execution order stand, with a printer for each reader.

mod clusters;
mod graph;
mod human;
mod json;
mod markdown;

use clusters::word;
pub use clusters::{ModuleEffect, PlanReport};
