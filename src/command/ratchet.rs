//! `molt-sync ratchet`: the budget of intrinsic-partial modules, which goes down only, and only after real progress.

mod gone;
mod sign_offs;

use std::{cmp::Ordering, collections::BTreeSet};

use clap::{Subcommand, builder::NonEmptyStringValueParser as Text};

use self::{
    gone::{Gone, lines},
    sign_offs::SignOffs,
};
use crate::{
    audit::{Audit, Ratchet, Rules, Status},
    base::{Files, Staged, line, number_of},
    changeset::Changeset,
    command::support::{
        base_commit::Base,
        checked_out::{WorkspaceReach, whole},
        context::{Context, Format},
        failure::{Exit, Failure},
        unknown::refuse,
        witnesses::contradictions,
        workspace::Workspace,
    },
    config::{Config, FILE, Paths},
    host,
    report::{envelope, json_document, other_settings},
    stubs::Templates,
    workspace::{self, attestation, dialect, stub_templates, unknown, whole_records},
};

/// What is asked for.
#[derive(Debug, Subcommand)]
pub enum RatchetCommand {
    /// Show the budget and the count of modules that it bounds
    Show,
    /// Lower the budget to the present count, after real progress
    Lower {
        /// The revision since which modules have left intrinsic-partial; by default the budget's last change
        #[arg(long, value_name = "REF", value_parser = Text::new())]
        base: Option<String>,
        /// Write nothing; print what would change as a patch
        #[arg(long)]
        dry_run: bool,
    },
    /// Fail if the budget rose since this revision and nobody signed for it
    Check {
        /// The revision to compare with, at its merge base with the present commit
        #[arg(long, value_name = "REF", value_parser = Text::new())]
        base: String,
    },
}

/// Runs it.
pub fn run(context: &Context, request: &RatchetCommand) -> Result<Exit, Failure> {
    let writes = matches!(request, RatchetCommand::Lower { dry_run: false, .. });
    let workspace = context.workspace_for(writes)?;
    whole(&workspace, WorkspaceReach::Tree, true)?;
    whole_records(&workspace.disk, &workspace.config.paths)?;
    match request {
        RatchetCommand::Show => show(context, &workspace),
        RatchetCommand::Lower { base, dry_run } => lower(context, &workspace, base.as_deref(), *dry_run),
        RatchetCommand::Check { base } => check(context, &workspace, base),
    }
}

/// How the count stands to the budget, and what `lower` would do about it.
struct BudgetStanding {
    budget: u64,
    count: u64,
    audit: Audit,
    next: LowerEffect,
}

/// What `lower` does.
enum LowerEffect {
    /// Nothing: there is no room.
    Stays,
    /// Nothing, because there are more modules than the budget allows: the answer is no.
    Over,
    /// It refuses.
    Refuses(Failure),
    /// It lowers the budget, because of these modules.
    Lowers { to: u64, left: Vec<String> },
}

impl BudgetStanding {
    fn new(workspace: &Workspace, base: Option<&str>) -> Result<Self, Failure> {
        Self::of(workspace, &workspace.disk, base)
    }

    /// The same of the workspace with other files.
    fn of(workspace: &Workspace, files: &dyn Files, base: Option<&str>) -> Result<Self, Failure> {
        let Ratchet { budget } = budget(files, &workspace.config.paths, "the workspace")?;
        let audit = audit(files, &workspace.config, &workspace.stub_templates()?)?;
        let count = audit.count(Status::Partial) as u64;
        let unreadable = audit.unreadable().next().map(|(path, why)| {
            let message = format!("cannot count the modules: {path}: {why}");
            Failure::new(Exit::No, message, "repair that file first; `molt-sync gates` shows all of them")
        });
        let next = match (unreadable, count.cmp(&budget)) {
            (Some(failure), _) => LowerEffect::Refuses(failure),
            (None, Ordering::Equal) => LowerEffect::Stays,
            (None, Ordering::Greater) => LowerEffect::Over,
            (None, Ordering::Less) => next(workspace, files, (budget, count), &audit, base)?,
        };
        Ok(Self { budget, count, audit, next })
    }

