//! What whoever reads the report of a refresh wants to know besides the change itself.

use crate::{
    base::{Files, path_word},
    changeset::Changeset,
    command::support::{failure::Failure, state::WorkspaceState},
    refresh::{index_keys, missing_rows},
    stdlib::Union,
    workspace::{Damage, Input, coverage_index},
};

/// Files of the tree that name modules of the union and are a person's to bring in step: the table of the modules that programs may
/// import, and the index of the tests.
pub(in crate::command) fn beside_the_union(
    files: &dyn Files,
    state: &WorkspaceState,
    after: &Union,
) -> Result<Vec<String>, Failure> {
    let new = after.top_level().difference(&state.union.top_level()).copied().collect::<Vec<_>>();
    let rows = missing_rows(files, &state.paths.module_table, new.into_iter())?;
    let rows = rows.map(|rows| {
        let names = rows.names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
        let what = "the compiler lets programs import only the modules that have a row there";
        let row = if rows.names.len() == 1 { "a row" } else { "rows" };
        format!("{}: add {row} for {names}; {what}", rows.path)
    });
    Ok(rows.into_iter().chain(test_index(files, state, after)?).collect())
}

/// Files in which somebody accepts something, which a change brings.
pub(in crate::command) fn exceptions(state: &WorkspaceState, changeset: &Changeset) -> Vec<String> {
    let all = changeset.edits.iter().filter(|it| it.path.below(&state.paths.exceptions).is_some());
    all.map(|it| it.path.to_string()).collect()
}

/// What comes behind the change, which only a person or another tool of the workspace can do.
pub(in crate::command) fn afterwards(files: &dyn Files, state: &WorkspaceState) -> Result<Vec<String>, Failure> {
    let mut res = Vec::new();
    let checker = &state.paths.checker;
    if files.read(checker)?.is_some() {
        let typed = path_word(checker.as_str());
        res.push(format!("run `python3 {typed}`, which judges the same tree by its own rules"));
    }
    // what is to be added to has to be begun first
    let history = &state.paths.scoreboard;
    let begins = if files.read(history)?.is_some() { "" } else { ", which is not there yet" };
    let how = "`molt-sync scoreboard record` does it";
    res.push(format!("add the row of this week to {history}{begins}: {how}"));
    Ok(res)
}

/// What a person has to do in the index of the differential tests.
fn test_index(files: &dyn Files, state: &WorkspaceState, after: &Union) -> Result<Vec<String>, Failure> {
    let path = &state.paths.coverage_index;
    let (old, new) = (state.union.required(), after.required());
    let (came, gone) = (&new - &old, &old - &new);
    coverage_index(files, path)?;
    let keys = index_keys(files, path, &came, &gone).map_err(|error| Damage::of(Input::Index, &error))?;
    let told = |names: &[String], one: &str, more: &str| {
        let all = names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
        (!names.is_empty()).then(|| format!("{path}: {} {all}", if names.len() == 1 { one } else { more }))
    };
    let missing =
        told(&keys.missing, "add a key, and the tests below it, for", "add keys, and the tests below them, for");
    let surplus = told(&keys.surplus, "take out the key of", "take out the keys of");
    Ok(missing.into_iter().chain(surplus).collect())
}
