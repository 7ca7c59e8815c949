//! One program from its start to the end of all that it started.

use std::{
    fs::File,
    io::{self, Write},
    os::fd::AsFd as _,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    process::{Signal, WaitStatus},
};

use super::{
    kill::{kill_all, left, reap},
    meter::MemoryMeter,
    output::OutputStream,
    start::{Started, start},
    trouble::{Pace, Trouble},
    written::ChildCounters,
};
use crate::{
    differential::run::{Ended, Program},
    host::process::wire::ProgramEnd,
};

/// How long those that a program left behind may take to end by themselves. A helper of Python's `multiprocessing`, or a child
/// that still prints, is no matter of which of two processes was faster.
const GRACE: Duration = Duration::from_millis(500);

/// The pause before the first look, and the longest one.
const FIRST: Duration = Duration::from_millis(2);
const LONGEST: Duration = Duration::from_millis(20);

/// As good as no end, for clocks that do not go on without one.
const FOREVER: Duration = Duration::from_hours(24 * 365);

/// Runs a program in the slot that `meter` measures. Whoever sends `requests` is gone when they end.
pub(super) fn run(
    program: &Program,
    meter: &mut MemoryMeter,
    written: &ChildCounters,
    requests: &File,
    answers: &mut impl Write,
) -> io::Result<ProgramEnd> {
    meter.start(program)?;
    let before = written.bytes()?;
    let disk = program.disk_limit.map(|limit| before.disk.saturating_add(limit));
    let began = Instant::now();
    let started = match start(program)? {
        Ok(started) => started,
        Err(why) => return Ok(not_started(why)),
    };
    meter.started(started.pid);
    let mut running = Running::new(started, program, began, disk.map(|limit| (limit, written)));
    running.until_the_end(meter, requests, answers)?;
    // what is refused from here on is because of the end
    let trouble = meter.trouble()?;
    let by_itself = running.killed.is_none() && trouble.is_none();
    let strays = kill_all(meter)?;
    running.rest_of_output(answers)?;
    let figures = meter.end()?;
    let after = written.bytes()?;
    let is_full = disk.is_some_and(|limit| after.disk > limit);
    let handed = after.handed.saturating_sub(before.handed);
    let ended = match (running.killed.take(), trouble, running.status) {
        _ if figures.is_out_of_memory => Ended::OutOfMemory,
        (_, Some(Trouble::OutOfMemory), _) => Ended::OutOfMemory,
        (_, Some(Trouble::TooManyProcesses), _) => Ended::TooManyProcesses,
        (Some(why), ..) => why,
        _ if running.out.is_cut || running.err.is_cut => Ended::OutputLimit,
        _ if is_full => Ended::FileLimit,
        (None, None, status) => ended_by_itself(status, program),
    };
    Ok(ProgramEnd {
        ended,
        stdout_cut: running.out.is_cut,
        stderr_cut: running.err.is_cut,
        program_kb: figures.program_kb,
        charged_kb: figures.charged_kb,
        time: running.time.unwrap_or_else(|| began.elapsed()),
        cpu: figures.cpu,
        may_have_filled_a_file: program.file_limit.is_some_and(|limit| handed >= limit),
        strays: if by_itself { strays } else { 0 },
    })
}

fn not_started(why: String) -> ProgramEnd {
    ProgramEnd {
        ended: Ended::NotStarted(why),
        stdout_cut: false,
        stderr_cut: false,
        program_kb: None,
        charged_kb: None,
        time: Duration::ZERO,
        cpu: Duration::ZERO,
        may_have_filled_a_file: false,
        strays: 0,
    }
}

fn ended_by_itself(status: Option<WaitStatus>, program: &Program) -> Ended {
    let signal = status.and_then(WaitStatus::terminating_signal);
    match (status.and_then(WaitStatus::exit_status), signal) {
        (Some(code), _) => Ended::Exited(code),
        (_, Some(signal)) if signal == Signal::XFSZ.as_raw() && program.file_limit.is_some() => Ended::FileLimit,
        (_, signal) => Ended::Signalled(signal.unwrap_or_default()),
    }
}

/// A program that runs.
struct Running<'a> {
    program: &'a Program,
    started: (rustix::process::Pid, std::os::fd::OwnedFd),
    began: Instant,
    /// What may have been written to disks, in all.
    disk: Option<(u64, &'a ChildCounters)>,
    out: OutputStream,
    err: OutputStream,
    status: Option<WaitStatus>,
    /// How long it took, when it has ended.
    time: Option<Duration>,
    /// Why it is to be killed.
    killed: Option<Ended>,
    piece: Vec<u8>,
}

