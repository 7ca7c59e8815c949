//! `molt-sync api`: the public names of a module in a release, each with the places that say so.

use std::path::PathBuf;

use clap::{Args, Subcommand, builder::NonEmptyStringValueParser as Text};

use crate::{
    base::most_like,
    command::{
        acquire::{Interface, module_in, module_of},
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            known_baselines::newest_recorded,
        },
    },
    report::ApiReport,
};

/// What is asked for.
#[derive(Debug, Subcommand)]
pub enum ApiCommand {
    /// Show the public names of a module, with kinds, signatures and the places that say so
    Show(ApiShow),
}

/// One module of one release.
#[derive(Debug, Args)]
pub struct ApiShow {
    /// The module (json.decoder)
    #[arg(value_parser = Text::new())]
    pub module: String,
    /// A series (3.14) or a release (3.14.10) of the cache or the mirror; the newest recorded release by default
    #[arg(long, value_name = "RELEASE", conflicts_with = "source")]
    pub release: Option<String>,
    /// Read this archive or unpacked source tree instead, unverified
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<PathBuf>,
}

/// Runs it.
pub fn run(context: &Context, command: &ApiCommand) -> Result<Exit, Failure> {
    let ApiCommand::Show(request) = command;
    let module = Some(request.module.as_str());
    let interface = match (&request.source, &request.release) {
        (Some(path), _) => module_in(context, path, module)?,
        (None, Some(text)) => module_of(context, text.parse()?, module)?,
        (None, None) => module_of(context, newest_recorded(context)?, module)?,
    };
    let report = ApiReport {
        module: &request.module,
        artifact: &interface.artifact,
        is_verified: interface.is_verified,
        api: &interface.api,
    };
    if !report.is_known() {
        return Err(no_such(&request.module, &interface));
    }
    let text = if context.options.format == Format::Json { report.json() } else { report.human() };
    context.print(&text).map(|()| Exit::Done)
}

fn no_such(module: &str, interface: &Interface) -> Failure {
    let modules = interface.facts.modules.keys().map(String::as_str);
    let hint = match most_like(module, modules, 0.75) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`molt-sync baseline show` lists the modules of a release".to_owned(),
    };
    let message = format!("CPython {} has no module `{module}` outside of its tests", interface.version);
    Failure::new(Exit::Usage, message, hint)
}
