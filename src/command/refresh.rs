//! `molt-sync refresh`: from a release to one applied changeset.

use std::path::{Path, PathBuf};

use super::{
    acquire::{Source, acquire},
    context::{Context, Format, Workspace},
    external,
    failure::{Exit, Failure},
    gates::known as known_gate,
    growth::SignOff,
    pipeline::{Plan, Step, plan},
    state::State,
};
use crate::{base::Request, changeset::Changeset, host};

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
    let own = &workspace.config.external;
    for id in refresh.sign_off.iter().flat_map(|it| &it.gates).filter(|id| !own.iter().any(|it| it.name == **id)) {
        known_gate(id)?;
    }
    let state = State::load(&workspace)?;
    let configured = workspace.config.releases_from.as_deref();
    let acquired = acquire(context, &state.lock, configured, &refresh.source, refresh.request, refresh.pre)?;
    let step = Step::Record(Box::new(acquired.baseline), acquired.lock_entry);
    let plan = plan(&workspace.disk, state, step, refresh.sign_off.as_ref(), &context.today())?;
    let allowed = refresh.sign_off.as_ref().map_or(&[][..], |it| &it.gates);
    deliver(context, &workspace, plan, allowed, &refresh.output)
}

/// Applies a plan, or shows it, and prints its report.
pub(super) fn deliver(
    context: &Context,
    workspace: &Workspace,
    plan: Plan,
    allowed: &[String],
    output: &Output,
) -> Result<(), Failure> {
    let Plan { changeset, mut report } = plan;
    let root = workspace.root.as_path();
    report.external = external::judge(&context.terminal, root, &workspace.config.external, allowed, &changeset.edits)?;
    let patch = changeset.diff();
    // both are written before anything is applied and come into their places afterwards
    let prepare = |path: &Option<PathBuf>, text: &str, begins: &[&str]| {
        let Some(path) = path else { return Ok(None) };
        prepared(path, text, begins, root, &changeset).map(Some)
    };
    let patch_file = prepare(&output.patch, &patch, &["diff --git a/"])?;
    let report_file = prepare(&output.report, &report.markdown(), &["# Refresh to CPython", "# Drop CPython"])?;
    if !output.dry_run && output.patch.is_none() {
        host::apply(root, &changeset.edits)?;
        report.applied = true;
    }
    let kept = [(patch_file, &output.patch), (report_file, &output.report)].into_iter().try_for_each(|(file, path)| {
        let result = file.map_or(Ok(()), host::Prepared::keep);
        result.map_err(|error| Failure::io("write", path.as_deref().unwrap_or(Path::new("-")), &error))
    });
    let printed = kept.and_then(|()| match context.options.format {
        // the patch is the result then, so that it can be piped into git
        Format::Human if output.dry_run => {
            context.terminal.note(report.human().trim_end());
            context.print(&patch)
        }
        Format::Human | Format::Sarif | Format::Junit | Format::Github => context.print(&report.human()),
        Format::Markdown | Format::Patch => context.print(&report.markdown()),
        Format::Json => {
            report.patch = output.dry_run.then(|| patch.clone());
            context.print(&report.json())
        }
    });
    printed.map_err(|failure| {
        let wrote = if report.applied && !report.is_empty() { "the changes were applied, but " } else { "" };
        Failure { message: format!("{wrote}{}", failure.message), ..failure }
    })
}

fn prepared(
    path: &Path,
    text: &str,
    begins: &[&str],
    root: &Path,
    changeset: &Changeset,
) -> Result<host::Prepared, Failure> {
    let refuse = |what: &str| {
        let message = format!("cannot write {}: {what}", path.display());
        Err(Failure::new(Exit::Usage, message, "name a new file, outside of what the run changes"))
    };
    if path == Path::new("-") {
        return refuse("`-` is no file; --dry-run prints the patch");
    }
    if changeset.edits.iter().any(|edit| host::is_same_file(path, &root.join(edit.path.as_str()))) {
        return refuse("the run itself changes that file");
    }
    let is_ours = |there: &[u8]| begins.iter().any(|it| there.starts_with(it.as_bytes()));
    host::Prepared::new(path, text.as_bytes(), is_ours).or_else(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => refuse("another file is there already"),
        _ => Err(Failure::io("write", path, &error)),
    })
}
