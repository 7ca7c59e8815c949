//! A changeset to disk, all or nothing: everything is staged next to its target first, then renamed; whatever fails is
//! taken back, and a target that is no longer what the edit was computed from stops it before anything is renamed.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::base::{Edit, RelPath};

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Somebody changed the file meanwhile.
    #[error("{0} changed while this run was at work")]
    Changed(RelPath),
    /// The target is not a plain file below plain folders.
    #[error("{path} cannot be written: {what}")]
    Target {
        /// The target.
        path: RelPath,
        /// What is in the way.
        what: &'static str,
    },
    /// The disk said no.
    #[error("cannot {verb} {path}: {source}")]
    Disk {
        /// What was attempted.
        verb: &'static str,
        /// On which file.
        path: RelPath,
        /// The system's answer.
        source: io::Error,
    },
    /// The disk said no, and no again when the changes were to be taken back.
    #[error("{cause}; taking the changes back failed too, at {}", .left.join(", "))]
    Stuck {
        /// The first error.
        cause: Box<ApplyError>,
        /// Files that could not be restored.
        left: Vec<String>,
    },
}

/// Applies `edits` below `root`.
///
/// # Errors
/// In all cases but [`ApplyError::Stuck`] the tree is as it was.
pub fn apply(root: &Path, edits: &[Edit]) -> Result<(), ApplyError> {
    apply_by(root, edits, &replace)
}

/// Makes one target what its edit says; its staged file is none where the target goes.
type Replace<'a> = &'a dyn Fn(&Path, &Edit, Option<NamedTempFile>) -> io::Result<()>;

fn replace(target: &Path, edit: &Edit, file: Option<NamedTempFile>) -> io::Result<()> {
    match file {
        Some(file) if edit.before.is_none() => file.persist_noclobber(target).map(drop).map_err(|it| it.error),
        Some(file) => file.persist(target).map(drop).map_err(|it| it.error),
        None => fs::remove_file(target),
    }
}

fn apply_by(root: &Path, edits: &[Edit], replace: Replace<'_>) -> Result<(), ApplyError> {
    let mut work = Work { root, replace, done: Vec::new(), folders: Vec::new() };
    let result = work.run(edits);
    match result {
        Ok(()) => Ok(()),
        Err(cause) => match work.take_back() {
            left if left.is_empty() => Err(cause),
            left => Err(ApplyError::Stuck { cause: Box::new(cause), left }),
        },
    }
}

struct Work<'a> {
    root: &'a Path,
    replace: Replace<'a>,
    /// What was replaced, with the mode that it had.
    done: Vec<(&'a Edit, Option<fs::Permissions>)>,
    folders: Vec<PathBuf>,
}

impl<'a> Work<'a> {
    fn run(&mut self, edits: &'a [Edit]) -> Result<(), ApplyError> {
        for edit in edits {
            self.check(edit)?;
        }
        let mut staged = Vec::new();
        for edit in edits {
            staged.push((edit, self.stage(edit)?));
        }
        for (edit, file) in staged {
            self.check(edit)?;
            self.commit(edit, file)?;
        }
        self.drop_empty_folders();
        Ok(())
    }

