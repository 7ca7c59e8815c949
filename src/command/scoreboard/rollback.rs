//! `molt-sync scoreboard rollback`: how an exception is taken back, in words or by reverting the commits that its plan names.

use super::args::RollbackArgs;
use crate::{
    base::{line, name_word},
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
        workspace::Workspace,
        worktree::in_worktree,
    },
    host::git,
    report::{envelope, json_document},
    scoreboard::Exception,
    workspace::exceptions,
};

/// Runs it.
pub(super) fn run(context: &Context, request: &RollbackArgs) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    let exception = named(&workspace, &request.exception)?;
    let branch = request.branch.as_deref().filter(|_| request.worktree);
    let Some(branch) = branch else { return tell(context, &workspace, &exception) };
    if exception.plan.reverts.is_empty() {
        let message = format!("cannot roll {} back: its plan names no commits to revert", exception.path);
        let hint = "do what the plan says by hand, or add the commits to `reverts` below [rollback]";
        let plan = format!("the plan: {}", exception.plan.words);
        return Err(Failure::new(Exit::Person, message, hint).with_details([plan]));
    }
    let commits = commits(&workspace, &exception)?;
    let made = in_worktree(context, branch, false, |inside| {
        let inside = inside.workspace()?;
        let names: Vec<String> = commits.iter().map(|(it, _)| format!("This reverts commit {it}.\n")).collect();
        let message = format!("Take back {}\n\n{}", called(exception.path.file_name()), names.concat());
        // the commit would stay
        crate::host::stand_back();
        let made = git::revert(&inside.root, &commits, &exception.path, &message).map_err(|error| {
            let hint = "what they did was changed since, or is taken back already: revert them by hand, and delete the exception in the same change";
            Failure { hint: Some(hint.into()), exit: Exit::Person, ..Failure::from(error) }
        })?;
        Ok(Some(made))
    })?;
    let made = made.unwrap_or_default();
    if context.options.format == Format::Json {
        let value = envelope(serde_json::json!({ "exception": exception.path, "branch": branch, "commit": made }));
        context.print(&json_document(&value))?;
    } else {
        let commits = crate::base::number_of(exception.plan.reverts.len(), "commit");
        context.print(&line(&format!(
            "{commits} reverted on the branch {branch}, and {} is gone there",
            exception.path
        )))?;
    }
    Ok(Exit::Done)
}

/// What an exception is called in the message of a person's own commit. The words of its plan are somebody's who could write that
/// file: in a message they would close issues, call people or sign.
fn called(name: &str) -> String {
    let is_plain = name.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it));
    if is_plain { format!("what {name} allows") } else { "an exception of the scoreboard".to_owned() }
}

/// A commit that a plan reverts. What can lead to another one tomorrow, such as a branch, is not what was signed for.
fn reverted(workspace: &Workspace, exception: &Exception, name: &str) -> Result<String, Failure> {
    if name.len() < 7 || !name.bytes().all(|it| it.is_ascii_hexdigit()) {
        let message = format!(
            "cannot roll {} back: its plan reverts `{name}`, which is not a commit by its digits",
            exception.path
        );
        return Err(Failure::new(Exit::Usage, message, "name the commit in full, as `scoreboard except` does"));
    }
    Ok(git::commit(&workspace.root, name)?)
}

/// The commits of its plan, the newest first: all of them have to be part of what is checked out.
fn commits(workspace: &Workspace, exception: &Exception) -> Result<Vec<git::Revertible>, Failure> {
    let mut named = Vec::new();
    for it in &exception.plan.reverts {
        named.push(reverted(workspace, exception, it)?);
    }
    let (commits, absent) = git::newest_first(&workspace.root, &named)?;
    if absent.is_empty() {
        return Ok(commits);
    }
    let message = format!(
        "cannot roll {} back: its plan reverts commits that are not part of what is checked out here",
        exception.path
    );
    Err(Failure::new(Exit::Person, message, "check out a branch that has them").with_details(absent))
}

fn tell(context: &Context, workspace: &Workspace, it: &Exception) -> Result<Exit, Failure> {
    if context.options.format == Format::Json {
        let value = envelope(serde_json::json!({
            "exception": it.path, "plan": it.plan.words, "reverts": it.plan.reverts, "expires": it.expires,
            "signed_off_by": it.signed_off_by, "figures": it.figures,
        }));
        context.print(&json_document(&value))?;
        return Ok(Exit::Done);
    }
    let mut out = line(&format!("{}: signed by {}, until {}", it.path, it.signed_off_by, it.expires));
    out += &line(&format!("plan: {}", it.plan.words));
    for commit in &it.plan.reverts {
        let full = reverted(workspace, it, commit)?;
        out += &line(&format!("  git revert {} ({})", &full[..full.len().min(9)], git::date(&workspace.root, &full)?));
    }
    for (figure, identity) in it.pairs() {
        out += &line(&format!("  {figure}: {identity}"));
    }
    context.print(&out)?;
    if !it.plan.reverts.is_empty() {
        let name = name_word(it.path.file_name().trim_end_matches(".toml"));
        context.note(&format!("`molt-sync scoreboard rollback --worktree --branch NAME {name}` does it"));
    }
    Ok(Exit::Done)
}

/// The exception that is meant: by its path, or by the name of its file.
fn named(workspace: &Workspace, name: &str) -> Result<Exception, Failure> {
    let folder = &workspace.config.paths.exceptions;
    let all = exceptions(&workspace.disk, folder)?;
    let is_it = |it: &Exception| {
        let file = it.path.file_name();
        it.path.as_str() == name.trim_start_matches("./") || file == name || file.trim_end_matches(".toml") == name
    };
    let names: Vec<String> = all.iter().map(|it| it.path.to_string()).collect();
    all.into_iter().find(is_it).ok_or_else(|| {
        let message = format!("there is no exception {name} in {folder}");
        let hint = if names.is_empty() {
            "`molt-sync scoreboard except --base REF` writes one for what worsened"
        } else {
            "name one of these"
        };
        Failure::new(Exit::Usage, message, hint).with_details(names)
    })
}
