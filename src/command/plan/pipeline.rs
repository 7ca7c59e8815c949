//! The plan as a value: from a workspace and what is to change in it to one changeset and its report. Nothing is
//! written here, so a run that stops has changed nothing.

use crate::{
    base::{Files, RelPath, Series, Staged},
    changeset::Changeset,
    command::{
        docs::{EarlierClaims, Present},
        plan::{
            board, doubts, follow_up,
            growth::{self, SignOff},
            judge,
            regions::{stale_before, write_documents},
            series_lists,
        },
        support::{
            failure::{Exit, Failure},
            obstacles::Obstacles,
            records::baseline_path,
            side::Side,
            state::WorkspaceState,
            unknown::refuse,
            way::Way,
        },
    },
    docs::LastRefresh,
    refresh::{DropRefusal, RecordVerdict, Recording, Targets, dropped, missing_rows, targets},
    release::Locked,
    report::{RefreshReport, StubChanges, UnionCounts},
    stdlib::{Baseline, Delta, ReleaseFacts, SourceKind, Union, UnionFile, bundled},
    stubs::{self, Drift, StubPlan},
};

/// What is to change.
pub(in crate::command) enum RefreshStep {
    /// A series is recorded from these facts.
    Record(Box<Baseline>, Option<Box<Locked>>),
    /// A series is no longer supported.
    Drop(Series),
    /// The stubs alone follow the union as it is; nothing is recorded.
    Stubs(Box<Drift>),
}

/// What is to be applied, and what there is to say of it.
pub(in crate::command) struct RefreshPlan {
    pub(in crate::command) changeset: Changeset,
    pub(in crate::command) report: RefreshReport,
    /// What stands in its way.
    pub(in crate::command) obstacles: Obstacles,
}

/// Plans one step on a workspace.
pub(in crate::command) fn plan(
    files: &dyn Files,
    mut state: WorkspaceState,
    step: RefreshStep,
    sign_off: Option<&SignOff>,
    today: &str,
    mut obstacles: Obstacles,
) -> Result<RefreshPlan, Failure> {
    if !state.is_fresh {
        refuse(&state.unknown)?;
    }
    let mut report = RefreshReport::default();
    let mut staged = Staged::new(files);
    let before = judge::inputs(files, &state, &state.union)?;
    judge::undamaged(files, &before)?;
    let now = Present { union: &state.union, audit: &before.audit, budget: state.ratchet.map(|it| it.budget) };
    let documents = EarlierClaims::read(files, &state, &now)?;
    let older = [stale_before(files, &state, &before.audit, now.budget)?, documents.wrong_before()].concat();
    let drift = if let RefreshStep::Stubs(drift) = &step { Some(drift.clone()) } else { None };
    let is_news = record(&mut state, step, &mut report, &mut obstacles)?;
    let known = bundled();
    let known: Vec<&ReleaseFacts> = known.iter().map(|it| &it.facts).collect();
    let union = match &drift {
        Some(_) => state.union.clone(),
        None => Union::new(state.baselines.values(), &state.union, &known),
    };

    if drift.is_none() {
        agree_with_targets(files, &state, &union, &mut obstacles)?;
        write_baselines(&mut staged, &state, &mut obstacles)?;
    }
    for baseline in state.baselines.values().filter(|it| it.provenance.source == SourceKind::Imported) {
        report.notes.push(format!("the facts of {} are those of {}", baseline.series, state.paths.union));
    }
    match &state.union_file {
        _ if drift.is_some() => {}
        Some(file) => file.write(&mut staged, &union)?,
        None => staged.write(&state.paths.union, UnionFile::fresh(&union))?,
    }
    let (stub_plan, stale) = match drift {
        Some(drift) => (drift.plan, drift.stale),
        None => (stubs::plan(files, &state.paths.stdlib, &state.union, &union, &state.stubs)?, Vec::new()),
    };
    stage_stubs(&mut staged, &stub_plan, &mut obstacles)?;
    for it in &stale {
        staged.write(&it.path, it.text.as_str())?;
        report.notes.push(format!("{} is written again: it was not as stubs are written now", it.path));
    }
    report.stubs = stub_changes(&stub_plan);

    let mut after = judge::inputs(&staged, &state, &union)?;
    report.notes.extend(after.audit.unreadable().map(|(path, why)| format!("{path} cannot be judged: {why}")));
    let audits = (&*before.audit, &*after.audit);
    let budget = growth::judge(&mut staged, &state, audits, (sign_off, today), &mut report, &mut obstacles)?;

    if is_news {
        remember(&mut state, &report);
    }
    let lock_text = state.lock.text();
    if !lock_text.is_empty() {
        staged.write(&state.paths.lock, lock_text)?;
    }
    write_documents(&mut staged, &state, &union, &after.audit, budget, (&mut report, &mut obstacles))?;
    let now = Present { union: &union, audit: &after.audit, budget };
    documents.follow(&mut staged, &state, &now, (&mut report, &mut obstacles))?;
    report.for_a_person.extend(documents.lists_for_a_person(&staged, &state.union, &union, &state.paths.checker)?);
    let new = union.top_level().difference(&state.union.top_level()).copied().collect::<Vec<_>>();
    if let Some(rows) = missing_rows(&staged, &state.paths.module_table, new.into_iter())? {
        let names = rows.names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
        let what = "the compiler lets programs import only the modules that have a row there";
        report.for_a_person.push(format!("{}: add {} for {names}; {what}", rows.path, plural(rows.names.len())));
    }
    report.for_a_person.extend(follow_up::test_index(&staged, &state, &union)?);
    after.reread(&staged);
    let allowed = sign_off.map_or(&[][..], |it| &it.gates);
    let broken = judge::compare(&before, &after, &state, allowed, &mut report, &mut obstacles);
    let blank = SignOff::blank();
    for (gate, findings) in &broken {
        let release = report.release.clone().unwrap_or_else(|| report.series.clone());
        let is_accepted = allowed.iter().any(|it| it == gate);
        let sign_off = sign_off.filter(|_| is_accepted).unwrap_or(&blank);
        growth::allow(&mut staged, &state, sign_off, (gate, findings), (&release, today))?;
        if is_accepted {
            report.notes.push(format!("{} accepts that `{gate}` breaks: {}", sign_off.name, sign_off.reason));
        }
    }
    doubts::write(&mut staged, &state, sign_off.unwrap_or(&blank), today, &mut report)?;
    report.union = UnionCounts::change(&state.union, &union);
    report.stub_modules = (before.audit.count_stubs(), after.audit.count_stubs());
    report.statuses = RefreshReport::status_change(&before.audit, &after.audit);
    report.notes.extend(std::mem::take(&mut state.notes));
    let changeset = Changeset { edits: staged.into_edits() };
    report.count_files(&changeset);
    report.for_a_person.extend(series_lists::for_a_person(&state, &union, &changeset)?);
    follow_up::tell(files, &state, &changeset, &older, &mut report)?;
    board::tell(files, &state, (&before, &after), &changeset, &mut report)?;
    Ok(RefreshPlan { changeset, report, obstacles })
}

