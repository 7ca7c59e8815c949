//! The group of one slot in the hierarchy of version 2.

use std::{io, path::PathBuf};

use super::{
    Reading,
    file::{GroupFile, entry, named},
};

/// The files of one slot.
#[derive(Debug)]
pub(in super::super) struct Leaf {
    folder: PathBuf,
    usage: GroupFile,
    peak: GroupFile,
    /// Whether a write to `memory.peak` starts a new one for whoever has it open, which it does since Linux 6.12.
    resets: bool,
    /// What the peak was when it was looked at last, where it cannot be reset.
    seen: u64,
    stat: GroupFile,
    events: GroupFile,
    limit: GroupFile,
    swap: Option<GroupFile>,
    reclaim: Option<GroupFile>,
    tasks: GroupFile,
    refusals: GroupFile,
    processes: GroupFile,
    cpu: GroupFile,
}

impl Leaf {
    pub(super) fn open(folder: PathBuf) -> io::Result<Self> {
        let both = GroupFile::open_for_both(&folder, "memory.peak");
        let resets = both.as_ref().is_ok_and(|it| it.write("reset").is_ok());
        let peak = both.or_else(|_| GroupFile::open(&folder, "memory.peak"))?;
        // not every kernel swaps, and `memory.reclaim` is there since Linux 5.19
        let may_lack = |it: io::Result<GroupFile>| match it {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        Ok(Self {
            usage: GroupFile::open(&folder, "memory.current")?,
            seen: peak.number()?,
            peak,
            resets,
            stat: GroupFile::open(&folder, "memory.stat")?,
            events: GroupFile::open(&folder, "memory.events")?,
            limit: GroupFile::open_for_both(&folder, "memory.max")?,
            swap: may_lack(GroupFile::open_for_both(&folder, "memory.swap.max"))?,
            reclaim: may_lack(GroupFile::open_for_write(&folder, "memory.reclaim"))?,
            tasks: GroupFile::open_for_both(&folder, "pids.max")?,
            refusals: GroupFile::open(&folder, "pids.events")?,
            processes: GroupFile::open(&folder, "cgroup.procs")?,
            cpu: GroupFile::open(&folder, "cpu.stat")?,
            folder,
        })
    }

    /// Puts this process into the group.
    pub(super) fn join(&self) -> io::Result<()> {
        let path = self.folder.join("cgroup.procs");
        std::fs::write(&path, "0").map_err(|error| named(&path, &error))
    }

    pub(super) fn limit_memory(&self, bytes: Option<u64>) -> io::Result<()> {
        // what is swapped out would be neither seen nor limited
        if let Some(swap) = &self.swap {
            swap.write("0")?;
        }
        self.limit.write(&bytes.map_or_else(|| "max".to_owned(), |it| it.to_string()))
    }

    pub(super) fn limit_tasks(&self, count: u32) -> io::Result<()> {
        self.tasks.write(&count.to_string())
    }

    pub(super) fn usage(&self) -> io::Result<u64> {
        self.usage.number()
    }

    /// The peak since the last reset. Where the kernel has none, an old peak says nothing, and what is used now is as much as
    /// is known.
    pub(super) fn peak(&mut self) -> io::Result<u64> {
        let peak = self.peak.number()?;
        if self.resets || peak > self.seen {
            return Ok(peak);
        }
        self.usage()
    }

    pub(super) fn reset(&mut self) -> io::Result<()> {
        if self.resets {
            return self.peak.write("reset");
        }
        self.seen = self.peak.number()?;
        Ok(())
    }

    /// Gives back what is charged and not in use.
    pub(super) fn empty(&self) -> io::Result<()> {
        let Some(reclaim) = &self.reclaim else { return Ok(()) };
        match reclaim.write(&self.usage()?.to_string()) {
            // there was not as much to give back as was asked for
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            done => done,
        }
    }

    /// `file` has `shmem` in it; `kernel` is there since Linux 5.18, and the parts of it before.
    pub(super) fn reading(&self) -> io::Result<Reading> {
        let stat = self.stat.text()?;
        let of = |word| entry(&stat, word).ok_or_else(|| self.stat.odd());
        let (anonymous, shared, file) = (of("anon")?, of("shmem")?, of("file")?);
        let part = |word| entry(&stat, word).unwrap_or_default();
        let parts = || part("kernel_stack") + part("pagetables") + part("slab") + part("percpu");
        let kernel = entry(&stat, "kernel").unwrap_or_else(parts) + part("sock");
        Ok(Reading { program: anonymous + shared, rest: file.saturating_sub(shared) + kernel })
    }

    /// How many processes the kernel killed for lack of memory.
    pub(super) fn kills(&self) -> io::Result<u64> {
        self.events.entry("oom_kill")
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
        self.cpu.entry("usage_usec").map(|it| Some(it * 1000))
    }
}
