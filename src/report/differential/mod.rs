//! The results of a differential run, as one value with a printer for each reader.

mod changes;
mod github;
mod human;
mod junit;
mod results;
mod vetted;

pub use changes::ChangesReport;
pub use results::DifferentialReport;
use results::{in_words, memory};
pub use vetted::vetted_in_words;
