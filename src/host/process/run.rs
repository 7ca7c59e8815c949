//! What the slots of a run share: how they measure, their cgroups and their folder.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    cgroup::{Groups, kill_and_remove},
    run_folder::RunFolder,
};
use crate::differential::run::MeasurementMethod;

/// What the slots of a run share.
#[derive(Debug)]
pub(super) struct SharedRun {
    /// The file of this program.
    pub(super) program: PathBuf,
    pub(super) method: MeasurementMethod,
    /// Before the folder, so that the processes are gone when that is removed.
    groups: Option<Groups>,
    folder: Arc<RunFolder>,
}

impl SharedRun {
    pub(super) fn new(
        program: PathBuf,
        method: MeasurementMethod,
        groups: Option<Groups>,
        folder: Arc<RunFolder>,
    ) -> Self {
        Self { program, method, groups, folder }
    }

    /// Where its programs may write.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The cgroup of a slot, made where it is not there.
    pub(super) fn folders(&self, index: usize) -> io::Result<Vec<PathBuf>> {
        self.groups.as_ref().map_or(Ok(Vec::new()), |it| it.slot(index))
    }

    /// Kills what is left in a slot and removes its cgroup.
    pub(super) fn clear(&self, index: usize) {
        for folder in self.folders(index).unwrap_or_default() {
            drop(kill_and_remove(&folder));
        }
    }
}
