//! What differs between a commit and the work tree, and what a commit holds: asked of git by name, so that only what has
//! changed is read twice.

use std::{collections::BTreeSet, path::Path};

use super::{
    GitError,
    filters::without_filters,
    git, git_with,
    missing::missing,
    patterns,
    program::names,
    tree::{is_here, is_short, tree, whole_tree},
};
use crate::base::{Memory, RelPath, limits};

/// Files at the top that are named one by one; more of them are too long a command line.
const FEW: usize = 500;

/// The files that are not in the work tree as they are in `commit`: of those at or below each of `places`, and of those that the
/// commit has at the top. One that is the same and was only touched may be among them. What git was told not to look at, or does
/// not know, is not. Without places, all files are compared.
pub fn changed(root: &Path, commit: &str, places: Option<&BTreeSet<RelPath>>) -> Result<BTreeSet<RelPath>, GitError> {
    let what = "compare the work tree with a commit";
    patterns::must_be_plain(root, what)?;
    let settings = without_filters(root, what)?;
    // a pattern for the top, which no name can stand for
    let mut arguments: Vec<String> = ["--no-literal-pathspecs", "diff-index", "--name-only", "-z", "--relative"]
        .into_iter()
        .chain(["--no-renames", "--ignore-submodules=all", commit, "--"])
        .map(str::to_owned)
        .collect();
    let is_named = |places: &&BTreeSet<RelPath>| is_short(places.iter());
    if let Some(places) = places.filter(is_named) {
        let literal = |it: &str| format!(":(literal){it}");
        match top(root, commit, what) {
            Some(names) => arguments.extend(names.iter().map(|it| literal(it))),
            // for a pattern git looks at every folder of the commit
            None => arguments.push(":(glob)*".into()),
        }
        arguments.extend(places.iter().map(|it| literal(it.as_str())));
    }
    let mut res = clean(&git_with(root, what, &settings, &arguments)?);
    if let Some(places) = places.filter(|it| !is_named(it)) {
        res.retain(|it| it.parent().is_none() || it.is_within(places));
    }
    Ok(res)
}

/// The names of the files that a commit has at the top; none where they are many, where one is not text, and where git does not
/// say, which whoever asks it for more will hear.
fn top(root: &Path, commit: &str, what: &str) -> Option<Vec<String>> {
    if is_here(root, commit) {
        let listed = whole_tree(root, what, commit).ok()?;
        let names = listed.entries().map(|it| it.name.into_owned()).filter(|it| !it.contains('/'));
        let names: Vec<String> = names.take(FEW + 1).collect();
        let is_text = |it: &String| !it.contains(char::REPLACEMENT_CHARACTER);
        return Some(names).filter(|it| it.len() <= FEW && it.iter().all(is_text));
    }
    let said = git(root, what, &["ls-tree", "-z", commit], None).ok()?;
    let mut res = Vec::new();
    for entry in said.split(|it| *it == 0).filter(|it| !it.is_empty()) {
        let (about, name) = std::str::from_utf8(entry).ok()?.split_once('\t')?;
        if !about.starts_with("040000 ") {
            res.push(name.to_owned());
        }
    }
    Some(res).filter(|it| it.len() <= FEW)
}

/// The names of all files of `commit`: also those that no path here can have.
pub fn all_names_at(root: &Path, commit: &str) -> Result<Vec<String>, GitError> {
    let listed = tree(root, LIST, commit, &[])?;
    Ok(listed.entries().map(|it| it.name.into_owned()).collect())
}

const LIST: &str = "list the files of a commit";

/// The files of `commit` at or below each of `places`; of all, where there is none. One whose name no path here can have is nothing
/// that could be looked up in them.
pub fn names_at(root: &Path, commit: &str, places: &[&RelPath]) -> Result<BTreeSet<RelPath>, GitError> {
    let listed = tree(root, LIST, commit, places)?;
    Ok(listed.entries().filter_map(|it| it.path()).collect())
}

fn clean(said: &[u8]) -> BTreeSet<RelPath> {
    names(said).filter_map(|it| RelPath::new(it).ok()).collect()
}

/// Those of the files of `commit` at or below each of `places` that are wanted; of all, where there is no place. Links are left
/// out, as [`files`](super::files) does.
///
/// # Errors
/// When git does not answer, or they are more than is read.
pub fn files_where(
    root: &Path,
    commit: &str,
    places: &[&RelPath],
    is_wanted: impl Fn(&RelPath) -> bool,
) -> Result<Memory, GitError> {
    looked_for(root, commit, places, is_wanted).map(|(files, _)| files)
}

/// The plain file of `commit` at `path`, and whether anything stands there or below it.
///
/// # Errors
/// When git does not answer, or the file is longer than is read.
pub fn file_at(root: &Path, commit: &str, path: &RelPath) -> Result<(Memory, bool), GitError> {
    looked_for(root, commit, &[path], |it| it == path)
}

/// The files that are wanted, and whether git listed any.
fn looked_for(
    root: &Path,
    commit: &str,
    places: &[&RelPath],
    is_wanted: impl Fn(&RelPath) -> bool,
) -> Result<(Memory, bool), GitError> {
    let what = format!("read the files of {commit}");
    let listed = tree(root, &what, commit, places)?;
    let plain = listed.entries().filter(|it| it.is_plain).filter_map(|it| Some((it.path()?, it.object)));
    let wanted = plain.filter(|(path, _)| is_wanted(path)).map(|(path, object)| (object.into_owned(), path));
    let wanted = wanted.collect();
    Ok((objects(root, &what, wanted)?, listed.entries().next().is_some()))
}

/// The contents of plain files.
pub(super) fn objects(root: &Path, what: &str, wanted: Vec<(String, RelPath)>) -> Result<Memory, GitError> {
    let named: Vec<(&str, &str)> = wanted.iter().map(|(object, path)| (object.as_str(), path.as_str())).collect();
    let contents = blobs(root, what, &named)?;
    let mut res = Memory::default();
    res.0.extend(wanted.into_iter().map(|(_, path)| path).zip(contents));
    Ok(res)
}

/// The contents of objects, in that order, each with what it is called.
pub(super) fn blobs(root: &Path, what: &str, objects: &[(&str, &str)]) -> Result<Vec<Vec<u8>>, GitError> {
    if objects.is_empty() {
        return Ok(Vec::new());
    }
    let names: String = objects.iter().map(|(it, _)| format!("{it}\n")).collect();
    let bytes = git(root, what, &["cat-file", "--batch"], Some(names.into_bytes()))?;
    let mut rest = &bytes[..];
    let mut total = 0;
    let mut res = Vec::with_capacity(objects.len());
    for (object, name) in objects {
        let absent = || missing(root, what, format!("{name} ({object}) is not in the repository"));
        let end = memchr::memchr(b'\n', rest).ok_or_else(absent)?;
        let size = String::from_utf8_lossy(&rest[..end]).rsplit(' ').next().and_then(|it| it.parse::<usize>().ok());
        let start = end + 1;
        let content = size.and_then(|size| rest.get(start..start + size)).ok_or_else(absent)?;
        rest = rest.get(start + content.len() + 1..).unwrap_or_default();
        // one object may have many names
        total += content.len();
        if total > limits::DOCUMENTS {
            let why =
                format!("the files of the commit have more than {} bytes, and that is not read", limits::DOCUMENTS);
            return Err(GitError::failed(what, why));
        }
        res.push(content.to_vec());
    }
    Ok(res)
}
