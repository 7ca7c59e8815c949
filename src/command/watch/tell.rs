//! Tells a command of the user's what is new.

use std::time::Duration;

use crate::{
    base::{Version, number_of},
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    host::{self, ShellEnd, Stop},
    release::ReleaseVerdict,
    watch::Polled,
};

/// So long one command may take: others wait for it, and so does the next look.
const LIMIT: Duration = Duration::from_mins(10);

const AGAIN: &str = "it is run again at the next poll";

/// The releases that a command was run for, and those for which it is run again the next time, with the gravest exit code of that.
pub(super) struct CommandRuns {
    pub(super) done: Vec<Version>,
    pub(super) failed: Vec<Version>,
    pub(super) exit: Exit,
}

/// Runs the command for each release that it was not run for yet.
pub(super) fn all(context: &Context, command: &str, stop: Option<&Stop>, look: &Polled) -> CommandRuns {
    let found = look.found.iter().filter(|it| it.is_uncalled).map(|it| (it.version, it.verdict));
    let late = look.late_calls.iter().map(|it| (*it, ReleaseVerdict::Announced));
    let mut res = CommandRuns { done: Vec::new(), failed: Vec::new(), exit: Exit::Done };
    for (version, verdict) in late.chain(found) {
        if stop.is_some_and(|it| it.within(Duration::ZERO)) {
            res.exit = super::exit::worse(res.exit, Exit::Io);
            res.failed.push(version);
            continue;
        }
        // whom it cannot be told does not keep the others waiting
        match one(command, stop, version, verdict) {
            Ok(()) => res.done.push(version),
            Err(failure) => {
                failure.show(&context.terminal);
                res.exit = super::exit::worse(res.exit, failure.exit);
                res.failed.push(version);
            }
        }
    }
    res
}

fn one(command: &str, stop: Option<&Stop>, version: Version, verdict: ReleaseVerdict) -> Result<(), Failure> {
    let (name, series) = (version.to_string(), version.series.to_string());
    let values = [
        ("MOLT_SYNC_VERSION", name.as_str()),
        ("MOLT_SYNC_SERIES", series.as_str()),
        ("MOLT_SYNC_VERDICT", verdict.name()),
    ];
    let end = host::run_shell(command, &values, LIMIT, stop)
        .map_err(|error| Failure::io("start", "a shell for --on-new".as_ref(), &error))?;
    let (exit, why, hint) = match end {
        ShellEnd::Code(0) => return Ok(()),
        // what a shell says of a command that it does not find or may not run
        ShellEnd::Code(code @ (126 | 127)) => {
            let hint = "correct the command: it is run again at the next poll";
            (Exit::Usage, format!("ended with exit code {code}"), hint)
        }
        ShellEnd::Code(code) => (Exit::Io, format!("ended with exit code {code}"), AGAIN),
        ShellEnd::Stopped => (Exit::Io, "was ended, because the watcher was told to stop".to_owned(), AGAIN),
        ShellEnd::Late => {
            let hint = "let it start what takes long in the background; it is run again at the next poll";
            (Exit::Io, format!("was ended after {}", number_of(LIMIT.as_secs(), "second")), hint)
        }
    };
    Err(Failure::new(exit, format!("cannot tell --on-new of {version}: the command {why}"), hint))
}
