//! Programs that are run: one with one answer, and any number in slots, contained and measured.

mod cgroup;
mod query;
mod run_folder;
mod slot;
mod slots;
mod supervise;
mod wire;

pub use query::{QueryError, run_query, run_shell};
pub use run_folder::remove_tree;
pub use slot::{RunError, Slot};
pub use slots::{Slots, SlotsError};
pub use supervise::supervise;
