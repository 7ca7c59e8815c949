//! A lane that can be run, with the interpreters that it starts.

use std::ffi::OsString;

use crate::differential::{Host, How, Lane};

/// A lane that can be run, or that is known to lack something.
pub(super) struct Ready {
    pub(super) lane: Lane,
    /// Where its tests would run.
    pub(super) host: Host,
    /// The reference.
    pub(super) reference: Interpreter,
    /// The candidate, where that is an interpreter.
    pub(super) candidate: Option<Interpreter>,
    /// What it lacks; none where it can be run.
    pub(super) missing: Option<String>,
}

/// An interpreter, as it is started.
#[derive(Clone, Default)]
pub(super) struct Interpreter {
    /// Its program and arguments.
    pub(super) words: Vec<OsString>,
    /// Its file, in its own words; empty where it does not say.
    pub(super) executable: String,
    /// What it is, for people.
    pub(super) shown: String,
    /// Its version as numbers.
    pub(super) version: Option<Vec<u32>>,
    /// The digest of its file and of its version; none where it does not say what it is.
    pub(super) digest: Option<String>,
}

impl Ready {
    /// Both sides, in their own words.
    pub(super) fn shown(&self) -> String {
        let candidate = match (&self.candidate, &self.lane.candidate) {
            (Some(it), _) => it.shown.clone(),
            (None, How::Program { run, .. }) => run.join(" "),
            (None, How::Interpreter(words)) => words.join(" "),
        };
        format!("{} against {candidate}", self.reference.shown)
    }
}
