//! The command lines of `scoreboard`.

use std::path::PathBuf;

use clap::{Args, Subcommand, builder::NonEmptyStringValueParser as Text};

use crate::{base::day, scoreboard::FIGURES};

/// What is asked for.
#[derive(Debug, Clone, Subcommand)]
pub enum ScoreboardCommand {
    /// Record the row of a week in the history and in the table of the operations handbook
    Record(Box<RecordArgs>),
    /// Show the rows of the history with what changed from one to the next
    Show(Show),
    /// Fail if something worsened since this revision, by name, that no exception allows; or if an exception is not in order
    Check(CheckArgs),
    /// Write an exception that names what has worsened, to be filled in by the person who signs for it
    Except(Box<ExceptArgs>),
    /// Tell how an exception is taken back, or do it where its plan is to revert commits
    Rollback(RollbackArgs),
    /// Write the scoreboard as one page that needs nothing else
    Html(Html),
    /// Print a badge of one figure, as SVG
    Badge(BadgeArgs),
    /// Work as git's merge driver for the history, for exceptions, and for the table of a document. Without it the history is
    /// merged all the same: `record` puts it down in .gitattributes that both sides are kept
    #[command(name = "merge-driver")]
    MergeDriver(MergeDriverArgs),
}

/// `scoreboard record`
#[derive(Debug, Clone, Default, Args)]
pub struct RecordArgs {
    /// The day that the row is of; today by default, and with --at the day of the commit
    #[arg(long, value_name = "DATE", value_parser = a_day)]
    pub date: Option<String>,
    /// Reports of differential runs: those of molt-sync, Molt's summary.json, results or calibrations as JSONL. LANE=FILE names
    /// the lane of a report that does not
    #[arg(long = "report", value_name = "FILE", num_args = 1.., value_parser = Text::new())]
    pub reports: Vec<String>,
    /// Measure the tree of this revision, read through git, instead of the files that are checked out
    #[arg(long, value_name = "REV", value_parser = Text::new())]
    pub at: Option<String>,
    /// Replace the row that this week has already, where no later week has one
    #[arg(long)]
    pub replace: bool,
    /// Write nothing; print what would change as a patch
    #[arg(long)]
    pub dry_run: bool,
    /// Write to these files although they have changes that are not committed (a pattern such as `docs/**`)
    #[arg(long, value_name = "PATTERN", value_parser = Text::new())]
    pub allow_dirty: Vec<String>,
}

/// `scoreboard show`
#[derive(Debug, Clone, Default, Args)]
pub struct Show {
    /// The last so many weeks
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    pub weeks: Option<u32>,
    /// The rows from this day on
    #[arg(long, value_name = "DATE", value_parser = a_day)]
    pub since: Option<String>,
}

/// `scoreboard check`
#[derive(Debug, Clone, Default, Args)]
pub struct CheckArgs {
    /// The revision to compare with, at its merge base with the present commit
    #[arg(long, value_name = "REF", value_parser = Text::new())]
    pub base: String,
    /// Reports of differential runs of this branch; what the history's last row has by default
    #[arg(long = "report", value_name = "FILE", num_args = 1.., value_parser = Text::new())]
    pub reports: Vec<String>,
}

/// `scoreboard except`
#[derive(Debug, Clone, Default, Args)]
pub struct ExceptArgs {
    #[command(flatten)]
    pub check: CheckArgs,
    /// Reason for the exception, recorded with it
    #[arg(long, value_name = "TEXT", value_parser = Text::new())]
    pub reason: Option<String>,
    /// The name of the person who signs for it
    #[arg(long, value_name = "NAME", value_parser = Text::new())]
    pub by: Option<String>,
    /// The last day on which it counts
    #[arg(long, value_name = "DATE", value_parser = a_day)]
    pub expires: Option<String>,
    /// How it is taken back
    #[arg(long, value_name = "TEXT", value_parser = Text::new())]
    pub plan: Option<String>,
    /// A commit that is to be reverted, where that is how it is taken back
    #[arg(long = "revert", value_name = "COMMIT", value_parser = Text::new())]
    pub reverts: Vec<String>,
    /// Write nothing; print what would change as a patch
    #[arg(long)]
    pub dry_run: bool,
}

/// `scoreboard rollback`
#[derive(Debug, Clone, Default, Args)]
pub struct RollbackArgs {
    /// The exception: its file, or the name of that
    #[arg(value_parser = Text::new())]
    pub exception: String,
    /// Do it in a work tree of its own, and leave this one alone (needs --branch)
    #[arg(long, requires = "branch")]
    pub worktree: bool,
    /// Commit it on a new branch of this name (needs --worktree)
    #[arg(long, value_name = "NAME", requires = "worktree", value_parser = Text::new())]
    pub branch: Option<String>,
}

/// `scoreboard html`
#[derive(Debug, Clone, Default, Args)]
pub struct Html {
    /// The file to write
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The last so many weeks
    #[arg(long, value_name = "COUNT", default_value_t = 52, value_parser = clap::value_parser!(u32).range(1..))]
    pub weeks: u32,
    /// The address before the links to modules, such as `https://github.com/OWNER/NAME/blob/COMMIT`; by default they lead to the files of this workspace
    #[arg(long, value_name = "URL", value_parser = address)]
    pub links: Option<String>,
}

/// `scoreboard badge`
#[derive(Debug, Clone, Default, Args)]
pub struct BadgeArgs {
    /// The figure that it shows
    #[arg(long, value_name = "ID", default_value = "intrinsic-partial", value_parser = figures())]
    pub figure: String,
    /// Write it to this file instead of stdout
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// `scoreboard merge-driver`
#[derive(Debug, Clone, Default, Args)]
pub struct MergeDriverArgs {
    /// The file as it was where the branches parted (%O)
    pub base: PathBuf,
    /// The file of our side (%A), which is written
    pub ours: PathBuf,
    /// The file of their side (%B)
    pub theirs: PathBuf,
}

fn figures() -> clap::builder::PossibleValuesParser {
    FIGURES.iter().map(|it| it.id).collect::<Vec<_>>().into()
}

/// An address that a page can lead to: nothing that a browser would run.
fn address(text: &str) -> Result<String, String> {
    let is_one = ["https://", "http://"].iter().any(|it| text.starts_with(it)) && !text.contains(char::is_control);
    if is_one { Ok(text.to_owned()) } else { Err("write an address that begins with https://".into()) }
}

fn a_day(text: &str) -> Result<String, String> {
    let is_day = day(text).is_some();
    if is_day { Ok(text.to_owned()) } else { Err("write a date, such as 2026-11-23".into()) }
}
