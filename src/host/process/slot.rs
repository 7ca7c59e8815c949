//! A place where one program at a time runs: the supervisor's other end.

use std::{
    fs::File,
    io::{self, Read as _},
    os::fd::OwnedFd,
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::Pid,
};

use super::{
    cgroup::CgroupLeaf,
    error::RunError,
    run::SharedRun,
    supervise::words,
    tree,
    wire::{self, SupervisorMessage},
};
use crate::differential::run::{Ended, MeasurementMethod, Program, Ran};

/// How long a supervisor may take beyond a program's own time, before it counts as lost.
const MARGIN: Duration = Duration::from_secs(30);

/// A place where one program at a time runs.
#[derive(Debug)]
pub struct Slot {
    run: Arc<SharedRun>,
    index: usize,
    supervisor: Option<Supervisor>,
    /// The supervisor's cgroup, where it has one.
    leaf: Option<CgroupLeaf>,
}

impl Slot {
    pub(super) fn new(run: Arc<SharedRun>, index: usize) -> Result<Self, RunError> {
        let mut res = Self { run, index, supervisor: None, leaf: None };
        res.supervisor = Some(res.start()?);
        Ok(res)
    }

    /// Runs a program until nothing of it is left.
    ///
    /// # Errors
    /// A failure that says nothing about the program. The next one gets a new supervisor.
    pub fn run(&mut self, program: &Program) -> Result<Ran, RunError> {
        let mut supervisor = match self.supervisor.take() {
            Some(it) => it,
            None => self.start()?,
        };
        let kills = self.kills();
        match supervisor.run(program) {
            Ok(ran) => {
                self.supervisor = Some(supervisor);
                Ok(ran)
            }
            Err(error) => {
                drop(supervisor);
                // the kernel may have taken the supervisor with the rest
                let is_lost = matches!(error, RunError::Lost { .. });
                let is_out_of_memory = is_lost && self.kills() > kills;
                self.clear();
                if is_out_of_memory { Ok(Ran::ended(Ended::OutOfMemory)) } else { Err(error) }
            }
        }
    }

    fn start(&mut self) -> Result<Supervisor, RunError> {
        let failed = |error: io::Error| RunError::Start(error.to_string());
        let folders = self.run.folders(self.index).map_err(failed)?;
        let res = Supervisor::start(&self.run.program, self.run.method, &folders)?;
        if !folders.is_empty() {
            self.leaf = Some(CgroupLeaf::open(self.run.method, &folders).map_err(failed)?);
        }
        Ok(res)
    }

    /// How many processes the kernel killed here for lack of memory.
    fn kills(&self) -> u64 {
        self.leaf.as_ref().and_then(|it| it.kills().ok()).unwrap_or_default()
    }

    fn clear(&mut self) {
        self.leaf = None;
        self.run.clear(self.index);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.supervisor = None;
        self.clear();
    }
}

/// The process that starts programs.
#[derive(Debug)]
struct Supervisor {
    child: Child,
    /// It ends when this does, however this process goes away.
    requests: Option<ChildStdin>,
    answers: File,
    bytes: Vec<u8>,
}

impl Supervisor {
    fn start(program: &std::path::Path, method: MeasurementMethod, folders: &[PathBuf]) -> Result<Self, RunError> {
        let failed = |error: io::Error| RunError::Start(error.to_string());
        let mut command = Command::new(program);
        command.args(words(method, folders)).env_clear().current_dir("/");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let lost = || RunError::Start("it has no pipes".into());
        let requests = child.stdin.take().ok_or_else(lost)?;
        let answers: OwnedFd = child.stdout.take().ok_or_else(lost)?.into();
        let mut res = Self { child, requests: Some(requests), answers: answers.into(), bytes: Vec::new() };
        match res.next(Instant::now() + MARGIN) {
            Ok(SupervisorMessage::Ready) => Ok(res),
            Ok(SupervisorMessage::Failed(reason)) => Err(RunError::Start(reason)),
            Ok(_) => Err(RunError::Start("it does not answer as it should".into())),
            Err(error) => Err(failed(error)),
        }
    }

    fn run(&mut self, program: &Program) -> Result<Ran, RunError> {
        let name = || program.argv.first().map(|it| it.display().to_string()).unwrap_or_default();
        let lost = |error: io::Error| RunError::Lost { program: name(), reason: error.to_string() };
        let Some(requests) = &mut self.requests else {
            return Err(RunError::Start("it has ended".into()));
        };
        match wire::send_program(requests, program) {
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                return Err(RunError::Failed { program: name(), reason: error.to_string() });
            }
            sent => sent.map_err(lost)?,
        }
        let until = Instant::now() + program.timeout.min(Duration::from_hours(24 * 365)) + MARGIN;
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        loop {
            match self.next(until).map_err(lost)? {
                SupervisorMessage::Out(piece) => stdout.extend_from_slice(&piece),
                SupervisorMessage::Err(piece) => stderr.extend_from_slice(&piece),
                SupervisorMessage::Failed(reason) => return Err(RunError::Failed { program: name(), reason }),
                SupervisorMessage::Ready => return Err(lost(io::Error::other("it started again"))),
                SupervisorMessage::Done(done) => {
                    return Ok(Ran {
                        ended: done.ended,
                        stdout,
                        stderr,
                        stdout_cut: done.stdout_cut,
                        stderr_cut: done.stderr_cut,
                        program_kb: done.program_kb,
                        charged_kb: done.charged_kb,
                        seconds: done.time.as_secs_f64(),
                        cpu_seconds: done.cpu.as_secs_f64(),
                        may_have_filled_a_file: done.may_have_filled_a_file,
                        strays: done.strays,
                    });
                }
            }
        }
    }

    /// The next thing that it says.
    fn next(&mut self, until: Instant) -> io::Result<SupervisorMessage> {
        let mut piece = [0; 16 << 10];
        loop {
            if let Some((said, length)) = wire::first(&self.bytes)? {
                self.bytes.drain(..length);
                return Ok(said);
            }
            let time = Timespec::try_from(until.saturating_duration_since(Instant::now())).map_err(io::Error::other)?;
            let mut files = [PollFd::new(&self.answers, PollFlags::IN)];
            match poll(&mut files, Some(&time)) {
                Ok(0) => return Err(io::Error::new(io::ErrorKind::TimedOut, "it does not answer")),
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            match self.answers.read(&mut piece)? {
                0 => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it has ended")),
                count => self.bytes.extend_from_slice(&piece[..count]),
            }
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        // the end of its requests is its end, and it takes with it what it runs
        self.requests = None;
        let until = Instant::now() + Duration::from_secs(15);
        let ended = loop {
            match self.next(until) {
                // whatever it still says is of no use
                Ok(_) => {}
                Err(error) => break error.kind() == io::ErrorKind::UnexpectedEof,
            }
        };
        let pid = Pid::from_child(&self.child);
        if !ended {
            // a program can stop it
            tree::kill(tree::below(pid), || tree::below(pid).into_iter().collect());
            drop(self.child.kill());
        }
        let is_well = self.child.wait().is_ok_and(|it| it.success());
        if !is_well {
            // what lost it is not below anything any more; the session has its number for as long as somebody is in it
            tree::kill(tree::of_session(pid), || tree::of_session(pid));
        }
    }
}
