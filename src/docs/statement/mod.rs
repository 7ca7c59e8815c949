//! Statements: sentences, list items, cells and rows that state a fact in any of the usual ways, and what is wrong with
//! them. A value is taken whole or not at all, and what cannot be written safely is a person's.

mod aside;
mod bullets;
mod by_hand;
mod cells;
mod checker;
mod claims;
mod context;
mod doubt;
mod every;
mod gate;
mod gate_name;
mod lexicon;
mod listed;
mod module;
mod module_words;
mod mood;
mod named_series;
mod names;
mod one_sentence;
mod other_time;
mod piece;
mod plain;
mod reader;
mod record_head;
mod referring;
mod shape;
mod shape_words;
mod short_names;
mod signs;
mod sums;
mod surroundings;
mod table;
mod ties;
mod total;
mod totality;

#[cfg(test)]
mod tests;

pub(super) use aside::is_set_aside;
pub(super) use claims::claims;
pub(super) use doubt::{doubt, leave_for_who_asks, leave_to_a_person};
pub use gate::{ABSENT, spoken_gates};
pub(super) use mood::is_aim_or_record;
pub(super) use one_sentence::keep_together;
pub(super) use other_time::is_of_another_union;
pub(super) use signs::may_state;
pub(super) use surroundings::leave_doubtful;
pub use total::settle;

use super::text::{day, number, token, vocabulary};
use reader::{StatedValue, StatementReader, StatusSubject};
