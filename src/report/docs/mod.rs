//! What the doc check found, as one value with a printer for each reader.

mod excerpt;
mod findings;
mod github;
mod human;
mod json;
mod junit;
mod markdown;
mod sarif;

pub use findings::{DocsReport, HistoryComparison};
use findings::{NAMED, SHOWN, marked, printable};
