//! Commands of the workspace's own, run in a copy of it with limits of time and memory.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs,
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use super::{door::is_absent, git, group::Group};
use crate::base::{RelPath, number_of};

/// The end of a command's output that is kept.
const KEPT: u64 = 1 << 20;

/// What a command may take.
#[derive(Debug, Clone, Copy)]
pub struct CommandLimits {
    /// Until it is killed, with all that it started.
    pub time: Duration,
    /// Mebibytes of address space of each of its processes; 0 for no limit.
    pub memory: u64,
}

/// How a command ended.
#[derive(Debug, Clone)]
pub struct CommandEnd {
    /// Why it did not pass; none where it did.
    pub failed: Option<String>,
    /// Whether there was no such program.
    pub not_started: bool,
    /// The last mebibyte of what it printed on both streams.
    pub output: String,
}

/// The variables that every command sees: where it runs, and how it should speak. None of them holds a secret.
const SEEN: [&str; 27] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TERM",
    "COLORTERM",
    "NO_COLOR",
    "CI",
    "TMPDIR",
    "TMP",
    "TEMP",
    "PWD",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "NUMBER_OF_PROCESSORS",
];

/// The part of this process's environment that a command sees: what is named above or in `more`.
fn seen(more: &[String]) -> Vec<(OsString, OsString)> {
    let is_seen = |name: &str| {
        let is_own = SEEN.iter().any(|it| if cfg!(windows) { it.eq_ignore_ascii_case(name) } else { *it == name });
        is_own || name.starts_with("LC_") || more.iter().any(|it| it == name)
    };
    std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_seen)).collect()
}

/// Runs `command` in `dir`, without input, in an environment that has little of this one's, and the variables `more`.
///
/// # Errors
/// When it cannot be started.
pub fn run_limited(dir: &Path, command: &[String], limits: CommandLimits, more: &[String]) -> io::Result<CommandEnd> {
    // a file, because a pipe would stay open for as long as anything that the command left behind
    let mut output = tempfile::tempfile()?;
    let mut process = limited(command, limits.memory);
    process.env_clear().envs(seen(more));
    process.current_dir(dir).stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output.try_clone()?);
    let (mut child, group) = Group::spawn(&mut process)?;
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || drop(sender.send(child.wait())));
    let status = match ended.recv_timeout(limits.time) {
        Ok(status) => Some(status?),
        Err(_) => None,
    };
    // what it left running must not go on in a folder that is about to go away
    group.end();
    // what a shell says of a program that it does not find, or may not run
    let not_started = status.and_then(|it| it.code()).is_some_and(|it| it == 126 || it == 127);
    let failed = match status {
        None => Some(format!("it took more than {}", number_of(limits.time.as_secs(), "second"))),
        Some(status) if status.success() => None,
        Some(status) => Some(format!("it ended with {status}")),
    };
    let length = output.seek(SeekFrom::End(0))?;
    output.seek(SeekFrom::Start(length.saturating_sub(KEPT)))?;
    let mut bytes = Vec::new();
    output.take(KEPT).read_to_end(&mut bytes)?;
    let output = String::from_utf8_lossy(&bytes).into_owned();
    let not_started = not_started || (failed.is_some() && has_no_script(&output));
    Ok(CommandEnd { failed, not_started, output })
}

/// Whether Python says that it has not found what it should run: it ends with 1 or 2 then, as a script can that was found.
fn has_no_script(output: &str) -> bool {
    let last = output.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or_default();
    let is_python = last.contains(": can't open file '") && last.contains("[Errno ");
    let is_module = last.contains(": No module named ") && last.starts_with('/');
    is_python || is_module
}

/// The command, behind a shell that lowers its own limit first where there is one to lower.
fn limited(command: &[String], memory: u64) -> Command {
    let (program, arguments) = command.split_first().map_or(("", &[][..]), |(program, rest)| (program.as_str(), rest));
    if cfg!(unix) && memory > 0 {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "ulimit -v \"$1\" || exit 126; shift; exec \"$@\"", "sh"]);
        // more than a shell can say is not a limit either
        let kibibytes = memory.saturating_mul(1024).min(i64::MAX.unsigned_abs() / 1024);
        shell.arg(kibibytes.to_string()).arg(program).args(arguments);
        return shell;
    }
    let mut plain = Command::new(program);
    plain.args(arguments);
    plain
}

/// Copies a workspace: what git knows or would add where there is git, and everything but `.git` elsewhere; the files
/// `besides` even where git ignores them. Links stay links, and nothing is copied from behind one.
pub fn copy_workspace<'a>(from: &Path, to: &Path, besides: impl Iterator<Item = &'a RelPath>) -> io::Result<()> {
    let known = match git::is_repository(from).and_then(|it| if it { git::present_files(from) } else { Ok(Vec::new()) })
    {
        Err(git::GitError::Start(_)) => Vec::new(),
        known => known.map_err(io::Error::other)?,
    };
    // without git, or in a folder that git ignores
    let files = if known.is_empty() { walk(from)? } else { known };
    let files: BTreeSet<PathBuf> = files.into_iter().chain(besides.map(|it| PathBuf::from(it.as_str()))).collect();
    for file in files.iter().filter(|it| !is_behind_link(from, it)) {
        let (source, target) = (from.join(file), to.join(file));
        let about = match fs::symlink_metadata(&source) {
            Ok(about) => about,
            // git may know a file that is gone
            Err(error) if is_absent(&error) => continue,
            Err(error) => return Err(error),
        };
        // a pipe would wait for somebody who writes to it
        if !about.is_file() && !about.is_symlink() {
            continue;
        }
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        if about.is_symlink() {
            link(&fs::read_link(&source)?, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}

/// Writing to the copy of such a file could write through the copy of the link, out of the copy.
fn is_behind_link(root: &Path, file: &Path) -> bool {
    let folders = file.ancestors().skip(1).filter(|it| !it.as_os_str().is_empty());
    folders.into_iter().any(|it| root.join(it).is_symlink())
}

fn walk(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut res = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(root.join(&dir))? {
            let entry = entry?;
            let path = dir.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                if entry.file_name() != ".git" {
                    open.push(path);
                }
            } else {
                res.push(path);
            }
        }
    }
    Ok(res)
}

#[cfg(unix)]
fn link(target: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
