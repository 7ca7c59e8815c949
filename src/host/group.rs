//! The processes of one command as a group that ends as a whole, and at the latest with this program.

use std::{
    io,
    process::{Child, Command},
};

/// A command with all that it started.
pub(super) struct Group {
    /// The first process of the group, which kills it when its input ends: this program holds the other end, however it
    /// goes away. A terminal tells only the group in its foreground that somebody wants to stop.
    #[cfg(unix)]
    watch: Child,
}

#[cfg(unix)]
impl Group {
    /// Starts `command` in a group of its own.
    pub(super) fn spawn(command: &mut Command) -> io::Result<(Child, Self)> {
        use std::{os::unix::process::CommandExt as _, process::Stdio};
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "read -r it; [ \"$it\" = leave ] || kill -KILL 0"]).process_group(0);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let res = Self { watch: shell.spawn()? };
        match command.process_group(res.id().as_raw_nonzero().get()).spawn() {
            Ok(child) => Ok((child, res)),
            Err(error) => {
                res.end();
                Err(error)
            }
        }
    }

    /// Kills what is left of it.
    pub(super) fn end(mut self) {
        // the command may have killed its whole group itself
        let _ = rustix::process::kill_process_group(self.id(), rustix::process::Signal::KILL);
        drop(self.watch.wait());
    }

    /// Leaves what the command has put into the background to itself.
    pub(super) fn leave(mut self) {
        use std::io::Write as _;
        if let Some(mut input) = self.watch.stdin.take() {
            // one that is gone cannot kill any more
            drop(input.write_all(b"leave\n"));
        }
        drop(self.watch.wait());
    }

    /// Nobody has waited for the first process yet, so that its number is still the group's.
    fn id(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.watch)
    }
}

#[cfg(not(unix))]
impl Group {
    pub(super) fn spawn(command: &mut Command) -> io::Result<(Child, Self)> {
        Ok((command.spawn()?, Self {}))
    }

    pub(super) fn end(self) {}

    pub(super) fn leave(self) {}
}
