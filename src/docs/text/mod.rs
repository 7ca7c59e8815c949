//! A text by itself, before anything is known of the document that it stands in: tokens, numbers, days, series, and of which
//! time it speaks.

pub(super) mod day;
pub(super) mod elsewhere;
mod former;
pub(super) mod number;
pub(super) mod raw;
pub(super) mod series;
pub(super) mod time;
pub(super) mod token;
pub(super) mod vocabulary;
pub(super) mod whole;
pub(super) mod write_series;
