//! What whoever reads the report of a refresh wants to know besides the change itself.

use crate::{
    base::Files,
    changeset::Changeset,
    command::support::{failure::Failure, state::WorkspaceState},
    refresh::index_keys,
    report::{RefreshReport, Statement},
    stdlib::Union,
};

/// What a person has to do in the index of the differential tests, which lies above the list of the core lane.
pub(in crate::command) fn test_index(
    files: &dyn Files,
    state: &WorkspaceState,
    after: &Union,
) -> Result<Vec<String>, Failure> {
    let lane = &state.paths.core_lane;
    let path = lane.parent().unwrap_or_else(|| lane.clone()).parent_file("COVERAGE_INDEX.yaml");
    let (old, new) = (state.union.required(), after.required());
    let (came, gone) = (&new - &old, &old - &new);
    let keys = index_keys(files, &path, &came, &gone)?;
    let told = |names: &[String], one: &str, more: &str| {
        let all = names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
        (!names.is_empty()).then(|| format!("{path}: {} {all}", if names.len() == 1 { one } else { more }))
    };
    let missing =
        told(&keys.missing, "add a key, and the tests below it, for", "add keys, and the tests below them, for");
    let surplus = told(&keys.surplus, "take out the key of", "take out the keys of");
    Ok(missing.into_iter().chain(surplus).collect())
}

/// Tells what of the documents changes, who accepts what, and what comes behind the change, which only a person or another tool of
/// the workspace can do.
pub(in crate::command) fn tell(
    files: &dyn Files,
    state: &WorkspaceState,
    changeset: &Changeset,
    older: &[Statement],
    report: &mut RefreshReport,
) -> Result<(), Failure> {
    report.statements = Statement::of(changeset, older);
    let exceptions = changeset.edits.iter().filter(|it| it.path.below(&state.paths.exceptions).is_some());
    report.exceptions = exceptions.map(|it| it.path.to_string()).collect();
    let checker = &state.paths.checker;
    if files.read(checker)?.is_some() {
        report.for_a_person.push(format!("run `python3 {checker}`, which judges the same tree by its own rules"));
    }
    // what is to be added to has to be begun first
    let history = &state.paths.scoreboard;
    let begins = if files.read(history)?.is_some() { "" } else { ", which is not there yet" };
    let how = "`molt-sync scoreboard record` does it";
    report.for_a_person.push(format!("add the row of this week to {history}{begins}: {how}"));
    Ok(())
}
