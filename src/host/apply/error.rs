//! Why nothing was applied.

use std::io;

use crate::base::RelPath;

/// What a change is called that did not come to its end.
pub(super) const CUT_OFF: &str = "a change that was cut off";

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Somebody changed the file meanwhile.
    #[error("{0} changed while this run was at work")]
    Changed(RelPath),
    /// Somebody changed the file since the change that is to be taken back.
    #[error("{0} was changed since that change was applied")]
    ChangedSince(RelPath),
    /// The target is not a plain file below plain folders.
    #[error("{path} cannot be written: {what}")]
    Target {
        /// The target.
        path: RelPath,
        /// What is in the way.
        what: &'static str,
    },
    /// The disk said no.
    #[error("cannot {verb} {path}: {source}")]
    Disk {
        /// What was attempted.
        verb: &'static str,
        /// On which file.
        path: RelPath,
        /// The system's answer.
        source: io::Error,
    },
    /// The disk said no where changesets are kept.
    #[error("cannot {verb} {place}, where changesets are kept: {source}")]
    Store {
        /// What was attempted.
        verb: &'static str,
        /// Where they are kept.
        place: String,
        /// The system's answer.
        source: io::Error,
    },
    /// The disk said no, and no again when the changes were to be taken back.
    #[error("{cause}; taking the changes back failed too, at {}", .left.join(", "))]
    Stuck {
        /// The first error.
        cause: Box<ApplyError>,
        /// Files that could not be restored.
        left: Vec<String>,
    },
    /// It was taken back, but for files that somebody changed behind the run.
    #[error("{cause}; files that were changed in the meantime stay as they are: {}", .stayed.join(", "))]
    Stayed {
        /// Why the run stopped.
        cause: Box<ApplyError>,
        /// The files, with the place of what was there before.
        stayed: Vec<String>,
    },
    /// Another run is writing.
    #[error("another run is at work in this workspace: {0}")]
    Busy(String),
    /// A changeset was cut off, and some of its files were changed since.
    #[error("`{run}` was cut off, and files that it was changing have been changed since")]
    Torn {
        /// The run that was cut off.
        run: String,
        /// Files that are neither as they were before it nor as it would have made them.
        paths: Vec<String>,
    },
    /// What a changeset was about to do cannot be read any more.
    #[error("a changeset was cut off, and its journal is damaged")]
    Damaged,
    /// What lies in the store is not known to be this user's for this workspace.
    #[error("{what} lies in {place}, and {why}")]
    Unverified {
        /// What of a change it is.
        what: &'static str,
        /// Where it lies.
        place: String,
        /// Why it is not believed.
        why: String,
        /// What it would do, a line each.
        would: Vec<String>,
    },
    /// The store, or a part of it, is not what molt-sync makes.
    #[error("cannot use the folder of changesets {place}: {what}")]
    Odd {
        /// Where it is.
        place: String,
        /// What is odd about it.
        what: String,
    },
    /// There is nothing to take back.
    #[error("there is no changeset to take back")]
    NothingToUndo,
}

impl ApplyError {
    /// Whether something lies in the store that no run may believe, or that this one cannot look at.
    pub(super) fn is_doubt(&self) -> bool {
        match self {
            Self::Unverified { .. } | Self::Odd { .. } | Self::Damaged => true,
            Self::Store { source, .. } => source.kind() == io::ErrorKind::PermissionDenied,
            _ => false,
        }
    }

    /// What failed in the store at `place`.
    pub(super) fn store(verb: &'static str, source: io::Error, place: impl FnOnce() -> String) -> Self {
        match source.kind() {
            io::ErrorKind::InvalidData => Self::Odd { place: place(), what: source.to_string() },
            _ => Self::Store { verb, place: place(), source },
        }
    }
}
