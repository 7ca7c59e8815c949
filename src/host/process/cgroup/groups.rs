//! The groups of one run: where they can be made, one for each slot, and their end, also after a run that was killed.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    file::named,
    pids,
    place::{Place, v1, v2},
};
use crate::{differential::run::Method, host::door::is_absent};

/// The folders of a run, one a hierarchy, and below them one for each slot.
#[derive(Debug)]
pub(in super::super) struct Groups {
    folders: Vec<PathBuf>,
}

impl Groups {
    /// Makes the groups of the run `name`.
    ///
    /// # Errors
    /// A reason in words, if there are no such cgroups or they may not be made.
    pub(in super::super) fn create(method: Method, name: &str) -> Result<Self, String> {
        let folders = match method {
            Method::CgroupV1 => v1_parents()?.into_iter().map(|it| it.join(name)).collect(),
            _ => vec![v2_parent()?.join(name)],
        };
        let res = Self { folders };
        for folder in &res.folders {
            // the end of `res` takes away what was made
            fs::create_dir(folder).map_err(|error| format!("cannot make the cgroup {}: {error}", folder.display()))?;
        }
        if method == Method::CgroupV2 {
            let file = res.folders[0].join("cgroup.subtree_control");
            fs::write(&file, "+memory +pids").map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        }
        Ok(res)
    }

    /// Makes the group of a slot, where it is not there yet, and returns its folders.
    pub(in super::super) fn slot(&self, index: usize) -> io::Result<Vec<PathBuf>> {
        let folders: Vec<PathBuf> = self.folders.iter().map(|it| it.join(index.to_string())).collect();
        for folder in &folders {
            match fs::create_dir(folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(named(folder, &error)),
                _ => {}
            }
        }
        Ok(folders)
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        for folder in &self.folders {
            drop(kill_and_remove(folder));
        }
    }
}

/// Kills what is in a group and below it, and removes both.
pub(in super::super) fn kill_and_remove(folder: &Path) -> io::Result<()> {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        match removed(folder) {
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy && Instant::now() < until => pause(),
            Err(error) if is_absent(&error) => return Ok(()),
            done => return done,
        }
    }
}

fn removed(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            removed(&entry.path())?;
        }
    }
    // nothing new starts while the rest is killed; only one hierarchy has this file
    if folder.join("pids.max").is_file() {
        fs::write(folder.join("pids.max"), "0")?;
    }
    for pid in pids(&fs::read(folder.join("cgroup.procs"))?) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
    fs::remove_dir(folder)
}

/// Killed processes take a moment to go.
fn pause() {
    let moment = rustix::event::Timespec { tv_sec: 0, tv_nsec: 2_000_000 };
    let _ = rustix::event::poll(&mut [], Some(&moment));
}

/// The groups whose names begin with `prefix`, wherever a run of this process's place would have made them.
pub(in super::super) fn remains(prefix: &str) -> Vec<(PathBuf, String)> {
    let parents = v1_parents().unwrap_or_default().into_iter().chain(v2_parents().unwrap_or_default());
    let mut res = Vec::new();
    for parent in parents {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if let Some(rest) = name.strip_prefix(prefix) {
                res.push((entry.path(), rest.to_owned()));
            }
        }
    }
    res
}

/// What the kernel says of mounts and of this process's groups.
fn told() -> Result<(Vec<u8>, Vec<u8>), String> {
    let read = |path: &str| fs::read(path).map_err(|error| format!("cannot read {path}: {error}"));
    Ok((read("/proc/self/mountinfo")?, read("/proc/self/cgroup")?))
}

/// This process's own groups: `memory`, `pids`, and `cpuacct` where it can be had.
fn v1_parents() -> Result<Vec<PathBuf>, String> {
    let (mounts, groups) = told()?;
    let own = |controller| v1(&mounts, &groups, controller).map(|it| it.own);
    let due = |controller| own(controller).ok_or_else(|| format!("there is no {controller} controller of version 1"));
    let mut res = vec![due("memory")?, due("pids")?];
    res.extend(own("cpuacct").filter(|it| is_writable(it)));
    Ok(res)
}

fn is_writable(folder: &Path) -> bool {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok()
}

/// This process's own group and the one above.
fn v2_parents() -> Result<Vec<PathBuf>, String> {
    let (mounts, groups) = told()?;
    let place = v2(&mounts, &groups).ok_or("cgroups of version 2 are not mounted")?;
    Ok(candidates(&place))
}

fn candidates(place: &Place) -> Vec<PathBuf> {
    let above = place.own.parent().filter(|it| it.starts_with(&place.mount));
    [Some(place.own.as_path()), above].into_iter().flatten().map(Path::to_path_buf).collect()
}

/// A group that hands `memory` and `pids` on to the groups below it, or that can be made to.
fn v2_parent() -> Result<PathBuf, String> {
    let parents = v2_parents()?;
    chosen(&parents).or_else(|why| if moved_down(&parents[0]) { Ok(parents[0].clone()) } else { Err(why) })
}

fn controllers(folder: &Path, file: &str) -> Result<bool, String> {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let has = |word| text.split_whitespace().any(|it| it == word);
    Ok(has("memory") && has("pids"))
}

fn chosen(parents: &[PathBuf]) -> Result<PathBuf, String> {
    let own = parents.first().ok_or("there is no cgroup of this process")?;
    for parent in parents {
        if controllers(parent, "cgroup.subtree_control")? && is_writable(parent) {
            return Ok(parent.clone());
        }
    }
    Err(if controllers(own, "cgroup.controllers")? {
        format!("{} is not delegated to this user, or holds other processes", own.display())
    } else {
        format!("{} has no memory and pids controllers", own.display())
    })
}

/// A group with processes hands nothing on. Where this process is the only one, as in a scope of its own, it can go one down.
fn moved_down(own: &Path) -> bool {
    let is_alone = || {
        let there = pids(&fs::read(own.join("cgroup.procs")).ok()?);
        Some(there == [rustix::process::getpid()])
    };
    if !controllers(own, "cgroup.controllers").is_ok_and(|it| it) || is_alone() != Some(true) {
        return false;
    }
    let below = own.join("molt-sync-runner");
    let made = fs::create_dir(&below).or_else(|error| if below.is_dir() { Ok(()) } else { Err(error) });
    made.and_then(|()| fs::write(below.join("cgroup.procs"), "0"))
        .and_then(|()| fs::write(own.join("cgroup.subtree_control"), "+memory +pids"))
        .is_ok()
}
