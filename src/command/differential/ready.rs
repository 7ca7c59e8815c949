//! Lanes made ready: which ones are meant, whether what they need is there, and which interpreters they start.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use super::{
    place::Place,
    worker::{Limits, Worker},
};
use crate::{
    base::{Dialect, Sha256},
    command::support::{
        failure::{Exit, Failure},
        records::dialect,
    },
    differential::{Host, How, Lane, LaneSettings, READY_MADE, WHICH, ready_made, run::Ended},
    host,
};

/// A lane that can be run, or that is known to lack something.
pub(super) struct Ready {
    pub(super) lane: Lane,
    /// Where its tests would run.
    pub(super) host: Host,
    /// The reference.
    pub(super) reference: Interpreter,
    /// The candidate, where that is an interpreter.
    pub(super) candidate: Option<Interpreter>,
    /// What it lacks; none where it can be run.
    pub(super) missing: Option<String>,
}

/// An interpreter, as it is started.
#[derive(Clone, Default)]
pub(super) struct Interpreter {
    /// Its program and arguments.
    pub(super) words: Vec<OsString>,
    /// Its file, in its own words; empty where it does not say.
    pub(super) executable: String,
    /// What it is, for people.
    pub(super) shown: String,
    /// Its version as numbers.
    version: Option<Vec<u32>>,
    /// The digest of its file and of its version; none where it does not say what it is.
    pub(super) digest: Option<String>,
}

/// The lanes of these names, or the one that is meant where none is named.
pub(super) fn lanes(place: &Place, names: &[String]) -> Result<Vec<Lane>, Failure> {
    let configured = &place.config.lanes;
    let names: Vec<String> = match (names, configured.len()) {
        ([], 1) => configured.keys().cloned().collect(),
        ([], 0) if place.is_molt => vec!["native".into()],
        ([], 0) => {
            let hint = "add to molt-sync.toml: [lanes.native] with reference = [\"python3.12\"] and candidate = [\"python3.13\"], or name a ready-made lane with --lane";
            return Err(Failure::new(Exit::Usage, "cannot tell which lane to run: none is configured", hint));
        }
        ([], _) => {
            let known: Vec<&str> = configured.keys().map(String::as_str).collect();
            let hint = format!("name one or more with --lane: {}", known.join(", "));
            return Err(Failure::new(Exit::Usage, "cannot tell which lane to run: several are configured", hint));
        }
        (names, _) => names.to_vec(),
    };
    let mut seen = std::collections::BTreeSet::new();
    names.iter().filter(|it| seen.insert(*it)).map(|name| lane(place, name)).collect()
}

fn lane(place: &Place, name: &str) -> Result<Lane, Failure> {
    let settings = match place.config.lanes.get(name) {
        Some(it) => it.clone(),
        None => usual(place, name)?,
    };
    let lane = settings.lane(name, place.launcher(), place.variables.timeout);
    let mut lane = lane.map_err(|why| {
        let hint = "a lane has a reference and either a candidate or run, and build where there is something to build; `molt-sync differential run --help` has an example";
        Failure::new(Exit::Usage, format!("cannot use lane `{name}`: it {why}"), hint)
    })?;
    if let Some(seconds) = place.variables.build_timeout {
        lane.build_timeout = Duration::try_from_secs_f64(seconds).unwrap_or(lane.build_timeout);
    }
    Ok(lane)
}

/// A lane that nobody configured: a ready-made one, or Molt's own in a workspace of Molt.
fn usual(place: &Place, name: &str) -> Result<LaneSettings, Failure> {
    if let Some(it) = ready_made(name) {
        return Ok(it);
    }
    let molts = if place.is_molt { Some(dialect(&place.disk(), &place.config)?) } else { None };
    let own = match (molts, name) {
        (Some(Dialect::August), "native") => Some("molt-native-2026-08"),
        (Some(_), "native") => Some("molt-native-2026-02"),
        (Some(Dialect::August), "wasm") => Some("molt-wasm-2026-08"),
        _ => None,
    };
    own.and_then(ready_made).ok_or_else(|| {
        let known = place.config.lanes.keys().map(String::as_str).chain(READY_MADE.iter().map(|it| it.0));
        let hint = format!(
            "write [lanes.{name}] into molt-sync.toml, or name one of {}",
            known.collect::<Vec<_>>().join(", ")
        );
        Failure::new(Exit::Usage, format!("there is no lane `{name}`"), hint)
    })
}

