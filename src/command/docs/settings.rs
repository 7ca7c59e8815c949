//! What the settings of documents name.

use crate::{
    base::RelPath,
    command::support::failure::{Exit, Failure},
    config::FILE,
};

/// The settings of the workspace.
pub(super) fn settings() -> RelPath {
    RelPath::new(FILE).unwrap_or_else(|_| RelPath::root())
}

/// The folder of the workspace's tools.
pub(super) fn tools() -> RelPath {
    RelPath::new("tools").unwrap_or_else(|_| RelPath::root())
}

/// What is said where the settings of documents cannot be used.
pub(super) fn settings_error(why: &str) -> Failure {
    Failure::new(Exit::Usage, format!("cannot use the [docs] settings: {why}"), "correct that key of molt-sync.toml")
}
