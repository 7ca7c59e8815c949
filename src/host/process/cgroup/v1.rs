//! The group of one slot in the hierarchies of version 1: `memory` and `pids`, and `cpuacct` where it is there.

use std::{io, path::PathBuf};

use super::{
    Reading,
    file::{GroupFile, entry, named},
};

/// The folders of one slot.
#[derive(Debug, Clone)]
pub(in super::super) struct Folders {
    pub(super) memory: PathBuf,
    pub(super) pids: PathBuf,
    pub(super) cpu: Option<PathBuf>,
}

impl Folders {
    pub(super) fn all(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.memory, &self.pids].into_iter().chain(&self.cpu)
    }
}

/// The files of one slot.
#[derive(Debug)]
pub(in super::super) struct Leaf {
    folders: Folders,
    usage: GroupFile,
    peak: GroupFile,
    kernel: Option<GroupFile>,
    stat: GroupFile,
    kills: GroupFile,
    limit: GroupFile,
    limit_with_swap: Option<GroupFile>,
    empty: GroupFile,
    tasks: GroupFile,
    refusals: GroupFile,
    processes: GroupFile,
    cpu: Option<GroupFile>,
}

impl Leaf {
    pub(super) fn open(folders: Folders) -> io::Result<Self> {
        let (memory, pids) = (&folders.memory, &folders.pids);
        // a kernel may count neither
        let may_lack = |it: io::Result<GroupFile>| match it {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        Ok(Self {
            usage: GroupFile::open(memory, "memory.usage_in_bytes")?,
            peak: GroupFile::open_for_both(memory, "memory.max_usage_in_bytes")?,
            kernel: may_lack(GroupFile::open(memory, "memory.kmem.usage_in_bytes"))?,
            stat: GroupFile::open(memory, "memory.stat")?,
            kills: GroupFile::open(memory, "memory.oom_control")?,
            limit: GroupFile::open_for_both(memory, "memory.limit_in_bytes")?,
            limit_with_swap: may_lack(GroupFile::open_for_both(memory, "memory.memsw.limit_in_bytes"))?,
            empty: GroupFile::open_for_write(memory, "memory.force_empty")?,
            tasks: GroupFile::open_for_both(pids, "pids.max")?,
            refusals: GroupFile::open(pids, "pids.events")?,
            processes: GroupFile::open(memory, "cgroup.procs")?,
            cpu: folders.cpu.as_ref().map(|it| GroupFile::open(it, "cpuacct.usage")).transpose()?,
            folders,
        })
    }

    /// Puts this process into the group.
    pub(super) fn join(&self) -> io::Result<()> {
        for folder in self.folders.all() {
            let path = folder.join("cgroup.procs");
            std::fs::write(&path, "0").map_err(|error| named(&path, &error))?;
        }
        Ok(())
    }

    pub(super) fn limit_memory(&self, bytes: Option<u64>) -> io::Result<()> {
        let text = bytes.map_or_else(|| "-1".to_owned(), |it| it.to_string());
        let Some(with_swap) = &self.limit_with_swap else { return self.limit.write(&text) };
        // the first may never be above the second, so that the order is another one up and down
        if self.limit.write(&text).is_ok() {
            return with_swap.write(&text);
        }
        with_swap.write(&text)?;
        self.limit.write(&text)
    }

    pub(super) fn limit_tasks(&self, count: u32) -> io::Result<()> {
        self.tasks.write(&count.to_string())
    }

    pub(super) fn usage(&self) -> io::Result<u64> {
        self.usage.number()
    }

    pub(super) fn peak(&mut self) -> io::Result<u64> {
        self.peak.number()
    }

    pub(super) fn reset(&mut self) -> io::Result<()> {
        self.peak.write("0")
    }

    /// Gives back what is charged and not in use.
    pub(super) fn empty(&self) -> io::Result<()> {
        self.empty.write("0")
    }

    /// `rss` is anonymous memory, and `shmem` is a part of `cache` (the kernel's admin-guide/cgroup-v1/memory).
    pub(super) fn reading(&self) -> io::Result<Reading> {
        let stat = self.stat.text()?;
        let of = |word| entry(&stat, word).ok_or_else(|| self.stat.odd());
        let (anonymous, shared, cache) = (of("total_rss")?, of("total_shmem")?, of("total_cache")?);
        let kernel = self.kernel.as_ref().map_or(Ok(0), GroupFile::number)?;
        Ok(Reading { program: anonymous + shared, rest: cache.saturating_sub(shared) + kernel })
    }

    /// How many processes the kernel killed for lack of memory.
    pub(super) fn kills(&self) -> io::Result<u64> {
        self.kills.entry("oom_kill")
    }

    /// How often a new process was refused.
    pub(super) fn refusals(&self) -> io::Result<u64> {
        self.refusals.entry("max")
    }

    pub(super) fn processes(&self) -> io::Result<Vec<u8>> {
        self.processes.text()
    }

    /// Processor time in nanoseconds.
    pub(super) fn cpu(&self) -> io::Result<Option<u64>> {
        self.cpu.as_ref().map(GroupFile::number).transpose()
    }
}
