//! The arguments of what deals with releases as they are published.

use std::path::PathBuf;

use clap::{Args as ClapArgs, builder::NonEmptyStringValueParser as Text};

use crate::{
    base::Version,
    command::{Bring, Exit, Failure, InstallSource, ReviewedSigner, Schedulers, Verify, Watch},
};

#[derive(Debug, ClapArgs)]
#[command(
    override_usage = "molt-sync init [OPTIONS] <DIR>\n       molt-sync init [OPTIONS] <--github|--systemd> [DIR]"
)]
pub(super) struct InitArgs {
    /// The folder of the workspace; a new one may exist, but none of its files
    #[arg(required_unless_present_any = ["github", "systemd"])]
    pub(super) dir: Option<PathBuf>,
    /// The series to support; all that are bundled by default
    #[arg(long, value_delimiter = ',', value_name = "SERIES")]
    pub(super) series: Vec<String>,
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

impl InitArgs {
    /// What is to be written into a workspace that is there; none where one is to be made.
    pub(super) fn schedulers(&self) -> Result<Option<Schedulers>, Failure> {
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

#[derive(Debug, ClapArgs)]
pub(super) struct SignerArgs {
    /// The series that the signer signs (3.15)
    series: String,
    /// The first release that this signer signs; the first of the series by default
    #[arg(long, value_name = "VERSION")]
    from: Option<String>,
    /// The last release that this signer signs; all that come by default
    #[arg(long, value_name = "VERSION")]
    until: Option<String>,
    /// The e-mail address in the signing certificate
    #[arg(long, value_name = "EMAIL")]
    identity: String,
    /// The issuer in the signing certificate, who vouches for that address
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// The name of the person who reviewed it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// The reason why the signer is trusted, recorded with it
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl SignerArgs {
    pub(super) fn signer(self) -> Result<ReviewedSigner, Failure> {
        let end = |it: Option<String>| it.map(|text| text.parse::<Version>()).transpose();
        let ends = (end(self.from)?, end(self.until)?);
        let texts = [self.identity, self.issuer, self.by, self.reason];
        ReviewedSigner::new(self.series.parse()?, ends, texts)
            .map_err(|why| Failure::new(Exit::Usage, format!("cannot take the signer: {why}"), "correct that option"))
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct VerifyArgs {
    /// A source archive, or a release (3.14.10) to get from the mirror
    #[arg(value_name = "FILE|VERSION")]
    what: String,
    /// The release that the file is, where its name does not say so
    #[arg(long = "as", value_name = "VERSION")]
    version: Option<String>,
    /// The signature bundle of the file [default: FILE.sigstore]
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
}

impl VerifyArgs {
    pub(super) fn request(self) -> Result<Verify, Failure> {
        let version = self.version.map(|text| text.parse::<Version>()).transpose()?;
        Ok(Verify { what: self.what, version, bundle: self.bundle })
    }
}

#[derive(Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct WatchArgs {
    /// Poll once; this is the default
    #[arg(long, conflicts_with = "every")]
    once: bool,
    /// Poll again and again, with this time in between (6h, 90m), until the program is stopped; with --format json, one line a poll
    #[arg(long, value_name = "TIME")]
    every: Option<String>,
    /// End with exit code 1 where a release is waiting
    #[arg(long)]
    check: bool,
    /// Refresh to each release that is waiting, in the workspace or as --out or --branches say
    #[arg(long)]
    refresh: bool,
    /// Write each change as DIR/SERIES.patch with a message and a report, and leave the workspace alone
    #[arg(long, value_name = "DIR", requires = "refresh", conflicts_with = "branches")]
    out: Option<PathBuf>,
    /// Commit each change to a branch molt-sync/SERIES, in a work tree of its own
    #[arg(long, requires = "refresh")]
    branches: bool,
    /// Look for releases of these series only; of all recorded ones by default
    #[arg(long, value_delimiter = ',', value_name = "SERIES")]
    series: Vec<String>,
    /// Include pre-releases among the releases that are looked for
    #[arg(long)]
    pre: bool,
    /// Run this in a shell for each release that is out for the first time, which `MOLT_SYNC_VERSION` names, and again at the next
    /// poll where it fails
    #[arg(long, value_name = "COMMAND", value_parser = Text::new())]
    on_new: Option<String>,
    /// The file that remembers, from run to run, which releases were seen
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Leave out the notices in this file, one a line: those of an earlier run whose state is not at hand
    #[arg(long, value_name = "FILE")]
    told: Option<PathBuf>,
    /// Write the time and the outcome to this file after each successful poll
    #[arg(long, value_name = "FILE")]
    heartbeat: Option<PathBuf>,
    /// Record the row of this week on the scoreboard in the same run, where the week has none
    #[arg(long)]
    scoreboard: bool,
    /// Write a summary and outputs for a step of a workflow on GitHub
    #[arg(long)]
    github: bool,
}

impl WatchArgs {
    pub(super) fn request(self) -> Result<Watch, Failure> {
        let bring = match (self.refresh, self.out) {
            (false, _) => None,
            (true, Some(dir)) => Some(Bring::Patches(dir)),
            (true, None) if self.branches => Some(Bring::Branches),
            (true, None) => Some(Bring::Here),
        };
        Ok(Watch {
            every: self.every.as_deref().map(seconds).transpose()?,
            check: self.check,
            bring,
            series: self.series.iter().map(|text| text.parse()).collect::<Result<_, _>>()?,
            pre: self.pre,
            on_new: self.on_new,
            state: self.state,
            told: self.told,
            heartbeat: self.heartbeat,
            scoreboard: self.scoreboard,
            github: self.github,
        })
    }
}

/// `90s`, `30m`, `6h` or `1d` in seconds.
fn seconds(text: &str) -> Result<u64, Failure> {
    let (number, unit) = text.split_at(text.trim_end_matches(|it: char| it.is_ascii_alphabetic()).len());
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => 0,
    };
    let seconds = number.parse::<u64>().ok().and_then(|it| it.checked_mul(unit)).filter(|it| *it > 0);
    seconds.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("`{text}` is not a length of time"), "write 90s, 30m, 6h or 1d")
    })
}