impl<'a> Running<'a> {
    fn new(started: Started, program: &'a Program, began: Instant, disk: Option<(u64, &'a ChildCounters)>) -> Self {
        Self {
            program,
            began,
            disk,
            out: OutputStream::new(started.stdout, true, program.output_limit),
            err: OutputStream::new(started.stderr, false, program.output_limit),
            started: (started.pid, started.end),
            status: None,
            time: None,
            killed: None,
            piece: vec![0; 64 << 10],
        }
    }

    /// Until it has ended and all that it started, or has to be killed.
    fn until_the_end(&mut self, meter: &mut MemoryMeter, requests: &File, answers: &mut impl Write) -> io::Result<()> {
        let deadline = self.began + self.program.timeout.min(FOREVER);
        let (mut pause, mut looks) = (FIRST, 0_u32);
        let mut next = self.began + pause;
        let mut until = deadline;
        loop {
            self.wait(next.min(until), requests, answers)?;
            let had_ended = self.time.is_some();
            self.reap();
            let now = Instant::now();
            if let Some(time) = self.time {
                if !had_ended {
                    // whatever it left behind may be about to end as well
                    (pause, next) = (FIRST, now + FIRST);
                }
                // nobody else may be there, and all that was printed has been read
                let is_silent = self.out.file.is_none() && self.err.file.is_none();
                until = until.min(self.began + time + GRACE);
                if is_silent && left(meter)?.is_empty() {
                    return Ok(());
                }
            }
            if self.killed.is_some() {
                return Ok(());
            }
            if now >= until {
                if self.time.is_none() {
                    self.killed = Some(Ended::TimedOut);
                }
                return Ok(());
            }
            if now >= next {
                looks += 1;
                let (trouble, pace) = meter.look()?;
                if trouble.is_some() {
                    return Ok(());
                }
                if looks.is_multiple_of(4) && self.has_written_too_much()? {
                    self.killed = Some(Ended::FileLimit);
                    return Ok(());
                }
                pause = match pace {
                    Pace::Fast => FIRST,
                    Pace::Slower => (pause * 3 / 2).min(LONGEST),
                    Pace::After(time) => pause.max(time),
                };
                next = Instant::now() + pause;
            }
        }
    }

    /// Waits until something happens, and passes on what was printed.
    fn wait(&mut self, until: Instant, requests: &File, answers: &mut impl Write) -> io::Result<()> {
        let time = until.saturating_duration_since(Instant::now());
        let time = Timespec::try_from(time).map_err(io::Error::other)?;
        let requests = requests.as_fd();
        let mut files = vec![PollFd::new(&requests, PollFlags::IN)];
        let (out, err) = (self.out.file.as_ref(), self.err.file.as_ref());
        files.extend(out.map(|it| PollFd::new(it, PollFlags::IN)));
        files.extend(err.map(|it| PollFd::new(it, PollFlags::IN)));
        if self.time.is_none() {
            files.push(PollFd::new(&self.started.1, PollFlags::IN));
        }
        match poll(&mut files, Some(&time)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let mut happened = files.iter().map(|it| !it.revents().is_empty());
        if happened.next() == Some(true) {
            return Err(io::Error::new(io::ErrorKind::BrokenPipe, "nobody is left to run programs for"));
        }
        let is_out = out.is_some() && happened.next() == Some(true);
        let is_err = err.is_some() && happened.next() == Some(true);
        drop(happened);
        if is_out {
            self.out.take(&mut self.piece, answers)?;
        }
        if is_err {
            self.err.take(&mut self.piece, answers)?;
        }
        if self.out.is_cut || self.err.is_cut {
            self.killed = Some(Ended::OutputLimit);
        }
        Ok(())
    }

    fn has_written_too_much(&self) -> io::Result<bool> {
        self.disk.map_or(Ok(false), |(limit, written)| Ok(written.bytes()?.disk > limit))
    }

    fn reap(&mut self) {
        let main = self.started.0;
        reap(|pid, status| {
            if pid == main {
                self.status = Some(status);
                self.time = Some(self.began.elapsed());
            }
        });
    }

    /// What is still in the pipes when nobody is left who would write.
    fn rest_of_output(&mut self, answers: &mut impl Write) -> io::Result<()> {
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        for stream in [&mut self.out, &mut self.err] {
            while let Some(file) = stream.file.as_ref().filter(|_| !stream.is_cut) {
                let mut files = [PollFd::new(file, PollFlags::IN)];
                if poll(&mut files, Some(&now))? == 0 {
                    break;
                }
                stream.take(&mut self.piece, answers)?;
            }
        }
        Ok(())
    }
}
