//! The older versions of files, along the first parents. All files of a run are looked for in one walk over the commits, and
//! what is read of them together has an end.

use std::{collections::HashMap, path::Path};

use super::{error::GitError, missing::missing, program::git};
use crate::base::{RelPath, limits, short_commit};

/// One version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileVersion {
    /// The whole name of the commit.
    pub commit: String,
    /// Its day in its own time zone, `2026-02-12`.
    pub date: String,
    /// Its subject.
    pub subject: String,
    /// What the file held; none where it was deleted.
    pub bytes: Option<Vec<u8>>,
}

/// How many versions of all files may be read, and bytes of them.
#[derive(Debug, Clone, Copy)]
pub struct VersionBudget {
    /// Versions.
    pub versions: usize,
    /// Bytes.
    pub bytes: usize,
}

impl Default for VersionBudget {
    fn default() -> Self {
        Self { versions: limits::VERSIONS, bytes: limits::HISTORY }
    }
}

impl VersionBudget {
    /// Whether one more version of so many bytes may be read.
    pub fn take(&mut self, bytes: usize) -> bool {
        let fits = self.versions > 0 && bytes <= self.bytes;
        // what is behind one that does not fit is not read either
        (self.versions, self.bytes) = if fits { (self.versions - 1, self.bytes - bytes) } else { (0, 0) };
        fits
    }
}

/// The most older versions of one file that are read.
const MOST_VERSIONS: usize = 2000;

const WHAT: &str = "read the history of a file";

/// The mode that git writes for a file that there is not.
const NO_FILE: &str = "000000";

/// A commit that changed a file.
struct Commit {
    name: String,
    date: String,
    subject: String,
    /// Which of the names of the file it changed, and whether there was a file before and afterwards.
    changes: Vec<(usize, bool, bool)>,
    /// Whether it has the file.
    is_there: bool,
}

/// The versions of each of `files`, newest first, and whether these are all. Each file has its names, and is the first of
/// them that a commit has: a file that moved has more than one.
pub fn versions(
    root: &Path,
    files: &[Vec<&RelPath>],
    left: &mut VersionBudget,
) -> Result<Vec<(Vec<FileVersion>, bool)>, GitError> {
    // a workspace can be a folder of its repository
    let prefix = git(root, WHAT, &["rev-parse", "--show-prefix"], None)?;
    let prefix = String::from_utf8_lossy(&prefix).trim().to_owned();
    let commits = commits(root, files, &prefix)?;
    let names = |commits: &[Commit], paths: &[&RelPath]| -> String {
        let of = |it: &Commit| paths.iter().map(|path| format!("{}:{prefix}{path}\n", it.name)).collect::<String>();
        commits.iter().map(of).collect()
    };
    let most = |all: &[Commit], left: &VersionBudget| all.len().min(MOST_VERSIONS).min(left.versions);
    let asked: String = files.iter().zip(&commits).map(|(paths, all)| names(&all[..most(all, left)], paths)).collect();
    let sizes = git(root, WHAT, &["cat-file", "--batch-check=%(objectsize)"], Some(asked.into_bytes()))?;
    let sizes = String::from_utf8_lossy(&sizes);
    // one that is missing has words in the place of its size
    let mut sizes = sizes.lines().map(|it| it.parse::<usize>().unwrap_or_default());
    let before = *left;
    let kept: Vec<usize> = files
        .iter()
        .zip(&commits)
        .map(|(paths, all)| {
            let all: Vec<usize> =
                (0..most(all, &before)).map(|_| sizes.by_ref().take(paths.len()).sum::<usize>()).collect();
            all.into_iter().take_while(|it| left.take(*it)).count()
        })
        .collect();
    let asked: String =
        files.iter().zip(&commits).zip(&kept).map(|((paths, all), kept)| names(&all[..*kept], paths)).collect();
    let bytes = git(root, WHAT, &["cat-file", "--batch"], Some(asked.into_bytes()))?;
    let mut rest = &bytes[..];
    let mut res = Vec::new();
    for ((paths, all), kept) in files.iter().zip(&commits).zip(kept) {
        let read = all[..kept].iter().map(|commit| version(root, commit, paths, &mut rest));
        res.push((read.collect::<Result<Vec<_>, _>>()?, kept == all.len()));
    }
    Ok(res)
}

