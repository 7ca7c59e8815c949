//! Several files that a user asked for, in one folder: all of them are written, or the folder stays as it was.

use std::{
    ffi::OsStr,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{
    door::is_absent,
    files::{as_the_system_says, head_of},
    temporary::{self, ClosedTemporary},
};

/// What a file in the folder was before, for the way back.
struct PlacedFile {
    path: PathBuf,
    before: Option<Vec<u8>>,
}

/// A file of the set, which waits beside its place.
struct WaitingFile {
    path: PathBuf,
    room: ClosedTemporary,
    /// What begins the file that it replaces; none where there is no file.
    replaces: Option<Vec<u8>>,
}

/// Why a set was not written: at which file, and whether the folder is as it was.
#[derive(Debug)]
pub struct FileSetError {
    /// The file, or the folder.
    pub path: PathBuf,
    /// What the system said.
    pub error: io::Error,
    /// Files that could not be put back as they were.
    pub left: Vec<PathBuf>,
}

/// Writes these files by their names into a folder, which is made with those above it where it is not there. A file that is
/// there already is replaced only if it is empty, or if `is_ours` says of its name and of what it begins with that it is one of
/// the same kind.
///
/// # Errors
/// When one of them cannot be written, or another file has its place. What was written before is taken back then.
pub fn write_file_set<'a>(
    folder: &Path,
    files: impl Iterator<Item = (&'a str, &'a [u8])>,
    is_ours: impl Fn(&str, &[u8]) -> bool,
) -> Result<(), FileSetError> {
    let made = missing(folder).map_err(|error| failed(folder, error))?;
    let res = std::fs::create_dir_all(folder).map_err(|error| failed(folder, error)).and_then(|()| {
        let waiting =
            files.map(|(name, bytes)| waiting(folder.join(name), bytes, &is_ours)).collect::<Result<Vec<_>, _>>()?;
        let mut placed = Vec::new();
        waiting
            .into_iter()
            .try_for_each(|it| place(it, &mut placed))
            .map_err(|error| FileSetError { left: back(placed), ..error })
    });
    if res.is_err() {
        // the innermost first; one that is not empty is somebody's by now
        for it in &made {
            drop(std::fs::remove_dir(it));
        }
    }
    res
}

fn failed(path: &Path, error: io::Error) -> FileSetError {
    FileSetError { path: path.to_path_buf(), error, left: Vec::new() }
}

/// The folders from `folder` upwards that are not there.
fn missing(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut res = Vec::new();
    for it in folder.ancestors().filter(|it| !it.as_os_str().is_empty()) {
        match std::fs::symlink_metadata(it) {
            Err(error) if is_absent(&error) => res.push(it.to_path_buf()),
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    Ok(res)
}

fn waiting(path: PathBuf, bytes: &[u8], is_ours: &impl Fn(&str, &[u8]) -> bool) -> Result<WaitingFile, FileSetError> {
    let write = || {
        let replaces = head_of(&path)?;
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if replaces.as_ref().is_some_and(|there| !there.is_empty() && !is_ours(name, there)) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "another file is there"));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut room = temporary::temporary(folder).map_err(|error| as_the_system_says(&error))?;
        room.write_all(bytes)?;
        // one that is open for each file would soon be too many
        Ok((room.close(), replaces))
    };
    match write() {
        Ok((room, replaces)) => Ok(WaitingFile { path, room, replaces }),
        Err(error) => Err(failed(&path, error)),
    }
}

fn place(it: WaitingFile, placed: &mut Vec<PlacedFile>) -> Result<(), FileSetError> {
    let WaitingFile { path, room, replaces } = it;
    let put = || {
        if head_of(&path)? != replaces {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it was written to in the meantime"));
        }
        let before = replaces.map(|_| std::fs::read(&path)).transpose()?;
        room.persist(&path)?;
        Ok(before)
    };
    match put() {
        Ok(before) => placed.push(PlacedFile { path, before }),
        Err(error) => return Err(failed(&path, error)),
    }
    Ok(())
}

/// Puts back what was there, and returns what that did not work for.
fn back(placed: Vec<PlacedFile>) -> Vec<PathBuf> {
    let restore = |it: &PlacedFile| match &it.before {
        None => std::fs::remove_file(&it.path),
        Some(bytes) => super::replace(&it.path, bytes),
    };
    placed.into_iter().filter(|it| restore(it).is_err()).map(|it| it.path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut res: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        res.sort();
        res
    }

    #[test]
    fn all_of_a_set_are_written_or_none() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b");
        let write = |files: &[(&str, &str)]| {
            let files = files.iter().map(|(name, text)| (*name, text.as_bytes()));
            write_file_set(&folder, files, |_, there| there.starts_with(b"own"))
        };
        write(&[("one", "own 1"), ("two", "own 2")]).unwrap();
        std::fs::create_dir(folder.join("four")).unwrap();
        let error = write(&[("one", "own 3"), ("three", "own 3"), ("four", "own 4")]).unwrap_err();
        assert_eq!((error.path, error.left), (folder.join("four"), vec![]));
        assert_eq!(names(&folder), ["four", "one", "two"]);
        assert_eq!(std::fs::read(folder.join("one")).unwrap(), b"own 1");
        std::fs::write(folder.join("two"), "a person's").unwrap();
        assert_eq!(write(&[("one", "own 5"), ("two", "own 5")]).unwrap_err().path, folder.join("two"));
        assert_eq!(std::fs::read(folder.join("one")).unwrap(), b"own 1");
    }

    #[test]
    fn what_was_placed_is_taken_back_where_the_next_cannot_be() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("new");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("old"), "own 1").unwrap();
        let it = |name: &str| waiting(folder.join(name), b"own 2", &|_, _| true).unwrap();
        let all = [it("old"), it("new"), it("late")];
        // a person's file comes while the others are put in their places
        std::fs::write(folder.join("late"), "a person's").unwrap();
        let mut placed = Vec::new();
        let error = all.into_iter().try_for_each(|it| place(it, &mut placed)).unwrap_err();
        assert_eq!((error.path, placed.len()), (folder.join("late"), 2));
        assert_eq!(back(placed), [""; 0].map(PathBuf::from));
        assert_eq!(names(&folder), ["late", "old"]);
        assert_eq!(std::fs::read(folder.join("old")).unwrap(), b"own 1");
    }

    #[test]
    fn folders_that_were_made_for_nothing_go_again() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b");
        let long = "x".repeat(300);
        let files = [("one", &b"1"[..]), (long.as_str(), b"2")];
        write_file_set(&folder, files.into_iter(), |_, _| true).unwrap_err();
        assert_eq!(names(dir.path()), [""; 0]);
    }
}