    /// The target must be what the edit was computed from, and reached without links.
    fn check(&self, edit: &Edit) -> Result<(), ApplyError> {
        let mut at = self.root.to_path_buf();
        let target = self.root.join(edit.path.as_str());
        for part in edit.path.as_str().split('/') {
            at.push(part);
            match fs::symlink_metadata(&at) {
                Ok(it) if it.is_symlink() => return Err(refuse(edit, "a symbolic link is on the way")),
                Ok(it) if at == target && !it.is_file() => return Err(refuse(edit, "it is not a plain file")),
                Ok(it) if at != target && !it.is_dir() && edit.before.is_none() => {
                    return Err(refuse(edit, "a file stands where a folder is needed"));
                }
                _ => {}
            }
        }
        let now = match fs::read(&target) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(disk("read", edit, error)),
        };
        if now == edit.before { Ok(()) } else { Err(ApplyError::Changed(edit.path.clone())) }
    }

    /// Writes the new bytes next to the target, with the mode of the old file.
    fn stage(&mut self, edit: &Edit) -> Result<Option<NamedTempFile>, ApplyError> {
        let target = self.root.join(edit.path.as_str());
        let folder = target.parent().unwrap_or(self.root);
        let Some(bytes) = &edit.after else {
            // removing a file needs the folder, and needs it to be writable
            drop(temporary(folder).map_err(|error| disk("write next to", edit, error))?);
            return Ok(None);
        };
        self.create_folders(folder).map_err(|error| disk("create the folder of", edit, error))?;
        let stage = || -> io::Result<NamedTempFile> {
            let mut file = temporary(folder)?;
            file.write_all(bytes)?;
            if edit.before.is_some() {
                let old = fs::metadata(&target)?.permissions();
                if old.readonly() {
                    return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
                }
                file.as_file().set_permissions(old)?;
            }
            file.as_file().sync_all()?;
            Ok(file)
        };
        stage().map(Some).map_err(|error| disk("write", edit, error))
    }

    fn create_folders(&mut self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.create_folders(parent)?;
        }
        fs::create_dir(folder)?;
        self.folders.push(folder.to_path_buf());
        Ok(())
    }

    fn commit(&mut self, edit: &'a Edit, file: Option<NamedTempFile>) -> Result<(), ApplyError> {
        let target = self.root.join(edit.path.as_str());
        let mode = fs::metadata(&target).ok().map(|it| it.permissions());
        (self.replace)(&target, edit, file).map_err(|error| disk("replace", edit, error))?;
        self.done.push((edit, mode));
        Ok(())
    }

    /// Folders that held nothing but what was deleted.
    fn drop_empty_folders(&self) {
        for (edit, _) in self.done.iter().rev().filter(|(edit, _)| edit.after.is_none()) {
            let mut folder = self.root.join(edit.path.as_str());
            while folder.pop() && folder != self.root && fs::remove_dir(&folder).is_ok() {}
        }
    }

    /// Puts everything back and returns what could not be.
    fn take_back(&mut self) -> Vec<String> {
        let mut left = Vec::new();
        for (edit, mode) in self.done.drain(..).rev() {
            let target = self.root.join(edit.path.as_str());
            let restore = || -> io::Result<()> {
                // whoever wrote there after this run keeps it
                if !holds(&target, edit.after.as_deref())? {
                    return Err(io::Error::other("it changed again meanwhile"));
                }
                let Some(bytes) = &edit.before else { return fs::remove_file(&target) };
                let mut file = temporary(target.parent().unwrap_or(self.root))?;
                file.write_all(bytes)?;
                if let Some(mode) = mode {
                    file.as_file().set_permissions(mode)?;
                }
                if edit.after.is_some() {
                    return file.persist(&target).map(drop).map_err(|it| it.error);
                }
                file.persist_noclobber(&target).map(drop).map_err(|it| it.error)
            };
            if let Err(error) = restore() {
                left.push(format!("{} ({error})", edit.path));
            }
        }
        for folder in self.folders.drain(..).rev() {
            drop(fs::remove_dir(folder));
        }
        left
    }
}

