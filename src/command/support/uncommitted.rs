//! Changes that nobody has committed: what would be hard to get back is not written over.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use crate::{
    base::{Edit, Files as _, Memory, RelPath, Sha256, number_of, one_file, option_word, text::with_carriage_returns},
    changeset::{Changeset, WrittenFile},
    command::support::{
        failure::{Exit, Failure},
        way::Way,
    },
    docs::patterns,
    host::{
        self, Disk,
        git::{self, GitError},
    },
};

/// Refuses a changeset that would write over them.
pub(in crate::command) fn refuse_uncommitted(
    root: &Path,
    changeset: &Changeset,
    allow: &[String],
) -> Result<(), Failure> {
    refuse_lost(root, changeset, allow, &HashSet::new())
}

/// The same, and of the files in which a person has words that would be lost, `by_hand`, those too of which git has no copy
/// because it ignores them.
pub(in crate::command) fn refuse_lost(
    root: &Path,
    changeset: &Changeset,
    allow: &[String],
    by_hand: &HashSet<RelPath>,
) -> Result<(), Failure> {
    in_the_way(root, changeset, (allow, by_hand), (true, false))?.map_or(Ok(()), |(failure, _)| Err(failure))
}

/// So many files are named in a hint.
const MOST_NAMED: usize = 5;

/// What stands in the way of a changeset that writes to a file with such changes, or that git knows nothing of, or that makes
/// a module anew which somebody has deleted or moved and not committed that. `allow` has patterns of files
/// that are written to all the same; git is not asked where they name all of them.
pub(in crate::command) fn uncommitted(
    root: &Path,
    changeset: &Changeset,
    allow: &[String],
    (writes, commits): (bool, bool),
) -> Result<Option<(Failure, Way)>, Failure> {
    in_the_way(root, changeset, (allow, &HashSet::new()), (writes, commits))
}

fn in_the_way(
    root: &Path,
    changeset: &Changeset,
    (allow, by_hand): (&[String], &HashSet<RelPath>),
    (writes, commits): (bool, bool),
) -> Result<Option<(Failure, Way)>, Failure> {
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
    let edited: Vec<&RelPath> = targets.iter().copied().filter(|it| by_hand.contains(it)).collect();
    let asked = match git::is_repository(root) {
        _ if targets.is_empty() => return Ok(None),
        Ok(false) => return Ok(None),
        Ok(true) => git::uncommitted(root, &targets, !writes)
            .and_then(|dirty| Ok((dirty, git::kept_out(root, &edited)?.into_iter().cloned().collect::<Vec<_>>()))),
        Err(error) => Err(error),
    };
    let (dirty, ignored) = match asked {
        Ok(asked) => asked,
        Err(error) => return Ok(Some((unanswered(error), allowing(commits, ["**".to_owned()])))),
    };
    let mut dirty = not_ours(root, dirty)?;
    let is_committable = !dirty.is_empty();
    let has_ignored = !ignored.is_empty();
    dirty.extend(ignored.iter().cloned());
    if dirty.is_empty() {
        return Ok(None);
    }
    let files = number_of(dirty.len(), "file");
    let message = if is_committable {
        format!("uncommitted changes are in {files} that would be written to")
    } else {
        format!("git ignores {files} with words of a person that would be written over, and has no copy of them")
    };
    let options = dirty.iter().take(MOST_NAMED).map(|it| option_word("--allow-dirty", &one_file(it.as_str())));
    let mut options = options.collect::<Vec<_>>().join(" ");
    if dirty.len() > MOST_NAMED {
        options += " and so on, or a pattern that names them all";
    }
    let keep = match (is_committable, has_ignored) {
        (true, false) => "commit or stash them",
        (true, true) => "commit or stash them, and keep a copy elsewhere of what git ignores",
        (false, _) => "keep a copy elsewhere",
    };
    let hint = format!("{keep}, or add {options}");
    let hint = if commits { "commit or stash them".to_owned() } else { hint };
    let note = |it: &RelPath| if is_committable && ignored.contains(it) { ", which git ignores" } else { "" };
    let names: Vec<String> = dirty.iter().map(|it| format!("{it}{}", note(it))).collect();
    let way = allowing(commits, dirty.iter().map(|it| one_file(it.as_str())));
    Ok(Some((Failure::new(Exit::Person, message, hint).with_details(names), way)))
}

