//! `molt-sync plan`: the order in which modules are converted, where each cluster stands, and what to do next.

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use crate::{
    acceptance::KnownNames,
    audit::{Audit, Graph},
    base::most_like,
    clusters::{KnownTree, MOST_NAMED, ModuleStanding, Order, OrderStanding, candidates, chains},
    command::{
        acquire::{NamesReach, recorded_names},
        support::{
            audited::{audited, bounded},
            checked_out::{WorkspaceReach, whole},
            context::{Context, Format},
            failure::{Exit, Failure},
            landed_between,
            workspace::Workspace,
        },
    },
    impact::Shims,
    report::{ModuleEffect, PlanReport},
    workspace::{indexed_paths, whole_records},
};

/// What is asked for.
#[derive(Debug, Clone, Args)]
pub struct PlanArgs {
    /// How many modules to name that could be next
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub next: usize,
    /// Show this cluster alone: its id, its name or its number
    #[arg(long, value_name = "CLUSTER", value_parser = Text::new())]
    pub cluster: Option<String>,
    /// Show by which imports the modules of the order come to this module, and what it waits for itself
    #[arg(long, value_name = "MODULE", conflicts_with = "cluster", value_parser = Text::new())]
    pub why: Option<String>,
    /// Show besides what was done since this revision, or since the last commit of this day (2026-02-12)
    #[arg(long, value_name = "DATE|REF", conflicts_with = "why", value_parser = Text::new())]
    pub since: Option<String>,
}

/// Runs it.
pub fn run(context: &Context, request: &PlanArgs) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    whole(&workspace, WorkspaceReach::Tree, true)?;
    whole_records(&workspace.disk, &workspace.config.paths)?;
    let (audit, lacking) = rayon::join(|| audited(&workspace.disk, &workspace.config), || lacking(context, &workspace));
    let ((audit, _), lacking) = (audit?, lacking?);
    bounded(&audit)?;
    let order = Order::of_workspace(&workspace.disk, &workspace.config.paths.plan, audit.dialect)?;
    let only = request.cluster.as_deref().map(|it| called(&order, it)).transpose()?;
    let graph = Graph::new(&audit);
    let tests = indexed_paths(&workspace.disk, &workspace.config.paths.coverage_index)?;
    let missing_names = |module: &str| lacking.missing(module);
    let known = KnownTree { audit: &audit, graph: &graph, tests: &tests, missing_names: &missing_names };
    let why = request.why.as_deref().map(|it| why(it, &order, &known)).transpose()?;
    let standing = OrderStanding::new(&order, &known);
    let mut next = candidates(&standing, &known);
    next.retain(|it| only.is_none_or(|id| it.cluster.is_some_and(|it| it.id == id)));
    next.truncate(request.next);
    let since = request.since.as_deref().map(|it| landed_between::report(&workspace, it, None)).transpose()?;
    let report = PlanReport {
        standing,
        only,
        next,
        why,
        audit: &audit,
        graph: &graph,
        unmeasured: &lacking.absent,
        measured: &lacking.series,
        since,
    };
    context.print(&match context.options.format {
        Format::Json => report.json(),
        Format::Markdown => report.markdown(),
        Format::Dot => report.dot(),
        Format::Mermaid => report.mermaid(),
        _ => report.human(),
    })?;
    Ok(Exit::Done)
}

/// The public names that modules lack, as far as the releases are at hand.
pub(super) fn lacking(context: &Context, workspace: &Workspace) -> Result<KnownNames, Failure> {
    let names = recorded_names(context, NamesReach::AtHand)?;
    // there is nothing to hold the modules against
    if names.by_series.is_empty() {
        return Ok(KnownNames { absent: names.absent, ..KnownNames::default() });
    }
    let shims = Shims::read(&workspace.disk, &workspace.config.paths.stdlib)?;
    Ok(names.lacking(&shims))
}

/// The id of the cluster that a person means.
fn called<'a>(order: &'a Order, name: &str) -> Result<&'a str, Failure> {
    order.called(name).map(|it| it.id.as_str()).ok_or_else(|| {
        let ids: Vec<&str> = order.clusters.iter().map(|it| it.id.as_str()).collect();
        let near = most_like(name, ids.iter().copied(), 0.6).map(|it| format!("did you mean `{it}`? "));
        let hint = format!("{}the clusters are {}", near.unwrap_or_default(), ids.join(", "));
        Failure::new(Exit::Usage, format!("there is no cluster `{name}`"), hint)
    })
}

/// How one module matters to the order.
fn why<'a>(name: &str, order: &'a Order, known: &KnownTree<'a>) -> Result<ModuleEffect<'a>, Failure> {
    let Some(record) = known.audit.get(name) else { return Err(no_module(known.audit, name)) };
    let ways = known.graph.ways([record.name.as_str()]);
    let module = ModuleStanding::of(record, known);
    let blockers = module.blocked_by.iter().map(|it| {
        let mut chain = ways.back(it, MOST_NAMED);
        chain.reverse();
        chain
    });
    let blockers = blockers.collect();
    Ok(ModuleEffect { chains: chains(order, known.graph, name), blockers, module })
}

/// What is said of a module that the tree does not have.
pub(super) fn no_module(audit: &Audit, name: &str) -> Failure {
    let near = most_like(name, audit.by_name().map(|it| it.name.as_str()), 0.7);
    let near = near.map_or("`molt-sync gates --format json` lists the modules of the tree".to_owned(), |it| {
        format!("did you mean `{it}`?")
    });
    Failure::new(Exit::Usage, format!("the tree has no module `{name}`"), near)
}
