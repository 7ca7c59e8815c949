//! `molt-sync impact`: what changes from one release to another, in the order in which it matters to the workspace.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use crate::{
    audit::{Audit, Rules},
    base::{Request, Version, most_like, number_of},
    command::{
        acquire::{interface_at_hand, interface_known, interface_named, interface_of},
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            known_baselines::newest_recorded,
            workspace::Workspace,
        },
    },
    host,
    impact::{Here, Shims, api::Api, changes, weigh},
    report::{ImpactReport, ReleaseImpact},
    stdlib::Baseline,
    workspace::{attestation, dialect},
};

/// What is asked for.
#[derive(Debug, Args)]
pub struct Impact {
    /// The older side: a series (3.13), a release (3.13.5) or an archive; the newest recorded release by default
    #[arg(value_name = "OLD", value_parser = Text::new())]
    pub old: Option<String>,
    /// The newer side: a series, a release or an archive; the newest release by default
    #[arg(value_name = "NEW", value_parser = Text::new())]
    pub new: Option<String>,
    /// Show the changes of these modules alone
    #[arg(long = "module", value_name = "MODULE", value_parser = Text::new())]
    pub modules: Vec<String>,
    /// Write one work item a module to this folder, as MODULE.md, besides
    #[arg(long, value_name = "DIR")]
    pub issues: Option<PathBuf>,
}

/// Runs it.
pub fn run(context: &Context, request: &Impact) -> Result<Exit, Failure> {
    let old = match &request.old {
        Some(text) => interface_named(context, text)?,
        None => interface_of(context, newest_recorded(context)?)?,
    };
    let new = match &request.new {
        Some(text) => interface_named(context, text)?,
        None => interface_of(context, Request::Latest)?,
    };
    if new.version < old.version {
        let message = format!("CPython {} is older than {}, which is to be the older side", new.version, old.version);
        return Err(Failure::new(Exit::Usage, message, "name the older side first"));
    }
    for module in &request.modules {
        let names = || old.api.modules.keys().chain(new.api.modules.keys()).map(String::as_str);
        if !names().any(|it| it == module) {
            let near = most_like(module, names(), 0.7).map(|it| format!("did you mean `{it}`? "));
            let hint = format!("{}name one module with each --module", near.unwrap_or_default());
            let message = format!("neither {} nor {} has a module `{module}`", old.version, new.version);
            return Err(Failure::new(Exit::Usage, message, hint));
        }
    }
    let (mut all, mut unseen) = changes(&old.api, &new.api);
    if !request.modules.is_empty() {
        all.retain(|it| request.modules.contains(&it.module));
        unseen.retain(|it| request.modules.contains(&it.module));
    }
    let weighed = match context.workspace_around()? {
        Some(workspace) => here(&workspace, |here| weigh(all, here))?,
        None => weigh(all, &Here::default()),
    };
    let report = ImpactReport {
        old: (old.version, old.artifact, old.is_verified),
        new: (new.version, new.artifact, new.is_verified),
        changes: weighed,
        not_looked_at: unseen,
    };
    if let Some(folder) = &request.issues {
        write_items(context, folder, &report)?;
    }
    let text = match context.options.format {
        Format::Json => report.json(),
        Format::Markdown => report.markdown(),
        _ => report.human(context.terminal.is_verbose() || !request.modules.is_empty()),
    };
    context.print(&text).map(|()| Exit::Done)
}

/// What the new record of a series changes inside of modules, whose interface is `api` where this run has read it. This is news and no reason to stop: what cannot be had is told of.
pub(super) fn of_refresh(
    context: &Context,
    workspace: &Workspace,
    old: &Baseline,
    (new, api): (&Baseline, Option<&Api>),
) -> Option<ReleaseImpact> {
    let after = new.facts.release.filter(|it| Some(*it) > old.facts.release)?;
    let Some(before) = old.facts.release else {
        let kept = if api.is_none() { interface_known(context, new).map(|it| it.api) } else { None };
        return Some(without_release(old, after, api.or(kept.as_ref())));
    };
    let sides = (before.to_string(), after.to_string());
    let read = |baseline: &Baseline, version: Version| {
        interface_known(context, baseline)
            .map_or_else(|| interface_at_hand(context, Request::Exact(version)), Ok)
            .map(|it| it.api)
    };
    let then = match read(old, before) {
        Ok(then) => then,
        Err(failure) => {
            let why = match failure.exit {
                Exit::Usage => format!("the interface of {before} was never read, and its archive is not at hand"),
                _ => failure.message,
            };
            return Some(ReleaseImpact::unseen(sides, why));
        }
    };
    let now = api.map_or_else(|| read(new, after).map(Cow::Owned), |it| Ok(Cow::Borrowed(it)));
    let weighed = now.and_then(|now| {
        let (all, unseen) = changes(&then, &now);
        let modules: BTreeSet<String> = unseen.into_iter().map(|it| it.module).filter(|it| !it.is_empty()).collect();
        Ok((here(workspace, |here| weigh(all, here))?, modules.len()))
    });
    Some(match weighed {
        Ok((changes, unseen)) => ReleaseImpact::new(sides, changes, unseen),
        Err(failure) => ReleaseImpact::unseen(sides, failure.message),
    })
}

/// What is said where the record before names modules and no release: there are no names to compare those of the new one with.
fn without_release(old: &Baseline, after: Version, api: Option<&Api>) -> ReleaseImpact {
    let read = match api {
        Some(api) => {
            let names: usize = api.modules.values().map(|it| it.names.len()).sum();
            format!(
                "{} of CPython {after} in {} were read, and the next release is compared with them",
                number_of(names, "public name"),
                number_of(api.modules.len(), "module")
            )
        }
        None => format!("the names of CPython {after} were not read either"),
    };
    let why = format!(
        "the modules alone were compared, because what was recorded of {} names no release; {read}",
        old.series
    );
    ReleaseImpact::without_release(old.series.to_string(), after.to_string(), why)
}

/// Writes each work item, once there is room for all of them. Items of an earlier run are replaced, and no other file.
fn write_items(context: &Context, folder: &Path, report: &ImpactReport) -> Result<(), Failure> {
    let items: Vec<(String, String)> =
        report.items().into_iter().map(|(module, text)| (format!("{module}.md"), text)).collect();
    if items.is_empty() {
        return Ok(());
    }
    context.must_stay(&folder.join("item"))?;
    let is_ours = |name: &str, there: &[u8]| {
        let module = name.strip_suffix(".md").unwrap_or(name);
        there.starts_with(format!("# {module}: what changes from CPython ").as_bytes())
    };
    host::write_file_set(folder, items.iter().map(|(name, text)| (name.as_str(), text.as_bytes())), is_ours)?;
    Ok(())
}

/// What the workspace has of each module.
fn here<T>(workspace: &Workspace, then: impl FnOnce(&Here<'_>) -> T) -> Result<T, Failure> {
    let paths = &workspace.config.paths;
    let attested = attestation(&workspace.disk, paths)?.modules;
    let templates = workspace.stub_templates()?;
    let dialect = dialect(&workspace.disk, &workspace.config)?;
    let rules = Rules { dialect, attested: &attested, stubs: Some(&templates), is_early: false };
    let audit = Audit::run(&workspace.disk, &paths.stdlib, rules)?;
    let lowered: BTreeSet<String> =
        audit.records.iter().filter(|it| it.is_implemented() && !it.is_stub).map(|it| it.name.clone()).collect();
    let shims = Shims::read(&workspace.disk, &paths.stdlib)?;
    Ok(then(&Here { attested, lowered, shims: Some(&shims) }))
}
