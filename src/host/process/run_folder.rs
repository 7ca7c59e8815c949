//! The folder of one run, and what is left of runs that were killed.
//!
//! A run holds a lock on its folder for as long as it lives, however it ends. So whoever opens the next one can tell the dead,
//! and removes their folders and their cgroups, which are named alike and written down in the folder.

use std::{
    ffi::OsStr,
    fs::{self, File, Permissions},
    io::{self, Write as _},
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};
use sha2::{Digest as _, Sha256};

use super::cgroup::{is_group, kill_and_remove};
use crate::host::door::is_absent;

/// How the folders of runs begin.
const PREFIX: &str = "run-";

/// The run's cgroups, one on each line.
const GROUPS: &str = ".cgroups";

/// A folder that goes away with its run.
#[derive(Debug)]
pub(super) struct RunFolder {
    path: PathBuf,
    /// The name that the run's cgroups have.
    pub(super) group: String,
    /// Its lock.
    _lock: File,
}

impl RunFolder {
    /// Makes the folder of a new run in `runs`, where what is left of dead runs is removed first.
    pub(super) fn create(runs: &Path) -> io::Result<Self> {
        fs::create_dir_all(runs)?;
        let runs = runs.canonicalize()?;
        // so that no folder is seen between its making and its lock
        let all = File::open(&runs)?;
        flock(&all, FlockOperation::LockExclusive)?;
        remove_dead(&runs)?;
        let path = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&runs)?;
        let lock = File::open(path.path())?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        let path = path.keep();
        Ok(Self { group: group(&path), path, _lock: lock })
    }

    /// Writes down the cgroups of the run.
    pub(super) fn note(&self, groups: &[PathBuf]) -> io::Result<()> {
        let mut file = File::options().create(true).append(true).open(self.path.join(GROUPS))?;
        for group in groups {
            file.write_all(group.as_os_str().as_bytes())?;
            file.write_all(b"\n")?;
        }
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        drop(remove_tree(&self.path));
    }
}

/// The name of a run's cgroups.
fn group(folder: &Path) -> String {
    let digest = Sha256::digest(folder.as_os_str().as_bytes());
    let word: String = digest.iter().take(6).map(|it| format!("{it:02x}")).collect();
    format!("molt-sync-{word}")
}

/// Removes the cgroups and then the folders of runs that hold no lock any more.
fn remove_dead(runs: &Path) -> io::Result<()> {
    for entry in fs::read_dir(runs)? {
        let entry = entry?;
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX) && entry.file_type()?.is_dir();
        let folder = entry.path();
        if is_ours && is_dead(&folder)? {
            let noted = match fs::read(folder.join(GROUPS)) {
                Ok(noted) => noted,
                Err(error) if is_absent(&error) => Vec::new(),
                Err(error) => return Err(error),
            };
            let noted = noted.split(|it| *it == b'\n').map(|it| PathBuf::from(OsStr::from_bytes(it)));
            for noted in noted.filter(|it| is_group(it, &group(&folder))) {
                kill_and_remove(&noted)?;
            }
            remove_tree(&folder)?;
        }
    }
    Ok(())
}

fn is_dead(folder: &Path) -> io::Result<bool> {
    let file = match File::open(folder) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(true),
        Err(error) => return Err(error),
    };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Removes a folder with all that is in it, also where a program took away its own rights. What is not there is gone.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    let removed = || match fs::remove_dir_all(path) {
        Err(error) if is_absent(&error) => Ok(()),
        done => done,
    };
    // somebody may still have written while it was read
    for _ in 0..3 {
        match removed() {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => open_up(path)?,
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            done => return done,
        }
    }
    removed()
}

/// Gives the owner all rights to every folder below; no link is followed.
fn open_up(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_up(&entry.path())?;
        }
    }
    Ok(())
}
