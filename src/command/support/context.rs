//! What every command is given: the global options, the terminal, and from them the workspace, the cache and the mirror.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::ValueEnum;

use crate::{
    base::shell_word,
    base::text::{Allowed, commands_runner, quoted_json, quoted_lines},
    command::support::{
        failure::{Exit, Failure},
        runfiles,
    },
    config::{FILE, Paths},
    host::{self, Cache, Client, Mirror, NetworkOptions, ReadLog, Terminal},
    release::sigstore::{Root, SignatureRefusal},
    report::harmless::harmless,
    report::{envelope, json_document},
};

/// How results are printed. `cli` knows which command has which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people
    Human,
    /// One JSON document, also for an error
    Json,
    /// Markdown, for a pull request's body
    Markdown,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    #[value(help = "A test report in the form of JUnit")]
    #[expect(missing_docs, reason = "the help says it, in whose text JUnit needs no backticks")]
    Junit,
    /// Annotations of a workflow on GitHub
    Github,
    /// The repairs as one patch for `git apply`
    Patch,
    /// A graph for Graphviz
    Dot,
    /// A graph for Mermaid
    Mermaid,
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
    /// Whether the run may ask a mirror outside of the workspace because the workspace's settings name it: one that writes to it.
    pub follows_settings: bool,
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
    pub reading: Arc<ReadLog>,
    /// The options that the run was given, where it works in a work tree of its own.
    pub given: Option<Box<Options>>,
}

const PYTHON_ORG: &str = "https://www.python.org/ftp/python";

