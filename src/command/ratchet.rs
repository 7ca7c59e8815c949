//! `molt-sync ratchet`: the budget of intrinsic-partial modules, which goes down only, and only after real progress.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use serde::Deserialize;

use super::{
    checked_out::{Reach, whole},
    context::{Context, Format},
    failure::{Exit, Failure},
    gates::OtherUnion,
    records::{attestation, dialect, whole_records},
    unknown::{refuse, unknown},
    workspace::Workspace,
};
use crate::{
    audit::{Audit, Ratchet, Rules, Status},
    base::{Files, RelPath, Staged, line, number_of, text::position},
    changeset::Changeset,
    config::Paths,
    gates::Required,
    host,
};

/// What is asked for.
#[derive(Debug, Clone)]
pub enum RatchetCommand {
    /// Show it.
    Show,
    /// Lower it.
    Lower {
        /// Since when modules must have left intrinsic-partial; the budget's last change where it is not named.
        base: Option<String>,
        /// Show it and write nothing.
        dry_run: bool,
    },
    /// Make sure that it did not rise.
    Check {
        /// Since it parted from this revision.
        base: String,
    },
}

/// Runs it.
pub fn run(context: &Context, request: &RatchetCommand) -> Result<Exit, Failure> {
    let writes = matches!(request, RatchetCommand::Lower { dry_run: false, .. });
    let workspace = context.workspace_for(writes)?;
    whole(&workspace, Reach::Tree, true)?;
    whole_records(&workspace.disk, &workspace.config.paths)?;
    match request {
        RatchetCommand::Show => show(context, &workspace),
        RatchetCommand::Lower { base, dry_run } => lower(context, &workspace, base.as_deref(), *dry_run),
        RatchetCommand::Check { base } => check(context, &workspace, base),
    }
}

/// How the count stands to the budget, and what `lower` would do about it.
struct Standing {
    budget: u64,
    count: u64,
    audit: Audit,
    next: Next,
}

/// What `lower` does.
enum Next {
    /// Nothing: there is no room.
    Stays,
    /// Nothing, because there are more modules than the budget allows: the answer is no.
    Over,
    /// It refuses.
    Refuses(Failure),
    /// It lowers the budget, because of these modules.
    Lowers { to: u64, left: Vec<String> },
}

impl Standing {
    fn new(workspace: &Workspace, base: Option<&str>) -> Result<Self, Failure> {
        Self::of(workspace, &workspace.disk, base)
    }

    /// The same of the workspace with other files.
    fn of(workspace: &Workspace, files: &dyn Files, base: Option<&str>) -> Result<Self, Failure> {
        let Ratchet { budget } = budget(files, &workspace.config.paths, "the workspace")?;
        let audit = audit(files, workspace)?;
        let count = audit.count(Status::Partial) as u64;
        let unreadable = audit.unreadable().next().map(|(path, why)| {
            let message = format!("cannot count the modules: {path}: {why}");
            Failure::new(Exit::No, message, "repair that file first; `molt-sync gates` shows all of them")
        });
        let next = match (unreadable, count.cmp(&budget)) {
            (Some(failure), _) => Next::Refuses(failure),
            (None, Ordering::Equal) => Next::Stays,
            (None, Ordering::Greater) => Next::Over,
            (None, Ordering::Less) => next(workspace, files, (budget, count), &audit, base)?,
        };
        Ok(Self { budget, count, audit, next })
    }

