//! What of a repository is here: whether there is one, what of its index is not on disk, and what is being merged.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    GitError, ask,
    folder::{is_there, path_in, repository, top_of},
    git,
    program::{ask_about, names},
};
use crate::base::RelPath;

/// Whether `root` lies in a work tree of git.
pub fn is_repository(root: &Path) -> Result<bool, GitError> {
    Ok(top_of(root)?.is_some())
}

/// The top of the work tree that `root` lies in, if any, and git's folders for it: its own, and the one that it shares where it is
/// a linked work tree.
///
/// # Errors
/// When it is not this tree's own repository.
pub fn places(root: &Path) -> Result<Option<(PathBuf, Vec<PathBuf>)>, GitError> {
    let Some(found) = repository(root)? else { return Ok(None) };
    let place = found.folder.join("commondir");
    let failed = |error: io::Error| GitError::failed(&format!("look at {}", place.display()), error.to_string());
    let shared = path_in(&place).map_err(failed)?;
    Ok(Some((found.top, std::iter::once(found.folder).chain(shared).collect())))
}

/// Whether a sparse checkout was ever set up here: what it leaves out is then on no disk and gone from no tree.
pub fn may_be_sparse(root: &Path) -> Result<bool, GitError> {
    let Some(found) = repository(root)? else { return Ok(false) };
    let place = found.folder.join("info/sparse-checkout");
    is_there(&place).map_err(|error| GitError::failed(&format!("look at {}", place.display()), error.to_string()))
}

/// Why a file of the index is not on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// A sparse checkout leaves it out.
    Sparse,
    /// Git was told not to look at it.
    Assumed,
    /// It is a submodule that is not checked out.
    Submodule,
}

/// The files of the index below `root` that are not on disk and of which git says nothing: not what somebody deleted.
pub fn not_checked_out(root: &Path) -> Result<Vec<(RelPath, Absence)>, GitError> {
    let listed = git(root, "list what is checked out", &["ls-files", "-z", "-v", "-s", "--cached"], None)?;
    let mut res = Vec::new();
    for entry in listed.split(|it| *it == 0) {
        let Some(tab) = memchr::memchr(b'\t', entry) else { continue };
        let (about, name) = (&entry[..tab], &entry[tab + 1..]);
        let why = match about {
            [_, b' ', b'1', b'6', ..] => Absence::Submodule,
            [b'S', ..] => Absence::Sparse,
            [tag, ..] if tag.is_ascii_lowercase() => Absence::Assumed,
            _ => continue,
        };
        let path = nearest(&String::from_utf8_lossy(name));
        let place = root.join(super::path::path(name));
        let place = if why == Absence::Submodule { place.join(".git") } else { place };
        match fs::symlink_metadata(&place) {
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                res.push((path, why));
            }
            Err(error) => return Err(GitError::failed(&format!("look at {path}"), error.to_string())),
        }
    }
    Ok(res)
}

/// The path of that name; the nearest folder above it that has a clean one, where it has none itself.
fn nearest(name: &str) -> RelPath {
    let folders = name.match_indices('/').map(|(at, _)| &name[..at]);
    let mut all = std::iter::once(name).chain(folders.rev());
    all.find_map(|it| RelPath::new(it).ok()).unwrap_or_else(RelPath::root)
}

/// Whether git ignores a path, and knows no file at it or below it.
pub fn keeps_out(root: &Path, path: &Path) -> Result<bool, GitError> {
    let what = format!("ask whether {} is ignored", path.display());
    // this command takes names as they are, and will not be told so
    let plain = ["--no-literal-pathspecs", "check-ignore", "--quiet", "--"].map(std::ffi::OsStr::new);
    // of a folder that is not there yet nothing is known but that it would hold files
    let inside = path.join("file");
    let arguments: Vec<_> = plain.into_iter().chain([inside.as_os_str()]).collect();
    if ask(root, &what, &arguments)?.is_none() {
        return Ok(false);
    }
    Ok(files_at(root, path)?.is_empty())
}

/// Those of `paths` that git ignores and does not know, in a workspace that it does not ignore as a whole: of these it has no copy.
pub fn kept_out<'a>(root: &Path, paths: &[&'a RelPath]) -> Result<Vec<&'a RelPath>, GitError> {
    let ignored = |names: &str| {
        let arguments = ["--no-literal-pathspecs", "check-ignore", "--stdin", "-z"];
        let said = ask_about(root, "ask which files are ignored", &arguments, names.as_bytes().to_vec())?;
        Ok(self::names(&said.unwrap_or_default()).collect::<HashSet<String>>())
    };
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    // by its bare name one could be a pattern
    let named = |it: &&RelPath| format!("./{it}");
    let found = ignored(&paths.iter().map(|it| named(it) + "\0").collect::<String>())?;
    let res: Vec<&RelPath> = paths.iter().filter(|it| found.contains(&named(it))).copied().collect();
    Ok(if res.is_empty() || !ignored(".\0")?.is_empty() { Vec::new() } else { res })
}

/// The files that git knows at a path and below it, as it names them from the root.
pub fn files_at(root: &Path, path: &Path) -> Result<Vec<String>, GitError> {
    let what = format!("ask what came with a commit at {}", path.display());
    let arguments = [std::ffi::OsStr::new("ls-files"), "-z".as_ref(), "--".as_ref(), path.as_os_str()];
    let said = git(root, &what, &arguments, None)?;
    let names = said.split(|it| *it == 0).filter(|it| !it.is_empty());
    Ok(names.map(|it| String::from_utf8_lossy(it).into_owned()).collect())
}

/// What a merge left of a file: what both sides had before, ours and theirs, each where it is there.
pub fn stages(root: &Path, path: &RelPath) -> Result<[Option<String>; 3], GitError> {
    let mut res = [None, None, None];
    if !is_repository(root)? {
        return Ok(res);
    }
    let what = format!("read both sides of {path}");
    let listed = git(root, &what, &["ls-files", "-z", "--unmerged", "--", path.as_str()], None)?;
    for entry in listed.split(|it| *it == 0) {
        let about = String::from_utf8_lossy(entry);
        let mut about = about.split(['\t', ' ']);
        let (object, stage) = (about.nth(1), about.next().and_then(|it| it.parse::<usize>().ok()));
        let Some(side) = stage.and_then(|it| res.get_mut(it.checked_sub(1)?)) else { continue };
        let bytes = git(root, &what, &["cat-file", "blob", object.unwrap_or_default()], None)?;
        *side = Some(String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(res)
}

/// The files below `root` that a merge left open.
pub fn conflicts(root: &Path) -> Result<Vec<RelPath>, GitError> {
    const WHAT: &str = "list what a merge left open";
    let listed = git(root, WHAT, &["ls-files", "-z", "--unmerged"], None)?;
    let mut res = Vec::new();
    for entry in names(&listed) {
        let Some((_, name)) = entry.split_once('\t') else { continue };
        let odd = |_| GitError::failed(WHAT, format!("it is not done in {name:?}, whose name no path here can have"));
        res.push(RelPath::new(name).map_err(odd)?);
    }
    res.dedup();
    Ok(res)
}
