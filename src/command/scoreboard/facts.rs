//! What the page says of each module besides its state: its file, its intrinsics, its tests, and the day of its last change.

use std::collections::BTreeMap;

use super::{links::encoded, measured::tree};
use crate::{
    base::RelPath,
    command::support::{failure::Failure, workspace::Workspace},
    differential::CoverageIndex,
    host::{self, git},
    report::scoreboard::ModuleFacts,
    scoreboard::Tree,
    stdlib::Layout,
    workspace::coverage_index,
};

/// What the workspace says of its modules now.
pub(super) struct WorkspaceFacts {
    layout: Layout,
    tree: Tree,
    index: CoverageIndex,
    /// None where the history of the repository does not say it.
    days: Option<BTreeMap<RelPath, String>>,
}

impl WorkspaceFacts {
    pub(super) fn read(workspace: &Workspace) -> Result<Self, Failure> {
        let paths = &workspace.config.paths;
        let days = || {
            if !git::is_repository(&workspace.root)? || git::head(&workspace.root)?.is_none() {
                return Ok(None);
            }
            git::days_of_changes(&workspace.root, &paths.stdlib)
        };
        let (days, tree) = host::beside(days, || tree(&workspace.disk, &workspace.config));
        let index = coverage_index(&workspace.disk, &paths.coverage_index)?;
        Ok(Self { layout: Layout::read(&workspace.disk, &paths.stdlib)?, tree: tree?, index, days: days? })
    }

    /// Each module, with links that begin with `links`.
    pub(super) fn modules(&self, links: &str) -> BTreeMap<&str, ModuleFacts> {
        let of = |(path, name): (&RelPath, &String)| ModuleFacts {
            link: Some(format!("{links}{}", encoded(path.as_str()))),
            intrinsics: self.tree.intrinsics.get(name).copied(),
            tests: self.index.modules.get(name).cloned().unwrap_or_default(),
            changed: self.days.as_ref().and_then(|it| it.get(path)).cloned(),
        };
        self.layout.files.iter().map(|(path, name)| (name.as_str(), of((path, name)))).collect()
    }
}
