//! `molt-sync docs resolve`: settles what two branches that were each refreshed bring to a merge, as a command or, for managed
//! regions alone, as git's merge driver.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;

use super::{
    load::{DocsInputs, LoadedDocs},
    on_disk::present,
    place,
    records::{self, Sides},
    subject::Present,
};
use crate::{
    audit::{Audit, document_path, patch_document},
    base::{Edit, Files as _, RelPath, Staged, git_word, text::conflict},
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
        state::WorkspaceState,
        workspace::Workspace,
    },
    docs, host,
    report::{envelope, json_document},
};

/// What is asked for.
#[derive(Debug, Clone, Default, Args)]
pub struct Resolve {
    /// The files to settle; all that the merge left open by default
    pub files: Vec<String>,
    /// Work as git's merge driver, for regions alone: with `*.md merge=molt-sync` in .gitattributes, and in git's settings
    /// merge.molt-sync.driver = `molt-sync docs resolve --driver %O %A %B`. Without it, no such line is needed
    #[arg(long, num_args = 3, value_names = ["BASE", "OURS", "THEIRS"], conflicts_with = "files")]
    pub driver: Vec<PathBuf>,
}

/// Runs it on files of the workspace; on all that the merge left open, where none is named.
pub(super) fn run(context: &Context, request: &Resolve) -> Result<Exit, Failure> {
    let Resolve { files, driver } = request;
    if let [base, ours, theirs] = driver.as_slice() {
        return drive(context, base, ours, theirs);
    }
    let workspace = context.workspace_for(true)?;
    let is_repository = host::git::is_repository(&workspace.root)?;
    let unmerged = if is_repository { host::git::conflicts(&workspace.root)? } else { Vec::new() };
    let open = still_open(&workspace, &unmerged)?;
    if files.is_empty() && open.is_empty() && !unmerged.is_empty() {
        let names: Vec<String> = unmerged.iter().map(|it| git_word(it.as_str())).collect();
        let hint = format!("`git add {}` says so to git", names.join(" "));
        return Err(Failure::new(Exit::Usage, "no conflict is left in what the merge left open", hint));
    }
    let wanted = if files.is_empty() { open.clone() } else { named(context, &workspace, files)? };
    if wanted.is_empty() {
        return Err(Failure::new(Exit::Usage, "no file is in conflict", "name a document, or merge first"));
    }
    let mut view = Staged::new(&workspace.disk);
    let settled = records::settle(&workspace, &mut view, &open)?;
    let mut done: Vec<FileResolution> = settled.into_iter().map(|(path, it)| FileResolution::whole(path, it)).collect();
    if let Some(bad) = done.iter().find(|it| it.path == workspace.config.paths.union && it.why.is_some()) {
        return Err(by_hand(bad.path.as_str(), bad.why.as_deref().unwrap_or_default()));
    }
    let state = WorkspaceState::at(&view, &workspace)?;
    let audit = Arc::new(Audit::run(&view, &state.paths.stdlib, state.rules())?);
    let mut budget = state.ratchet.map(|it| it.budget);
    let ratchet = &state.paths.ratchet;
    if open.contains(ratchet) {
        let new = records::budget(&workspace, &audit)?;
        match new {
            Some(new) => crate::audit::Ratchet { budget: new }.write(&mut view, ratchet)?,
            None => view.write(ratchet, workspace.disk.text(ratchet)?.unwrap_or_default())?,
        }
        budget = new.or(budget);
        let why = "one branch lowered the budget, or it is not in both: keep the lower number, and see what `molt-sync ratchet show` counts";
        done.push(FileResolution::whole(ratchet.clone(), new.map(drop).ok_or_else(|| why.to_owned())));
    }
    let now = Present { union: &state.union, audit: &audit, budget };
    let read = DocsInputs::new(&view, &state.config.docs, &state.paths.checker)?;
    let loaded = LoadedDocs::load(&view, &state, &now, read, context.command_line)?;
    let audit_document = document_path(&view, &state.paths.audit)?;
    for path in &wanted {
        if done.iter().any(|it| it.path == *path) {
            continue;
        }
        let it = if *path == audit_document && open.contains(path) {
            audited(&workspace, &mut view, path, &audit)?
        } else {
            document(&workspace, &mut view, &loaded, path)?
        };
        done.push(it);
    }
    // what was only needed to read the rest is left as it is
    let edits: Vec<Edit> = view.into_edits().into_iter().filter(|it| wanted.contains(&it.path)).collect();
    done.retain(|it| wanted.contains(&it.path));
    workspace.apply(&edits)?;
    told(context, &done)
}

