//! What is said when the run is ended because it takes too much, or because this program is wrong.

use super::args::Global;
use crate::{
    base::number_of,
    command::{Context, Exit, Failure},
    host::{Allowance, Overrun, Terminal, Verbosity, end_at_defects, guard},
};

/// Has a panic of any thread end the run as a failure.
pub(super) fn expect_defects(wants_json: bool) {
    end_at_defects(Exit::Io as u8, move |has_printed| {
        let message = "this run came upon a defect of molt-sync, and was ended";
        let hint = "report the lines above where you have molt-sync from; `molt-sync recover` finishes a change that was cut off";
        let failure = Failure::new(Exit::Io, message, hint);
        let terminal = Terminal::new(Verbosity::Normal, None);
        failure.show(&terminal);
        if wants_json && !has_printed {
            // a stdout that is closed leaves nobody to tell
            drop(terminal.last_result(&failure.json()));
        }
    });
}

/// Starts what ends this run when it takes too much.
pub(super) fn start(context: &Context, global: &Global) -> Result<(), Failure> {
    let allowance = Allowance { memory: global.memory_limit, work: global.work_limit };
    let (terminal, format) = (context.terminal.clone(), context.options.format);
    let tell = move |overrun, has_printed| {
        let mut failure = ended(overrun);
        if has_printed {
            failure = failure.with_details(["what was printed is not the whole result".to_owned()]);
        }
        failure.show(&terminal);
        if let Some(text) = failure.in_form(format).filter(|_| !has_printed) {
            // a stdout that is closed leaves nobody to tell
            drop(terminal.last_result(&text));
        }
    };
    guard(allowance, Exit::Usage as u8, tell).map_err(|error| {
        let message = format!("cannot run: no thread can be started: {error}");
        Failure::new(Exit::Io, message, "free some memory, or raise the limit of processes (ulimit -u)")
    })
}

fn ended(overrun: Overrun) -> Failure {
    let (what, option, variable, more) = match overrun {
        Overrun::Memory(bytes) => {
            let more = sized(bytes.saturating_mul(4)).replace([' ', 'i', 'B'], "");
            (format!("{} of memory", sized(bytes)), "--memory-limit", "MOLT_SYNC_MEMORY_LIMIT", more)
        }
        Overrun::Work(seconds) => {
            let what = number_of(seconds, "second");
            (
                format!("{what} of processor time"),
                "--work-limit",
                "MOLT_SYNC_WORK_LIMIT",
                seconds.saturating_mul(4).min(86_400).to_string(),
            )
        }
    };
    let message = format!("this run takes more than {what}, and was ended");
    let hint = format!(
        "see what in the workspace is that large; where you trust it, allow more with {option} {more}, or {variable}={more}"
    );
    Failure::new(Exit::Usage, message, hint)
}

/// `1 GiB`, `64 MiB`, in the largest unit that it has a whole number of.
fn sized(bytes: u64) -> String {
    let (shift, unit) = match bytes {
        it if it % (1 << 30) == 0 => (30, "GiB"),
        it if it % (1 << 20) == 0 => (20, "MiB"),
        _ => (10, "KiB"),
    };
    format!("{} {unit}", bytes >> shift)
}
