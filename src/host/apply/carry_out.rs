//! A changeset from its first check to its end, or back to where it began.

use std::collections::BTreeMap;

use super::{
    ApplyError,
    fs::{At, NodeKind},
    rollback::Back,
    transaction::{JOURNAL, Modes, Transaction},
};
use crate::{base::Edit, changeset::Journal, host::guard};

impl Transaction<'_> {
    /// Applies `edits`, none of which is about the path of another.
    pub(super) fn apply(&self, run: &str, edits: &[Edit]) -> Result<(), ApplyError> {
        self.apply_with(run, edits, &BTreeMap::new())
    }

    /// The same, where new files get these modes, by the number of their edit.
    pub(super) fn apply_with(
        &self,
        run: &str,
        edits: &[Edit],
        wanted: &BTreeMap<usize, u32>,
    ) -> Result<(), ApplyError> {
        let modes = self.check(edits)?;
        // whoever ends it half-way leaves it to the next run
        guard::stand_back();
        let staged =
            modes.iter().enumerate().map(|(number, mode)| mode.or_else(|| wanted.get(&number).copied())).collect();
        let journal = Journal::new(run, edits, self.missing_folders(edits)?).behind(self.verified_last());
        let begun = self.begin(&journal, edits, &Modes { now: modes, staged });
        if let Err(cause) = begun {
            // nothing has happened to the tree, and nothing may, once this run has said so
            let Err(error) = self.discard() else { return Err(cause) };
            if self.fs.kind(At::Store(JOURNAL)).is_ok_and(|it| it == NodeKind::Missing) {
                return Err(cause);
            }
            return Err(ApplyError::Stuck { cause: Box::new(cause), left: vec![format!("the journal ({error})")] });
        }
        let result = self.forward(&journal.entries).and_then(|()| self.end());
        if let Err(cause) = result {
            return Err(match self.take_back(&journal) {
                Back { left, .. } if !left.is_empty() => ApplyError::Stuck { cause: Box::new(cause), left },
                Back { stayed, .. } if !stayed.is_empty() => ApplyError::Stayed { cause: Box::new(cause), stayed },
                Back { .. } => cause,
            });
        }
        // the change has happened, whatever becomes of what it displaced
        drop(self.tidy());
        Ok(())
    }
}
