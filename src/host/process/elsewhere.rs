//! Systems where programs are not run: it takes Linux to measure them and to end all that they started.

use std::{convert::Infallible, fs, io, path::Path};

use super::error::{RunError, SlotsError};
use crate::differential::run::{MeasurementMethod, Program, Ran};

/// Places to run programs in; there are none here.
#[derive(Debug)]
pub struct NoSlots(Infallible);

/// A place where one program at a time runs; there is none here.
#[derive(Debug)]
pub struct NoSlot(Infallible);

impl NoSlots {
    /// Says that there are none.
    pub fn open(_count: usize, _runs: &Path, _ask: Option<MeasurementMethod>) -> Result<Self, SlotsError> {
        Err(SlotsError::NoMethod { reasons: vec!["programs are run on Linux only".into()] })
    }

    /// The same, where another file is the program that supervises.
    pub fn open_with(
        _program: &Path,
        count: usize,
        runs: &Path,
        ask: Option<MeasurementMethod>,
    ) -> Result<Self, SlotsError> {
        Self::open(count, runs, ask)
    }

    /// How memory is measured.
    pub fn method(&self) -> MeasurementMethod {
        match self.0 {}
    }

    /// Why no better way was taken.
    pub fn passed_over(&self) -> &[String] {
        match self.0 {}
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        match self.0 {}
    }

    /// The folder of this run.
    pub fn folder(&self) -> &Path {
        match self.0 {}
    }

    /// One of the slots.
    pub fn slot(&self, _index: usize) -> Result<NoSlot, RunError> {
        match self.0 {}
    }
}

impl NoSlot {
    /// Runs a program.
    pub fn run(&mut self, _program: &Program) -> Result<Ran, RunError> {
        match self.0 {}
    }
}

/// Removes a folder with all that is in it. What is not there is gone.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if crate::host::door::is_absent(&error) => Ok(()),
        done => done,
    }
}

/// No process is started as a supervisor.
pub fn supervise() -> Option<u8> {
    None
}
