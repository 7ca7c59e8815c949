//! The `git` program itself: which repository it is about, which settings of the user's would change what is read from it,
//! and what its refusals come to.

use std::{
    ffi::OsStr,
    io::{self, Read as _, Write as _},
    path::Path,
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::folder::repository;

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
    /// There is no such commit.
    #[error("cannot find the commit {revision} with git: there is no such commit")]
    NoCommit {
        /// What was asked for.
        revision: String,
        /// What may be meant.
        more: Vec<String>,
        /// What gets further.
        hint: String,
    },
    /// There is no repository to ask.
    #[error("cannot find the commit {revision}: {place} is in no repository of git")]
    NoRepository {
        /// What was asked for.
        revision: String,
        /// The workspace.
        place: String,
    },
}

impl GitError {
    pub(super) fn failed(what: &str, why: impl Into<String>) -> Self {
        Self::Failed { what: what.to_owned(), why: why.into(), more: Vec::new() }
    }

    /// What gets further, read off the cause.
    pub fn hint(&self) -> String {
        if let Some(hint) = self.known_hint() {
            return hint.to_owned();
        }
        let hint = match self {
            Self::NoCommit { hint, .. } => hint,
            Self::NoRepository { .. } => "leave the revision out: there is no history to compare with",
            Self::Start(_) => "install git, or leave out what needs another revision",
            Self::Failed { what, .. } if ["find ", "read the files of "].iter().any(|it| what.starts_with(it)) => {
                ANOTHER_REVISION
            }
            Self::Failed { .. } => "see what git or its hooks want, and run it again",
        };
        hint.to_owned()
    }

    /// What it is about besides, a line each.
    pub fn more(&self) -> &[String] {
        match self {
            Self::Failed { more, .. } | Self::NoCommit { more, .. } => more,
            Self::Start(_) | Self::NoRepository { .. } => &[],
        }
    }

