//! Where the run happens: the workspace's root, the environment, the stack that deep syntax trees need.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::door::is_absent;
use crate::base::shell_word;

/// Walks up from `start` to the first folder that has the file `marker`, else to the first that has the folder `stdlib`.
///
/// # Errors
/// When it cannot be told whether one is there: a workspace further up would be taken for this one.
pub fn find_root(start: &Path, marker: &str, stdlib: &str) -> io::Result<Option<PathBuf>> {
    let has = |folder: &Path, name: &str, is_due: fn(&std::fs::Metadata) -> bool| match std::fs::metadata(
        folder.join(name),
    ) {
        Ok(about) => Ok(is_due(&about)),
        // a folder above that nobody may look into is not a workspace of this user's
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && folder != start => Ok(false),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    };
    for (name, is_due) in [(marker, std::fs::Metadata::is_file as fn(&_) -> bool), (stdlib, std::fs::Metadata::is_dir)]
    {
        for folder in start.ancestors() {
            if has(folder, name, is_due)? {
                return Ok(Some(folder.to_path_buf()));
            }
        }
    }
    Ok(None)
}

/// Whether `path` is a folder; a link to one is.
///
/// # Errors
/// When that cannot be told.
pub fn is_folder(path: &Path) -> io::Result<bool> {
    match std::fs::metadata(path) {
        Ok(about) => Ok(about.is_dir()),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether anything is at `path`; a link to nothing is not.
///
/// # Errors
/// When that cannot be told.
pub fn is_there(path: &Path) -> io::Result<bool> {
    match std::fs::metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The current folder.
pub fn current_dir() -> io::Result<PathBuf> {
    std::env::current_dir()
}

/// The file of this program.
pub fn current_program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// A path from the root of the file system; as it is where that cannot be told.
pub fn full_path(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// A path from the root of the file system, whether there is anything at it or not: what there is of it with its links
/// followed, and the rest as it is.
pub fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    for there in path.ancestors() {
        if let (Ok(full), Ok(rest)) = (there.canonicalize(), path.strip_prefix(there)) {
            return if rest.as_os_str().is_empty() { full } else { full.join(rest) };
        }
    }
    path
}

/// Whether a path is a folder or lies below it.
pub fn lies_in(path: &Path, folder: &Path) -> bool {
    absolute(path).starts_with(absolute(folder))
}

/// The user's folder for what can be made anew; none where the environment names none by its full path: a relative one would
/// be wherever the run happens to be.
pub fn user_cache() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let home = || named("HOME").map(|it| it.join(".cache"));
    let local = || if cfg!(windows) { named("LOCALAPPDATA") } else { None };
    named("XDG_CACHE_HOME").or_else(home).or_else(local).map(|it| it.join("molt-sync"))
}

/// A variable of the environment; none where it is unset or empty.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|it| !it.is_empty())
}

/// Whether a variable of the environment is set, and to nothing.
pub fn is_set_to_nothing(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|it| it.is_empty())
}

/// The words that this process was called with, its name first.
pub fn words() -> Vec<std::ffi::OsString> {
    std::env::args_os().collect()
}

/// The words behind the name of the program, as text.
pub fn arguments() -> Vec<String> {
    std::env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect()
}

/// How this process was called, as people would write it: `molt-sync refresh 3.14`.
pub fn command_line() -> String {
    let words = std::env::args_os().skip(1).map(|it| shell_word(&it.to_string_lossy()));
    std::iter::once("molt-sync".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// Runs `work` on a thread whose stack holds the syntax tree of any file within the limits. Once in a process.
///
/// # Errors
///
/// Threads that cannot be started, and a `work` that panics where nothing ended the run at that.
pub fn with_deep_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    // only what is used is taken, and stays taken; the deepest tree within the limit of `python::parse` needs most of it
    const STACK: usize = 64 << 20;
    rayon::ThreadPoolBuilder::new()
        .num_threads(workers())
        .stack_size(STACK)
        .build_global()
        .map_err(io::Error::other)?;
    let thread = std::thread::Builder::new().name("main".into()).stack_size(STACK).spawn(work)?;
    thread.join().map_err(|_| io::Error::other("the run ended in a defect of molt-sync"))
}

/// The most threads that work at once.
const WORKERS: usize = 8;

/// How many threads work at once: what hostile input takes in each of them is bounded together only where their number is.
fn workers() -> usize {
    let wanted = environment("RAYON_NUM_THREADS").and_then(|it| it.parse().ok()).filter(|it| *it > 0);
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    wanted.unwrap_or_else(cores).min(WORKERS)
}

/// Where temporary folders are made. A relative one is one in the folder where the run began, whoever is told of it.
pub fn scratch_place() -> PathBuf {
    let place = std::env::temp_dir();
    std::path::absolute(&place).unwrap_or(place)
}

/// A temporary folder; removed in the end unless it is kept.
pub struct ScratchDir(super::temporary::Folder);

impl ScratchDir {
    /// A new empty folder.
    pub fn new() -> io::Result<Self> {
        super::temporary::Folder::new_in(&scratch_place()).map(Self)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Leaves it where it is.
    pub fn keep(self) -> PathBuf {
        self.0.keep()
    }
}

/// Keeps a command's output in a temporary file, which stays.
pub fn keep_output(name: &str, text: &str) -> io::Result<PathBuf> {
    let plain: String = name.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect();
    let path = ScratchDir::new()?.keep().join(format!("{plain}.log"));
    std::fs::write(&path, text)?;
    Ok(path)
}

/// Creates a folder with its parents.
pub fn create_dir(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

/// Removes a temporary folder with one file in it; what else is in it is somebody's, and keeps it.
pub fn remove_empty(folder: &Path, file: &str) {
    drop(std::fs::remove_file(folder.join(file)).and_then(|()| std::fs::remove_dir(folder)));
}

/// Removes a temporary folder; one that stays does no harm.
pub fn remove_dir(path: &Path) {
    drop(std::fs::remove_dir_all(path));
}