    /// The room, and what `lower` does about it.
    fn advice(&self) -> String {
        let room = self.words();
        match &self.next {
            LowerEffect::Stays | LowerEffect::Over => room,
            LowerEffect::Lowers { to, .. } => format!("{room}; `molt-sync ratchet lower` lowers the budget to {to}"),
            LowerEffect::Refuses(failure) => format!("{room}; `molt-sync ratchet lower` refuses: {}", failure.message),
        }
    }

    /// `room for 3`, the same words in both commands.
    fn words(&self) -> String {
        match self.count.cmp(&self.budget) {
            Ordering::Equal => "no room".to_owned(),
            Ordering::Greater => format!("{} over it", number_of(self.count - self.budget, "module")),
            Ordering::Less => format!("room for {}", self.budget - self.count),
        }
    }
}

/// What is to be done about room: it goes where modules were finished, or where the budget was raised for nothing.
fn next(
    workspace: &Workspace,
    files: &dyn Files,
    (budget, count): (u64, u64),
    now: &Audit,
    named: Option<&str>,
) -> Result<LowerEffect, Failure> {
    let paths = &workspace.config.paths;
    let base = match named {
        Some(base) => base.to_owned(),
        None if !host::git::is_repository(&workspace.root)? => {
            let message = format!(
                "{} has no history that tells since when to look for progress: it is in no repository of git",
                paths.ratchet
            );
            return Ok(LowerEffect::Refuses(Failure::new(
                Exit::Usage,
                message,
                "write the smaller number there by hand",
            )));
        }
        None => match host::git::last_change(&workspace.root, &paths.ratchet) {
            Ok(Some(base)) => base,
            Ok(None) => {
                let message = format!("{} has no history that tells since when to look for progress", paths.ratchet);
                return Ok(LowerEffect::Refuses(Failure::new(Exit::Usage, message, "name a revision with --base REF")));
            }
            Err(error) => return Ok(LowerEffect::Refuses(error.into())),
        },
    };
    let then = Base::of(workspace, &base)?;
    let before = then.files(workspace)?;
    let gone = Gone::new((files, &workspace.config), (&before, &then))?;
    let templates = stub_templates(&before, &then.config.paths)?;
    let progress = progress(&audit(&before, &then.config, &templates)?, now, &gone);
    if !progress.missing.is_empty() {
        let modules = number_of(progress.missing.len(), "module");
        let message = format!("deleting {modules} that the union requires, or required then, is not progress");
        let hint = "bring them back, or refresh the series that dropped them; `molt-sync gates --only top-level-coverage,submodule-coverage,recorded-union` lists all that is missing";
        return Ok(LowerEffect::Refuses(Failure::new(Exit::No, message, hint).with_details(progress.missing)));
    }
    let faults = gone.faults();
    if !faults.is_empty() {
        return Ok(LowerEffect::Refuses(not_as_recorded(faults)));
    }
    if !progress.lost.is_empty() {
        let message = format!("no intrinsic is left in {} that had some", number_of(progress.lost.len(), "module"));
        let hint = "convert them or make them stubs; `molt-sync gates --only zero-non-intrinsic` shows where they are";
        return Ok(LowerEffect::Refuses(Failure::new(Exit::No, message, hint).with_details(progress.lost)));
    }
    if !progress.left.is_empty() {
        return Ok(LowerEffect::Lowers { to: count, left: progress.left });
    }
    // a raise since then that is not needed any more asks for no progress
    if let Some(Ratchet { budget: old }) = workspace::ratchet(&before, &then.config.paths)?
        && old < budget
    {
        return Ok(LowerEffect::Lowers { to: old.max(count), left: Vec::new() });
    }
    let message = format!(
        "the count of {count} is below the budget of {budget}, but no module has left intrinsic-partial since {base}"
    );
    let hint = "name with --base REF the revision that this work began at: an earlier one, or the branch that this one came from";
    Ok(LowerEffect::Refuses(Failure::new(Exit::No, message, hint)))
}

