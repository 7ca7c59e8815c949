//! Why programs cannot be run: failures of this program or of the machine.

use std::{io, path::PathBuf};

/// Why there are no slots.
#[derive(Debug, thiserror::Error)]
pub enum SlotsError {
    /// The folder of the run cannot be made, or what is left of an earlier one cannot be removed.
    #[error("cannot make a folder for the run in {}: {source}", runs.display())]
    Folder {
        /// Where it was to be made.
        runs: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// No way of measuring works, or not the one that was asked for.
    #[error("cannot measure the memory of programs: {}", reasons.join("; "))]
    NoMethod {
        /// One for each way that was tried.
        reasons: Vec<String>,
    },
}

/// A failure of this program or of the machine, which says nothing about the program that was to be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The supervisor does not start.
    #[error("cannot start a supervisor for programs: {0}")]
    Start(String),
    /// It was killed or stopped.
    #[error("the supervisor of {program} was lost: {reason}")]
    Lost {
        /// What it ran.
        program: String,
        /// What was seen of it.
        reason: String,
    },
    /// It cannot do its work.
    #[error("cannot run {program}: {reason}")]
    Failed {
        /// What was to be run.
        program: String,
        /// What went wrong.
        reason: String,
    },
}
