//! Where a changeset lies while it happens: in git's own folder, which no checkout carries, or in a folder at the root. It is
//! opened without following links, and everything in it has to be the user's own.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::dir::{Dir, odd};
use crate::{
    base::Sha256,
    host::{
        door::is_absent,
        git::{NotOwn, own_folder},
    },
};

/// The folder at the root where there is no git, or where git's folder is on another disk or not this tree's alone.
pub(super) const OWN: &str = ".molt-sync";

/// A place for changesets: folders below one that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JournalPlace {
    base: PathBuf,
    names: Vec<String>,
}

impl JournalPlace {
    /// The one for the tree at `root`, whose path is a full one.
    ///
    /// # Errors
    /// When that cannot be told. In another place there would be another lock, and no journal that was cut off here.
    pub(super) fn of(root: &Path) -> io::Result<Self> {
        let mut found = None;
        for top in root.ancestors() {
            if let Some(git) = git_dir(top)? {
                found = Some((top, git));
                break;
            }
        }
        let Some((top, git)) = found else { return Ok(Self::own(root)) };
        if !is_same_disk(&git, root)? {
            return Ok(Self::own(root));
        }
        let last = match root.strip_prefix(top) {
            // a repository can hold more than one workspace
            Ok(below) if !below.as_os_str().is_empty() => Sha256::of(below.as_os_str().as_encoded_bytes()).short(16),
            _ => "tree".to_owned(),
        };
        Ok(Self { base: git, names: vec!["molt-sync".to_owned(), last] })
    }

    /// The one at the root.
    pub(super) fn own(root: &Path) -> Self {
        Self { base: root.to_path_buf(), names: vec![OWN.to_owned()] }
    }

    /// Its path.
    pub(super) fn path(&self) -> PathBuf {
        self.names.iter().fold(self.base.clone(), |at, it| at.join(it))
    }

    /// Opens it; none where it is not there.
    pub(super) fn open(&self) -> io::Result<Option<Dir>> {
        let mut at = Dir::open(&self.base)?;
        for name in &self.names {
            at = match at.folder(name) {
                Ok(it) => it,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                    return Err(odd(format!("{name} is not a folder")));
                }
                Err(error) => return Err(error),
            };
            at.about_itself()?.must_be_own(name)?;
        }
        Ok(Some(at))
    }

    /// Opens it, and makes it before where it is not there.
    pub(super) fn make(&self) -> io::Result<Dir> {
        let mut at = Dir::open(&self.base)?;
        for name in &self.names {
            if at.about(name)?.is_none() {
                match at.make_folder(name) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    other => other?,
                }
            }
            at = at.folder(name).map_err(|error| match error.kind() {
                io::ErrorKind::NotADirectory => odd(format!("{name} is not a folder")),
                _ => error,
            })?;
            at.about_itself()?.must_be_own(name)?;
        }
        if self.names.last().is_some_and(|it| it == OWN) && at.about(".gitignore")?.is_none() {
            match at.create(".gitignore", 0o666) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => other?.write_all(b"*\n")?,
            }
        }
        Ok(at)
    }

    /// Takes it away where nothing is in it that anybody could want.
    pub(super) fn remove(&self) -> io::Result<()> {
        let Some(dir) = self.open()? else { return Ok(()) };
        let names = dir.list()?;
        if !names.iter().all(|it| it == ".gitignore" || it == "lock") {
            return Ok(());
        }
        names.iter().try_for_each(|it| dir.remove(it))?;
        drop(dir);
        if let [above @ .., last] = &self.names[..] {
            let above = above.iter().try_fold(Dir::open(&self.base)?, |at, it| at.folder(it))?;
            above.remove_folder(last)?;
        }
        Ok(())
    }
}

/// The top of git's work tree that holds `root`, if there is one.
pub(super) fn work_tree(root: &Path) -> Option<&Path> {
    let is_there = |it: &Path| fs::symlink_metadata(it.join(".git")).map_or_else(|error| !is_absent(&error), |_| true);
    root.ancestors().find(|it| is_there(it))
}

/// The folder that git keeps for the work tree at `top`, where there is one that is this tree's and no other's.
fn git_dir(top: &Path) -> io::Result<Option<PathBuf>> {
    let folder = match own_folder(top) {
        Ok(it) => it,
        Err(NotOwn::Foreign(_)) => return Ok(None),
        Err(NotOwn::Unknown(_, error)) if is_absent(&error) => return Ok(None),
        Err(NotOwn::Unknown(_, error)) => return Err(error),
    };
    match fs::symlink_metadata(folder.join("HEAD")) {
        Ok(about) => Ok(about.is_file().then_some(folder)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_same_disk(a: &Path, b: &Path) -> io::Result<bool> {
    let about = |it: &Path| Dir::open(it).and_then(|it| it.about_itself());
    Ok(about(a)?.is_beside(&about(b)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_gits_folder_or_one_at_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(dir.path()).unwrap();
        let place = |root: &Path| JournalPlace::of(root).unwrap().path();
        assert_eq!(place(&root), root.join(OWN));
        fs::create_dir_all(root.join(".git")).unwrap();
        assert_eq!(place(&root), root.join(OWN), "a folder of that name is not a repository");
        fs::write(root.join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
        assert_eq!(place(&root), root.join(".git/molt-sync/tree"));
        fs::create_dir_all(root.join("a/b")).unwrap();
        let below = place(&root.join("a/b"));
        assert!(below.starts_with(root.join(".git/molt-sync")) && below != place(&root.join("a")));
        fs::create_dir(root.join(OWN)).unwrap();
        assert_eq!(place(&root), root.join(".git/molt-sync/tree"), "whatever lies at the root");
        let own = root.join("plain");
        fs::create_dir(&own).unwrap();
        JournalPlace::own(&own).make().unwrap();
        assert_eq!(fs::read_to_string(own.join(OWN).join(".gitignore")).unwrap(), "*\n");
        JournalPlace::own(&own).remove().unwrap();
        assert!(!own.join(OWN).exists());
    }

    #[test]
    fn a_file_named_git_leads_only_to_a_folder_that_is_this_trees() {
        let dir = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(dir.path()).unwrap();
        let kept = root.join("main/.git/worktrees/w");
        fs::create_dir_all(&kept).unwrap();
        fs::create_dir_all(root.join("w")).unwrap();
        fs::write(kept.join("HEAD"), "").unwrap();
        fs::write(root.join("w/.git"), format!("gitdir: {}\n", kept.display())).unwrap();
        let place = |root: &Path| JournalPlace::of(root).unwrap().path();
        assert_eq!(place(&root.join("w")), root.join("w").join(OWN), "it does not name this tree");
        fs::write(kept.join("gitdir"), format!("{}\n", root.join("w/.git").display())).unwrap();
        assert_eq!(place(&root.join("w")), kept.join("molt-sync/tree"));
        let module = root.join("main/.git/modules/sub");
        fs::create_dir_all(&module).unwrap();
        fs::create_dir_all(root.join("main/sub")).unwrap();
        fs::write(module.join("HEAD"), "").unwrap();
        fs::write(root.join("main/sub/.git"), "gitdir: ../.git/modules/sub\n").unwrap();
        assert_eq!(place(&root.join("main/sub")), module.join("molt-sync/tree"));
        fs::remove_file(root.join("w/.git")).unwrap();
        std::os::unix::fs::symlink(root.join("main/.git"), root.join("w/.git")).unwrap();
        fs::write(root.join("main/.git/HEAD"), "").unwrap();
        assert_eq!(place(&root.join("w")), root.join("w").join(OWN), "a link is not followed");
    }
}
