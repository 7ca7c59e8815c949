//! The start of a program.

use std::{
    ffi::OsStr,
    fs, io,
    os::{
        fd::OwnedFd,
        unix::{ffi::OsStrExt as _, process::CommandExt as _},
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rustix::{
    fs::{Access, access},
    process::{Pid, PidfdFlags, Resource, Rlimit, getrlimit, pidfd_open, prlimit, setrlimit},
};

use crate::differential::run::Program;

/// A program that runs.
pub(super) struct Started {
    pub(super) pid: Pid,
    /// Readable when it has ended.
    pub(super) end: OwnedFd,
    pub(super) stdout: OwnedFd,
    pub(super) stderr: OwnedFd,
}

/// Starts a program, or says why it cannot be started.
pub(super) fn start(program: &Program) -> io::Result<Result<Started, String>> {
    let name = program.argv.first().map_or(OsStr::new(""), |it| it.as_os_str());
    let Some(path) = found(name, program) else {
        return Ok(Err(format!("there is no program {}", name.display())));
    };
    limit_own_files(program.file_limit)?;
    let usual = getrlimit(Resource::Nofile);
    if program.most_open_files {
        setrlimit(Resource::Nofile, Rlimit { current: usual.maximum, maximum: usual.maximum })?;
    }
    let mut command = Command::new(path);
    // this process has no environment of its own; without a name to look for the system starts it fastest
    command.arg0(name).args(&program.argv[1..]).current_dir(&program.cwd);
    command.envs(program.env.iter().map(|(name, value)| (name, value)));
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let spawned = command.spawn();
    if program.most_open_files {
        setrlimit(Resource::Nofile, usual)?;
    }
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) if is_the_programs(&error) => {
            let is_folder = program.cwd.is_dir();
            let what = if is_folder { name } else { program.cwd.as_os_str() };
            return Ok(Err(format!("{}: {error}", what.display())));
        }
        Err(error) => return Err(error),
    };
    let pid = Pid::from_child(&child);
    // a limit that it could raise would be none; one that has ended already does not mind
    if let Some(limit) = program.file_limit {
        let _ = prlimit(Some(pid), Resource::Fsize, Rlimit { current: Some(limit), maximum: Some(limit) });
    }
    // of all in the group, this process is the last one to be killed for lack of memory
    drop(fs::write(format!("/proc/{pid}/oom_score_adj"), "500"));
    let end = pidfd_open(pid, PidfdFlags::empty())?;
    let lost = || io::Error::other("a program was started without its pipes");
    let stdout = child.stdout.take().ok_or_else(lost)?.into();
    let stderr = child.stderr.take().ok_or_else(lost)?.into();
    Ok(Ok(Started { pid, end, stdout, stderr }))
}

/// The program inherits this, and this process writes no files. The maximum stays, so that the next one can have more.
fn limit_own_files(limit: Option<u64>) -> io::Result<()> {
    let maximum = getrlimit(Resource::Fsize).maximum;
    let current = match (limit, maximum) {
        (Some(limit), Some(maximum)) => Some(limit.min(maximum)),
        (limit, maximum) => limit.or(maximum),
    };
    Ok(setrlimit(Resource::Fsize, Rlimit { current, maximum })?)
}

/// What says something about the program, and not about this machine at this moment.
fn is_the_programs(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let errors = [
        Errno::ACCESS,
        Errno::ISDIR,
        Errno::LOOP,
        Errno::NAMETOOLONG,
        Errno::NOENT,
        Errno::NOEXEC,
        Errno::NOTDIR,
        Errno::PERM,
        Errno::TOOBIG,
        Errno::TXTBSY,
    ];
    // a zero byte in an argument is found before the system is asked
    error.kind() == io::ErrorKind::InvalidInput
        || errors.iter().any(|it| error.raw_os_error() == Some(it.raw_os_error()))
}

/// The file of a program: as it is named from its own folder, or the first one in its own `PATH` that may be run.
fn found(name: &OsStr, program: &Program) -> Option<PathBuf> {
    if name.is_empty() {
        return None;
    }
    if name.as_bytes().contains(&b'/') {
        return Some(program.cwd.join(name));
    }
    let path = program.env.iter().rev().find(|(name, _)| name == "PATH").map(|(_, value)| value.as_bytes());
    let mut folders = path?.split(|it| *it == b':').map(|it| program.cwd.join(Path::new(OsStr::from_bytes(it))));
    folders.find_map(|folder| {
        let file = folder.join(name);
        (file.is_file() && access(&file, Access::EXEC_OK).is_ok()).then_some(file)
    })
}
