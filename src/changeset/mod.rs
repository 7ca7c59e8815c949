//! Every edit of one run as one value, and how it is shown: as a unified diff that git takes, and in counts.

mod below;
mod diff;
mod edits;
pub mod endings;
mod journal;
mod plan;

pub use below::below;
pub use edits::Changeset;
pub use journal::{Journal, JournalEntry, JournalError, WrittenFile};
pub use plan::{Content, PlanFile, PlanFileError, PlannedEdit};
