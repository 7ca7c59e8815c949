//! Files that git has and that are not checked out: a module or a document that a sparse checkout leaves out is not one that
//! is gone, and nothing is written in its place.

use crate::{
    base::{RelPath, git_word, number_of, path_word, shell_word},
    command::support::{
        as_committed::as_committed,
        failure::{Exit, Failure},
        workspace::Workspace,
    },
    docs::patterns,
    gates::whole_runtime,
    host::git::{self, Absence},
    workspace::{dialect, read_places},
};

/// Files that are named before the rest is counted.
const SHOWN: usize = 10;

/// How much of the workspace a run is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::command) enum WorkspaceReach {
    /// What the gates judge.
    Tree,
    /// The documents too.
    Documents,
    /// The rows of the scoreboard alone.
    Scoreboard,
}

/// Refuses a workspace of which git has files that are not checked out, or that are not checked out as they are committed. A run that only reads asks git only where there is a
/// sign of it: a sparse checkout was set up, or something is not there (`lacks`) that should be.
pub(in crate::command) fn whole(workspace: &Workspace, reach: WorkspaceReach, lacks: bool) -> Result<(), Failure> {
    let root = workspace.root.as_path();
    if !git::is_repository(root)? {
        return Ok(());
    }
    as_committed(workspace, &|| wanted(workspace, WorkspaceReach::Documents))?;
    let has_sign = lacks || git::may_be_sparse(root)?;
    if !has_sign && !workspace.writes() {
        return Ok(());
    }
    let absent = match git::not_checked_out(root) {
        Ok(absent) => absent,
        // whoever writes asks it again, what is not committed, and may be told to go on without it
        Err(_) if !has_sign => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if absent.is_empty() {
        return Ok(());
    }
    let wanted = wanted(workspace, reach)?;
    let documents = patterns(&workspace.config.docs.roots).map_err(|why| {
        let message = format!("cannot use the [docs] settings: {why}");
        Failure::new(Exit::Usage, message, "correct that key of molt-sync.toml")
    })?;
    let counts = |path: &RelPath| {
        wanted.iter().any(|it| path == it || path.below(it).is_some() || it.below(path).is_some())
            || (reach == WorkspaceReach::Documents && documents.is_match(path.as_str()))
    };
    let found: Vec<&(RelPath, Absence)> = absent.iter().filter(|(path, _)| counts(path)).collect();
    let Some((first, why)) = found.first() else { return Ok(()) };
    let files = number_of(found.len(), "file");
    let message =
        format!("git has {files} that this run needs and that the checkout leaves out, which is not the same as gone");
    let typed = path_word(first.as_str());
    let hint = match why {
        Absence::Sparse if !git::may_be_sparse(root)? => {
            format!(
                "have git look at them again: `git update-index --no-skip-worktree {typed}`, and restore or commit them"
            )
        }
        Absence::Sparse => {
            let folder = path_word(first.parent().as_ref().unwrap_or(first).as_str());
            format!(
                "check them out: `git sparse-checkout add {folder}` (`{}` in a checkout without cones), or all with `git sparse-checkout disable`",
                shell_word(&format!("/{first}"))
            )
        }
        Absence::Assumed => {
            format!(
                "have git look at them again: `git update-index --no-assume-unchanged {typed}`, and restore or commit them"
            )
        }
        Absence::Submodule => format!("check it out: `git submodule update --init -- {}`", git_word(first.as_str())),
    };
    let rest = found.len().saturating_sub(SHOWN);
    let more = (rest > 0).then(|| format!("and {rest} more"));
    let names = found.iter().take(SHOWN).map(|(path, _)| path.to_string());
    Err(Failure::new(Exit::Usage, message, hint).with_details(names.chain(more)))
}

/// What is read of a workspace besides its documents.
fn wanted(workspace: &Workspace, reach: WorkspaceReach) -> Result<Vec<RelPath>, Failure> {
    let paths = &workspace.config.paths;
    if reach == WorkspaceReach::Scoreboard {
        return Ok(vec![paths.scoreboard.clone()]);
    }
    let mut res = read_places(paths);
    if reach == WorkspaceReach::Documents {
        res.extend(paths.roles().into_iter().map(|(_, path)| path));
    }
    if dialect(&workspace.disk, &workspace.config)?.is_late() {
        res.push(whole_runtime(&paths.runtime));
    }
    Ok(res)
}
