//! What a run says last: where its change is now, and what comes next.

use std::path::Path;

use crate::{
    base::{Edit, git_word, number_of, shell_word},
    changeset::Changeset,
    command::{
        ratchet::standing_after,
        support::{failure::Failure, output::Output, uncommitted::own, workspace::Workspace},
    },
    host::{
        self,
        git::{self, CameFrom},
    },
    report::RefreshReport,
};

impl RefreshReport {
    /// Says where the change is that was written down or committed, and how it goes on from there.
    pub(super) fn note_next(&mut self, root: &Path, output: &Output, behind: &[Edit]) {
        let shown = |path: &Path| shell_word(&path.display().to_string());
        if let Some(path) = &output.patch {
            let command = git_apply(root, path);
            self.notes.push(format!("the patch is in {}, and nothing was applied: {command} applies it", shown(path)));
        }
        self.note_behind(root, output, behind);
        if let Some(path) = &output.plan {
            let (path, full) = (shown(path), shown(&host::absolute(path)));
            self.notes.push(format!(
                "the plan is in {path}, and nothing was applied: `molt-sync apply {full}` applies it as long as the files are as they are now"
            ));
        }
        if let Some(path) = &output.report {
            self.notes.push(format!("the report is in {}", shown(path)));
        }
        self.notes.extend(committed(root, output, self.commit.as_deref()));
    }

    /// Says which checkout a patch fits, where this one has changes of this program that are not committed.
    pub(super) fn note_behind(&mut self, root: &Path, output: &Output, behind: &[Edit]) {
        if behind.is_empty() {
            return;
        }
        let shown = |it: &Edit| shell_word(it.path.as_str());
        let full = |it: &Edit| shell_word(&host::full_path(root).join(it.path.as_str()).display().to_string());
        let all = behind.iter().map(shown).collect::<Vec<_>>().join(" ");
        let (there, new): (Vec<&Edit>, Vec<&Edit>) = behind.iter().partition(|it| it.before.is_some());
        let there: Vec<String> = there.into_iter().map(|it| git_word(it.path.as_str())).collect();
        let new: Vec<String> = new.into_iter().map(full).collect();
        let ways = [("git restore --", there), ("rm --", new)].into_iter().filter(|(_, it)| !it.is_empty());
        let back = ways.map(|(way, it)| format!("{way} {}", it.join(" "))).collect::<Vec<_>>().join(" && ");
        if output.patch.is_some() {
            self.notes.push(format!(
                "the patch fits a checkout of the last commit: it also has what molt-sync wrote here before and is not committed ({all}); to apply it here, take that back first: `{back}`"
            ));
        }
        if output.dry_run {
            self.notes.push(format!(
                "the printed patch fits this checkout, where molt-sync wrote before what is not committed ({all}): commit that, and it fits other checkouts too"
            ));
        }
    }

    /// Says that the budget leaves room that the change has made, which nothing takes away by itself, and what can be done about it.
    pub(super) fn note_room(&mut self, workspace: &Workspace, changeset: &Changeset) -> Result<(), Failure> {
        let Some(growth) = &self.growth else { return Ok(()) };
        let partial = |count: u64| count + growth.unreadable;
        let room = growth.budget_after.saturating_sub(partial(growth.partial_after));
        if room > growth.budget_before.saturating_sub(partial(growth.partial_before)) {
            self.for_a_person.push(format!("once this is applied, {}", standing_after(workspace, changeset)?));
        }
        Ok(())
    }
}

/// Where the commit is, or why there is none.
pub(super) fn committed(root: &Path, output: &Output, commit: Option<&str>) -> Option<String> {
    match (&output.branch, commit) {
        _ if !output.writes() => None,
        (Some(branch), Some(_)) => {
            // how to go back is told where git says it
            let back = match git::came_from(root) {
                Ok(Some(CameFrom::Branch)) => "; `git switch -` goes back to the one before".to_owned(),
                Ok(Some(CameFrom::Commit(commit))) => {
                    format!("; `git switch --detach {commit}` goes back to where you were, which was on no branch")
                }
                Ok(None) | Err(_) => String::new(),
            };
            Some(format!("the commit is on the new branch {branch}, which is checked out now{back}"))
        }
        (Some(branch), None) => Some(match waiting(root, Some(branch)) {
            Some(words) => format!("there is nothing new to commit, so that the branch {branch} was not made; {words}"),
            None => format!("there is nothing to commit, so that the branch {branch} was not made"),
        }),
        (None, None) if output.commit => Some(match waiting(root, None) {
            Some(words) => format!("there is nothing new to commit; {words}"),
            None => "there is nothing to commit".to_owned(),
        }),
        (None, _) => None,
    }
}

/// Which files of an earlier run are not committed, and the commands of git that do it, on a new branch where one is named.
fn waiting(root: &Path, branch: Option<&str>) -> Option<String> {
    let Ok(files) = own(root) else {
        return Some("git does not say which files of an earlier run wait: `git status` shows them".to_owned());
    };
    if files.is_empty() {
        return None;
    }
    let (count, are) = (number_of(files.len(), "file"), if files.len() == 1 { "is" } else { "are" });
    let names = files.iter().map(|it| git_word(it.path.as_str())).collect::<Vec<_>>().join(" ");
    let top = host::full_path(root);
    let git = match host::current_dir() {
        Ok(here) if host::full_path(&here) == top => "git".to_owned(),
        _ => format!("git -C {}", shell_word(&top.display().to_string())),
    };
    let switch = branch.map_or(String::new(), |it| format!("{git} switch -c {} && ", shell_word(it)));
    Some(format!(
        "{count} that molt-sync wrote before {are} not committed: `{switch}{git} add -- {names} && {git} commit` commits what waits"
    ))
}

/// The command that applies a patch, whose paths count from the top of the repository, as git wants them.
fn git_apply(root: &Path, patch: &Path) -> String {
    let patch = shell_word(&host::absolute(patch).display().to_string());
    let top = shell_word(&host::full_path(root).display().to_string());
    format!("`git -C {top} apply {patch}`")
}
