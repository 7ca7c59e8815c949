//! The group of one slot in the hierarchies of version 1: `memory` and `pids`, and `cpuacct` where it is there.

use std::{io, path::PathBuf};

use super::{
    MemoryReading,
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
pub(in super::super) struct LeafV1 {
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
    cpu: Option<GroupFile>,
}

impl LeafV1 {
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

    pub(super) fn limit_tasks(&self, count: &str) -> io::Result<()> {
        self.tasks.write(count)
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
    pub(super) fn reading(&self) -> io::Result<MemoryReading> {
        let stat = self.stat.text()?;
        let of = |word| entry(&stat, word).ok_or_else(|| self.stat.odd());
        let (anonymous, shared, cache) = (of("total_rss")?, of("total_shmem")?, of("total_cache")?);
        let kernel = self.kernel.as_ref().map_or(Ok(0), GroupFile::number)?;
        Ok(MemoryReading { program: anonymous + shared, rest: cache.saturating_sub(shared) + kernel })
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
        let path = self.folders.memory.join("cgroup.procs");
        // version 1 gives an open file the same list again
        std::fs::read(&path).map_err(|error| named(&path, &error))
    }

    /// Processor time in nanoseconds.
    pub(super) fn cpu(&self) -> io::Result<Option<u64>> {
        self.cpu.as_ref().map(GroupFile::number).transpose()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_the_kernel_says_is_read_and_limits_are_written() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().to_path_buf();
        for (name, text) in [
            ("memory.usage_in_bytes", "430\n"),
            ("memory.max_usage_in_bytes", "900\n"),
            ("memory.kmem.usage_in_bytes", "8\n"),
            (
                "memory.stat",
                "cache 1\nrss 2\nshmem 3\ntotal_cache 320\ntotal_rss 100\ntotal_rss_huge 50\ntotal_shmem 20\n",
            ),
            ("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"),
            ("memory.limit_in_bytes", ""),
            ("memory.memsw.limit_in_bytes", ""),
            ("memory.force_empty", ""),
            ("pids.max", ""),
            ("pids.events", "max 5\n"),
            ("cpuacct.usage", "12000\n"),
            ("cgroup.procs", "7\n0\n9\n"),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        let folders = Folders { memory: folder.clone(), pids: folder.clone(), cpu: Some(folder.clone()) };
        let mut leaf = LeafV1::open(folders).unwrap();
        assert_eq!((leaf.usage().unwrap(), leaf.peak().unwrap()), (430, 900));
        assert_eq!(leaf.reading().unwrap(), MemoryReading { program: 120, rest: 308 });
        assert_eq!((leaf.kills().unwrap(), leaf.refusals().unwrap(), leaf.cpu().unwrap()), (3, 5, Some(12_000)));
        assert_eq!(super::super::pids(&leaf.processes().unwrap()).len(), 2);
        let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        leaf.limit_memory(None).unwrap();
        leaf.limit_tasks("65").unwrap();
        leaf.reset().unwrap();
        leaf.empty().unwrap();
        leaf.join().unwrap();
        let written =
            ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "pids.max", "memory.force_empty", "cgroup.procs"];
        assert_eq!(written.map(text), ["-1", "-1", "65", "0", "0"]);
        fs::remove_file(folder.join("memory.stat")).unwrap();
        let folders = Folders { memory: folder.clone(), pids: folder.clone(), cpu: None };
        assert!(LeafV1::open(folders).unwrap_err().to_string().contains("memory.stat"));
    }
}
