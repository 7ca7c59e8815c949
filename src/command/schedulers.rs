//! `molt-sync init --github` and `--systemd`: what runs the watcher and the checks, written into a workspace that is there.

use std::path::Path;

use super::{
    context::{Context, Format},
    failure::{Exit, Failure},
};
use crate::{
    base::{Files as _, RelPath, Staged},
    config::Paths,
    host,
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
}

const WATCH: &str = include_str!("../../docs-templates/schedulers/watch.yml");
const CHECK: &str = include_str!("../../docs-templates/schedulers/check.yml");
const SERVICE: &str = include_str!("../../docs-templates/schedulers/molt-sync-watch.service");
const TIMER: &str = include_str!("../../docs-templates/schedulers/molt-sync-watch.timer");

/// Writes them. A file that is there and says something else is a person's.
pub fn run(context: &Context, request: &Schedulers) -> Result<(), Failure> {
    let workspace = context.workspace_for(true)?;
    let mut files = Vec::new();
    if request.github {
        let default = concat!("cargo install --locked molt-sync@", env!("CARGO_PKG_VERSION"));
        let install = request.install.as_deref().unwrap_or(default);
        if install.contains(['\n', '\r']) || install.trim().is_empty() {
            let message = "cannot use --install: it is not one line";
            return Err(Failure::new(Exit::Usage, message, "call a script of the workspace"));
        }
        let allowed = allowed(&workspace.config.paths);
        let fill = |text: &str| text.replace("%INSTALL%", &scalar(install)).replace("%ALLOWED%", &allowed);
        files.push((".github/workflows/molt-sync-watch.yml", fill(WATCH)));
        files.push((".github/workflows/molt-sync-check.yml", fill(CHECK)));
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
        let path =
            RelPath::new(*name).map_err(|error| Failure::new(Exit::Usage, error.to_string(), "check the path"))?;
        if workspace.disk.read(&path)?.is_some_and(|there| there != text.as_bytes()) {
            let message = format!("{path} is there already and says something else");
            return Err(Failure::new(Exit::Person, message, "remove it to have it written anew"));
        }
        staged.write(&path, text.as_str())?;
    }
    let edits = staged.into_edits();
    workspace.apply(&edits)?;
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

/// The files that a refresh may write, as an extended regular expression.
fn allowed(paths: &Paths) -> String {
    let literal = |path: &RelPath| path.as_str().replace('.', "\\.");
    let union = literal(&paths.union).trim_end_matches("\\.py").to_owned();
    let parts = [
        format!("{}/[A-Za-z0-9_./-]+\\.(json|toml)", literal(&paths.baselines)),
        format!("{}/[A-Za-z0-9_/]+\\.py", literal(&paths.stdlib)),
        format!("{union}[A-Za-z0-9_]*\\.py"),
        literal(&paths.ratchet),
        literal(&paths.lock),
        "docs/scoreboard/exceptions/[A-Za-z0-9_.-]+\\.toml".to_owned(),
        "[A-Za-z0-9_][A-Za-z0-9_./-]*\\.md".to_owned(),
    ];
    format!("^({})$", parts.join("|"))
}

/// A text as one YAML scalar.
fn scalar(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
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