/// Those of the files that a merge left open in which a conflict is left: another one was resolved by a person, and is theirs.
fn still_open(workspace: &Workspace, unmerged: &[RelPath]) -> Result<Vec<RelPath>, Failure> {
    let mut res = Vec::new();
    for path in unmerged {
        // what cannot be read is told where it is settled, if it was asked for
        let text = workspace.disk.text(path).unwrap_or(None);
        // the markers may be longer than usual
        let has_marker = |it: &String| it.lines().any(|line| line.starts_with("<<<<<<<"));
        let is_resolved = match text.filter(|it| !has_marker(it)) {
            // what git left as one side has it, it did not merge
            Some(text) => Sides::of(workspace, path)?.is_some_and(|it| text != it.ours && text != it.theirs),
            None => false,
        };
        if !is_resolved {
            res.push(path.clone());
        }
    }
    Ok(res)
}

/// What became of a file.
struct FileResolution {
    path: RelPath,
    settled: usize,
    /// The lines of what is left.
    left: Vec<usize>,
    /// Why nothing of it was settled.
    why: Option<String>,
}

impl FileResolution {
    fn whole(path: RelPath, it: Result<(), String>) -> Self {
        match it {
            Ok(()) => Self { path, settled: 1, left: Vec::new(), why: None },
            Err(why) => Self { path, settled: 0, left: vec![1], why: Some(why) },
        }
    }
}

fn by_hand(path: &str, why: &str) -> Failure {
    Failure::new(Exit::Person, format!("cannot resolve {path}: {why}"), "resolve it by hand")
}

/// The files that the command line names.
fn named(context: &Context, workspace: &Workspace, files: &[String]) -> Result<Vec<RelPath>, Failure> {
    let mut res = Vec::new();
    for file in files {
        let names = place::candidates(context, workspace, file);
        let mut found = None;
        for path in names {
            if found.is_none() && workspace.disk.read(&path)?.is_some() {
                found = Some(path);
            }
        }
        res.push(found.ok_or_else(|| {
            Failure::new(Exit::Usage, format!("there is no {file}"), "name a document of the workspace")
        })?);
    }
    Ok(res)
}

/// The audit document: its generated parts are the same on all sides once they are written anew, and the rest is merged.
fn audited(
    workspace: &Workspace,
    view: &mut Staged<'_>,
    path: &RelPath,
    audit: &Audit,
) -> Result<FileResolution, Failure> {
    let Some(sides) = Sides::of(workspace, path)? else {
        return Ok(FileResolution::whole(path.clone(), Err("one branch deleted it".into())));
    };
    let anew = |text: &str| patch_document(text, audit).map_err(|error| error.to_string());
    let base = sides.base.as_deref().map_or_else(|| Ok(String::new()), anew);
    let (base, ours, theirs) = match (base, anew(&sides.ours), anew(&sides.theirs)) {
        (Ok(base), Ok(ours), Ok(theirs)) => (base, ours, theirs),
        (Err(why), ..) | (_, Err(why), _) | (.., Err(why)) => return Ok(FileResolution::whole(path.clone(), Err(why))),
    };
    let merged = host::git::merge_texts(&workspace.root, &base, &ours, &theirs)?;
    let left: Vec<usize> =
        merged.lines().enumerate().filter(|(_, it)| it.starts_with("<<<<<<< ")).map(|(at, _)| at + 1).collect();
    view.write(path, merged)?;
    Ok(FileResolution { path: path.clone(), settled: 1, left, why: None })
}

