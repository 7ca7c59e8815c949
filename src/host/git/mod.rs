//! The workspace's repository through the `git` program: other revisions are read and never checked out; what is written
//! is in [`commit`](commit_files).

/// The format of a commit's subject, as far as a line shows it: it is kept for each file that the commit changes, and a commit of
/// somebody's can have a subject of any length.
macro_rules! subject {
    () => {
        "%<(200,trunc)%s"
    };
}

mod branch;
mod changed;
mod commit;
mod endings;
mod error;
mod folder;
mod plain;
mod present;
mod process;
mod program;
mod revision;
mod versions;
mod worktree;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use self::{
    process::run_told,
    program::{ask, git, git_with, have_git, outside},
    worktree::point_back,
};
use crate::base::{Memory, RelPath};

pub(super) use self::folder::{NotOwn, own_folder};
pub use self::{
    branch::{
        branch_tip, branch_with, in_the_way, is_branch_name, is_in, make_branch, note_own, own_tip, remove_branch_at,
        restore_branch, take_branch_back,
    },
    changed::{changed, file_at, files_where, names_at},
    commit::{
        CameFrom, came_from, commit_files, go_to_branch, here, leave_branch, locks, prefix, rename_unborn, tip,
        tracks_store, uncommitted, unstage,
    },
    endings::with_carriage_returns,
    error::GitError,
    folder::identity,
    present::{Absence, conflicts, is_repository, keeps_out, may_be_sparse, not_checked_out, places, stages},
    revision::{commit, commit_of_day, date},
    versions::{FileVersion, VersionBudget, versions},
    worktree::{
        Revertible, SCRATCH, add_worktree, branch_at, is_made_here, newest_first, remove_worktree, revert, work_tree_of,
    },
};

/// The commit that `revision` and the present one have in common.
pub fn merge_base(root: &Path, revision: &str) -> Result<String, GitError> {
    let commit = commit(root, revision)?;
    revision::must_be_one(root, revision)?;
    let what = format!("find what {revision} and HEAD have in common");
    let found = ask(root, &what, &["merge-base", &commit, "HEAD"])?;
    let Some(found) = found else {
        let more = revision::is_shallow(root, &what)?.then(|| revision::SHALLOW.to_owned());
        return Err(GitError::Failed { what, why: "they have none".into(), more: more.into_iter().collect() });
    };
    Ok(String::from_utf8_lossy(&found).trim().to_owned())
}

/// The commit that last changed a file; none where it has no history.
pub fn last_change(root: &Path, path: &RelPath) -> Result<Option<String>, GitError> {
    let what = format!("find the history of {path}");
    let found = git(root, &what, &["log", "-1", "--format=%H", "--", path.as_str()], None)?;
    Ok(Some(String::from_utf8_lossy(&found).trim().to_owned()).filter(|it| !it.is_empty()))
}

/// The commit that last changed any of some files.
pub fn last_change_of(root: &Path, paths: &[&RelPath]) -> Result<Option<String>, GitError> {
    let mut arguments = vec!["log", "-1", "--format=%H", "--"];
    arguments.extend(paths.iter().map(|it| it.as_str()));
    let found = git(root, "find the commit of a change", &arguments, None)?;
    Ok(Some(String::from_utf8_lossy(&found).trim().to_owned()).filter(|it| !it.is_empty()))
}