/// How the budget stands once a change is applied, in the words of `show`.
pub(super) fn standing_after(workspace: &Workspace, changeset: &Changeset) -> Result<String, Failure> {
    let mut staged = Staged::new(&workspace.disk);
    for edit in &changeset.edits {
        match &edit.after {
            Some(bytes) => staged.write(&edit.path, bytes.clone())?,
            None => staged.delete(&edit.path)?,
        }
    }
    let standing = BudgetStanding::of(workspace, &staged, None)?;
    Ok(format!("the budget of {} leaves {}", standing.budget, standing.advice()))
}

fn show(context: &Context, workspace: &Workspace) -> Result<Exit, Failure> {
    let standing = BudgetStanding::new(workspace, None)?;
    let BudgetStanding { budget, count, audit, next } = &standing;
    let stubs = audit.count_stubs() as u64;
    let names = |is_stub: bool| -> Vec<&str> {
        let partial = audit.records.iter().filter(|it| it.status == Some(Status::Partial) && it.is_stub == is_stub);
        partial.map(|it| it.name.as_str()).collect()
    };
    if context.options.format == Format::Json {
        let lowers_to = if let LowerEffect::Lowers { to, .. } = next { Some(*to) } else { None };
        let refused = if let LowerEffect::Refuses(failure) = next { Some(&failure.message) } else { None };
        let text = envelope(serde_json::json!({
            "budget": budget, "intrinsic_partial": count, "stubs": stubs, "in_work": count - stubs,
            "room": i128::from(*budget) - i128::from(*count), "lowers_to": lowers_to, "lower_refuses": refused,
            "stub_modules": names(true), "in_work_modules": names(false),
        }));
        context.print(&json_document(&text))?;
    } else {
        let room = standing.advice();
        let stub = format!("{stubs} stubs, {} in work", count - stubs);
        let text = format!("budget {budget}, intrinsic-partial {count} ({stub}): {room}");
        context.print(&line(&context.located(&text)))?;
    }
    // as `lower` ends, which is asked the same
    Ok(if matches!(next, LowerEffect::Over) { Exit::No } else { Exit::Done })
}

fn lower(context: &Context, workspace: &Workspace, base: Option<&str>, dry_run: bool) -> Result<Exit, Failure> {
    // a name that is wrong is told of also where there is nothing to lower
    base.map_or(Ok(()), |it| host::git::commit(&workspace.root, it).map(drop))?;
    let standing = BudgetStanding::new(workspace, base)?;
    let words = standing.words();
    let BudgetStanding { budget, count, next, .. } = standing;
    let (to, left) = match next {
        LowerEffect::Refuses(failure) => return Err(failure),
        LowerEffect::Lowers { to, left } => (to, left),
        LowerEffect::Stays | LowerEffect::Over => {
            let text = format!("the budget stays at {budget}: intrinsic-partial is {count}, {words}");
            let patch = dry_run.then(String::new);
            answer(context, &text, &AnswerDetails { budget: (budget, budget), patch, ..AnswerDetails::default() })?;
            return Ok(if count == budget { Exit::Done } else { Exit::No });
        }
    };
    let mut staged = Staged::new(&workspace.disk);
    Ratchet { budget: to }.write(&mut staged, &workspace.config.paths.ratchet)?;
    let changeset = Changeset { edits: staged.into_edits() };
    if dry_run {
        for it in &left {
            context.terminal.note(it);
        }
        if context.options.format == Format::Json {
            let patch = Some(changeset.diff());
            answer(context, "", &AnswerDetails { budget: (budget, to), left: &left, patch, differs: &[] })?;
        } else {
            context.print_patch(&changeset.diff())?;
        }
        return Ok(Exit::Done);
    }
    workspace.apply(&changeset.edits)?;
    let text = format!("the budget is {to} now, {budget} before");
    answer(context, &text, &AnswerDetails { budget: (budget, to), left: &left, ..AnswerDetails::default() })?;
    context.note("documents that state it follow with `molt-sync docs sync`");
    Ok(Exit::Done)
}

/// What an answer holds besides its sentence.
#[derive(Default)]
struct AnswerDetails<'a> {
    budget: (u64, u64),
    left: &'a [String],
    /// The settings that the base has otherwise.
    differs: &'a [String],
    patch: Option<String>,
}