/// Looks whether a lane has what it needs, and asks its interpreters which they are.
pub(super) fn ready(place: &Place, lane: Lane, worker: &mut Worker, limits: &Limits) -> Result<Ready, Failure> {
    let mut missing = None;
    let mut note = |why: Option<String>| missing = missing.take().or(why);
    for name in &lane.needs {
        let name = name.replace("{root}", &place.root.to_string_lossy());
        let is_there = if name.contains('/') {
            host::is_there(&place.root.join(&name)).map_err(|error| Failure::io("look for", name.as_ref(), &error))?
        } else {
            host::find_program(&name, &place.root).is_some()
        };
        note((!is_there).then(|| format!("it needs {name}, which is not there")));
    }
    let mut ask = |words: &[String]| ask(place, words, worker, limits);
    let (reference, why) = ask(&lane.reference)?;
    note(why.map(|it| format!("its reference {it}")));
    let candidate = match &lane.candidate {
        How::Interpreter(words) => {
            let (candidate, why) = ask(words)?;
            note(why.map(|it| format!("its candidate {it}")));
            Some(candidate)
        }
        How::Program { .. } => None,
    };
    let host = Host { system: system().to_owned(), is_wasm: lane.is_wasm, python: reference.version.clone() };
    Ok(Ready { lane, host, reference, candidate, missing })
}

fn system() -> &'static str {
    match std::env::consts::OS {
        "macos" => "macos",
        "windows" => "windows",
        "freebsd" => "freebsd",
        _ => "linux",
    }
}

impl Ready {
    /// Both sides, in their own words.
    pub(super) fn shown(&self) -> String {
        let candidate = match (&self.candidate, &self.lane.candidate) {
            (Some(it), _) => it.shown.clone(),
            (None, How::Program { run, .. }) => run.join(" "),
            (None, How::Interpreter(words)) => words.join(" "),
        };
        format!("{} against {candidate}", self.reference.shown)
    }
}

/// How long an interpreter may take to say which it is.
const PATIENCE: Duration = Duration::from_secs(30);

/// An interpreter, and why it cannot be started where it cannot. One that does not say which it is, such as a stand-in, is started
/// as it is named.
fn ask(
    place: &Place,
    words: &[String],
    worker: &mut Worker,
    limits: &Limits,
) -> Result<(Interpreter, Option<String>), Failure> {
    let name = words.first().map_or("", String::as_str);
    let named = words.iter().map(|it| OsString::from(it.replace("{root}", &place.root.to_string_lossy())));
    let mut res = Interpreter { words: named.collect(), shown: words.join(" "), ..Interpreter::default() };
    let first = res.words.first().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let Some(file) = host::find_program(&first, &place.root) else {
        return Ok((res, Some(format!("{name} is not there, or may not be run"))));
    };
    if let Some(word) = res.words.first_mut() {
        *word = file.clone().into_os_string();
    }
    let argv = res.words.iter().cloned().chain(["-c".into(), WHICH.into()]).collect();
    let ran = worker.ask(place, argv, PATIENCE, limits)?;
    let is_python = name.rsplit('/').next().is_some_and(|it| it.starts_with("py"));
    match ran.ended {
        Ended::NotStarted(why) => return Ok((res, Some(format!("{name} cannot be started: {why}")))),
        // a program of a version manager that has no such version says so
        Ended::Exited(126 | 127) if is_python => {
            let said = String::from_utf8_lossy(&ran.stderr);
            let first = said.lines().next().unwrap_or("it does not say why").to_owned();
            return Ok((res, Some(format!("{name} cannot be started: {first}"))));
        }
        _ => {}
    }
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    if let [kind, version, executable, words] = text.lines().collect::<Vec<_>>()[..] {
        let numbers: Option<Vec<u32>> = version.split('.').map(|it| it.parse().ok()).collect();
        res.version = numbers;
        res.shown = format!("{} {version}", if kind == "cpython" { "CPython" } else { kind });
        let own = PathBuf::from(executable);
        if own.is_absolute() && host::is_there(&own).unwrap_or(false) {
            executable.clone_into(&mut res.executable);
            // what starts it may be a script of a version manager's, which costs more than many a test
            if let [word] = res.words.as_mut_slice() {
                *word = own.clone().into_os_string();
            }
            let bytes = host::read_file(&own, 1 << 30).map_err(|error| Failure::io("read", &own, &error))?;
            res.digest = Some(Sha256::of(format!("{}\0{words}", Sha256::of(&bytes)).as_bytes()).to_string());
        }
    }
    Ok((res, None))
}