/// The day of the last commit of `HEAD` that changed each file below a folder; none where the clone has not the whole history, in which
/// the oldest commit would seem to have changed everything.
pub fn days_of_changes(root: &Path, folder: &RelPath) -> Result<Option<BTreeMap<RelPath, String>>, GitError> {
    let what = "find the days on which modules changed";
    if revision::is_shallow(root, what)? {
        return Ok(None);
    }
    let arguments =
        ["log", "-z", "--relative", "--no-renames", "--name-only", "--format=%x01%cs", "HEAD", "--", folder.as_str()];
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

/// When each of some files was changed last by a commit, in seconds since 1970, by their paths.
pub fn times_of_change(root: &Path, paths: &[&RelPath]) -> Result<BTreeMap<String, i64>, GitError> {
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

/// What is said of an object that is not here: a partial clone may do without it, but nothing is fetched while one reads.
fn missing(root: &Path, what: &str, why: String) -> GitError {
    let asked = ["config", "--name-only", "--get-regexp", r"^(remote\..*\.promisor|extensions\.partialclone)$"];
    let is_partial = ask(root, what, &asked).is_ok_and(|it| it.is_some());
    let more = is_partial.then(|| "the repository has a promisor remote, of which nothing is asked here".to_owned());
    GitError::Failed { what: what.to_owned(), why, more: more.into_iter().collect() }
}

/// The commit that wrote a line of the working tree's file; none for one that is not committed.
pub fn blame(root: &Path, path: &RelPath, line: usize) -> Result<Option<FileVersion>, GitError> {
    let range = format!("{line},{line}");
    let what = "find who wrote a line";
    let arguments = ["blame", "--porcelain", "--no-textconv", "-L", &range, "--", path.as_str()];
    let said = git_with(root, what, &without_filters(root, what)?, &arguments)?;
    let said = String::from_utf8_lossy(&said);
    let commit: String = said.chars().take(9).collect();
    if commit.bytes().all(|it| it == b'0') {
        return Ok(None);
    }
    let shown =
        git(root, "read a commit", &["show", "--no-patch", concat!("--format=%cs%x00", subject!()), &commit], None)?;
    let shown = String::from_utf8_lossy(&shown);
    let (date, subject) = shown.trim_end().split_once('\0').unwrap_or_default();
    Ok(Some(FileVersion { commit, date: date.to_owned(), subject: subject.to_owned(), bytes: None }))
}

/// Settings under which no filter of the repository's starts when git reads a file of the work tree.
fn without_filters(root: &Path, what: &str) -> Result<Vec<(String, &'static str)>, GitError> {
    let asked = ["config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process|required)$"];
    let names = ask(root, what, &asked)?.unwrap_or_default();
    let mut names: Vec<_> = names.split(|it| *it == 0).map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    names.retain(|it| !it.is_empty());
    names.sort();
    names.dedup();
    let value = |name: &str| if name.ends_with(".required") { "false" } else { "" };
    Ok(names.into_iter().map(|it| (it.clone(), value(&it))).collect())
}

/// A three-way merge of three files, with conflict markers where they do not agree.
pub fn merge(root: &Path, base: &Path, ours: &Path, theirs: &Path) -> Result<Vec<u8>, GitError> {
    let mut program = outside(root);
    program.args(["merge-file", "--stdout", "--diff3"]).args([ours, base, theirs]);
    let output = run_told(&mut program, "merge")?;
    // the code is the number of conflicts, and 255 for an error
    match output.status.code() {
        Some(0..=127) => Ok(output.stdout),
        _ => Err(GitError::Failed {
            what: "merge".into(),
            why: String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned(),
            more: Vec::new(),
        }),
    }
}

/// The same of three texts.
pub fn merge_texts(root: &Path, base: &str, ours: &str, theirs: &str) -> Result<String, GitError> {
    let failed =
        |error: std::io::Error| GitError::Failed { what: "merge".into(), why: error.to_string(), more: Vec::new() };
    let dir = crate::host::temporary::Folder::new_in(&std::env::temp_dir()).map_err(failed)?;
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).map(|()| path).map_err(failed)
    };
    let (base, ours, theirs) = (file("base", base)?, file("ours", ours)?, file("theirs", theirs)?);
    merge(root, &base, &ours, &theirs).map(|it| String::from_utf8_lossy(&it).into_owned())
}

