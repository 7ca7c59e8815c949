//! The supervisor's process, from its start to its end.

use std::{
    ffi::OsString,
    fs::File,
    io,
    os::fd::AsFd as _,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getpid, set_child_subreaper, set_dumpable_behavior, setrlimit, setsid,
};

use super::super::{cgroup::CgroupLeaf, wire};
use super::meter::MemoryMeter;
use super::polling::Polling;
use super::written::ChildCounters;
use super::{kill, runner};
use crate::differential::run::MeasurementMethod;

/// The hidden subcommand.
pub(in crate::host::process) const WORD: &str = "__supervise";

/// Is a supervisor, where this process was started as one; returns its exit code then.
pub fn supervise() -> Option<u8> {
    let mut words = std::env::args_os().skip(1);
    if words.next().is_none_or(|it| it != WORD) {
        return None;
    }
    let method = words.next().unwrap_or_default();
    let method = MeasurementMethod::ALL.into_iter().find(|it| method == it.word());
    let folders: Vec<PathBuf> = words.map(PathBuf::from).collect();
    let res = serve(method.unwrap_or(MeasurementMethod::Polling), &folders);
    Some(u8::from(res.is_err()))
}

fn serve(method: MeasurementMethod, folders: &[PathBuf]) -> io::Result<()> {
    // unbuffered: answers are frames, and requests are also watched for their end while a program runs
    let mut answers = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let mut requests = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let (mut meter, written) = match prepared(method, folders) {
        Ok(prepared) => prepared,
        Err(error) => return wire::send_failure(&mut answers, &error.to_string()),
    };
    wire::send_ready(&mut answers)?;
    while let Some(program) = wire::receive_program(&mut requests)? {
        match runner::run(&program, &mut meter, &written, &requests, &mut answers) {
            Ok(done) => wire::send_done(&mut answers, &done)?,
            Err(error) => {
                // nothing of it may go on, whatever went wrong
                let gone = kill::kill_all(&meter);
                wire::send_failure(&mut answers, &error.to_string())?;
                gone?;
            }
        }
    }
    Ok(())
}

fn prepared(method: MeasurementMethod, folders: &[PathBuf]) -> io::Result<(MemoryMeter, ChildCounters)> {
    // an interrupt at a terminal is for whoever started this one, and a program has no terminal
    setsid()?;
    hear_signals()?;
    set_child_subreaper(Some(getpid()))?;
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    let written = ChildCounters::open()?;
    // a program of the same user may not write into this one's pipes what would be taken for a verdict
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    if method == MeasurementMethod::Polling {
        return Ok((MemoryMeter::Polling(Polling::new()?), written));
    }
    let leaf = CgroupLeaf::open(method, folders)?;
    leaf.join()?;
    Ok((MemoryMeter::group(leaf), written))
}

/// What this process ignores, each program would ignore too, as behind `nohup` or in the background of a script. What it hears
/// has its usual effect on a program that is started.
fn hear_signals() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT};
    for signal in [SIGHUP, SIGINT, SIGQUIT] {
        signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
    }
    Ok(())
}

/// Words of a command line, for the one who starts a supervisor.
pub(in crate::host::process) fn words(method: MeasurementMethod, folders: &[PathBuf]) -> Vec<OsString> {
    let first = [OsString::from(WORD), OsString::from(method.word())];
    first.into_iter().chain(folders.iter().map(|it| it.clone().into_os_string())).collect()
}
