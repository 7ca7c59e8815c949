//! `molt-sync ratchet`: the budget of intrinsic-partial modules, which goes down only, and only after real progress.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    checked_out::{Reach, whole},
    context::{Context, Format, Workspace},
    failure::{Exit, Failure},
    gates::OtherUnion,
    state::{attestation, dialect},
};
use crate::{
    audit::{Audit, Ratchet, Rules, Status},
    base::{Files, RelPath, Staged, line, number_of},
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
    match request {
        RatchetCommand::Show => show(context, &workspace),
        RatchetCommand::Lower { base, dry_run } => lower(context, &workspace, base.as_deref(), *dry_run),
        RatchetCommand::Check { base } => check(context, &workspace, base),
    }
}

fn show(context: &Context, workspace: &Workspace) -> Result<Exit, Failure> {
    let Ratchet { budget } = budget(&workspace.disk, &workspace.config.paths, "the workspace")?;
    let audit = audit(&workspace.disk, workspace)?;
    let count = audit.count(Status::Partial) as u64;
    let stubs = audit.count_stubs() as u64;
    let names = |is_stub: bool| -> Vec<&str> {
        let partial = audit.records.iter().filter(|it| it.status == Some(Status::Partial) && it.is_stub == is_stub);
        partial.map(|it| it.name.as_str()).collect()
    };
    if context.options.format == Format::Json {
        let text = serde_json::json!({
            "schema": 1, "budget": budget, "intrinsic_partial": count, "stubs": stubs, "in_work": count - stubs,
            "room": i128::from(budget) - i128::from(count), "stub_modules": names(true), "in_work_modules": names(false),
        });
        context.print(&format!("{text:#}\n"))?;
    } else {
        let room = match budget.checked_sub(count) {
            Some(0) => "no room".to_owned(),
            Some(room) => format!("room for {room}; `molt-sync ratchet lower` takes it away"),
            None => format!("{} over it", count - budget),
        };
        let stub = format!("{stubs} stubs, {} in work", count - stubs);
        context.print(&format!("budget {budget}, intrinsic-partial {count} ({stub}): {room}\n"))?;
    }
    Ok(Exit::Done)
}

fn lower(context: &Context, workspace: &Workspace, base: Option<&str>, dry_run: bool) -> Result<Exit, Failure> {
    let paths = &workspace.config.paths;
    let Ratchet { budget } = budget(&workspace.disk, paths, "the workspace")?;
    let now = audit(&workspace.disk, workspace)?;
    if let Some((path, why)) = now.unreadable().next() {
        let message = format!("cannot count the modules: {path}: {why}");
        return Err(Failure::new(Exit::No, message, "repair that file first; `molt-sync gates` shows all of them"));
    }
    let count = now.count(Status::Partial) as u64;
    if count >= budget {
        let over = count - budget;
        let text = if over == 0 {
            "no module has left intrinsic-partial".into()
        } else {
            format!("{} over it", number_of(over, "module"))
        };
        answer(context, &format!("the budget stays at {budget}: {text}"), budget, budget, &[])?;
        return Ok(if over == 0 { Exit::Done } else { Exit::No });
    }
    let base = match base {
        Some(base) => base.to_owned(),
        None => host::git::last_change(&workspace.root, &paths.ratchet)?.ok_or_else(|| {
            let message = format!("{} has no history that tells since when to look for progress", paths.ratchet);
            Failure::new(Exit::Usage, message, "name a revision with --base REF")
        })?,
    };
    let other = OtherUnion::new(&workspace.disk, &workspace.config);
    let (required, _) = Required::of_workspace(&workspace.disk, &paths.union, || other.get());
    other.whole()?;
    let progress = progress(&audit(&workspace.at_revision(&base)?, workspace)?, &now, &required);
    if !progress.missing.is_empty() {
        let message =
            format!("deleting {} that the union requires is no progress", number_of(progress.missing.len(), "module"));
        let hint =
            "bring them back; `molt-sync gates --only top-level-coverage,submodule-coverage` lists all that is missing";
        return Err(Failure::new(Exit::No, message, hint).with_details(progress.missing));
    }
    if !progress.lost.is_empty() {
        let message = format!("no intrinsic is left in {} that had some", number_of(progress.lost.len(), "module"));
        let hint = "convert them or make them stubs; `molt-sync gates --only zero-non-intrinsic` shows where they are";
        return Err(Failure::new(Exit::No, message, hint).with_details(progress.lost));
    }
    if progress.left.is_empty() {
        let message = format!(
            "the count of {count} is below the budget of {budget}, but no module has left intrinsic-partial since {base}"
        );
        return Err(Failure::new(Exit::No, message, "name an earlier revision with --base REF"));
    }
    let mut staged = Staged::new(&workspace.disk);
    Ratchet { budget: count }.write(&mut staged, &paths.ratchet)?;
    let changeset = Changeset { edits: staged.into_edits() };
    if dry_run {
        progress.left.iter().for_each(|it| context.terminal.note(it));
        context.print_patch(&changeset.diff())?;
        return Ok(Exit::Done);
    }
    workspace.apply(&changeset.edits)?;
    answer(context, &format!("the budget is {count} now, {budget} before"), budget, count, &progress.left)?;
    Ok(Exit::Done)
}

fn answer(context: &Context, text: &str, before: u64, after: u64, left: &[String]) -> Result<(), Failure> {
    if context.options.format == Format::Json {
        let value = serde_json::json!({ "schema": 1, "before": before, "after": after, "left": left });
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
    let paths = &workspace.config.paths;
    let templates = workspace.stub_templates()?;
    let attestation = attestation(files, paths)?;
    let dialect = dialect(files, &workspace.config)?;
    let rules = Rules { dialect, attested: &attestation.modules, stubs: Some(&templates) };
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

fn check(context: &Context, workspace: &Workspace, base: &str) -> Result<Exit, Failure> {
    let paths = &workspace.config.paths;
    let commit = host::git::merge_base(&workspace.root, base)?;
    let files = host::git::files(&workspace.root, &commit, &[&paths.ratchet, &paths.exceptions])?;
    let new = budget(&workspace.disk, paths, "the workspace")?.budget;
    let Some(Ratchet { budget: old }) = Ratchet::read(&files, &paths.ratchet)? else {
        let text = format!("the budget of {new} is new: there was none at {base}");
        answer(context, &text, new, new, &[])?;
        return Ok(Exit::Done);
    };
    let signed = sign_offs(&workspace.disk, paths, &files)?;
    let mut reached = old;
    let mut used = Vec::new();
    while let Some((path, it)) = signed.iter().find(|(_, it)| it.budget_before <= reached && it.budget_after > reached)
    {
        if reached >= new {
            break;
        }
        reached = it.budget_after;
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
        std::cmp::Ordering::Less => format!("the budget went down from {old} to {new} since {base}"),
        std::cmp::Ordering::Equal => format!("the budget is {new}, as it was at {base}"),
        std::cmp::Ordering::Greater => {
            format!("the budget rose from {old} to {new} since {base}, and that is signed for")
        }
    };
    answer(context, &text, old, new, &used)?;
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
        let Ok(table) = toml::from_str::<toml::Table>(&text) else {
            return Err(Failure::new(
                Exit::Usage,
                format!("cannot read {path}: it is no TOML"),
                "correct or remove the sign-off",
            ));
        };
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