/// Those that are not as this program left them, or that somebody had changed before it did, or has staged since.
fn not_ours(root: &Path, mut dirty: Vec<(RelPath, bool)>) -> Result<Vec<RelPath>, Failure> {
    let ours = left_here(root, host::written(root), &dirty)?;
    let ours: HashSet<&RelPath> = ours.iter().map(|it| &it.path).collect();
    dirty.retain(|(path, _)| !ours.contains(path));
    Ok(dirty.into_iter().map(|(path, _)| path).collect())
}

/// What this program wrote in this checkout that nobody has touched, staged or committed since: each file as it is committed,
/// and as it is now.
pub(in crate::command) fn own(root: &Path) -> Result<Vec<Edit>, Failure> {
    let wrote = host::written(root);
    if wrote.is_empty() || !git::is_repository(root)? {
        return Ok(Vec::new());
    }
    let paths: Vec<&RelPath> = wrote.iter().map(|it| &it.path).collect();
    let dirty = git::uncommitted(root, &paths, true)?;
    left_here(root, wrote, &dirty)
}

/// Those of `dirty` that are as `wrote` has them, and that were as they are committed at some time before.
fn left_here(root: &Path, wrote: Vec<WrittenFile>, dirty: &[(RelPath, bool)]) -> Result<Vec<Edit>, Failure> {
    let mut wrote: BTreeMap<RelPath, WrittenFile> = wrote.into_iter().map(|it| (it.path.clone(), it)).collect();
    let unstaged: HashSet<&RelPath> = dirty.iter().filter(|(_, is_staged)| !is_staged).map(|(it, _)| it).collect();
    wrote.retain(|path, _| unstaged.contains(path));
    let paths: Vec<&RelPath> = wrote.keys().collect();
    let mut committed = match git::head(root)? {
        Some((commit, _)) if !paths.is_empty() => git::files(root, &commit, &paths)?,
        _ => Memory::default(),
    };
    let disk = Disk::new(root);
    let mut res = Vec::new();
    for (path, written) in wrote {
        let (before, after) = (committed.0.remove(&path), disk.read(&path)?);
        let mut states = std::iter::once(&written.before).chain(&written.between);
        if after.as_deref().map(Sha256::of) == written.after && states.any(|it| is_from(before.as_deref(), *it)) {
            res.push(Edit { path, before, after });
        }
    }
    Ok(res)
}

/// Whether a file that was written over was as it is committed, however git checked it out.
fn is_from(committed: Option<&[u8]>, before: Option<Sha256>) -> bool {
    committed.map(Sha256::of) == before
        || committed.is_some_and(|it| before == Some(Sha256::of(&with_carriage_returns(it))))
}

/// A run that commits takes no changes of a person's with it.
fn allowing(commits: bool, patterns: impl IntoIterator<Item = String>) -> Way {
    if commits {
        return Way::Hand;
    }
    Way::Options(patterns.into_iter().map(|it| ("--allow-dirty", it)).collect())
}

/// Where a module that is made can have been before: as a file and as a package. Of what is not a module nothing is asked, because
/// whoever deletes a generated file wants it anew.
fn forms(path: &RelPath) -> Vec<RelPath> {
    let Some(stem) = path.as_str().strip_suffix(".py") else { return Vec::new() };
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    [format!("{stem}.py"), format!("{stem}/__init__.py")].into_iter().filter_map(|it| RelPath::new(it).ok()).collect()
}

fn unanswered(error: GitError) -> Failure {
    let first = match &error {
        GitError::Start(error) if error.kind() == std::io::ErrorKind::NotFound => "install git".to_owned(),
        _ => error.hint(),
    };
    let hint = format!("{first}, or add --allow-dirty '**' to write without asking it");
    Failure { hint: Some(hint), ..error.into() }
}
