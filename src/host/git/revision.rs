//! A revision that somebody named, and what may be meant where there is no such commit.

use std::path::Path;

use super::{
    GitError, ask,
    error::{ANOTHER_REVISION, UNSHALLOW},
    git, is_repository,
};
use crate::base::{most_like, shell_word};

/// How alike a name and the one that was meant have to be.
const NEAR: f32 = 0.7;

/// A revision's full name.
///
/// # Errors
/// When there is no such commit, or no repository.
pub fn commit(root: &Path, revision: &str) -> Result<String, GitError> {
    if !is_repository(root)? {
        let place = root.display().to_string();
        return Err(GitError::NoRepository { revision: revision.to_owned(), place });
    }
    // `main~2` and the like begin with a name, too
    let end = revision.find(['~', '^', '@', ':']).filter(|it| *it > 0);
    must_be_one(root, &revision[..end.unwrap_or(revision.len())])?;
    match named(root, revision)? {
        Some(name) => Ok(name),
        None => Err(instead(root, revision)?),
    }
}

/// The day of a commit, by its committer.
pub fn date(root: &Path, commit: &str) -> Result<String, GitError> {
    let what = format!("find the day of {commit}");
    let said = git(root, &what, &["log", "--max-count=1", "--format=%cs", commit, "--"], None)?;
    Ok(String::from_utf8_lossy(&said).trim().to_owned())
}

/// The last commit of the history of `HEAD` that is not younger than a day, `2026-02-12`; none where all of it is.
pub fn commit_of_day(root: &Path, day: &str) -> Result<Option<String>, GitError> {
    let what = format!("find the last commit of {day}");
    let until = format!("--until={day}T23:59:59+00:00");
    let said = git(root, &what, &["rev-list", "--max-count=1", &until, "HEAD"], None)?;
    let name = String::from_utf8_lossy(&said).trim().to_owned();
    Ok(Some(name).filter(|it| !it.is_empty()))
}

/// The commit that a name leads to; none where there is none.
fn named(root: &Path, revision: &str) -> Result<Option<String>, GitError> {
    let what = format!("find the commit {revision}");
    // a search in the words of commits takes an expression, which may come from a file of the workspace and take all memory
    if revision.starts_with(['^', ':']) || revision.contains("^{/") {
        return Ok(None);
    }
    let name = format!("{revision}^{{commit}}");
    let found = git(root, &what, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name], None);
    match found {
        Ok(name) => Ok(Some(String::from_utf8_lossy(&name).trim().to_owned())),
        // --quiet says nothing of a name that it does not know
        Err(GitError::Failed { why, .. }) if why.is_empty() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a name can be the first digits of a commit: whoever names a branch so would choose what it leads to. Git takes four of them
/// where they are those of one object, and prints seven at least.
fn looks_like_a_commit(root: &Path, revision: &str) -> Result<bool, GitError> {
    if !revision.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Ok(false);
    }
    match revision.len() {
        4..7 => {
            let arguments = ["rev-parse", &format!("--disambiguate={revision}")];
            Ok(!git(root, "look for a commit", &arguments, None)?.is_empty())
        }
        length => Ok((7..40).contains(&length)),
    }
}

/// Refuses a name that is that of a tag and of a branch at another commit: git takes the tag, and whoever pushes one could choose
/// what a branch is compared with.
fn must_be_one(root: &Path, revision: &str) -> Result<(), GitError> {
    let what = format!("find the commit {revision}");
    // in the order in which git looks
    let mut places = ["", "tags/", "heads/", "remotes/"].map(|it| format!("refs/{it}{revision}")).to_vec();
    places.push(format!("refs/remotes/{revision}/HEAD"));
    let format = "--format=%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end) %(refname)";
    let mut arguments = vec!["for-each-ref", format];
    arguments.extend(places.iter().map(String::as_str));
    let said = git(root, &what, &arguments, None)?;
    let said = String::from_utf8_lossy(&said);
    let found = said.lines().filter_map(|it| it.split_once(' ')).filter(|(_, name)| places.iter().any(|it| it == name));
    let commits: std::collections::BTreeSet<&str> = found.map(|(commit, _)| commit).collect();
    if !commits.is_empty() && looks_like_a_commit(root, revision)? {
        let why = format!(
            "a branch or a tag is called so, and it looks like the first digits of a commit; name refs/heads/{revision}, or the commit in full"
        );
        return Err(GitError::failed(&what, why));
    }
    if commits.len() < 2 {
        return Ok(());
    }
    let why = format!(
        "there are several tags, branches or remotes of that name, at different commits; name refs/heads/{revision} in full"
    );
    Err(GitError::failed(&what, why))
}

