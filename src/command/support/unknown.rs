//! A run that would write what is not known of a tree.

use crate::{
    command::support::failure::{Exit, Failure},
    workspace::Unknown,
};

/// Stops it.
pub(in crate::command) fn refuse(all: &[Unknown]) -> Result<(), Failure> {
    let Some(first) = all.first() else { return Ok(()) };
    let message = format!("nothing was written: {}", first.why);
    Err(Failure::new(Exit::Usage, message, first.repair.as_str())
        .with_details(all[1..].iter().map(|it| it.why.clone())))
}
