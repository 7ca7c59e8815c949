//! `molt-sync refresh`: from a release to one applied changeset.

use std::path::Path;

use crate::{
    base::{Files as _, Request, number_of},
    command::{
        acquire::{
            Acquired, CalendarOutcome, NOBODY, acquire, calendar_out_of_reach, out_of_reach, recalls, unvouched,
        },
        gates::known as known_gate,
        impact::of_refresh,
        plan::{
            doubts, partial_source,
            pipeline::{RefreshPlan, plan},
            refresh_request::{Accepted, Refresh, RefreshArgs},
            step::RefreshStep,
        },
        support::{
            context::{Context, Format, Options},
            external_gates,
            failure::{Exit, Failure},
            lock_here::LockHere,
            obstacles::Obstacles,
            output::{Delivery, Output, behind, message, of_the_checkout, preamble},
            source::Source,
            state::WorkspaceState,
            typed::Typed,
            way::Way,
            workspace::Workspace,
            worktree::in_worktree,
        },
    },
    config::Config,
    release::{Recalls, pinned_versions},
    report::{RefreshReport, ReleaseImpact},
    stdlib::{Baseline, bundled_series},
    workspace::{SignedToday, accepted_recalls, baseline_path},
};

impl Accepted {
    /// The gates that may break, each of which there has to be.
    pub(super) fn gates(&self, config: &Config) -> Result<&[String], Failure> {
        let gates = self.sign_off.as_ref().map_or(&[][..], |it| &it.gates);
        for id in gates.iter().filter(|id| !config.external.iter().any(|it| it.name == **id)) {
            known_gate(id)?;
        }
        Ok(gates)
    }
}

/// Runs what is asked for.
pub fn command(context: &Context, args: RefreshArgs) -> Result<Exit, Failure> {
    run(context, &args.request()?).map(|_| Exit::Done)
}

/// Runs it. Returns the commit that it made, where it made one.
pub(super) fn run(context: &Context, refresh: &Refresh) -> Result<Option<String>, Failure> {
    let result = placed(context, refresh);
    if result.is_err() {
        // it was told, and is no matter of what this process does next
        context.reading.begin();
    }
    result
}

fn placed(context: &Context, refresh: &Refresh) -> Result<Option<String>, Failure> {
    let output = &refresh.output;
    match &output.branch {
        Some(branch) if output.worktree && output.writes() => {
            let lock = LockHere::read(context)?;
            let made = in_worktree(context, branch, output.notes_own, |context| {
                let output = Output { branch: None, worktree: false, commit: true, ..output.clone() };
                in_place(context, &Refresh { output, ..refresh.clone() }, lock.own())
            });
            lock.told(context, branch, made)
        }
        _ => in_place(context, refresh, None),
    }
}

/// The same in the workspace at hand, whose lock counts as what `lock` says where it is given.
fn in_place(context: &Context, refresh: &Refresh, lock: Option<&str>) -> Result<Option<String>, Failure> {
    // who changes the workspace goes by its settings
    let options = Options { follows_settings: !refresh.output.dry_run, ..context.options.clone() };
    let context = &Context { options, ..context.clone() };
    let workspace = context.workspace_for(refresh.output.writes())?;
    let allowed = refresh.accepted.gates(&workspace.config)?;
    let state = WorkspaceState { take: refresh.accepted.take.clone(), ..WorkspaceState::load(&workspace)? };
    let state = match lock {
        Some(text) => state.with_lock(text)?,
        None => state,
    };
    if refresh.output.dry_run {
        if refresh.source == Source::Mirror {
            out_of_reach(context, &workspace.config)?;
        }
        calendar_out_of_reach(context, &workspace.config)?;
    }
    let (recalls, asked) = recalls(context, &workspace.config, &refresh.source);
    let recalls = recalls.without(&accepted_recalls(&workspace.disk, &state.paths)?);
    let mut obstacles = Obstacles::default();
    let how = (refresh.pre, &recalls);
    let acquired = acquire(context, &state.lock, &workspace.config, &refresh.source, refresh.request, how);
    let acquired = match acquired.map_err(|failure| with_bundled(failure, refresh, state.baselines.values())) {
        // a run that is to write looks into nothing that nobody vouches for
        Err(failure) if refresh.output.shows() => {
            let Some(unreviewed) = failure.unreviewed.clone() else { return Err(failure) };
            let asked = (&refresh.source, refresh.request);
            let Some(found) = unvouched(context, &workspace.config, asked, &unreviewed)? else { return Err(failure) };
            let (version, artifact) = unreviewed;
            let first = format!("molt-sync trust add {version} --artifact {artifact} --sha256 HEX --by NAME");
            obstacles.note(failure, Way::First(first));
            found
        }
        other => other.map_err(|failure| with_look(failure, context, refresh))?,
    };
    let mut accepted = match acquired.baseline.facts.release {
        Some(version) => doubts::judge(&workspace.disk, &state, (version, refresh, &recalls), &mut obstacles)?,
        None => Vec::new(),
    };
    accepted.extend(partial_source::judge(&state, refresh, &acquired.baseline, &mut obstacles));
    let state = WorkspaceState { accepted, ..state };
    if let CalendarOutcome::Unheard(_) = asked {
        context.terminal.warn(&asked.words());
    }
    let (released, page) = (released(&acquired, &recalls), page(&acquired, &recalls));
    let recorded = state.baselines.range(..=acquired.baseline.series).next_back().map(|(_, it)| it);
    // the command that compares the two asks the same mirror
    let impact = recorded
        .filter(|_| !refresh.output.mirror_goes)
        .and_then(|it| of_refresh(context, &workspace, it, (&acquired.baseline, acquired.api.as_deref())));
    let unverified = over_another(&workspace, &state, refresh, &acquired.baseline)?;
    let step = RefreshStep::Record(Box::new(acquired.baseline), acquired.lock_entry.map(Box::new));
    let stage = context.terminal.stage("bringing stubs and documents in step, and judging the result by every gate");
    let today = context.today();
    let signed = SignedToday { sign_off: refresh.accepted.sign_off.as_ref(), today: &today };
    let mut plan = plan(&workspace.disk, state, step, signed, obstacles)?;
    drop(stage);
    let report = &mut plan.report;
    report.impact = impact.map(|it| {
        // as it can be typed where this run was begun
        let command = context.located(&format!("`{}`", it.command)).trim_matches('`').to_owned();
        ReleaseImpact { command, ..it }
    });
    report.for_a_person.extend(unverified);
    report.released = released;
    report.page = page;
    report.verified_by = Some(acquired.ground.to_owned()).filter(|it| it != NOBODY);
    (report.signed, report.lock_says, report.recalls) = (acquired.signed, acquired.claim, Some(asked.words()));
    report.looked_for = acquired.checked;
    report.notes.extend(Some(asked).filter(|it| matches!(it, CalendarOutcome::Unheard(_))).map(|it| it.words()));
    let typed = Typed::refresh(context, refresh.request, &refresh.source, refresh.pre);
    deliver(context, &workspace, plan, (allowed, signed), &refresh.output, typed)
}

