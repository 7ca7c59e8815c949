//! Workflows for GitHub: at the top of the repository, about the folder in which the workspace lies.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{
    form::{SchedulerTemplate, Values, of_scalar, scalar, word},
    install::InstallSource,
    path::clean,
};
use crate::{
    base::{Dialect, Edit, Files as _, RelPath, text::in_plain_lines},
    command::{
        docs, origin,
        support::{
            context::Context,
            failure::{Exit, Failure},
            links::link_on_the_way,
            workspace::Workspace,
        },
    },
    config::Writable,
    docs::spoken,
    gates::GATES,
    host::{self, Disk},
    workspace::union_file,
};

const WATCH: SchedulerTemplate = SchedulerTemplate(include_str!("../../../docs-templates/schedulers/watch.yml"));
const CHECK: SchedulerTemplate = SchedulerTemplate(include_str!("../../../docs-templates/schedulers/check.yml"));

const DIFFERENTIAL: SchedulerTemplate =
    SchedulerTemplate(include_str!("../../../docs-templates/schedulers/differential.yml"));

const WATCH_FILE: &str = ".github/workflows/molt-sync-watch.yml";
const WORKFLOWS: [(&str, SchedulerTemplate); 2] =
    [(WATCH_FILE, WATCH), (".github/workflows/molt-sync-check.yml", CHECK)];
/// Where lanes are configured: without them nothing says how the programs of a test are started.
const WITH_LANES: (&str, SchedulerTemplate) = (".github/workflows/molt-sync-differential.yml", DIFFERENTIAL);

/// Written where the workspace keeps a scoreboard.
const SCOREBOARD: (&str, SchedulerTemplate) = (
    ".github/workflows/molt-sync-scoreboard.yml",
    SchedulerTemplate(include_str!("../../../docs-templates/schedulers/scoreboard.yml")),
);

/// The repository of a workspace, where workflows lie, and the workspace's folder in it.
pub(super) struct GithubRepository {
    pub(super) top: PathBuf,
    pub(super) disk: Disk,
    /// `compiler`; none at the top.
    folder: Option<RelPath>,
}

impl GithubRepository {
    /// The one that the workspace lies in; the workspace itself where there is none.
    pub(super) fn of(workspace: &Workspace) -> Result<Self, Failure> {
        let at_top = || Self { top: workspace.root.clone(), disk: workspace.disk.clone(), folder: None };
        let Some((top, _)) = host::git::places(&workspace.root)? else { return Ok(at_top()) };
        let root = host::full_path(&workspace.root);
        let below = root.strip_prefix(&top).unwrap_or(Path::new(""));
        if below.as_os_str().is_empty() {
            return Ok(at_top());
        }
        let folder = below.to_str().filter(|it| !it.contains("${{")).and_then(|it| RelPath::new(it).ok());
        let folder = folder.ok_or_else(|| {
            let message =
                format!("cannot write a workflow about {}: a runner could not be told that name", below.display());
            Failure::new(Exit::Usage, message, "rename the folder")
        })?;
        Ok(Self { disk: Disk::new(&top), top, folder: Some(folder) })
    }

    /// Whether the workspace is only a folder of it.
    pub(super) fn is_larger(&self) -> bool {
        self.folder.is_some()
    }

    /// `compiler/`; empty at the top.
    fn below(&self) -> String {
        self.folder.as_ref().map_or_else(String::new, |it| format!("{it}/"))
    }

    /// A workflow; none where a link is on the way to it: a forge follows none.
    fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        let path = clean(name)?;
        let text = if link_on_the_way(&self.disk, &path)?.is_some() { None } else { self.disk.text(&path)? };
        // a checkout may have another form of it than git
        Ok(text.map(in_plain_lines))
    }

    /// Writes at its top.
    pub(super) fn apply(&self, workspace: &Workspace, edits: &[Edit]) -> Result<(), Failure> {
        if !self.is_larger() {
            return workspace.apply(edits);
        }
        workspace.whole()?;
        let (writer, _) = host::Writer::open(&self.top, &host::command_line())?;
        Ok(writer.apply(edits)?)
    }
}

