//! The command line's types.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, builder::NonEmptyStringValueParser as Text};

use super::{
    described::{ManArgs, SchemaArgs, ShellArg},
    release::{InitArgs, SignerArgs, VerifyArgs, WatchArgs},
};
use crate::{
    base::RelPath,
    command::{
        self, AcceptArgs as AcceptModuleArgs, ApiCommand, ConfigCommand, Impact, LandedArgs, PlanArgs,
        ScoreboardCommand, Side, Surface,
    },
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
    /// The form of the result on stdout
    #[arg(long, global = true, value_enum, default_value = "human")]
    pub(super) format: FormatArg,
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
    #[arg(long, global = true, env = "MOLT_SYNC_WORK_LIMIT", value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86400))]
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
pub(super) enum FormatArg {
    /// Text for people
    Human,
    /// One JSON document, also for an error
    Json,
    /// Markdown, for a pull request's body (`refresh`, `impact`, `baseline drop`, `stubs sync`, `demo`, `docs check`, `sync` and
    /// `census`, `plan`, `accept`, `landed`, `scoreboard show` and `check`)
    Markdown,
    /// SARIF 2.1.0, for code scanning (`gates`, `docs check`, `sync` and `census`, `baseline verify`)
    Sarif,
    #[value(help = "A test report in the form of JUnit (the same commands, `accept` and `differential`)")]
    Junit,
    /// Annotations of a workflow on GitHub (as SARIF, and `differential`, `scoreboard show` and `check`)
    Github,
    /// The repairs as one patch for `git apply` (`docs check` and `sync`)
    Patch,
    /// A graph for Graphviz (`plan`)
    Dot,
    /// A graph for Mermaid (`plan`)
    Mermaid,
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
    Refresh(RefreshArgs),
    /// Look for releases that are newer than the recorded ones
    Watch(WatchArgs),
    /// Show, compare, verify or drop the recorded facts of a series
    #[command(subcommand)]
    Baseline(BaselineArgs),
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
    Accept(AcceptModuleArgs),
    /// Show the order in which modules are converted, where each cluster stands, and what could be next
    Plan(PlanArgs),
    /// Show what was converted between two revisions
    Landed(LandedArgs),
    /// Compare the stubs of the tree with its union, or bring them in step
    #[command(subcommand)]
    Stubs(StubsArgs),
    /// Show, lower or check the budget of intrinsic-partial modules
    #[command(subcommand)]
    Ratchet(RatchetArgs),
    /// Record, show and check the weekly scoreboard: nothing worsens unless a person signs for it
    #[command(subcommand)]
    Scoreboard(ScoreboardCommand),
    /// Check and repair what documents state
    #[command(subcommand)]
    Docs(DocsArgs),
    /// Run tests with CPython and with the candidate, in lanes, and compare what they do
    #[command(subcommand)]
    Differential(command::Differential),
    /// Make a workspace from nothing, or write what runs molt-sync by itself into one
    Init(InitArgs),
    /// Run a whole refresh on a bundled workspace, to see what it does
    Demo {
        /// Make the workspace in this folder, and keep it
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
    },
    /// Show the lock, add a digest or a signer that a person reviewed, or join two locks after a merge
    #[command(subcommand)]
    Trust(TrustArgs),
    /// Verify a source archive or a release, and do nothing else
    Verify(VerifyArgs),
    /// Compare every locked release with what is published now
    AuditUpstream {
        /// Read the archives whole, and not only their lengths and signatures
        #[arg(long)]
        download: bool,
    },
    /// Carry out a change that --plan wrote to a file
    Apply {
        /// The file that `refresh --plan` or `baseline drop --plan` wrote
        plan: PathBuf,
        /// Write nothing; print what would change as a patch for `git apply`
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        git: GitArgs,
    },
    /// Take back the change that was applied last, if nothing touched its files since; run again, it redoes that change
    Undo {
        /// Write nothing; print what would be taken back as a patch
        #[arg(long)]
        dry_run: bool,
        /// Believe what is kept of it, although it is not signed with your key: look at it with --dry-run first
        #[arg(long)]
        unverified: bool,
    },
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
    Recover {
        /// Take it back instead, or set it aside where it is not signed with your key
        #[arg(long)]
        abort: bool,
        /// Finish it although it is not signed with your key: `recover` alone shows what it would do
        #[arg(long, conflicts_with = "abort")]
        unverified: bool,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct RefreshArgs {
    /// A series (3.14), a release (3.14.10, 3.15.0rc1) or `latest`
    pub(super) version: String,
    /// An archive, an unpacked source tree, `interpreter:PATH` or `bundled`, instead of the mirror
    #[arg(long, value_name = "SOURCE", value_parser = Text::new())]
    pub(super) source: Option<String>,
    /// Include pre-releases when the newest release of a series is looked for
    #[arg(long)]
    pub(super) pre: bool,
    #[command(flatten)]
    pub(super) accepted: AcceptArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// What a person accepts of a change.
#[derive(Debug, ClapArgs)]
pub(super) struct AcceptArgs {
    /// Accept, under this name, what needs a person: new stubs that raise the budget, or a gate that breaks (needs --reason)
    #[arg(long, value_name = "NAME", requires = "reason", value_parser = words)]
    pub(super) sign_off: Option<String>,
    /// The reason for the sign-off, recorded with it (needs --sign-off)
    #[arg(long, value_name = "TEXT", requires = "sign_off", value_parser = words)]
    pub(super) reason: Option<String>,
    /// Accept that this gate breaks, recorded with the sign-off (needs --sign-off)
    #[arg(long = "allow-gate", value_name = "ID", requires = "sign_off", value_parser = Text::new())]
    pub(super) allow_gates: Vec<String>,
    /// Whose words count in a file that a person edited: `ours` stay, `theirs` are written over them, `merge` joins both
    #[arg(long, value_name = "SIDE=PATH", value_parser = take)]
    pub(super) take: Vec<(Side, RelPath)>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct OutputArgs {
    /// Write nothing; print what would change as a patch for `git apply`
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Write the change to this file as a patch for `git apply`, instead of applying it
    #[arg(long, value_name = "FILE")]
    pub(super) patch: Option<PathBuf>,
    /// Write the change to this file as a plan for `molt-sync apply`, instead of applying it
    #[arg(long, value_name = "FILE")]
    pub(super) plan: Option<PathBuf>,
    /// Write the report to this file as well, in Markdown
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// Run the workspace's own gates in a dry run too: commands of molt-sync.toml, code that the workspace brings
    #[arg(long)]
    pub(super) run_external_gates: bool,
    /// Let the workspace's own gates see this variable, which they ask for and which may hold a secret
    #[arg(long, value_name = "NAME", value_parser = Text::new())]
    pub(super) allow_gate_env: Vec<String>,
    /// Do all of it in a work tree of its own, and leave this one alone (needs --branch)
    #[arg(long, requires = "branch")]
    pub(super) worktree: bool,
    #[command(flatten)]
    pub(super) git: GitArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct GitArgs {
    #[command(flatten)]
    pub(super) dirty: DirtyArgs,
    /// Commit the changed files, and nothing else, on the present branch
    #[arg(long, conflicts_with = "allow_dirty")]
    pub(super) commit: bool,
    /// Commit it on a new branch of this name, and stay on that branch
    #[arg(long, value_name = "NAME", conflicts_with = "allow_dirty", value_parser = Text::new())]
    pub(super) branch: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct DirtyArgs {
    /// Write to these files although they have changes that are not committed (a pattern such as `docs/**`)
    #[arg(long, value_name = "PATTERN", value_parser = Text::new())]
    pub(super) allow_dirty: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum BaselineArgs {
    /// Show the recorded facts of a series, or the facts of any source, unverified
    Show {
        /// The series; all of them by default
        #[arg(conflicts_with = "source")]
        series: Option<String>,
        /// Show what this archive, unpacked source tree or `interpreter:PATH` holds instead
        #[arg(long, value_name = "SOURCE", value_parser = Text::new())]
        source: Option<String>,
    },
    /// Show what changed from one series or release to another
    Diff {
        /// The older side: a series (3.13), a release (3.13.5), a baseline file or an archive
        old: String,
        /// The newer side: a series, a release, a baseline file or an archive
        new: String,
    },
    /// Compare the recorded names with those of a live interpreter
    Verify {
        /// The CPython interpreter to ask
        #[arg(long, value_name = "PATH")]
        python: PathBuf,
        /// The recorded series to compare with; the interpreter's own by default
        #[arg(long, value_name = "SERIES")]
        series: Option<String>,
    },
    /// Stop supporting a series
    Drop(Box<DropArgs>),
}

#[derive(Debug, ClapArgs)]
pub(super) struct DropArgs {
    /// The series to drop (3.12)
    pub(super) series: String,
    #[command(flatten)]
    pub(super) accepted: AcceptArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum DocsArgs {
    /// Add the managed regions to documents that have none
    Adopt {
        /// The block to add; all of them by default
        #[arg(long = "block", value_name = "NAME", value_parser = Text::new())]
        blocks: Vec<String>,
        /// Add it at the end of the section with this heading (needs --block)
        #[arg(long, value_name = "HEADING", requires = "blocks", value_parser = Text::new())]
        after: Option<String>,
        /// Write nothing; print what would change as a patch
        #[arg(long)]
        dry_run: bool,
    },
    /// Compare every document with the facts; write nothing
    Check(DocsCheckArgs),
    /// Repair what a tool may repair, in all documents or in none
    Sync {
        #[command(flatten)]
        check: DocsCheckArgs,
        /// Write nothing; print what would change as a patch
        #[arg(long)]
        dry_run: bool,
        /// Whose words count where a person and the facts disagree
        #[arg(long, value_enum)]
        take: Option<TakeArg>,
        #[command(flatten)]
        dirty: DirtyArgs,
    },
    /// List the facts that documents may state, each with its source
    Facts {
        /// A fact, or what its name begins with (`stdlib`, `module.json`)
        id: Option<String>,
    },
    /// Explain a diagnostic, a line of a document or a claim
    Explain {
        /// A diagnostic (DOC005), a line (README.md:12) or the id of a claim
        #[arg(value_name = "CODE|FILE:LINE|CLAIM")]
        what: String,
    },
    /// List the numbers in documents that look like a fact and are bound to none
    Census {
        /// Documents, as patterns; all of them by default
        files: Vec<String>,
        /// Also list the facts that no document cites
        #[arg(long)]
        uncited: bool,
    },
    /// Bind the value at a line to a fact
    Bind {
        /// The line where the value stands (README.md:12)
        #[arg(value_name = "FILE:LINE")]
        place: String,
        /// The fact that it states; `docs facts` lists them
        fact: String,
        /// Write nothing; print what would change as a patch
        #[arg(long)]
        dry_run: bool,
    },
    /// Settle the merge conflicts of two refreshed branches: managed regions, the union, the lock, the budget, the audit document
    #[command(
        override_usage = "molt-sync docs resolve [OPTIONS] [FILES]...\n       molt-sync docs resolve [OPTIONS] --driver <BASE> <OURS> <THEIRS>"
    )]
    Resolve {
        /// The files to settle; all that the merge left open by default
        files: Vec<String>,
        /// Work as git's merge driver, for regions alone: with `*.md merge=molt-sync` in .gitattributes, and in git's settings
        /// merge.molt-sync.driver = `molt-sync docs resolve --driver %O %A %B`. Without it, no such line is needed
        #[arg(long, num_args = 3, value_names = ["BASE", "OURS", "THEIRS"], conflicts_with = "files")]
        driver: Vec<PathBuf>,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct DocsCheckArgs {
    /// Documents, as patterns; all of them by default
    pub(super) files: Vec<String>,
    /// Compare with where this branch parted from REF: no budget is higher, and no statement is lost
    #[arg(long, value_name = "REF", value_parser = Text::new())]
    pub(super) base: Option<String>,
    /// Fail for what this branch brings alone (needs --base)
    #[arg(long, requires = "base")]
    pub(super) new_only: bool,
    /// End with exit code 0 whatever was found
    #[arg(long)]
    pub(super) exit_zero: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum TakeArg {
    /// The facts': what a person wrote is replaced
    Source,
}

#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub(super) struct GatesArgs {
    #[command(subcommand)]
    pub(super) command: Option<GatesCommand>,
    /// Judge fallbacks in intrinsic-backed modules only, as in Molt's checker
    #[arg(long)]
    pub(super) fallback_intrinsic_backed_only: bool,
    /// Make the critical modules strict roots, as in Molt's checker
    #[arg(long)]
    pub(super) critical_allowlist: bool,
    /// Make these modules strict roots, as in Molt's checker
    #[arg(long, value_name = "A,B")]
    pub(super) allowlist_modules: Option<String>,
    /// Judge these gates alone
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = Text::new())]
    pub(super) only: Vec<String>,
    /// Judge all gates but these
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = Text::new())]
    pub(super) skip: Vec<String>,
    /// Stop at the gate where Molt's checker would, and print its first line
    #[arg(long, conflicts_with_all = ["only", "skip", "base", "compare"])]
    pub(super) molt_order: bool,
    /// Tell new findings from those that this revision has
    #[arg(long, value_name = "REF", value_parser = Text::new())]
    pub(super) base: Option<String>,
    /// Fail for new findings alone (needs --base)
    #[arg(long, requires = "base")]
    pub(super) new_only: bool,
    /// Hold the audit against a report that Molt's checker wrote
    #[arg(long, value_name = "REPORT", conflicts_with_all = ["only", "skip", "base"])]
    pub(super) compare: Option<PathBuf>,
    /// Molt's rules of that month; found out from the tree by default
    #[arg(long, value_name = "YYYY-MM")]
    pub(super) dialect: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum GatesCommand {
    /// Explain why a gate exists and what repairs it
    Explain {
        /// The gate's id; all gates are listed by default
        id: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum StubsArgs {
    /// List missing, surplus and stale stubs; write nothing
    Check,
    /// Create, retire and rewrite stubs, with the documents and the gates as in a refresh
    Sync(Box<StubsSyncArgs>),
}

#[derive(Debug, ClapArgs)]
pub(super) struct StubsSyncArgs {
    #[command(flatten)]
    pub(super) accepted: AcceptArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum RatchetArgs {
    /// Show the budget and the count of modules that it bounds
    Show,
    /// Lower the budget to the present count, after real progress
    Lower {
        /// The revision since which modules have left intrinsic-partial; by default the budget's last change
        #[arg(long, value_name = "REF", value_parser = Text::new())]
        base: Option<String>,
        /// Write nothing; print what would change as a patch
        #[arg(long)]
        dry_run: bool,
    },
    /// Fail if the budget rose since this revision and nobody signed for it
    Check {
        /// The revision to compare with, at its merge base with the present commit
        #[arg(long, value_name = "REF", value_parser = Text::new())]
        base: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum TrustArgs {
    /// Show the releases and signers in the lock
    Show,
    /// Add a digest that a person reviewed
    Add {
        /// The release that the artifact is of (3.14.10)
        version: String,
        /// The artifact's file name, or `source-tree` or `interpreter`
        #[arg(long, value_name = "NAME")]
        artifact: String,
        /// The artifact's SHA-256 digest, in hex
        #[arg(long, value_name = "HEX")]
        sha256: String,
        /// The name of the person who reviewed it
        #[arg(long, value_name = "NAME", value_parser = Text::new())]
        by: String,
    },
    /// Add a signer that a person reviewed, where a series has changed hands and this molt-sync does not know yet
    Signer(SignerArgs),
    /// Join both sides of the lock where a merge has left a conflict in it
    Resolve,
}

/// `ours=docs/spec/STATUS.md`
fn take(text: &str) -> Result<(Side, RelPath), String> {
    let (side, path) = text.split_once('=').ok_or("write it as ours=PATH, theirs=PATH or merge=PATH")?;
    let side = match side {
        "ours" => Side::Ours,
        "theirs" => Side::Theirs,
        "merge" => Side::Merge,
        other => return Err(format!("`{other}` is none of ours, theirs and merge")),
    };
    Ok((side, RelPath::new(path).map_err(|error| error.to_string())?))
}

fn words(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("it is empty".into()) } else { Ok(text.to_owned()) }
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
    let is_date = text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10;
    if is_date || text.parse::<jiff::Timestamp>().is_ok() {
        return Ok(text.to_owned());
    }
    Err("write a date, 2026-11-23, or a moment, 2026-11-23T05:23:00Z".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
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
