//! Every edit of one run as one value, and how it is shown: as a unified diff that git takes, and in counts.

mod below;
mod diff;
pub mod endings;
mod journal;
mod plan;

use crate::base::Edit;

pub use below::below;
pub use journal::{Journal, JournalEntry, JournalError};
pub use plan::{Content, PlanFile, PlanFileError, PlannedEdit};

/// All edits of a run, sorted by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changeset {
    /// Each changes something, and no two are about the same path.
    pub edits: Vec<Edit>,
}

impl Changeset {
    /// The whole changeset as a patch for `git apply`.
    pub fn diff(&self) -> String {
        let mut left = diff::EFFORT;
        self.edits.iter().map(|it| diff::of(it, &mut left)).collect()
    }
}