fn plural(rows: usize) -> &'static str {
    if rows == 1 { "a row" } else { "rows" }
}

/// A new series that the workspace's authority on supported versions does not name is a person's to declare first.
fn agree_with_targets(
    files: &dyn Files,
    state: &WorkspaceState,
    union: &Union,
    obstacles: &mut Obstacles,
) -> Result<(), Failure> {
    let new = union.by_series.keys().find(|it| !state.union.by_series.contains_key(it));
    let Some(new) = new else { return still_targeted(files, state, union, obstacles) };
    let path = &state.paths.target_versions;
    let why = match targets(files, path)? {
        Targets::Undeclared => return Ok(()),
        Targets::Declared(series) if series.contains(new) => return Ok(()),
        Targets::Declared(series) => {
            let series: Vec<String> = series.iter().map(ToString::to_string).collect();
            format!(
                "{path} declares the series that the compiler targets, {}, and {new} is not among them",
                series.join(", ")
            )
        }
        Targets::Unclear(why) => format!("whether the compiler targets {new} cannot be read from {path}: {why}"),
    };
    let hint = format!("declare {new} in {path} first, with what belongs to it there, then run it again");
    obstacles.note(Failure::new(Exit::Person, why, hint), Way::Hand);
    Ok(())
}

/// A series that the authority names is not dropped before it does not any more.
fn still_targeted(
    files: &dyn Files,
    state: &WorkspaceState,
    union: &Union,
    obstacles: &mut Obstacles,
) -> Result<(), Failure> {
    let Some(gone) = state.union.by_series.keys().find(|it| !union.by_series.contains_key(it)) else { return Ok(()) };
    let path = &state.paths.target_versions;
    if let Targets::Declared(series) = targets(files, path)?
        && series.contains(gone)
    {
        let why = format!("{path} declares that the compiler targets {gone}");
        let hint = format!("take {gone} out of {path} first, with what belongs to it there, then run it again");
        obstacles.note(Failure::new(Exit::Person, why, hint), Way::Hand);
    }
    Ok(())
}

