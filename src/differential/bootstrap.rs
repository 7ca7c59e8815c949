//! How an interpreter is given a test.

use super::Launcher;

/// What Molt's own runner has a program see: it runs as `__main__` through `runpy`, without a package, with its own name as the
/// first two arguments, and with the folder that it was started in as the first place of imports. `-c` gives the last, and
/// `runpy` puts the file in the place of the `-c`.
const BOOT: &str = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__')";

/// The arguments of an interpreter that runs `file`.
pub fn started_with(launcher: Launcher, file: &str) -> Vec<String> {
    match launcher {
        Launcher::Molt => vec!["-c".to_owned(), BOOT.to_owned(), file.to_owned()],
        Launcher::Script => vec![file.to_owned()],
    }
}

/// What an interpreter is asked to find out which one it is: lines of its name, its version as numbers, its file and its
/// version in words.
pub const WHICH: &str = "import sys; print(sys.implementation.name); print('.'.join(str(it) for it in sys.version_info[:3])); print(sys.executable); print(' '.join(sys.version.split()))";
