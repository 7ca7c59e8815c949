//! The files that a plan writes of the recorded facts: baselines, the union and the stubs.

use crate::{
    base::{Files, RelPath, Staged, shell_word},
    command::{
        plan::step::StepOutcome,
        support::{
            failure::{Exit, Failure},
            remarks::Remarks,
            state::WorkspaceState,
            way::Way,
        },
    },
    report::StubChanges,
    stdlib::{Baseline, SourceKind, Union, UnionFile},
    stubs::{self, StubPlan},
    workspace::{Side, baseline_path},
};

/// Writes the record: a baseline a series, and the union.
pub(super) fn write_record(staged: &mut Staged<'_>, state: &WorkspaceState, union: &Union) -> Result<Remarks, Failure> {
    let mut remarks = Remarks::default();
    write_baselines(staged, state, &mut remarks)?;
    match &state.union_file {
        Some(file) => file.write(staged, union)?,
        None => staged.write(&state.paths.union, UnionFile::fresh(union))?,
    }
    Ok(remarks)
}

/// That facts of a series are those of the union file.
pub(super) fn imported(state: &WorkspaceState) -> Remarks {
    let all = state.baselines.values().filter(|it| it.provenance.source == SourceKind::Imported);
    let notes = all.map(|it| format!("the facts of {} are those of {}", it.series, state.paths.union)).collect();
    Remarks { notes, ..Remarks::default() }
}

/// Writes the stubs of the tree that `files` shows. Returns what happens to them.
pub(super) fn write_stubs(
    files: &dyn Files,
    staged: &mut Staged<'_>,
    state: &WorkspaceState,
    union: &Union,
    recorded: &StepOutcome,
) -> Result<(StubChanges, Remarks), Failure> {
    let mut remarks = Remarks::default();
    let (plan, stale) = match &recorded.drift {
        Some(drift) => (&drift.plan, &drift.stale[..]),
        None => (&stubs::plan(files, &state.paths.stdlib, &state.union, union, &state.stubs)?, &[][..]),
    };
    stage_stubs(staged, plan, &mut remarks)?;
    for it in stale {
        staged.write(&it.path, it.text.as_str())?;
        remarks.note(format!("{} is written again: it was not as stubs are written now", it.path));
    }
    Ok((stub_changes(plan), remarks))
}

fn write_baselines(staged: &mut Staged<'_>, state: &WorkspaceState, remarks: &mut Remarks) -> Result<(), Failure> {
    let mut edited = Vec::new();
    let mut own = |staged: &mut Staged<'_>, path: &RelPath, new: Option<&str>| -> Result<(), Failure> {
        let old = staged.text(path)?;
        let says = |text: &str| Baseline::parse(text).ok();
        if let (Some(old), Some(new)) = (&old, new)
            && Baseline::is_as_written(old)
            && says(old) == says(new)
        {
            // how a formatter lays it out is the workspace's
            return Ok(());
        }
        let is_edited = old.as_deref().is_some_and(|it| Some(it) != new && !Baseline::is_as_written(it));
        if is_edited && state.side(path) != Some(Side::Theirs) {
            edited.push(path.to_string());
        }
        match new {
            Some(text) => staged.write(path, text)?,
            None => staged.delete(path)?,
        }
        Ok(())
    };
    for (series, baseline) in &state.baselines {
        own(staged, &baseline_path(&state.paths, *series), Some(&baseline.render()))?;
    }
    for series in state.union.by_series.keys().filter(|it| !state.baselines.contains_key(it)) {
        own(staged, &baseline_path(&state.paths, *series), None)?;
    }
    let Some(first) = edited.first() else { return Ok(()) };
    let hint = format!("restore it from git, or write over it with --take {}", shell_word(&format!("theirs={first}")));
    let message = "a recorded baseline was edited by hand, and what it records comes from a release";
    let way = Way::take("theirs", edited.iter().map(String::as_str));
    remarks.obstacle(Failure::new(Exit::Person, message, hint).with_details(edited), way);
    Ok(())
}

fn stage_stubs(staged: &mut Staged<'_>, plan: &StubPlan, remarks: &mut Remarks) -> Result<(), Failure> {
    if !plan.conflicts.is_empty() {
        let lines = plan.conflicts.iter().map(|it| format!("{}: `{}` is a package in CPython now", it.path, it.name));
        let message = "a person's file stands where a package is needed";
        let hint = "make each a package (NAME/__init__.py) by hand, then run it again";
        remarks.obstacle(Failure::new(Exit::Person, message, hint).with_details(lines), Way::Hand);
    }
    for (_, path) in &plan.retire {
        staged.delete(path)?;
    }
    for it in &plan.moves {
        staged.delete(&it.from)?;
    }
    for stub in plan.create.iter().chain(plan.moves.iter().map(|it| &it.to)) {
        staged.write(&stub.path, stub.text.as_str())?;
    }
    Ok(())
}

fn stub_changes(plan: &StubPlan) -> StubChanges {
    StubChanges {
        created: plan.create.iter().map(|it| it.name.clone()).collect(),
        moved: plan.moves.iter().map(|it| it.to.name.clone()).collect(),
        retired: plan.retire.iter().rev().map(|(name, _)| name.clone()).collect(),
        kept: plan.kept.iter().map(|(_, path)| path.to_string()).collect(),
    }
}
