//! `molt-sync doctor`: what was found of all that a run needs, which source would be used, and what is missing, with its repair.

use serde::Serialize;
use serde_json::json;

use crate::{
    command::{
        acquire::out_of_reach,
        origin,
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            state::State,
        },
    },
    config::{Config, FILE},
    host::{self, ScratchDir, git},
};

/// What became of one thing that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
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
struct Finding {
    what: &'static str,
    outcome: Outcome,
    text: String,
    /// What mends it; none where there is nothing to mend.
    repair: Option<String>,
}

impl Finding {
    fn ok(what: &'static str, text: impl Into<String>) -> Self {
        Self { what, outcome: Outcome::Ok, text: text.into(), repair: None }
    }

    fn not_ok(what: &'static str, outcome: Outcome, text: impl Into<String>, repair: impl Into<String>) -> Self {
        Self { what, outcome, text: text.into(), repair: Some(repair.into()) }
    }

    /// What a failure says of it.
    fn failed(what: &'static str, failure: &Failure) -> Self {
        let repair = failure.hint.clone().unwrap_or_else(|| "see what it says, and run it again".to_owned());
        Self::not_ok(what, Outcome::Missing, failure.message.clone(), repair)
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
    let is_well = found.iter().all(|it| it.outcome != Outcome::Missing);
    let text = match context.options.format {
        Format::Json => format!("{:#}\n", json!({ "schema": 1, "is_well": is_well, "found": found })),
        _ => human(context, &found),
    };
    context.print(&text)?;
    Ok(if is_well { Exit::Done } else { Exit::No })
}

fn human(context: &Context, found: &[Finding]) -> String {
    let mut out = String::new();
    for it in found {
        let mark = match it.outcome {
            Outcome::Ok => "ok",
            Outcome::Optional => "optional",
            Outcome::Missing => "missing",
            Outcome::NotLookedAt => "not looked at",
        };
        out += &format!("{:<15}{:<15}{}\n", it.what, mark, it.text);
        if let Some(repair) = &it.repair {
            out += &format!("{:<30}{}\n", "", context.located(repair));
        }
    }
    out
}

fn program() -> Finding {
    let version = env!("CARGO_PKG_VERSION");
    Finding::ok(
        "molt-sync",
        match origin::known() {
            Some(it) => format!("{version} from {} at {}", it.url, it.revision),
            None => version.to_owned(),
        },
    )
}

/// Says what there is of a workspace; its settings, or the usual ones where there is none.
fn workspace(context: &Context, found: &mut Vec<Finding>) -> Config {
    match context.workspace_around() {
        Err(failure) => found.push(Finding::failed("workspace", &failure)),
        Ok(None) => found.push(Finding::not_ok(
            "workspace",
            Outcome::Missing,
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
            found.push(Finding::ok("workspace", format!("{} {settings}", it.shown_root())));
            found.push(match State::load(&it) {
                Err(failure) => Finding::failed("records", &failure),
                Ok(state) if state.baselines.is_empty() => Finding::not_ok(
                    "records",
                    Outcome::Missing,
                    "no release is recorded",
                    "record one: `molt-sync refresh latest --dry-run` shows what that would change",
                ),
                Ok(state) => {
                    let all: Vec<String> = state.baselines.keys().map(ToString::to_string).collect();
                    Finding::ok("records", format!("CPython {} by the rules of {}", all.join(", "), state.dialect))
                }
            });
            return it.config;
        }
    }
    Config::default()
}

fn repository(context: &Context) -> Finding {
    let root = match context.workspace_around() {
        Ok(Some(it)) => it.root,
        _ => {
            return Finding {
                what: "git",
                outcome: Outcome::NotLookedAt,
                text: "without a workspace".into(),
                repair: None,
            };
        }
    };
    match git::is_repository(&root).and_then(|is| if is { git::head(&root).map(Some) } else { Ok(None) }) {
        Err(error) => Finding::not_ok("git", Outcome::Missing, error.to_string(), error.hint()),
        Ok(None) => Finding::not_ok(
            "git",
            Outcome::Optional,
            "the workspace is in no repository: nothing can be compared with a base, and no change be committed",
            "`git init` makes one",
        ),
        Ok(Some(None)) => Finding::not_ok(
            "git",
            Outcome::Optional,
            "the repository has no commit yet: there is no history to compare with",
            "commit what is there",
        ),
        Ok(Some(Some((commit, _)))) => {
            Finding::ok("git", format!("a repository, at {}", &commit[..commit.len().min(9)]))
        }
    }
}

fn temporary() -> Finding {
    match ScratchDir::new() {
        Ok(it) => {
            let place = it.path().parent().map(|it| it.display().to_string()).unwrap_or_default();
            Finding::ok("temporary", format!("files go to {place}"))
        }
        Err(error) => Finding::not_ok(
            "temporary",
            Outcome::Missing,
            format!("no file can be made: {error}"),
            "have TMPDIR name a folder that can be written to, with room in it",
        ),
    }
}

fn cache(context: &Context) -> Finding {
    let cache = context.cache();
    let Some(root) = cache.root() else {
        return Finding::not_ok(
            "cache",
            Outcome::Optional,
            "there is none, and every archive is downloaded again",
            "name a folder with --cache-dir or MOLT_SYNC_CACHE_DIR",
        );
    };
    match host::try_to_write(root) {
        Ok(()) => Finding::ok("cache", root.display().to_string()),
        Err(error) => Finding::not_ok(
            "cache",
            Outcome::Missing,
            format!("{} cannot be written to: {error}", root.display()),
            "name another folder with --cache-dir or MOLT_SYNC_CACHE_DIR",
        ),
    }
}

fn source(context: &Context, config: &Config) -> Finding {
    let said = match (&context.options.releases_from, &config.releases_from) {
        (Some(_), _) => "as this run was told",
        (None, Some(_)) => "as the settings say",
        (None, None) => "the usual one",
    };
    if let Err(failure) = out_of_reach(context, config) {
        return Finding::failed("source", &failure);
    }
    let mirror = match context.open_mirror(config.releases_from.as_deref()) {
        Ok(it) => it,
        Err(failure) if context.options.offline => {
            let text = format!("{}; releases come from the cache", failure.message);
            return Finding { what: "source", outcome: Outcome::NotLookedAt, text, repair: None };
        }
        Err(failure) => return Finding::failed("source", &failure),
    };
    let name = mirror.name();
    match mirror.list("") {
        Ok(Some(all)) => Finding::ok("source", format!("{name}, {said}, lists {}", entries(all.len()))),
        Ok(None) => Finding::not_ok(
            "source",
            Outcome::Missing,
            format!("{name}, {said}, lists nothing"),
            "see that it is laid out as https://www.python.org/ftp/python, or name another one with --mirror",
        ),
        Err(error) => Finding::not_ok(
            "source",
            Outcome::Missing,
            error.to_string(),
            "see that the network and a proxy let it through, or name another one with --mirror",
        ),
    }
}

fn entries(count: usize) -> String {
    if count == 1 { "one entry".to_owned() } else { format!("{count} entries") }
}

fn interpreters() -> Finding {
    let names = (10..20).map(|it| format!("python3.{it}"));
    let here: Vec<String> = names.filter(|it| host::find_program(it, "/".as_ref()).is_some()).collect();
    if here.is_empty() {
        return Finding::not_ok(
            "interpreters",
            Outcome::Optional,
            "no python3.x is on the path: `baseline verify` and lanes have nothing to ask",
            "install the CPython series that the workspace supports",
        );
    }
    Finding::ok("interpreters", here.join(", "))
}

fn memory() -> Finding {
    match host::free_memory() {
        Some(free) => Finding::ok("memory", format!("{} MiB free, {} processors", free >> 10, host::processors())),
        None => Finding {
            what: "memory",
            outcome: Outcome::NotLookedAt,
            text: "this system does not say how much is free".into(),
            repair: None,
        },
    }
}
