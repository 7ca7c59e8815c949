//! A refresh as it was asked for.

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use crate::{
    base::{RelPath, Request, says_something},
    command::support::{failure::Failure, output::Output, output_args::OutputArgs, source::Source},
    workspace::{Side, SignOff},
};

/// `refresh`, as it is asked for.
#[derive(Debug, Args)]
pub struct RefreshArgs {
    /// A series (3.14), a release (3.14.10, 3.15.0rc1) or `latest`
    pub version: String,
    /// An archive, an unpacked source tree, `interpreter:PATH` or `bundled`, instead of the mirror
    #[arg(long, value_name = "SOURCE", value_parser = Text::new())]
    pub source: Option<String>,
    /// Include pre-releases when the newest release of a series is looked for
    #[arg(long)]
    pub pre: bool,
    /// What a person accepts of it.
    #[command(flatten)]
    pub accepted: AcceptedArgs,
    /// What becomes of it.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What a person accepts of a change, as it is asked for.
#[derive(Debug, Args)]
pub struct AcceptedArgs {
    /// Accept, under this name, what needs a person: new stubs that raise the budget, or a gate that breaks (needs --reason)
    #[arg(long, value_name = "NAME", requires = "reason", value_parser = words)]
    pub sign_off: Option<String>,
    /// The reason for the sign-off, recorded with it (needs --sign-off)
    #[arg(long, value_name = "TEXT", requires = "sign_off", value_parser = words)]
    pub reason: Option<String>,
    /// Accept that this gate breaks, recorded with the sign-off (needs --sign-off)
    #[arg(long = "allow-gate", value_name = "ID", requires = "sign_off", value_parser = Text::new())]
    pub allow_gates: Vec<String>,
    /// Whose words count in a file that a person edited: `ours` stay, `theirs` are written over them, `merge` joins both
    #[arg(long, value_name = "SIDE=PATH", value_parser = take)]
    pub take: Vec<(Side, RelPath)>,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(in crate::command) struct Refresh {
    /// Which release.
    pub request: Request,
    /// From where.
    pub source: Source,
    /// Whether pre-releases count as answers to a series.
    pub pre: bool,
    /// What a person accepts of it.
    pub accepted: Accepted,
    /// What becomes of the plan.
    pub output: Output,
}

/// What a person accepts of a change.
#[derive(Debug, Clone, Default)]
pub(in crate::command) struct Accepted {
    /// Who accepts growth, and which gates may break.
    pub sign_off: Option<SignOff>,
    /// Whose words count in files that a person edited.
    pub take: Vec<(Side, RelPath)>,
}

impl RefreshArgs {
    /// The request.
    pub(in crate::command) fn request(self) -> Result<Refresh, Failure> {
        Ok(Refresh {
            request: self.version.parse()?,
            source: self.source.map_or(Source::Mirror, |text| text.parse().unwrap_or(Source::Mirror)),
            pre: self.pre,
            accepted: self.accepted.into(),
            output: self.output.into(),
        })
    }
}

impl From<AcceptedArgs> for Accepted {
    fn from(it: AcceptedArgs) -> Self {
        let sign_off = it.sign_off.zip(it.reason);
        let sign_off = sign_off.map(|(name, reason)| SignOff { name, reason, gates: it.allow_gates });
        Self { sign_off, take: it.take }
    }
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
    match text {
        "" => Err("it is empty".into()),
        _ if !says_something(text) => Err("it is a placeholder, and no name or reason".into()),
        _ => Ok(text.to_owned()),
    }
}
