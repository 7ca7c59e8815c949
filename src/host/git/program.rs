//! The `git` program as it is asked: which repository it is about, and which settings of the user's would change what is read
//! from it.

use std::{
    ffi::OsStr,
    path::Path,
    process::{Command, Output},
};

use super::{
    error::GitError,
    folder::repository,
    installed::on_the_path,
    process::{PATIENCE, run, run_listing},
};
use crate::base::limits;

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

/// A git program at `root` that is told of no repository: whoever called this program may have been called by git, with
/// another repository, index or work tree in the environment.
fn bare_program(root: &Path) -> Command {
    let mut res = on_the_path();
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
    // whatever folder the repository's own settings say: its files are not this workspace's
    if let Some(found) = found {
        res.env("GIT_WORK_TREE", found.top);
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

/// The same for a listing of files, each with a zero behind it, which are no more than any tree has.
pub(super) fn listed(root: &Path, what: &str, arguments: &[impl AsRef<OsStr>]) -> Result<Vec<u8>, GitError> {
    answer(run_listing(reader(root)?.args(arguments), what, limits::ENTRIES)?, what)
}

/// The names in such a listing.
pub(super) fn names(listed: &[u8]) -> impl Iterator<Item = String> {
    let all = listed.split(|it| *it == 0).filter(|it| !it.is_empty());
    all.map(|it| String::from_utf8_lossy(it).into_owned())
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
    answer_or_no(run(reader(root)?.args(arguments), what, None, Some(PATIENCE))?, what)
}

/// The same with what it is asked about on its standard input.
pub(super) fn ask_about(
    root: &Path,
    what: &str,
    arguments: &[impl AsRef<OsStr>],
    input: Vec<u8>,
) -> Result<Option<Vec<u8>>, GitError> {
    answer_or_no(run(reader(root)?.args(arguments), what, Some(input), Some(PATIENCE))?, what)
}

fn answer_or_no(output: Output, what: &str) -> Result<Option<Vec<u8>>, GitError> {
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
}
