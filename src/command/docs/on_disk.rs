//! The documents of a workspace as it stands on disk, and what they are held against.

use std::sync::Arc;

use super::{
    load::{DocsInputs, LoadedDocs},
    subject::Present,
    unbelieved::unbelieved,
};
use crate::{
    audit::Audit,
    command::support::{context::CommandLine, failure::Failure, state::WorkspaceState, workspace::Workspace},
};

/// Reads both at once.
pub(super) fn present(
    workspace: &Workspace,
    command_line: CommandLine,
) -> Result<(WorkspaceState, LoadedDocs), Failure> {
    // listing waits for the disk, and judging does not
    let config = &workspace.config;
    let (read, judged) = rayon::join(
        || DocsInputs::new(&workspace.disk, &config.docs, &config.paths.checker),
        || {
            let mut state = WorkspaceState::load(workspace)?;
            let audit = Audit::run(&workspace.disk, &state.paths.stdlib, state.rules())?;
            let unbelieved = unbelieved(&workspace.disk, &state, &audit)?;
            state.snapshot.unknown.extend(unbelieved);
            Ok::<_, Failure>((state, Arc::new(audit)))
        },
    );
    let (state, audit) = judged?;
    let budget = state.ratchet.map(|it| it.budget);
    let now = Present { union: &state.union, audit: &audit, budget };
    let docs = LoadedDocs::load(&workspace.disk, &state, &now, read?, command_line)?;
    Ok((state, docs))
}
