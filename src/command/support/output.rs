//! What becomes of a changeset: shown, written down as a patch or a plan, applied, committed, on a branch or in a work tree
//! of its own. Whatever fails leaves the workspace as it was.

use std::path::{Path, PathBuf};

use crate::{
    base::{
        Edit, RelPath, number_of, printable,
        template::Template,
        text::{commands_terminal, with_carriage_returns},
    },
    changeset::{Changeset, PlanFile, below, endings},
    command::support::{
        commit::refuse_branch,
        failure::{Exit, Failure},
        in_repository,
        obstacles::Obstacles,
        uncommitted::{own, refuse_uncommitted, uncommitted},
        way::Way,
        workspace::Workspace,
    },
    host::{self, git},
    release::{Ground, REVIEWED},
    report::RefreshReport,
    workspace::templates,
};

/// What becomes of it.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(in crate::command) struct Output {
    /// Show it and write nothing.
    pub dry_run: bool,
    /// Write it as a patch instead of applying it.
    pub patch: Option<PathBuf>,
    /// Write it as a plan instead of applying it.
    pub plan: Option<PathBuf>,
    /// Write the message of the commit as well.
    pub message: Option<PathBuf>,
    /// Write the report in Markdown as well.
    pub report: Option<PathBuf>,
    /// Files that may have changes that are not committed, as patterns.
    pub allow_dirty: Vec<String>,
    /// Commit what was applied, and nothing else.
    pub commit: bool,
    /// Commit it on a new branch of this name.
    pub branch: Option<String>,
    /// Do all of it in a work tree of its own.
    pub worktree: bool,
    /// Write down that the commit is this program's own, for a branch that it keeps up to date.
    pub notes_own: bool,
    /// How the workspace's own gates are run.
    pub own_gates: OwnGates,
    /// Whether a person looks at it, who is to see the whole change also where something stands in its way.
    pub is_looked_at: bool,
    /// Whether the mirror goes with the run, so that nothing can be asked of it later.
    pub mirror_goes: bool,
}

/// What the caller allows to the workspace's own gates, which are code that the workspace brings.
#[derive(Debug, Clone, Default)]
pub(in crate::command) struct OwnGates {
    /// To be run in a dry run too.
    pub in_dry_run: bool,
    /// Variables that they may see although their names say that they hold a secret.
    pub env: Vec<String>,
}

impl Output {
    /// Whether the workspace is written to.
    pub(in crate::command) fn writes(&self) -> bool {
        !self.dry_run && self.patch.is_none() && self.plan.is_none()
    }

    /// Whether it is only looked at, so that the same command line without that writes.
    pub(in crate::command) fn only_looks(&self) -> bool {
        self.dry_run && self.patch.is_none() && self.plan.is_none()
    }

    /// Whether the change is to be seen also where something stands in its way.
    pub(in crate::command) fn shows(&self) -> bool {
        self.is_looked_at && (self.dry_run || self.patch.is_some() || self.report.is_some())
    }

    fn commits(&self) -> bool {
        self.commit || self.branch.is_some()
    }
}

/// A changeset with its words.
pub(in crate::command) struct Delivery<'a> {
    pub(in crate::command) changeset: &'a Changeset,
    pub(in crate::command) title: String,
    pub(in crate::command) message: String,
    /// In Markdown.
    pub(in crate::command) report: String,
    /// What stands in its way, as comments before the patch.
    pub(in crate::command) preamble: String,
    /// What this program wrote before and is not committed, where the change builds on it.
    pub(in crate::command) behind: Vec<Edit>,
}

/// What this program wrote before and is not committed, where `changeset` goes on from it.
pub(in crate::command) fn behind(root: &Path, changeset: &Changeset) -> Result<Vec<Edit>, Failure> {
    let own = own(root)?;
    let goes_on = own.iter().any(|it| changeset.edits.iter().any(|edit| edit.path == it.path));
    Ok(if goes_on { own } else { Vec::new() })
}

/// The files that are asked for besides, ready to come into their places.
pub(in crate::command) struct Beside(Vec<(host::Prepared, PathBuf)>);

impl Beside {
    /// Puts them into their places.
    pub(in crate::command) fn keep(self) -> Result<(), Failure> {
        let keep =
            |(file, path): (host::Prepared, PathBuf)| file.keep().map_err(|error| Failure::io("write", &path, &error));
        self.0.into_iter().try_for_each(keep)
    }
}

