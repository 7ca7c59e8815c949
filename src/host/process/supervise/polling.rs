//! A program's memory without a cgroup: what its processes say of themselves, at short intervals.

use std::{
    fs, io,
    time::{Duration, Instant},
};

use rustix::process::{Pid, getpriority_process, setpriority_process};

use super::{
    cpu::children_cpu,
    trouble::{Figures, Pace, Trouble},
};
use crate::{
    differential::run::Program,
    host::process::tree::{descendants, is_told},
};

/// The figures of the program that runs.
#[derive(Debug, Default)]
pub(super) struct Polling {
    memory_limit: Option<u64>,
    process_limit: u32,
    program: u64,
    /// Whether it was there for a look.
    is_seen: bool,
    trouble: Option<Trouble>,
    cpu: Duration,
    /// The priority that a program is to have.
    priority: i32,
}

/// What one process says, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ProcessMemory {
    own: u64,
    files: u64,
    most: u64,
    threads: u64,
}

impl Polling {
    pub(super) fn new() -> io::Result<Self> {
        if is_told() {
            let priority = getpriority_process(None)?;
            // nothing but this process limits how many others there are: it should get its turn among them, where it may
            let _ = setpriority_process(None, -10);
            return Ok(Self { priority, ..Self::default() });
        }
        let message = "this kernel does not tell the children of a process (/proc/thread-self/children)";
        Err(io::Error::new(io::ErrorKind::Unsupported, message))
    }

    pub(super) fn start(&mut self, program: &Program) {
        let (memory_limit, process_limit) = (program.memory_limit, program.process_limit);
        *self = Self { memory_limit, process_limit, cpu: children_cpu(), priority: self.priority, ..Self::default() };
    }

    /// Gives a program that was just started the priority that it is to have.
    pub(super) fn started(&self, pid: Pid) {
        let _ = setpriority_process(Some(pid), self.priority);
    }

    pub(super) fn look(&mut self) -> (Option<Trouble>, Pace) {
        let began = Instant::now();
        let seen: Vec<(Pid, ProcessMemory)> =
            descendants().into_iter().filter_map(|pid| Some((pid, status(pid)?))).collect();
        let threads: u64 = seen.iter().map(|(_, it)| it.threads).sum();
        let mut sum: u64 = seen.iter().map(|(_, it)| it.own).sum();
        // a process alone knows its own peak; it has the files in it
        let alone = seen.iter().map(|(_, it)| it.own.max(it.most.saturating_sub(it.files))).max().unwrap_or_default();
        let is_over = |it: u64| self.memory_limit.is_some_and(|limit| it > limit);
        // what several processes share is in the sum more than once, and to tell it apart takes long
        if seen.len() > 1 && (sum > self.program + self.program / 64 + (1 << 20) || is_over(sum)) {
            sum = seen.iter().map(|(pid, it)| share(*pid).unwrap_or(it.own)).sum();
        }
        if is_over(sum.max(alone)) {
            self.trouble = Some(Trouble::OutOfMemory);
        } else if threads > self.process_limit.into() {
            self.trouble = Some(Trouble::TooManyProcesses);
        }
        self.program = self.program.max(sum).max(alone);
        self.is_seen |= !seen.is_empty();
        // at most a tenth of the time goes into looking
        let took = began.elapsed();
        let pace = if took > Duration::from_millis(2) { Pace::After(took * 10) } else { Pace::Slower };
        (self.trouble, pace)
    }

    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    pub(super) fn end(&self) -> Figures {
        Figures {
            program_kb: self.is_seen.then_some(self.program / 1024),
            charged_kb: None,
            cpu: children_cpu().saturating_sub(self.cpu),
            is_out_of_memory: false,
        }
    }
}

/// None where the process is gone, or has ended.
fn status(pid: Pid) -> Option<ProcessMemory> {
    parsed(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

fn parsed(text: &str) -> Option<ProcessMemory> {
    let of = |word: &str| {
        let line = text.lines().find_map(|it| it.strip_prefix(word)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    let kb = |word| of(word).map(|it| it * 1024);
    Some(ProcessMemory {
        own: kb("RssAnon")? + kb("RssShmem")?,
        files: kb("RssFile")?,
        most: kb("VmHWM")?,
        threads: of("Threads")?,
    })
}

/// The process's share of anonymous and shared memory, where each page is divided by those who have it.
fn share(pid: Pid) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let kb = |word: &str| {
        let line = text.lines().find_map(|it| it.strip_prefix(word))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    Some((kb("Pss_Anon:")? + kb("Pss_Shmem:")?) * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read() {
        let text = "Name:\tx\nVmHWM:\t    300 kB\nRssAnon:\t     100 kB\nRssFile:\t      20 kB\nRssShmem:\t       5 kB\nThreads:\t3\n";
        let expected = ProcessMemory { own: 105 << 10, files: 20 << 10, most: 300 << 10, threads: 3 };
        assert_eq!(parsed(text), Some(expected));
        // a process that has ended has no memory any more
        assert_eq!(parsed("Name:\tx\nState:\tZ (zombie)\nThreads:\t1\n"), None);
    }
}
