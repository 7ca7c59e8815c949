//! The files that a commit lists. What a commit holds never changes, so that the list of all of it, once it was asked for, answers
//! every later question about a part of it.

use std::{
    borrow::Cow,
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{GitError, git, program::listed};
use crate::base::RelPath;

/// Bytes of places that are named. Where they are more, git is asked for everything, and the rest is left out here.
const NAMED: usize = 64 << 10;
/// The longest list that is kept, in bytes. That of Molt's tree has 1.4 MB.
const KEPT: usize = 16 << 20;

/// The whole list that was asked for last.
static WHOLE: Mutex<Option<Whole>> = Mutex::new(None);

struct Whole {
    root: PathBuf,
    commit: String,
    said: Arc<Vec<u8>>,
}

/// What `git ls-tree` says of some files.
pub(super) struct Listed {
    said: Arc<Vec<u8>>,
    /// Which of them are meant, by themselves or by a folder above them; all, where there is none.
    meant: Option<HashSet<String>>,
}

/// A file of a commit, a link, or another repository.
pub(super) struct TreeEntry<'a> {
    pub(super) is_plain: bool,
    pub(super) is_repository: bool,
    /// The object's name.
    pub(super) object: Cow<'a, str>,
    /// Its name below the folder that was asked about.
    pub(super) name: Cow<'a, str>,
}

impl TreeEntry<'_> {
    /// Its path; none where its name is none that a path here can have.
    pub(super) fn path(&self) -> Option<RelPath> {
        RelPath::new(&*self.name).ok()
    }
}

impl Listed {
    pub(super) fn entries(&self) -> impl Iterator<Item = TreeEntry<'_>> {
        let all = self.said.split(|it| *it == 0).filter_map(entry);
        all.filter(|it| self.meant.as_ref().is_none_or(|meant| is_within(&it.name, meant)))
    }
}

/// One line of the list, such as `100644 blob 0123456789abcdef<TAB>src/a.py`.
fn entry(line: &[u8]) -> Option<TreeEntry<'_>> {
    let tab = memchr::memchr(b'\t', line)?;
    let mut about = line[..tab].split(|it| *it == b' ');
    let (mode, _, object) = (about.next()?, about.next()?, about.next()?);
    Some(TreeEntry {
        is_plain: matches!(mode, b"100644" | b"100755"),
        is_repository: mode == b"160000",
        object: String::from_utf8_lossy(object),
        name: String::from_utf8_lossy(&line[tab + 1..]),
    })
}

fn is_within(name: &str, meant: &HashSet<String>) -> bool {
    let folders = name.match_indices('/').map(|(at, _)| &name[..at]);
    std::iter::once(name).chain(folders).any(|it| meant.contains(it))
}

/// The files of `commit` at or below each of `places`; all of it, where there is none.
pub(super) fn tree(root: &Path, what: &str, commit: &str, places: &[&RelPath]) -> Result<Listed, GitError> {
    let is_root = |it: &&RelPath| **it == RelPath::root();
    let meant = || Some(places.iter().map(|it| it.as_str().to_owned()).collect()).filter(|_| !places.is_empty());
    let meant = if places.iter().any(is_root) { None } else { meant() };
    if let Some(said) = kept(root, commit) {
        return Ok(Listed { said, meant });
    }
    let mut arguments = vec!["ls-tree", "-r", "-z", commit, "--"];
    if !is_short(places.iter().copied()) {
        return Ok(Listed { said: listed(root, what, &arguments)?.into(), meant });
    }
    arguments.extend(places.iter().map(|it| it.as_str()));
    Ok(Listed { said: listed(root, what, &arguments)?.into(), meant: None })
}

/// Whether so many paths can stand in a command line.
pub(super) fn is_short<'a>(places: impl Iterator<Item = &'a RelPath>) -> bool {
    places.map(|it| it.as_str().len() + 1).sum::<usize>() <= NAMED
}

/// Whether all files of `commit` are known already.
pub(super) fn is_here(root: &Path, commit: &str) -> bool {
    kept(root, commit).is_some()
}

/// All files of `commit`, however many.
pub(super) fn whole_tree(root: &Path, what: &str, commit: &str) -> Result<Listed, GitError> {
    if let Some(said) = kept(root, commit) {
        return Ok(Listed { said, meant: None });
    }
    let said = Arc::new(git(root, what, &["ls-tree", "-r", "-z", commit], None)?);
    if said.len() <= KEPT && is_full_name(commit) {
        *whole() = Some(Whole { root: root.to_owned(), commit: commit.to_owned(), said: Arc::clone(&said) });
    }
    Ok(Listed { said, meant: None })
}

fn kept(root: &Path, commit: &str) -> Option<Arc<Vec<u8>>> {
    whole().as_ref().filter(|it| it.root == root && it.commit == commit).map(|it| Arc::clone(&it.said))
}

/// Whether this is the name of one commit for ever, and not that of a branch.
fn is_full_name(commit: &str) -> bool {
    [40, 64].contains(&commit.len()) && commit.bytes().all(|it| it.is_ascii_hexdigit())
}

fn whole() -> MutexGuard<'static, Option<Whole>> {
    // what is kept is whole at any time, whoever panicked beside it
    WHOLE.lock().unwrap_or_else(PoisonError::into_inner)
}
