//! `molt-sync` alone: where one stands, and what to do next.

use serde_json::json;

use crate::{
    base::{Version, number_of, printable},
    command::{
        docs,
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            judging,
            state::WorkspaceState,
            workspace::Workspace,
        },
        watch,
    },
    docs::CodeClass,
    gates::{Mode, SURFACE_KEPT},
    report::{envelope, json_document},
};

/// One line of the overview: what it is about, what there is to say, and what comes next where something is to be done.
struct OverviewRow {
    about: &'static str,
    text: String,
    next: Option<String>,
}

const FIRST: &str = "there is no workspace here or in a folder above; `molt-sync demo` shows what happens in one, \
    `molt-sync init DIR` makes one, and -C DIR names one";

/// Shows it.
///
/// # Errors
/// When something of the workspace cannot be read: what could be is shown all the same.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let Some(workspace) = context.workspace_around()? else {
        let text = if context.options.format == Format::Json {
            json_document(&envelope(json!({ "workspace": null, "next": "molt-sync demo" })))
        } else {
            format!("{FIRST}\n")
        };
        return context.print(&text).map(|()| Exit::Done);
    };
    let mut rows = vec![OverviewRow { about: "workspace", text: workspace.shown_root(), next: None }];
    let state = WorkspaceState::load(&workspace)?;
    rows.push(series(&state));
    rows.extend(waiting(context, &workspace, &state));
    rows.push(union(&state));
    rows.push(gates(&workspace, &state)?);
    let (documents, failure) = match documents(context, &workspace) {
        Ok(row) => (row, None),
        Err(failure) => {
            let text = format!("not known: {}", failure.message);
            (OverviewRow { about: "documents", text, next: Some("molt-sync docs check".to_owned()) }, Some(failure))
        }
    };
    rows.push(documents);
    let next = rows.iter().find_map(|it| it.next.as_deref()).unwrap_or("molt-sync watch --check");
    let text = if context.options.format == Format::Json {
        let rows: serde_json::Map<_, _> = rows.iter().map(|it| (it.about.to_owned(), json!(it.text))).collect();
        json_document(&envelope(json!({ "standing": rows, "next": next })))
    } else {
        let lines = rows.iter().map(|it| format!("{:<11}{}\n", it.about, printable(&it.text))).collect::<String>();
        format!("{lines}{:<11}{}\n", "next", context.located(&format!("`{next}`")))
    };
    context.print(&text)?;
    let Some(mut failure) = failure else { return Ok(Exit::Done) };
    // the one document says it
    failure.in_result |= context.options.format == Format::Json;
    Err(failure)
}

fn series(state: &WorkspaceState) -> OverviewRow {
    let recorded = state.baselines.iter().map(|(series, it)| match it.facts.release {
        Some(release) => format!("{release}"),
        None => format!("{series}.x"),
    });
    let recorded: Vec<String> = recorded.collect();
    let text = state.unrecorded().unwrap_or_else(|| format!("CPython {}", recorded.join(", ")));
    // old findings may need a person for long, and nothing keeps in step with a release before one is recorded
    let next = state.unrecorded().map(|_| "molt-sync refresh latest --dry-run".to_owned());
    OverviewRow { about: "releases", text, next }
}

/// The releases that the last look at the sources saw, and that are newer than what is recorded. Whoever has not looked is told so by
/// what comes next.
fn waiting(context: &Context, workspace: &Workspace, state: &WorkspaceState) -> Option<OverviewRow> {
    let seen = match watch::seen(context, workspace) {
        Ok(seen) => seen,
        // nowhere to remember anything in
        Err(failure) if failure.exit == Exit::Usage => return None,
        Err(failure) => {
            let text = format!("not known: {}", failure.message);
            return Some(OverviewRow { about: "waiting", text, next: None });
        }
    };
    let is_newer = |it: &Version| {
        let recorded = state.baselines.get(&it.series).and_then(|it| it.facts.release);
        recorded.is_none_or(|recorded| recorded < *it)
    };
    let waiting: Vec<Version> = seen.into_iter().filter(is_newer).collect();
    let next = format!("molt-sync refresh {} --dry-run", waiting.last()?.series);
    let all: Vec<String> = waiting.iter().map(Version::to_string).collect();
    Some(OverviewRow { about: "waiting", text: format!("CPython {}", all.join(", ")), next: Some(next) })
}

fn union(state: &WorkspaceState) -> OverviewRow {
    let (top, below) = (state.union.top_level().len(), state.union.submodules().len());
    let text = format!("{} and {}", number_of(top, "top-level module"), number_of(below, "submodule"));
    OverviewRow { about: "union", text, next: None }
}

fn gates(workspace: &Workspace, state: &WorkspaceState) -> Result<OverviewRow, Failure> {
    let inputs = judging::inputs(&workspace.disk, state, &state.union)?;
    let mut outcomes = judging::run(&inputs, &workspace.config.gates, &Mode::default());
    // what takes reading releases is left to `gates`, which leaves it out where it is not asked for
    outcomes.retain(|it| it.gate.id != SURFACE_KEPT);
    let failed = outcomes.iter().filter(|it| !it.findings.is_empty()).count();
    let findings: usize = outcomes.iter().map(|it| it.findings.len()).sum();
    let silent = outcomes.iter().filter(|it| it.not_judged.is_some()).count();
    let passed = outcomes.len() - failed - silent;
    let mut text = format!("{passed} pass");
    if failed > 0 {
        text += &format!(", {failed} fail with {}", number_of(findings, "finding"));
    }
    if silent > 0 {
        text += &format!(", {silent} not judged");
    }
    Ok(OverviewRow { about: "gates", text, next: (failed > 0).then(|| "molt-sync gates".to_owned()) })
}

fn documents(context: &Context, workspace: &Workspace) -> Result<OverviewRow, Failure> {
    let report = docs::standing(context, workspace)?;
    let next = match report.class() {
        CodeClass::Note => None,
        CodeClass::Repair => Some("molt-sync docs sync --dry-run"),
        _ => Some("molt-sync docs check"),
    };
    Ok(OverviewRow { about: "documents", text: report.summary(), next: next.map(str::to_owned) })
}