impl Context {
    /// Stops the run where something of the workspace could not be read, whoever was told of it: what was computed beside a
    /// failure is neither printed nor written.
    pub(in crate::command) fn whole(&self) -> Result<(), Failure> {
        self.reading.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// The workspace's root.
    pub(in crate::command) fn root(&self) -> Result<PathBuf, Failure> {
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

    /// A file that the command line names, of at most `limit` bytes. In a tree of Bazel's runfiles every file is a link.
    pub(in crate::command) fn read_named(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
        let root = self.root().ok().filter(|it| !runfiles::is_part_of(it));
        host::read_named(path, root.as_deref(), limit).map_err(|error| Failure::io("read", path, &error))
    }

    /// Refuses to write to a place in the workspace that the tree makes another one, by a link.
    pub(in crate::command) fn must_stay(&self, path: &Path) -> Result<(), Failure> {
        let Ok(root) = self.root() else { return Ok(()) };
        host::must_not_lead_out(path, &root).map_err(|error| Failure::io("write", path, &error))
    }

    /// The root around the current folder; that folder where there is none.
    pub(in crate::command) fn found() -> Result<Result<PathBuf, PathBuf>, Failure> {
        let here = host::current_dir().map_err(|error| Failure::io("use", "the current folder".as_ref(), &error))?;
        let root = host::find_root(&here, FILE, Paths::default().stdlib.as_str());
        let root = root.map_err(|error| Failure::io("look for a workspace from", &here, &error))?;
        Ok(root.ok_or(here))
    }

    /// The cache of archives and facts. Where nobody names a folder, it is the user's own, and none where that cannot be told
    /// or lies in the workspace.
    pub(in crate::command) fn cache(&self) -> Cache {
        static WARNED: std::sync::Once = std::sync::Once::new();
        self.found_cache().unwrap_or_else(|why| {
            let text = format!("nothing is cached: {why}; name a folder with --cache-dir");
            WARNED.call_once(|| self.terminal.warn(&text));
            Cache::none()
        })
    }

    /// The same for who does without it where there is none.
    pub(in crate::command) fn cache_if_any(&self) -> Cache {
        self.found_cache().unwrap_or_else(|_| Cache::none())
    }

    fn found_cache(&self) -> Result<Cache, &'static str> {
        // also one to which a link of the workspace leads
        let is_of = |folder: &Path, root: &Path| {
            host::lies_in(folder, root) || host::must_not_lead_out(&folder.join("facts"), root).is_err()
        };
        let cache = match (&self.options.cache_dir, host::user_cache()) {
            (Some(folder), _) => Cache::new(folder),
            (None, None) => return Err("neither XDG_CACHE_HOME nor HOME is the full path of a folder"),
            (None, Some(folder)) => match self.root().ok().filter(|root| is_of(&folder, root)) {
                Some(_) => return Err("the user's cache lies in the workspace"),
                None => Cache::new(folder),
            },
        };
        Ok(cache.limited(self.options.cache_limit))
    }

    /// The mirror that was asked for, else the configured one, else python.org.
    pub(in crate::command) fn open_mirror(&self, configured: Option<&str>) -> Result<Mirror, Failure> {
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
                Some(folder) => format!("a folder is named by its path: {}", shell_word(&folder)),
                None => format!("an address looks like {PYTHON_ORG}"),
            };
            return Err(Failure::new(Exit::Usage, message, hint));
        }
        Ok(Mirror::Url(self.client(), name.to_owned()))
    }

    /// Whether releases come from another machine.
    pub(in crate::command) fn is_remote(&self, configured: Option<&str>) -> bool {
        self.open_mirror(configured).is_ok_and(|it| !it.is_local())
    }

    /// Who asks over the network.
    pub(in crate::command) fn client(&self) -> Client {
        let options = NetworkOptions {
            stall: self.options.timeout,
            total: self.options.total_timeout.unwrap_or(self.options.timeout.saturating_mul(20)),
            attempts: self.options.attempts,
        };
        Client::new(options, self.terminal.clone()).resuming(self.cache())
    }

    /// The moment of this run, in seconds since 1970.
    pub(in crate::command) fn now(&self) -> i64 {
        self.options.now.unwrap_or_else(host::now)
    }

    /// Whose word on signatures counts in the end: the root that is compiled in, or the one that was named.
    pub(in crate::command) fn root_of_trust(&self) -> Result<Root, Failure> {
        let Some(path) = &self.options.trusted_root else {
            let failed =
                |refusal: SignatureRefusal| Failure::new(Exit::Trust, refusal.to_string(), "install molt-sync again");
            return Root::embedded().map_err(failed);
        };
        let bytes = self.read_named(path, 4 << 20)?;
        Root::parse(&String::from_utf8_lossy(&bytes)).map_err(|refusal| {
            let message = format!("cannot use {} as a trusted root: {refusal}", path.display());
            Failure::new(Exit::Usage, message, "name a trusted_root.json of Sigstore")
        })
    }

    /// The date of this run.
    pub(in crate::command) fn today(&self) -> String {
        self.options.today.clone().unwrap_or_else(host::today)
    }

    /// Prints a result, if all that it was computed from could be read. Nothing in it commands a terminal or a runner.
    pub(in crate::command) fn print(&self, text: &str) -> Result<(), Failure> {
        self.whole()?;
        let colors = self.terminal.colors_results();
        let text = match self.options.format {
            Format::Json | Format::Sarif => quoted_json(text),
            Format::Github => quoted_lines(text, Allowed { colors: false, commands: true }),
            Format::Human => quoted_lines(text, Allowed { colors, commands: false }),
            // it is made for the body of a pull request, where a name in it could call somebody
            Format::Markdown => harmless(&quoted_lines(text, Allowed::default())),
            Format::Junit | Format::Patch | Format::Dot | Format::Mermaid => quoted_lines(text, Allowed::default()),
        };
        self.out(&text)
    }

    /// Prints Markdown with a block of code behind it, which is shown as it is.
    pub(in crate::command) fn print_markdown(&self, text: &str, code: &str) -> Result<(), Failure> {
        self.whole()?;
        let [text, code] = [text, code].map(|it| quoted_lines(it, Allowed::default()));
        self.out(&format!("{}{code}", harmless(&text)))
    }

    /// Prints a patch, whose bytes are what `git apply` needs; as a text in JSON. A runner takes no line of it for a command.
    pub(in crate::command) fn print_patch(&self, text: &str) -> Result<(), Failure> {
        self.whole()?;
        let text = self.for_git(text)?;
        let text = text.as_str();
        if self.options.format == Format::Json {
            return self.print(&json_document(&envelope(serde_json::json!({ "patch": text }))));
        }
        let quoted = quoted_lines(text, Allowed::default());
        if self.terminal.shows_results() {
            return self.out(&quoted);
        }
        if text == quoted {
            return self.out(text);
        }
        // these take commands anywhere in a line, and cannot be told to stop
        let other = ["TF_BUILD", "TEAMCITY_VERSION"].into_iter().find(|it| host::environment(it).is_some());
        if let Some(name) = other.filter(|_| commands_runner(text)) {
            let message = format!(
                "the patch has lines that this runner takes for commands ({name} is set), so that it is not printed"
            );
            let hint = "look at the lines with `##` and a bracket, which nobody writes by accident; `--format json` has the same text as `patch`";
            return Err(Failure::new(Exit::Usage, message, hint));
        }
        if host::environment("GITHUB_ACTIONS").is_none() {
            return self.out(text);
        }
        // git passes over lines around a patch
        let word = format!("molt-sync-{:x}", host::random_seed());
        self.out(&format!("::stop-commands::{word}\n{text}::{word}::\n"))
    }

    /// Prints a text of the program's own, in which nothing is of the workspace, as it is; as a value in JSON.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        match self.options.format {
            Format::Json => self.out(&json_document(&envelope(serde_json::json!({ "text": text })))),
            _ => self.out(text),
        }
    }

    fn out(&self, text: &str) -> Result<(), Failure> {
        self.terminal.result(text).map_err(|error| Failure::io("write to", "stdout".as_ref(), &error))
    }
}

pub(in crate::command) fn no_workspace(place: &str) -> Failure {
    let message = format!("{place} is not a molt-sync workspace");
    Failure::new(
        Exit::Usage,
        message,
        "run it in a Molt checkout, name one with --root DIR, or make one with `molt-sync init DIR`",
    )
}
