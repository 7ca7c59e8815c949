//! The end of all that a program started, however far it went away.

use std::{
    collections::HashSet,
    io,
    time::{Duration, Instant},
};

use rustix::{
    event::{Timespec, poll},
    process::{Pid, WaitOptions, WaitStatus, getpid, wait},
};

use super::meter::MemoryMeter;
use crate::host::process::tree::{self, descendants};

/// Takes notice of the children that ended; `told` gets each. Who lost its parent is a child of this process.
pub(super) fn reap(mut told: impl FnMut(Pid, WaitStatus)) {
    while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
        told(pid, status);
    }
}

/// What is there of a program: in its group, and below this process.
pub(super) fn left(meter: &MemoryMeter) -> io::Result<HashSet<Pid>> {
    let mut res: HashSet<Pid> = meter.processes()?.into_iter().chain(descendants()).collect();
    res.remove(&getpid());
    Ok(res)
}

/// Kills until nothing is left, and returns how many processes that were.
pub(super) fn kill_all(meter: &MemoryMeter) -> io::Result<u32> {
    let mut killed = HashSet::new();
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        reap(|_, _| {});
        let found = left(meter)?;
        if found.is_empty() {
            return Ok(u32::try_from(killed.len()).unwrap_or(u32::MAX));
        }
        if Instant::now() > until {
            let message = "a process that the program left behind cannot be killed";
            return Err(io::Error::new(io::ErrorKind::TimedOut, message));
        }
        meter.stop_new()?;
        killed.extend(tree::kill(found, || left(meter).unwrap_or_default()));
        reap(|_, _| {});
        pause(Duration::from_millis(1));
    }
}

/// Waits a moment.
fn pause(time: Duration) {
    let time = Timespec { tv_sec: 0, tv_nsec: time.subsec_nanos().into() };
    let _ = poll(&mut [], Some(&time));
}
