//! Releases that wait are brought in, one change a series: into the workspace, as patches, or each on a branch of its own.

use std::path::PathBuf;

use crate::{
    base::{Files as _, Request, Version},
    command::{
        plan::refresh_request::{Accepted, Refresh},
        refresh,
        support::{
            context::Context,
            failure::{Exit, Failure},
            output::Output,
            source::Source,
            worktree::take_away_leftovers,
        },
    },
    host::{self, git},
    stdlib::Baseline,
    watch::{Polled, WatchState},
    workspace::baseline_path,
};

/// Where to.
#[derive(Debug, Clone)]
pub(in crate::command) enum Bring {
    /// Into the workspace.
    Here,
    /// Into a folder, as patches with messages and reports.
    Patches(PathBuf),
    /// Onto branches `molt-sync/SERIES`, in a work tree of their own.
    Branches,
}

/// How that went.
pub(super) struct Brought {
    pub(super) version: Version,
    /// What became of it, in words.
    pub(super) words: String,
    pub(super) failure: Option<Failure>,
    /// The exit code of an earlier try, where it is not tried again yet: what waits is not success.
    pub(super) waits: Option<Exit>,
}

impl Brought {
    /// Whether it was brought in.
    pub(super) fn is_done(&self) -> bool {
        self.exit().is_none()
    }

    /// How it failed, now or before.
    pub(super) fn exit(&self) -> Option<Exit> {
        self.failure.as_ref().map(|it| it.exit).or(self.waits)
    }

    /// One that failed before and waits.
    fn waiting(version: Version, (code, next): (u8, i64)) -> Self {
        let next = super::moment::jiff_text(next);
        let words = format!("failed before (exit code {code}) and is tried again from {next}");
        Self { version, words, failure: None, waits: Some(Exit::of(code)) }
    }
}

/// What waits because it could not be brought in before, in a look that only looks.
pub(super) fn failed_before(look: &Polled, state: &WatchState) -> Vec<Brought> {
    look.waiting().filter_map(|it| Some(Brought::waiting(it, state.failure(it)?))).collect()
}

impl Bring {
    /// All that wait and are not to wait longer.
    pub(super) fn all(&self, context: &Context, look: &Polled, state: &mut WatchState, now: i64) -> Vec<Brought> {
        let mut res = Vec::new();
        if matches!(self, Self::Branches) {
            leftovers(context);
        }
        for version in look.waiting() {
            if let (false, Some(failure)) = (state.may_try(version, now), state.failure(version)) {
                res.push(Brought::waiting(version, failure));
                continue;
            }
            let (words, failure) = match self.one(context, version) {
                Ok(words) => (words, None),
                Err(failure) => {
                    state.failed(version, now, failure.exit as u8);
                    failure.clone().located(context).show(&context.terminal);
                    (failure.message.clone(), Some(failure))
                }
            };
            res.push(Brought { version, words, failure, waits: None });
        }
        res
    }

    fn one(&self, context: &Context, version: Version) -> Result<String, Failure> {
        // each series is a run of its own
        host::stand_by();
        let series = version.series;
        let (output, words) = match self {
            Self::Here => (Output::default(), "brought in".to_owned()),
            Self::Patches(dir) => {
                context.must_stay(&dir.join("patch"))?;
                host::create_dir(dir).map_err(|error| Failure::io("make", dir, &error))?;
                let file = |ending: &str| Some(dir.join(format!("{series}.{ending}")));
                let output =
                    Output { patch: file("patch"), report: file("md"), message: file("message"), ..Output::default() };
                refreshed(context, version, output)?;
                return Ok(format!("written to {}", dir.join(format!("{series}.patch")).display()));
            }
            Self::Branches => {
                let branch = format!("molt-sync/{series}");
                return on_branch(context, &branch, version);
            }
        };
        refreshed(context, version, output).map(|_| words)
    }
}

/// Takes away what a look that was cut off left, which would be in the way of its series for ever.
fn leftovers(context: &Context) {
    match context.root().and_then(|root| take_away_leftovers(&root)) {
        Ok(taken) => taken.iter().for_each(|it| context.terminal.note(it)),
        Err(failure) => {
            context.terminal.warn(&format!("whether a work tree is left over is not known: {}", failure.message));
        }
    }
}

fn refreshed(context: &Context, version: Version, output: Output) -> Result<Option<String>, Failure> {
    let mut aside = context.clone();
    // its report is progress here, and the look's own is the result
    aside.terminal = aside.terminal.aside();
    aside.options.format = crate::command::Format::Human;
    let request = Refresh {
        request: Request::Exact(version),
        source: Source::Mirror,
        pre: version.is_pre(),
        accepted: Accepted::default(),
        output,
    };
    refresh::run(&aside, &request)
}

/// One change on a branch. One by this program for another release makes room, and comes back where the new one fails; one
/// that a person committed to, or wrote anew, is theirs.
fn on_branch(context: &Context, branch: &str, version: Version) -> Result<String, Failure> {
    let root = context.root()?;
    let before = git::branch_tip(&root, branch)?;
    if let Some(tip) = &before {
        if git::own_tip(&root, branch)?.as_ref() != Some(tip) && !git::is_in(&root, tip)? {
            let message = format!("{branch} has commits of another author");
            return Err(Failure::new(Exit::Person, message, "merge the branch, or remove it"));
        }
        if recorded(context, tip, version)? {
            return Ok(format!("is on {branch} already"));
        }
        git::remove_branch_at(&root, branch, tip)?;
    }
    let output =
        Output { branch: Some(branch.to_owned()), worktree: true, commit: true, notes_own: true, ..Output::default() };
    let done = refreshed(context, version, output);
    if let Some(tip) = before
        && git::branch_tip(&root, branch)?.is_none()
    {
        git::restore_branch(&root, branch, &tip)?;
    }
    done.map(|made| match made {
        Some(_) => format!("committed to {branch}"),
        None => "is as it should be".to_owned(),
    })
}

/// Whether a commit has this release on record.
fn recorded(context: &Context, commit: &str, version: Version) -> Result<bool, Failure> {
    let workspace = context.workspace()?;
    let path = baseline_path(&workspace.config.paths, version.series);
    let files = git::files(&workspace.root, commit, &[&path])?;
    let text = files.text(&path)?;
    Ok(text.and_then(|it| Baseline::parse(&it).ok()).is_some_and(|it| it.facts.release == Some(version)))
}
