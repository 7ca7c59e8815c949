//! `molt-sync doctor`: what was found of all that a run needs, which source would be used, and what is missing, with its repair.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;

use crate::{
    base::{printable, shortened},
    command::{
        acquire::out_of_reach,
        origin,
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            state::WorkspaceState,
        },
    },
    config::{Config, FILE},
    differential::Launcher,
    host::{self, QueryError, ScratchDir, git},
    report::{envelope, json_document},
};

/// What became of one thing that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum CheckupOutcome {
    /// It is there and works.
    Ok,
    /// Some commands work without it.
    Optional,
    /// It has to be mended.
    Missing,
    /// It was not asked for, or not looked at.
    NotLookedAt,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Checkup {
    what: &'static str,
    outcome: CheckupOutcome,
    text: String,
    /// What mends it; none where there is nothing to mend.
    repair: Option<String>,
}

impl Checkup {
    fn ok(what: &'static str, text: impl Into<String>) -> Self {
        Self { what, outcome: CheckupOutcome::Ok, text: text.into(), repair: None }
    }

    fn not_ok(what: &'static str, outcome: CheckupOutcome, text: impl Into<String>, repair: impl Into<String>) -> Self {
        Self { what, outcome, text: text.into(), repair: Some(repair.into()) }
    }

    /// What a failure says of it.
    fn failed(what: &'static str, failure: &Failure) -> Self {
        let repair = failure.hint.clone().unwrap_or_else(|| "see what it says, and run it again".to_owned());
        Self::not_ok(what, CheckupOutcome::Missing, failure.message.clone(), repair)
    }
}

/// Looks, and ends with 1 where something has to be mended.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let mut found = vec![program()];
    let config = workspace(context, &mut found);
    found.push(repository(context));
    found.push(temporary());
    found.push(cache(context));
    found.push(source(context, &config));
    found.push(interpreters());
    found.push(memory());
    let is_well = found.iter().all(|it| it.outcome != CheckupOutcome::Missing);
    let text = match context.options.format {
        Format::Json => json_document(&envelope(json!({ "is_well": is_well, "found": found }))),
        _ => human(context, &found),
    };
    context.print(&text)?;
    Ok(if is_well { Exit::Done } else { Exit::No })
}

fn human(context: &Context, found: &[Checkup]) -> String {
    let mut out = String::new();
    for it in found {
        let mark = match it.outcome {
            CheckupOutcome::Ok => "ok",
            CheckupOutcome::Optional => "optional",
            CheckupOutcome::Missing => "missing",
            CheckupOutcome::NotLookedAt => "not looked at",
        };
        out += &format!("{:<15}{:<15}{}\n", it.what, mark, printable(&it.text));
        if let Some(repair) = &it.repair {
            out += &format!("{:<30}{}\n", "", printable(&context.located(repair)));
        }
    }
    out
}

fn program() -> Checkup {
    let version = env!("CARGO_PKG_VERSION");
    Checkup::ok(
        "molt-sync",
        match origin::known() {
            Some(it) => format!("{version} from {} at {}", it.url, it.revision),
            None => version.to_owned(),
        },
    )
}

