//! Where a run happens: the workspace, its settings, and the folder in which runs are kept.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    path::{Component, Path, PathBuf},
};

use crate::{
    base::{Files as _, RelPath, Sha256},
    command::support::{
        context::Context,
        failure::{Exit, Failure},
        runfiles,
    },
    config::Config,
    differential::{DifferentialSettings, Launcher, MoltVariables},
    host::{self, Disk},
};

/// Where a run happens.
pub(super) struct RunPlace {
    /// The workspace, by its full path.
    pub(super) root: PathBuf,
    /// Its settings.
    pub(super) config: Config,
    /// Where runs are kept.
    pub(super) work: PathBuf,
    /// Whether Molt lies there.
    pub(super) is_molt: bool,
    /// What Molt's variables ask for.
    pub(super) variables: MoltVariables,
    /// What stands directly in the workspace, and is not ignored by git.
    pub(super) entries: Vec<OsString>,
    /// Whether it is a tree of Bazel's runfiles, in which every file is a link that Bazel made.
    is_runfiles: bool,
}

/// The most that is read of a settings file, a list or a report.
pub(super) const LARGEST: u64 = 32 << 20;

impl RunPlace {
    /// Finds the workspace; runs are kept in `work` where that is named.
    pub(super) fn open(context: &Context, work: Option<&Path>) -> Result<Self, Failure> {
        let root = context.root()?;
        let variables = MoltVariables::read(&host::variables("MOLT_DIFF_"));
        let work = work.map_or_else(|| usual(context, &root, &variables), Path::to_path_buf);
        let failed = |error: std::io::Error| Failure::io("write to", &work, &error);
        host::must_not_lead_out(&work.join("runs"), &root).map_err(failed)?;
        refuse_commits_runs(&root, &work)?;
        let config = context.config(&root)?;
        let root = host::full_path(&root);
        let is_molt = host::is_folder(&root.join(config.paths.stdlib.as_str()))
            .map_err(|error| Failure::io("look into", &root, &error))?;
        let work = host::absolute(&work);
        host::create_dir(&work).map_err(|error| Failure::io("write to", &work, &error))?;
        let entries = entries(&root)?;
        let is_runfiles = runfiles::is_part_of(&root);
        Ok(Self { root, config, work, is_molt, variables, entries, is_runfiles })
    }

    /// What holds for every lane.
    pub(super) fn settings(&self) -> &DifferentialSettings {
        &self.config.differential
    }

    /// How an interpreter is started where a lane does not say it.
    pub(super) fn launcher(&self) -> Launcher {
        if self.is_molt { Launcher::Molt } else { Launcher::Script }
    }

    /// The workspace's files.
    pub(super) fn disk(&self) -> Disk {
        Disk::new(&self.root)
    }

    /// A file of the workspace, as text; none where there is none.
    pub(super) fn text(&self, path: &RelPath) -> Result<Option<String>, Failure> {
        let bytes = self.read(&self.root.join(path.as_str()))?;
        Ok(bytes.map(|it| String::from_utf8_lossy(&it).into_owned()))
    }

    /// What a file says; none where there is none. One that lies in the workspace, by its name, is opened below the root and through
    /// no link that leads out of it: the tree may be a stranger's, and what it leads to would be run and shown.
    pub(super) fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, Failure> {
        if let Some(part) = self.part(path).filter(|_| !self.is_runfiles) {
            if let (Ok(part), true) = (RelPath::new(part), host::lies_in(path, &self.root)) {
                return Ok(self.disk().read(&part)?);
            }
            if host::is_there(path).map_err(|error| Failure::io("look at", path, &error))? {
                let message = format!("cannot read {}: a link on the way leads out of the workspace", path.display());
                return Err(Failure::new(Exit::Usage, message, "put a regular file of the workspace in its place"));
            }
        }
        host::read_if_there(path, LARGEST).map_err(|error| Failure::io("read", path, &error))
    }

    /// What a path is called in the workspace, by its name alone; none where it is elsewhere.
    fn part(&self, path: &Path) -> Option<String> {
        let mut named = PathBuf::new();
        for part in path.components() {
            match part {
                Component::ParentDir => _ = named.pop(),
                Component::CurDir => {}
                part => named.push(part),
            }
        }
        Some(named.strip_prefix(&self.root).ok()?.to_string_lossy().into_owned())
    }

    /// The commit that is checked out; none without git and before the first one.
    pub(super) fn commit(&self) -> Result<Option<String>, Failure> {
        if !host::git::is_repository(&self.root)? {
            return Ok(None);
        }
        Ok(host::git::head(&self.root)?.map(|(commit, _)| commit))
    }
}

/// Refuses a folder of runs of which git knows files: what a commit brings would be taken for what a run has seen.
fn refuse_commits_runs(root: &Path, work: &Path) -> Result<(), Failure> {
    // with its links followed
    let full = host::absolute(work);
    if !host::lies_in(&full, root) || !host::git::is_repository(root)? {
        return Ok(());
    }
    // what keeps a folder, or keeps it out, is none that a run reads
    let is_read =
        |it: &String| ![".gitignore", ".gitkeep", "README.md"].contains(&it.rsplit('/').next().unwrap_or_default());
    if !host::git::files_at(root, &full)?.iter().any(is_read) {
        return Ok(());
    }
    let message = format!("cannot keep runs in {}: files in it came with a commit", work.display());
    let hint = "name a folder outside of the workspace with --work, or take them out of git";
    Err(Failure::new(Exit::Usage, message, hint))
}

/// What stands directly in the workspace. What git ignores is not a part of it: a test that writes there would leave it behind.
fn entries(root: &Path) -> Result<Vec<OsString>, Failure> {
    if !host::git::is_repository(root)? {
        return host::names_in(root).map_err(|error| Failure::io("list", root, &error));
    }
    let files = host::git::present_files(root)?;
    let first = |it: &PathBuf| it.components().next().map(|it| it.as_os_str().to_owned());
    let names: BTreeSet<OsString> = files.iter().filter_map(first).collect();
    Ok(names.into_iter().collect())
}

/// Where runs are kept if nobody says it: where a test runner or Molt's own variables say, else below the user's cache, each
/// workspace by itself.
fn usual(context: &Context, root: &Path, variables: &MoltVariables) -> PathBuf {
    if let Some(folder) = host::environment("TEST_TMPDIR").filter(|_| host::environment("TEST_TOTAL_SHARDS").is_some())
    {
        return PathBuf::from(folder).join("molt-sync");
    }
    if let Some(folder) = &variables.root {
        return root.join(folder).join("molt-sync");
    }
    let name = Sha256::of(root.as_os_str().as_encoded_bytes()).short(16);
    let cache = context.options.cache_dir.clone().or_else(host::user_cache).filter(|it| !host::lies_in(it, root));
    match cache {
        Some(cache) => cache.join("differential").join(name),
        None => host::scratch_place().join(format!("molt-sync-differential-{name}")),
    }
}

/// A failure to read what was named.
pub(super) fn unusable(what: &str, name: &str, why: &str, hint: &str) -> Failure {
    Failure::new(Exit::Usage, format!("cannot use {what} {name}: {why}"), hint)
}
