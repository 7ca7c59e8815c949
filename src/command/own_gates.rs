//! What `molt-sync gates` says of a gate of the workspace's own: it is a command, and a refresh alone runs it.

use crate::{
    base::printable,
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    config::{External, FILE},
};

/// The workspace's own gate of that name. Settings that cannot be read have none: whoever needs them says what is wrong.
pub(super) fn own_gate(context: &Context, name: &str) -> Option<External> {
    let workspace = context.workspace_around().ok().flatten()?;
    workspace.config.external.into_iter().find(|it| it.name == name)
}

/// What it is, as `gates explain` shows it.
pub(super) fn page(gate: &External) -> String {
    // both are words of the workspace
    let (name, command) = (printable(&gate.name), printable(&gate.command.join(" ")));
    format!(
        "{name}: a command of {FILE}\n\nruns: {command}\nwhen: before and after each refresh, in a scratch copy of the tree; {RUNS}\n"
    )
}

/// Why `gates` does not judge it.
pub(super) fn not_judged(gate: &External) -> Failure {
    let message = format!("`{}` is a command of {FILE}, which `gates` does not run", gate.name);
    Failure::new(Exit::Usage, message, RUNS)
}

const RUNS: &str = "`molt-sync refresh 3.14 --dry-run --run-external-gates` runs it and writes nothing";
