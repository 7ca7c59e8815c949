//! The plan as a value: from a workspace and what is to change in it to one changeset and its report. Nothing is
//! written here, so a run that stops has changed nothing.

use std::collections::BTreeSet;

use super::{
    failure::{Exit, Failure},
    init::paths_by_role,
    state::State,
};
use crate::{
    audit::{Audit, Ratchet},
    base::{Files, RelPath, Series, Staged},
    changeset::Changeset,
    config::Paths,
    docs::{BLOCKS, DocFacts, LastRefresh, State as RegionState, patch_audit, regions, replace, state},
    gates,
    release::Locked,
    report::{DocChange, Growth, RefreshReport, StubChanges, UnionCounts},
    stdlib::{Baseline, Delta, Facts, Form, Layout, SourceKind, Union, UnionFile, bundled},
    stubs::{self, StubPlan},
};

/// Who accepts a higher budget, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    /// A person's name.
    pub name: String,
    /// The reason in their words.
    pub reason: String,
}

/// What is to change.
pub(super) enum Step {
    /// A series is recorded from these facts.
    Record(Box<Baseline>, Option<Locked>),
    /// A series is no longer supported.
    Drop(Series),
}

/// What is to be applied, and what there is to say of it.
pub(super) struct Plan {
    pub(super) changeset: Changeset,
    pub(super) report: RefreshReport,
}

/// Plans one step on a workspace.
pub(super) fn plan(
    files: &dyn Files,
    mut state: State,
    step: Step,
    sign_off: Option<&SignOff>,
    today: &str,
) -> Result<Plan, Failure> {
    let mut report = RefreshReport::default();
    let mut staged = Staged::new(files);
    let is_news = record(&mut state, step, &mut report)?;
    let known = bundled();
    let known: Vec<&Facts> = known.iter().map(|it| &it.facts).collect();
    let union = Union::new(state.baselines.values(), &state.union, &known);

    write_baselines(&mut staged, &state)?;
    for baseline in state.baselines.values().filter(|it| it.provenance.source == SourceKind::Imported) {
        report.notes.push(format!("the facts of {} are those of {}", baseline.series, state.paths.union));
    }
    match &state.union_file {
        Some(file) => file.write(&mut staged, &union)?,
        None => staged.write(&state.paths.union, UnionFile::fresh(&union))?,
    }
    let stub_plan = stubs::plan(files, &state.paths.stdlib, &state.union, &union, &state.stubs)?;
    stage_stubs(&mut staged, &stub_plan)?;
    report.stubs = stub_changes(&stub_plan);
    judge_names(files, &staged, &state, &union, &mut report)?;

    let before = Audit::run(files, &state.paths.stdlib, &state.attested)?;
    let after = Audit::run(&staged, &state.paths.stdlib, &state.attested)?;
    report.notes.extend(after.unreadable().map(|(path, why)| format!("{path} cannot be judged: {why}")));
    let budget = judge_growth(&mut staged, &state, (&before, &after), sign_off, today, &mut report)?;

    if is_news {
        remember(&mut state, &report);
    }
    let lock_text = state.lock.text();
    if !lock_text.is_empty() {
        staged.write(&state.paths.lock, lock_text)?;
    }
    write_documents(&mut staged, &state, &union, &after, budget, &mut report)?;
    report.union = UnionCounts::change(&state.union, &union);
    report.statuses = RefreshReport::status_change(&before, &after);
    report.notes.extend(std::mem::take(&mut state.notes));
    let changeset = Changeset { edits: staged.into_edits() };
    report.count_files(&changeset);
    Ok(Plan { changeset, report })
}

