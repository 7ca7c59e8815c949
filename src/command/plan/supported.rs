//! The workspace's authority on the series that the compiler targets: a person declares a new one, and takes one out, before it is
//! recorded or dropped.

use crate::{
    base::{Files, RelPath, Series},
    command::support::{
        failure::{Exit, Failure},
        state::WorkspaceState,
    },
    refresh::{Targets, targets},
    stdlib::Union,
};

/// A new series that the workspace's authority on supported versions does not name is a person's to declare first.
pub(super) fn disagreement(
    files: &dyn Files,
    state: &WorkspaceState,
    union: &Union,
) -> Result<Option<Failure>, Failure> {
    let new = union.by_series.keys().find(|it| !state.union.by_series.contains_key(it));
    let Some(new) = new else { return still_targeted(files, state, union) };
    let path = &state.paths.target_versions;
    let why = match targets(files, path)? {
        Targets::Undeclared => return Ok(None),
        Targets::Declared(series) if series.contains(new) => return Ok(None),
        Targets::Declared(series) => {
            let series: Vec<String> = series.iter().map(ToString::to_string).collect();
            format!(
                "{path} declares the series that the compiler targets, {}, and {new} is not among them",
                series.join(", ")
            )
        }
        Targets::Unclear(why) => unclear(*new, path, &why),
    };
    let hint = format!("declare {new} in {path} first, with what belongs to it there, then run it again");
    Ok(Some(Failure::new(Exit::Person, why, hint)))
}

/// A series that the authority names is not dropped before it does not any more.
fn still_targeted(files: &dyn Files, state: &WorkspaceState, union: &Union) -> Result<Option<Failure>, Failure> {
    let Some(gone) = state.union.by_series.keys().find(|it| !union.by_series.contains_key(it)) else { return Ok(None) };
    let path = &state.paths.target_versions;
    let why = match targets(files, path)? {
        Targets::Declared(series) if series.contains(gone) => {
            format!("{path} declares that the compiler targets {gone}")
        }
        Targets::Unclear(why) => unclear(*gone, path, &why),
        Targets::Declared(_) | Targets::Undeclared => return Ok(None),
    };
    let hint = format!("take {gone} out of {path} first, with what belongs to it there, then run it again");
    Ok(Some(Failure::new(Exit::Person, why, hint)))
}

fn unclear(series: Series, path: &RelPath, why: &str) -> String {
    format!("whether the compiler targets {series} is not known: cannot read {path}: {why}")
}
