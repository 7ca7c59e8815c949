//! When and by which commits files changed.

use std::{collections::BTreeMap, path::Path};

use super::{
    error::GitError,
    program::{ask, git},
    revision::{self, commit},
};
use crate::base::RelPath;

/// The commit that `revision` and the present one have in common.
///
/// # Errors
/// When there is none, or more than one: where both sides have joined the same two commits, what one of them undoes of the other would
/// be hidden by either. Also when the history that is here may be too short to say: a later one could be behind its end.
pub fn merge_base(root: &Path, revision: &str) -> Result<String, GitError> {
    let commit = commit(root, revision)?;
    let what = format!("find what {revision} and HEAD have in common");
    let shallow = || Ok::<_, GitError>(revision::is_shallow(root, &what)?.then(|| revision::SHALLOW.to_owned()));
    let failed = |why: &str, more: Option<String>| GitError::Failed {
        what: what.clone(),
        why: why.to_owned(),
        more: more.into_iter().collect(),
    };
    let said = ask(root, &what, &["merge-base", "--all", &commit, "HEAD"])?.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let mut all = said.split_whitespace();
    let found = match (all.next(), all.next()) {
        (Some(found), None) => found.to_owned(),
        (Some(_), Some(_)) => return Err(failed(SEVERAL, None)),
        (None, _) => return Err(failed("they have none", shallow()?)),
    };
    if found == commit {
        return Ok(found);
    }
    if let Some(more) = shallow()? {
        let beyond = |more: &[&str]| {
            let arguments = [&["rev-list", "--max-count=1"], more, &["HEAD", "--not", &found]].concat();
            git(root, &what, &arguments, None).map(|it| !it.is_empty())
        };
        // a commit without parents is where the clone ends, or the beginning, which nobody can tell
        if beyond(&[])? && beyond(&["--max-parents=0", &commit])? {
            return Err(failed("a later commit may be one that they have in common", Some(more)));
        }
    }
    Ok(found)
}

/// Said where git names more than one commit.
const SEVERAL: &str = "they have several, each of which hides what the other shows";

/// The commit that last changed a file; none where it has no history.
pub fn last_change(root: &Path, path: &RelPath) -> Result<Option<String>, GitError> {
    let what = format!("find the history of {path}");
    let found = git(root, &what, &["log", "-1", "--format=%H", "--", path.as_str()], None)?;
    Ok(Some(String::from_utf8_lossy(&found).trim().to_owned()).filter(|it| !it.is_empty()))
}

/// The commit that last changed any of some files.
pub fn last_change_of(root: &Path, paths: &[&RelPath]) -> Result<Option<String>, GitError> {
    // git takes no path for all of them, here and below
    if paths.is_empty() {
        return Ok(None);
    }
    let mut arguments = vec!["log", "-1", "--format=%H", "--"];
    arguments.extend(paths.iter().map(|it| it.as_str()));
    let found = git(root, "find the commit of a change", &arguments, None)?;
    Ok(Some(String::from_utf8_lossy(&found).trim().to_owned()).filter(|it| !it.is_empty()))
}

/// The day of the last commit along the first parents of `HEAD` that changed each file below a folder; none where the clone has not the
/// whole history, in which the oldest commit would seem to have changed everything.
pub fn days_of_changes(root: &Path, folder: &RelPath) -> Result<Option<BTreeMap<RelPath, String>>, GitError> {
    let what = "find the days on which modules changed";
    if revision::is_shallow(root, what)? {
        return Ok(None);
    }
    // a merge is one change: what a branch brought and took away again is not looked at, whatever it was
    let landed = ["log", "-z", "--first-parent", "-m", "--relative", "--no-renames", "--name-only", "--format=%x01%cs"];
    let arguments = [&landed[..], &["HEAD", "--", folder.as_str()]].concat();
    let said = git(root, what, &arguments, None)?;
    let mut res = BTreeMap::new();
    let mut day = String::new();
    for token in said.split(|it| *it == 0) {
        let token = String::from_utf8_lossy(token);
        match token.trim_start_matches('\n').strip_prefix('\u{1}') {
            Some(it) => it.trim().clone_into(&mut day),
            None => {
                if let Ok(path) = RelPath::new(token.trim_start_matches('\n')) {
                    res.entry(path).or_insert_with(|| day.clone());
                }
            }
        }
    }
    Ok(Some(res))
}