/// Takes the step in the recorded facts, and says whether a release brought something new.
fn record(state: &mut State, step: Step, report: &mut RefreshReport) -> Result<bool, Failure> {
    match step {
        Step::Record(baseline, lock_entry) => {
            report.action = "refresh".into();
            report.series = baseline.series.to_string();
            report.release = baseline.facts.release.map(|it| it.to_string());
            report.source = format!("{}{}", baseline.provenance.artifact.as_deref().unwrap_or("-"), baseline.label());
            report.sha256 = baseline.provenance.sha256.map(|it| it.to_string());
            report.verified_by.clone_from(&baseline.provenance.verified_by);
            report.not_importable = baseline.facts.not_importable.clone();
            if let Some(entry) = lock_entry {
                state.lock.record(entry);
            }
            let old = state.baselines.get(&baseline.series);
            let Some(baseline) = stronger(old, baseline)? else {
                report.notes.push("the record of the verified release was kept; it has the same facts".into());
                return Ok(false);
            };
            let nothing = Facts::default();
            report.delta = Delta::between(old.map_or(&nothing, |it| &it.facts), &baseline.facts);
            report.is_new_series = old.is_none();
            report.before = old.map(|it| format!("{}{}", it.release_text(), it.label()));
            let older = old.and_then(|it| it.facts.release).filter(|it| Some(*it) > baseline.facts.release);
            report.notes.extend(older.map(|it| format!("release {it} was recorded before, which is newer")));
            let is_news = old.is_none_or(|it| it.facts.release != baseline.facts.release) || !report.delta.is_empty();
            state.baselines.insert(baseline.series, *baseline);
            Ok(is_news)
        }
        Step::Drop(series) => {
            report.action = "drop".into();
            report.series = series.to_string();
            let Some(old) = state.baselines.remove(&series) else {
                let supported: Vec<String> = state.baselines.keys().map(ToString::to_string).collect();
                let message = format!("{series} is not a supported series");
                return Err(Failure::new(
                    Exit::Usage,
                    message,
                    format!("the supported series are {}", supported.join(", ")),
                ));
            };
            if state.baselines.is_empty() {
                let message = format!("{series} is the only supported series");
                return Err(Failure::new(Exit::Usage, message, "refresh another series before dropping this one"));
            }
            report.before = Some(format!("{}{}", old.release_text(), old.label()));
            report.delta = Delta::between(&old.facts, &Facts::default());
            Ok(false)
        }
    }
}

/// The baseline to record: none where a verified release's record says the same already.
///
/// # Errors
/// When it would replace what a verified release says by what is weaker.
fn stronger(old: Option<&Baseline>, new: Box<Baseline>) -> Result<Option<Box<Baseline>>, Failure> {
    let from_release = |it: &Baseline| it.provenance.source == SourceKind::ReleaseArchive;
    match old {
        Some(old) if from_release(old) && !from_release(&new) && new.facts.release <= old.facts.release => {
            if old.facts == new.facts {
                return Ok(None);
            }
            let message = format!(
                "{} is recorded from the verified release {}, and {}{} is weaker",
                old.series,
                old.release_text(),
                new.release_text(),
                new.label()
            );
            let hint = format!("refresh from a release archive, or delete the baseline of {} first", old.series);
            Err(Failure::new(Exit::Person, message, hint))
        }
        _ => Ok(Some(new)),
    }
}

fn write_baselines(staged: &mut Staged<'_>, state: &State) -> Result<(), Failure> {
    for (series, baseline) in &state.baselines {
        staged.write(&baseline_path(&state.paths, *series), baseline.render())?;
    }
    for series in state.union.by_series.keys().filter(|it| !state.baselines.contains_key(it)) {
        staged.delete(&baseline_path(&state.paths, *series))?;
    }
    Ok(())
}

pub(super) fn baseline_path(paths: &Paths, series: Series) -> RelPath {
    paths.baselines.join(&format!("{series}.json"))
}