fn answer(context: &Context, text: &str, answer: &AnswerDetails<'_>) -> Result<(), Failure> {
    let AnswerDetails { budget: (before, after), left, differs, patch } = answer;
    if context.options.format == Format::Json {
        let mut value = envelope(serde_json::json!({
            "before": before, "after": after, "left": left, "settings_differ": differs,
        }));
        if let Some(patch) = patch {
            value["patch"] = patch.as_str().into();
        }
        return context.print(&json_document(&value));
    }
    let left = left.iter().map(|it| line(&format!("  {it}"))).collect::<String>();
    let differs = other_settings(differs).map_or(String::new(), |it| line(&it));
    context.print(&format!("{text}\n{left}{differs}"))
}

/// What became of the modules that were intrinsic-partial.
struct Progress {
    /// Finished, or gone and not required any more.
    left: Vec<String>,
    /// Gone and required.
    missing: Vec<String>,
    /// On no intrinsic any more.
    lost: Vec<String>,
}

/// Every module with its state, at a revision or as it is.
fn audit(files: &dyn Files, config: &Config, templates: &Templates) -> Result<Audit, Failure> {
    refuse(&unknown(files, config, true)?)?;
    let paths = &config.paths;
    let attestation = attestation(files, paths)?;
    let dialect = dialect(files, config)?;
    let rules =
        Rules { dialect, attested: &attestation.modules, stubs: Some(templates), is_early: attestation.is_unread };
    Ok(Audit::run(files, &paths.stdlib, rules)?)
}

fn progress(before: &Audit, now: &Audit, gone: &Gone) -> Progress {
    let mut res = Progress { left: Vec::new(), missing: Vec::new(), lost: Vec::new() };
    let partial: BTreeSet<&str> =
        before.records.iter().filter(|it| it.status == Some(Status::Partial)).map(|it| it.name.as_str()).collect();
    for name in partial {
        match now.get(name).map(|it| it.status) {
            Some(Some(Status::Partial)) => {}
            None if gone.is_missed(name) => res.missing.push(name.to_owned()),
            None => res.left.push(format!("{name}: gone")),
            Some(Some(status)) if status.is_implemented() => res.left.push(format!("{name}: {}", status.word())),
            Some(status) => res.lost.push(format!("{name}: {}", status.map_or("not readable", Status::word))),
        }
    }
    res
}

fn budget(files: &dyn Files, paths: &Paths, whose: &str) -> Result<Ratchet, Failure> {
    workspace::ratchet(files, paths)?.ok_or_else(|| {
        let message = format!("{whose} has no budget at {}", paths.ratchet);
        Failure::new(Exit::Usage, message, "write it as {\"max_intrinsic_partial\": N}, or restore it from git")
    })
}

fn check(context: &Context, workspace: &Workspace, base: &str) -> Result<Exit, Failure> {
    let paths = &workspace.config.paths;
    let then = Base::where_left(workspace, base)?;
    let new = budget(&workspace.disk, paths, "the workspace")?.budget;
    let differs = then.differs.as_slice();
    surface_held(workspace, &then, base)?;
    let Some(old) = then.budget(workspace)? else {
        let text = format!("the budget of {new} is new: there was none at {base}");
        answer(context, &text, &AnswerDetails { budget: (new, new), differs, ..AnswerDetails::default() })?;
        return Ok(Exit::Done);
    };
    let exceptions = &then.config.paths.exceptions;
    let files = host::git::files(&workspace.root, &then.commit, &[exceptions, &then.config.paths.baselines])?;
    let recorded = contradictions(&workspace.disk, paths, Some((&then, &files)))?;
    if !recorded.faults.is_empty() {
        return Err(not_as_recorded(lines(&recorded)));
    }
    let used = held(workspace, &then, base, (old, new))??;
    let text = match new.cmp(&old) {
        Ordering::Less => format!("the budget went down from {old} to {new} since {base}"),
        Ordering::Equal => format!("the budget is {new}, as it was at {base}"),
        Ordering::Greater => {
            format!("the budget rose from {old} to {new} since {base}, and that is signed for")
        }
    };
    answer(context, &text, &AnswerDetails { budget: (old, new), left: &used, differs, patch: None })?;
    Ok(Exit::Done)
}

