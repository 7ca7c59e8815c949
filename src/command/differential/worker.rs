//! One place where a test is run: the reference, the build and the candidate one after the other, each in the same folders.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{place::RunPlace, ready::Ready};
use crate::{
    command::support::failure::{Exit, Failure},
    config::may_be_secret,
    differential::{
        Case, End, How, Lane, LaneVariables, Launcher, Outcome, is_suspect, met_limit,
        run::{Ended, Program, Ran},
        started_with,
    },
    host::{self, RunError, Slot},
};

/// What a program may take.
#[derive(Debug, Clone)]
pub(super) struct ProgramLimits {
    pub(super) memory: Option<u64>,
    pub(super) output: u64,
    pub(super) file: u64,
    pub(super) disk: u64,
    pub(super) processes: u32,
}

/// One place where a test is run.
pub(super) struct Worker {
    slot: Slot,
    folder: PathBuf,
}

/// What became of a program, with where it ran written as the same for every worker.
pub(super) struct FinishedProgram {
    pub(super) outcome: Outcome,
    pub(super) ran: Ran,
}

/// Stands in an output for the folder of the worker, which is another one in every run.
const FOLDER: &[u8] = b"/molt-sync/worker";

/// What is different about a run of the reference; nothing as a rule.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Otherwise<'a> {
    /// A name of the folder for what it writes.
    pub(super) folder: Option<&'a str>,
    /// A hash seed.
    pub(super) seed: Option<&'a str>,
}

impl Worker {
    pub(super) fn new(slot: Slot, folder: PathBuf) -> Self {
        Self { slot, folder }
    }

    /// Asks an interpreter something. What it is called by may be found with the help of any variable of the caller's, but for those
    /// that may hold a secret: the command is the workspace's.
    pub(super) fn ask(
        &mut self,
        place: &RunPlace,
        argv: Vec<OsString>,
        timeout: Duration,
        limits: &ProgramLimits,
    ) -> Result<Ran, Failure> {
        self.prepare("tmp")?;
        let is_open = |(name, _): &(OsString, OsString)| name.to_str().is_some_and(|it| !may_be_secret(it));
        let env = host::all_variables().into_iter().filter(is_open).collect();
        let program = program(argv, place.root.clone(), env, timeout, limits);
        self.run(&program).map_err(|error| {
            let hint = "run it again, with fewer --jobs where the machine is short of memory or processes";
            Failure::new(Exit::Io, error.to_string(), hint)
        })
    }

    /// Runs the reference on a test.
    pub(super) fn reference(
        &mut self,
        place: &RunPlace,
        limits: &ProgramLimits,
        ready: &Ready,
        case: &Case,
        otherwise: Otherwise<'_>,
    ) -> Result<FinishedProgram, Failure> {
        let folder = otherwise.folder.unwrap_or("tmp");
        self.prepare(folder)?;
        let mut env = self.environment(folder, otherwise.seed.unwrap_or("0"));
        env.extend(both_sides(place, &ready.lane, case));
        let file = file(place, &ready.lane, case);
        let words = started_with(ready.lane.launcher, &file).into_iter().map(OsString::from);
        let argv = ready.reference.words.iter().cloned().chain(words).collect();
        let program = program(argv, self.cwd(place, &ready.lane, folder)?, env, ready.lane.timeout, limits);
        self.done(&program, &|it| {
            it.prepare(folder)?;
            it.cwd(place, &ready.lane, folder).map(drop)
        })
    }

    /// Builds the candidate where there is something to build, and says whether it is there now; none where there is nothing to build.
    pub(super) fn build(
        &mut self,
        place: &RunPlace,
        limits: &ProgramLimits,
        ready: &Ready,
        case: &Case,
    ) -> Result<Option<(FinishedProgram, bool)>, Failure> {
        self.prepare("tmp")?;
        self.prepare("out")?;
        let How::Program { build: Some(build), artefact, .. } = &ready.lane.candidate else { return Ok(None) };
        let mut env = self.environment("tmp", "0");
        env.insert("PYTHONPATH".into(), "src".into());
        let passed = ready.lane.build_pass_env.iter().filter_map(|it| Some((it.into(), host::environment(it)?.into())));
        env.extend(passed);
        env.extend(both_sides(place, &ready.lane, case));
        env.extend(self.filled(place, ready, case, &ready.lane.candidate_env));
        let argv = self.words(place, ready, case, build);
        let program = program(argv, place.root.clone(), env, ready.lane.build_timeout, limits);
        let mut done = self.done(&program, &|it| {
            it.prepare("tmp")?;
            it.prepare("out")
        })?;
        let mut is_built = done.outcome.succeeded();
        if let Some(artefact) = artefact.as_ref().filter(|_| is_built) {
            let path = PathBuf::from(self.word(place, ready, case, artefact));
            is_built = host::is_there(&path).map_err(|error| Failure::io("look for", &path, &error))?;
            if !is_built {
                done.outcome.stderr.extend(format!("\nit left no {}\n", artefact.replace("{out}/", "")).bytes());
            }
        }
        Ok(Some((done, is_built)))
    }

