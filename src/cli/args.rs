//! The command line's types.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, builder::NonEmptyStringValueParser as Text};

use super::described::{ManArgs, SchemaArgs, ShellArg};
use crate::base::day;
use crate::command::{
    AcceptArgs, ApiCommand, Apply, BaselineCommand, ConfigCommand, Differential, DocsCommand, Format, GatesArgs,
    Impact, InitArgs, LandedArgs, PlanArgs, RatchetCommand, Recover, RefreshArgs, ScoreboardCommand, StubsCommand,
    Surface, TrustCommand, Undo, Verify, WatchArgs,
};

/// Keep Molt's standard library in step with CPython releases.
#[derive(Debug, Parser)]
#[command(name = "molt-sync", bin_name = "molt-sync", version, about, max_term_width = 100)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    /// None where it is to be said how things stand.
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// The workspace; by default the current folder or the first one above it that is one
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// Settings to use instead of the workspace's molt-sync.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The form of the result on stdout; the help of a command lists which of these it has
    #[arg(long, global = true, value_enum, default_value = "human")]
    pub(super) format: Format,
    /// When results and messages are coloured
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub(super) color: ColorArg,
    /// Print nothing but results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Print every finding, and why things are done
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// Use no network: releases come from the cache, from a folder or from --source
    #[arg(long, global = true)]
    pub(super) offline: bool,
    #[arg(long = "mirror", help = "A folder or an address laid out like https://www.python.org/ftp/python", global = true, env = "MOLT_SYNC_MIRROR", value_name = "URL|DIR", value_parser = Text::new())]
    pub(super) releases_from: Option<String>,
    /// The folder of cached archives and facts; by default the one of the user
    #[arg(long, global = true, env = "MOLT_SYNC_CACHE_DIR", value_name = "DIR")]
    pub(super) cache_dir: Option<PathBuf>,
    /// How large the cache may be, with K, M or G, and in mebibytes without; what was used longest ago goes first
    #[arg(long, global = true, env = "MOLT_SYNC_CACHE_LIMIT", value_name = "SIZE", default_value = "2G", value_parser = size)]
    pub(super) cache_limit: u64,
    /// How much memory the run may take before it is ended, with K, M or G; for a workspace that one trusts
    #[arg(long, global = true, env = "MOLT_SYNC_MEMORY_LIMIT", value_name = "SIZE", default_value = "1G", value_parser = size)]
    pub(super) memory_limit: u64,
    /// How many seconds of processor time the run may take before it is ended; for a workspace that one trusts
    #[arg(long, global = true, env = "MOLT_SYNC_WORK_LIMIT", value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub(super) work_limit: u64,
    /// Check signatures against this trusted root, instead of the one that is built in
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) trusted_root: Option<PathBuf>,
    /// The date, or the moment, that counts as now, for reproducible output
    #[arg(long, global = true, value_name = "DATE|MOMENT", value_parser = date)]
    pub(super) now: Option<String>,
    /// Seconds that a server may be silent
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(super) timeout: u64,
    /// Seconds that one download may take in all; by default 20 times the timeout
    #[arg(long, global = true, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub(super) total_timeout: Option<u64>,
    /// How often a download is tried in a row before the run gives up
    #[arg(long, global = true, value_name = "COUNT", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(super) attempts: u32,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ColorArg {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Bring the workspace in step with a CPython release
    Refresh(Box<RefreshArgs>),
    /// Look for releases that are newer than the recorded ones
    Watch(WatchArgs),
    /// Show, compare, verify or drop the recorded facts of a series
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Show the public names of a release's modules
    #[command(subcommand)]
    Api(ApiCommand),
    /// Show what changes from one release to another, most important for the workspace first
    Impact(Impact),
    /// Show which public names of CPython the workspace's modules lack
    Surface(Surface),
    /// Judge the workspace as it stands by every gate
    Gates(Box<GatesArgs>),
    /// Judge converted modules by the acceptance template, point by point, with evidence
    Accept(AcceptArgs),
    /// Show the order in which modules are converted, where each cluster stands, and what could be next
    Plan(PlanArgs),
    /// Show what was converted between two revisions
    Landed(LandedArgs),
    /// Compare the stubs of the tree with its union, or bring them in step
    #[command(subcommand)]
    Stubs(StubsCommand),
    /// Show, lower or check the budget of intrinsic-partial modules
    #[command(subcommand)]
    Ratchet(RatchetCommand),
    /// Record, show and check the weekly scoreboard: nothing worsens unless a person signs for it
    #[command(subcommand)]
    Scoreboard(ScoreboardCommand),
    /// Check and repair what documents state
    #[command(subcommand)]
    Docs(DocsCommand),
    /// Run tests with CPython and with the candidate, in lanes, and compare what they do
    #[command(subcommand)]
    Differential(Differential),
    /// Make a workspace from nothing, or write what runs molt-sync by itself into one
    Init(InitArgs),
    /// Run a whole refresh on a bundled workspace, to see what it does
    Demo {
        /// Make the workspace in this new or empty folder, not in a temporary one (both are kept)
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
    },
    /// Show the lock, add a digest or a signer that a person reviewed, or join two locks after a merge
    #[command(subcommand)]
    Trust(TrustCommand),
    /// Verify a source archive or a release, and do nothing else
    Verify(Verify),
    /// Compare every locked release with what is published now
    AuditUpstream {
        /// Read the archives whole, and not only their lengths and signatures
        #[arg(long)]
        download: bool,
    },
    /// Carry out a change that --plan wrote to a file
    Apply(Apply),
    /// Take back the change that was applied last, if nothing touched its files since; run again, it redoes that change
    Undo(Undo),
    /// Show the settings that count here, and who says so
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Show what was found of all that a run needs, and how what is missing is mended
    Doctor,
    /// Print the completions of a shell
    Completions {
        /// The shell that is to complete
        shell: ShellArg,
    },
    /// Print the manual page, or write that of every command
    Man(ManArgs),
    /// Print the schema of what is read or written
    Schema(SchemaArgs),
    /// Finish a change that was cut off
    Recover(Recover),
}

