//! What a program writes to disks.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt as _,
};

use crate::host::process::tree::descendants;

/// The counters of this process, which have those of all children in them that it waited for.
pub(super) struct ChildCounters {
    own: File,
}

impl ChildCounters {
    /// Opens them; later this process may not be looked into any more, not even by name by itself.
    pub(super) fn open() -> io::Result<Self> {
        File::open("/proc/self/io").map(|own| Self { own })
    }

    /// What this process, its former children and those below it have written.
    pub(super) fn bytes(&self) -> io::Result<WrittenBytes> {
        let mut text = [0; 1024];
        let length = self.own.read_at(&mut text, 0)?;
        // one that is gone by now is in the own figure as soon as somebody has waited for it
        let others = descendants().into_iter().filter_map(|pid| fs::read(format!("/proc/{pid}/io")).ok());
        Ok(others.map(|it| WrittenBytes::read(&it)).fold(WrittenBytes::read(&text[..length]), WrittenBytes::plus))
    }
}

/// Two counts of what was written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WrittenBytes {
    /// What went to disks, less what was removed before it got there.
    pub(super) disk: u64,
    /// What was handed to the system at all, for files and for pipes.
    pub(super) handed: u64,
}

impl WrittenBytes {
    fn read(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let of =
            |word| text.lines().find_map(|it| it.strip_prefix(word)?.trim().parse::<u64>().ok()).unwrap_or_default();
        Self { disk: of("write_bytes:").saturating_sub(of("cancelled_write_bytes:")), handed: of("wchar:") }
    }

    fn plus(self, other: Self) -> Self {
        Self { disk: self.disk.saturating_add(other.disk), handed: self.handed.saturating_add(other.handed) }
    }
}
