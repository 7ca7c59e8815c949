//! The processes that this one started, and those that they started.

use std::fs;

use rustix::process::Pid;

use crate::host::process::cgroup::pids;

/// Every process below this one. Those that go while it looks may be missing.
pub(super) fn descendants() -> Vec<Pid> {
    // this process has one thread
    let mut open = fs::read("/proc/thread-self/children").map(|it| pids(&it)).unwrap_or_default();
    let mut res = Vec::with_capacity(open.len());
    while let Some(pid) = open.pop() {
        res.push(pid);
        for thread in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
            let children = fs::read(thread.path().join("children"));
            open.extend(children.map(|it| pids(&it)).unwrap_or_default());
        }
    }
    res
}

/// Whether this kernel tells the children of a process.
pub(super) fn is_told() -> bool {
    fs::read("/proc/thread-self/children").is_ok()
}

/// What this process, its former children and those below it have written to disks, less what was removed before it got there.
pub(super) fn written() -> u64 {
    let own = "/proc/self/io".to_owned();
    let others = descendants().into_iter().map(|pid| format!("/proc/{pid}/io"));
    std::iter::once(own).chain(others).map(|path| written_by(&path)).sum()
}

fn written_by(path: &str) -> u64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    let of = |word| text.lines().find_map(|it| it.strip_prefix(word)?.trim().parse::<u64>().ok()).unwrap_or_default();
    of("write_bytes:").saturating_sub(of("cancelled_write_bytes:"))
}
