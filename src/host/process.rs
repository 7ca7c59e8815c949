//! One program with one answer: the query of a live interpreter.

use std::{
    io::Read as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::base::number_of;

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
    #[error("{program} failed with {status}: {last}")]
    Failed {
        /// Its path.
        program: String,
        /// How it ended.
        status: String,
        /// The last line that it printed on stderr.
        last: String,
    },
}

/// Runs `program -I -S -B -c QUERY` and returns what it prints: isolated from the user's environment and site packages,
/// and writing no bytecode. Answer and end together have `timeout`.
pub fn run_query(program: &Path, query: &str, timeout: Duration) -> Result<String, QueryError> {
    let name = program.display().to_string();
    let start = |source| QueryError::Start { program: name.clone(), source };
    let mut child = Command::new(program)
        .args(["-I", "-S", "-B", "-c", query])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(start)?;
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
        let last = err.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or("it printed nothing").to_owned();
        return Err(QueryError::Failed { program: name, status: status.to_string(), last });
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(unix)]
/// Runs a command of the user's in a shell, with these variables besides; what it prints goes to stderr. Returns its exit code.
pub fn run_shell(command: &str, values: &[(&str, &str)]) -> std::io::Result<i32> {
    let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    shell.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(command).envs(values.iter().copied());
    let status = shell.stdin(Stdio::null()).stdout(std::io::stderr()).status()?;
    Ok(status.code().unwrap_or(-1))
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
