//! Where the run happens: the workspace's root, the environment, the stack that deep syntax trees need.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::door::is_absent;

/// Walks up from `start` to the first folder that has the file `marker`, else to the first that has the folder `stdlib`.
///
/// # Errors
/// When it cannot be told whether one is there: a workspace further up would be taken for this one.
pub fn find_root(start: &Path, marker: &str, stdlib: &str) -> io::Result<Option<PathBuf>> {
    let has = |folder: &Path, name: &str, is_due: fn(&std::fs::Metadata) -> bool| match std::fs::metadata(
        folder.join(name),
    ) {
        Ok(about) => Ok(is_due(&about)),
        // a folder above that nobody may look into is no workspace of this user's
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

/// A variable of the environment; none where it is unset or empty.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|it| !it.is_empty())
}

/// How this process was called, as people would write it: `molt-sync refresh 3.14`.
pub fn command_line() -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_./:=,@+".contains(it);
    let word = |it: &str| {
        if !it.is_empty() && it.chars().all(is_plain) {
            it.to_owned()
        } else {
            format!("'{}'", it.replace('\'', "'\\''"))
        }
    };
    let words = std::env::args_os().skip(1).map(|it| word(&it.to_string_lossy()));
    std::iter::once("molt-sync".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// Runs `work` on a thread whose stack holds the syntax tree of any file within the limits.
pub fn spawn_with_deep_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    // only what is used is taken; the deepest tree within the limit of `python::parse` needs most of it
    const STACK: usize = if cfg!(target_pointer_width = "64") { 256 << 20 } else { 64 << 20 };
    rayon::ThreadPoolBuilder::new().stack_size(STACK).build_global().map_err(io::Error::other)?;
    let thread = std::thread::Builder::new().name("main".into()).stack_size(STACK).spawn(work)?;
    thread.join().map_err(|_| io::Error::other("the run ended in a defect of molt-sync"))
}

/// A temporary folder; removed in the end unless it is kept.
pub struct ScratchDir(tempfile::TempDir);

impl ScratchDir {
    /// A new empty folder.
    pub fn new() -> io::Result<Self> {
        tempfile::Builder::new().prefix("molt-sync-").tempdir().map(Self)
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

/// Removes a temporary folder; one that stays does no harm.
pub fn remove_dir(path: &Path) {
    drop(std::fs::remove_dir_all(path));
}