    /// Runs the candidate on a test.
    pub(super) fn candidate(
        &mut self,
        place: &RunPlace,
        limits: &ProgramLimits,
        ready: &Ready,
        case: &Case,
    ) -> Result<FinishedProgram, Failure> {
        self.prepare("tmp")?;
        let mut env = self.environment("tmp", "0");
        env.extend(both_sides(place, &ready.lane, case));
        env.extend(self.filled(place, ready, case, &ready.lane.candidate_env));
        let argv: Vec<OsString> = match (&ready.lane.candidate, &ready.candidate) {
            (How::Program { run, .. }, _) => self.words(place, ready, case, run),
            (How::Interpreter(_), candidate) => {
                let file = file(place, &ready.lane, case);
                let words = started_with(ready.lane.launcher, &file).into_iter().map(OsString::from);
                candidate.iter().flat_map(|it| it.words.iter().cloned()).chain(words).collect()
            }
        };
        let program = program(argv, self.cwd(place, &ready.lane, "tmp")?, env, ready.lane.timeout, limits);
        let mut done = self.done(&program, &|it| {
            it.prepare("tmp")?;
            it.cwd(place, &ready.lane, "tmp").map(drop)
        })?;
        done.outcome.stderr = ready.lane.without_dropped(&done.outcome.stderr);
        Ok(done)
    }

    /// Leaves nothing of the last test behind.
    pub(super) fn clear(&self) -> Result<(), Failure> {
        ["tmp", "home", "out"].iter().try_for_each(|it| self.prepare(it))
    }

    fn prepare(&self, name: &str) -> Result<(), Failure> {
        for folder in [self.folder.join(name), self.folder.join("home")] {
            host::empty_dir(&folder).map_err(|error| Failure::io("empty", &folder, &error))?;
        }
        Ok(())
    }

    /// Where a program starts. What it writes beside itself, or into the workspace's own folder, goes away with the rest.
    fn cwd(&self, place: &RunPlace, lane: &Lane, folder: &str) -> Result<PathBuf, Failure> {
        match lane.launcher {
            #[cfg(unix)]
            Launcher::Molt => {
                let view = self.folder.join("root");
                host::link_view(&view, &place.root, &place.entries)
                    .map_err(|error| Failure::io("write to", &view, &error))?;
                Ok(view)
            }
            #[cfg(not(unix))]
            Launcher::Molt => Ok(place.root.clone()),
            Launcher::Script => Ok(self.folder.join(folder)),
        }
    }

