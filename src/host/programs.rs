//! What test programs are found by and run on: folders of Python files, processors and memory.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::door::is_absent;

/// The Python files directly in a folder, and the folders in it, both sorted; none where there is no such folder. Hidden ones and
/// `__pycache__` are left out.
pub fn python_folder(folder: &Path) -> io::Result<Option<(Vec<PathBuf>, Vec<PathBuf>)>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let is_hidden = name.to_string_lossy().starts_with('.') || name == "__pycache__";
        let path = entry.path();
        let kind = entry.file_type()?;
        if is_hidden {
            continue;
        }
        if kind.is_dir() {
            folders.push(path);
        } else if path.extension().is_some_and(|it| it == "py") && std::fs::metadata(&path).is_ok_and(|it| it.is_file())
        {
            files.push(path);
        }
    }
    files.sort();
    folders.sort();
    Ok(Some((files, folders)))
}

/// A folder with nothing in it.
pub fn empty_dir(folder: &Path) -> io::Result<()> {
    match std::fs::read_dir(folder).map(|mut it| it.next().is_none()) {
        Ok(true) => return Ok(()),
        Err(error) if is_absent(&error) => {}
        // a test may take away its own rights, or put a file there
        _ => super::remove_tree(folder)?,
    }
    std::fs::create_dir_all(folder)
}

/// A folder that shows these entries of another one by links, and holds nothing else: what is written beside them stays in it.
#[cfg(unix)]
pub fn link_view(folder: &Path, of: &Path, names: &[std::ffi::OsString]) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut there = std::collections::HashSet::new();
    for entry in std::fs::read_dir(folder)? {
        let (path, kind, name) = entry.and_then(|it| Ok((it.path(), it.file_type()?, it.file_name())))?;
        if kind.is_symlink() && names.contains(&name) && std::fs::read_link(&path)? == of.join(&name) {
            there.insert(name);
        } else if kind.is_dir() {
            super::remove_tree(&path)?;
        } else {
            std::fs::remove_file(&path)?;
        }
    }
    let missing = names.iter().filter(|it| !there.contains(*it));
    missing.into_iter().try_for_each(|it| std::os::unix::fs::symlink(of.join(it), folder.join(it)))
}

/// The names of what stands directly in a folder.
pub fn names_in(folder: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    std::fs::read_dir(folder)?.map(|it| it.map(|it| it.file_name())).collect()
}

/// The bytes of a plain file that need not be there.
pub fn read_if_there(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    match super::read_plain(path, limit) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The same for a file that this program wrote: it is no link, which would be somebody else's.
pub fn read_own_if_there(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    match super::plain::read_own(path, limit) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The variables of the environment whose names begin like this.
pub fn variables(prefix: &str) -> Vec<(String, String)> {
    let text = |it: std::ffi::OsString| it.into_string().ok();
    let mut res: Vec<_> = std::env::vars_os()
        .filter_map(|(name, value)| Some((text(name)?, text(value)?)))
        .filter(|(name, _)| name.starts_with(prefix))
        .collect();
    res.sort();
    res
}

/// The whole environment.
pub fn all_variables() -> Vec<(std::ffi::OsString, std::ffi::OsString)> {
    std::env::vars_os().collect()
}

/// How many programs can run at a time.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// How much memory is free, in KiB; none where that cannot be told.
pub fn free_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|it| it.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_listed_without_what_is_hidden_and_emptied_whatever_is_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for name in ["b", "__pycache__", ".git"] {
            std::fs::create_dir(at(name)).unwrap();
        }
        for name in ["z.py", "a.py", ".hidden.py", "x.txt", "b/c.py"] {
            std::fs::write(at(name), "").unwrap();
        }
        let (files, folders) = python_folder(dir.path()).unwrap().unwrap();
        assert_eq!((files, folders), (vec![at("a.py"), at("z.py")], vec![at("b")]));
        assert_eq!(python_folder(&at("none")).unwrap(), None);
        assert!(python_folder(&at("z.py")).is_ok_and(|it| it.is_none()) || python_folder(&at("z.py")).is_err());
        empty_dir(&at("b")).unwrap();
        assert_eq!(python_folder(&at("b")).unwrap(), Some((vec![], vec![])));
    }
}
