//! `apply`, `undo` and `recover`: changesets that were made before.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{
    base::{Edit, FileChange, Files as _, RelPath, number_of, shell_word},
    changeset::{Changeset, JournalEntry, PlanFile},
    command::{
        next::committed,
        support::{
            commit::{self, Abandoned, overtaken},
            committed::{Committed, committed as committed_as},
            context::{Context, Format},
            failure::{Exit, Failure},
            output::{Delivery, Output, refuse},
            output_args::GitArgs,
            workspace::Workspace,
            worktree::take_away_leftovers,
        },
    },
    host::{self, ApplyError, Recovered, Settling, git},
    report::{envelope, json_document},
};

/// What is asked of `apply`.
#[derive(Debug, Args)]
pub struct Apply {
    /// The file that `refresh --plan` or `baseline drop --plan` wrote
    pub plan: PathBuf,
    /// Write nothing; print what would change as a patch for `git apply`
    #[arg(long)]
    pub dry_run: bool,
    /// What git does with it.
    #[command(flatten)]
    pub git: GitArgs,
}

/// What is asked of `undo`.
#[derive(Debug, Args)]
pub struct Undo {
    /// Write nothing; print what would be taken back as a patch
    #[arg(long)]
    pub dry_run: bool,
    /// Believe what is kept of it, although it is not signed with your key: look at it with --dry-run first
    #[arg(long)]
    pub unverified: bool,
}

/// What is asked of `recover`.
#[derive(Debug, Args)]
pub struct Recover {
    /// Take it back instead, or set it aside where it is not signed with your key
    #[arg(long)]
    pub abort: bool,
    /// Finish it although it is not signed with your key: `recover` alone shows what it would do
    #[arg(long, conflicts_with = "abort")]
    pub unverified: bool,
}

/// Carries a plan out.
pub fn apply(context: &Context, request: Apply) -> Result<(), Failure> {
    let path = &request.plan;
    let output = &Output { dry_run: request.dry_run, ..request.git.into() };
    let bytes = context.read_named(path, 256 << 20)?;
    let plan = PlanFile::decode(&bytes).map_err(|error| {
        let message = format!("cannot use {} as a plan: {error}", path.display());
        Failure::new(Exit::Usage, message, "name a file that `molt-sync refresh --plan FILE` wrote")
    })?;
    let workspace = context.workspace_for(output.writes())?;
    let changeset = present(&workspace, path, &plan)?;
    let delivery = Delivery {
        changeset: &changeset,
        title: plan.title.clone(),
        message: plan.message.clone(),
        report: plan.report.clone(),
        preamble: String::new(),
        behind: Vec::new(),
    };
    refuse(&workspace.root, &changeset, output)?;
    let beside = delivery.prepare(&workspace.root, output)?;
    let commit = if output.writes() { delivery.write(&workspace, output)? } else { None };
    beside.keep()?;
    if changeset.edits.is_empty() && !plan.edits.is_empty() {
        context.terminal.note(&format!("{} was applied already: every file is as it makes it", path.display()));
    }
    show(context, &plan.title, &changeset, output.writes(), commit.as_deref())?;
    if let Some(words) = committed(&workspace.root, output, commit.as_deref()) {
        context.note(&words);
    }
    Ok(())
}

/// The edits of a plan on the files that are here, which must be those that it was made from; none where all of them are as
/// it makes them.
fn present(workspace: &Workspace, path: &Path, plan: &PlanFile) -> Result<Changeset, Failure> {
    let mut edits = Vec::new();
    let mut other = Vec::new();
    let mut made = 0;
    for planned in &plan.edits {
        let edit = Edit {
            path: planned.path.clone(),
            before: workspace.disk.read(&planned.path)?,
            after: planned.after.as_ref().and_then(crate::changeset::Content::bytes),
        };
        if edit.before == edit.after {
            made += 1;
        }
        if edit.before_digest() != planned.before {
            let word = if edit.before == edit.after { " (already as the plan makes it)" } else { "" };
            other.push(format!("{}{word}", edit.path));
        }
        edits.push(edit);
    }
    if made == edits.len() {
        return Ok(Changeset { edits: Vec::new() });
    }
    if other.is_empty() {
        return Ok(Changeset { edits: edits.into_iter().filter(|it| it.change().is_some()).collect() });
    }
    let message =
        format!("cannot apply {}: {} of it changed since it was made", path.display(), number_of(other.len(), "file"));
    let hint = "make the plan again from the workspace as it is now, with --plan; or restore those files with git";
    Err(Failure::new(Exit::Changed, message, hint).with_details(other))
}

