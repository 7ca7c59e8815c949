//! The group of one slot, in either version of cgroups.

use std::{io, path::PathBuf};

use rustix::process::Pid;

use super::{
    reading::{MemoryReading, pids},
    v1, v2,
};
use crate::differential::run::MeasurementMethod;

/// The group of one slot.
#[derive(Debug)]
pub(in crate::host::process) enum CgroupLeaf {
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
    pub(in crate::host::process) fn open(method: MeasurementMethod, folders: &[PathBuf]) -> io::Result<Self> {
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
    pub(in crate::host::process) fn join(&self) -> io::Result<()> {
        either!(self, it => it.join())
    }

    /// The most that may be charged; none for no limit.
    pub(in crate::host::process) fn limit_memory(&self, bytes: Option<u64>) -> io::Result<()> {
        either!(self, it => it.limit_memory(bytes))
    }

    /// The most processes and threads.
    pub(in crate::host::process) fn limit_tasks(&self, count: u32) -> io::Result<()> {
        // more than the kernel can number is refused as a number (PID_MAX_LIMIT)
        let text = if count >= 1 << 22 { "max".to_owned() } else { count.to_string() };
        either!(self, it => it.limit_tasks(&text))
    }

    /// What is charged now.
    pub(in crate::host::process) fn usage(&self) -> io::Result<u64> {
        either!(self, it => it.usage())
    }

    /// The most that was charged since the last reset.
    pub(in crate::host::process) fn peak(&mut self) -> io::Result<u64> {
        either!(self, it => it.peak())
    }

    /// Starts a new peak.
    pub(in crate::host::process) fn reset(&mut self) -> io::Result<()> {
        either!(self, it => it.reset())
    }

    /// Gives back what is charged and not in use.
    pub(in crate::host::process) fn empty(&self) -> io::Result<()> {
        either!(self, it => it.empty())
    }

    /// What is in memory now.
    pub(in crate::host::process) fn reading(&self) -> io::Result<MemoryReading> {
        either!(self, it => it.reading())
    }

    /// How many processes the kernel killed for lack of memory, ever.
    pub(in crate::host::process) fn kills(&self) -> io::Result<u64> {
        either!(self, it => it.kills())
    }

    /// How often a new process was refused, ever.
    pub(in crate::host::process) fn refusals(&self) -> io::Result<u64> {
        either!(self, it => it.refusals())
    }

    /// Processor time in nanoseconds, ever; none where the kernel does not count it.
    pub(in crate::host::process) fn cpu(&self) -> io::Result<Option<u64>> {
        either!(self, it => it.cpu())
    }

    /// Every process in the group.
    pub(in crate::host::process) fn processes(&self) -> io::Result<Vec<Pid>> {
        let text = either!(self, it => it.processes())?;
        Ok(pids(&text))
    }
}
