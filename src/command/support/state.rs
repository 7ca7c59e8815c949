//! A workspace with the checkout around it, as a plan takes it.

use std::{
    ops::Deref,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    base::{Files, RelPath},
    command::support::{
        accepted_doubt::AcceptedDoubt,
        checked_out::{WorkspaceReach, whole},
        checkout::{Checkout, GitCheckout},
        failure::Failure,
        workspace::Workspace,
    },
    config::Config,
    host::Cache,
    stdlib::SourceKind,
    workspace::{Side, Snapshot, SourceEffect, Unknown},
};

/// The state before a run: what the workspace holds, and what the run knows besides.
pub(in crate::command) struct WorkspaceState {
    /// What the workspace holds.
    pub(in crate::command) snapshot: Snapshot,
    /// Where the workspace is.
    pub(in crate::command) root: PathBuf,
    /// The checkout around it.
    pub(in crate::command) checkout: Arc<dyn Checkout>,
    /// What a person accepts in this run.
    pub(in crate::command) accepted: Vec<AcceptedDoubt>,
    /// Whose words count in files that a person edited.
    pub(in crate::command) take: Vec<(Side, RelPath)>,
    /// What is kept of releases; nothing of what is read of another revision.
    pub(in crate::command) cache: Cache,
}

impl Deref for WorkspaceState {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl WorkspaceState {
    /// Why the states of the modules are not known, where they are not: no document gets a count of them.
    pub(in crate::command) fn unknown_states(&self) -> Option<&Unknown> {
        self.unknown.iter().find(|it| it.of == SourceEffect::Statuses)
    }

    /// That no release is recorded, in words, and which series the union file has; none where one is.
    pub(in crate::command) fn unrecorded(&self) -> Option<String> {
        if self.baselines.values().any(|it| it.provenance.source != SourceKind::Imported) {
            return None;
        }
        let series: Vec<String> = self.baselines.keys().map(ToString::to_string).collect();
        Some(if series.is_empty() {
            "none is recorded".to_owned()
        } else {
            format!("none is recorded; the union file has CPython {}", series.join(", "))
        })
    }

    /// Whose words count in a file that a person edited, where somebody has said so.
    pub(in crate::command) fn side(&self, path: &RelPath) -> Option<Side> {
        self.take.iter().rev().find(|(_, it)| it == path).map(|(side, _)| *side)
    }

    /// The same where the lock says `text`.
    pub(in crate::command) fn with_lock(self, text: &str) -> Result<Self, Failure> {
        Ok(Self { snapshot: self.snapshot.with_lock(text)?, ..self })
    }

    /// Reads everything that a plan needs.
    pub(in crate::command) fn load(workspace: &Workspace) -> Result<Self, Failure> {
        let snapshot = Snapshot::read((&workspace.disk, &workspace.disk), &workspace.config)?;
        whole(workspace, WorkspaceReach::Documents, snapshot.lacks)?;
        Ok(Self { cache: workspace.cache.clone(), ..Self::around(snapshot, &workspace.root) })
    }

    /// The same of other files, by the settings and the templates of today.
    pub(in crate::command) fn at(files: &dyn Files, workspace: &Workspace) -> Result<Self, Failure> {
        Ok(Self::around(Snapshot::read((files, &workspace.disk), &workspace.config)?, &workspace.root))
    }

    /// The same of another revision, by its own settings and templates.
    pub(in crate::command) fn then(files: &dyn Files, root: &Path, config: &Config) -> Result<Self, Failure> {
        Ok(Self::around(Snapshot::read((files, files), config)?, root))
    }

    fn around(snapshot: Snapshot, root: &Path) -> Self {
        Self {
            snapshot,
            root: root.to_path_buf(),
            checkout: Arc::new(GitCheckout::at(root)),
            accepted: Vec::new(),
            take: Vec::new(),
            cache: Cache::none(),
        }
    }
}
