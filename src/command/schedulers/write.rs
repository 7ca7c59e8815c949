//! The files of a scheduler, written or shown.

use super::{
    github,
    install::{self, InstallSource},
    path::clean,
    systemd,
};
use crate::{
    base::{Edit, Files, RelPath, Staged, text::in_the_form_of},
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
        links::link_on_the_way,
    },
    report::{envelope, json_document},
};

/// Which schedulers.
#[derive(Debug, Clone, Default)]
pub(in crate::command) struct Schedulers {
    /// Workflows for GitHub.
    pub github: bool,
    /// Units for systemd.
    pub systemd: bool,
    /// The user that a unit of the system's runs as; without one the units are a user's own.
    pub system: Option<String>,
    /// Where a workflow gets this program from.
    pub install: Option<InstallSource>,
    /// Write nothing, and say whether they are as this configuration asks.
    pub check: bool,
}

/// A file that is to be there, its text, and whether what is there now is this program's own.
type WantedFile<'a> = (RelPath, &'a str, bool);

/// Writes them. A file that is there and was changed by a person stays theirs.
pub(in crate::command) fn run(context: &Context, request: &Schedulers) -> Result<(), Failure> {
    let workspace = context.workspace_for(!request.check)?;
    let repository = github::GithubRepository::of(&workspace)?;
    let source = request.install.as_ref();
    let workflows = request.github.then(|| github::workflows(context, &workspace, &repository, source)).transpose()?;
    let steps = request.systemd.then(|| systemd::steps(&workspace, request.system.as_deref())).transpose()?;
    let files = workflows.iter().flat_map(|it| &it.files);
    let at_top: Vec<WantedFile<'_>> = files.map(|it| (it.path.clone(), it.text.as_str(), it.is_own)).collect();
    let units = systemd::UNITS.iter().filter(|_| request.systemd);
    let here: Vec<WantedFile<'_>> =
        units.map(|(name, text)| Ok((clean(name)?, *text, false))).collect::<Result<_, Failure>>()?;
    // all are looked at before any is written
    let top_edits = edits(&repository.disk, &at_top, request.check)?;
    let edits = edits(&workspace.disk, &here, request.check)?;
    if !request.check {
        workspace.apply(&edits)?;
        repository.apply(&workspace, &top_edits)?;
    }
    let names: Vec<String> = at_top.iter().chain(&here).map(|(path, ..)| path.to_string()).collect();
    let is_changed = !edits.is_empty() || !top_edits.is_empty();
    let incomplete = workflows.as_ref().filter(|it| !it.source.is_some()).map(|_| no_source(request.check));
    if context.options.format == Format::Json {
        if let Some(failure) = incomplete {
            let what = if is_changed { "is written" } else { "is there" };
            return Err(failure.with_details(names.iter().map(|it| format!("{it} {what}"))));
        }
        let top = repository.is_larger().then(|| repository.top.display().to_string());
        let source = workflows.as_ref().map(|it| it.source.line());
        let text = envelope(serde_json::json!({
            "files": names, "changed": is_changed, "repository": top, "install": source, "steps": steps,
        }));
        return context.print(&json_document(&text));
    }
    let is_edited = |name: &str| edits.iter().chain(&top_edits).any(|it| it.path.as_str() == name);
    let what = |name: &str| if is_edited(name) { "is written" } else { "is as it should be" };
    let mut text: String = names.iter().map(|it| format!("{it} {}\n", what(it))).collect();
    if repository.is_larger() && request.github {
        text += &format!("workflows lie at the top of the repository, {}\n", repository.top.display());
    }
    if let Some(it) = workflows.as_ref().filter(|it| it.source.is_some()) {
        let whose = match (it.is_own_origin, it.source.is_own_word) {
            (true, _) => ", where this program comes from itself",
            (_, true) => ", as you say: nothing looks at what that is",
            _ => "",
        };
        text += &format!("they install molt-sync with `{}`{whose}\n", it.source.line());
    }
    if let Some(steps) = steps {
        let whose = request.system.as_ref().map_or("yourself".to_owned(), |it| format!("the user {it}"));
        text += &format!(
            "\n# the units are the same on every machine; these steps have them run as {whose} on this one:\n{steps}"
        );
    }
    context.print(&text)?;
    incomplete.map_or(Ok(()), Err)
}

/// What is to be written of these files.
fn edits(disk: &dyn Files, files: &[WantedFile<'_>], check: bool) -> Result<Vec<Edit>, Failure> {
    let mut staged = Staged::new(disk);
    for (path, text, is_own) in files {
        if let Some(link) = link_on_the_way(disk, path)? {
            let message =
                format!("{path} lies behind the symbolic link {link}, where git has no file and a forge reads none");
            let exit = if check { Exit::No } else { Exit::Person };
            return Err(Failure::new(exit, message, "put a folder or a plain file in the place of the link"));
        }
        let there = disk.read(path)?;
        let wanted = match &there {
            Some(there) => in_the_form_of(there, text.as_bytes().to_vec()),
            None => text.as_bytes().to_vec(),
        };
        if check && there.as_deref() != Some(wanted.as_slice()) {
            let state = if there.is_some() { "is not what this configuration asks for" } else { "is not there" };
            let message = format!("{path} {state}");
            return Err(Failure::new(Exit::No, message, "write it with the same command without --check"));
        }
        if there.is_some_and(|there| there != wanted) && !is_own {
            let message = format!("{path} is there already and says something else");
            return Err(Failure::new(Exit::Person, message, "remove it to have it written again"));
        }
        staged.write(path, wanted)?;
    }
    Ok(staged.into_edits())
}

/// The workflows are there, and somebody has to say where they get this program from.
fn no_source(check: bool) -> Failure {
    let message = if check {
        "the workflows do not say where to install molt-sync from, so that each run stops at that step"
    } else {
        "the workflows are complete but for the step that installs molt-sync, at which each run stops: it is not said where from"
    };
    Failure::new(Exit::Person, message, install::WAYS).with_details([install::WHY.to_owned()])
}