    /// The same, where the cause is a known one.
    pub fn known_hint(&self) -> Option<&'static str> {
        const HINTS: [(&[&str], &str); 16] = [
            (&["the clone is shallow"], UNSHALLOW),
            (&["they have none"], "name a branch with which this one has a commit in common"),
            (
                &["another tree's repository", "names no folder"],
                "have `.git` be the folder of this tree's own repository, or use a work tree that `git worktree add` made; \
                 `git worktree repair` mends one that was moved",
            ),
            (&["without a work tree"], "rename the HEAD in that folder, so that git cannot take it for a repository"),
            (&["as a whole"], "see what wrote so large a file, and restore it, or clone the repository again"),
            (&["over limit"], "see which file or object is so large, as `git fsck` tells; it is not read into memory"),
            (&["not a regular file"], "put a regular file in its place, or clone the repository again"),
            (
                &["did not answer within"],
                "see why `git status` does not end: something can be a pipe, or the disk does not answer",
            ),
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
                "the clone is a partial one: fetch what is missing first, as `git fetch --refetch --no-filter` does",
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

/// What gets further where a revision is none.
pub(super) const ANOTHER_REVISION: &str =
    "name a commit, a branch or a tag that the workspace's repository has; `git branch --all` lists the branches";

/// The same where the clone may lack it.
pub(super) const UNSHALLOW: &str =
    "fetch the commits that the clone lacks: `git fetch --unshallow`, or fetch-depth: 0 in a workflow";

/// Settings of the user's and of the repository that change what is printed, or that run programs, while something is only
/// read. Who may be trusted with a repository is none of them.
const PLAIN: [&str; 15] = [
    "safe.bareRepository=explicit",
    "log.showSignature=false",
    "log.follow=false",
    "core.quotePath=false",
    "core.fsmonitor=false",
    "color.ui=false",
    "blame.ignoreRevsFile=",
    "i18n.logOutputEncoding=UTF-8",
    "log.mailmap=false",
    "mailmap.file=",
    "mailmap.blob=",
    "diff.orderFile=/dev/null",
    // what commits and packs hold is read from them, and not from files beside them that say so
    "core.commitGraph=false",
    "core.multiPackIndex=false",
    // a large file is passed on, and not held in memory
    "core.bigFileThreshold=64m",
];

/// The most bytes that git takes at once, for an object or a file that it has to hold as a whole.
const GIT_MEMORY: &str = "512m";

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

/// How long git is given to answer a question. It answers at once, but for a disk that is slow.
const PATIENCE: Duration = Duration::from_secs(15);

/// The longest answer that is read, in bytes. Molt's whole tree is listed in 3 MB.
const LONGEST: u64 = 256 << 20;

/// A git program at `root` that is told of no repository: whoever called this program may have been called by git, with
/// another repository, index or work tree in the environment.
fn bare_program(root: &Path) -> Command {
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

/// Where no file is and none can be: git says something of one that is there.
const NO_FILE: &str = if cfg!(windows) { "NUL/none" } else { "/dev/null/none" };

/// A git program that asks no repository.
pub(super) fn outside(root: &Path) -> Command {
    let mut res = bare_program(root);
    res.env("GIT_DIR", "/dev/null");
    res
}

/// A git program for a question to the repository of `root` and to no other: paths are names and not patterns, nothing is
/// asked of a person or of a remote, no lock is taken and no setting changes the form of the answer.
fn reader(root: &Path) -> Result<Command, GitError> {
    let found = repository(root)?;
    let mut res = bare_program(root);
    res.args(PLAIN.iter().flat_map(|it| ["-c", it]));
    res.envs([
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_ALLOW_PROTOCOL", ""),
        ("GIT_ALLOC_LIMIT", GIT_MEMORY),
        // what a repository puts in the place of its commits is not what their names stand for
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_GRAFT_FILE", NO_FILE),
        ("LC_ALL", "C"),
        ("LANGUAGE", "C"),
    ]);
    res.env_remove("GIT_EXTERNAL_DIFF");
    // a `.git` that git takes for none would have it look further up; the list cannot name a folder with a colon
    let above = found.as_ref().and_then(|it| it.top.parent());
    if let Some(above) = above.and_then(|it| std::env::join_paths([it]).ok()) {
        res.env("GIT_CEILING_DIRECTORIES", above);
    }
    Ok(res)
}

/// Asks git.
pub(super) fn git(
    root: &Path,
    what: &str,
    arguments: &[impl AsRef<OsStr>],
    input: Option<Vec<u8>>,
) -> Result<Vec<u8>, GitError> {
    answer(run(reader(root)?.args(arguments), what, input, Some(PATIENCE))?, what)
}

/// The same with further settings.
pub(super) fn git_with(
    root: &Path,
    what: &str,
    settings: &[(String, &str)],
    arguments: &[impl AsRef<OsStr>],
) -> Result<Vec<u8>, GitError> {
    let mut program = reader(root)?;
    // not as options: a name can hold an equals sign
    let before = std::env::var("GIT_CONFIG_COUNT").ok().and_then(|it| it.trim().parse().ok()).unwrap_or(0_usize);
    program.env("GIT_CONFIG_COUNT", (before + settings.len()).to_string());
    for (at, (name, value)) in (before..).zip(settings) {
        program.env(format!("GIT_CONFIG_KEY_{at}"), name).env(format!("GIT_CONFIG_VALUE_{at}"), value);
    }
    answer(run(program.args(arguments), what, None, Some(PATIENCE))?, what)
}

/// Asks git for what need not be there: none where it ends with 1 and without a word, which is its way of saying no.
pub(super) fn ask(root: &Path, what: &str, arguments: &[impl AsRef<OsStr>]) -> Result<Option<Vec<u8>>, GitError> {
    let output = run(reader(root)?.args(arguments), what, None, Some(PATIENCE))?;
    if output.status.code() == Some(1) && output.stderr.is_empty() {
        return Ok(None);
    }
    answer(output, what).map(Some)
}

/// Has git do something, as the user would: hooks see nothing but what git tells them, and may take their time.
pub(super) fn have_git(
    root: &Path,
    what: &str,
    arguments: &[impl AsRef<OsStr>],
    input: Option<Vec<u8>>,
) -> Result<Vec<u8>, GitError> {
    repository(root)?;
    answer(run(bare_program(root).args(arguments), what, input, None)?, what)
}

/// The same with an index of its own.
pub(super) fn git_on_index(root: &Path, what: &str, index: &Path, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    answer(run(reader(root)?.env("GIT_INDEX_FILE", index).args(arguments), what, None, Some(PATIENCE))?, what)
}

/// The same for a program that is told everything itself, and that has no input.
pub(super) fn run_told(program: &mut Command, what: &str) -> Result<Output, GitError> {
    run(program, what, None, Some(PATIENCE))
}

/// Writes what git is given and reads what it says, all at once, so that none of them waits for another.
fn run(
    program: &mut Command,
    what: &str,
    input: Option<Vec<u8>>,
    patience: Option<Duration>,
) -> Result<Output, GitError> {
    let mut child = program
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(GitError::Start)?;
    let (sender, receiver) = mpsc::channel();
    let deadline = patience.map(|it| Instant::now() + it);
    let started = [
        child.stdout.take().map(|it| hear(it, sender.clone(), false)),
        child.stderr.take().map(|it| hear(it, sender, true)),
        child.stdin.take().zip(input).map(|(mut stdin, input)| {
            // a git that stops reading says why on stderr
            thread::Builder::new().spawn(move || drop(stdin.write_all(&input))).map(drop)
        }),
    ];
    let mut said = started.into_iter().flatten().collect::<io::Result<()>>().map(|()| [Vec::new(), Vec::new()]);
    let mut is_late = false;
    for _ in 0..2 {
        let Ok(texts) = &mut said else { break };
        let heard = match deadline {
            Some(it) => receiver.recv_timeout(it.saturating_duration_since(Instant::now())),
            None => receiver.recv().map_err(mpsc::RecvTimeoutError::from),
        };
        match heard {
            Ok((is_error, Ok(bytes))) => {
                if bytes.len() as u64 > LONGEST {
                    drop(child.kill());
                    said = Err(io::Error::other(format!("git says more than {LONGEST} bytes, and that is not read")));
                    break;
                }
                texts[usize::from(is_error)] = bytes;
            }
            Ok((_, Err(error))) => said = Err(error),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                is_late = true;
                drop(child.kill());
                break;
            }
            Err(error) => said = Err(io::Error::other(error)),
        }
    }
    // where it cannot be heard it is waited for all the same: nothing is done beside a git that is at work
    let status = child.wait().map_err(GitError::Start)?;
    if let (true, Some(patience)) = (is_late, patience) {
        return Err(GitError::failed(what, format!("it did not answer within {} seconds", patience.as_secs())));
    }
    let [stdout, stderr] = said.map_err(|error| GitError::failed("read the answer", error.to_string()))?;
    Ok(Output { status, stdout, stderr })
}

type Heard = (bool, io::Result<Vec<u8>>);

/// Reads a pipe to its end in a thread: what git started can hold it open when git is gone.
fn hear(pipe: impl io::Read + Send + 'static, sender: mpsc::Sender<Heard>, is_error: bool) -> io::Result<()> {
    let all = move || {
        let mut bytes = Vec::new();
        let ended = pipe.take(LONGEST + 1).read_to_end(&mut bytes).map(|_| bytes);
        drop(sender.send((is_error, ended)));
    };
    thread::Builder::new().spawn(all).map(drop)
}

fn answer(output: Output, what: &str) -> Result<Vec<u8>, GitError> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let mut lines: Vec<String> =
        text.lines().filter(|it| !it.trim().is_empty()).map(|it| it.replace('\t', "    ")).collect();
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
            let output = run(Command::new("sh").args(["-c", script]), "ask", None, None).unwrap();
            let failed = answer(output, "ask");
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

    #[test]
    fn a_git_that_does_not_end_is_ended() {
        for script in ["exec sleep 60", "sleep 3 & exec sleep 60"] {
            let limit = Some(Duration::from_millis(20));
            let error = run(Command::new("sh").args(["-c", script]), "ask", None, limit).unwrap_err();
            assert!(
                error.to_string().contains("did not answer within") && error.hint().contains("git status"),
                "{error}"
            );
        }
    }
}