/// The commits that changed each file.
fn commits(root: &Path, files: &[Vec<&RelPath>], prefix: &str) -> Result<Vec<Vec<Commit>>, GitError> {
    let mut res: Vec<Vec<Commit>> = files.iter().map(|_| Vec::new()).collect();
    let mut by_name: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
    for (at, paths) in files.iter().enumerate() {
        for (number, path) in paths.iter().enumerate() {
            by_name.entry(format!("{prefix}{path}")).or_default().push((at, number));
        }
    }
    if by_name.is_empty() {
        return Ok(res);
    }
    let form = concat!("--format=%x02%H%x00%cs%x00", subject!());
    let options = ["--first-parent", "-m", "--raw", "--no-renames", "--no-relative", "-z", form, "HEAD", "--"];
    let specs: Vec<String> = files.iter().flatten().flat_map(|it| file_alone(it)).collect();
    let mut arguments = vec!["--no-literal-pathspecs", "log"];
    arguments.extend(options.into_iter().chain(specs.iter().map(String::as_str)));
    let listed = git(root, WHAT, &arguments, None)?;
    let listed = String::from_utf8_lossy(&listed);
    let broken = || GitError::failed(WHAT, "git said something else than was asked");
    let mut words = listed.split('\0');
    let mut about = None;
    while let Some(word) = words.next() {
        if let Some(name) = word.strip_prefix('\u{2}') {
            let (date, subject) = words.next().zip(words.next()).ok_or_else(broken)?;
            about = Some([name, date, subject.trim_end()]);
        } else if let Some(modes) = word.trim_start().strip_prefix(':') {
            let (path, about) = words.next().zip(about).ok_or_else(broken)?;
            let (before, after) = modes.split_once(' ').ok_or_else(broken)?;
            for (file, number) in by_name.get(path).into_iter().flatten() {
                let all = &mut res[*file];
                // two names of one file can change in one commit
                if all.last().is_none_or(|it| it.name != about[0]) {
                    let [name, date, subject] = about.map(str::to_owned);
                    all.push(Commit { name, date, subject, changes: Vec::new(), is_there: false });
                }
                let change = (*number, !before.starts_with(NO_FILE), !after.starts_with(NO_FILE));
                all.last_mut().into_iter().for_each(|it| it.changes.push(change));
            }
        } else if !word.trim().is_empty() {
            return Err(broken());
        }
    }
    res.iter_mut().zip(files).for_each(|(all, paths)| find_out(all, paths.len()));
    Ok(res)
}

/// What asks git for a file, and for nothing in a folder of its name: a commit may have had one there, of any size.
fn file_alone(path: &RelPath) -> [String; 2] {
    [format!(":(literal){path}"), format!(":(exclude,literal){path}/")]
}

/// Finds out for each commit whether it has the file under any of its names.
fn find_out(commits: &mut [Commit], names: usize) {
    let mut there = vec![false; names];
    // what the oldest change of a name found, was there before
    for commit in commits.iter() {
        commit.changes.iter().for_each(|(number, before, _)| there[*number] = *before);
    }
    for commit in commits.iter_mut().rev() {
        commit.changes.iter().for_each(|(number, _, after)| there[*number] = *after);
        commit.is_there = there.contains(&true);
    }
}

fn version(root: &Path, commit: &Commit, paths: &[&RelPath], rest: &mut &[u8]) -> Result<FileVersion, GitError> {
    let mut bytes = None;
    for _ in paths {
        let found = next_object(rest).ok_or_else(|| GitError::failed(WHAT, "git said less than was asked"))?;
        bytes = bytes.or(found);
    }
    // a file that a commit does not have is gone; one that it has and that is not here is missing from the repository
    if bytes.is_none() && commit.is_there {
        let (path, name) = (paths.first().map_or("", |it| it.as_str()), short_commit(&commit.name));
        let why = format!("missing blob: {path} of {name}");
        return Err(missing(root, WHAT, why));
    }
    Ok(FileVersion { commit: commit.name.clone(), date: commit.date.clone(), subject: commit.subject.clone(), bytes })
}

/// The next object of `cat-file --batch`: none inside for one that is missing, none at all at a broken end.
#[expect(clippy::option_option, reason = "a missing object and a missing answer are two things")]
fn next_object(rest: &mut &[u8]) -> Option<Option<Vec<u8>>> {
    let end = memchr::memchr(b'\n', rest)?;
    let head = String::from_utf8_lossy(&rest[..end]).into_owned();
    *rest = &rest[end + 1..];
    if head.ends_with(" missing") {
        return Some(None);
    }
    let size: usize = head.rsplit(' ').next()?.parse().ok()?;
    let content = rest.get(..size)?.to_vec();
    *rest = rest.get(size + 1..)?;
    Some(Some(content))
}
