//! `apply`, `undo` and `recover`: changesets that were made before.

use std::path::PathBuf;

use super::{
    commit::{self, Abandoned},
    context::{Context, Format, Workspace},
    deliver::{Delivery, Output, refuse},
    failure::{Exit, Failure},
    worktree::take_away_leftovers,
};
use crate::{
    base::{Change, Edit, Files as _, number_of},
    changeset::{Changeset, PlanFile},
    host::{self, ApplyError, Recovered, Settling},
};

/// What is asked of `apply`.
#[derive(Debug, Clone)]
pub struct Apply {
    /// The plan.
    pub plan: PathBuf,
    /// What becomes of it.
    pub output: Output,
}

/// Carries a plan out.
pub fn apply(context: &Context, request: &Apply) -> Result<(), Failure> {
    let path = &request.plan;
    let bytes = host::read_file(path, 256 << 20).map_err(|error| Failure::io("read", path, &error))?;
    let plan = PlanFile::decode(&bytes).map_err(|error| {
        let message = format!("cannot use {} as a plan: {error}", path.display());
        Failure::new(Exit::Usage, message, "name a file that `molt-sync refresh --plan FILE` wrote")
    })?;
    let workspace = context.workspace_for(request.output.writes())?;
    let changeset = present(&workspace, &plan)?;
    let delivery = Delivery {
        changeset: &changeset,
        title: plan.title.clone(),
        message: plan.message.clone(),
        report: plan.report.clone(),
        preamble: String::new(),
    };
    refuse(&workspace.root, &changeset, &request.output)?;
    let beside = delivery.prepare(&workspace.root, &request.output)?;
    let commit = if request.output.writes() { delivery.write(&workspace, &request.output)? } else { None };
    beside.keep()?;
    show(context, &plan.title, &changeset, request.output.writes(), commit.as_deref())
}

/// The edits of a plan on the files that are here, which must be those that it was made from.
fn present(workspace: &Workspace, plan: &PlanFile) -> Result<Changeset, Failure> {
    let mut edits = Vec::new();
    let mut other = Vec::new();
    for planned in &plan.edits {
        let edit = Edit {
            path: planned.path.clone(),
            before: workspace.disk.read(&planned.path)?,
            after: planned.after.as_ref().and_then(crate::changeset::Content::bytes),
        };
        if edit.before_digest() != planned.before {
            other.push(edit.path.to_string());
        }
        edits.push(edit);
    }
    if other.is_empty() {
        return Ok(Changeset { edits: edits.into_iter().filter(|it| it.change().is_some()).collect() });
    }
    let message = format!("{} of the plan is not what the plan was made from", number_of(other.len(), "file"));
    Err(Failure::new(Exit::Changed, message, "make the plan anew").with_details(other))
}

/// Takes back the changeset that was applied last; where `unverified`, whoever wrote down what it was.
pub fn undo(context: &Context, dry_run: bool, unverified: bool) -> Result<(), Failure> {
    let workspace = context.workspace_for(true)?;
    if workspace.has_finished("undo") {
        // who runs it again wants that one, and not the one before it
        return show(context, "Take back the last change", &Changeset { edits: Vec::new() }, !dry_run, None);
    }
    let writer = workspace.writer()?;
    let undo = writer.undoing(unverified).map_err(|error| {
        let is_unverified = matches!(error, ApplyError::Unverified { .. });
        let failure = Failure::from(error);
        if !is_unverified {
            return failure;
        }
        let hint = "restore the files with git; where you know that it is yours, `molt-sync undo --unverified --dry-run` shows it and `molt-sync undo --unverified` takes it back";
        Failure { hint: Some(hint.into()), details: Vec::new(), ..failure }
    })?;
    if !dry_run {
        writer.undo(&undo)?;
    }
    let changeset = Changeset { edits: undo.edits };
    show(context, &format!("Take back `{}`", undo.run), &changeset, !dry_run, None)
}

