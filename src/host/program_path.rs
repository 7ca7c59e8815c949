//! Where a program lies.

use std::path::{Path, PathBuf};

/// Where a program lies: on the path, or where its name leads from `folder` if there is a slash in it.
pub fn find_program(name: &str, folder: &Path) -> Option<PathBuf> {
    let is_program = |path: &Path| {
        let Ok(about) = std::fs::metadata(path) else { return false };
        #[cfg(unix)]
        let may_run = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o111 != 0;
        #[cfg(not(unix))]
        let may_run = true;
        about.is_file() && may_run
    };
    if name.contains('/') {
        return Some(folder.join(name)).filter(|it| is_program(it));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).filter(|it| it.is_absolute()).map(|it| it.join(name)).find(|it| is_program(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_one_that_may_be_run() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("z.py"), "").unwrap();
        assert!(find_program("no-such-program-anywhere", dir.path()).is_none());
        assert!(find_program("./z.py", dir.path()).is_none(), "it may not be run");
    }
}