/// What is said of a revision that there is none of: that nothing is committed yet, that a shallow clone lacks it, that nobody has
/// fetched it, or what is called nearly so.
fn instead(root: &Path, revision: &str) -> Result<GitError, GitError> {
    let no_commit = |more: Option<String>, hint: &str| GitError::NoCommit {
        revision: revision.to_owned(),
        more: more.into_iter().collect(),
        hint: hint.to_owned(),
    };
    if revision.starts_with("refs/") {
        return Ok(no_commit(None, ANOTHER_REVISION));
    }
    if revision == "HEAD" || named(root, "HEAD")?.is_none() {
        return Ok(no_commit(None, "nothing is committed here yet: commit first, or leave the revision out"));
    }
    let what = "look for a branch";
    let said = git(root, what, &["for-each-ref", "--format=%(refname)"], None)?;
    let said = String::from_utf8_lossy(&said);
    let of = |kind: &str| said.lines().filter_map(|it| it.strip_prefix(kind)).map(str::to_owned).collect::<Vec<_>>();
    let (heads, tags, remote) = (of("refs/heads/"), of("refs/tags/"), of("refs/remotes/"));
    let is_it = |it: &&String| it.split_once('/').is_some_and(|(_, name)| name == revision);
    let there: Vec<String> =
        remote.iter().filter(is_it).map(|it| format!("there is {it}, the branch of a remote")).collect();
    if !there.is_empty() {
        return Ok(GitError::NoCommit {
            revision: revision.to_owned(),
            more: there,
            hint: ANOTHER_REVISION.to_owned(),
        });
    }
    if may_be_older(root, revision)? && is_shallow(root, what)? {
        return Ok(no_commit(Some(SHALLOW.to_owned()), UNSHALLOW));
    }
    if let Some((remote, name)) = revision.split_once('/')
        && ask(root, what, &["config", "--get", &format!("remote.{remote}.url")])?.is_some()
    {
        let hint = {
            let words = [remote, &format!("{name}:refs/remotes/{remote}/{name}")].map(shell_word).join(" ");
            format!("fetch it: `git fetch {words}`")
        };
        return Ok(no_commit(Some(format!("nothing is here of a branch {name} of {remote}")), &hint));
    }
    let known = heads.iter().chain(&tags).chain(&remote).map(String::as_str);
    let near = most_like(revision, known, NEAR).map(|it| format!("there is {it}, which is called nearly so"));
    Ok(no_commit(near, ANOTHER_REVISION))
}

/// What is said of a clone that has no older commits.
pub(super) const SHALLOW: &str = "the clone is shallow: older commits are not in it";

/// Whether older commits are not here.
pub(super) fn is_shallow(root: &Path, what: &str) -> Result<bool, GitError> {
    Ok(git(root, what, &["rev-parse", "--is-shallow-repository"], None)?.starts_with(b"true"))
}

/// Whether a revision can be a commit that is older than those that are here: a hash, or one before a commit that there is.
fn may_be_older(root: &Path, revision: &str) -> Result<bool, GitError> {
    if (7..=64).contains(&revision.len()) && revision.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Ok(true);
    }
    match revision.find(['~', '^']) {
        Some(at) if at > 0 => Ok(named(root, &revision[..at])?.is_some()),
        _ => Ok(false),
    }
}
