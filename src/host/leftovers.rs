//! What a run has made that would outlast it: temporary files and folders, and programs that it asks something.
//!
//! Each is taken away by what holds it. Whoever ends the run from beside it takes away all of them, because nothing that holds
//! one comes to its end then.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What there is of this run.
struct Left {
    places: BTreeSet<PathBuf>,
    /// What could not be removed when it was done with.
    stays: Vec<PathBuf>,
    #[cfg(target_os = "linux")]
    programs: Vec<(u64, std::os::fd::OwnedFd)>,
    #[cfg(target_os = "linux")]
    next: u64,
}

static LEFT: Mutex<Left> = Mutex::new(Left {
    places: BTreeSet::new(),
    stays: Vec::new(),
    #[cfg(target_os = "linux")]
    programs: Vec::new(),
    #[cfg(target_os = "linux")]
    next: 0,
});

/// How often a folder is removed into which another thread still writes.
const TRIES: usize = 20;

fn left() -> MutexGuard<'static, Left> {
    LEFT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place that is noted for as long as this lives; it goes behind what is there.
#[derive(Debug)]
pub(super) struct Noted(PathBuf);

impl Noted {
    /// What is there is meant to stay.
    pub(super) fn forget(&self) {
        left().places.remove(&self.0);
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        let is_own = left().places.remove(&self.0);
        if is_own && std::fs::symlink_metadata(&self.0).is_ok() {
            left().stays.push(self.0.clone());
        }
    }
}

/// The temporary files and folders of this run that could not be removed when they were done with, each told once.
pub fn left_behind() -> Vec<PathBuf> {
    std::mem::take(&mut left().stays)
}

/// Makes something temporary and notes where it is, both in one step.
pub(super) fn made<T>(make: impl FnOnce() -> io::Result<T>, place: impl FnOnce(&T) -> &Path) -> io::Result<(T, Noted)> {
    let mut left = left();
    let res = make()?;
    let path = place(&res).to_path_buf();
    left.places.insert(path.clone());
    Ok((res, Noted(path)))
}

/// A program that is noted for as long as this lives.
#[derive(Debug)]
pub(super) struct NotedProgram {
    #[cfg(target_os = "linux")]
    number: u64,
}

/// Starts a program that has nothing to do once nobody hears its answer, and notes it.
///
/// # Errors
/// When it cannot be started.
#[cfg(target_os = "linux")]
pub(super) fn started(command: &mut Command) -> io::Result<(Child, NotedProgram)> {
    use rustix::process::{Pid, PidfdFlags, pidfd_open};
    let mut left = left();
    let child = command.spawn()?;
    let number = left.next;
    left.next += 1;
    // by a handle: the number of a process is given to another one once somebody has waited for it. A kernel that has no handles
    // leaves it to the program itself to see that nobody listens
    if let Ok(handle) = pidfd_open(Pid::from_child(&child), PidfdFlags::empty()) {
        left.programs.push((number, handle));
    }
    Ok((child, NotedProgram { number }))
}

/// Elsewhere it sees for itself that nobody listens.
#[cfg(not(target_os = "linux"))]
pub(super) fn started(command: &mut Command) -> io::Result<(Child, NotedProgram)> {
    Ok((command.spawn()?, NotedProgram {}))
}

#[cfg(target_os = "linux")]
impl Drop for NotedProgram {
    fn drop(&mut self) {
        left().programs.retain(|(number, _)| *number != self.number);
    }
}

/// Takes all of it away, for whoever is about to end this process: nothing more can be made from here on.
pub(super) fn take_away(remove_folder: impl Fn(&Path) -> io::Result<()>) {
    let left = left();
    left.take_away(remove_folder);
    // whoever waits for it waits until the process ends
    std::mem::forget(left);
}

impl Left {
    fn take_away(&self, remove_folder: impl Fn(&Path) -> io::Result<()>) {
        #[cfg(target_os = "linux")]
        for (_, program) in &self.programs {
            // it may have ended by itself
            let _ = rustix::process::pidfd_send_signal(program, rustix::process::Signal::KILL);
        }
        for place in &self.places {
            for _ in 0..TRIES {
                let is_folder = std::fs::symlink_metadata(place).is_ok_and(|it| it.is_dir());
                let removed = if is_folder { remove_folder(place) } else { std::fs::remove_file(place) };
                match removed {
                    Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
                    _ => break,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_could_not_be_removed_is_told_once() {
        use super::*;
        let dir = tempfile::tempdir().unwrap();
        let [stays, goes, kept] = ["stays", "goes", "kept"].map(|it| dir.path().join(it));
        for place in [&stays, &goes, &kept] {
            let (_, noted) = made(|| std::fs::create_dir(place).map(|()| place.clone()), |it| it).unwrap();
            match place {
                it if *it == goes => std::fs::remove_dir(it).unwrap(),
                it if *it == kept => noted.forget(),
                _ => {}
            }
        }
        let own: Vec<PathBuf> = left_behind().into_iter().filter(|it| it.starts_with(dir.path())).collect();
        assert_eq!(own, [stays]);
        assert!(left_behind().iter().all(|it| !it.starts_with(dir.path())));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_noted_is_taken_away_and_what_is_done_with_is_not() {
        use super::*;
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("folder");
        let make = || std::fs::create_dir_all(folder.join("below")).map(|()| folder.clone());
        let (made_folder, noted) = made(make, |it| it).unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        let (mut child, asked) = started(Command::new("sleep").arg("60")).unwrap();
        // those of this test alone, of all that this process has
        let own = {
            let mut all = left();
            let at = all.programs.iter().position(|(number, _)| *number == asked.number).unwrap();
            assert!(all.places.contains(&made_folder));
            Left {
                places: [folder.clone(), file.clone()].into(),
                stays: Vec::new(),
                programs: vec![all.programs.remove(at)],
                next: 0,
            }
        };
        own.take_away(|it| std::fs::remove_dir_all(it));
        assert!(!folder.exists() && !file.exists());
        assert!(!child.wait().unwrap().success(), "it was killed");
        drop((noted, asked));
        assert!(!left().places.contains(&folder));
    }
}
