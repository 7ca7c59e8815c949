//! Tells a command of the user's what is new.

use crate::{
    base::Version,
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    host,
    release::ReleaseVerdict,
    watch::Polled,
};

/// Runs the command for each release that nobody was told of yet. Returns those of which it was not told, which it is run for
/// again the next time, and the gravest exit code of that.
pub(super) fn all(context: &Context, command: &str, look: &Polled) -> (Vec<Version>, Exit) {
    let found = look.found.iter().filter(|it| it.is_new).map(|it| (it.version, it.verdict));
    let late = look.late.iter().map(|it| (*it, ReleaseVerdict::Announced));
    let (mut untold, mut worst) = (Vec::new(), Exit::Done);
    for (version, verdict) in late.chain(found) {
        // whom it cannot be told does not keep the others waiting
        if let Err(failure) = one(command, version, verdict) {
            failure.show(&context.terminal);
            worst = super::exit::worse(worst, failure.exit);
            untold.push(version);
        }
    }
    (untold, worst)
}

fn one(command: &str, version: Version, verdict: ReleaseVerdict) -> Result<(), Failure> {
    let (name, series) = (version.to_string(), version.series.to_string());
    let values = [
        ("MOLT_SYNC_VERSION", name.as_str()),
        ("MOLT_SYNC_SERIES", series.as_str()),
        ("MOLT_SYNC_VERDICT", verdict.name()),
    ];
    let code = host::run_shell(command, &values)
        .map_err(|error| Failure::io("start", "a shell for --on-new".as_ref(), &error))?;
    let (exit, hint) = match code {
        0 => return Ok(()),
        // what a shell says of a command that it does not find or may not run
        126 | 127 => (Exit::Usage, "correct the command: it is run again at the next poll"),
        _ => (Exit::Io, "it is run again at the next poll"),
    };
    Err(Failure::new(exit, format!("cannot tell --on-new of {version}: the command ended with exit code {code}"), hint))
}
