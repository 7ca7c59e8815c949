//! One program with one answer: the query of a live interpreter.

use std::{
    io::Read as _,
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
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
    #[error("{program} did not answer within {seconds} seconds")]
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
/// and writing no bytecode.
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
    let (mut out, mut err) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        match receiver.recv_timeout(timeout) {
            Ok((true, bytes)) => out = bytes,
            Ok((false, bytes)) => err = bytes,
            Err(_) => {
                drop(child.kill());
                drop(child.wait());
                return Err(QueryError::Timeout { program: name, seconds: timeout.as_secs() });
            }
        }
    }
    let status = child.wait().map_err(start)?;
    if !status.success() {
        let err = String::from_utf8_lossy(&err);
        let last = err.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or("it printed nothing").to_owned();
        return Err(QueryError::Failed { program: name, status: status.to_string(), last });
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}