/// Whether a target is a plain file with these bytes, or is not there where there are none.
fn holds(target: &Path, bytes: Option<&[u8]>) -> io::Result<bool> {
    match fs::symlink_metadata(target) {
        Ok(it) => Ok(it.is_file() && bytes.is_some_and(|bytes| fs::read(target).is_ok_and(|now| now == bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(bytes.is_none()),
        Err(error) => Err(error),
    }
}

fn refuse(edit: &Edit, what: &'static str) -> ApplyError {
    ApplyError::Target { path: edit.path.clone(), what }
}

fn disk(verb: &'static str, edit: &Edit, source: io::Error) -> ApplyError {
    ApplyError::Disk { verb, path: edit.path.clone(), source }
}

/// A file that goes away unless it is kept, readable by others as the user's umask has it.
pub(super) fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".molt-sync-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(path: &str, before: Option<&str>, after: Option<&str>) -> Edit {
        let bytes = |it: Option<&str>| it.map(|it| it.as_bytes().to_vec());
        Edit { path: RelPath::new(path).unwrap(), before: bytes(before), after: bytes(after) }
    }

    /// Every file with its text, temporary ones included, and every folder.
    fn snapshot(root: &Path) -> Vec<String> {
        let mut res = Vec::new();
        for entry in fs::read_dir(root).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                res.push(format!("{}/", path.display()));
                res.extend(snapshot(&path));
            } else {
                res.push(format!("{} {}", path.display(), fs::read_to_string(&path).unwrap()));
            }
        }
        res.sort();
        res
    }

    fn tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("d/e")).unwrap();
        fs::write(dir.path().join("d/a"), "a").unwrap();
        fs::write(dir.path().join("d/e/b"), "b").unwrap();
        dir
    }

    #[test]
    fn edits_are_applied_and_emptied_folders_go() {
        let dir = tree();
        let edits = [edit("d/a", Some("a"), Some("A")), edit("d/e/b", Some("b"), None), edit("n/m/c", None, Some("c"))];
        apply(dir.path(), &edits).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("d/a")).unwrap(), "A");
        assert_eq!(fs::read_to_string(dir.path().join("n/m/c")).unwrap(), "c");
        assert!(!dir.path().join("d/e").exists() && snapshot(dir.path()).len() == 5);
    }

    #[test]
    fn any_error_leaves_the_tree_as_it_was() {
        for (what, last) in [
            ("changed meanwhile", edit("d/a", Some("other"), Some("x"))),
            ("appeared meanwhile", edit("d/e/b", None, Some("x"))),
            ("gone meanwhile", edit("d/gone", Some("x"), None)),
            ("a file in the way", edit("d/a/x", None, Some("x"))),
            ("a folder in the way", edit("d/e", None, Some("x"))),
        ] {
            let dir = tree();
            let before = snapshot(dir.path());
            let edits = [edit("0/new", None, Some("x")), edit("d/e/b2", None, Some("x")), last];
            assert!(apply(dir.path(), &edits).is_err(), "{what}");
            assert_eq!(snapshot(dir.path()), before, "{what}");
        }
    }

    /// Applies a replacement, a deletion and two creations, and the disk says no to the last, right after `meanwhile`.
    fn fail_at_the_last(dir: &Path, meanwhile: &dyn Fn()) -> ApplyError {
        let edits = [
            edit("d/a", Some("a"), Some("A")),
            edit("d/e/b", Some("b"), None),
            edit("m/b", None, Some("b")),
            edit("n/c", None, Some("c")),
        ];
        let no_more = |target: &Path, edit: &Edit, file| {
            if edit.path.as_str() != "n/c" {
                return replace(target, edit, file);
            }
            assert!(dir.join("m/b").exists());
            assert!(fs::read(dir.join("d/a")).unwrap() == b"A" && !dir.join("d/e/b").exists());
            meanwhile();
            Err(io::Error::other("no"))
        };
        apply_by(dir, &edits, &no_more).unwrap_err()
    }

    #[test]
    fn an_error_half_way_takes_everything_back() {
        let dir = tree();
        let before = snapshot(dir.path());
        let error = fail_at_the_last(dir.path(), &|| ());
        assert!(matches!(error, ApplyError::Disk { verb: "replace", .. }), "{error}");
        assert_eq!(snapshot(dir.path()), before);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_taken_back_has_its_mode() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tree();
        let mode = |path: &str| fs::metadata(dir.path().join(path)).unwrap().permissions().mode() & 0o777;
        for (path, bits) in [("d/a", 0o750), ("d/e/b", 0o751)] {
            fs::set_permissions(dir.path().join(path), fs::Permissions::from_mode(bits)).unwrap();
        }
        fail_at_the_last(dir.path(), &|| ());
        assert_eq!((mode("d/a"), mode("d/e/b")), (0o750, 0o751));
    }

    #[test]
    fn what_somebody_wrote_meanwhile_is_not_taken_back() {
        let dir = tree();
        let (a, b) = (dir.path().join("d/a"), dir.path().join("d/e/b"));
        let error = fail_at_the_last(dir.path(), &|| {
            fs::write(&a, "mine").unwrap();
            fs::write(&b, "mine too").unwrap();
        });
        let ApplyError::Stuck { left, .. } = &error else { panic!("{error}") };
        assert_eq!(left.join(" "), "d/e/b (it changed again meanwhile) d/a (it changed again meanwhile)");
        assert_eq!(
            (fs::read_to_string(a).unwrap().as_str(), fs::read_to_string(b).unwrap().as_str()),
            ("mine", "mine too")
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused_and_modes_are_kept() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let dir = tree();
        symlink(dir.path().join("d"), dir.path().join("link")).unwrap();
        assert!(matches!(apply(dir.path(), &[edit("link/a", Some("a"), Some("x"))]), Err(ApplyError::Target { .. })));
        fs::set_permissions(dir.path().join("d/a"), fs::Permissions::from_mode(0o755)).unwrap();
        apply(dir.path(), &[edit("d/a", Some("a"), Some("x"))]).unwrap();
        assert_eq!(fs::metadata(dir.path().join("d/a")).unwrap().permissions().mode() & 0o777, 0o755);
    }
}