/// Says what there is of a workspace; its settings, or the usual ones where there is none.
fn workspace(context: &Context, found: &mut Vec<Checkup>) -> Config {
    match context.workspace_around() {
        Err(failure) => found.push(Checkup::failed("workspace", &failure)),
        Ok(None) => found.push(Checkup::not_ok(
            "workspace",
            CheckupOutcome::Missing,
            "there is none here or in a folder above",
            "name it with -C DIR, or make one: `molt-sync init DIR`",
        )),
        Ok(Some(it)) => {
            let named = it.named.as_ref().map(|it| it.display().to_string());
            let has_own = it.root.join(FILE);
            let settings = match (named, host::is_there(&has_own)) {
                (Some(named), _) => format!("with the settings of {named}"),
                (None, Ok(true)) => format!("with {FILE}"),
                (None, Ok(false)) => "with the usual settings".to_owned(),
                (None, Err(error)) => format!("and {FILE} cannot be looked at: {error}"),
            };
            found.push(Checkup::ok("workspace", format!("{} {settings}", it.shown_root())));
            found.push(match WorkspaceState::load(&it) {
                Err(failure) => Checkup::failed("records", &failure),
                Ok(state) => {
                    if let Some(text) = state.unrecorded() {
                        // the union file says what the gates ask for
                        let is_missing = state.baselines.is_empty();
                        let outcome = if is_missing { CheckupOutcome::Missing } else { CheckupOutcome::Optional };
                        let repair = "record one: `molt-sync refresh latest --dry-run` shows what that would change";
                        Checkup::not_ok("records", outcome, text, repair)
                    } else {
                        let all: Vec<String> = state.baselines.keys().map(ToString::to_string).collect();
                        Checkup::ok("records", format!("CPython {} by the rules of {}", all.join(", "), state.dialect))
                    }
                }
            });
            found.extend(lanes(&it.config));
            return it.config;
        }
    }
    Config::default()
}

/// The lanes of the settings; none where there are none.
fn lanes(config: &Config) -> Option<Checkup> {
    let bad = config.lanes.iter().find_map(|(name, it)| {
        let why = it.lane(name, Launcher::Script, None).err()?;
        Some(format!("lane `{name}`: it {why}"))
    });
    match bad {
        Some(text) => {
            let repair = "correct it in the settings; `molt-sync differential run --help` has an example";
            Some(Checkup::not_ok("lanes", CheckupOutcome::Missing, text, repair))
        }
        None if config.lanes.is_empty() => None,
        None => Some(Checkup::ok("lanes", config.lanes.keys().cloned().collect::<Vec<_>>().join(", "))),
    }
}

fn repository(context: &Context) -> Checkup {
    let root = match context.workspace_around() {
        Ok(Some(it)) => it.root,
        _ => {
            return Checkup {
                what: "git",
                outcome: CheckupOutcome::NotLookedAt,
                text: "without a workspace".into(),
                repair: None,
            };
        }
    };
    match git::is_repository(&root).and_then(|is| if is { git::head(&root).map(Some) } else { Ok(None) }) {
        Err(error) => Checkup::not_ok("git", CheckupOutcome::Missing, error.to_string(), error.hint()),
        Ok(None) => Checkup::not_ok(
            "git",
            CheckupOutcome::Optional,
            "the workspace is in no repository: nothing can be compared with a base, and no change be committed",
            "`git init` makes one",
        ),
        Ok(Some(None)) => Checkup::not_ok(
            "git",
            CheckupOutcome::Optional,
            "the repository has no commit yet: there is no history to compare with",
            "commit what is there",
        ),
        Ok(Some(Some((commit, _)))) => {
            Checkup::ok("git", format!("a repository, at {}", &commit[..commit.len().min(9)]))
        }
    }
}

fn temporary() -> Checkup {
    match ScratchDir::new() {
        Ok(it) => {
            let place = it.path().parent().map(|it| it.display().to_string()).unwrap_or_default();
            Checkup::ok("temporary", format!("files go to {place}"))
        }
        Err(error) => Checkup::not_ok(
            "temporary",
            CheckupOutcome::Missing,
            format!("no file can be made: {error}"),
            "have TMPDIR name a folder that can be written to, with room in it",
        ),
    }
}

fn cache(context: &Context) -> Checkup {
    let cache = context.cache();
    let Some(root) = cache.root() else {
        return Checkup::not_ok(
            "cache",
            CheckupOutcome::Optional,
            "there is none, and every archive is downloaded again",
            "name a folder with --cache-dir or MOLT_SYNC_CACHE_DIR",
        );
    };
    match host::try_to_write(root) {
        Ok(()) => Checkup::ok("cache", root.display().to_string()),
        Err(error) => Checkup::not_ok(
            "cache",
            CheckupOutcome::Missing,
            format!("{} cannot be written to: {error}", root.display()),
            "name another folder with --cache-dir or MOLT_SYNC_CACHE_DIR",
        ),
    }
}

