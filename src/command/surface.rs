//! `molt-sync surface`: what the workspace's modules lack of the public names that CPython has.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use crate::{
    base::{Request, Series, most_like},
    command::{
        acquire::{Interface, interface_in, interface_of},
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            known_baselines::recorded_here,
            records::attestation,
        },
    },
    impact::{Shims, is_family, surface},
    report::SurfaceReport,
};

/// What is asked for.
#[derive(Debug, Args)]
pub struct Surface {
    /// Modules, each with its private siblings; all of them by default
    #[arg(value_parser = Text::new())]
    pub modules: Vec<String>,
    /// Fail where a module that is attested as fully covered lacks a name, and show those modules alone
    #[arg(long)]
    pub attested: bool,
    /// Require the names of this archive or unpacked source tree, unverified, in place of the recorded releases
    #[arg(long, value_name = "SOURCE")]
    pub source: Vec<PathBuf>,
}

/// Runs it.
pub fn run(context: &Context, request: &Surface) -> Result<Exit, Failure> {
    let workspace = context.tree()?;
    let paths = &workspace.config.paths;
    let attested = attestation(&workspace.disk, paths)?.modules;
    let (interfaces, absent) = interfaces(context, &request.source)?;
    let apis: BTreeMap<Series, _> = interfaces.iter().map(|it| (it.version.series, &it.api)).collect();
    let shims = Shims::read(&workspace.disk, &paths.stdlib)?;
    known(&request.modules, &interfaces, &shims)?;
    let mut rows = surface(&apis, &shims, &attested, &request.modules);
    if request.attested {
        rows.retain(|it| it.attested);
    }
    let releases = interfaces.iter().map(|it| (it.version, it.artifact.clone(), it.is_verified)).collect();
    let report = SurfaceReport { rows, releases, absent, is_whole: request.modules.is_empty() };
    let text = match context.options.format {
        Format::Json => report.json(),
        _ => report.human(context.terminal.is_verbose() || !request.modules.is_empty()),
    };
    context.print(&text)?;
    let fails = request.attested && report.findings().next().is_some();
    Ok(if fails { Exit::No } else { Exit::Done })
}

/// The interface of each recorded release that can be had, and why those of the others cannot.
fn interfaces(context: &Context, sources: &[PathBuf]) -> Result<(Vec<Interface>, BTreeMap<Series, String>), Failure> {
    let mut absent = BTreeMap::new();
    if !sources.is_empty() {
        let all: Result<Vec<_>, Failure> = sources.iter().map(|path| interface_in(context, path)).collect();
        return all.map(|it| (it, absent));
    }
    let mut res = Vec::new();
    let mut last = None;
    for baseline in recorded_here(context)? {
        let Some(version) = baseline.facts.release else {
            absent.insert(baseline.series, "its record names no release".to_owned());
            continue;
        };
        match interface_of(context, Request::Exact(version)) {
            Ok(it) => res.push(it),
            // without the release nothing is required of that series, and the answer says so
            Err(failure) if failure.exit == Exit::Usage => {
                absent.insert(baseline.series, failure.message.clone());
                last = Some(failure);
            }
            Err(failure) => return Err(failure),
        }
    }
    match last {
        Some(failure) if res.is_empty() => Err(failure),
        _ => Ok((res, absent)),
    }
}

/// Refuses a module that neither a release nor the tree has.
fn known(wanted: &[String], interfaces: &[Interface], shims: &Shims) -> Result<(), Failure> {
    let all: BTreeSet<&str> = interfaces.iter().flat_map(|it| it.facts.modules.keys()).map(String::as_str).collect();
    for name in wanted {
        if all.contains(name.as_str()) || all.iter().any(|it| is_family(name, it)) {
            continue;
        }
        let message = match shims.path(name) {
            Some(path) => format!("no release that was looked at has a module `{name}`, although there is {path}"),
            None => format!("there is no module `{name}`"),
        };
        let hint = match most_like(name, all.iter().copied(), 0.75) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`molt-sync baseline show` lists the modules of a release".to_owned(),
        };
        return Err(Failure::new(Exit::Usage, message, hint));
    }
    Ok(())
}
