//! The groups of one run: where they can be made, one for each slot, and their end, also after a run that was killed.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    file::named,
    pids,
    place::{CgroupPlace, v1, v2},
};
use crate::{differential::run::MeasurementMethod, host::door::is_absent};

/// The folders of a run, one a hierarchy, and below them one for each slot.
#[derive(Debug)]
pub(in super::super) struct Groups {
    folders: Vec<PathBuf>,
}

impl Groups {
    /// Where the groups of the run `name` are to be.
    ///
    /// # Errors
    /// A reason in words, if there are no such cgroups or they may not be made.
    pub(in super::super) fn plan(method: MeasurementMethod, name: &str) -> Result<Self, String> {
        let parents = if method == MeasurementMethod::CgroupV1 { v1_parents()? } else { vec![v2_parent()?] };
        Ok(Self { folders: parents.into_iter().map(|it| it.join(name)).collect() })
    }

    /// Makes them; the end of `self` takes away what was made.
    pub(in super::super) fn create(&self) -> Result<(), String> {
        for folder in &self.folders {
            fs::create_dir(folder).map_err(|error| format!("cannot make the cgroup {}: {error}", folder.display()))?;
            // only a group of version 2 has this file
            let file = folder.join("cgroup.subtree_control");
            if file.is_file() {
                fs::write(&file, "+memory +pids")
                    .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
            }
        }
        Ok(())
    }

    /// The folders of the run, one a hierarchy.
    pub(in super::super) fn folders(&self) -> &[PathBuf] {
        &self.folders
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

/// Whether a folder is a cgroup of this name, and nothing that a program made to look like one.
pub(in super::super) fn is_group(folder: &Path, name: &str) -> bool {
    /// Of version 1 and of version 2 (statfs(2)).
    const KINDS: [u64; 2] = [0x0027_e0eb, 0x6367_7270];
    let kind = rustix::fs::statfs(folder).map(|it| it.f_type);
    let is_kind = kind.is_ok_and(|it| u64::try_from(it).is_ok_and(|it| KINDS.contains(&it)));
    is_kind && folder.file_name().is_some_and(|it| it == name)
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

fn candidates(place: &CgroupPlace) -> Vec<PathBuf> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_of_version_2_is_taken_that_hands_its_controllers_on() {
        let dir = tempfile::tempdir().unwrap();
        let (above, own) = (dir.path().join("above"), dir.path().join("above/own"));
        fs::create_dir_all(&own).unwrap();
        let parents = candidates(&CgroupPlace { mount: dir.path().into(), own: own.clone() });
        assert_eq!(parents, [own.clone(), above.clone()]);
        // the top of what can be seen has nothing above it
        assert_eq!(candidates(&CgroupPlace { mount: own.clone(), own: own.clone() }), std::slice::from_ref(&own));
        for (own_hands, above_hands, due) in [
            ("cpu memory pids", "memory pids", Some(&own)),
            ("cpu memory", "memory pids", Some(&above)),
            ("", "memory", None),
        ] {
            fs::write(own.join("cgroup.subtree_control"), own_hands).unwrap();
            fs::write(above.join("cgroup.subtree_control"), above_hands).unwrap();
            fs::write(own.join("cgroup.controllers"), "cpu memory pids\n").unwrap();
            assert_eq!(chosen(&parents).as_ref().ok(), due, "{own_hands}, {above_hands}");
        }
        assert!(chosen(&parents).unwrap_err().contains("is not delegated"));
        // the unified hierarchy beside version 1 has few controllers
        fs::write(own.join("cgroup.controllers"), "hugetlb\n").unwrap();
        assert!(chosen(&parents).unwrap_err().contains("has no memory and pids controllers"));
        assert!(!moved_down(&own));
    }

    #[test]
    fn a_process_that_is_alone_in_its_group_goes_one_down() {
        let dir = tempfile::tempdir().unwrap();
        let own = dir.path();
        let write = |name: &str, text: &str| fs::write(own.join(name), text).unwrap();
        write("cgroup.controllers", "memory pids");
        write("cgroup.procs", &format!("{}\n1\n", std::process::id()));
        assert!(!moved_down(own));
        write("cgroup.procs", &format!("{}\n", std::process::id()));
        assert!(moved_down(own));
        let text = |name: &str| fs::read_to_string(own.join(name)).unwrap();
        assert_eq!(text("molt-sync-runner/cgroup.procs"), "0");
        assert_eq!(text("cgroup.subtree_control"), "+memory +pids");
    }

    #[test]
    fn a_folder_that_looks_like_a_group_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let name = dir.path().file_name().unwrap().to_str().unwrap();
        fs::write(dir.path().join("cgroup.procs"), "1\n").unwrap();
        assert!(!is_group(dir.path(), name));
        assert!(!is_group(Path::new("/nowhere"), "nowhere"));
    }
}