/// That a base with another record of the series makes the bundled one a finding, where it takes the place of such a record.
fn over_another(
    workspace: &Workspace,
    state: &WorkspaceState,
    refresh: &Refresh,
    new: &Baseline,
) -> Result<Option<String>, Failure> {
    let series = new.series;
    let is_other = state.baselines.get(&series).is_some_and(|it| it.facts.release != new.facts.release);
    if refresh.source != Source::Bundled || !is_other {
        return Ok(None);
    }
    // what the union file alone says is no record
    let record = workspace.disk.read(&baseline_path(&state.paths, series))?;
    Ok(record.map(|_| {
        format!(
            "refresh {series} from a verified archive (`molt-sync refresh {series}`) before it is compared with a base: over another record of {series}, `gates`, `docs check` and `ratchet check` with --base take none that only comes with molt-sync"
        )
    }))
}

/// What stops a run that is to write before it looks inside, with the command that shows what else does.
fn with_look(failure: Failure, context: &Context, refresh: &Refresh) -> Failure {
    if failure.unreviewed.is_none() || !refresh.output.is_looked_at {
        return failure;
    }
    let look = Typed::refresh(context, refresh.request, &refresh.source, refresh.pre).look();
    let hint = failure.hint.as_deref().unwrap_or_default();
    let hint = format!("`{look}` shows the whole change and all that stands in its way, and writes nothing; {hint}");
    Failure { hint: Some(hint), ..failure }
}

/// Names the record that is built in, where no mirror could be asked and that record is newer than what is recorded here.
fn with_bundled<'a>(failure: Failure, refresh: &Refresh, mut recorded: impl Iterator<Item = &'a Baseline>) -> Failure {
    let bundled = refresh.request.series().and_then(bundled_series);
    let Some(release) = bundled.and_then(|it| it.facts.release) else { return failure };
    let is_meant = !matches!(refresh.request, Request::Exact(exact) if exact != release);
    let is_newer = recorded.all(|it| it.series != release.series || it.facts.release < Some(release));
    if failure.exit != Exit::Io || refresh.source != Source::Mirror || !is_meant || !is_newer {
        return failure;
    }
    let hint = failure.hint.as_deref().unwrap_or_default();
    let hint = format!("{hint}; without a network, --source bundled takes the built-in record of {release}");
    Failure { hint: Some(hint), ..failure }
}

/// The day of a release, by what is signed, or else by the calendar.
fn released(acquired: &Acquired, recalls: &Recalls) -> Option<String> {
    let signed = acquired.signed.as_ref().and_then(|it| it.signed_at.get(..10));
    signed.map(|day| format!("signed on {day}")).or_else(|| {
        let day = recalls.day(acquired.baseline.facts.release?)?;
        Some(format!("out on {day}, as the calendar says"))
    })
}