/// The commits along the first parents that changed any of some places, the newest first, each with its day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatedCommits {
    /// The whole name of a commit, and its day in its own time zone, `2026-02-12`.
    pub all: Vec<(String, String)>,
    /// Whether the clone has no commits before them.
    pub is_cut: bool,
}

impl DatedCommits {
    /// The commits whose trees a day had, the oldest first: the last one before it, and those of the day itself.
    pub fn of_day(&self, day: &str) -> Vec<&str> {
        let before = self.before(day);
        let is_of_day = |at: &usize| before == Some(*at) || self.all[*at].1 == day;
        (0..self.all.len()).rev().filter(is_of_day).map(|at| self.all[at].0.as_str()).collect()
    }

    /// Whether the first tree of a day is known.
    pub fn reaches(&self, day: &str) -> bool {
        !self.is_cut || self.before(day).is_some()
    }

    /// The last commit before the first one of a day. Days are those of the committers' own clocks, and not always in order.
    fn before(&self, day: &str) -> Option<usize> {
        let first = self.all.iter().rposition(|(_, it)| it == day).map_or(0, |it| it + 1);
        self.all[first..].iter().position(|(_, it)| it.as_str() < day).map(|it| it + first)
    }
}

/// Those of `HEAD` that changed any of some places.
pub fn dated_commits(root: &Path, places: &[RelPath]) -> Result<DatedCommits, GitError> {
    let what = "find the commits of a day";
    let mut arguments = vec!["log", "--first-parent", "--format=%H %cs", "HEAD", "--"];
    arguments.extend(places.iter().map(RelPath::as_str));
    let found = git(root, what, &arguments, None)?;
    let found = String::from_utf8_lossy(&found);
    let all = found.lines().filter_map(|it| it.split_once(' ')).map(|(name, day)| (name.to_owned(), day.to_owned()));
    Ok(DatedCommits { all: all.collect(), is_cut: revision::is_shallow(root, what)? })
}

/// When each of some files was changed last by a commit, in seconds since 1970, by their paths.
pub fn times_of_change(root: &Path, paths: &[&RelPath]) -> Result<BTreeMap<String, i64>, GitError> {
    if paths.is_empty() {
        return Ok(BTreeMap::new());
    }
    // a line with the time before the names of each commit
    let mut arguments = vec!["log", "--format=>%ct", "--name-only", "--relative", "-z", "--"];
    arguments.extend(paths.iter().map(|it| it.as_str()));
    let found = git(root, "find the times of changes", &arguments, None)?;
    let (mut res, mut time) = (BTreeMap::new(), None);
    for part in String::from_utf8_lossy(&found).split('\0').map(|it| it.trim_start_matches('\n')) {
        match (part.strip_prefix('>').and_then(|it| it.trim().parse().ok()), time) {
            (Some(begun), _) => time = Some(begun),
            (None, Some(time)) if !part.is_empty() => {
                res.entry(part.to_owned()).and_modify(|it: &mut i64| *it = (*it).max(time)).or_insert(time);
            }
            _ => {}
        }
    }
    Ok(res)
}

/// The commits of any branch, newest first, that changed any of some files, so many at most.
pub fn changes_of(root: &Path, paths: &[&RelPath], most: usize) -> Result<Vec<String>, GitError> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let most = format!("--max-count={most}");
    let mut arguments = vec!["log", &most, "--full-history", "--format=%H", "--branches", "HEAD", "--"];
    arguments.extend(paths.iter().map(|it| it.as_str()));
    let found = git(root, "find the commit of a change", &arguments, None)?;
    Ok(String::from_utf8_lossy(&found).lines().map(str::to_owned).collect())
}

/// Whether a commit behind `commit` says that it takes that one back.
pub fn is_reverted(root: &Path, commit: &str) -> Result<bool, GitError> {
    let (words, range) = (format!("--grep=This reverts commit {commit}"), format!("{commit}..HEAD"));
    let arguments = ["log", "--max-count=1", "--format=%H", "--fixed-strings", &words, &range];
    Ok(!git(root, "look for what takes a commit back", &arguments, None)?.is_empty())
}
