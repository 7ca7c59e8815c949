//! `molt-sync refresh`: from a release to one applied changeset.

use std::path::PathBuf;

use super::{
    acquire::{Source, acquire},
    context::{Context, Format},
    failure::Failure,
    pipeline::{Plan, SignOff, Step, plan},
    state::State,
};
use crate::{base::Request, host};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Refresh {
    /// Which release.
    pub request: Request,
    /// From where.
    pub source: Source,
    /// Whether pre-releases count as answers to a series.
    pub pre: bool,
    /// Who accepts growth.
    pub sign_off: Option<SignOff>,
    /// What becomes of the plan.
    pub output: Output,
}

/// What becomes of a plan.
#[derive(Debug, Clone, Default)]
pub struct Output {
    /// Show it and write nothing.
    pub dry_run: bool,
    /// Write it as a patch instead of applying it.
    pub patch: Option<PathBuf>,
    /// Write the report in Markdown as well.
    pub report: Option<PathBuf>,
}

/// Runs it.
pub fn run(context: &Context, refresh: &Refresh) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    let state = State::load(&workspace)?;
    let configured = workspace.config.releases_from.as_deref();
    let acquired = acquire(context, &state.lock, configured, &refresh.source, refresh.request, refresh.pre)?;
    let step = Step::Record(Box::new(acquired.baseline), acquired.lock_entry);
    let plan = plan(&workspace.disk, state, step, refresh.sign_off.as_ref(), &context.today())?;
    deliver(context, &workspace.root, plan, &refresh.output)
}

/// Applies a plan, or shows it, and prints its report.
pub(super) fn deliver(context: &Context, root: &std::path::Path, plan: Plan, output: &Output) -> Result<(), Failure> {
    let Plan { changeset, mut report } = plan;
    if let Some(path) = &output.patch {
        host::write_file(path, changeset.diff().as_bytes()).map_err(|error| Failure::io("write", path, &error))?;
    }
    if !output.dry_run && output.patch.is_none() {
        host::apply(root, &changeset.edits)?;
        report.applied = true;
    }
    if let Some(path) = &output.report {
        host::write_file(path, report.markdown().as_bytes()).map_err(|error| Failure::io("write", path, &error))?;
    }
    match context.options.format {
        // the patch is the result then, so that it can be piped into git
        Format::Human if output.dry_run => {
            context.terminal.note(report.human().trim_end());
            context.print(&changeset.diff())
        }
        Format::Human => context.print(&report.human()),
        Format::Markdown => context.print(&report.markdown()),
        Format::Json => {
            report.patch = output.dry_run.then(|| changeset.diff());
            context.print(&report.json())
        }
    }
}