/// Finishes a changeset that was cut off, or has this become of it.
pub fn recover(context: &Context, settling: Settling) -> Result<(), Failure> {
    let (root, run) = (context.root()?, host::command_line());
    context.refuse_tracked_store(&root)?;
    let (writer, recovered) = host::Writer::open_for(&root, &run, settling)?;
    let abandoned = commit::abandon(&root, &writer, settling == Settling::TakeBack)?;
    // what git does not say keeps nobody from what was recovered
    let leftovers = take_away_leftovers(&root).unwrap_or_else(|failure| {
        context.terminal.warn(&format!("whether a work tree is left over is not known: {}", failure.message));
        Vec::new()
    });
    let (state, text) = match abandoned {
        Abandoned::Nothing => told(recovered),
        Abandoned::Came => match recovered {
            Recovered::Nothing => {
                let text = "a run was cut off, and nothing of its change waits to be committed: nothing had to be done";
                ("finished", text.to_owned())
            }
            other => told(other),
        },
        Abandoned::Overtaken(files) => ("left", overtaken(files)),
        Abandoned::TakenBack(beside) => {
            let (state, mut text) = told(Recovered::TakenBack(Vec::new()));
            for it in &beside {
                text += &format!("\n  {it}");
            }
            (state, text)
        }
        Abandoned::SetAside(place) => told(Recovered::SetAside(place)),
    };
    let (state, text) = match (state, leftovers.is_empty()) {
        ("nothing", false) => ("taken-back", leftovers.join("\n")),
        (state, _) => (state, [&[text][..], &leftovers].concat().join("\n")),
    };
    if context.options.format == Format::Json {
        return context.print(&format!("{:#}\n", serde_json::json!({ "schema": 1, "recovered": state })));
    }
    context.print(&format!("{text}\n"))
}

/// What is said where somebody committed before a run that was cut off was taken back.
pub(super) fn overtaken(files: usize) -> String {
    let files = number_of(files, "file");
    format!(
        "a run was cut off before its commit, and somebody has committed since: its change of {files} stays as it is; commit it, or take it back with `molt-sync undo`"
    )
}

fn told(recovered: Recovered) -> (&'static str, String) {
    match recovered {
        Recovered::Nothing | Recovered::Doubted(_) => ("nothing", "nothing was cut off".to_owned()),
        Recovered::Discarded => ("discarded", "what was cut off had not begun: every file is as it was".to_owned()),
        Recovered::TakenBack(stayed) if stayed.is_empty() => (
            "taken-back",
            "what was cut off is taken back: every file is as it was, or as somebody saved it since".into(),
        ),
        Recovered::TakenBack(stayed) => {
            ("taken-back", format!("what was cut off is taken back; somebody changed {}", stayed.join(", ")))
        }
        Recovered::SetAside(place) => (
            "set-aside",
            format!("what was cut off lies in {place} now, and was not carried out; compare the tree with git"),
        ),
        Recovered::Finished(run, files) => {
            ("finished", format!("`{run}` is finished: its {} are written", number_of(files, "file")))
        }
    }
}

fn show(
    context: &Context,
    title: &str,
    changeset: &Changeset,
    applied: bool,
    commit: Option<&str>,
) -> Result<(), Failure> {
    let word = |it: &Edit| match it.change() {
        Some(Change::Create) => "created",
        Some(Change::Delete) => "deleted",
        _ => "replaced",
    };
    if context.options.format == Format::Json {
        let files: Vec<_> =
            changeset.edits.iter().map(|it| serde_json::json!({ "path": it.path, "change": word(it) })).collect();
        let text =
            serde_json::json!({ "schema": 1, "title": title, "applied": applied, "commit": commit, "files": files });
        return context.print(&format!("{text:#}\n"));
    }
    if !applied {
        context.terminal.note(title);
        return context.print_patch(&changeset.diff());
    }
    let files: String = changeset.edits.iter().map(|it| format!("  {}: {}\n", it.path, word(it))).collect();
    let commit = commit.map_or(String::new(), |it| format!(", commit {it}"));
    let count = number_of(changeset.edits.len(), "file");
    context.print(&format!("{title}: {count} written{commit}\n{files}"))
}
