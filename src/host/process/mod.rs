//! Programs that are run: one with one answer, and any number in slots, contained and measured.

mod query;

pub use query::{QueryError, run_query, run_shell};
