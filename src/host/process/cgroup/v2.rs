//! The group of one slot in the hierarchy of version 2.

use std::{io, path::PathBuf};

use super::{
    MemoryReading,
    file::{GroupFile, entry, named},
};

/// The files of one slot.
#[derive(Debug)]
pub(in super::super) struct LeafV2 {
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
    cpu: GroupFile,
}

impl LeafV2 {
    pub(super) fn open(folder: PathBuf) -> io::Result<Self> {
        let seen = GroupFile::open(&folder, "memory.peak")?.number()?;
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
            seen,
            peak,
            resets,
            stat: GroupFile::open(&folder, "memory.stat")?,
            events: GroupFile::open(&folder, "memory.events")?,
            limit: GroupFile::open_for_both(&folder, "memory.max")?,
            swap: may_lack(GroupFile::open_for_both(&folder, "memory.swap.max"))?,
            reclaim: may_lack(GroupFile::open_for_write(&folder, "memory.reclaim"))?,
            tasks: GroupFile::open_for_both(&folder, "pids.max")?,
            refusals: GroupFile::open(&folder, "pids.events")?,
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

    pub(super) fn limit_tasks(&self, count: &str) -> io::Result<()> {
        self.tasks.write(count)
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
    pub(super) fn reading(&self) -> io::Result<MemoryReading> {
        let stat = self.stat.text()?;
        let of = |word| entry(&stat, word).ok_or_else(|| self.stat.odd());
        let (anonymous, shared, file) = (of("anon")?, of("shmem")?, of("file")?);
        let part = |word| entry(&stat, word).unwrap_or_default();
        let parts = || part("kernel_stack") + part("pagetables") + part("slab") + part("percpu");
        let kernel = entry(&stat, "kernel").unwrap_or_else(parts) + part("sock");
        Ok(MemoryReading { program: anonymous + shared, rest: file.saturating_sub(shared) + kernel })
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
        let path = self.folder.join("cgroup.procs");
        std::fs::read(&path).map_err(|error| named(&path, &error))
    }

    /// Processor time in nanoseconds.
    pub(super) fn cpu(&self) -> io::Result<Option<u64>> {
        self.cpu.entry("usage_usec").map(|it| Some(it * 1000))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const STAT: &str =
        "anon 100\nfile 320\nkernel 7\nkernel_stack 1\npagetables 2\nsock 1\nshmem 20\nslab 3\nslab_reclaimable 9\n";

    /// A folder with the files that the kernel has there, and the group in it.
    fn group() -> (tempfile::TempDir, LeafV2) {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("memory.current", "427\n"),
            ("memory.peak", "900\n"),
            ("memory.stat", STAT),
            ("memory.events", "low 0\noom 4\noom_kill 3\noom_group_kill 0\n"),
            ("memory.max", "max\n"),
            ("memory.swap.max", "max\n"),
            ("pids.max", "max\n"),
            ("pids.events", "max 5\n"),
            ("cgroup.procs", ""),
            ("cpu.stat", "usage_usec 12\nuser_usec 7\n"),
        ] {
            fs::write(dir.path().join(name), text).unwrap();
        }
        let leaf = LeafV2::open(dir.path().into()).unwrap();
        (dir, leaf)
    }

    #[test]
    fn what_the_kernel_says_is_read() {
        let (dir, leaf) = group();
        assert_eq!(leaf.usage().unwrap(), 427);
        assert_eq!(leaf.reading().unwrap(), MemoryReading { program: 120, rest: 308 });
        assert_eq!((leaf.kills().unwrap(), leaf.refusals().unwrap()), (3, 5));
        assert_eq!(leaf.cpu().unwrap(), Some(12_000));
        fs::write(dir.path().join("memory.stat"), STAT.replace("kernel 7\n", "")).unwrap();
        assert_eq!(leaf.reading().unwrap(), MemoryReading { program: 120, rest: 307 });
        // what is not there is not nothing
        fs::write(dir.path().join("memory.stat"), STAT.replace("anon", "other")).unwrap();
        assert!(leaf.reading().unwrap_err().to_string().contains("memory.stat"));
        fs::write(dir.path().join("memory.events"), "").unwrap();
        leaf.kills().unwrap_err();
    }

    #[test]
    fn limits_are_written_and_the_group_is_joined() {
        let (dir, leaf) = group();
        let text = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
        leaf.limit_memory(Some(12_345)).unwrap();
        leaf.limit_tasks("4567").unwrap();
        leaf.join().unwrap();
        assert_eq!(
            (text("memory.max"), text("pids.max"), text("cgroup.procs")),
            ("12345".into(), "4567".into(), "0".into())
        );
        // the file is made up, so that what was longer is still behind it
        assert!(text("memory.swap.max").starts_with('0'));
        fs::write(dir.path().join("memory.max"), "").unwrap();
        leaf.limit_memory(None).unwrap();
        assert_eq!(text("memory.max"), "max");
        assert_eq!(leaf.limit.number().unwrap(), u64::MAX);
        // there is no memory.reclaim before Linux 5.19
        leaf.empty().unwrap();
    }

    #[test]
    fn an_old_peak_is_none_where_it_cannot_be_reset() {
        let (dir, mut leaf) = group();
        let peak = |bytes: &str| fs::write(dir.path().join("memory.peak"), bytes).unwrap();
        peak("950\n");
        assert!(leaf.resets);
        assert_eq!(leaf.peak().unwrap(), 950);
        leaf.resets = false;
        assert_eq!((leaf.seen, leaf.peak().unwrap()), (900, 950));
        leaf.reset().unwrap();
        assert_eq!(leaf.peak().unwrap(), 427);
        peak("960\n");
        assert_eq!(leaf.peak().unwrap(), 960);
    }
}
