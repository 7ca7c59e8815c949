//! What the files of a group say.

use rustix::process::Pid;

/// What is in memory at one moment, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::host::process) struct MemoryReading {
    /// Anonymous and shared memory: what a program asked for.
    pub(in crate::host::process) program: u64,
    /// All else that is charged: files in the page cache and what the kernel keeps for it.
    pub(in crate::host::process) rest: u64,
}

/// The numbers of processes in a text that has nothing else.
pub(in crate::host::process) fn pids(text: &[u8]) -> Vec<Pid> {
    let words = text.split(u8::is_ascii_whitespace).filter_map(|it| std::str::from_utf8(it).ok()?.parse().ok());
    // 0 is a process that cannot be seen from here
    words.filter_map(Pid::from_raw).collect()
}