/// Takes the step in the recorded facts, and says whether a release brought something new.
fn record(
    state: &mut WorkspaceState,
    step: RefreshStep,
    report: &mut RefreshReport,
    obstacles: &mut Obstacles,
) -> Result<bool, Failure> {
    match step {
        RefreshStep::Record(baseline, lock_entry) => {
            report.action = "refresh".into();
            report.series = baseline.series.to_string();
            report.release = baseline.facts.release.map(|it| it.to_string());
            report.source = format!("{}{}", baseline.provenance.artifact.as_deref().unwrap_or("-"), baseline.label());
            report.sha256 = baseline.provenance.sha256.map(|it| it.to_string());
            report.not_importable = baseline.facts.not_importable.clone();
            if let Some(entry) = lock_entry {
                report.checked.clone_from(&entry.checked);
                state.lock.begin(state.baselines.keys().copied());
                state.lock.record(*entry);
            }
            let series = baseline.series;
            let Recording { verdict, delta, before, nearest, note, is_news } =
                Recording::new(&state.baselines, baseline);
            let baseline = match verdict {
                RecordVerdict::Taken(baseline) => baseline,
                RecordVerdict::Weaker { baseline, why, hint } => {
                    obstacles.note(Failure::new(Exit::Person, why, hint), Way::Hand);
                    baseline
                }
                RecordVerdict::Kept => {
                    report.notes.push("the record of the verified release was kept; it has the same facts".into());
                    return Ok(false);
                }
            };
            report.is_new_series = before.is_none();
            (report.delta, report.before, report.nearest) = (delta, before, nearest);
            report.notes.extend(note);
            state.baselines.insert(series, *baseline);
            Ok(is_news)
        }
        RefreshStep::Drop(series) => {
            report.action = "drop".into();
            report.series = series.to_string();
            let old = dropped(&state.baselines, series).map_err(|why| not_dropped(series, &why))?;
            report.before = Some(format!("{}{}", old.release_text(), old.label()));
            report.delta = Delta::between(&old.facts, &ReleaseFacts::default());
            state.baselines.remove(&series);
            Ok(false)
        }
        RefreshStep::Stubs(_) => {
            report.action = "stubs".into();
            report.series = state.union.by_series.keys().next_back().map(ToString::to_string).unwrap_or_default();
            Ok(false)
        }
    }
}

/// Why a series is not dropped, as it is told.
fn not_dropped(series: Series, why: &DropRefusal) -> Failure {
    match why {
        DropRefusal::Unknown(supported) => {
            let supported: Vec<String> = supported.iter().map(ToString::to_string).collect();
            let hint = format!("the supported series are {}", supported.join(", "));
            Failure::new(Exit::Usage, format!("{series} is not a supported series"), hint)
        }
        DropRefusal::Only => {
            let message = format!("{series} is the only supported series");
            Failure::new(Exit::Usage, message, "refresh another series before dropping this one")
        }
    }
}

fn write_baselines(staged: &mut Staged<'_>, state: &WorkspaceState, obstacles: &mut Obstacles) -> Result<(), Failure> {
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
    let hint = format!("restore it from git, or write over it with --take theirs={first}");
    let message = "a recorded baseline was edited by hand, and what it records comes from a release";
    let way = Way::take("theirs", edited.iter().map(String::as_str));
    obstacles.note(Failure::new(Exit::Person, message, hint).with_details(edited), way);
    Ok(())
}

fn stage_stubs(staged: &mut Staged<'_>, plan: &StubPlan, obstacles: &mut Obstacles) -> Result<(), Failure> {
    if !plan.conflicts.is_empty() {
        let lines = plan.conflicts.iter().map(|it| format!("{}: `{}` is a package in CPython now", it.path, it.name));
        let message = "a person's file stands where a package is needed";
        let hint = "make each a package (NAME/__init__.py) by hand, then run it again";
        obstacles.note(Failure::new(Exit::Person, message, hint).with_details(lines), Way::Hand);
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

/// Puts into the lock what changed, for the documents of later runs.
fn remember(state: &mut WorkspaceState, report: &RefreshReport) {
    let Some((series, baseline)) = state.baselines.iter().find(|(series, _)| series.to_string() == report.series)
    else {
        return;
    };
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let is_first = report.is_new_series && report.nearest.is_none();
    let last = LastRefresh {
        series: *series,
        order: state.last.as_ref().map_or(1, |it| it.order.saturating_add(1)),
        release: baseline.facts.release,
        before: report.before.clone(),
        // the first series of all has no news beyond what it brings to the union; another one is compared with its nearest
        added: if is_first { report.stubs.created.clone() } else { owned(report.delta.added()) },
        removed: owned(report.delta.removed()),
        changed: owned(report.delta.changed_kind()),
        stubs: report.stubs.created.iter().chain(&report.stubs.moved).cloned().collect(),
        retired: report.stubs.retired.clone(),
    };
    if let Some(table) = last.to_toml() {
        state.lock.begin(state.baselines.keys().copied());
        state.lock.set_last_refresh(*series, &table);
    }
    state.last = Some(last);
}