/// The page of a release that somebody besides a reviewer knows: its signer, the pinned digests, the calendar or the API. One that
/// was made up, or rebuilt from a record, need not have one.
fn page(acquired: &Acquired, recalls: &Recalls) -> Option<String> {
    let release = acquired.baseline.facts.release?;
    let is_known = acquired.signed.is_some()
        || acquired.is_listed
        || recalls.day(release).is_some()
        || pinned_versions().contains(&release);
    let digits: String = release.to_string().chars().filter(|it| *it != '.').collect();
    is_known.then(|| format!("https://www.python.org/downloads/release/python-{digits}/"))
}

/// Applies a plan, or shows it, and prints its report. Returns the commit, where there is one.
pub(super) fn deliver(
    context: &Context,
    workspace: &Workspace,
    plan: RefreshPlan,
    (allowed, signed): (&[String], SignedToday<'_>),
    output: &Output,
    typed: Typed,
) -> Result<Option<String>, Failure> {
    let RefreshPlan { mut changeset, mut report, mut obstacles } = plan;
    report.note_room(workspace, &changeset)?;
    let root = workspace.root.as_path();
    of_the_checkout(root, &changeset, output, &mut obstacles)?;
    // what comes now runs, writes or prints what was computed from the workspace
    workspace.whole()?;
    let own = &workspace.config.external;
    report.external =
        external_gates::judge(&context.terminal, root, own, allowed, &changeset.edits, output, &mut obstacles)?;
    let accepted = external_gates::sign_offs(workspace, &report, signed)?;
    report.exceptions.extend(accepted.iter().map(|it| it.path.to_string()));
    changeset.edits.extend(accepted);
    report.files = RefreshReport::files_of(&changeset);
    let message = message(workspace, &report)?;
    workspace.whole()?;
    let stopped = obstacles.end(typed, output.only_looks());
    if let Some((failure, passes)) = &stopped {
        report.obstacles.clone_from(&failure.obstacles);
        report.passes = Some(passes.clone());
    }
    let delivery = Delivery {
        changeset: &changeset,
        title: report.title(),
        message,
        report: report.markdown(),
        preamble: stopped.as_ref().map(|(failure, _)| preamble(failure)).unwrap_or_default(),
        behind: match behind(root, &changeset) {
            _ if output.writes() => Vec::new(),
            // why git does not answer stands in the way already
            Err(_) if stopped.is_some() => Vec::new(),
            found => found?,
        },
    };
    if let Some((failure, _)) = stopped {
        return Err(seen(context, root, &delivery, report, output, failure)?);
    }
    // both are written before anything is applied and come into their places afterwards
    let beside = delivery.prepare(root, output)?;
    if output.writes() {
        let _stage = match changeset.edits.len() {
            0 => None,
            count => Some(context.terminal.stage(&format!("writing {}", number_of(count, "file")))),
        };
        report.commit = delivery.write(workspace, output)?;
        report.applied = true;
    }
    report.note_next(root, output, &delivery.behind);
    let (is_applied, is_empty, commit) = (report.applied, report.is_empty(), report.commit.clone());
    let printed = beside.keep().and_then(|()| print(context, &delivery, report, output));
    printed.map(|()| commit).map_err(|failure| {
        let wrote = if is_applied && !is_empty { "the changes were applied, but " } else { "" };
        Failure { message: format!("{wrote}{}", failure.message), ..failure }
    })
}

/// Shows a change that something stands in the way of, where it is to be seen, and returns what ends the run.
fn seen(
    context: &Context,
    root: &Path,
    delivery: &Delivery<'_>,
    mut report: RefreshReport,
    output: &Output,
    mut failure: Failure,
) -> Result<Failure, Failure> {
    if output.plan.is_some() {
        context.terminal.warn("no plan was written: what waits for a person is not for `molt-sync apply`");
    }
    if !output.shows() {
        return Ok(failure);
    }
    let output = Output { plan: None, ..output.clone() };
    delivery.prepare(root, &output)?.keep()?;
    if !output.writes() {
        report.note_behind(root, &output, &delivery.behind);
        failure.in_result = true;
        print(context, delivery, report, &output)?;
    }
    Ok(failure)
}

/// Prints what became of it.
fn print(
    context: &Context,
    delivery: &Delivery<'_>,
    mut report: RefreshReport,
    output: &Output,
) -> Result<(), Failure> {
    let is_whole = context.terminal.is_verbose();
    // what a forge shows to others names no folder of this machine
    if context.options.format != Format::Markdown {
        let locate = |it: &mut String| *it = context.located(it);
        let hints = report.obstacles.iter_mut().filter_map(|it| it.hint.as_mut());
        let lines = report.notes.iter_mut().chain(&mut report.for_a_person).chain(&mut report.passes);
        lines.chain(hints).for_each(locate);
    }
    match context.options.format {
        // the patch is the result then, so that it can be piped into git
        Format::Human if output.dry_run => {
            context.terminal.notes(&report.human(is_whole));
            context.print_patch(&delivery.patch())
        }
        Format::Markdown => context.print(&report.markdown()),
        Format::Json => {
            report.patch = output.dry_run.then(|| context.for_git(&delivery.patch())).transpose()?;
            context.print(&report.json())
        }
        _ => context.print(&report.human(is_whole)),
    }
}
