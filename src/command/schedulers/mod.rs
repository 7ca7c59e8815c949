//! `molt-sync init --github` and `--systemd`: what runs the watcher and the checks, written into a workspace that is there.

mod form;

use std::path::Path;

use form::{Form, Values, of_scalar, scalar, word};

use super::{
    context::{Context, Format, Workspace},
    failure::{Exit, Failure},
};
use crate::{
    base::{Files as _, RelPath, Staged},
    config::Writable,
    host,
    stdlib::UnionFile,
};

/// Which schedulers.
#[derive(Debug, Clone, Default)]
pub struct Schedulers {
    /// Workflows for GitHub.
    pub github: bool,
    /// Units for systemd.
    pub systemd: bool,
    /// How a workflow installs this program.
    pub install: Option<String>,
    /// Write nothing, and say whether they are as this configuration asks.
    pub check: bool,
}

const WATCH: Form = Form(include_str!("../../../docs-templates/schedulers/watch.yml"));
const CHECK: Form = Form(include_str!("../../../docs-templates/schedulers/check.yml"));
const SERVICE: &str = include_str!("../../../docs-templates/schedulers/molt-sync-watch.service");
const TIMER: &str = include_str!("../../../docs-templates/schedulers/molt-sync-watch.timer");

const WATCH_FILE: &str = ".github/workflows/molt-sync-watch.yml";
const WORKFLOWS: [(&str, Form); 2] = [(WATCH_FILE, WATCH), (".github/workflows/molt-sync-check.yml", CHECK)];

/// Writes them. A file that is there and was changed by a person stays theirs.
pub fn run(context: &Context, request: &Schedulers) -> Result<(), Failure> {
    let workspace = context.workspace_for(!request.check)?;
    let mut files = Vec::new();
    let mut own = Vec::new();
    if request.github {
        let mut values = places(&lists(&workspace)?);
        values.insert("INSTALL", install(&workspace, request)?);
        for (name, form) in WORKFLOWS {
            if text(&workspace, name)?.is_some_and(|it| form.read(&it).is_some()) {
                own.push(name);
            }
            files.push((name, form.fill(&values)));
        }
    }
    if request.systemd {
        let program = host::current_program().map_err(|error| Failure::io("find", "this program".as_ref(), &error))?;
        let cache = context.cache();
        let cache = cache.root().map(host::full_path).ok_or_else(|| {
            Failure::new(Exit::Usage, "there is no folder for the cache of the service", "name one with --cache-dir")
        })?;
        let root = host::full_path(&workspace.root);
        let mut text = SERVICE.to_owned();
        for (name, path) in [("%PROGRAM%", &program), ("%ROOT%", &root), ("%CACHE%", &cache)] {
            text = text.replace(name, &unit_path(path)?);
        }
        files.push(("systemd/molt-sync-watch.service", text));
        files.push(("systemd/molt-sync-watch.timer", TIMER.to_owned()));
    }
    let mut staged = Staged::new(&workspace.disk);
    for (name, text) in &files {
        let path = clean(name)?;
        let there = workspace.disk.read(&path)?;
        if request.check && there.as_deref() != Some(text.as_bytes()) {
            let state = if there.is_some() { "is not what this configuration asks for" } else { "is not there" };
            let message = format!("{path} {state}");
            return Err(Failure::new(Exit::No, message, "write it with the same command without --check"));
        }
        if there.is_some_and(|there| there != text.as_bytes()) && !own.contains(name) {
            let message = format!("{path} is there already and says something else");
            return Err(Failure::new(Exit::Person, message, "remove it to have it written anew"));
        }
        staged.write(&path, text.as_str())?;
    }
    let edits = staged.into_edits();
    if !request.check {
        workspace.apply(&edits)?;
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    if context.options.format == Format::Json {
        let text = serde_json::json!({ "schema": 1, "files": names, "changed": !edits.is_empty() });
        return context.print(&format!("{text:#}\n"));
    }
    let what = if edits.is_empty() { "is as it should be" } else { "is written" };
    let mut text: String = names.iter().map(|it| format!("{it} {what}\n")).collect();
    if request.systemd {
        text += "copy both units to /etc/systemd/system and run `systemctl enable --now molt-sync-watch.timer`\n";
    }
    context.print(&text)
}

/// Whether the workflow is there and lets other files through than this configuration lets a refresh write.
pub(super) fn is_outdated(workspace: &Workspace) -> Result<bool, Failure> {
    let Some(text) = text(workspace, WATCH_FILE)? else { return Ok(false) };
    let values = places(&lists(workspace)?);
    let is_line = |(place, value): (&&str, &String)| {
        let key = if *place == "ALLOWED" { "ALLOWED: ".to_owned() } else { format!("{}=", place.to_lowercase()) };
        text.lines().any(|it| it.trim_start().strip_prefix(&key) == Some(value))
    };
    Ok(!values.iter().all(is_line))
}

/// What a refresh of this workspace may write.
fn lists(workspace: &Workspace) -> Result<Writable, Failure> {
    let union = UnionFile::read(&workspace.disk, &workspace.config.paths.union)?;
    let siblings = union.map(|it| it.siblings()).unwrap_or_default();
    workspace.config.writable(&siblings).map_err(|path| {
        let message =
            format!("cannot write a workflow that may change {path}: it is the repository's or the tool's own");
        Failure::new(Exit::Usage, message, "name another file in molt-sync.toml")
    })
}

fn places(lists: &Writable) -> Values {
    let Writable { any, new, gone, never, baselines } = lists;
    Values::from([
        ("ALLOWED", scalar(any)),
        ("NEW", word(new)),
        ("GONE", word(gone)),
        ("NEVER", word(never)),
        ("BASELINES", word(baselines)),
    ])
}

/// The line that installs this program, as YAML: the one that was asked for, else the one that is there.
fn install(workspace: &Workspace, request: &Schedulers) -> Result<String, Failure> {
    let there = text(workspace, WATCH_FILE)?.and_then(|it| WATCH.read(&it)?.remove("INSTALL"));
    let line = match (&request.install, there.as_deref().and_then(of_scalar)) {
        (Some(line), _) => line.clone(),
        (None, Some(line)) => line,
        (None, None) => concat!("cargo install --locked molt-sync@", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    if line.contains(['\n', '\r']) || line.trim().is_empty() {
        let message = "cannot use --install: it is not one line";
        return Err(Failure::new(Exit::Usage, message, "call a script of the workspace"));
    }
    Ok(scalar(&line))
}

fn text(workspace: &Workspace, name: &str) -> Result<Option<String>, Failure> {
    Ok(workspace.disk.text(&clean(name)?)?)
}

fn clean(name: &str) -> Result<RelPath, Failure> {
    RelPath::new(name).map_err(|error| Failure::new(Exit::Usage, error.to_string(), "check the path"))
}

/// A path as a unit has it between quotes.
fn unit_path(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().filter(|it| !it.contains(['"', '\\', '\n', '$', '%']));
    text.map(str::to_owned).ok_or_else(|| {
        let message =
            format!("cannot write {} into a unit: it has characters that mean something there", path.display());
        Failure::new(Exit::Usage, message, "move the workspace, the cache or the program")
    })
}
