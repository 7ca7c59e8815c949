//! What the acceptance template says of modules, with a printer for each reader.

mod human;
mod json;
mod junit;
mod markdown;
mod verdicts;

use verdicts::line_of;
pub use verdicts::{AcceptReport, AcceptedModule};
