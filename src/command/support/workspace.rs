//! A workspace on disk, as one run has it.

use std::{path::PathBuf, sync::Arc};

use crate::{
    base::Edit,
    command::support::failure::{Exit, Failure},
    config::Config,
    host::{self, Cache, Disk, ReadLog},
    stubs::Templates,
    workspace::stub_templates,
};

/// A workspace on disk.
pub(in crate::command) struct Workspace {
    pub(in crate::command) root: PathBuf,
    pub(in crate::command) disk: Disk,
    pub(in crate::command) config: Config,
    /// What makes this run the only one that writes; none in a run that only reads.
    pub(in crate::command) writer: Option<host::Writer>,
    /// What was read of it.
    pub(in crate::command) reading: Arc<ReadLog>,
    /// The settings that were named in place of its own.
    pub(in crate::command) named: Option<PathBuf>,
    /// The run that had been cut off and was finished first.
    pub(in crate::command) finished: Option<String>,
    /// What is kept of releases.
    pub(in crate::command) cache: Cache,
}

impl Workspace {
    /// What makes this run the only one that writes.
    pub(in crate::command) fn writer(&self) -> Result<&host::Writer, Failure> {
        let message = "this run was not begun as one that writes";
        self.writer.as_ref().ok_or_else(|| Failure::new(Exit::Io, message, "run it again"))
    }

    /// Where it lies in its repository, `compiler/`; empty at the top of one, and where there is none. Services that show
    /// findings beside the lines count from there.
    pub(in crate::command) fn prefix(&self) -> Result<String, Failure> {
        Ok(if host::git::is_repository(&self.root)? { host::git::prefix(&self.root)? } else { String::new() })
    }

    /// Whether a run of this command had been cut off, and was finished before this one began.
    pub(in crate::command) fn has_finished(&self, command: &str) -> bool {
        self.finished.as_ref().is_some_and(|run| run.split(' ').any(|it| it == command))
    }

    /// Whether this run is one that writes.
    pub(in crate::command) fn writes(&self) -> bool {
        self.writer.is_some()
    }

    /// Applies edits, all or none, and none where something that they were computed from could not be read.
    pub(in crate::command) fn apply(&self, edits: &[Edit]) -> Result<(), Failure> {
        self.whole()?;
        Ok(self.writer()?.apply(edits)?)
    }

    /// Stops the run where something of it could not be read.
    pub(in crate::command) fn whole(&self) -> Result<(), Failure> {
        self.reading.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Its root as people call it: the full path.
    pub(in crate::command) fn shown_root(&self) -> String {
        host::full_path(&self.root).display().to_string()
    }

    /// The template of stubs, the workspace's own where it has one.
    pub(in crate::command) fn stub_templates(&self) -> Result<Templates, Failure> {
        Ok(stub_templates(&self.disk, &self.config.paths)?)
    }
}
