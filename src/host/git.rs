//! Other revisions of the workspace, read through the `git` program: nothing is checked out, nothing is written.

use std::{
    ffi::OsStr,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use crate::base::{Memory, RelPath};

/// Why git gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program does not start.
    #[error("cannot start git: {0}")]
    Start(std::io::Error),
    /// It said no.
    #[error("cannot {what} with git: {why}")]
    Failed {
        /// What was asked.
        what: String,
        /// The first line of its answer.
        why: String,
    },
}

/// A revision's full name.
///
/// # Errors
/// When there is no such commit, or no repository.
pub fn commit(root: &Path, revision: &str) -> Result<String, GitError> {
    let what = format!("find the commit {revision}");
    let found = git(
        root,
        &what,
        &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")],
        None,
    );
    match found {
        Ok(name) => Ok(String::from_utf8_lossy(&name).trim().to_owned()),
        // --quiet says nothing of a name that it does not know
        Err(GitError::Failed { what, why }) if why.is_empty() => {
            Err(GitError::Failed { what, why: "there is no such commit".into() })
        }
        Err(error) => Err(error),
    }
}

/// The commit that `revision` and the present one have in common.
pub fn merge_base(root: &Path, revision: &str) -> Result<String, GitError> {
    let commit = commit(root, revision)?;
    let what = format!("find what {revision} and HEAD have in common");
    let found = git(root, &what, &["merge-base", &commit, "HEAD"], None)?;
    Ok(String::from_utf8_lossy(&found).trim().to_owned())
}

/// The commit that last changed a file; none where it has no history.
pub fn last_change(root: &Path, path: &RelPath) -> Result<Option<String>, GitError> {
    let what = format!("find the history of {path}");
    let found = git(root, &what, &["log", "-1", "--format=%H", "--", path.as_str()], None)?;
    Ok(Some(String::from_utf8_lossy(&found).trim().to_owned()).filter(|it| !it.is_empty()))
}

/// The plain files of `commit` at or below each of `paths`, relative to `root`. Links are left out.
pub fn files(root: &Path, commit: &str, paths: &[&RelPath]) -> Result<Memory, GitError> {
    let what = format!("read the files of {commit}");
    let mut arguments = vec!["ls-tree", "-r", "-z", commit, "--"];
    arguments.extend(paths.iter().map(|it| it.as_str()));
    let listed = git(root, &what, &arguments, None)?;
    let mut wanted = Vec::new();
    for entry in listed.split(|it| *it == 0).filter(|it| !it.is_empty()) {
        let entry = String::from_utf8_lossy(entry);
        let Some((about, path)) = entry.split_once('\t') else { continue };
        let mut about = about.split(' ');
        let (mode, _, object) = (about.next(), about.next(), about.next());
        if let (Some("100644" | "100755"), Some(object), Ok(path)) = (mode, object, RelPath::new(path)) {
            wanted.push((object.to_owned(), path));
        }
    }
    let objects: String = wanted.iter().map(|(object, _)| format!("{object}\n")).collect();
    let bytes = git(root, &what, &["cat-file", "--batch"], Some(objects.into_bytes()))?;
    let mut rest = &bytes[..];
    let mut res = Memory::default();
    for (object, path) in wanted {
        let missing =
            || GitError::Failed { what: what.clone(), why: format!("{path} ({object}) is not in the repository") };
        let end = memchr::memchr(b'\n', rest).ok_or_else(missing)?;
        let size = String::from_utf8_lossy(&rest[..end]).rsplit(' ').next().and_then(|it| it.parse::<usize>().ok());
        let start = end + 1;
        let content = size.and_then(|size| rest.get(start..start + size)).ok_or_else(missing)?;
        rest = rest.get(start + content.len() + 1..).unwrap_or_default();
        res.0.insert(path, content.to_vec());
    }
    Ok(res)
}

/// The files that git knows, and those that it would add.
pub fn present_files(root: &Path) -> Result<Vec<PathBuf>, GitError> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
    let listed = git(root, "list the files", &arguments, None)?;
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

fn git(root: &Path, what: &str, arguments: &[impl AsRef<OsStr>], input: Option<Vec<u8>>) -> Result<Vec<u8>, GitError> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(root)
        // paths are names, not patterns
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .args(arguments)
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(GitError::Start)?;
    let writer = child.stdin.take().zip(input).map(|(mut stdin, input)| {
        // a git that stops reading says why on stderr
        thread::spawn(move || drop(stdin.write_all(&input)))
    });
    let output = child.wait_with_output().map_err(GitError::Start)?;
    if let Some(writer) = writer {
        drop(writer.join());
    }
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        let why = why.lines().next().unwrap_or("").trim_start_matches("fatal: ").to_owned();
        return Err(GitError::Failed { what: what.to_owned(), why });
    }
    Ok(output.stdout)
}
