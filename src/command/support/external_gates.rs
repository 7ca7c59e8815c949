//! The workspace's own gates: commands that a refresh has to pass, run in a scratch copy of the staged tree.

use std::{path::Path, time::Duration};

use crate::{
    base::{Edit, Staged, option_word},
    command::support::{
        failure::{Exit, Failure},
        obstacles::Obstacles,
        output::Output,
        way::Way,
        workspace::Workspace,
    },
    config::External,
    host::{self, CommandEnd, CommandLimits, ScratchDir, Terminal},
    report::{ExternalRun, RefreshReport},
    workspace::{SignedToday, free_sign_off, quoted_list},
};

/// How the state of a gate begins that failed, and that somebody lets fail.
const ACCEPTED: &str = "failed, and that is accepted: ";
/// How much of a gate's name is in that of its sign-off, in characters.
const NAME: usize = 60;
/// Lines of a failed command's output that an error shows.
const SHOWN: usize = 20;

/// Runs every command on a copy with `edits`. One that fails there and passes without them stops the run. In a dry run nothing
/// of the workspace's own is run unless that is asked for, and the report says so.
pub(in crate::command) fn judge(
    terminal: &Terminal,
    root: &Path,
    commands: &[External],
    allowed: &[String],
    edits: &[Edit],
    output: &Output,
    obstacles: &mut Obstacles,
) -> Result<Vec<ExternalRun>, Failure> {
    if commands.is_empty() || edits.is_empty() {
        return Ok(Vec::new());
    }
    if output.dry_run && !output.own_gates.in_dry_run {
        let names: Vec<&str> = commands.iter().map(|it| it.name.as_str()).collect();
        let what = if names.len() == 1 { "gate was" } else { "gates were" };
        terminal.warn(&format!(
            "the workspace's own {what} not run, and not passed: {}; --run-external-gates runs commands of molt-sync.toml",
            names.join(", ")
        ));
        let state = "not run: this is a dry run, and --run-external-gates was not given".to_owned();
        let row = |it: &External| ExternalRun { name: it.name.clone(), state: state.clone(), output: String::new() };
        return Ok(commands.iter().map(row).collect());
    }
    commands.iter().try_for_each(|it| may_see(it, &output.own_gates.env))?;
    let staged = copy(root, edits)?;
    host::apply(staged.path(), edits)?;
    let mut res = Vec::new();
    for command in commands {
        terminal.note(&format!("running the gate `{}` on a copy of the workspace", command.name));
        let after = run(command, staged.path())?;
        let state = match &after.failed {
            None => "passed".to_owned(),
            Some(why) if allowed.contains(&command.name) => format!("{ACCEPTED}{why}"),
            Some(why) => {
                let before = run(command, copy(root, edits)?.path())?;
                if before.failed.is_none() {
                    let way = Way::allow(std::iter::once(command.name.as_str()));
                    obstacles.note(stopped(command, why, &after.output), way);
                    format!("failed: {why}")
                } else {
                    format!("failed, as it did before: {why}")
                }
            }
        };
        res.push(ExternalRun { name: command.name.clone(), state, output: after.output });
    }
    Ok(res)
}

/// The sign-offs of the gates that failed, and that somebody lets fail.
pub(in crate::command) fn sign_offs(
    workspace: &Workspace,
    report: &RefreshReport,
    signed: SignedToday<'_>,
) -> Result<Vec<Edit>, Failure> {
    let mut staged = Staged::new(&workspace.disk);
    let release = report.release.as_deref().unwrap_or(&report.series);
    for it in &report.external {
        let Some(why) = it.state.strip_prefix(ACCEPTED) else { continue };
        let about = "An accepted breach of a gate of the workspace's own";
        let text = signed.text(about, (&it.name, release), &[], &format!("findings = {}\n", quoted_list([why])));
        // a name may have any words in it, and be that of a gate which is built in
        let name: String =
            it.name.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).take(NAME).collect();
        let name = format!("own-{}", name.to_lowercase());
        let path = free_sign_off(&staged, &workspace.config.paths, release, &name)?;
        staged.write(&path, text)?;
    }
    Ok(staged.into_edits())
}

/// Refuses a gate that wants to see what may be a secret and that the caller has not allowed.
fn may_see(command: &External, allowed: &[String]) -> Result<(), Failure> {
    let refused: Vec<&str> = command.secrets().filter(|name| !allowed.iter().any(|it| it == name)).collect();
    let Some(first) = refused.first() else { return Ok(()) };
    let message = format!(
        "the gate `{}` of the workspace asks for variables that may hold a secret: {}",
        command.name,
        refused.join(", ")
    );
    let hint = format!(
        "take them out of its env in molt-sync.toml, or allow it with {}",
        option_word("--allow-gate-env", first)
    );
    Err(Failure::new(Exit::Usage, message, hint))
}

/// The workspace as it is, with the files that `edits` are about.
fn copy(root: &Path, edits: &[Edit]) -> Result<ScratchDir, Failure> {
    let fail = |error: &std::io::Error| {
        let message = format!("cannot copy the workspace for its own gates: {error}");
        Failure::new(Exit::Io, message, "check the free space of the folder for temporary files")
    };
    let scratch = ScratchDir::new().map_err(|error| fail(&error))?;
    let edited = edits.iter().map(|it| &it.path);
    host::copy_workspace(root, scratch.path(), edited).map_err(|error| fail(&error))?;
    Ok(scratch)
}

fn run(command: &External, dir: &Path) -> Result<CommandEnd, Failure> {
    let limits = CommandLimits { time: Duration::from_secs(command.timeout), memory: command.memory };
    let fail = |error: &dyn std::fmt::Display| {
        let program = command.command.first().map_or("", String::as_str);
        let message = format!("cannot start the gate `{}` ({program}): {error}", command.name);
        Failure::new(
            Exit::Usage,
            message,
            "nothing was written; correct its command in molt-sync.toml, under external-gates",
        )
    };
    let ran = host::run_limited(dir, &command.command, limits, &command.env).map_err(|error| fail(&error))?;
    // a gate that never runs would count as one that failed before
    if !ran.not_started {
        return Ok(ran);
    }
    let why = ran.failed.as_deref().unwrap_or("it is not there");
    Err(fail(&why).with_details(last_lines(&ran.output)))
}

/// The end of what a command printed.
fn last_lines(output: &str) -> Vec<String> {
    let lines: Vec<&str> = output.lines().collect();
    lines[lines.len().saturating_sub(SHOWN)..].iter().map(|it| (*it).to_owned()).collect()
}

fn stopped(command: &External, why: &str, output: &str) -> Failure {
    let message = format!("the change would break the workspace's own gate `{}`: {why}", command.name);
    let more = match host::keep_output(&command.name, output) {
        Ok(path) => {
            format!("its whole output is in {}", path.display())
        }
        Err(_) => "run the command by hand to see more".to_owned(),
    };
    let accepted = format!("{} --sign-off NAME --reason TEXT", option_word("--allow-gate", &command.name));
    let hint = format!("nothing was written; {more}; repair what it finds, or accept that it breaks with {accepted}");
    Failure::new(Exit::No, message, hint).with_details(last_lines(output))
}
