//! The processes below one, and those of a session, as the kernel tells them.

use std::{collections::HashSet, fs};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, Signal, getpid, kill_process_group, pidfd_open, pidfd_send_signal},
};

use super::cgroup::pids;

/// Every process below this one. Those that go while it looks may be missing.
pub(super) fn descendants() -> Vec<Pid> {
    below(getpid())
}

/// Every process below another one.
pub(super) fn below(pid: Pid) -> Vec<Pid> {
    let mut open = children(pid);
    let mut res = Vec::with_capacity(open.len());
    while let Some(pid) = open.pop() {
        res.push(pid);
        open.extend(children(pid));
    }
    res
}

fn children(pid: Pid) -> Vec<Pid> {
    // most have one thread, and this one never has more
    let first = fs::read(format!("/proc/{pid}/task/{pid}/children")).map(|it| pids(&it)).unwrap_or_default();
    if pid == getpid() {
        return first;
    }
    let mut res = first;
    for thread in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        if thread.file_name().to_str() != Some(&pid.to_string()) {
            let more = fs::read(thread.path().join("children"));
            res.extend(more.map(|it| pids(&it)).unwrap_or_default());
        }
    }
    res
}

/// Kills those of `found` that `still` has: a number can be another process by now, and what is opened between the two lists is
/// the one that is meant. A group of processes is killed as one, so that none of them starts another meanwhile.
/// Returns those that were killed.
pub(super) fn kill(found: impl IntoIterator<Item = Pid>, still: impl FnOnce() -> HashSet<Pid>) -> HashSet<Pid> {
    let open = |it: Pid| Some((it, pidfd_open(it, PidfdFlags::empty()).ok()?));
    let open: Vec<_> = found.into_iter().filter_map(open).collect();
    let still = still();
    let (own, mut groups, mut res) = (place(getpid()), HashSet::new(), HashSet::new());
    for (pid, file) in open.iter().filter(|(pid, _)| still.contains(pid)) {
        let group = place(*pid).map(|it| it.group).filter(|it| own.is_none_or(|own| own.group != *it));
        // the group's number is its own for as long as one is in it
        if let Some(group) = group.filter(|it| !has_ended(file) && groups.insert(*it)) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        if pidfd_send_signal(file, Signal::KILL).is_ok() {
            res.insert(*pid);
        }
    }
    res
}

fn has_ended(file: &std::os::fd::OwnedFd) -> bool {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut [PollFd::new(file, PollFlags::IN)], Some(&now)) != Ok(0)
}

/// Every process of a session.
pub(super) fn of_session(session: Pid) -> HashSet<Pid> {
    let numbers = fs::read_dir("/proc").into_iter().flatten().flatten();
    let all = numbers.filter_map(|it| Pid::from_raw(it.file_name().to_str()?.parse().ok()?));
    all.filter(|pid| place(*pid).is_some_and(|it| it.session == session)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TreePlace {
    group: Pid,
    session: Pid,
}

/// The group and the session of a process. The kernel's own have neither, and are not told as errors by the functions for it.
fn place(pid: Pid) -> Option<TreePlace> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // behind the name, which may have anything in it (proc_pid_stat(5), fields 5 and 6)
    let mut fields = text.rsplit_once(") ")?.1.split(' ').skip(2).map(|it| it.parse().ok());
    let mut next = || Pid::from_raw(fields.next()??);
    Some(TreePlace { group: next()?, session: next()? })
}

/// Whether this kernel tells the children of a process.
pub(super) fn is_told() -> bool {
    fs::read("/proc/thread-self/children").is_ok()
}
