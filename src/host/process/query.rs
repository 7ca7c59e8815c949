//! One program with one answer: the query of a live interpreter.

use std::{
    borrow::Cow,
    io::{self, Read as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::{
    base::number_of,
    host::{find_program, leftovers},
};

/// The largest answer that is read; a real one has 60 KB.
const LIMIT: u64 = 8 << 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The program does not start.
    #[error("cannot start {program}: {source}")]
    Start {
        /// Its path.
        program: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// It took too long.
    #[error("{program} did not answer within {}", number_of(*seconds, "second"))]
    Timeout {
        /// Its path.
        program: String,
        /// How long it was given.
        seconds: u64,
    },
    /// It failed.
    #[error("{program} did not answer as CPython does, and ended with {status}: {last}")]
    Failed {
        /// Its path.
        program: String,
        /// How it ended.
        status: String,
        /// The line of its stderr that tells why.
        last: String,
    },
}

/// Runs `program -I -S -B -c QUERY` and returns what it prints: isolated from the user's environment and site packages,
/// and writing no bytecode. Answer and end together have `timeout`.
///
/// # Errors
/// When it does not start, fails or takes too long.
pub fn run_query(program: &Path, query: &str, timeout: Duration) -> Result<String, QueryError> {
    answer(program, query, timeout, None)
}

/// The same of a program that nobody named, started outside of every workspace: what a version manager puts in its place goes by
/// files of the current folder, which may be anybody's.
///
/// # Errors
/// As for [`run_query`].
pub fn run_query_elsewhere(program: &Path, query: &str, timeout: Duration) -> Result<String, QueryError> {
    answer(program, query, timeout, Some(Path::new("/")))
}

/// A program that is named without a folder, where an absolute folder of the path has it: an empty or a relative one would have a
/// file of the workspace run.
fn of_path(program: &Path) -> io::Result<Cow<'_, Path>> {
    let name = program.to_str().filter(|it| cfg!(unix) && !it.contains('/'));
    let Some(name) = name else { return Ok(program.into()) };
    let found = find_program(name, Path::new("/"));
    found.map(Cow::from).ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no folder of PATH has it"))
}

fn answer(program: &Path, query: &str, timeout: Duration, place: Option<&Path>) -> Result<String, QueryError> {
    let name = program.display().to_string();
    let start = |source| QueryError::Start { program: name.clone(), source };
    let mut command = Command::new(of_path(program).map_err(start)?.as_ref());
    if let Some(place) = place {
        // a relative one is that of the folder which the run is in
        command = Command::new(std::path::absolute(program).map_err(start)?);
        command.current_dir(place);
    }
    // what a version manager puts in its place looks on the path itself
    if let Some(path) = std::env::var_os("PATH") {
        let kept: Vec<_> = std::env::split_paths(&path).filter(|it| it.is_absolute()).collect();
        // an empty one would be the current folder again
        if kept.is_empty() {
            command.env_remove("PATH");
        } else {
            command.env("PATH", std::env::join_paths(kept).map_err(|error| start(io::Error::other(error)))?);
        }
    }
    command.args(["-I", "-S", "-B", "-c", query]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (mut child, _noted) = leftovers::started(&mut command).map_err(start)?;
    let (sender, receiver) = mpsc::channel();
    let read = |stream: Option<Box<dyn std::io::Read + Send>>, which: bool| {
        let sender = sender.clone();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(stream) = stream {
                drop(stream.take(LIMIT).read_to_end(&mut bytes));
            }
            drop(sender.send((which, bytes)));
        });
    };
    read(child.stdout.take().map(|it| Box::new(it) as Box<dyn std::io::Read + Send>), true);
    read(child.stderr.take().map(|it| Box::new(it) as Box<dyn std::io::Read + Send>), false);
    let deadline = Instant::now() + timeout;
    let left = || deadline.saturating_duration_since(Instant::now());
    let late = |child: &mut Child| {
        drop(child.kill());
        drop(child.wait());
        QueryError::Timeout { program: name.clone(), seconds: timeout.as_secs() }
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        match receiver.recv_timeout(left()) {
            Ok((true, bytes)) => out = bytes,
            Ok((false, bytes)) => err = bytes,
            Err(_) => return Err(late(&mut child)),
        }
    }
    // a program can close both streams and live on
    let status = loop {
        if let Some(status) = child.try_wait().map_err(start)? {
            break status;
        }
        if left().is_zero() {
            return Err(late(&mut child));
        }
        // nothing more comes in: this is how long until the next look
        drop(receiver.recv_timeout(left().min(Duration::from_millis(5))));
    };
    if !status.success() {
        let err = String::from_utf8_lossy(&err);
        // a shell that finds no program says so first, and explains it behind that
        let is_not_found = matches!(status.code(), Some(126 | 127));
        let last = cause(&err, query, is_not_found).unwrap_or_else(|| "it did not say why".to_owned());
        return Err(QueryError::Failed { program: name, status: status.to_string(), last });
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// The longest cause that is shown, in characters.
const LONGEST_CAUSE: usize = 200;

/// The line that tells why a program failed: an exception of Python's, or else the last one before it explains how it is called,
/// or the first one where `is_first`. None where all that it says is the query again.
fn cause(stderr: &str, query: &str, is_first: bool) -> Option<String> {
    let is_usage = |it: &str| it.trim_start().to_ascii_lowercase().starts_with("usage");
    let is_more = |it: &str| it.starts_with([' ', '\t', '-']) || it.starts_with("Try ");
    let said = stderr.lines().take_while(|it| !is_usage(it)).filter(|it| !it.trim().is_empty() && !is_more(it));
    let said: Vec<&str> = said.collect();
    // an interpreter that cannot start tells more behind its cause
    let is_exception =
        |it: &&&str| it.split_once(':').is_some_and(|(name, _)| !name.contains(' ') && name.ends_with("Error"));
    let is_fatal = |it: &&&str| it.starts_with("Fatal Python error");
    let last = if is_first { said.first() } else { said.last() };
    let exception = said.iter().rev().find(is_exception).or_else(|| said.iter().find(is_fatal)).or(last);
    let first = query.lines().find(|it| !it.is_empty());
    let line = exception.filter(|it| first.is_none_or(|query| !it.contains(query)))?;
    let end = line.char_indices().nth(LONGEST_CAUSE).map_or(line.len(), |(at, _)| at);
    Some(line[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(script: &str, timeout: Duration) -> Result<String, QueryError> {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("python");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        run_query(&program, "", timeout)
    }

    #[test]
    fn an_answer_or_the_last_words_arrive() {
        let long = Duration::from_mins(1);
        assert_eq!(query("echo answer", long).unwrap(), "answer\n");
        let error = query("echo first >&2; echo last >&2; exit 3", long).unwrap_err().to_string();
        assert!(error.contains("exit status: 3: last"), "{error}");
        for (script, words) in [
            (
                "echo \"git: unknown option: -I\" >&2; echo 'usage: git [-v]' >&2; echo '   <command>' >&2; exit 129",
                "129: git: unknown option: -I",
            ),
            (
                "echo \"cat: invalid option -- I\" >&2; echo \"Try 'cat --help'\" >&2; exit 1",
                "cat: invalid option -- I",
            ),
            ("echo 'Usage: x' >&2; exit 2", "it did not say why"),
            (
                "echo 'pyenv: python3.13: command not found' >&2; echo; echo \"Note: See 'pyenv help global'\" >&2; exit 127",
                "127: pyenv: python3.13: command not found",
            ),
            ("echo 'x: Permission denied' >&2; echo 'ask somebody' >&2; exit 126", "126: x: Permission denied"),
            (
                "echo 'Fatal Python error: init: no codec' >&2; echo 'Python runtime state: core' >&2; echo \"ModuleNotFoundError: No module named 'encodings'\" >&2; echo 'Current thread 0x7f (most recent call first):' >&2; exit 1",
                "1: ModuleNotFoundError: No module named 'encodings'",
            ),
            (
                "echo 'Fatal Python error: init: no memory' >&2; echo 'Current thread 0x7f:' >&2; exit 1",
                "1: Fatal Python error: init: no memory",
            ),
        ] {
            let error = query(script, long).unwrap_err().to_string();
            assert!(error.ends_with(words), "{error}");
        }
        assert_eq!(cause("ls: cannot access 'import os'\n", "\nimport os\n", false), None);
    }

    #[test]
    fn one_deadline_holds_for_all_of_a_query() {
        for script in [
            "exec sleep 60",
            "exec >&- 2>&-; exec sleep 60",
            // each stream ends in time, and both together do not
            "sleep 1; exec >&-; sleep 1",
        ] {
            let started = Instant::now();
            let ended = query(script, Duration::from_millis(1500));
            assert!(matches!(ended, Err(QueryError::Timeout { .. })), "{script}: {ended:?}");
            assert!(started.elapsed() < Duration::from_secs(30), "{script}");
        }
    }
}
