//! `molt-sync stubs`: the stubs of the tree beside its union, compared and brought in step.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{
    base::{RelPath, line},
    command::{
        plan::{
            pipeline::plan,
            refresh_request::{Accepted, AcceptedArgs},
            step::RefreshStep,
        },
        refresh::deliver,
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            obstacles::Obstacles,
            output::Output,
            output_args::OutputArgs,
            state::WorkspaceState,
            typed::Typed,
            unknown::refuse,
        },
    },
    report::{envelope, json_document},
    stubs::{Drift, drift},
    workspace::{SignedToday, whole_records},
};

/// What is asked for.
#[derive(Debug, Subcommand)]
pub enum StubsCommand {
    /// List missing, surplus and stale stubs; write nothing
    Check,
    /// Create, retire and rewrite stubs, with the documents and the gates as in a refresh
    Sync(Box<StubsSync>),
}

/// `stubs sync`, as it is asked for.
#[derive(Debug, Args)]
pub struct StubsSync {
    /// What a person accepts of it.
    #[command(flatten)]
    pub accepted: AcceptedArgs,
    /// What becomes of it.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Runs it.
pub fn run(context: &Context, command: StubsCommand) -> Result<Exit, Failure> {
    match command {
        StubsCommand::Check => check(context),
        StubsCommand::Sync(it) => sync(context, &it.accepted.into(), &it.output.into()).map(|()| Exit::Done),
    }
}

fn check(context: &Context) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    whole_records(&workspace.disk, &workspace.config.paths)?;
    let state = WorkspaceState::load(&workspace)?;
    let found = drift(&workspace.disk, &state.paths.stdlib, &state.union, &state.stubs)?;
    context.print(&match context.options.format {
        Format::Json => json_of(&found),
        _ => human(&found),
    })?;
    Ok(match (found.is_empty(), found.plan.conflicts.is_empty()) {
        (true, _) => Exit::Done,
        (_, true) => Exit::No,
        _ => Exit::Person,
    })
}

fn sync(context: &Context, accepted: &Accepted, output: &Output) -> Result<(), Failure> {
    let workspace = context.workspace_for(output.writes())?;
    let allowed = accepted.gates(&workspace.config)?;
    let state = WorkspaceState { take: accepted.take.clone(), ..WorkspaceState::load(&workspace)? };
    refuse(&state.unknown)?;
    let found = drift(&workspace.disk, &state.paths.stdlib, &state.union, &state.stubs)?;
    let step = RefreshStep::Stubs(Box::new(found));
    let today = context.today();
    let signed = SignedToday { sign_off: accepted.sign_off.as_ref(), today: &today };
    let plan = plan(&workspace.disk, state, step, signed, Obstacles::default())?;
    deliver(context, &workspace, plan, (allowed, signed), output, Typed::stubs(context)).map(drop)
}

/// What has to change, in groups: a title, and each file with what is said of it.
fn groups(found: &Drift) -> [(&'static str, Vec<(&str, &RelPath)>); 5] {
    let plan = &found.plan;
    [
        ("missing", plan.create.iter().map(|it| (it.name.as_str(), &it.path)).collect()),
        ("wrong shape", plan.moves.iter().map(|it| (it.to.name.as_str(), &it.from)).collect()),
        ("conflict", plan.conflicts.iter().map(|it| (it.name.as_str(), &it.path)).collect()),
        ("surplus", plan.retire.iter().map(|(name, path)| (name.as_str(), path)).collect()),
        ("stale", found.stale.iter().map(|it| (it.name.as_str(), &it.path)).collect()),
    ]
}

fn human(found: &Drift) -> String {
    let mut out = String::new();
    for (title, files) in groups(found) {
        for (name, path) in files {
            out += &line(&format!("{title}: {path} (`{name}`)"));
        }
    }
    let counts: Vec<String> = groups(found).iter().map(|(title, files)| format!("{} {title}", files.len())).collect();
    let counts = counts.join(", ");
    out + &if found.is_empty() {
        line("the stubs are in step with the union")
    } else {
        line(&format!("{counts}; `molt-sync stubs sync` repairs all but conflicts"))
    }
}

fn json_of(found: &Drift) -> String {
    let mut value = envelope(json!({ "in_step": found.is_empty() }));
    for (title, files) in groups(found) {
        let files: Vec<Value> =
            files.into_iter().map(|(name, path)| json!({ "module": name, "path": path.to_string() })).collect();
        value[title.replace(' ', "_")] = files.into();
    }
    json_document(&value)
}