    /// What every program sees: where to find others, where to write, and how to speak.
    fn environment(&self, folder: &str, seed: &str) -> BTreeMap<OsString, OsString> {
        let tmp = self.folder.join(folder).into_os_string();
        let path = host::environment("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
        let mut res: BTreeMap<OsString, OsString> = BTreeMap::new();
        for (name, value) in [
            ("PATH", OsStr::new(&path)),
            ("HOME", self.folder.join("home").as_os_str()),
            ("LANG", OsStr::new("C.UTF-8")),
            ("TMPDIR", &tmp),
            ("TMP", &tmp),
            ("TEMP", &tmp),
            ("PYTHONHASHSEED", OsStr::new(seed)),
            // the workspace stays as it is
            ("PYTHONDONTWRITEBYTECODE", OsStr::new("1")),
        ] {
            res.insert(name.into(), value.to_owned());
        }
        res
    }

    fn word(&self, place: &RunPlace, ready: &Ready, case: &Case, word: &str) -> String {
        let file = file(place, &ready.lane, case);
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let (out, tmp, root) = (text(&self.folder.join("out")), text(&self.folder.join("tmp")), text(&place.root));
        LaneVariables { file: &file, stem: case.stem(), out: &out, tmp: &tmp, root: &root }.fill(word)
    }

    fn words(&self, place: &RunPlace, ready: &Ready, case: &Case, words: &[String]) -> Vec<OsString> {
        words.iter().map(|it| self.word(place, ready, case, it).into()).collect()
    }

    fn filled(
        &self,
        place: &RunPlace,
        ready: &Ready,
        case: &Case,
        env: &BTreeMap<String, String>,
    ) -> Vec<(OsString, OsString)> {
        env.iter().map(|(name, value)| (name.into(), self.word(place, ready, case, value).into())).collect()
    }

    /// Runs a program; where it may have met a limit and gone on, once more without that limit, after `again` has made its folders as
    /// they were.
    fn done(
        &mut self,
        program: &Program,
        again: &dyn Fn(&Self) -> Result<(), Failure>,
    ) -> Result<FinishedProgram, Failure> {
        let mut res = self.once(program);
        let filled = res.ran.may_have_filled_a_file;
        let without = if is_suspect(&res.outcome, filled) {
            again(self)?;
            let lifted = Program { file_limit: None, most_open_files: true, ..program.clone() };
            Some(self.once(&lifted).outcome)
        } else {
            None
        };
        if let Some(limit) = met_limit(&res.outcome, without.as_ref(), filled) {
            res.outcome.end = End::Limit(limit.into());
        }
        Ok(res)
    }

    fn once(&mut self, program: &Program) -> FinishedProgram {
        let mut ran = match self.run(program) {
            Ok(ran) => ran,
            // one program that cannot be run is not the end of a run of thousands
            Err(error) => {
                let outcome = Outcome { end: End::Lost(error.to_string()), stdout: Vec::new(), stderr: Vec::new() };
                return FinishedProgram { outcome, ran: Ran::ended(Ended::NotStarted(String::new())) };
            }
        };
        let own = self.folder.as_os_str().as_encoded_bytes();
        let end = match &ran.ended {
            Ended::Exited(code) => End::Exit(*code),
            Ended::Signalled(number) => End::Signal(*number),
            Ended::TimedOut => End::Timeout,
            Ended::OutOfMemory => End::OutOfMemory,
            Ended::TooManyProcesses => End::Limit("processes".into()),
            Ended::OutputLimit => End::Limit("output".into()),
            Ended::FileLimit => {
                End::Limit("what may be written to disks (`file` and `disk` below [differential])".into())
            }
            Ended::NotStarted(why) => End::NotStarted(why.clone()),
        };
        let stdout = replaced(&std::mem::take(&mut ran.stdout), own);
        let stderr = replaced(&std::mem::take(&mut ran.stderr), own);
        FinishedProgram { outcome: Outcome { end, stdout, stderr }, ran }
    }

    /// Runs a program; a supervisor that is lost is started once more.
    fn run(&mut self, program: &Program) -> Result<Ran, RunError> {
        self.slot.run(program).or_else(|_| self.slot.run(program))
    }
}

/// Variables that the lane and the test's headers give to both sides.
pub(super) fn both_sides(place: &RunPlace, lane: &Lane, case: &Case) -> Vec<(OsString, OsString)> {
    let molts = (lane.launcher == Launcher::Molt).then(|| ("PYTHONPATH".into(), "src".into()));
    let passed = lane.pass_env.iter().filter_map(|it| Some((it.into(), host::environment(it)?.into())));
    let root = place.root.to_string_lossy();
    let own = lane.env.iter().map(|(name, value)| (name.into(), value.replace("{root}", &root).into()));
    let headers = case.headers.env.iter().map(|(name, value)| (name.into(), value.into()));
    molts.into_iter().chain(passed).chain(own).chain(headers).collect()
}

/// The file as both sides get it: from the workspace's root for Molt's launcher, which starts there, and its whole path else.
pub(super) fn file(place: &RunPlace, lane: &Lane, case: &Case) -> String {
    match lane.launcher {
        Launcher::Molt if case.file.starts_with(&place.root) => case.test.clone(),
        _ => case.file.to_string_lossy().into_owned(),
    }
}

fn program(
    argv: Vec<OsString>,
    cwd: PathBuf,
    env: BTreeMap<OsString, OsString>,
    timeout: Duration,
    limits: &ProgramLimits,
) -> Program {
    Program {
        argv,
        cwd,
        env: env.into_iter().collect(),
        timeout,
        memory_limit: limits.memory,
        output_limit: limits.output,
        file_limit: Some(limits.file),
        disk_limit: Some(limits.disk),
        process_limit: limits.processes,
        most_open_files: false,
    }
}

/// The text with every mention of a folder written as [`FOLDER`].
fn replaced(text: &[u8], folder: &[u8]) -> Vec<u8> {
    let mut res = Vec::with_capacity(text.len());
    let mut from = 0;
    for at in memchr::memmem::find_iter(text, folder) {
        res.extend_from_slice(&text[from..at]);
        res.extend_from_slice(FOLDER);
        from = at + folder.len();
    }
    res.extend_from_slice(&text[from..]);
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_worker_is_the_same_in_every_output() {
        assert_eq!(replaced(b"a /w/1/tmp b /w/1", b"/w/1"), b"a /molt-sync/worker/tmp b /molt-sync/worker");
        assert_eq!(replaced(b"a", b"/w/1"), b"a");
    }
}
