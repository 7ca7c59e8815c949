//! Cgroups: the kernel's account of all that a program started, and its limits.

mod file;
mod groups;
mod place;
mod v1;
mod v2;

use std::{io, path::PathBuf};

use rustix::process::Pid;

use crate::differential::run::MeasurementMethod;

pub(super) use groups::{Groups, is_group, kill_and_remove};

/// What is in memory at one moment, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MemoryReading {
    /// Anonymous and shared memory: what a program asked for.
    pub(super) program: u64,
    /// All else that is charged: files in the page cache and what the kernel keeps for it.
    pub(super) rest: u64,
}

/// The group of one slot.
#[derive(Debug)]
pub(super) enum CgroupLeaf {
    V1(v1::LeafV1),
    V2(v2::LeafV2),
}

/// Calls the same function of either.
macro_rules! either {
    ($leaf:expr, $it:ident => $call:expr) => {
        match $leaf {
            CgroupLeaf::V1($it) => $call,
            CgroupLeaf::V2($it) => $call,
        }
    };
}

impl CgroupLeaf {
    /// Opens the group that has these folders, one a hierarchy.
    pub(super) fn open(method: MeasurementMethod, folders: &[PathBuf]) -> io::Result<Self> {
        match (method, folders) {
            (MeasurementMethod::CgroupV1, [memory, pids, cpu @ ..]) => {
                let folders = v1::Folders { memory: memory.clone(), pids: pids.clone(), cpu: cpu.first().cloned() };
                v1::LeafV1::open(folders).map(Self::V1)
            }
            (MeasurementMethod::CgroupV2, [folder]) => v2::LeafV2::open(folder.clone()).map(Self::V2),
            _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "not the folders of a cgroup")),
        }
    }

    /// Puts this process into the group.
    pub(super) fn join(&self) -> io::Result<()> {
        either!(self, it => it.join())
    }

    /// The most that may be charged; none for no limit.
    pub(super) fn limit_memory(&self, bytes: Option<u64>) -> io::Result<()> {
        either!(self, it => it.limit_memory(bytes))
    }

    /// The most processes and threads.
    pub(super) fn limit_tasks(&self, count: u32) -> io::Result<()> {
        // more than the kernel can number is refused as a number (PID_MAX_LIMIT)
        let text = if count >= 1 << 22 { "max".to_owned() } else { count.to_string() };
        either!(self, it => it.limit_tasks(&text))
    }

    /// What is charged now.
    pub(super) fn usage(&self) -> io::Result<u64> {
        either!(self, it => it.usage())
    }

    /// The most that was charged since the last reset.
    pub(super) fn peak(&mut self) -> io::Result<u64> {
        either!(self, it => it.peak())
    }

    /// Starts a new peak.
    pub(super) fn reset(&mut self) -> io::Result<()> {
        either!(self, it => it.reset())
    }

    /// Gives back what is charged and not in use.
    pub(super) fn empty(&self) -> io::Result<()> {
        either!(self, it => it.empty())
    }

    /// What is in memory now.
    pub(super) fn reading(&self) -> io::Result<MemoryReading> {
        either!(self, it => it.reading())
    }

    /// How many processes the kernel killed for lack of memory, ever.
    pub(super) fn kills(&self) -> io::Result<u64> {
        either!(self, it => it.kills())
    }

    /// How often a new process was refused, ever.
    pub(super) fn refusals(&self) -> io::Result<u64> {
        either!(self, it => it.refusals())
    }

    /// Processor time in nanoseconds, ever; none where the kernel does not count it.
    pub(super) fn cpu(&self) -> io::Result<Option<u64>> {
        either!(self, it => it.cpu())
    }

    /// Every process in the group.
    pub(super) fn processes(&self) -> io::Result<Vec<Pid>> {
        let text = either!(self, it => it.processes())?;
        Ok(pids(&text))
    }
}

/// The numbers of processes in a text that has nothing else.
pub(super) fn pids(text: &[u8]) -> Vec<Pid> {
    let words = text.split(u8::is_ascii_whitespace).filter_map(|it| std::str::from_utf8(it).ok()?.parse().ok());
    // 0 is a process that cannot be seen from here
    words.filter_map(Pid::from_raw).collect()
}
