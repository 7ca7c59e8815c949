//! Programs that are run: one with one answer, and any number in slots, contained and measured.

#[cfg(target_os = "linux")]
mod cgroup;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
mod error;
mod query;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod run_folder;
#[cfg(target_os = "linux")]
mod slot;
#[cfg(target_os = "linux")]
mod slots;
#[cfg(target_os = "linux")]
mod supervise;
#[cfg(target_os = "linux")]
mod tree;
#[cfg(target_os = "linux")]
mod wire;

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{NoSlot as Slot, NoSlots as Slots, remove_tree, supervise};
pub use error::{RunError, SlotsError};
pub use query::{QueryError, run_query, run_query_elsewhere};
#[cfg(target_os = "linux")]
pub use run_folder::remove_tree;
#[cfg(target_os = "linux")]
pub use slot::Slot;
#[cfg(target_os = "linux")]
pub use slots::Slots;
#[cfg(target_os = "linux")]
pub use supervise::supervise;
