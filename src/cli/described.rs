//! What is asked of the command line's own description.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

/// The shells for which there are completions.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ShellArg {
    /// GNU Bash
    Bash,
    /// The Z shell
    Zsh,
    /// The fish shell
    Fish,
    #[value(name = "powershell", help = "PowerShell")]
    PowerShell,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ManArgs {
    /// Write one page a command to this folder, instead of the main page to stdout
    #[arg(long, value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum SchemaArgs {
    /// Print the JSON Schema of molt-sync.toml, for editors and other checkers
    Settings,
}