/// A patch with the line ends that git's index has: whoever applies it elsewhere may have no work tree, or one of another form.
fn for_the_index(root: &Path, folder: &str, text: String) -> Result<String, Failure> {
    // names in the patch count from the top of the repository
    let named = endings::with_returns(&text);
    let paths = named.iter().filter_map(|it| RelPath::new(it.as_str().strip_prefix(folder)?).ok());
    let paths: Vec<RelPath> = paths.collect();
    if paths.is_empty() || !git::is_repository(root)? {
        return Ok(text);
    }
    let Some((commit, _)) = git::head(root)? else { return Ok(text) };
    let there = git::files(root, &commit, &paths.iter().collect::<Vec<_>>())?.0;
    let is_checked_out = |it: &RelPath| there.get(it).is_some_and(|it| !it.windows(2).any(|it| it == b"\r\n"));
    let converted = paths.into_iter().filter(is_checked_out);
    let converted: Vec<RelPath> = converted.filter_map(|it| RelPath::new(format!("{folder}{it}")).ok()).collect();
    Ok(if converted.is_empty() { text } else { endings::without_returns(&text, &converted) })
}

impl Delivery<'_> {
    /// Prepares the patch, the plan and the report.
    pub(in crate::command) fn prepare(&self, root: &Path, output: &Output) -> Result<Beside, Failure> {
        let mut res = Vec::new();
        let mut add = |path: &Option<PathBuf>, text: &dyn Fn() -> String, begins: &[&str]| {
            let Some(path) = path else { return Ok(()) };
            res.push((prepared(path, &text(), begins, root, self.changeset)?, path.clone()));
            Ok::<_, Failure>(())
        };
        let folder = in_repository::folder(root)?;
        let patch =
            output.patch.as_ref().map(|_| for_the_index(root, &folder, below(&self.patch_of_commit(), &folder)));
        let patch = patch.transpose()?.unwrap_or_default();
        add(&output.patch, &|| patch.clone(), &["diff --git a/", PREAMBLE])?;
        add(&output.plan, &|| self.plan().encode(), &["{\n  \"schema\": 1,\n  \"title\": "])?;
        add(&output.message, &|| self.message.clone(), &["Refresh to CPython", "Add CPython"])?;
        add(
            &output.report,
            &|| self.report.clone(),
            &["# Refresh to CPython", "# Add CPython", "# Drop CPython", "# Bring the stubs in step"],
        )?;
        Ok(Beside(res))
    }

    /// As a patch for `git apply`.
    pub(in crate::command) fn patch(&self) -> String {
        format!("{}{}", self.preamble, self.changeset.diff())
    }

    /// The same from the last commit on, so that it fits every checkout of that.
    fn patch_of_commit(&self) -> String {
        if self.behind.is_empty() {
            return self.patch();
        }
        let mut edits = self.changeset.edits.clone();
        for it in &self.behind {
            match edits.iter_mut().find(|edit| edit.path == it.path) {
                Some(edit) => edit.before.clone_from(&it.before),
                None => edits.push(it.clone()),
            }
        }
        edits.retain(|it| it.change().is_some());
        edits.sort_by(|a, b| a.path.cmp(&b.path));
        format!("{}{}", self.preamble, Changeset { edits }.diff())
    }

    fn plan(&self) -> PlanFile {
        PlanFile::new(self.title.clone(), self.message.clone(), self.report.clone(), &self.changeset.edits)
    }

    /// Applies it, and commits it where that is asked for: the commit's name.
    pub(in crate::command) fn write(&self, workspace: &Workspace, output: &Output) -> Result<Option<String>, Failure> {
        workspace.whole()?;
        let root = workspace.root.as_path();
        let edits = &as_checked_out(root, &self.changeset.edits, output.commits())?;
        if !output.commits() || edits.is_empty() {
            return workspace.apply(edits).map(|()| None);
        }
        let branch = output.branch.as_deref();
        crate::command::support::commit::applied(root, workspace.writer()?, edits, branch, &self.message).map(Some)
    }
}

/// How a patch begins that waits for a person. Whoever applies it all the same has a change that nobody signed.
const PREAMBLE: &str = "# This change waits for a person.\n";

/// What a patch says of what stands in its way.
pub(in crate::command) fn preamble(failure: &Failure) -> String {
    let lines = failure.obstacles.iter().map(|it| format!("# {}\n", printable(&it.message)));
    std::iter::once(PREAMBLE.to_owned()).chain(lines).collect()
}

/// Notes what of the checkout is in the way of what is asked for.
pub(in crate::command) fn of_the_checkout(
    root: &Path,
    changeset: &Changeset,
    output: &Output,
    obstacles: &mut Obstacles,
) -> Result<(), Failure> {
    if let Some(failure) = cannot_commit(root, output)? {
        obstacles.note(failure, Way::Hand);
        return Ok(());
    }
    if let Some(branch) = output.branch.as_deref().filter(|_| output.writes() || output.is_looked_at)
        && git::is_repository(root)?
        && let Err(failure) = refuse_branch(root, branch)
    {
        obstacles.note(failure, Way::Hand);
    }
    // whoever applies a plan is asked then
    let is_for_later = output.plan.is_some() && output.patch.is_none() && !output.dry_run;
    if !is_for_later && (output.writes() || output.is_looked_at) {
        let found = uncommitted(root, changeset, &output.allow_dirty, (output.writes(), output.commits()))?;
        if let Some((failure, way)) = found {
            obstacles.note(failure, way);
        }
    }
    Ok(())
}