fn source(context: &Context, config: &Config) -> Checkup {
    let said = match (&context.options.releases_from, &config.releases_from) {
        (Some(_), _) => "as this run was told",
        (None, Some(_)) => "as the settings say",
        (None, None) => "the usual one",
    };
    if let Err(failure) = out_of_reach(context, config) {
        return Checkup::failed("source", &failure);
    }
    let mirror = match context.open_mirror(config.releases_from.as_deref()) {
        Ok(it) => it,
        Err(failure) if context.options.offline => {
            let text = format!("{}; releases come from the cache", failure.message);
            return Checkup { what: "source", outcome: CheckupOutcome::NotLookedAt, text, repair: None };
        }
        Err(failure) => return Checkup::failed("source", &failure),
    };
    let name = mirror.name();
    match mirror.list("") {
        Ok(Some(all)) => Checkup::ok("source", format!("{name}, {said}, lists {}", entries(all.len()))),
        Ok(None) => Checkup::not_ok(
            "source",
            CheckupOutcome::Missing,
            format!("{name}, {said}, lists nothing"),
            "see that it is laid out as https://www.python.org/ftp/python, or name another one with --mirror",
        ),
        Err(error) => Checkup::not_ok(
            "source",
            CheckupOutcome::Missing,
            error.to_string(),
            "see that the network and a proxy let it through, or name another one with --mirror",
        ),
    }
}

fn entries(count: usize) -> String {
    if count == 1 { "one entry".to_owned() } else { format!("{count} entries") }
}

fn interpreters() -> Checkup {
    let series: Vec<String> = (10..20).map(|it| format!("3.{it}")).collect();
    let here = series.iter().filter_map(|it| Some((it, host::find_program(&format!("python{it}"), "/".as_ref())?)));
    let here: Vec<(&String, PathBuf)> = here.collect();
    if here.is_empty() {
        return Checkup::not_ok(
            "interpreters",
            CheckupOutcome::Optional,
            "no python3.x is on the path: `baseline verify` and lanes have nothing to ask",
            "install the CPython series that the workspace supports",
        );
    }
    let started: Vec<(String, Option<String>)> =
        here.par_iter().map(|(series, path)| (format!("python{series}"), not_started(path, series))).collect();
    let well: Vec<&str> = started.iter().filter(|it| it.1.is_none()).map(|it| it.0.as_str()).collect();
    let ill: Vec<String> =
        started.iter().filter_map(|(name, why)| Some(format!("{name} does not start: {}", why.as_ref()?))).collect();
    if ill.is_empty() {
        return Checkup::ok("interpreters", well.join(", "));
    }
    let well = if well.is_empty() { "none starts".to_owned() } else { well.join(", ") };
    Checkup::not_ok(
        "interpreters",
        CheckupOutcome::Optional,
        format!("{well}; {}", ill.join("; ")),
        "where a run needs one of these, install it, or have the path name one that starts",
    )
}

/// How long an interpreter may take to say its version.
const SOON: Duration = Duration::from_secs(5);

/// Why an interpreter on the path is none: a script in its place can be there without it.
fn not_started(path: &Path, series: &str) -> Option<String> {
    match host::run_query_elsewhere(path, "import sys; print('%d.%d' % sys.version_info[:2])", SOON) {
        Ok(said) if said.trim() == series => None,
        Ok(said) => Some(format!("it says that it is {}", shortened(said.trim(), 40))),
        Err(QueryError::Failed { last, .. }) => Some(last),
        Err(error) => Some(error.to_string()),
    }
}

fn memory() -> Checkup {
    match host::free_memory() {
        Some(free) => Checkup::ok("memory", format!("{} MiB free, {} processors", free >> 10, host::processors())),
        None => Checkup {
            what: "memory",
            outcome: CheckupOutcome::NotLookedAt,
            text: "this system does not say how much is free".into(),
            repair: None,
        },
    }
}
