//! `molt-sync init`, as it is asked for: a workspace from nothing, or what runs this program by itself in one that is there.

use std::path::PathBuf;

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use super::{
    init::{self, Init},
    schedulers::{self, InstallSource, Schedulers},
    support::{
        context::Context,
        failure::{Exit, Failure},
    },
};

/// What is asked for.
#[derive(Debug, Args)]
#[command(
    override_usage = "molt-sync init [OPTIONS] <DIR>\n       molt-sync init [OPTIONS] <--github|--systemd> [DIR]"
)]
pub struct InitArgs {
    /// The folder of the workspace; a new one may exist, but none of its files
    #[arg(required_unless_present_any = ["github", "systemd"])]
    pub dir: Option<PathBuf>,
    /// The series to support; all that are bundled by default
    #[arg(long, value_delimiter = ',', value_name = "SERIES")]
    pub series: Vec<String>,
    /// Write workflows for GitHub into a workspace that is there: a watcher and the checks of pull requests
    #[arg(long, conflicts_with = "series")]
    github: bool,
    /// Write a service and a timer for systemd into a workspace that is there, and print how to install them for yourself
    #[arg(long, conflicts_with = "series")]
    systemd: bool,
    /// Print how to install the units for the whole system, run as USER
    #[arg(long, value_name = "USER", requires = "systemd", value_parser = Text::new())]
    system: Option<String>,
    /// Have the workflows build molt-sync from this git repository, at the commit of --rev
    #[arg(long, value_name = "URL", requires_all = ["github", "rev"], group = "install_source")]
    from_git: Option<String>,
    /// The full hash of that commit
    #[arg(long, value_name = "FULL_HASH", requires = "from_git", conflicts_with_all = ["from_wheel", "install"])]
    rev: Option<String>,
    /// Have the workflows install this wheel, if it has the digest of --sha256
    #[arg(long, value_name = "URL", requires_all = ["github", "sha256"], group = "install_source")]
    from_wheel: Option<String>,
    /// The SHA-256 digest of that wheel
    #[arg(long, value_name = "HEX", requires = "from_wheel", conflicts_with_all = ["from_git", "install"])]
    sha256: Option<String>,
    /// Have the workflows install molt-sync with this command, one line for a shell, which is taken as you write it
    #[arg(long, value_name = "COMMAND", requires = "github", group = "install_source")]
    install: Option<String>,
    /// Write nothing, and end with 1 where they are not what this configuration asks for
    #[arg(long, requires = "github")]
    check: bool,
}

/// Runs it.
pub fn run(context: &Context, args: InitArgs) -> Result<Exit, Failure> {
    if let Some(schedulers) = args.schedulers()? {
        let mut context = context.clone();
        context.options.root = args.dir.or(context.options.root);
        return schedulers::run(&context, &schedulers).map(|()| Exit::Done);
    }
    let series = args.series.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
    init::run(context, &Init { dir: args.dir.unwrap_or_default(), series }).map(|()| Exit::Done)
}

impl InitArgs {
    /// What is to be written into a workspace that is there; none where one is to be made.
    fn schedulers(&self) -> Result<Option<Schedulers>, Failure> {
        let (github, systemd, check) = (self.github, self.systemd, self.check);
        if !github && !systemd {
            return Ok(None);
        }
        let install = match (&self.from_git, &self.from_wheel, &self.install) {
            (Some(url), ..) => Some(InstallSource::git(url, self.rev.as_deref().unwrap_or_default())?),
            (_, Some(url), _) => Some(InstallSource::wheel(url, self.sha256.as_deref().unwrap_or_default())?),
            (.., Some(line)) => Some(InstallSource::command(line)?),
            _ => None,
        };
        Ok(Some(Schedulers { github, systemd, system: self.system.clone(), install, check }))
    }
}
