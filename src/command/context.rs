//! What every command is given: the global options, the terminal, and from them the workspace, the cache and the mirror.

mod base;

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::{
    commit::Abandoned,
    failure::{Exit, Failure},
    unmerged::merged,
};
use crate::{
    base::{
        Edit, FileError, Files, RelPath, limits, number_of,
        text::{Allowed, conflict, quoted_json, quoted_lines},
    },
    config::{Config, FILE, Paths},
    host::{self, Cache, Client, Disk, Mirror, NetworkOptions, Reading, Recovered, Terminal},
    release::sigstore::{Refusal, Root},
    stubs::{TEMPLATE, Templates},
};

pub(super) use base::Base;

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON document.
    Json,
    /// For a pull request's body.
    Markdown,
    /// For code scanning.
    Sarif,
    /// A test report.
    Junit,
    /// Annotations of a workflow on GitHub.
    Github,
    /// What would repair it, as one patch.
    Patch,
}

/// The global options.
#[derive(Debug, Clone)]
pub struct Options {
    /// `--root`
    pub root: Option<PathBuf>,
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--format`
    pub format: Format,
    /// `--offline`
    pub offline: bool,
    /// `--mirror`
    pub releases_from: Option<String>,
    /// `--cache-dir`
    pub cache_dir: Option<PathBuf>,
    /// `--now`, in seconds since 1970
    pub now: Option<i64>,
    /// `--now`, reduced to its date
    pub today: Option<String>,
    /// `--cache-limit`, in bytes
    pub cache_limit: u64,
    /// `--trusted-root`
    pub trusted_root: Option<PathBuf>,
    /// `--timeout`
    pub timeout: Duration,
    /// `--total-timeout`
    pub total_timeout: Option<Duration>,
    /// `--attempts`
    pub attempts: u32,
}

/// Whether the program understands a command line, and why not.
pub type CommandLine = fn(&[&str]) -> Result<(), String>;

/// Options and terminal.
#[derive(Debug, Clone)]
pub struct Context {
    /// The global options.
    pub options: Options,
    /// The two streams.
    pub terminal: Terminal,
    /// What understands the command lines in documents.
    pub command_line: CommandLine,
    /// What was read of the workspace.
    pub reading: Arc<Reading>,
    /// The options that the run was given, where it works in a work tree of its own.
    pub given: Option<Box<Options>>,
}

/// A workspace on disk.
pub(super) struct Workspace {
    pub(super) root: PathBuf,
    pub(super) disk: Disk,
    pub(super) config: Config,
    /// What makes this run the only one that writes; none in a run that only reads.
    writer: Option<host::Writer>,
    /// What was read of it.
    reading: Arc<Reading>,
    /// The settings that were named in place of its own.
    named: Option<PathBuf>,
    /// The run that had been cut off and was finished first.
    finished: Option<String>,
}

/// What is said of a store that came with the repository.
const TRACKED: &str = ".molt-sync is in git's index, where molt-sync never puts it: it came with a commit";

const PYTHON_ORG: &str = "https://www.python.org/ftp/python";

impl Context {
    /// Finds the workspace and reads its configuration. A changeset that was cut off is finished first.
    pub(super) fn workspace(&self) -> Result<Workspace, Failure> {
        self.workspace_for(false)
    }

    /// The same for a run that writes where `writes`: nobody else does until it ends.
    pub(super) fn workspace_for(&self, writes: bool) -> Result<Workspace, Failure> {
        let root = self.root()?;
        self.checked(root, writes)
    }

    /// The workspace that the run is in, where it is in one. One that cannot be read is a failure, and not none.
    pub(super) fn workspace_around(&self) -> Result<Option<Workspace>, Failure> {
        if self.options.root.is_some() {
            return self.workspace().map(Some);
        }
        match Self::found()? {
            Ok(root) => {
                let config = self.config(&root)?;
                let has_modules = self.disk(&root).has_folder(&config.paths.stdlib)?;
                if has_modules || self.options.config.is_some() {
                    self.opened(root, config, false).map(Some)
                } else {
                    Ok(None)
                }
            }
            Err(_) => Ok(None),
        }
    }

    fn checked(&self, root: PathBuf, writes: bool) -> Result<Workspace, Failure> {
        let config = self.config(&root)?;
        let stdlib = &config.paths.stdlib;
        if self.options.config.is_none() && !self.disk(&root).has_folder(stdlib)? {
            return Err(no_workspace(&root.display().to_string()).with_details([format!("there is no {stdlib}")]));
        }
        self.opened(root, config, writes)
    }

    fn disk(&self, root: &std::path::Path) -> Disk {
        Disk::watched(root, Arc::clone(&self.reading))
    }

    /// Stops the run where something of the workspace could not be read, whoever was told of it: what was computed beside a
    /// failure is neither printed nor written.
    pub(super) fn whole(&self) -> Result<(), Failure> {
        self.reading.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// The same for a folder that was named, whether or not there are modules in it.
    pub(super) fn tree(&self) -> Result<Workspace, Failure> {
        let root = self.root()?;
        let config = self.config(&root)?;
        self.opened(root, config, false)
    }

    fn opened(&self, root: PathBuf, config: Config, writes: bool) -> Result<Workspace, Failure> {
        self.refuse_cache_in(&root)?;
        self.reading.begin();
        let run = host::command_line();
        let (writer, recovered) = if writes {
            self.refuse_tracked_store(&root)?;
            let (writer, recovered) = host::Writer::open(&root, &run)?;
            match super::commit::abandon(&root, &writer, false)? {
                Abandoned::Nothing | Abandoned::Came | Abandoned::SetAside(_) => {}
                Abandoned::Overtaken(files) => self.warn(&super::changes::overtaken(files)),
                Abandoned::TakenBack(_) => {
                    self.terminal.warn("a run had been cut off before its commit; what it did was taken back first");
                }
            }
            (Some(writer), recovered)
        } else {
            if self.tracks_store(&root) {
                self.terminal.warn(&format!("{TRACKED}; nothing in it is believed"));
            }
            (None, host::settle(&root, &run)?)
        };
        let finished = match recovered {
            Recovered::Finished(run, files) => {
                let files = number_of(files, "file");
                self.terminal.warn(&format!("`{run}` had been cut off; its change of {files} was finished first"));
                Some(run)
            }
            Recovered::Doubted(why) => {
                self.warn(&format!(
                    "{why}: it was not carried out, and the files are taken as they are; `molt-sync recover` says more"
                ));
                None
            }
            _ => None,
        };
        let disk = self.disk(&root);
        let (reading, named) = (Arc::clone(&self.reading), self.options.config.clone());
        Ok(Workspace { root, disk, config, writer, reading, named, finished })
    }

    /// Refuses a workspace whose repository carries what is molt-sync's own.
    pub(super) fn refuse_tracked_store(&self, root: &std::path::Path) -> Result<(), Failure> {
        if !self.tracks_store(root) {
            return Ok(());
        }
        let hint = "nothing was written; see where it comes from, and take it out: `git rm -r --cached .molt-sync`, and remove the folder";
        Err(Failure::new(Exit::Person, TRACKED, hint))
    }

    /// Whether the store at the root came with a commit. Where git does not say, that is told, and the store is believed no
    /// more for it.
    fn tracks_store(&self, root: &std::path::Path) -> bool {
        if !host::has_own_store(root) {
            return false;
        }
        host::git::tracks_store(root).unwrap_or_else(|error| {
            self.terminal.note(&format!("whether .molt-sync came with a commit is not known: {error}"));
            false
        })
    }

    /// The workspace's root.
    pub(super) fn root(&self) -> Result<PathBuf, Failure> {
        match &self.options.root {
            Some(root) if host::is_folder(root).map_err(|error| Failure::io("use", root, &error))? => Ok(root.clone()),
            Some(root) => {
                let message = format!("cannot use {} as a workspace: it is not a folder", root.display());
                let hint = "name the root of a Molt checkout, or make one with `molt-sync init DIR`";
                Err(Failure::new(Exit::Usage, message, hint))
            }
            None => Self::found()?.map_err(|here| no_workspace(&here.display().to_string())),
        }
    }

    /// The root around the current folder; that folder where there is none.
    fn found() -> Result<Result<PathBuf, PathBuf>, Failure> {
        let here = host::current_dir().map_err(|error| Failure::io("use", "the current folder".as_ref(), &error))?;
        let root = host::find_root(&here, FILE, Paths::default().stdlib.as_str());
        let root = root.map_err(|error| Failure::io("look for a workspace from", &here, &error))?;
        Ok(root.ok_or(here))
    }

    fn config(&self, root: &std::path::Path) -> Result<Config, Failure> {
        let (name, text) = match &self.options.config {
            Some(path) => {
                let bytes = host::read_file(path, 1 << 20).map_err(|error| Failure::io("read", path, &error))?;
                (path.display().to_string(), Some(String::from_utf8_lossy(&bytes).into_owned()))
            }
            None => (
                FILE.to_owned(),
                RelPath::new(FILE).ok().map(|path| self.disk(root).text(&path)).transpose()?.flatten(),
            ),
        };
        let Some(text) = text else { return Ok(Config::default()) };
        if let Some(line) = conflict(&text) {
            return Err(merged(&name, line));
        }
        Config::parse(&text).map_err(|error| {
            let message = format!("cannot read {name}: {error}");
            Failure::new(Exit::Usage, message, "correct that line; README.md lists the keys")
        })
    }

    /// The cache of archives and facts. Where nobody names a folder, it is the user's own, and none where that cannot be told
    /// or lies in the workspace.
    pub(super) fn cache(&self) -> Cache {
        static WARNED: std::sync::Once = std::sync::Once::new();
        let warn = |why: &str| {
            let text = format!("nothing is cached: {why}; name a folder with --cache-dir");
            WARNED.call_once(|| self.terminal.warn(&text));
            Cache::none()
        };
        let cache = match (&self.options.cache_dir, host::user_cache()) {
            (Some(folder), _) => Cache::new(folder),
            (None, None) => warn("neither XDG_CACHE_HOME nor HOME is the full path of a folder"),
            (None, Some(folder)) => match self.root().ok().filter(|root| host::lies_in(&folder, root)) {
                Some(_) => warn("the user's cache lies in the workspace"),
                None => Cache::new(folder),
            },
        };
        cache.limited(self.options.cache_limit)
    }

    /// Refuses a cache that was named in the workspace, where git would take it for a part of that; and what comes with a
    /// checkout could forge what is cached.
    fn refuse_cache_in(&self, root: &std::path::Path) -> Result<(), Failure> {
        let Some(folder) = self.options.cache_dir.as_deref().filter(|it| host::lies_in(it, root)) else {
            return Ok(());
        };
        let full = host::absolute(folder);
        if host::git::is_repository(root)? && host::git::keeps_out(root, &full)? {
            return Ok(());
        }
        let message = format!("cannot keep the cache in {}: it lies in the workspace", folder.display());
        let hint =
            "name a folder outside of it with --cache-dir or MOLT_SYNC_CACHE_DIR, or have git ignore that folder";
        Err(Failure::new(Exit::Usage, message, hint))
    }

    /// The mirror that was asked for, else the configured one, else python.org.
    pub(super) fn open_mirror(&self, configured: Option<&str>) -> Result<Mirror, Failure> {
        let name = self.options.releases_from.as_deref().or(configured).unwrap_or(PYTHON_ORG);
        let name = if name.ends_with("://") { name } else { name.trim_end_matches('/') };
        if !name.contains("://") {
            let folder = PathBuf::from(name);
            let is_named_here = self.options.releases_from.is_some();
            return Ok(if is_named_here { Mirror::Folder(folder) } else { Mirror::OwnFolder(folder) });
        }
        if self.options.offline {
            let message = format!("cannot ask {}: this run is offline", host::shown_address(name));
            return Err(Failure::new(Exit::Usage, message, "name a folder with --mirror, or leave --offline out"));
        }
        if !name.starts_with("https://") && !name.starts_with("http://") {
            let message = format!("cannot use the mirror {}: only http and https are known", host::shown_address(name));
            let hint = match host::folder_of_address(name) {
                Some(folder) => format!("a folder is named by its path: {}", host::shell_word(&folder)),
                None => format!("an address looks like {PYTHON_ORG}"),
            };
            return Err(Failure::new(Exit::Usage, message, hint));
        }
        Ok(Mirror::Url(self.client(), name.to_owned()))
    }

    /// Whether releases come from another machine.
    pub(super) fn is_remote(&self, configured: Option<&str>) -> bool {
        self.open_mirror(configured).is_ok_and(|it| !it.is_local())
    }

    /// Who asks over the network.
    pub(super) fn client(&self) -> Client {
        let options = NetworkOptions {
            stall: self.options.timeout,
            total: self.options.total_timeout.unwrap_or(self.options.timeout.saturating_mul(20)),
            attempts: self.options.attempts,
        };
        Client::new(options, self.terminal.clone()).resuming(self.cache())
    }

    /// The moment of this run, in seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        self.options.now.unwrap_or_else(host::now)
    }

    /// Whose word on signatures counts in the end: the root that is compiled in, or the one that was named.
    pub(super) fn root_of_trust(&self) -> Result<Root, Failure> {
        let Some(path) = &self.options.trusted_root else {
            let failed = |refusal: Refusal| Failure::new(Exit::Trust, refusal.to_string(), "install molt-sync anew");
            return Root::embedded().map_err(failed);
        };
        let bytes = host::read_file(path, 4 << 20).map_err(|error| Failure::io("read", path, &error))?;
        Root::parse(&String::from_utf8_lossy(&bytes)).map_err(|refusal| {
            let message = format!("cannot use {} as a trusted root: {refusal}", path.display());
            Failure::new(Exit::Usage, message, "name a trusted_root.json of Sigstore")
        })
    }

    /// The date of this run.
    pub(super) fn today(&self) -> String {
        self.options.today.clone().unwrap_or_else(host::today)
    }

    /// Prints a result, if all that it was computed from could be read. Nothing in it commands a terminal or a runner.
    pub(super) fn print(&self, text: &str) -> Result<(), Failure> {
        self.whole()?;
        let colors = self.terminal.colors_results();
        let text = match self.options.format {
            Format::Json | Format::Sarif => quoted_json(text),
            Format::Github => quoted_lines(text, Allowed { colors: false, commands: true }),
            Format::Human => quoted_lines(text, Allowed { colors, commands: false }),
            Format::Markdown | Format::Junit | Format::Patch => quoted_lines(text, Allowed::default()),
        };
        self.out(&text)
    }

    /// Prints a patch, whose bytes are what `git apply` needs; as a text in JSON. A runner takes no line of it for a command.
    pub(super) fn print_patch(&self, text: &str) -> Result<(), Failure> {
        self.whole()?;
        let text = self.for_git(text)?;
        let text = text.as_str();
        if self.options.format == Format::Json {
            return self.print(&format!("{:#}\n", serde_json::json!({ "schema": 1, "patch": text })));
        }
        let quoted = quoted_lines(text, Allowed::default());
        if self.terminal.shows_results() {
            return self.out(&quoted);
        }
        if host::environment("GITHUB_ACTIONS").is_none() || text == quoted {
            return self.out(text);
        }
        // git passes over lines around a patch
        let word = format!("molt-sync-{:x}", host::random_seed());
        self.out(&format!("::stop-commands::{word}\n{text}::{word}::\n"))
    }

    fn out(&self, text: &str) -> Result<(), Failure> {
        self.terminal.result(text).map_err(|error| Failure::io("write to", "stdout".as_ref(), &error))
    }
}

impl Workspace {
    /// What makes this run the only one that writes.
    pub(super) fn writer(&self) -> Result<&host::Writer, Failure> {
        let message = "this run was not begun as one that writes";
        self.writer.as_ref().ok_or_else(|| Failure::new(Exit::Io, message, "run it again"))
    }

    /// Where it lies in its repository, `compiler/`; empty at the top of one, and where there is none. Services that show
    /// findings beside the lines count from there.
    pub(super) fn prefix(&self) -> Result<String, Failure> {
        Ok(if host::git::is_repository(&self.root)? { host::git::prefix(&self.root)? } else { String::new() })
    }

    /// Whether a run of this command had been cut off, and was finished before this one began.
    pub(super) fn has_finished(&self, command: &str) -> bool {
        self.finished.as_ref().is_some_and(|run| run.split(' ').any(|it| it == command))
    }

    /// Whether this run is one that writes.
    pub(super) fn writes(&self) -> bool {
        self.writer.is_some()
    }

    /// Applies edits, all or none, and none where something that they were computed from could not be read.
    pub(super) fn apply(&self, edits: &[Edit]) -> Result<(), Failure> {
        self.whole()?;
        Ok(self.writer()?.apply(edits)?)
    }

    /// Stops the run where something of it could not be read.
    pub(super) fn whole(&self) -> Result<(), Failure> {
        self.reading.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Its root as people call it: the full path.
    pub(super) fn shown_root(&self) -> String {
        host::full_path(&self.root).display().to_string()
    }

    /// The template of stubs, the workspace's own where it has one.
    pub(super) fn stub_templates(&self) -> Result<Templates, Failure> {
        stub_templates(&self.disk, &self.config.paths)
    }
}

/// The template of stubs, that of the files where they have one.
pub(super) fn stub_templates(files: &dyn Files, paths: &Paths) -> Result<Templates, Failure> {
    let own = templates(files, &paths.stub_templates)?.remove(TEMPLATE);
    Ok(Templates::new(own.as_deref())?)
}

/// The templates in `folder`, by file name.
pub(super) fn templates(
    files: &dyn Files,
    folder: &RelPath,
) -> Result<std::collections::BTreeMap<String, String>, FileError> {
    let mut res = std::collections::BTreeMap::new();
    let paths = files.list(folder, ".j2")?;
    if paths.len() > limits::TEMPLATES {
        let why = format!("it has {} templates, and more than {} are not read", paths.len(), limits::TEMPLATES);
        return Err(FileError { path: folder.clone(), source: std::io::Error::other(why) });
    }
    for path in paths {
        if let Some(text) = files.text(&path)? {
            // what a template gives is compared line by line, however its own lines end
            res.insert(path.file_name().to_owned(), text.replace("\r\n", "\n"));
        }
    }
    Ok(res)
}

pub(super) fn no_workspace(place: &str) -> Failure {
    let message = format!("{place} is no workspace");
    Failure::new(
        Exit::Usage,
        message,
        "run it in a Molt checkout, name one with --root DIR, or make one with `molt-sync init DIR`",
    )
}
