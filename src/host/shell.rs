//! A command of the user's own, in a shell, for as long as it is given.

use std::{
    io,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::signals::Stop;

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

/// Runs a command in a shell, with these variables besides; what it prints goes to stderr. Where `stop` listens to the signals that
/// end this process, they end the command and all that it started too.
///
/// # Errors
/// When no shell can be started.
pub fn run_shell(command: &str, values: &[(&str, &str)], limit: Duration, stop: Option<&Stop>) -> io::Result<ShellEnd> {
    let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    shell.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(command).envs(values.iter().copied());
    shell.stdin(Stdio::null()).stdout(io::stderr());
    // without `stop` a terminal tells the command by itself what it tells this process
    let is_group = stop.is_some();
    if is_group {
        in_a_group(&mut shell);
    }
    let mut child = shell.spawn()?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(ShellEnd::Code(status.code().unwrap_or(-1)));
        }
        let end = match () {
            () if stop.is_some_and(|it| it.within(Duration::ZERO)) => ShellEnd::Stopped,
            () if start.elapsed() >= limit => ShellEnd::Late,
            () => {
                thread::park_timeout(Duration::from_millis(20));
                continue;
            }
        };
        kill(&mut child, is_group);
        child.wait()?;
        return Ok(end);
    }
}

#[cfg(unix)]
fn in_a_group(shell: &mut Command) {
    std::os::unix::process::CommandExt::process_group(shell, 0);
}

#[cfg(unix)]
fn kill(child: &mut Child, is_group: bool) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if is_group {
        // nobody has waited for it yet, so that the number is still its own
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    // it may have ended by itself
    drop(child.kill());
}

#[cfg(not(unix))]
fn in_a_group(_: &mut Command) {}

#[cfg(not(unix))]
fn kill(child: &mut Child, _: bool) {
    drop(child.kill());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_does_not_end_is_ended() {
        let run = |command: &str, limit| run_shell(command, &[("X", "3")], limit, None).unwrap();
        assert_eq!(run("exit $X", Duration::from_mins(1)), ShellEnd::Code(3));
        assert_eq!(run("exec tail -f /dev/null", Duration::from_millis(50)), ShellEnd::Late);
    }
}
