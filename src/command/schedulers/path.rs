//! The paths of the files of a scheduler.

use crate::{
    base::RelPath,
    command::support::failure::{Exit, Failure},
};

/// A path as it is written here, checked as any other.
pub(super) fn clean(name: &str) -> Result<RelPath, Failure> {
    RelPath::new(name).map_err(|error| Failure::new(Exit::Usage, error.to_string(), "check the path"))
}
