//! What upstream's interface is, and what a change of it means for the workspace: the names of a release with their kinds and
//! signatures, the differences between two releases, and what the workspace's modules lack.

mod affected;
mod announced;
pub mod api;
mod change;
mod dated;
mod once;
mod own;
mod parameters;
mod public_names;
mod shims;
mod stated;
mod surface;
mod unseen;

pub use affected::{Concern, Here, Weighed, weigh};
pub use change::{ApiChange, ChangeKind, Unseen};
pub use once::changes;
pub use public_names::{NamesOfModule, PublicNames};
pub use shims::{ShimStanding, Shims};
pub use surface::{SurfaceRow, SurfaceTotals, is_family, surface};
pub(crate) use unseen::is_about;
