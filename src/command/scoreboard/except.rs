//! `molt-sync scoreboard except`: an exception that names what has worsened, for a person to fill in.

use super::{args::ExceptArgs, standing::ScoreboardStanding};
use crate::{
    base::{Files as _, Staged, line, option_word},
    changeset::Changeset,
    command::support::{
        checked_out::{WorkspaceReach, whole},
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    host::git,
    report::{envelope, json_document},
    scoreboard::{Exception, RollbackPlan, Worsening, draft, file_name},
};

/// Runs it.
pub(super) fn run(context: &Context, request: &ExceptArgs) -> Result<Exit, Failure> {
    let workspace = context.workspace_for(!request.dry_run)?;
    whole(&workspace, WorkspaceReach::Tree, true)?;
    let standing = ScoreboardStanding::new(context, &workspace, &request.check)?;
    let open: Vec<Worsening> = standing.judged.open().cloned().collect();
    let is_json = context.options.format == Format::Json;
    if open.is_empty() {
        let text = "nothing has worsened that needs an exception\n";
        let value = envelope(serde_json::json!({ "file": null, "worsened": [] }));
        context.print(&if is_json { json_document(&value) } else { text.to_owned() })?;
        return Ok(Exit::Done);
    }
    let mut reverts = Vec::new();
    for it in &request.reverts {
        reverts.push(git::commit(&workspace.root, it)?);
    }
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    let folder = &workspace.config.paths.exceptions;
    let path = folder.join(&file_name(&context.today(), &open));
    let exception = Exception {
        path: path.clone(),
        figures: std::collections::BTreeMap::default(),
        reason: text(&request.reason),
        signed_off_by: text(&request.by),
        expires: text(&request.expires),
        plan: RollbackPlan { words: text(&request.plan), reverts },
    };
    if workspace.disk.read(&path)?.is_some() {
        let message =
            format!("cannot write {path}: there is an exception for the same already, and it is not in order");
        let faults = standing.judged.faults.iter().filter(|(it, _)| *it == path).map(|(_, why)| format!("it {why}"));
        let hint = format!(
            "fill it in; `molt-sync scoreboard check {}` says what is missing",
            option_word("--base", &request.check.base)
        );
        return Err(Failure::new(Exit::Person, message, hint).with_details(faults));
    }
    let mut staged = Staged::new(&workspace.disk);
    let text = draft(&open, &exception);
    // read back as the check reads it
    let drafted = Exception::parse(&path, &text).ok().flatten();
    let lacks = drafted.map(|it| it.faults(&context.today())).unwrap_or_default();
    staged.write(&path, text)?;
    let changeset = Changeset { edits: staged.into_edits() };
    if request.dry_run {
        context.print_patch(&changeset.diff())?;
        return Ok(Exit::Done);
    }
    workspace.apply(&changeset.edits)?;
    let names: Vec<String> = open.iter().map(|it| format!("{}: {}", it.figure, it.identity)).collect();
    if is_json {
        let value = envelope(serde_json::json!({ "file": path, "worsened": names }));
        context.print(&json_document(&value))?;
    } else {
        let all: String = names.iter().map(|it| line(&format!("  {it}"))).collect();
        context.print(&format!("{path}: written\n{all}"))?;
    }
    let check = format!("`molt-sync scoreboard check {}`", option_word("--base", &request.check.base));
    context.note(&if lacks.is_empty() {
        format!("{check} takes it from now on")
    } else {
        format!(
            "the person who signs for it fills in what it lacks, which {check} says too: it {}",
            lacks.join("; it ")
        )
    });
    if let Some(rose) = &standing.budget {
        let check = format!("`molt-sync ratchet check {}`", option_word("--base", &request.check.base));
        context.note(&format!("{}, which needs a sign-off of its own: {check} says in which form", rose.message));
    }
    Ok(Exit::Done)
}
