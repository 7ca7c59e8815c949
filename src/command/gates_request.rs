//! The gates as they are asked for.

use std::path::PathBuf;

use clap::{Args, Subcommand, builder::NonEmptyStringValueParser as Text};

use crate::{
    base::{Dialect, DialectError},
    command::support::{
        context::Format,
        failure::{Exit, Failure},
    },
    gates::Mode,
};

/// `gates`, as it is asked for.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct GatesArgs {
    /// Something else than to judge.
    #[command(subcommand)]
    pub command: Option<GatesCommand>,
    /// Judge fallbacks in intrinsic-backed modules only, as in Molt's checker
    #[arg(long)]
    pub fallback_intrinsic_backed_only: bool,
    /// Make the critical modules strict roots, as in Molt's checker
    #[arg(long)]
    pub critical_allowlist: bool,
    /// Make these modules strict roots, as in Molt's checker
    #[arg(long, value_name = "A,B")]
    pub allowlist_modules: Option<String>,
    /// Judge these gates alone
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = Text::new())]
    pub only: Vec<String>,
    /// Judge all gates but these
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = Text::new())]
    pub skip: Vec<String>,
    /// Stop at the gate where Molt's checker would, and print its first line
    #[arg(long, conflicts_with_all = ["only", "skip", "base", "compare"])]
    pub molt_order: bool,
    /// Tell new findings from those that this revision has
    #[arg(long, value_name = "REF", value_parser = Text::new())]
    pub base: Option<String>,
    /// Fail for new findings alone (needs --base)
    #[arg(long, requires = "base")]
    pub new_only: bool,
    /// Hold the audit against a report that Molt's checker wrote
    #[arg(long, value_name = "REPORT", conflicts_with_all = ["only", "skip", "base"])]
    pub compare: Option<PathBuf>,
    /// Molt's rules of that month; found out from the tree by default
    #[arg(long, value_name = "YYYY-MM")]
    pub dialect: Option<String>,
}

/// What there is to ask of the gates themselves.
#[derive(Debug, Subcommand)]
pub enum GatesCommand {
    /// Explain why a gate exists and what repairs it
    Explain {
        /// The gate's id; all gates are listed by default
        id: Option<String>,
    },
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Gates {
    /// How strictly.
    pub mode: Mode,
    /// These gates alone; all of them where none is named.
    pub only: Vec<String>,
    /// All but these.
    pub skip: Vec<String>,
    /// Stop where Molt's checker would, and say what it says.
    pub molt_order: bool,
    /// The revision to tell new findings from old ones by.
    pub base: Option<String>,
    /// Only new findings fail.
    pub new_only: bool,
    /// A report of Molt's checker to hold the audit against.
    pub compare: Option<PathBuf>,
    /// Molt's rules of which month.
    pub dialect: Option<Dialect>,
}

impl GatesArgs {
    /// The request, in values.
    pub(super) fn request(self, format: Format) -> Result<Gates, Failure> {
        if (self.molt_order || self.compare.is_some()) && !matches!(format, Format::Human | Format::Json) {
            let message = "what Molt's checker says has no result in that form";
            return Err(Failure::new(Exit::Usage, message, "leave --format out, or use --format json"));
        }
        let dialect = self.dialect.map(|text| text.parse()).transpose();
        let dialect = dialect.map_err(|error: DialectError| {
            Failure::new(Exit::Usage, error.to_string(), "leave --dialect out to have it found out from the tree")
        })?;
        Ok(Gates {
            mode: Mode {
                fallback_backed_only: self.fallback_intrinsic_backed_only,
                critical: self.critical_allowlist,
                allowlist: self.allowlist_modules,
                as_molt: self.molt_order,
            },
            only: self.only,
            skip: self.skip,
            molt_order: self.molt_order,
            base: self.base,
            new_only: self.new_only,
            compare: self.compare,
            dialect,
        })
    }
}