/// A document with managed regions, or one that is generated as a whole.
fn document(
    workspace: &Workspace,
    view: &mut Staged<'_>,
    loaded: &LoadedDocs,
    path: &RelPath,
) -> Result<FileResolution, Failure> {
    let rules = loaded.rules();
    let Some(text) = workspace.disk.text(path)? else {
        return Ok(FileResolution::whole(path.clone(), Err("one branch deleted it".into())));
    };
    if let Some(wanted) = rules.files.get(path) {
        if conflict(&text).is_some() {
            view.write(path, docs::generated(wanted))?;
        }
        return Ok(FileResolution::whole(path.clone(), Ok(())));
    }
    let sides = Sides::of(workspace, path)?;
    let sides = sides.as_ref().map(|it| [it.ours.as_str(), it.theirs.as_str()]);
    let done = docs::resolve(&text, rules.blocks, rules.legacy, sides).map_err(|why| by_hand(path.as_str(), &why))?;
    view.write(path, done.text)?;
    Ok(FileResolution { path: path.clone(), settled: done.settled, left: done.left, why: None })
}

fn told(context: &Context, done: &[FileResolution]) -> Result<Exit, Failure> {
    let settled: usize = done.iter().map(|it| it.settled).sum();
    let left: usize = done.iter().map(|it| it.left.len()).sum();
    let exit = if left == 0 { Exit::Done } else { Exit::Person };
    if context.options.format == Format::Json {
        let files = |it: &FileResolution| serde_json::json!({ "path": it.path, "settled": it.settled, "left": it.left, "why": it.why });
        let files: Vec<_> = done.iter().map(files).collect();
        let value = envelope(serde_json::json!({ "settled": settled, "left": left, "files": files }));
        context.print(&json_document(&value))?;
        return Ok(exit);
    }
    let mut lines = String::new();
    for it in done {
        lines += &format!("{}: {} settled, {} left\n", it.path, it.settled, it.left.len());
        for line in &it.left {
            let why = it.why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
            lines += &format!("{}:{line}: a person has to resolve this{why}\n", it.path);
        }
    }
    if left == 0 {
        let names: Vec<String> = done.iter().map(|it| git_word(it.path.as_str())).collect();
        context.terminal.note(&format!(
            "next: `git add {}`; then `molt-sync docs check` tells whether the rest agrees. No line in .gitattributes is needed for this",
            names.join(" ")
        ));
    }
    context.print(&lines)?;
    Ok(exit)
}

/// Git's merge driver, which sees one file and not what else is merged: managed regions get what the work tree says now.
fn drive(context: &Context, base: &Path, ours: &Path, theirs: &Path) -> Result<Exit, Failure> {
    let read = |path: &Path| {
        let bytes = host::read_plain(path, 256 << 20).map_err(|error| Failure::io("read", path, &error))?;
        Ok::<_, Failure>(String::from_utf8_lossy(&bytes).into_owned())
    };
    let sides = (read(ours)?, read(theirs)?);
    // whatever becomes of the rest, git finds both sides in the file of ours
    let merged = host::git::merge(&context.root()?, base, ours, theirs)?;
    host::overwrite(ours, &merged).map_err(|error| Failure::io("write", ours, &error))?;
    let workspace = context.workspace_for(false)?;
    let (_, loaded) = present(&workspace, context.command_line)?;
    let rules = loaded.rules();
    let fail = |why: String| by_hand(&ours.display().to_string(), &why);
    let text = String::from_utf8(merged).map_err(|error| fail(error.to_string()))?;
    let done = docs::resolve(&text, rules.blocks, rules.legacy, Some([&sides.0, &sides.1])).map_err(fail)?;
    // git reads the result from the file of our side
    host::overwrite(ours, done.text.as_bytes()).map_err(|error| Failure::io("write", ours, &error))?;
    if context.options.format == Format::Json {
        let value = envelope(serde_json::json!({ "settled": done.settled, "left": done.left.len() }));
        context.print(&json_document(&value))?;
    }
    Ok(if done.left.is_empty() { Exit::Done } else { Exit::No })
}
