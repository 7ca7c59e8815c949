//! What is asked of the command line's own description.

use std::path::PathBuf;

use clap::{
    Args as ClapArgs, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser},
};

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
    #[arg(value_name = "NAME", value_parser = schemas())]
    pub(super) name: String,
}

/// The names of the schemas, each with what it is of.
fn schemas() -> PossibleValuesParser {
    crate::command::schema_names().map(|(name, what)| PossibleValue::new(name).help(what)).collect::<Vec<_>>().into()
}
