//! A command of the user's own, in a shell, for as long as it is given.

use std::{
    io,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{group::Group, signals::Stop};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShellEnd {
    /// With this exit code; -1 where a signal ended it.
    Code(i32),
    /// It took longer than it was given, and was killed.
    Late,
    /// This process was told to stop, and it was killed.
    Stopped,
}

/// Runs a command in a shell, with these variables besides; what it prints goes to stderr. It ends with this process at the latest,
/// with all that it started; once it has ended by itself, what it has put into the background stays.
///
/// # Errors
/// When no shell can be started.
pub fn run_shell(command: &str, values: &[(&str, &str)], limit: Duration, stop: Option<&Stop>) -> io::Result<ShellEnd> {
    // an empty or a relative folder of the path could have one that is a file of the workspace
    let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("/bin/sh") };
    shell.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(command).envs(values.iter().copied());
    shell.stdin(Stdio::null()).stdout(io::stderr());
    let (mut child, group) = Group::spawn(&mut shell)?;
    let start = Instant::now();
    let end = loop {
        if let Some(status) = child.try_wait()? {
            group.leave();
            return Ok(ShellEnd::Code(status.code().unwrap_or(-1)));
        }
        if stop.is_some_and(|it| it.within(Duration::ZERO)) {
            break ShellEnd::Stopped;
        }
        if start.elapsed() >= limit {
            break ShellEnd::Late;
        }
        thread::park_timeout(Duration::from_millis(20));
    };
    group.end();
    // where there are no groups, and where it has ended by itself
    drop(child.kill());
    child.wait()?;
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_does_not_end_is_ended() {
        let run = |command: &str, limit| run_shell(command, &[("X", "3")], limit, None).unwrap();
        assert_eq!(run("exit $X", Duration::from_mins(1)), ShellEnd::Code(3));
        let dir = tempfile::tempdir().unwrap();
        let held = dir.path().join("held");
        std::process::Command::new("mkfifo").arg(&held).status().unwrap();
        // whoever holds the other end is gone once it can be opened and read to its end
        let command = format!("tail -f /dev/null > '{}' | cat", held.display());
        let reader = thread::spawn(move || std::fs::read(held).map(|it| it.len()));
        assert_eq!(run(&command, Duration::from_millis(300)), ShellEnd::Late);
        assert_eq!(reader.join().unwrap().unwrap(), 0);
    }
}