/// Refuses that more public names may be missing than at the base: that number goes down only.
fn surface_held(workspace: &Workspace, then: &Base, base: &str) -> Result<(), Failure> {
    let Some(old) = then.config.surface.max_missing else { return Ok(()) };
    let what = match workspace.config.surface.max_missing {
        Some(new) if new <= old => return Ok(()),
        Some(new) => format!("rose from {old} to {new}"),
        None => format!("was {old}, and is not set any more"),
    };
    let hint = format!("write max_missing = {old} below [surface] again; `molt-sync surface` lists what is missing");
    Err(Failure::new(Exit::No, format!("surface.max_missing in {FILE} {what} since {base}"), hint))
}

/// A record that says something else than it did, or than its release: by it nothing can be found to have gone.
fn not_as_recorded(faults: Vec<String>) -> Failure {
    let message = format!("cannot go by {}: not what was recorded", number_of(faults.len(), "recorded baseline"));
    let hint = "restore it from git, or refresh the series from a verified archive where `--source bundled` took the place of another record; `molt-sync gates --only recorded-union` tells the same";
    Failure::new(Exit::No, message, hint).with_details(faults)
}

/// Which sign-offs allow the budget to rise, in words; why it may not.
fn held(
    workspace: &Workspace,
    then: &Base,
    base: &str,
    (old, new): (u64, u64),
) -> Result<Result<Vec<String>, Failure>, Failure> {
    let paths = &workspace.config.paths;
    let signed = sign_offs(workspace, then)?;
    let (reached, used) = signed.lift(old, new);
    if new <= old || reached >= new {
        return Ok(Ok(used));
    }
    let upto = if reached > old { format!(", of which {} are signed for", reached - old) } else { String::new() };
    let message = format!("the budget in {} rose from {old} to {new} since {base}{upto}", paths.ratchet);
    let hint = format!(
        "take it back, or have it signed for: a refresh that brings modules does so with --sign-off, and else a file of your own such as {}/budget-{new}.toml with gate = \"intrinsic-partial-ratchet\", budget_before = {old}, budget_after = {new}, signed_off_by and reason",
        paths.exceptions
    );
    let details = used.into_iter().chain(signed.spent().iter().cloned()).chain(other_settings(&then.differs));
    Ok(Err(Failure::new(Exit::No, message, hint).with_details(details)))
}

/// The budget that sign-offs allow since then.
pub(super) fn signed_upto(workspace: &Workspace, then: &Base, (old, new): (u64, u64)) -> Result<u64, Failure> {
    Ok(sign_offs(workspace, then)?.lift(old, new).0)
}

fn sign_offs(workspace: &Workspace, then: &Base) -> Result<SignOffs, Failure> {
    let paths = &workspace.config.paths;
    let files = host::git::files(&workspace.root, &then.commit, &[&then.config.paths.exceptions])?;
    SignOffs::read((&workspace.disk, paths), (&files, &then.config.paths))
}

/// Why the budget may not be what it is; nothing where it did not rise, or there is none. `files` are those of then.
pub(super) fn rise(
    workspace: &Workspace,
    (then, files): (&Base, &dyn Files),
    base: &str,
) -> Result<Option<Failure>, Failure> {
    let now = workspace::ratchet(&workspace.disk, &workspace.config.paths)?;
    let old = match workspace::ratchet(files, &then.config.paths)? {
        Some(old) => Some(old.budget),
        // which tells one that is not there from one that is no plain file
        None => then.budget(workspace)?,
    };
    let (Some(now), Some(old)) = (now, old) else { return Ok(None) };
    Ok(held(workspace, then, base, (old, now.budget))?.err())
}

/// Those of the modules that are gone since then which the tree must have all the same, whatever its union says now.
pub(super) fn missed(
    workspace: &Workspace,
    (then, files): (&Base, &dyn Files),
    gone: Vec<String>,
) -> Result<Vec<String>, Failure> {
    if gone.is_empty() {
        return Ok(gone);
    }
    let known = Gone::new((&workspace.disk, &workspace.config), (files, then))?;
    Ok(gone.into_iter().filter(|it| known.is_missed(it)).collect())
}
