//! All edits of one run.

use super::diff;
use crate::base::Edit;

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
