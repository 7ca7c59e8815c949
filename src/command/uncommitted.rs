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

/// Refuses a changeset that writes to a file with such changes, or that git knows nothing of, or that makes a module anew
/// which somebody has deleted or moved and not committed that. `allow` has patterns of files
/// that are written to all the same; git is not asked where they name all of them.
pub(super) fn refuse_uncommitted(root: &Path, changeset: &Changeset, allow: &[String]) -> Result<(), Failure> {
    let allowed = patterns(allow).map_err(|error| {
        Failure::new(
            Exit::Usage,
            format!("cannot use --allow-dirty: {error}"),
            "give a path, or a pattern such as `docs/**`",
        )
    })?;
    let (written, made): (Vec<_>, Vec<_>) = changeset.edits.iter().partition(|it| it.before.is_some());
    let other_forms: Vec<RelPath> = made.iter().flat_map(|it| forms(&it.path)).collect();
    let targets: Vec<&RelPath> = written
        .iter()
        .map(|it| &it.path)
        .chain(&other_forms)
        .filter(|it| !allow.iter().any(|path| path == it.as_str()) && !allowed.is_match(it.as_str()))
        .collect();
    if targets.is_empty() || !git::is_repository(root).map_err(unanswered)? {
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

/// Where a module that is made can have been before: as a file and as a package. Of what is no module nothing is asked, because
/// whoever deletes a generated file wants it anew.
fn forms(path: &RelPath) -> Vec<RelPath> {
    let Some(stem) = path.as_str().strip_suffix(".py") else { return Vec::new() };
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    [format!("{stem}.py"), format!("{stem}/__init__.py")].into_iter().filter_map(|it| RelPath::new(it).ok()).collect()
}

fn unanswered(error: GitError) -> Failure {
    let first = match &error {
        GitError::Start(_) => "install git",
        GitError::Failed { .. } => error.hint(),
    };
    let hint = format!("{first}, or add --allow-dirty '**' to write without asking it");
    Failure { hint: Some(hint), ..error.into() }
}
