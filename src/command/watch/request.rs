//! What is asked for.

use std::path::PathBuf;

use super::bring::Bring;
use crate::base::Series;

/// What is asked for.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(in crate::command) struct Watch {
    /// Seconds between two looks; one look where there is none.
    pub every: Option<u64>,
    /// End with 1 where a release waits.
    pub check: bool,
    /// Bring releases in, and how.
    pub bring: Option<Bring>,
    /// These series only.
    pub series: Vec<Series>,
    /// Whether pre-releases count.
    pub pre: bool,
    /// A command for a shell, for each release that is out for the first time.
    pub on_new: Option<String>,
    /// Where to remember what was seen.
    pub state: Option<PathBuf>,
    /// What was told before, a notice a line: for runs that begin without a state.
    pub told: Option<PathBuf>,
    /// A file to write after each look that could look.
    pub heartbeat: Option<PathBuf>,
    /// Tell GitHub's runner: a summary, and outputs.
    pub github: bool,
    /// Record the row of this week on the scoreboard, where it has none.
    pub scoreboard: bool,
}
