//! The slots of one run: which way of measuring is to be had, and the folder that all of them share.

use std::{path::Path, sync::Arc};

use super::{
    cgroup::Groups,
    error::{RunError, SlotsError},
    run::Run,
    run_folder::RunFolder,
    slot::Slot,
};
use crate::differential::run::Method;

/// Places to run programs in, for as long as one run takes.
#[derive(Debug)]
pub struct Slots {
    run: Arc<Run>,
    count: usize,
    passed_over: Vec<String>,
}

impl Slots {
    /// Opens `count` slots for a run that has a new folder below `runs`. What is left there of runs that were killed, and of
    /// their programs, is removed first. Takes the best way of measuring that works, or the one that is asked for.
    pub fn open(count: usize, runs: &Path, ask: Option<Method>) -> Result<Self, SlotsError> {
        // the link leads to the program also after its file was replaced
        Self::open_with(Path::new("/proc/self/exe"), count, runs, ask)
    }

    /// The same, where another file is the program that supervises.
    pub fn open_with(program: &Path, count: usize, runs: &Path, ask: Option<Method>) -> Result<Self, SlotsError> {
        let folder = |source| SlotsError::Folder { runs: runs.to_path_buf(), source };
        let folder = Arc::new(RunFolder::create(runs).map_err(folder)?);
        let mut reasons = Vec::new();
        for method in Method::ALL.into_iter().filter(|it| ask.is_none_or(|ask| ask == *it)) {
            match tried(program, method, &folder) {
                Ok(run) => return Ok(Self { run: Arc::new(run), count: count.max(1), passed_over: reasons }),
                Err(reason) => reasons.push(format!("{method}: {reason}")),
            }
        }
        Err(SlotsError::NoMethod { reasons })
    }

    /// How memory is measured.
    pub fn method(&self) -> Method {
        self.run.method
    }

    /// Why no better way was taken, one reason for each that was tried.
    pub fn passed_over(&self) -> &[String] {
        &self.passed_over
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The folder of this run, for all that its programs write. It is removed when the slots are.
    pub fn folder(&self) -> &Path {
        self.run.folder()
    }

    /// One of the slots, with its supervisor; each may be there once at a time, and is for one thread.
    pub fn slot(&self, index: usize) -> Result<Slot, RunError> {
        Slot::new(Arc::clone(&self.run), index)
    }
}

/// A way of measuring, if one slot of it can be started.
fn tried(program: &Path, method: Method, folder: &Arc<RunFolder>) -> Result<Run, String> {
    let groups = if method == Method::Polling {
        None
    } else {
        let groups = Groups::plan(method, &folder.group)?;
        // before they are there, so that none is ever there that nobody knows
        folder.note(groups.folders()).map_err(|error| error.to_string())?;
        groups.create()?;
        Some(groups)
    };
    let run = Arc::new(Run::new(program.to_path_buf(), method, groups, Arc::clone(folder)));
    drop(Slot::new(Arc::clone(&run), 0).map_err(|error| error.to_string())?);
    Arc::into_inner(run).ok_or_else(|| "the trial is still going on".to_owned())
}
