//! Where a changeset lies while it happens: in git's own folder, where nobody trips over it, or in a folder at the root.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::base::Sha256;

/// The folder at the root where there is no git, or where git's folder is on another disk.
pub(super) const OWN: &str = ".molt-sync";

/// The place for the changesets of the tree at `root`.
pub(super) fn place(root: &Path) -> PathBuf {
    let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
    let own = root.join(OWN);
    let Some((top, git)) = root.ancestors().find_map(|it| Some((it, git_dir(it)?))) else { return own };
    if !is_same_disk(&git, &root) {
        return own;
    }
    match root.strip_prefix(top) {
        // a repository can hold more than one workspace
        Ok(below) if !below.as_os_str().is_empty() => {
            let digest = Sha256::of(below.as_os_str().as_encoded_bytes());
            git.join("molt-sync").join(digest.short(16))
        }
        _ => git.join("molt-sync").join("tree"),
    }
}

/// The folder that git keeps for the work tree at `top`, where there is one.
fn git_dir(top: &Path) -> Option<PathBuf> {
    let entry = top.join(".git");
    if entry.is_dir() {
        return entry.join("HEAD").is_file().then_some(entry);
    }
    // a linked work tree or a submodule
    let text = fs::read_to_string(&entry).ok()?;
    let target = top.join(text.strip_prefix("gitdir:")?.trim());
    target.join("HEAD").is_file().then_some(target)
}

#[cfg(unix)]
pub(super) fn is_same_disk(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |it: &Path| fs::metadata(it).map(|it| it.dev()).ok();
    device(a).is_some() && device(a) == device(b)
}

#[cfg(not(unix))]
pub(super) fn is_same_disk(_: &Path, _: &Path) -> bool {
    true
}

/// Makes the place.
pub(super) fn make(place: &Path) -> io::Result<()> {
    // a link would lead what is written there somewhere else
    let is_link = |it: &Path| fs::symlink_metadata(it).is_ok_and(|it| it.is_symlink());
    if is_link(place)
        || is_link(&place.join("txn"))
        || place.parent().is_some_and(|it| it.ends_with("molt-sync") && is_link(it))
    {
        return Err(io::Error::other(format!("{} is a symbolic link, or holds one", place.display())));
    }
    fs::create_dir_all(place)?;
    if place.file_name().is_some_and(|it| it == OWN) {
        let ignore = place.join(".gitignore");
        if !ignore.exists() {
            fs::write(ignore, "*\n")?;
        }
    }
    Ok(())
}

/// Makes what was put into a folder, or taken out of it, last.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_gits_folder_or_one_at_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(dir.path()).unwrap();
        assert_eq!(place(&root), root.join(OWN));
        fs::create_dir_all(root.join(".git")).unwrap();
        assert_eq!(place(&root), root.join(OWN), "a folder of that name is no repository");
        fs::write(root.join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
        assert_eq!(place(&root), root.join(".git/molt-sync/tree"));
        fs::create_dir_all(root.join("a/b")).unwrap();
        let below = place(&root.join("a/b"));
        assert!(below.starts_with(root.join(".git/molt-sync")) && below != place(&root.join("a")));
        fs::create_dir_all(root.join("main/.git/worktrees/w")).unwrap();
        fs::create_dir_all(root.join("w")).unwrap();
        fs::write(root.join("main/.git/worktrees/w/HEAD"), "").unwrap();
        fs::write(root.join("w/.git"), format!("gitdir: {}\n", root.join("main/.git/worktrees/w").display())).unwrap();
        assert_eq!(place(&root.join("w")), root.join("main/.git/worktrees/w/molt-sync/tree"));
        make(&root.join(OWN)).unwrap();
        assert_eq!(fs::read_to_string(root.join(OWN).join(".gitignore")).unwrap(), "*\n");
    }
}
