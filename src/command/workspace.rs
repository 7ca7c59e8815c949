//! A workspace on disk, as one run has it.

use std::{path::PathBuf, sync::Arc};

use super::{
    failure::{Exit, Failure},
    records::dialect,
};
use crate::{
    audit::later_document,
    base::{Dialect, Edit, FileError, Files as _, Memory, RelPath, limits},
    config::Config,
    gates::whole_runtime,
    host::{self, Disk, Reading},
    stubs::{TEMPLATE, Templates},
};

/// A workspace on disk.
pub(super) struct Workspace {
    pub(super) root: PathBuf,
    pub(super) disk: Disk,
    pub(super) config: Config,
    /// What makes this run the only one that writes; none in a run that only reads.
    pub(super) writer: Option<host::Writer>,
    /// What was read of it.
    pub(super) reading: Arc<Reading>,
    /// The run that had been cut off and was finished first.
    pub(super) finished: Option<String>,
}

impl Workspace {
    /// What makes this run the only one that writes.
    pub(super) fn writer(&self) -> Result<&host::Writer, Failure> {
        let message = "this run was not begun as one that writes";
        self.writer.as_ref().ok_or_else(|| Failure::new(Exit::Io, message, "run it again"))
    }

    /// Where it lies in its repository, `compiler/`; empty at the top of one, and where there is none. Services that show
    /// findings beside the lines count from there.
    pub(super) fn prefix(&self) -> Result<String, Failure> {
        Ok(if host::git::is_repository(&self.root)? { host::git::prefix(&self.root)? } else { String::new() })
    }

    /// Whether a run of this command had been cut off, and was finished before this one began.
    pub(super) fn has_finished(&self, command: &str) -> bool {
        self.finished.as_ref().is_some_and(|run| run.split(' ').any(|it| it == command))
    }

    /// Whether this run is one that writes.
    pub(super) fn writes(&self) -> bool {
        self.writer.is_some()
    }

    /// Applies edits, all or none, and none where something that they were computed from could not be read.
    pub(super) fn apply(&self, edits: &[Edit]) -> Result<(), Failure> {
        self.whole()?;
        Ok(self.writer()?.apply(edits)?)
    }

    /// Stops the run where something of it could not be read.
    pub(super) fn whole(&self) -> Result<(), Failure> {
        self.reading.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Its root as people call it: the full path.
    pub(super) fn shown_root(&self) -> String {
        host::full_path(&self.root).display().to_string()
    }

    /// What the gates judge, as it was at a revision.
    pub(super) fn at_revision(&self, revision: &str) -> Result<Memory, Failure> {
        let paths = &self.config.paths;
        let commit = host::git::commit(&self.root, revision)?;
        let policy = paths.stdlib.parent_file("stdlib_intrinsic_policy.py");
        let wanted = [
            &paths.stdlib,
            &policy,
            &paths.union,
            &paths.ratchet,
            &paths.attestation,
            &paths.baselines,
            &paths.manifest,
            &paths.bindings_stub,
            &paths.bindings_table,
            &paths.runtime,
            &paths.core_lane,
            &paths.checker,
            &paths.audit,
            &later_document(),
        ];
        let mut files = host::git::files(&self.root, &commit, &wanted)?;
        if dialect(&files, &self.config)? == Dialect::August {
            files.0.extend(host::git::files(&self.root, &commit, &[&whole_runtime(&paths.runtime)])?.0);
        }
        let lane = files.text(&paths.core_lane)?.unwrap_or_default();
        let tests: Vec<RelPath> = lane.lines().filter_map(|it| RelPath::new(it.trim()).ok()).collect();
        if !tests.is_empty() {
            let tests: Vec<&RelPath> = tests.iter().collect();
            files.0.extend(host::git::files(&self.root, &commit, &tests)?.0);
        }
        Ok(files)
    }

    /// The template of stubs, the workspace's own where it has one.
    pub(super) fn stub_templates(&self) -> Result<Templates, Failure> {
        let own = self.templates(&self.config.paths.stub_templates)?.remove(TEMPLATE);
        Ok(Templates::new(own.as_deref())?)
    }

    /// The workspace's own templates in `folder`, by file name.
    pub(super) fn templates(&self, folder: &RelPath) -> Result<std::collections::BTreeMap<String, String>, FileError> {
        let mut res = std::collections::BTreeMap::new();
        let paths = self.disk.list(folder, ".j2")?;
        if paths.len() > limits::TEMPLATES {
            let why = format!("it has {} templates, and more than {} are not read", paths.len(), limits::TEMPLATES);
            return Err(FileError { path: folder.clone(), source: std::io::Error::other(why) });
        }
        for path in paths {
            if let Some(text) = self.disk.text(&path)? {
                // what a template gives is compared line by line, however its own lines end
                res.insert(path.file_name().to_owned(), text.replace("\r\n", "\n"));
            }
        }
        Ok(res)
    }
}
