//! Older versions of the files that facts come from, read from git. What a commit has behind it never changes, so that it
//! is asked once of each repository and kept in the user's cache.

use std::path::Path;

use super::load::LoadedDocs;
use crate::{
    audit::later_document,
    base::{RelPath, Sha256, limits},
    command::support::failure::Failure,
    docs::{self, Claim, FactFileVersion, Histories, Versions},
    host::{
        self, Cache,
        git::{GitError, VersionBudget},
    },
};

/// The histories that the wrong claims need; none where there is no repository, or no commit in it. What is too much of
/// them is not read, and they say so.
///
/// # Errors
/// When git does not answer: that is not a sign of there being no history.
pub(super) fn histories(
    loaded: &LoadedDocs,
    root: &Path,
    cache: &Cache,
    claims: &[Claim],
) -> Result<Histories, Failure> {
    of_files(loaded, root, cache, &docs::needed(claims, &loaded.facts)).map(|it| it.histories)
}

/// Histories, and the commit that they end with.
#[derive(Default)]
pub(super) struct PastOfFiles {
    pub(super) histories: Histories,
    /// The commit that is checked out, and whether the clone has not all behind it; none where nothing was asked.
    pub(super) head: Option<(String, bool)>,
}

/// The form of what is kept.
const FORM: &str = "whole names of commits";

/// The histories of some files.
///
/// # Errors
/// When git does not answer.
pub(super) fn of_files(
    loaded: &LoadedDocs,
    root: &Path,
    cache: &Cache,
    needed: &[RelPath],
) -> Result<PastOfFiles, Failure> {
    if needed.is_empty() || !host::git::is_repository(root)? {
        return Ok(PastOfFiles::default());
    }
    let Some((head, is_shallow)) = host::git::head(root)? else { return Ok(PastOfFiles::default()) };
    let (repository, has_identity) = repository(root)?;
    // a shallow clone can be deepened under the same commit
    let is_kept = !is_shallow && has_identity;
    let later = later_document();
    let (needed, over) = needed.split_at(needed.len().min(limits::HISTORIES));
    let mut res: Histories = over.iter().map(|it| (it.clone(), nothing())).collect();
    let mut left = VersionBudget::default();
    let mut unread: Vec<(&RelPath, Vec<&RelPath>, Sha256)> = Vec::new();
    for path in needed {
        let mut paths = vec![path];
        if *path == later {
            paths.push(&loaded.early_audit);
        }
        let names: Vec<&str> = paths.iter().map(|it| it.as_str()).collect();
        let key = Sha256::of(format!("{repository}\0{head}\0{FORM}\0{}", names.join("\0")).as_bytes());
        let kept = if !is_kept || left.bytes == 0 { None } else { cache.history(key) };
        match kept.and_then(|it| serde_json::from_str(&it).ok()) {
            Some(versions) => _ = res.insert(path.clone(), fitting(versions, &mut left)),
            None => unread.push((path, paths, key)),
        }
    }
    for ((path, key), versions) in read(root, &unread, is_shallow, &mut left)? {
        // how much there is room for depends on the other files
        if let (true, Ok(text)) = (is_kept && !versions.is_cut, serde_json::to_string(&versions)) {
            // a cache that cannot be written to costs time and nothing else
            drop(cache.put_history(key, &text));
        }
        res.insert(path, versions);
    }
    Ok(PastOfFiles { histories: res, head: Some((head, is_shallow)) })
}

/// What a repository goes by in the cache, and whether anything is kept of it. git believes an object's name: what one
/// repository says of a commit is kept for that one alone.
pub(super) fn repository(root: &Path) -> Result<(String, bool), GitError> {
    let identity = host::git::identity(root)?;
    let place = host::full_path(root);
    Ok((format!("{}\0{}", place.display(), identity.as_deref().unwrap_or_default()), identity.is_some()))
}

/// A history of which nothing is read.
fn nothing() -> Versions {
    Versions { is_cut: true, ..Versions::default() }
}

/// As much of a history as there is room for.
fn fitting(mut versions: Versions, left: &mut VersionBudget) -> Versions {
    let bytes = |it: &FactFileVersion| it.text.as_ref().map_or(0, String::len);
    let fits = versions.all.iter().take_while(|it| left.take(bytes(it))).count();
    if fits < versions.all.len() {
        versions.all.truncate(fits);
        (versions.is_whole, versions.is_cut) = (false, true);
    }
    versions
}

type PastFacts = ((RelPath, Sha256), Versions);

fn read(
    root: &Path,
    unread: &[(&RelPath, Vec<&RelPath>, Sha256)],
    is_shallow: bool,
    left: &mut VersionBudget,
) -> Result<Vec<PastFacts>, GitError> {
    if unread.is_empty() {
        return Ok(Vec::new());
    }
    let paths: Vec<Vec<&RelPath>> = unread.iter().map(|(_, paths, _)| paths.clone()).collect();
    let version = |it: host::git::FileVersion| FactFileVersion {
        commit: it.commit,
        date: it.date,
        subject: it.subject,
        text: it.bytes.and_then(|it| String::from_utf8(it).ok()),
    };
    let found = host::git::versions(root, &paths, left)?.into_iter().map(|(all, is_all)| Versions {
        all: all.into_iter().map(version).collect(),
        is_whole: is_all && !is_shallow,
        is_cut: !is_all,
    });
    Ok(unread.iter().map(|(path, _, key)| ((*path).clone(), *key)).zip(found).collect())
}
