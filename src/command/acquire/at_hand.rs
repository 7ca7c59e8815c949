//! The records of the workspace around, where there is one.

use crate::{
    command::support::{context::Context, failure::Failure},
    config::Config,
    release::Lock,
    workspace,
};

/// The lock and the configuration of the workspace, where there is one around.
pub(in crate::command) fn at_hand(context: &Context) -> Result<(Lock, Config), Failure> {
    match context.workspace_around()? {
        Some(workspace) => Ok((workspace::lock(&workspace.disk, &workspace.config.paths)?, workspace.config)),
        None => Ok(Default::default()),
    }
}
