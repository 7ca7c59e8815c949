//! When files were changed last: by git where they are committed, else by the files themselves. Git is asked once for all of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    base::RelPath,
    command::support::{failure::Failure, workspace::Workspace},
    host,
};

/// What is known of some files.
pub(in crate::command) struct LastChanges<'w> {
    workspace: &'w Workspace,
    committed: BTreeMap<String, i64>,
    uncommitted: BTreeSet<RelPath>,
}

impl<'w> LastChanges<'w> {
    /// Asks about files.
    ///
    /// # Errors
    /// When git fails.
    pub(in crate::command) fn of(workspace: &'w Workspace, paths: &[&RelPath]) -> Result<Self, Failure> {
        let root = &workspace.root;
        if !host::git::is_repository(root)? {
            return Ok(Self { workspace, committed: BTreeMap::new(), uncommitted: BTreeSet::new() });
        }
        let uncommitted = host::git::uncommitted(root, paths, true)?.into_iter().map(|(path, _)| path).collect();
        Ok(Self { workspace, committed: host::git::times_of_change(root, paths)?, uncommitted })
    }

    /// When one of them was changed last, in seconds since 1970.
    ///
    /// # Errors
    /// When a file that is in no commit cannot be looked at.
    pub(in crate::command) fn newest(&self, paths: &[&RelPath]) -> Result<i64, Failure> {
        let time = |path: &&RelPath| match self.committed.get(path.as_str()) {
            Some(time) if !self.uncommitted.contains(*path) => Ok(*time),
            _ => {
                let path = self.workspace.root.join(path.as_str());
                host::modified(&path).map_err(|error| Failure::io("look at", &path, &error))
            }
        };
        let times = paths.iter().map(time).collect::<Result<Vec<_>, Failure>>()?;
        Ok(times.into_iter().max().unwrap_or_default())
    }
}