/// The commit that is checked out, and whether older commits are not here; none before the first commit.
pub fn head(root: &Path) -> Result<Option<(String, bool)>, GitError> {
    let what = "ask what is checked out";
    // both in one question: a program is started for each
    let asked = ["rev-parse", "--is-shallow-repository", "--verify", "--quiet", "HEAD"];
    let Some(said) = ask(root, what, &asked)? else {
        unborn(root, what)?;
        return Ok(None);
    };
    let said = String::from_utf8_lossy(&said);
    let Some((is_shallow, commit)) = said.trim().split_once('\n') else {
        return Err(GitError::failed(what, format!("it says `{}` and nothing else", said.trim())));
    };
    Ok(Some((commit.trim().to_owned(), is_shallow.trim() == "true")))
}

/// A branch without a commit has no file; one whose file says nothing that git understands is damaged.
fn unborn(root: &Path, what: &str) -> Result<(), GitError> {
    let name = git(root, what, &["symbolic-ref", "HEAD"], None)?;
    let name = String::from_utf8_lossy(&name).trim().to_owned();
    let place = git(root, what, &["rev-parse", "--git-path", &name], None)?;
    let place = root.join(path(place.trim_ascii_end()));
    if place.is_file() {
        return Err(GitError::failed(what, format!("{} is damaged", place.display())));
    }
    Ok(())
}

/// The files in git's index, relative to `root`.
pub fn index(root: &Path) -> Result<Vec<RelPath>, GitError> {
    let listed = git(root, "list the files", &["ls-files", "-z", "--cached", "--deduplicate"], None)?;
    let names = listed.split(|it| *it == 0).filter(|it| !it.is_empty());
    Ok(names.filter_map(|it| RelPath::new(String::from_utf8_lossy(it)).ok()).collect())
}

/// The other repositories that git's index has in `folder`: of each it knows a commit, and no file.
pub fn repositories_in(root: &Path, folder: &RelPath) -> Result<Vec<RelPath>, GitError> {
    let arguments = ["ls-files", "-z", "--stage", "--cached", "--", folder.as_str()];
    let listed = git(root, "look for other repositories", &arguments, None)?;
    let entries = listed.split(|it| *it == 0).filter(|it| it.starts_with(b"160000 "));
    let path = |it: &[u8]| RelPath::new(String::from_utf8_lossy(it).split_once('\t')?.1).ok();
    Ok(entries.filter_map(path).collect())
}

/// The plain files of `commit` at or below each of `paths`, relative to `root`. Links are left out.
pub fn files(root: &Path, commit: &str, paths: &[&RelPath]) -> Result<Memory, GitError> {
    files_but(root, commit, paths, &|_| false).map(|(files, _)| files)
}

/// The same without those that are known to be the same elsewhere, which are named.
pub fn files_but(
    root: &Path,
    commit: &str,
    paths: &[&RelPath],
    is_known: &dyn Fn(&RelPath) -> bool,
) -> Result<(Memory, Vec<RelPath>), GitError> {
    let what = format!("read the files of {commit}");
    let mut arguments = vec!["ls-tree", "-r", "-z", commit, "--"];
    arguments.extend(paths.iter().map(|it| it.as_str()));
    let listed = program::listed(root, &what, &arguments)?;
    let (mut wanted, mut known) = (Vec::new(), Vec::new());
    for entry in listed.split(|it| *it == 0).filter(|it| !it.is_empty()) {
        let entry = String::from_utf8_lossy(entry);
        let Some((about, path)) = entry.split_once('\t') else { continue };
        let mut about = about.split(' ');
        let (mode, _, object) = (about.next(), about.next(), about.next());
        if let (Some("100644" | "100755"), Some(object), Ok(path)) = (mode, object, RelPath::new(path)) {
            if is_known(&path) {
                known.push(path);
            } else {
                wanted.push((object.to_owned(), path));
            }
        }
    }
    Ok((changed::objects(root, &what, wanted)?, known))
}

/// The files that git knows, and those that it would add.
pub fn present_files(root: &Path) -> Result<Vec<PathBuf>, GitError> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
    let listed = program::listed(root, "list the files", &arguments)?;
    let names = listed.split(|it| *it == 0).filter(|it| !it.is_empty());
    Ok(names.map(path).collect())
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    let name: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(bytes);
    PathBuf::from(name)
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
