//! `molt-sync watch`, as it is asked for.

use std::path::PathBuf;

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use super::{Bring, Watch};
use crate::command::support::failure::{Exit, Failure};

/// What is asked for.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct WatchArgs {
    /// Poll once; this is the default
    #[arg(long, conflicts_with = "every")]
    once: bool,
    /// Poll again and again, with this time in between (6h, 90m), until the program is stopped; with --format json, one line a poll
    #[arg(long, value_name = "TIME")]
    every: Option<String>,
    /// End with exit code 1 where a release is waiting
    #[arg(long)]
    check: bool,
    /// Refresh to each release that is waiting, in the workspace or as --out or --branches say
    #[arg(long)]
    refresh: bool,
    /// Write each change as DIR/SERIES.patch with a message and a report, and leave the workspace alone
    #[arg(long, value_name = "DIR", requires = "refresh", conflicts_with = "branches")]
    out: Option<PathBuf>,
    /// Commit each change to a branch molt-sync/SERIES, in a work tree of its own
    #[arg(long, requires = "refresh")]
    branches: bool,
    /// Look for releases of these series only; of all recorded ones by default
    #[arg(long, value_delimiter = ',', value_name = "SERIES")]
    series: Vec<String>,
    /// Include pre-releases among the releases that are looked for
    #[arg(long)]
    pre: bool,
    /// Run this in a shell for each release that is out for the first time, which `MOLT_SYNC_VERSION` names, and again at the next
    /// poll where it fails or takes more than ten minutes
    #[arg(long, value_name = "COMMAND", value_parser = Text::new())]
    on_new: Option<String>,
    /// The file that remembers, from run to run, which releases were seen
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Leave out the notices in this file, one a line: those of an earlier run whose state is not at hand
    #[arg(long, value_name = "FILE")]
    told: Option<PathBuf>,
    /// Write the time and the outcome to this file after each successful poll
    #[arg(long, value_name = "FILE")]
    heartbeat: Option<PathBuf>,
    /// Record the row of this week on the scoreboard in the same run, where the week has none
    #[arg(long)]
    scoreboard: bool,
    /// Write a summary and outputs for a step of a workflow on GitHub
    #[arg(long)]
    github: bool,
}

impl WatchArgs {
    /// The request, in values.
    pub(in crate::command) fn request(self) -> Result<Watch, Failure> {
        let bring = match (self.refresh, self.out) {
            (false, _) => None,
            (true, Some(dir)) => Some(Bring::Patches(dir)),
            (true, None) if self.branches => Some(Bring::Branches),
            (true, None) => Some(Bring::Here),
        };
        Ok(Watch {
            every: self.every.as_deref().map(seconds).transpose()?,
            check: self.check,
            bring,
            series: self.series.iter().map(|text| text.parse()).collect::<Result<_, _>>()?,
            pre: self.pre,
            on_new: self.on_new,
            state: self.state,
            told: self.told,
            heartbeat: self.heartbeat,
            scoreboard: self.scoreboard,
            github: self.github,
        })
    }
}

/// `90s`, `30m`, `6h` or `1d` in seconds.
fn seconds(text: &str) -> Result<u64, Failure> {
    let (number, unit) = text.split_at(text.trim_end_matches(|it: char| it.is_ascii_alphabetic()).len());
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => 0,
    };
    let seconds = number.parse::<u64>().ok().and_then(|it| it.checked_mul(unit)).filter(|it| *it > 0);
    seconds.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("`{text}` is not a length of time"), "write 90s, 30m, 6h or 1d")
    })
}
