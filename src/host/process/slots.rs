//! The slots of one run: which way of measuring is to be had, and the folder that all of them share.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    cgroup::Groups,
    error::{RunError, SlotsError},
    run::SharedRun,
    run_folder::RunFolder,
    slot::Slot,
};
use crate::differential::run::MeasurementMethod;

/// Places to run programs in, for as long as one run takes.
#[derive(Debug)]
pub struct Slots {
    /// The one that was tried, until somebody takes it. Before the run, whose folder and groups it uses.
    tried: Mutex<Option<Slot>>,
    run: Arc<SharedRun>,
    count: usize,
    passed_over: Vec<String>,
}

impl Slots {
    /// Opens `count` slots for a run that has a new folder below `runs`. What is left there of runs that were killed, and of
    /// their programs, is removed first. Takes the best way of measuring that works, or the one that is asked for.
    pub fn open(count: usize, runs: &Path, ask: Option<MeasurementMethod>) -> Result<Self, SlotsError> {
        // the link leads to the program also after its file was replaced
        Self::open_with(Path::new("/proc/self/exe"), count, runs, ask)
    }

    /// The same, where another file is the program that supervises.
    pub fn open_with(
        program: &Path,
        count: usize,
        runs: &Path,
        ask: Option<MeasurementMethod>,
    ) -> Result<Self, SlotsError> {
        let folder = |source| SlotsError::Folder { runs: runs.to_path_buf(), source };
        let folder = Arc::new(RunFolder::create(runs).map_err(folder)?);
        let mut reasons = Vec::new();
        for method in MeasurementMethod::ALL.into_iter().filter(|it| ask.is_none_or(|ask| ask == *it)) {
            match tried(program, method, &folder) {
                Ok((run, slot)) => {
                    let tried = Mutex::new(Some(slot));
                    return Ok(Self { tried, run, count: count.max(1), passed_over: reasons });
                }
                Err(reason) => reasons.push(format!("{method}: {reason}")),
            }
        }
        Err(SlotsError::NoMethod { reasons })
    }

    /// How memory is measured.
    pub fn method(&self) -> MeasurementMethod {
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
        let tried =
            (index == TRIED).then(|| self.tried.lock().unwrap_or_else(PoisonError::into_inner).take()).flatten();
        tried.map_or_else(|| Slot::new(Arc::clone(&self.run), index), Ok)
    }
}

/// The slot that a way of measuring is tried with.
const TRIED: usize = 0;

/// A way of measuring, if one slot of it can be started.
fn tried(program: &Path, method: MeasurementMethod, folder: &Arc<RunFolder>) -> Result<(Arc<SharedRun>, Slot), String> {
    let groups = if method == MeasurementMethod::Polling {
        None
    } else {
        let groups = Groups::plan(method, &folder.group)?;
        // before they are there, so that none is ever there that nobody knows
        folder.note(groups.folders()).map_err(|error| error.to_string())?;
        groups.create()?;
        Some(groups)
    };
    let run = Arc::new(SharedRun::new(program.to_path_buf(), method, groups, Arc::clone(folder)));
    let slot = Slot::new(Arc::clone(&run), TRIED).map_err(|error| error.to_string())?;
    Ok((run, slot))
}
