//! Lanes made ready: whether what they need is there, and which interpreters they start.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    path::PathBuf,
    time::Duration,
};

use super::{
    place::RunPlace,
    pool::{self, PoolFlow, Waiting},
    ready::{Interpreter, Ready},
    worker::{ProgramLimits, Worker},
};
use crate::{
    base::Sha256,
    command::support::failure::Failure,
    differential::{Host, How, Lane, WHICH, run::Ended},
    host,
};

/// Interpreters by the words that start them, each with why it cannot be started where it cannot.
pub(super) type AskedInterpreters = BTreeMap<Vec<String>, (Interpreter, Option<String>)>;

/// What an interpreter takes at its start, in KiB.
const START_KB: u64 = 32 << 10;

/// Asks the interpreters of these lanes which they are: each once, and beside each other, because every one takes as long as a test.
pub(super) fn ask_all(
    place: &RunPlace,
    lanes: &[Lane],
    (workers, total_kb): (&mut [Worker], u64),
    limits: &ProgramLimits,
) -> Result<AskedInterpreters, Failure> {
    let commands: BTreeSet<&Vec<String>> = lanes.iter().flat_map(interpreters).collect();
    let commands: Vec<&Vec<String>> = commands.into_iter().collect();
    let waiting = (0..commands.len()).map(|case| Waiting { case, kb: START_KB }).collect();
    let mut res = AskedInterpreters::new();
    let work = |worker: &mut Worker, at: usize| {
        commands.get(at).map(|words| Ok(((*words).clone(), ask(place, words, worker, limits)?))).transpose()
    };
    pool::run(workers, waiting, total_kb, &work, &mut |_, answer| {
        res.extend(answer);
        Ok(PoolFlow::On)
    })?;
    Ok(res)
}

fn interpreters(lane: &Lane) -> impl Iterator<Item = &Vec<String>> {
    let candidate = match &lane.candidate {
        How::Interpreter(words) => Some(words),
        How::Program { .. } => None,
    };
    std::iter::once(&lane.reference).chain(candidate)
}

/// Looks whether a lane has what it needs, now that its interpreters have said which they are.
pub(super) fn ready(place: &RunPlace, lane: Lane, asked: &AskedInterpreters) -> Result<Ready, Failure> {
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
    let answer = |words: &Vec<String>| asked.get(words).cloned().unwrap_or_default();
    let (reference, why) = answer(&lane.reference);
    note(why.map(|it| format!("its reference {it}")));
    let candidate = match &lane.candidate {
        How::Interpreter(words) => {
            let (candidate, why) = answer(words);
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

/// How long an interpreter may take to say which it is.
const PATIENCE: Duration = Duration::from_secs(30);

/// An interpreter, and why it cannot be started where it cannot. One that does not say which it is, such as a stand-in, is started
/// as it is named.
fn ask(
    place: &RunPlace,
    words: &[String],
    worker: &mut Worker,
    limits: &ProgramLimits,
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
        // where it cannot be looked at, the words that name it do as well, and only take longer
        if own.is_absolute() && host::is_there(&own).unwrap_or(false) {
            executable.clone_into(&mut res.executable);
            // what starts it may be a script of a version manager's, which costs more than many a test
            if let [word] = res.words.as_mut_slice() {
                *word = own.clone().into_os_string();
            }
            let bytes = host::read_plain(&own, 1 << 30).map_err(|error| Failure::io("read", &own, &error))?;
            res.digest = Some(Sha256::of(format!("{}\0{words}", Sha256::of(&bytes)).as_bytes()).to_string());
        }
    }
    Ok((res, None))
}
