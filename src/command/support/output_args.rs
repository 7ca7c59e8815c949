//! What is to become of a change, as the command line says it.

use std::path::PathBuf;

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use super::output::{Output, OwnGates};

/// What is to become of a change, as it is asked for.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Write nothing; print what would change as a patch for `git apply`
    #[arg(long)]
    pub dry_run: bool,
    /// Write the change to this file as a patch for `git apply`, instead of applying it
    #[arg(long, value_name = "FILE")]
    pub patch: Option<PathBuf>,
    /// Write the change to this file as a plan for `molt-sync apply`, instead of applying it
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Write the report to this file as well, in Markdown
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Run the workspace's own gates in a dry run too: commands of molt-sync.toml, code that the workspace brings
    #[arg(long)]
    pub run_external_gates: bool,
    /// Let the workspace's own gates see this variable, which they ask for and which may hold a secret
    #[arg(long, value_name = "NAME", value_parser = Text::new())]
    pub allow_gate_env: Vec<String>,
    /// Do all of it in a work tree of its own, and leave this one alone (needs --branch)
    #[arg(long, requires = "branch")]
    pub worktree: bool,
    /// What git does with it.
    #[command(flatten)]
    pub git: GitArgs,
}

/// What git does with it.
#[derive(Debug, Args)]
pub struct GitArgs {
    /// Which files may have changes.
    #[command(flatten)]
    pub dirty: DirtyArgs,
    /// Commit the changed files, and nothing else, on the present branch
    #[arg(long, conflicts_with = "allow_dirty")]
    pub commit: bool,
    /// Commit it on a new branch of this name, and stay on that branch
    #[arg(long, value_name = "NAME", conflicts_with = "allow_dirty", value_parser = Text::new())]
    pub branch: Option<String>,
}

/// Which files may have changes that are not committed.
#[derive(Debug, Clone, Default, Args)]
pub struct DirtyArgs {
    /// Write to these files although they have changes that are not committed (a pattern such as `docs/**`)
    #[arg(long, value_name = "PATTERN", value_parser = Text::new())]
    pub allow_dirty: Vec<String>,
}

impl From<OutputArgs> for Output {
    fn from(it: OutputArgs) -> Self {
        Self {
            dry_run: it.dry_run,
            patch: it.patch,
            plan: it.plan,
            report: it.report,
            own_gates: OwnGates { in_dry_run: it.run_external_gates, env: it.allow_gate_env },
            is_looked_at: true,
            worktree: it.worktree,
            ..it.git.into()
        }
    }
}

impl From<GitArgs> for Output {
    fn from(it: GitArgs) -> Self {
        Self { allow_dirty: it.dirty.allow_dirty, commit: it.commit, branch: it.branch, ..Self::default() }
    }
}
