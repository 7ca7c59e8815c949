//! What is recorded of each series, in the workspace or in molt-sync itself.

use crate::{
    base::{Request, Series},
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    stdlib::{Baseline, bundled},
    workspace::baselines,
};

/// The workspace's baselines, and the bundled ones for what it has none of; outside of a workspace the bundled ones.
pub(in crate::command) fn recorded(context: &Context) -> Result<Vec<Baseline>, Failure> {
    let mut all: std::collections::BTreeMap<Series, Baseline> =
        bundled().into_iter().map(|it| (it.series, it)).collect();
    if let Some(workspace) = context.workspace_around()? {
        all.extend(baselines(&workspace.disk, &workspace.config.paths)?);
    }
    Ok(all.into_values().collect())
}

/// What the workspace records; the bundled baselines where it records nothing, and outside of a workspace.
pub(in crate::command) fn recorded_here(context: &Context) -> Result<Vec<Baseline>, Failure> {
    let own = match context.workspace_around()? {
        Some(workspace) => baselines(&workspace.disk, &workspace.config.paths)?,
        None => std::collections::BTreeMap::new(),
    };
    Ok(if own.is_empty() { bundled() } else { own.into_values().collect() })
}

pub(in crate::command) fn find(all: Vec<Baseline>, series: Series) -> Result<Baseline, Failure> {
    let known: Vec<String> = all.iter().map(|it| it.series.to_string()).collect();
    all.into_iter().find(|it| it.series == series).ok_or_else(|| {
        let message = format!("nothing is recorded of {series}");
        Failure::new(
            Exit::Usage,
            message,
            format!("recorded are {}; `molt-sync refresh {series}` adds the series to them", known.join(", ")),
        )
    })
}

/// The newest release that is recorded.
pub(in crate::command) fn newest_recorded(context: &Context) -> Result<Request, Failure> {
    let newest = recorded_here(context)?.into_iter().filter_map(|it| it.facts.release).max();
    newest
        .map(Request::Exact)
        .ok_or_else(|| Failure::new(Exit::Usage, "no recorded series names its release", "name one with --release"))
}