/// `2G`, `512M`, `1500K`; `500` is in mebibytes
fn size(text: &str) -> Result<u64, String> {
    let units = [("K", 10), ("M", 20), ("G", 30)].into_iter();
    let (digits, shift) = units
        .flat_map(|(unit, shift)| {
            [(unit.to_owned(), shift), (unit.to_lowercase(), shift), (format!("{unit}iB"), shift)]
        })
        .find_map(|(unit, shift)| Some((text.strip_suffix(&unit)?, shift)))
        .unwrap_or((text, 20));
    // a limit that no disk has is none
    let size = digits.parse::<u64>().ok().map(|it| it.saturating_mul(1 << shift));
    size.ok_or_else(|| "a size looks like 2G, 512M or 1500K, and 500 is as many mebibytes".into())
}

fn date(text: &str) -> Result<String, String> {
    // the day of a moment is what it begins with
    let has_day = text.get(..10).is_some_and(|it| day(it).is_some());
    if has_day && (text.len() == 10 || text.parse::<jiff::Timestamp>().is_ok()) {
        return Ok(text.to_owned());
    }
    Err("write a date, 2026-11-23, or a moment, 2026-11-23T05:23:00Z".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        super::super::formats::command().debug_assert();
    }

    #[test]
    fn a_moment_begins_with_its_day() {
        for text in ["2026-11-23", "2026-11-23T05:23:00Z", "2026-11-23T05:23:00+02:00"] {
            assert_eq!(date(text).as_deref(), Ok(text));
        }
        for text in
            ["20261123", "20261123T000000Z", "+002026-11-23T00:00:00Z", "2026-11-23T", "2026-11", "é2026-11-23", ""]
        {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_have_units_and_are_in_mebibytes_without() {
        let sizes = ["0", "500", "7K", "512M", "2g", "2GiB"].map(|it| size(it).unwrap());
        assert_eq!(sizes, [0, 500 << 20, 7168, 512 << 20, 2 << 30, 2 << 30]);
        assert_eq!(size("99999999999G"), Ok(u64::MAX));
        for text in ["", "G", "iB", "5iB", "-1", "1.5G", "2T", "5é"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
