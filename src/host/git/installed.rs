//! Which git is started.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use crate::host::find_program;

/// Git as an absolute folder of the path has it: an empty or a relative one would have a file of the workspace run.
pub(super) fn on_the_path() -> Command {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| find_program("git", Path::new("/")));
    // where none has it, there is none at that name either
    let nowhere = Path::new(if cfg!(unix) { "/nonexistent/git" } else { "git" });
    Command::new(found.as_deref().unwrap_or(nowhere))
}