/// Refuses where something is in the way of what is asked for: before anything is written, and before much is computed.
pub(in crate::command) fn refuse(root: &Path, changeset: &Changeset, output: &Output) -> Result<(), Failure> {
    if let Some(failure) = cannot_commit(root, output)? {
        return Err(failure);
    }
    if output.writes() { refuse_uncommitted(root, changeset, &output.allow_dirty) } else { Ok(()) }
}

/// Why nothing can be committed where that is asked for.
fn cannot_commit(root: &Path, output: &Output) -> Result<Option<Failure>, Failure> {
    if output.writes() && output.commits() && !git::is_repository(root)? {
        let message = format!("{} is in no repository of git, so that nothing can be committed", root.display());
        let hint = "leave --commit and --branch out, or run `git init`";
        return Ok(Some(Failure::new(Exit::Usage, message, hint)));
    }
    Ok(None)
}

/// The edits with the new files among them as git would check them out: where it gives lines a carriage return, it can
/// refuse a file without them.
fn as_checked_out(root: &Path, edits: &[Edit], commits: bool) -> Result<Vec<Edit>, Failure> {
    let mut res = edits.to_vec();
    let is_plain = |it: &&Edit| it.before.is_none() && it.after.as_ref().is_some_and(|it| !it.contains(&b'\r'));
    let made: Vec<&RelPath> = edits.iter().filter(is_plain).map(|it| &it.path).collect();
    if made.is_empty() || !git::is_repository(root)? {
        return Ok(res);
    }
    let others = match git::with_carriage_returns(root, &made) {
        // a person may write without asking git, and only git minds how lines end
        Err(_) if !commits => return Ok(res),
        others => others?,
    };
    for edit in res.iter_mut().filter(|it| others.contains(&it.path)) {
        edit.after = edit.after.take().map(|it| with_carriage_returns(&it));
    }
    Ok(res)
}

/// The message of a commit: the workspace's template, or the tool's own.
pub(in crate::command) fn message(workspace: &Workspace, report: &RefreshReport) -> Result<String, Failure> {
    const NAME: &str = "commit-message.j2";
    let own = templates(&workspace.disk, &workspace.config.paths.doc_templates)?.remove(NAME);
    let text = own.as_deref().unwrap_or(include_str!("../../../docs-templates/commit-message.j2"));
    let files: usize = report.files.values().map(Vec::len).sum();
    let facts = serde_json::json!({
        "title": report.title(),
        "action": report.action,
        "series": report.series,
        "release": report.release.as_deref().unwrap_or(&report.series),
        "before": report.before,
        "source": report.source,
        "sha256": report.sha256,
        "verified_by": verified_by(report),
        "is_new_series": report.is_new_series,
        "delta": number_of(report.delta.0.len(), "change"),
        "files": number_of(files, "file"),
        "sign_off": report.growth.as_ref().and_then(|it| it.sign_off.as_deref()),
    });
    let text = Template::new(NAME, text)?.render(facts)?;
    // whoever reads the history does so on a terminal
    let escaped = |it: char| if commands_terminal(it) { it.escape_default().collect() } else { it.to_string() };
    let lines: Vec<String> = text.trim_end().lines().map(|it| it.chars().map(escaped).collect()).collect();
    Ok(lines.join("\n") + "\n")
}

/// What the digest was held against, with the name of whoever reviewed it into the lock.
fn verified_by(report: &RefreshReport) -> Option<String> {
    let by = report.verified_by.clone()?;
    let claim = report.lock_says.as_ref().filter(|it| it.verified_by == REVIEWED && by == Ground::Lock.name());
    let reviewer = claim.and_then(|it| it.reviewed_by.as_deref()).map(printable);
    Some(reviewer.map_or(by.clone(), |name| format!("{by}, reviewed by {name}")))
}

fn prepared(
    path: &Path,
    text: &str,
    begins: &[&str],
    root: &Path,
    changeset: &Changeset,
) -> Result<host::Prepared, Failure> {
    let refuse = |what: &str| {
        let message = format!("cannot write {}: {what}", path.display());
        Err(Failure::new(Exit::Usage, message, "name a new file, outside of what the run changes"))
    };
    if path == Path::new("-") {
        return refuse("`-` is not a file; --dry-run prints the patch");
    }
    if host::leads_out(path, root).map_err(|error| Failure::io("write", path, &error))? {
        return refuse("a link on the way leads out of the workspace, or to what is not part of it");
    }
    if changeset.edits.iter().any(|edit| host::is_same_file(path, &root.join(edit.path.as_str()))) {
        return refuse("the run itself changes that file");
    }
    let is_ours = |there: &[u8]| begins.iter().any(|it| there.starts_with(it.as_bytes()));
    host::Prepared::new(path, text.as_bytes(), is_ours).or_else(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => refuse("another file is there already"),
        _ => Err(Failure::io("write", path, &error)),
    })
}