/// A workflow as it is to be.
pub(super) struct Workflow {
    pub(super) path: RelPath,
    pub(super) text: String,
    /// Whether what is there was written by this program and by nobody else, for this workspace.
    pub(super) is_own: bool,
}

/// All of them, and where their runs get the program from.
pub(super) struct Workflows {
    pub(super) files: Vec<Workflow>,
    pub(super) source: InstallSource,
    /// Whether nobody named that source, and it is the program's own origin.
    pub(super) is_own_origin: bool,
}

/// The workflows of this configuration. `asked` is where to get the program from; else what the files say, else what this program
/// knows of itself.
pub(super) fn workflows(
    context: &Context,
    workspace: &Workspace,
    repository: &GithubRepository,
    asked: Option<&InstallSource>,
) -> Result<Workflows, Failure> {
    let folder = scalar(repository.folder.as_ref().map_or(".", RelPath::as_str));
    let has_scoreboard = workspace.disk.read(&workspace.config.paths.scoreboard)?.is_some();
    let has_lanes = !workspace.config.lanes.is_empty();
    let wanted = || {
        let more = [(has_lanes, WITH_LANES), (has_scoreboard, SCOREBOARD)];
        WORKFLOWS.into_iter().chain(more.into_iter().filter(|it| it.0).map(|it| it.1))
    };
    let mut there = Vec::new();
    for (name, form) in wanted() {
        let values = repository.text(name)?.and_then(|it| form.read(&it));
        if let Some(other) = values.as_ref().and_then(|it| it.get("FOLDER")).filter(|it| **it != folder) {
            let other = of_scalar(other).unwrap_or_else(|| other.clone());
            let message = format!("{name} is there already, and is about the workspace in {other}");
            return Err(Failure::new(
                Exit::Person,
                message,
                "one repository has one watcher; remove the file to have it written for this one",
            ));
        }
        // a line that a person wrote in another form is theirs
        let line = values.and_then(|mut it| of_scalar(&it.remove("INSTALL")?));
        // nor is one that nobody could have named, such as one with an expression of the runner's
        let line = line.filter(|it| InstallSource::command(it).is_ok());
        there.push(line.map(InstallSource::of_line));
    }
    let kept = kept(&there, asked)?;
    let own = || origin::known().and_then(|it| InstallSource::git(&it.url, &it.revision).ok());
    let (source, is_own_origin) = match asked.cloned().or(kept) {
        Some(it) => (it, false),
        None => own().map_or_else(|| (InstallSource::none(), false), |it| (it, true)),
    };
    let mut values = places(&lists(context, workspace, repository)?);
    let place = if source.is_by_itself() { "${{ runner.temp }}" } else { folder.as_str() };
    values.insert("PLACE", place.to_owned());
    values.insert("FOLDER", folder);
    values.insert("INSTALL", scalar(source.line()));
    values.extend(parts(workspace)?);
    let files = wanted().zip(&there).map(|((name, form), there)| {
        Ok(Workflow { path: clean(name)?, text: form.fill(&values), is_own: there.is_some() })
    });
    Ok(Workflows { files: files.collect::<Result<_, Failure>>()?, source, is_own_origin })
}

/// The source that the files name, where they do.
fn kept(there: &[Option<InstallSource>], asked: Option<&InstallSource>) -> Result<Option<InstallSource>, Failure> {
    let mut named = there.iter().flatten().filter(|it| it.is_some());
    let first = named.next();
    if asked.is_none() && first.is_some_and(|first| named.any(|it| it != first)) {
        let message = "the workflows install molt-sync in different ways, and one of them was written by hand";
        return Err(Failure::new(Exit::Person, message, format!("say which is right: {}", super::install::WAYS)));
    }
    Ok(first.cloned())
}

