//! What differs between a commit and the work tree, and what a commit holds: asked of git by name, so that only what has
//! changed is read twice.

use std::{collections::BTreeSet, path::Path};

use super::{
    GitError,
    filters::without_filters,
    git, git_with,
    missing::missing,
    program::{listed, names},
};
use crate::base::{Memory, RelPath, limits};

/// Files at the top that are named one by one; more of them are too long a command line.
const FEW: usize = 500;
/// Bytes of places that are named. Where they are more, git is asked for everything, and the rest is left out here.
const NAMED: usize = 64 << 10;

/// The files that are not in the work tree as they are in `commit`: of those at or below each of `places`, and of those that the
/// commit has at the top. One that is the same and was only touched may be among them. What git was told not to look at, or does
/// not know, is not. Without places, all files are compared.
pub fn changed(root: &Path, commit: &str, places: Option<&BTreeSet<RelPath>>) -> Result<BTreeSet<RelPath>, GitError> {
    let what = "compare the work tree with a commit";
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

/// Whether so many paths can stand in a command line.
fn is_short<'a>(places: impl Iterator<Item = &'a RelPath>) -> bool {
    places.map(|it| it.as_str().len() + 1).sum::<usize>() <= NAMED
}

/// What `git ls-tree` says of the files of `commit` at or below each of `places`, of all where there is none, or where they are too
/// many to be named: which of them are meant then.
fn tree(
    root: &Path,
    what: &str,
    options: &[&str],
    (commit, places): (&str, &[&RelPath]),
) -> Result<(Vec<u8>, Option<BTreeSet<RelPath>>), GitError> {
    let mut arguments = vec!["ls-tree", "-r", "-z"];
    arguments.extend(options);
    arguments.extend([commit, "--"]);
    if is_short(places.iter().copied()) {
        arguments.extend(places.iter().map(|it| it.as_str()));
        return Ok((listed(root, what, &arguments)?, None));
    }
    Ok((listed(root, what, &arguments)?, Some(places.iter().copied().cloned().collect())))
}

/// The names of the files that a commit has at the top; none where they are many, where one is not text, and where git does not
/// say, which whoever asks it for more will hear.
fn top(root: &Path, commit: &str, what: &str) -> Option<Vec<String>> {
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
    let said = listed(root, "list the files of a commit", &["ls-tree", "-r", "-z", "--name-only", commit])?;
    Ok(names(&said).collect())
}

/// The files of `commit` at or below each of `places`; of all, where there is none. One whose name no path here can have is nothing
/// that could be looked up in them.
pub fn names_at(root: &Path, commit: &str, places: &[&RelPath]) -> Result<BTreeSet<RelPath>, GitError> {
    let (said, meant) = tree(root, "list the files of a commit", &["--name-only"], (commit, places))?;
    let mut res = clean(&said);
    res.retain(|it| meant.as_ref().is_none_or(|meant| it.is_within(meant)));
    Ok(res)
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
    let (listed, meant) = tree(root, &what, &[], (commit, places))?;
    let mut wanted = Vec::new();
    for entry in listed.split(|it| *it == 0).filter(|it| !it.is_empty()) {
        let entry = String::from_utf8_lossy(entry);
        let Some((about, path)) = entry.split_once('\t') else { continue };
        let mut about = about.split_whitespace();
        let (mode, _, object) = (about.next(), about.next(), about.next());
        if let (Some("100644" | "100755"), Some(object), Ok(path)) = (mode, object, RelPath::new(path))
            && meant.as_ref().is_none_or(|meant| path.is_within(meant))
            && is_wanted(&path)
        {
            wanted.push((object.to_owned(), path));
        }
    }
    let total = total_size(root, &what, &wanted)?;
    if total > limits::DOCUMENTS {
        let why = format!(
            "the files that are asked for have {total} bytes, and more than {} are not read",
            limits::DOCUMENTS
        );
        return Err(GitError::Failed { what, why, more: Vec::new() });
    }
    Ok((objects(root, &what, wanted)?, !listed.is_empty()))
}

/// The bytes of objects together: of these alone, for a clone may lack what nobody asks for. One that is missing counts nothing, and
/// whoever reads it will hear of it.
fn total_size(root: &Path, what: &str, wanted: &[(String, RelPath)]) -> Result<usize, GitError> {
    if wanted.is_empty() {
        return Ok(0);
    }
    let names: String = wanted.iter().map(|(it, _)| format!("{it}\n")).collect();
    let said = git(root, what, &["cat-file", "--batch-check=%(objectsize)"], Some(names.into_bytes()))?;
    Ok(String::from_utf8_lossy(&said).lines().filter_map(|it| it.parse::<usize>().ok()).sum())
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