/// How a run is written down that took something back, and one that redid it: in front of what that was.
const UNDONE: &str = "molt-sync undo of ";
const REDONE: &str = "molt-sync undo (redo) of ";

/// Takes back the changeset that was applied last; where `unverified`, whoever wrote down what it was. What was taken back
/// last is redone.
pub fn undo(context: &Context, request: &Undo) -> Result<(), Failure> {
    let Undo { dry_run, unverified } = *request;
    let workspace = context.workspace_for(!dry_run)?;
    if workspace.has_finished("undo") {
        // who runs it again wants that one, and not the one before it
        return show(context, "Take back the last change", &Changeset { edits: Vec::new() }, !dry_run, None);
    }
    tell_elsewhere(context, &workspace);
    let looking = if dry_run { host::Writer::looking(&workspace.root)? } else { None };
    let writer = match &looking {
        Some(it) => it,
        None if dry_run => return Err(ApplyError::NothingToUndo.into()),
        None => workspace.writer()?,
    };
    let undo = writer.undoing(unverified).map_err(|error| {
        let is_changed = matches!(error, ApplyError::ChangedSince(_));
        let is_unverified = matches!(error, ApplyError::Unverified { .. });
        let failure = Failure::from(error);
        if is_changed {
            // only for the words: without them the failure is told as it is
            return went_on(&workspace, writer.last_change(unverified).ok()).unwrap_or(failure);
        }
        if !is_unverified {
            return failure;
        }
        let hint = "restore the files with git; where you know that it is yours, `molt-sync undo --unverified --dry-run` shows it and `molt-sync undo --unverified` takes it back";
        Failure { hint: Some(hint.into()), details: Vec::new(), ..failure }
    })?;
    let taken_back = undo.run.strip_prefix(UNDONE);
    let (title, run, next) = if let Some(run) = taken_back {
        (format!("Redo `{run}`, which was taken back"), format!("{REDONE}{run}"), "takes it back")
    } else {
        let run = undo.run.strip_prefix(REDONE).unwrap_or(&undo.run);
        (format!("Take back `{run}`"), format!("{UNDONE}{run}"), "redoes it")
    };
    // what was applied is taken back without git as well, and that git does not answer is told
    let commit = commit_of(&workspace, &undo.edits).unwrap_or_else(|error| {
        context.terminal.warn(&format!("whether the change was committed is not known: {error}"));
        None
    });
    if taken_back.is_none()
        && let Some(commit) = commit
    {
        return Err(was_committed(&undo.run, &Committed::Here(commit)));
    }
    if !dry_run {
        writer.undo(&undo, &run)?;
    }
    let changeset = Changeset { edits: undo.edits };
    show(context, &title, &changeset, !dry_run, None)?;
    if !dry_run {
        context.note(&format!("`molt-sync undo` again {next}"));
    }
    Ok(())
}

/// Says where the commit of the last run is, where that made one in a work tree of its own: what is taken back is of a run before it.
fn tell_elsewhere(context: &Context, workspace: &Workspace) {
    let root = workspace.root.as_path();
    let Some(it) = host::elsewhere(root) else { return };
    // one that is gone, or that came here since, needs no word
    let is_there = git::branch_at(root, &it.branch).is_ok_and(|at| at.as_ref() == Some(&it.commit));
    if is_there && git::is_in(root, &it.commit).is_ok_and(|is_here| !is_here) {
        let (commit, branch) = (&it.commit, shell_word(&it.branch));
        context.note(&format!(
            "the last run changed nothing here: its commit {commit} is on the branch {branch}, and `git branch -D {branch}` throws it away; `undo` is about what was applied here before"
        ));
    }
}

/// Why a change is not taken back whose files were changed since: it was committed, and the tree has moved on. None where that is not
/// so, or where git does not say it.
fn went_on(workspace: &Workspace, last: Option<(String, Vec<JournalEntry>)>) -> Option<Failure> {
    let (run, entries) = last.filter(|(run, _)| !run.starts_with(UNDONE))?;
    let found = committed_as(&workspace.root, &entries).ok()??;
    Some(was_committed(&run, &found))
}

