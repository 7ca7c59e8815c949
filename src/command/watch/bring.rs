//! Releases that wait are brought in, one change a series: into the workspace, as patches, or each on a branch of its own.

use std::path::PathBuf;

use crate::{
    base::{Request, Version},
    command::{
        acquire::Source,
        context::Context,
        deliver::Output,
        failure::{Exit, Failure},
        refresh::{self, Refresh},
    },
    host::{self, git},
    watch::{Look, State},
};

/// Where to.
#[derive(Debug, Clone)]
pub enum Bring {
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
    /// The exit code of an earlier try, where it is not tried again yet: what waits is no success.
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
        let next = super::jiff_text(next);
        let words = format!("failed before (exit code {code}) and is tried again from {next}");
        Self { version, words, failure: None, waits: Some(Exit::of(code)) }
    }
}

/// What waits because it could not be brought in before, in a look that only looks.
pub(super) fn failed_before(look: &Look, state: &State) -> Vec<Brought> {
    look.waiting().filter_map(|it| Some(Brought::waiting(it, state.failure(it)?))).collect()
}

impl Bring {
    /// All that wait and are not to wait longer.
    pub(super) fn all(&self, context: &Context, look: &Look, state: &mut State, now: i64) -> Vec<Brought> {
        let mut res = Vec::new();
        for version in look.waiting() {
            if let (false, Some(failure)) = (state.may_try(version, now), state.failure(version)) {
                res.push(Brought::waiting(version, failure));
                continue;
            }
            let (words, failure) = match self.one(context, version) {
                Ok(words) => (words, None),
                Err(failure) => {
                    state.failed(version, now, failure.exit as u8);
                    failure.show(&context.terminal);
                    (failure.message.clone(), Some(failure))
                }
            };
            res.push(Brought { version, words, failure, waits: None });
        }
        res
    }

    fn one(&self, context: &Context, version: Version) -> Result<String, Failure> {
        let series = version.series;
        let (output, words) = match self {
            Self::Here => (Output::default(), "brought in".to_owned()),
            Self::Patches(dir) => {
                host::create_dir(dir).map_err(|error| Failure::io("make", dir, &error))?;
                let file = |ending: &str| Some(dir.join(format!("{series}.{ending}")));
                let output =
                    Output { patch: file("patch"), report: file("md"), message: file("message"), ..Output::default() };
                (output, format!("written to {}", dir.join(format!("{series}.patch")).display()))
            }
            Self::Branches => {
                let branch = format!("molt-sync/{series}");
                if let Some(words) = open_change(context, &branch, version)? {
                    return Ok(words);
                }
                let words = format!("committed to {branch}");
                (Output { branch: Some(branch), worktree: true, commit: true, ..Output::default() }, words)
            }
        };
        let mut aside = context.clone();
        // its report is progress here, and the look's own is the result
        aside.terminal = aside.terminal.aside();
        aside.options.format = crate::command::Format::Human;
        let request = Refresh {
            request: Request::Exact(version),
            source: Source::Mirror,
            pre: version.is_pre(),
            sign_off: None,
            take: Vec::new(),
            output,
        };
        refresh::run(&aside, &request).map(|()| words)
    }
}

/// What is on the branch of a series already: words where it is this change, nothing where there is none. One by this program
/// for another release is taken away; one that a person committed to is theirs.
fn open_change(context: &Context, branch: &str, version: Version) -> Result<Option<String>, Failure> {
    let root = context.root()?;
    if !git::has_branch(&root, branch) {
        return Ok(None);
    }
    let commits = git::trailers(&root, branch)?;
    if !commits.iter().all(|it| it.is_ours) {
        let message = format!("somebody has committed to {branch}");
        return Err(Failure::new(Exit::Person, message, "merge the branch, or remove it"));
    }
    if commits.iter().any(|it| it.release == version.to_string()) {
        return Ok(Some(format!("is on {branch} already")));
    }
    git::remove_branch(&root, branch)?;
    Ok(None)
}
