//! One program that is run, and what became of it: plain values, for those who ask and for `host`, which runs it.

use std::{ffi::OsString, fmt, path::PathBuf, time::Duration};

/// One program to be run.
#[derive(Debug, Clone)]
pub struct Program {
    /// The program and its arguments. A name without a slash is looked for in the `PATH` of `env`.
    pub argv: Vec<OsString>,
    /// The folder it starts in.
    pub cwd: PathBuf,
    /// Its whole environment.
    pub env: Vec<(OsString, OsString)>,
    /// The longest that it may take, until it and all that it started are killed.
    pub timeout: Duration,
    /// The most memory in bytes that may be charged to it and all that it started.
    pub memory_limit: Option<u64>,
    /// The most bytes of each of stdout and stderr; what prints more is killed, and this much is kept.
    pub output_limit: u64,
    /// The largest file in bytes that it may write.
    pub file_limit: Option<u64>,
    /// The most bytes that it and all that it started may write to disks in all.
    pub disk_limit: Option<u64>,
    /// The most processes and threads at a time.
    pub process_limit: u32,
    /// Whether it may open as many files as the system lets it, in place of as many as whoever started this program.
    pub most_open_files: bool,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this code.
    Exited(i32),
    /// By this signal, which this program did not send.
    Signalled(i32),
    /// It took too long, and was killed.
    TimedOut,
    /// Some process of it was killed for lack of memory, by the kernel's own count of kills; the rest was killed then.
    /// Without a cgroup nothing counts: then it was killed because more was seen than the limit.
    OutOfMemory,
    /// It wanted more processes than it may have, and was killed.
    TooManyProcesses,
    /// It printed more than it may, and was killed.
    OutputLimit,
    /// It wrote more to disks than it may, in one file or in all, and was killed.
    FileLimit,
    /// There is no such program or it may not be run: the reason.
    NotStarted(String),
}

/// What became of a program.
#[derive(Debug, Clone)]
pub struct Ran {
    /// How it ended.
    pub ended: Ended,
    /// What it printed.
    pub stdout: Vec<u8>,
    /// What it printed as errors.
    pub stderr: Vec<u8>,
    /// Whether stdout had more than the limit.
    pub stdout_cut: bool,
    /// Whether stderr had more than the limit.
    pub stderr_cut: bool,
    /// The peak of anonymous and shared memory of it and all that it started, in KiB.
    pub program_kb: Option<u64>,
    /// The peak of all memory that was charged to it, with files in the page cache, in KiB; none without a cgroup.
    pub charged_kb: Option<u64>,
    /// From its start to its end.
    pub seconds: f64,
    /// Processor time of it and all that it started.
    pub cpu_seconds: f64,
    /// Whether it wrote so much that one file of it may have come to `file_limit`: a program may ignore the signal and go on.
    pub may_have_filled_a_file: bool,
    /// Processes that it left behind and that did not end by themselves soon; they were killed.
    pub strays: u32,
}

/// How memory is measured and limited, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasurementMethod {
    /// A cgroup of version 2.
    CgroupV2,
    /// Cgroups of version 1, `memory` and `pids`.
    CgroupV1,
    /// A look at every process at short intervals.
    Polling,
}

impl Ran {
    /// A run of which nothing is known but how it ended.
    pub fn ended(ended: Ended) -> Self {
        Self {
            ended,
            stdout: Vec::new(),
            stderr: Vec::new(),
            stdout_cut: false,
            stderr_cut: false,
            program_kb: None,
            charged_kb: None,
            seconds: 0.0,
            cpu_seconds: 0.0,
            may_have_filled_a_file: false,
            strays: 0,
        }
    }
}

impl MeasurementMethod {
    /// All of them, the best first.
    pub const ALL: [Self; 3] = [Self::CgroupV2, Self::CgroupV1, Self::Polling];

    /// The word for reports, settings and the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::CgroupV2 => "cgroup-v2",
            Self::CgroupV1 => "cgroup-v1",
            Self::Polling => "polling",
        }
    }
}

impl fmt::Display for MeasurementMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