fn was_committed(run: &str, what: &Committed) -> Failure {
    let run = run.strip_prefix(REDONE).unwrap_or(run);
    let (why, hint) = match what {
        Committed::Here(commit) => (
            format!("it was committed as {commit}"),
            format!("`git revert {commit}` takes it back with a commit of its own"),
        ),
        Committed::Reverted(commit) => (
            format!("it was committed as {commit}, and that was taken back since"),
            "nothing of it is left to take back; `git log` shows both".to_owned(),
        ),
        Committed::Elsewhere(commit, branch) => {
            let place = branch.as_ref().map_or("on no branch".to_owned(), |it| format!("on the branch {it}"));
            let hint = branch.as_deref().map_or_else(
                || format!("nothing of it is here to take back; `git show {commit}` shows it"),
                |it| {
                    let it = shell_word(it);
                    format!("nothing of it is here to take back; `git switch {it}` goes to it, and `git branch -D {it}` throws it away")
                },
            );
            (format!("it was committed as {commit}, which is {place} and not checked out"), hint)
        }
    };
    Failure::new(Exit::Person, format!("cannot take back `{run}`: {why}"), hint)
}

/// The commit that made what `edits` would take back, where there is one and everything is as it left it.
fn commit_of(workspace: &Workspace, edits: &[Edit]) -> Result<Option<String>, git::GitError> {
    let root = workspace.root.as_path();
    let paths: Vec<&RelPath> = edits.iter().map(|it| &it.path).collect();
    if paths.is_empty() || !git::is_repository(root)? || git::tip(root, "HEAD")?.is_none() {
        return Ok(None);
    }
    if !git::uncommitted(root, &paths, false)?.is_empty() {
        return Ok(None);
    }
    let Some(commit) = git::last_change_of(root, &paths)? else { return Ok(None) };
    let Some(parent) = git::tip(root, &format!("{commit}^"))? else { return Ok(None) };
    let before = git::files(root, &parent, &paths)?;
    let lines = |bytes: &[u8]| bytes.iter().copied().filter(|it| *it != b'\r').collect::<Vec<u8>>();
    let is_its = |edit: &Edit| before.0.get(&edit.path).map(|it| lines(it)) == edit.after.as_deref().map(lines);
    // what was not committed before has no older version to be compared with
    Ok(edits.iter().any(is_its).then_some(commit))
}

/// Finishes a changeset that was cut off, or has this become of it.
pub fn recover(context: &Context, request: &Recover) -> Result<(), Failure> {
    let settling = match (request.abort, request.unverified) {
        (true, _) => Settling::TakeBack,
        (_, true) => Settling::FinishUnverified,
        _ => Settling::Finish,
    };
    let (root, run) = (context.root()?, host::command_line());
    context.refuse_tracked_store(&root)?;
    let _undisturbed = host::undisturbed();
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
        Abandoned::Overtaken(files) => ("left", context.located(&overtaken(files))),
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
        return context.print(&json_document(&envelope(serde_json::json!({ "recovered": state }))));
    }
    context.print(&format!("{text}\n"))
}

fn told(recovered: Recovered) -> (&'static str, String) {
    match recovered {
        Recovered::Nothing | Recovered::Doubted(_) => ("nothing", "nothing was cut off".to_owned()),
        Recovered::Discarded => ("discarded", "what was cut off had not begun: every file is as it was".to_owned()),
        Recovered::TakenBack(stayed) if stayed.is_empty() => {
            ("taken-back", "what was cut off is taken back: every file is as it was, or as it was saved since".into())
        }
        Recovered::TakenBack(stayed) => {
            ("taken-back", format!("what was cut off is taken back; changed in the meantime: {}", stayed.join(", ")))
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
        Some(FileChange::Create) => "created",
        Some(FileChange::Delete) => "deleted",
        _ => "replaced",
    };
    if context.options.format == Format::Json {
        let files: Vec<_> =
            changeset.edits.iter().map(|it| serde_json::json!({ "path": it.path, "change": word(it) })).collect();
        let mut text =
            envelope(serde_json::json!({ "title": title, "applied": applied, "commit": commit, "files": files }));
        if !applied {
            text["patch"] = changeset.diff().into();
        }
        return context.print(&json_document(&text));
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