fn stage_stubs(staged: &mut Staged<'_>, plan: &StubPlan) -> Result<(), Failure> {
    if !plan.conflicts.is_empty() {
        let lines = plan.conflicts.iter().map(|it| format!("{}: `{}` is a package in CPython now", it.path, it.name));
        let message = "a person's file stands where a package is needed";
        let hint = "make each a package (NAME/__init__.py) by hand, then run it again";
        return Err(Failure::new(Exit::Person, message, hint).with_details(lines));
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

/// The gates on names, before and after; one that passed before and fails now stops the run.
fn judge_names(
    files: &dyn Files,
    staged: &Staged<'_>,
    state: &State,
    union: &Union,
    report: &mut RefreshReport,
) -> Result<(), Failure> {
    let judge = |files: &dyn Files, union: &Union| -> Result<BTreeSet<gates::Finding>, Failure> {
        let layout = Layout::read(files, &state.paths.stdlib)?;
        Ok(gates::run(&gates::Facts { layout: &layout, union }).into_iter().collect())
    };
    let before = judge(files, &state.union)?;
    let after = judge(staged, union)?;
    report.gates_before = before.len();
    report.gates_after = after.iter().map(|it| format!("{}: {}", it.gate, it.message)).collect();
    let new: Vec<String> = after.difference(&before).map(|it| format!("{}: {}", it.gate, it.message)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let message = format!("the change would break {} of the gates on names", new.len());
    Err(Failure::new(Exit::No, message, "repair the named files by hand, then run it again").with_details(new))
}

/// Holds the number of intrinsic-partial modules against the budget. Returns the budget afterwards.
fn judge_growth(
    staged: &mut Staged<'_>,
    state: &State,
    (before, after): (&Audit, &Audit),
    sign_off: Option<&SignOff>,
    today: &str,
    report: &mut RefreshReport,
) -> Result<Option<u64>, Failure> {
    use crate::audit::Status::Partial;
    let Some(Ratchet { budget }) = state.ratchet else {
        let (old, new) = (before.count(Partial), after.count(Partial));
        if new > old {
            let message =
                format!("there is no ratchet at {} to judge {} new modules by", state.paths.ratchet, new - old);
            let hint = format!("write it as {{\"max_intrinsic_partial\": {old}}}, or restore it from git");
            return Err(Failure::new(Exit::Usage, message, hint));
        }
        report.notes.push(format!("there is no ratchet at {}", state.paths.ratchet));
        return Ok(None);
    };
    if state.union_file.as_ref().is_some_and(|it| it.form == Form::Facade) {
        let note = "modules are counted by the rules of 2026-02; this tree looks newer, so its own checker may count otherwise";
        report.notes.push(note.into());
    }
    let count = |audit: &Audit| audit.count(Partial) as u64;
    // what was over the budget before stays over it: a refresh answers for its own growth alone
    let growth = count(after).saturating_sub(budget.max(count(before)));
    let mut row = Growth {
        partial_before: count(before),
        partial_after: count(after),
        budget_before: budget,
        budget_after: budget,
        sign_off: None,
    };
    if growth > 0 {
        let Some(sign_off) = sign_off else {
            let new = &report.stubs.created;
            let over = count(before).saturating_sub(budget);
            let already = if over > 0 { format!(", besides {over} that are over it already") } else { String::new() };
            let message = format!(
                "{} intrinsic-partial modules would be {growth} over the budget of {budget} in {}{already}",
                count(after),
                state.paths.ratchet
            );
            let hint = "if the growth is accepted, run the same command with --sign-off NAME --reason TEXT";
            let lines = new.iter().take(20).map(|name| format!("new stub: {name}"));
            let more = new.len().checked_sub(20).filter(|it| *it > 0).map(|it| format!("and {it} more"));
            return Err(Failure::new(Exit::Person, message, hint).with_details(lines.chain(more)));
        };
        row.budget_after = budget + growth;
        row.sign_off = Some(format!("{}: {}", sign_off.name, sign_off.reason));
        Ratchet { budget: row.budget_after }.write(staged, &state.paths.ratchet)?;
        let path = free_exception(staged, &state.paths, report.release.as_deref().unwrap_or(&report.series))?;
        staged.write(&path, exception(sign_off, &row, today, report, &state.paths))?;
    } else if sign_off.is_some() {
        report.notes.push("nothing had to be signed off: the budget is kept".into());
    }
    let after = row.budget_after;
    if row.partial_after > after {
        let over = row.partial_after - after;
        report.notes.push(format!("the ratchet stays broken: {over} modules were over the budget before this run"));
    }
    report.growth = Some(row);
    Ok(Some(after))
}

/// A name that no earlier sign-off has.
fn free_exception(staged: &Staged<'_>, paths: &Paths, release: &str) -> Result<RelPath, Failure> {
    let taken = staged.list(&paths.exceptions, "")?;
    let name = |n: usize| if n == 1 { String::new() } else { format!("-{n}") };
    let mut names = (1..).map(|n| paths.exceptions.join(&format!("refresh-{release}-ratchet{}.toml", name(n))));
    Ok(names.find(|path| !taken.contains(path)).unwrap_or_else(|| paths.exceptions.clone()))
}

/// The sign-off as a file that a later check can hold against the budget's history.
fn exception(sign_off: &SignOff, growth: &Growth, today: &str, report: &RefreshReport, paths: &Paths) -> String {
    let quote = |text: &str| toml_edit::Value::from(text).to_string();
    let names: String = report.stubs.created.iter().map(|name| format!("    {},\n", quote(name))).collect();
    format!(
        "# Accepted growth of the intrinsic-partial budget. Written by `molt-sync refresh`.\n\
         gate = \"intrinsic-partial-ratchet\"\n\
         release = {}\n\
         signed_off_by = {}\n\
         reason = {}\n\
         date = {}\n\
         budget_before = {}\n\
         budget_after = {}\n\
         new_stubs = [\n{names}]\n\
         \n\
         [rollback]\n\
         plan = {}\n",
        quote(report.release.as_deref().unwrap_or(&report.series)),
        quote(&sign_off.name),
        quote(&sign_off.reason),
        quote(today),
        growth.budget_before,
        growth.budget_after,
        quote(&format!(
            "Revert the commit of this refresh: it restores {} to {} and removes the stubs above. To keep the refresh instead, convert as many modules as the budget grew by and lower it again.",
            paths.ratchet, growth.budget_before
        )),
    )
}

/// Puts into the lock what changed, for the documents of later runs.
fn remember(state: &mut State, report: &RefreshReport) {
    let Some((series, baseline)) = state.baselines.iter().find(|(series, _)| series.to_string() == report.series)
    else {
        return;
    };
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let is_new = report.is_new_series;
    let last = LastRefresh {
        series: *series,
        release: baseline.facts.release,
        before: report.before.clone(),
        // a new series has no news of its own beyond what it brings to the union
        added: if is_new { report.stubs.created.clone() } else { owned(report.delta.added()) },
        removed: owned(report.delta.removed()),
        changed: owned(report.delta.changed_kind()),
        stubs: report.stubs.created.iter().chain(&report.stubs.moved).cloned().collect(),
        retired: report.stubs.retired.clone(),
    };
    if let Some(table) = last.to_toml() {
        state.lock.set_last_refresh(&table);
    }
    state.last = Some(last);
}

/// Every managed region of the known documents, and the generated parts of the audit document.
fn write_documents(
    staged: &mut Staged<'_>,
    state_: &State,
    union: &Union,
    audit: &Audit,
    budget: Option<u64>,
    report: &mut RefreshReport,
) -> Result<(), Failure> {
    let facts = doc_facts(state_, union, audit, budget);
    let mut people = Vec::new();
    for block in BLOCKS {
        let path = state_.paths.document(block.document);
        let Some(text) = staged.text(path)? else {
            report.notes.push(format!("there is no {path} to state facts in"));
            continue;
        };
        let found = regions(&text).map_err(|error| {
            let message = format!("cannot patch {path}: {error}");
            Failure::new(Exit::Person, message, "repair the markers at that line, then run it again")
        })?;
        let Some(region) = found.iter().find(|it| it.name == block.name) else {
            report.notes.push(format!("{path} has no region `{}`; `molt-sync docs adopt` adds it", block.name));
            continue;
        };
        let wanted = state_.documents.render(block.name, &facts)?.unwrap_or_default();
        match state(&text, region, &wanted) {
            RegionState::Current => report.docs.push(DocChange::new(path, block.name, "current")),
            RegionState::Stale => {
                let new = replace(&text, region, &wanted).map_err(|error| {
                    Failure::new(
                        Exit::Usage,
                        format!("cannot patch {path}: {error}"),
                        "correct the template of the block",
                    )
                })?;
                staged.write(path, new)?;
                report.docs.push(DocChange::new(path, block.name, "patched"));
            }
            RegionState::HandEdited => {
                people.push(format!("{path}:{}: block `{}` was edited by hand", region.line, block.name));
            }
            RegionState::Unstamped => {
                people.push(format!("{path}:{}: block `{}` has no digest", region.line, block.name));
            }
        }
    }
    if !people.is_empty() {
        let message = "a person's words stand in a managed region";
        let hint = "move them out of the region and delete the region, then `molt-sync docs adopt` writes it anew";
        return Err(Failure::new(Exit::Person, message, hint).with_details(people));
    }
    let path = &state_.paths.audit;
    match staged.text(path)? {
        None => report.notes.push(format!("there is no audit document at {path}")),
        Some(text) => {
            let new = patch_audit(&text, audit).map_err(|error| {
                let message = format!("cannot patch {path}: {error}");
                Failure::new(
                    Exit::Person,
                    message,
                    "restore its generated sections from git, or set paths.audit in molt-sync.toml",
                )
            })?;
            let word = if new == text { "current" } else { "patched" };
            report.docs.push(DocChange::new(path, "generated values", word));
            staged.write(path, new)?;
        }
    }
    Ok(())
}

/// The facts that documents may state.
pub(super) fn doc_facts(state: &State, union: &Union, audit: &Audit, budget: Option<u64>) -> DocFacts {
    let baselines: Vec<&Baseline> = state.baselines.values().collect();
    let last = state.last.clone();
    DocFacts::new(&baselines, union, audit, budget, last).with_paths(paths_by_role(&state.paths))
}
