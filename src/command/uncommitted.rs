//! Changes that nobody has committed: what would be hard to get back is not written over.

use std::path::Path;

use super::failure::{Exit, Failure};
use crate::{
    base::{RelPath, number_of},
    changeset::Changeset,
    docs::patterns,
    host::git::{self, GitError},
};

/// Files that are named before the rest is counted.
const SHOWN: usize = 10;

/// Refuses a changeset that writes to a file with such changes, or that git knows nothing of. `allow` has patterns of files
/// that are written to all the same; git is not asked where they name all of them.
pub(super) fn refuse_uncommitted(root: &Path, changeset: &Changeset, allow: &[String]) -> Result<(), Failure> {
    let allowed = patterns(allow).map_err(|error| {
        Failure::new(
            Exit::Usage,
            format!("cannot use --allow-dirty: {error}"),
            "give a path, or a pattern such as `docs/**`",
        )
    })?;
    let targets: Vec<&RelPath> = changeset
        .edits
        .iter()
        .filter(|it| it.before.is_some())
        .map(|it| &it.path)
        .filter(|it| !allow.iter().any(|path| path == it.as_str()) && !allowed.is_match(it.as_str()))
        .collect();
    if targets.is_empty() || !git::is_repository(root) {
        return Ok(());
    }
    let dirty = git::uncommitted(root, &targets).map_err(unanswered)?;
    let Some(first) = dirty.first() else { return Ok(()) };
    let files = number_of(dirty.len(), "file");
    let message = format!("changes that nobody has committed are in {files} that would be written to");
    let hint = format!("commit or stash them, or add --allow-dirty {first}");
    let rest = dirty.len().saturating_sub(SHOWN);
    let more = (rest > 0).then(|| format!("and {rest} more"));
    let names = dirty.iter().take(SHOWN).map(ToString::to_string);
    Err(Failure::new(Exit::Person, message, hint).with_details(names.chain(more)))
}

fn unanswered(error: GitError) -> Failure {
    let hint = match &error {
        GitError::Start(_) => "install git, or add --allow-dirty '**' to write without asking it",
        GitError::Failed { .. } => "repair what git names, or add --allow-dirty '**' to write without asking it",
    };
    Failure { hint: Some(hint.to_owned()), ..error.into() }
}
