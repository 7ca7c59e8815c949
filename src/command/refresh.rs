//! `molt-sync refresh`: from a release to one applied changeset.

use super::{
    acquire::{Asked, Source, acquire, recalls},
    context::{Context, Format, Workspace},
    deliver::{Delivery, Output, message, refuse},
    doubts, external,
    failure::Failure,
    gates::known as known_gate,
    growth::SignOff,
    pipeline::{Plan, Step, plan},
    regions::Side,
    state::State,
    worktree::in_worktree,
};
use crate::base::{RelPath, Request};

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
    /// Whose words count in files that a person edited.
    pub take: Vec<(Side, RelPath)>,
    /// What becomes of the plan.
    pub output: Output,
}

/// Runs it.
pub fn run(context: &Context, refresh: &Refresh) -> Result<(), Failure> {
    let result = placed(context, refresh);
    if result.is_err() {
        // it was told, and is no matter of what this process does next
        context.reading.begin();
    }
    result
}

fn placed(context: &Context, refresh: &Refresh) -> Result<(), Failure> {
    let output = &refresh.output;
    match &output.branch {
        Some(branch) if output.worktree && output.writes() => in_worktree(context, branch, |context| {
            let output = Output { branch: None, worktree: false, commit: true, ..output.clone() };
            in_place(context, &Refresh { output, ..refresh.clone() })
        }),
        _ => in_place(context, refresh),
    }
}

fn in_place(context: &Context, refresh: &Refresh) -> Result<(), Failure> {
    let workspace = context.workspace_for(refresh.output.writes())?;
    let own = &workspace.config.external;
    for id in refresh.sign_off.iter().flat_map(|it| &it.gates).filter(|id| !own.iter().any(|it| it.name == **id)) {
        known_gate(id)?;
    }
    let state = State { take: refresh.take.clone(), ..State::load(&workspace)? };
    let (recalls, asked) = recalls(context, &workspace.config, &refresh.source);
    let recalls = recalls.without(&doubts::accepted_recalls(&workspace.disk, &state.paths)?);
    let how = (refresh.pre, &recalls);
    let acquired = acquire(context, &state.lock, &workspace.config, &refresh.source, refresh.request, how)?;
    let accepted = match acquired.baseline.facts.release {
        Some(version) => doubts::judge(context, &workspace.disk, &state, (version, refresh, &recalls))?,
        None => Vec::new(),
    };
    let state = State { accepted, ..state };
    if let Asked::Unheard(_) = asked {
        context.terminal.warn(&asked.words());
    }
    let step = Step::Record(Box::new(acquired.baseline), acquired.lock_entry.map(Box::new));
    let mut plan = plan(&workspace.disk, state, step, refresh.sign_off.as_ref(), &context.today())?;
    let report = &mut plan.report;
    report.verified_by = Some(acquired.ground.to_owned());
    (report.signed, report.lock_says, report.recalls) = (acquired.signed, acquired.claim, Some(asked.words()));
    report.notes.extend(acquired.checked);
    report.notes.extend(Some(asked).filter(|it| matches!(it, Asked::Unheard(_))).map(|it| it.words()));
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
    report.note_room();
    let root = workspace.root.as_path();
    refuse(root, &changeset, output)?;
    // what comes now runs, writes or prints what was computed from the workspace
    workspace.whole()?;
    let own = &workspace.config.external;
    report.external = external::judge(&context.terminal, root, own, allowed, &changeset.edits, output)?;
    let message = message(workspace, &report)?;
    workspace.whole()?;
    let delivery = Delivery { changeset: &changeset, title: report.title(), message, report: report.markdown() };
    // both are written before anything is applied and come into their places afterwards
    let beside = delivery.prepare(root, output)?;
    if output.writes() {
        report.commit = delivery.write(workspace, output)?;
        report.applied = true;
    }
    report.note_next(root, output);
    let printed = beside.keep().and_then(|()| match context.options.format {
        // the patch is the result then, so that it can be piped into git
        Format::Human if output.dry_run => {
            context.terminal.note(report.human().trim_end());
            context.print_patch(&changeset.diff())
        }
        Format::Human | Format::Sarif | Format::Junit | Format::Github => context.print(&report.human()),
        Format::Markdown | Format::Patch => context.print(&report.markdown()),
        Format::Json => {
            report.patch = output.dry_run.then(|| changeset.diff());
            context.print(&report.json())
        }
    });
    printed.map_err(|failure| {
        let wrote = if report.applied && !report.is_empty() { "the changes were applied, but " } else { "" };
        Failure { message: format!("{wrote}{}", failure.message), ..failure }
    })
}
