//! Processor time: this process's own, and that of the children that it waited for.

use std::{fs, time::Duration};

/// The processor time of this process.
pub(super) fn own_cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// The processor time of all children that are gone, and of theirs; in hundredths of a second.
pub(super) fn children_cpu() -> Duration {
    // the name of the program in parentheses may have spaces and parentheses in it (proc_pid_stat(5), fields 16 and 17)
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ');
    let ticks: u64 = fields.skip(13).take(2).filter_map(|it| it.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}
