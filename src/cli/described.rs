//! What is asked of the command line's own description.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

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

#[derive(Debug, ClapArgs)]
pub(super) struct SchemaArgs {
    /// What the schema is of
    #[arg(value_name = "NAME")]
    pub(super) name: SchemaArg,
}

/// What there are schemas of: the settings, and what `--format json` prints.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum SchemaArg {
    /// molt-sync.toml, for editors and other checkers
    Settings,
    /// What any command prints where it could not do what was asked
    Error,
    /// `molt-sync` alone
    Overview,
    /// `refresh` and `baseline drop`
    Refresh,
    /// `gates`
    Gates,
    /// `ratchet show`
    RatchetShow,
    /// `docs check`
    DocsCheck,
    /// `baseline diff`
    BaselineDiff,
    /// `impact`
    Impact,
    /// `surface`
    Surface,
    /// `api show`
    ApiShow,
}
