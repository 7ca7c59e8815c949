//! A work tree of its own for one run, which is taken away again: by this run, or by `recover` where it was cut off.

use std::path::Path;

use crate::{
    base::shell_word,
    command::support::{
        commit::refuse_branch,
        context::Context,
        failure::{Exit, Failure},
    },
    host::{self, OwnWorktree, git},
};

/// What the branches begin with that the watcher keeps.
const OWN_BRANCHES: &str = "molt-sync/";

/// Beside the work tree: a run holds it for as long as it is at work.
const LOCK: &str = "lock";

/// Runs `work` in a work tree of its own on a new branch, and takes the work tree away afterwards. The branch stays where
/// something was committed to it. Returns the commit that `work` says it made, which is the only one on the branch; where
/// `notes_own`, that is written down for whoever updates the branch later.
pub(in crate::command) fn in_worktree(
    context: &Context,
    branch: &str,
    notes_own: bool,
    work: impl FnOnce(&Context) -> Result<Option<String>, Failure>,
) -> Result<Option<String>, Failure> {
    // a branch and a work tree would be left over
    let undisturbed = host::undisturbed();
    let root = context.root()?;
    if !git::is_repository(&root)? {
        let message = format!("{} is in no repository of git, so that no work tree can be made of it", root.display());
        let hint = "leave --worktree and --branch out; or run `git init` and commit what is there";
        return Err(Failure::new(Exit::Usage, message, hint));
    }
    let prefix = git::prefix(&root)?;
    let Some(start) = git::tip(&root, "HEAD")? else {
        let message = "cannot make a work tree: nothing is committed in this repository yet";
        return Err(Failure::new(Exit::Usage, message, "commit what is there first, or leave --worktree out"));
    };
    refuse_branch(&root, branch)?;
    let scratch = host::ScratchDir::new().map_err(|error| {
        let message = format!("cannot make a folder for a work tree in {}: {error}", host::scratch_place().display());
        Failure::new(Exit::Io, message, "have TMPDIR name a folder that can be written to")
    })?;
    let lock = scratch.path().join(LOCK);
    let _held = host::hold(&lock).map_err(|error| Failure::io("write", &lock, &error))?;
    let place = scratch.path().join(git::SCRATCH);
    let own = OwnWorktree { place: place.clone(), branch: branch.to_owned(), start: start.clone() };
    own.note(&root)?;
    if let Err(error) = git::add_worktree(&root, &place, branch, &start) {
        // what is left over of it is still taken away by `recover`
        return Err(error.into());
    }
    let mut inside = Context { given: Some(Box::new(context.options.clone())), ..context.clone() };
    inside.options.root = Some(place.join(prefix));
    let taken_away = {
        let (root, own) = (root.clone(), own.clone());
        host::taken_away_by(move || {
            // what stays is noted, and `recover` takes it away
            if git::remove_worktree(&root, &own.place, Some((&own.branch, &own.start))).is_ok() {
                let _ = own.forget(&root);
            }
        })
    };
    drop(undisturbed);
    let result = work(&inside);
    let _undisturbed = host::undisturbed();
    drop(taken_away);
    let judged = match &result {
        Ok(Some(made)) => git::is_made_here(&place, made, &start).map(|is_alone| Some((made, is_alone))),
        _ => Ok(None),
    };
    let judged = match judged {
        Err(error) if notes_own => {
            // whose commit it is is not known yet, and without the work tree it never would be
            let hint = format!(
                "the commit stays on the branch {branch}; the next `molt-sync watch --branches`, or `molt-sync recover`, finds out whether it is this run's, and takes the work tree {} away",
                place.display()
            );
            drop(scratch.keep());
            return Err(Failure { hint: Some(hint), ..Failure::from(error) });
        }
        other => other,
    };
    if let (true, Ok(Some((made, true)))) = (notes_own, &judged) {
        // before the work tree goes: it tells a later run that the commit is this one's
        git::note_own(&root, branch, made)?;
    }
    let removed = git::remove_worktree(&root, &place, Some((branch, &start))).map_err(Failure::from);
    if removed.is_ok() {
        own.forget(&root)?;
    }
    let made = match (&result, judged, removed) {
        (Err(_), _, Ok(())) => return result,
        (_, Ok(judged), Ok(())) => judged,
        (Ok(_), Err(error), Ok(())) => {
            let hint = format!("a commit was made on the branch {branch}, which stays: see what is in it");
            return Err(Failure { hint: Some(hint), ..Failure::from(error) });
        }
        (Ok(_), _, Err(failure)) => return Err(failure),
        (Err(_), _, Err(left)) => {
            let left = format!("something is left over: {}", left.message);
            return result.map_err(|failure| failure.with_details([left]));
        }
    };
    if let Some((made, true)) = made {
        // a note that cannot be kept is one that `undo` cannot give
        host::note_elsewhere(&root, made, branch).unwrap_or_default();
    }
    context.note(&match made {
        None => format!("nothing was committed, so that there is no branch {branch}"),
        Some((_, true)) => format!(
            "the commit is on the new branch {branch}, and this checkout stays as it is; `git diff {}` shows it, and `git merge {}` brings it here",
            shell_word(&format!("...{branch}")),
            shell_word(branch)
        ),
        Some((_, false)) => {
            let message = format!("{branch} has got another commit during this run");
            return Err(Failure::new(Exit::Person, message, "nothing is lost: merge the branch, or remove it"));
        }
    });
    result
}

/// Takes away the work trees of runs that were cut off, and their branches where nothing was committed to them. Says what
/// became of each.
pub(in crate::command) fn take_away_leftovers(root: &Path) -> Result<Vec<String>, Failure> {
    let mut res = Vec::new();
    if !git::is_repository(root)? {
        return Ok(res);
    }
    for own in OwnWorktree::noted(root)? {
        let OwnWorktree { place, branch, start } = &own;
        let Some(folder) = place.parent() else { continue };
        let io = |what, error: &std::io::Error| Failure::io(what, folder, error);
        let is_there = host::is_there(folder).map_err(|error| io("read", &error))?;
        let lock = folder.join(LOCK);
        // whoever holds it is at work; where the folder is gone, as behind a restart, nobody is
        let held = if is_there { host::hold(&lock).map_err(|error| io("write to", &error))? } else { None };
        if is_there && held.is_none() {
            continue;
        }
        let tip = git::branch_at(root, branch)?;
        let made = tip.as_ref().filter(|it| *it != start);
        if let (true, Some(made)) = (host::is_there(place).map_err(|error| io("read", &error))?, made)
            && branch.starts_with(OWN_BRANCHES)
            && git::is_made_here(place, made, start)?
        {
            git::note_own(root, branch, made)?;
        }
        git::remove_worktree(root, place, Some((branch, start)))?;
        host::remove_empty(folder, LOCK);
        own.forget(root)?;
        let kept = made.map_or(String::new(), |_| format!("; the branch {branch} has a commit and stays"));
        res.push(format!("the work tree {} of a run that was cut off is taken away{kept}", place.display()));
    }
    Ok(res)
}
