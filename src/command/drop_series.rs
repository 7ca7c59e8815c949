//! `molt-sync baseline drop`: a series is no longer supported.

use clap::Args;

use crate::{
    base::Series,
    command::{
        plan::{
            pipeline::plan,
            refresh_request::{Accepted, AcceptedArgs},
            step::RefreshStep,
        },
        refresh::deliver,
        support::{
            context::Context, failure::Failure, obstacles::Obstacles, output::Output, output_args::OutputArgs,
            state::WorkspaceState, typed::Typed, worktree::in_worktree,
        },
    },
    workspace::SignedToday,
};

/// `baseline drop`, as it is asked for.
#[derive(Debug, Args)]
pub struct DropArgs {
    /// The series to drop (3.12)
    pub series: String,
    /// What a person accepts of it.
    #[command(flatten)]
    pub accepted: AcceptedArgs,
    /// What becomes of it.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl DropArgs {
    pub(super) fn request(self) -> Result<Drop, Failure> {
        Ok(Drop { series: self.series.parse()?, accepted: self.accepted.into(), output: self.output.into() })
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) struct Drop {
    /// Which series.
    pub series: Series,
    /// What a person accepts of it.
    pub accepted: Accepted,
    /// What becomes of the plan.
    pub output: Output,
}

/// Runs it. Returns the commit that it made, where it made one.
pub(super) fn run(context: &Context, request: &Drop) -> Result<Option<String>, Failure> {
    let output = &request.output;
    match &output.branch {
        Some(branch) if output.worktree && output.writes() => {
            in_worktree(context, branch, output.notes_own, |context| {
                let output = Output { branch: None, worktree: false, commit: true, ..output.clone() };
                in_place(context, &Drop { output, ..request.clone() })
            })
        }
        _ => in_place(context, request),
    }
}

fn in_place(context: &Context, request: &Drop) -> Result<Option<String>, Failure> {
    let Drop { series, accepted, output } = request;
    let workspace = context.workspace_for(output.writes())?;
    let allowed = accepted.gates(&workspace.config)?;
    let state = WorkspaceState { take: accepted.take.clone(), ..WorkspaceState::load(&workspace)? };
    let today = context.today();
    let signed = SignedToday { sign_off: accepted.sign_off.as_ref(), today: &today };
    let plan = plan(&workspace.disk, state, RefreshStep::Drop(*series), signed, Obstacles::default())?;
    deliver(context, &workspace, plan, (allowed, signed), output, Typed::drop(context, *series))
}