    /// The room, and what `lower` does about it.
    fn advice(&self) -> String {
        let room = self.words();
        match &self.next {
            Next::Stays | Next::Over => room,
            Next::Lowers { to, .. } => format!("{room}; `molt-sync ratchet lower` lowers the budget to {to}"),
            Next::Refuses(failure) => format!("{room}; `molt-sync ratchet lower` refuses: {}", failure.message),
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
) -> Result<Next, Failure> {
    let paths = &workspace.config.paths;
    let base = match named {
        Some(base) => base.to_owned(),
        None if !host::git::is_repository(&workspace.root)? => {
            let message = format!(
                "{} has no history that tells since when to look for progress: it is in no repository of git",
                paths.ratchet
            );
            return Ok(Next::Refuses(Failure::new(Exit::Usage, message, "write the smaller number there by hand")));
        }
        None => match host::git::last_change(&workspace.root, &paths.ratchet) {
            Ok(Some(base)) => base,
            Ok(None) => {
                let message = format!("{} has no history that tells since when to look for progress", paths.ratchet);
                return Ok(Next::Refuses(Failure::new(Exit::Usage, message, "name a revision with --base REF")));
            }
            Err(error) => return Ok(Next::Refuses(error.into())),
        },
    };
    let other = OtherUnion::new(files, &workspace.config);
    let (required, _) = Required::of_workspace(files, &paths.union, || other.get());
    other.whole()?;
    let before = workspace.at_revision(&base)?;
    let progress = progress(&audit(&before, workspace)?, now, &required);
    if !progress.missing.is_empty() {
        let message =
            format!("deleting {} that the union requires is no progress", number_of(progress.missing.len(), "module"));
        let hint =
            "bring them back; `molt-sync gates --only top-level-coverage,submodule-coverage` lists all that is missing";
        return Ok(Next::Refuses(Failure::new(Exit::No, message, hint).with_details(progress.missing)));
    }
    if !progress.lost.is_empty() {
        let message = format!("no intrinsic is left in {} that had some", number_of(progress.lost.len(), "module"));
        let hint = "convert them or make them stubs; `molt-sync gates --only zero-non-intrinsic` shows where they are";
        return Ok(Next::Refuses(Failure::new(Exit::No, message, hint).with_details(progress.lost)));
    }
    if !progress.left.is_empty() {
        return Ok(Next::Lowers { to: count, left: progress.left });
    }
    // a raise since then that is not needed any more asks for no progress
    if let Some(Ratchet { budget: old }) = Ratchet::read(&before, &paths.ratchet)?
        && old < budget
    {
        return Ok(Next::Lowers { to: old.max(count), left: Vec::new() });
    }
    let message = format!(
        "the count of {count} is below the budget of {budget}, but no module has left intrinsic-partial since {base}"
    );
    let hint = "name with --base REF the revision that this work began at: an earlier one, or the branch that this one came from";
    Ok(Next::Refuses(Failure::new(Exit::No, message, hint)))
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
    let standing = Standing::of(workspace, &staged, None)?;
    Ok(format!("the budget of {} leaves {}", standing.budget, standing.advice()))
}

fn show(context: &Context, workspace: &Workspace) -> Result<Exit, Failure> {
    let standing = Standing::new(workspace, None)?;
    let Standing { budget, count, audit, next } = &standing;
    let stubs = audit.count_stubs() as u64;
    let names = |is_stub: bool| -> Vec<&str> {
        let partial = audit.records.iter().filter(|it| it.status == Some(Status::Partial) && it.is_stub == is_stub);
        partial.map(|it| it.name.as_str()).collect()
    };
    if context.options.format == Format::Json {
        let lowers_to = if let Next::Lowers { to, .. } = next { Some(*to) } else { None };
        let refused = if let Next::Refuses(failure) = next { Some(&failure.message) } else { None };
        let text = serde_json::json!({
            "schema": 1, "budget": budget, "intrinsic_partial": count, "stubs": stubs, "in_work": count - stubs,
            "room": i128::from(*budget) - i128::from(*count), "lowers_to": lowers_to, "lower_refuses": refused,
            "stub_modules": names(true), "in_work_modules": names(false),
        });
        context.print(&format!("{text:#}\n"))?;
    } else {
        let room = standing.advice();
        let stub = format!("{stubs} stubs, {} in work", count - stubs);
        let text = format!("budget {budget}, intrinsic-partial {count} ({stub}): {room}");
        context.print(&line(&context.located(&text)))?;
    }
    // as `lower` ends, which is asked the same
    Ok(if matches!(next, Next::Over) { Exit::No } else { Exit::Done })
}

fn lower(context: &Context, workspace: &Workspace, base: Option<&str>, dry_run: bool) -> Result<Exit, Failure> {
    // a name that is wrong is told of also where there is nothing to lower
    base.map_or(Ok(()), |it| host::git::commit(&workspace.root, it).map(drop))?;
    let standing = Standing::new(workspace, base)?;
    let words = standing.words();
    let Standing { budget, count, next, .. } = standing;
    let (to, left) = match next {
        Next::Refuses(failure) => return Err(failure),
        Next::Lowers { to, left } => (to, left),
        Next::Stays | Next::Over => {
            let text = format!("the budget stays at {budget}: intrinsic-partial is {count}, {words}");
            answer(context, &text, (budget, budget), &[], dry_run.then(String::new))?;
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
            answer(context, "", (budget, to), &left, Some(changeset.diff()))?;
        } else {
            context.print_patch(&changeset.diff())?;
        }
        return Ok(Exit::Done);
    }
    workspace.apply(&changeset.edits)?;
    answer(context, &format!("the budget is {to} now, {budget} before"), (budget, to), &left, None)?;
    Ok(Exit::Done)
}

fn answer(
    context: &Context,
    text: &str,
    (before, after): (u64, u64),
    left: &[String],
    patch: Option<String>,
) -> Result<(), Failure> {
    if context.options.format == Format::Json {
        let mut value = serde_json::json!({ "schema": 1, "before": before, "after": after, "left": left });
        if let Some(patch) = patch {
            value["patch"] = patch.into();
        }
        return context.print(&format!("{value:#}\n"));
    }
    context.print(&format!("{text}\n{}", left.iter().map(|it| line(&format!("  {it}"))).collect::<String>()))
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
fn audit(files: &dyn Files, workspace: &Workspace) -> Result<Audit, Failure> {
    refuse(&unknown(files, &workspace.config, true)?)?;
    let paths = &workspace.config.paths;
    let templates = workspace.stub_templates()?;
    let attestation = attestation(files, paths)?;
    let dialect = dialect(files, &workspace.config)?;
    let rules =
        Rules { dialect, attested: &attestation.modules, stubs: Some(&templates), is_early: attestation.is_unread };
    Ok(Audit::run(files, &paths.stdlib, rules)?)
}

fn progress(before: &Audit, now: &Audit, required: &Required) -> Progress {
    let mut res = Progress { left: Vec::new(), missing: Vec::new(), lost: Vec::new() };
    let partial: BTreeSet<&str> =
        before.records.iter().filter(|it| it.status == Some(Status::Partial)).map(|it| it.name.as_str()).collect();
    for name in partial {
        match now.get(name).map(|it| it.status) {
            Some(Some(Status::Partial)) => {}
            None if required.has(name) => res.missing.push(name.to_owned()),
            None => res.left.push(format!("{name}: gone")),
            Some(Some(status)) if status.is_implemented() => res.left.push(format!("{name}: {}", status.word())),
            Some(status) => res.lost.push(format!("{name}: {}", status.map_or("not readable", Status::word))),
        }
    }
    res
}

fn budget(files: &dyn Files, paths: &Paths, whose: &str) -> Result<Ratchet, Failure> {
    Ratchet::read(files, &paths.ratchet)?.ok_or_else(|| {
        let message = format!("{whose} has no budget at {}", paths.ratchet);
        Failure::new(Exit::Usage, message, "write it as {\"max_intrinsic_partial\": N}, or restore it from git")
    })
}

/// What a check needs of a sign-off; `refresh` writes more.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct SignOff {
    gate: String,
    signed_off_by: String,
    reason: String,
    budget_before: u64,
    budget_after: u64,
}

impl SignOff {
    /// How far it lifts a budget that was `old` at the base and has come to `reached`. Two branches that each grew from the same
    /// budget sign for both growths.
    fn reaches(&self, old: u64, reached: u64) -> u64 {
        match self.budget_after.checked_sub(self.budget_before) {
            Some(growth) if (old..=reached).contains(&self.budget_before) => reached.saturating_add(growth),
            _ if self.budget_before <= reached => self.budget_after.max(reached),
            _ => reached,
        }
    }
}

fn check(context: &Context, workspace: &Workspace, base: &str) -> Result<Exit, Failure> {
    let paths = &workspace.config.paths;
    let commit = host::git::merge_base(&workspace.root, base)?;
    let files = host::git::files(&workspace.root, &commit, &[&paths.ratchet, &paths.exceptions])?;
    let new = budget(&workspace.disk, paths, "the workspace")?.budget;
    let Some(Ratchet { budget: old }) = Ratchet::read(&files, &paths.ratchet)? else {
        let text = format!("the budget of {new} is new: there was none at {base}");
        answer(context, &text, (new, new), &[], None)?;
        return Ok(Exit::Done);
    };
    let signed = sign_offs(&workspace.disk, paths, &files)?;
    let (mut reached, mut left) = (old, signed.iter().collect::<Vec<_>>());
    let mut used = Vec::new();
    while let Some(at) = left.iter().position(|(_, it)| it.reaches(old, reached) > reached).filter(|_| reached < new) {
        let (path, it) = left.remove(at);
        reached = it.reaches(old, reached);
        used.push(format!("{path}: {} to {}, {}: {}", it.budget_before, it.budget_after, it.signed_off_by, it.reason));
    }
    let is_fine = new <= old || reached >= new;
    if !is_fine {
        let upto = if reached > old { format!(", of which {} are signed for", reached - old) } else { String::new() };
        let message = format!("the budget in {} rose from {old} to {new} since {base}{upto}", paths.ratchet);
        let hint = format!(
            "take it back, or add a sign-off to {}; `molt-sync refresh --sign-off` writes one",
            paths.exceptions
        );
        return Err(Failure::new(Exit::No, message, hint).with_details(used));
    }
    let text = match new.cmp(&old) {
        Ordering::Less => format!("the budget went down from {old} to {new} since {base}"),
        Ordering::Equal => format!("the budget is {new}, as it was at {base}"),
        Ordering::Greater => {
            format!("the budget rose from {old} to {new} since {base}, and that is signed for")
        }
    };
    answer(context, &text, (old, new), &used, None)?;
    Ok(Exit::Done)
}

/// The sign-offs for this budget that the base does not have, neither there nor under another name.
fn sign_offs(files: &dyn Files, paths: &Paths, base: &dyn Files) -> Result<BTreeMap<RelPath, SignOff>, Failure> {
    let known = base.list(&paths.exceptions, ".toml")?;
    let mut used = Vec::new();
    for path in &known {
        used.extend(base.text(path)?.and_then(|text| toml::from_str::<SignOff>(&text).ok()));
    }
    let mut res = BTreeMap::new();
    for path in files.list(&paths.exceptions, ".toml")?.difference(&known) {
        let text = files.text(path)?.unwrap_or_default();
        let table = toml::from_str::<toml::Table>(&text).map_err(|error| {
            let (line, _) = position(&text, error.span().map_or(0, |it| it.start));
            let message = format!("cannot read {path}: line {line}: {}", error.message());
            Failure::new(Exit::Usage, message, "correct that line, or remove the sign-off")
        })?;
        if table.get("gate").and_then(toml::Value::as_str) != Some("intrinsic-partial-ratchet") {
            continue;
        }
        let sign_off: SignOff = table.try_into().map_err(|error: toml::de::Error| {
            Failure::new(Exit::Usage, format!("cannot read {path}: {}", error.message()), "correct the sign-off")
        })?;
        if sign_off.signed_off_by.trim().is_empty() || sign_off.reason.trim().is_empty() {
            let message = format!("{path} signs for {} without a name or a reason", sign_off.gate);
            return Err(Failure::new(Exit::Usage, message, "say who accepts it and why"));
        }
        if !used.contains(&sign_off) {
            res.insert(path.clone(), sign_off);
        }
    }
    Ok(res)
}
