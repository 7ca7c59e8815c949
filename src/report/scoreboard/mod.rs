//! The scoreboard for people and for programs: the rows of its history, what a check found, and a page.

mod cards;
mod chart;
mod check;
mod lists;
mod modules;
mod page;
mod rows;
mod text;
mod values;
mod weeks;

pub use check::CheckReport;
pub use modules::ModuleFacts;
pub use page::ScoreboardPage;
pub use rows::Rows;
pub(super) use values::row_value;
pub use values::{ScoreboardFormat, recorded, stays};