/// The lanes of the differential tests, and the parts in which they run.
fn parts(workspace: &Workspace) -> Result<Values, Failure> {
    let is_plain = |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it));
    let names: Vec<&str> = workspace.config.lanes.keys().map(String::as_str).collect();
    if let Some(name) = names.iter().find(|it| !is_plain(it)) {
        let message = format!("cannot write a workflow for lane `{name}`: a command line could not name it");
        return Err(Failure::new(Exit::Usage, message, "rename it: letters, digits, `-`, `_` and `.`"));
    }
    let parts: Vec<String> = (1..=workspace.config.differential.parts).map(|it| it.to_string()).collect();
    Ok(Values::from([("PARTS", format!("[{}]", parts.join(", "))), ("LANES", scalar(&names.join(",")))]))
}

/// Whether the workflow is there and lets other files through than this configuration lets a refresh write.
pub(in crate::command) fn is_outdated(context: &Context, workspace: &Workspace) -> Result<bool, Failure> {
    let repository = GithubRepository::of(workspace)?;
    let Some(text) = repository.text(WATCH_FILE)? else { return Ok(false) };
    let values = places(&lists(context, workspace, &repository)?);
    let is_line = |(place, value): (&&str, &String)| {
        let key = if *place == "ALLOWED" { "ALLOWED: ".to_owned() } else { format!("{}=", place.to_lowercase()) };
        text.lines().any(|it| it.trim_start().strip_prefix(&key) == Some(value))
    };
    Ok(!values.iter().all(is_line))
}

/// What a refresh of this workspace may write.
fn lists(context: &Context, workspace: &Workspace, repository: &GithubRepository) -> Result<Writable, Failure> {
    let union = union_file(&workspace.disk, &workspace.config.paths)?;
    let siblings = union.map(|it| it.siblings()).unwrap_or_default();
    let writable = |bound: &[RelPath]| {
        workspace.config.writable(&siblings, bound, &repository.below()).map_err(|path| {
            let message =
                format!("cannot write a workflow that may change {path}: it is the repository's or the tool's own");
            Failure::new(Exit::Usage, message, "name another file in molt-sync.toml, or leave it out of `docs.roots`")
        })
    };
    writable(&[])?;
    // a pattern or a link can bind a value in any document
    let bound: Vec<RelPath> = docs::bound_documents(context, workspace)?.into_iter().collect();
    writable(&bound)
}

fn places(lists: &Writable) -> Values {
    let Writable { any, changed, new, gone, never, seldom, written, baselines, lock, library, stubs, union, siblings } =
        lists;
    Values::from([
        ("ALLOWED", scalar(any)),
        ("CHANGED", word(changed)),
        ("NEW", word(new)),
        ("GONE", word(gone)),
        ("NEVER", word(never)),
        ("SELDOM", word(seldom)),
        ("WRITTEN", word(written)),
        ("BASELINES", word(baselines)),
        ("LOCK", word(lock)),
        ("LIBRARY", word(library)),
        ("STUBS", word(stubs)),
        ("UNION", word(union)),
        ("SIBLINGS", word(siblings)),
        ("WORDS", word(&words())),
    ])
}

/// The words that a refresh may bring into a document that has none of them: those of the tool's own blocks and of its gates.
fn words() -> String {
    let lines: Vec<String> = [Dialect::February, Dialect::August]
        .into_iter()
        .flat_map(|dialect| GATES.iter().filter_map(move |it| it.line(dialect)))
        .collect();
    let words = |it: &str| -> Vec<String> {
        it.split(|it: char| !it.is_ascii_alphabetic()).filter(|it| !it.is_empty()).map(str::to_owned).collect()
    };
    let all = spoken().flat_map(words).chain(lines.iter().flat_map(|it| words(it)));
    all.collect::<BTreeSet<String>>().into_iter().collect::<Vec<_>>().join(" ")
}
