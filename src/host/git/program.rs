//! The `git` program itself: which repository it is about, which settings of the user's would change what is read from it,
//! and what its refusals come to.

use std::{
    ffi::OsStr,
    io::{self, Write as _},
    path::Path,
    process::{ChildStderr, ChildStdin, ChildStdout, Command, Output, Stdio},
    thread,
};

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
        /// The line of its answer that tells the cause.
        why: String,
        /// The others: what hooks say stands there.
        more: Vec<String>,
    },
}

impl GitError {
    pub(super) fn failed(what: &str, why: impl Into<String>) -> Self {
        Self::Failed { what: what.to_owned(), why: why.into(), more: Vec::new() }
    }

    /// What gets further, read off the cause.
    pub fn hint(&self) -> &'static str {
        if let Some(hint) = self.known_hint() {
            return hint;
        }
        let Self::Failed { what, .. } = self else {
            return "install git, or leave out what needs another revision";
        };
        if ["find ", "read the files of "].iter().any(|it| what.starts_with(it)) {
            "name a commit, a branch or a tag of the workspace's repository; fetch it if the clone is shallow"
        } else {
            "see what git or its hooks want, and run it again"
        }
    }

    /// The same, where the cause is a known one.
    pub fn known_hint(&self) -> Option<&'static str> {
        const HINTS: [(&[&str], &str); 8] = [
            (
                &["dubious ownership"],
                "give the folder to the user that runs this, or have git trust it: git config --global --add safe.directory DIR",
            ),
            (
                &["index.lock", ".lock': File exists"],
                "wait for the other git to end; where none is running, remove the lock file that git names",
            ),
            (
                &["No space left on device", "Disk quota exceeded", "unable to write file", "unable to create file"],
                "make room on the disk, see that it can be written to, and run it again",
            ),
            (
                &["clean filter", "smudge filter", "external filter", "process filter"],
                "install the program of that filter, or correct its setting in git's configuration",
            ),
            (
                &["could not fetch", "promisor remote", "lazy fetch"],
                "the clone is a partial one: fetch what is missing from its remote, or run it where the remote answers",
            ),
            (
                &[
                    "corrupt",
                    "bad object",
                    "bad tree",
                    "unable to read",
                    "bad signature",
                    "No such ref",
                    "is damaged",
                    "missing blob",
                ],
                "see what `git fsck` says, and repair the repository or clone it again",
            ),
            (&["Permission denied"], "check the permissions of the repository's files"),
            (&["not a git repository"], "see what is wrong with the `.git` of the workspace, or run `git init`"),
        ];
        let Self::Failed { why, more, .. } = self else { return None };
        let says = |words: &&str| why.contains(words) || more.iter().any(|it| it.contains(words));
        HINTS.iter().find(|(words, _)| words.iter().any(&says)).map(|(_, hint)| *hint)
    }
}

/// Settings of the user's and of the repository that change what is printed, or that run programs, while something is only
/// read. Who may be trusted with a repository is none of them.
const PLAIN: [&str; 7] = [
    "log.showSignature=false",
    "log.follow=false",
    "core.quotePath=false",
    "core.fsmonitor=false",
    "color.ui=false",
    "blame.ignoreRevsFile=",
    "i18n.logOutputEncoding=UTF-8",
];

/// Where git writes what it does, on stderr, among the causes of its failures.
const TRACES: [&str; 8] = [
    "GIT_TRACE",
    "GIT_TRACE_SETUP",
    "GIT_TRACE_PERFORMANCE",
    "GIT_TRACE_PACKET",
    "GIT_TRACE_REFS",
    "GIT_TRACE2",
    "GIT_TRACE2_PERF",
    "GIT_TRACE2_EVENT",
];

/// A git program for the repository at `root` and no other: whoever called this program may have been called by git, with
/// another repository, index or work tree in the environment.
pub(super) fn program(root: &Path) -> Command {
    let mut res = Command::new("git");
    res.arg("-C").arg(root);
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_SHALLOW_FILE",
        "GIT_GRAFT_FILE",
        "GIT_PREFIX",
        "GIT_NAMESPACE",
        "GIT_LITERAL_PATHSPECS",
        "GIT_GLOB_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
    ]
    .iter()
    .chain(&TRACES)
    {
        res.env_remove(name);
    }
    res
}

/// The same for a question: paths are names and not patterns, nothing is asked of a person, no lock is taken and no setting
/// changes the form of the answer.
fn reader(root: &Path) -> Command {
    let mut res = program(root);
    res.args(PLAIN.iter().flat_map(|it| ["-c", it]));
    res.envs([
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("LC_ALL", "C"),
        ("LANGUAGE", "C"),
    ]);
    res.env_remove("GIT_EXTERNAL_DIFF");
    res
}

/// Asks git.
pub(super) fn git(
    root: &Path,
    what: &str,
    arguments: &[impl AsRef<OsStr>],
    input: Option<Vec<u8>>,
) -> Result<Vec<u8>, GitError> {
    said(reader(root).args(arguments), what, input)
}

/// Asks git for what need not be there: none where it ends with 1 and without a word, which is its way of saying no.
pub(super) fn ask(root: &Path, what: &str, arguments: &[impl AsRef<OsStr>]) -> Result<Option<Vec<u8>>, GitError> {
    let output = run(reader(root).args(arguments), None)?;
    if output.status.code() == Some(1) && output.stderr.is_empty() {
        return Ok(None);
    }
    answer(output, what).map(Some)
}

/// Has git do something, as the user would: hooks see nothing but what git tells them.
pub(super) fn have_git(
    root: &Path,
    what: &str,
    arguments: &[impl AsRef<OsStr>],
    input: Option<Vec<u8>>,
) -> Result<Vec<u8>, GitError> {
    said(program(root).args(arguments), what, input)
}

fn said(program: &mut Command, what: &str, input: Option<Vec<u8>>) -> Result<Vec<u8>, GitError> {
    answer(run(program, input)?, what)
}

fn run(program: &mut Command, input: Option<Vec<u8>>) -> Result<Output, GitError> {
    let mut child = program
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(GitError::Start)?;
    let pipes = (child.stdin.take().zip(input), child.stdout.take(), child.stderr.take());
    let said = exchange(pipes);
    // where it cannot be heard it is waited for all the same: nothing is done beside a git that is at work
    let status = child.wait().map_err(GitError::Start)?;
    let (stdout, stderr) = said.map_err(|error| GitError::failed("read the answer", error.to_string()))?;
    Ok(Output { status, stdout, stderr })
}

type Pipes = (Option<(ChildStdin, Vec<u8>)>, Option<ChildStdout>, Option<ChildStderr>);

/// Writes what a child is given and reads what it says, all at once, so that none of them waits for another.
fn exchange((stdin, stdout, stderr): Pipes) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let writer = stdin.map(|(mut stdin, input)| {
        // a git that stops reading says why on stderr
        thread::Builder::new().spawn(move || drop(stdin.write_all(&input)))
    });
    let errors = stderr.map(|it| thread::Builder::new().spawn(move || all_of(it))).transpose()?;
    let said = stdout.map_or_else(|| Ok(Vec::new()), all_of);
    let defect = || io::Error::other("the thread that read its messages ended");
    let errors = errors.map_or_else(|| Ok(Vec::new()), |it| it.join().unwrap_or_else(|_| Err(defect())));
    if let Some(writer) = writer.transpose()? {
        drop(writer.join());
    }
    Ok((said?, errors?))
}

fn all_of(mut pipe: impl io::Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn answer(output: Output, what: &str) -> Result<Vec<u8>, GitError> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let mut lines: Vec<String> = text.lines().filter(|it| !it.trim().is_empty()).map(str::to_owned).collect();
    // warnings and what a hook says can stand before the cause, and what follows from it behind
    let is_cause = |it: &String| it.starts_with("fatal: ") || it.starts_with("error: ");
    let why = match lines.iter().position(is_cause) {
        Some(at) => lines.remove(at),
        None if lines.is_empty() => String::new(),
        None => lines.remove(0),
    };
    let why = why.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned();
    let why =
        if why.is_empty() && output.status.code().is_none() { format!("it ended with {}", output.status) } else { why };
    Err(GitError::Failed { what: what.to_owned(), why, more: lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_found_among_warnings_and_what_follows_from_it() {
        let ended = |script: &str| {
            let failed = said(Command::new("sh").args(["-c", script]), "ask", None);
            let Err(error @ GitError::Failed { .. }) = failed else { panic!("{failed:?}") };
            (error.to_string(), error.hint())
        };
        let (words, hint) =
            ended("echo 'warning: a' >&2; echo 'error: external filter x failed' >&2; echo 'fatal: b' >&2; exit 128");
        assert_eq!(words, "cannot ask with git: external filter x failed");
        assert!(hint.contains("filter"), "{hint}");
        let (words, hint) = ended("echo \"fatal: detected dubious ownership in repository at '/w'\" >&2; exit 128");
        assert!(words.contains("dubious") && hint.contains("safe.directory"), "{words} {hint}");
        let (words, _) = ended("kill -9 $$");
        assert!(words.contains("signal: 9"), "{words}");
    }
}
