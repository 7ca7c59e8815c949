//! The commit that a branch is compared with, by its own settings: where a branch says that things are, and what it says that
//! counts, decides nothing about what was there before it.

use std::path::Path;

use crate::{
    audit::Ratchet,
    base::{Files as _, Memory, RelPath},
    command::support::{
        failure::{Exit, Failure},
        moved_workspace,
        other_repositories::OtherRepositories,
        workspace::Workspace,
    },
    config::{Config, FILE, differences},
    gates::whole_runtime,
    host::{self, git},
    stdlib::UnionFile,
    workspace::{Damage, Input, dialect, judged_places, ratchet, tree_places},
};

/// A commit, and how it is to be read.
#[derive(Clone)]
pub(in crate::command) struct Base {
    /// Its full name.
    pub(in crate::command) commit: String,
    /// Its own settings.
    pub(in crate::command) config: Config,
    /// The settings that decide what is judged and that the branch has otherwise.
    pub(in crate::command) differs: Vec<String>,
    /// Whether the settings come from neither, but from whoever runs this.
    pub(in crate::command) is_given: bool,
    /// The other repositories in the workspace, here and then.
    pub(in crate::command) others: OtherRepositories,
}

/// Whether a name is written as a day is.
fn is_day(name: &str) -> bool {
    let shape: String = name.chars().map(|it| if it.is_ascii_digit() { '0' } else { it }).collect();
    shape == "0000-00-00"
}

impl Base {
    /// The point where the branch left `revision`.
    pub(in crate::command) fn where_left(workspace: &Workspace, revision: &str) -> Result<Self, Failure> {
        let commit = git::merge_base(&workspace.root, revision)?;
        Self::at(workspace, commit)
    }

    /// The same for the gates, to which a module that lay in another repository is a new one.
    pub(in crate::command) fn of_gates(workspace: &Workspace, revision: &str) -> Result<Self, Failure> {
        let commit = git::merge_base(&workspace.root, revision)?;
        Self::at_commit(&workspace.root, (&workspace.config, workspace.named.as_deref()), commit, true)
    }

    /// A revision itself.
    pub(in crate::command) fn of(workspace: &Workspace, revision: &str) -> Result<Self, Failure> {
        let commit = git::commit(&workspace.root, revision)?;
        Self::at(workspace, commit)
    }

    /// A revision itself, or the last commit of a day, `2026-02-12`.
    pub(in crate::command) fn since(workspace: &Workspace, name: &str) -> Result<Self, Failure> {
        Self::since_in(&workspace.root, &workspace.config, workspace.named.as_deref(), name)
    }

    /// The same in the repository of `root`, which has these settings, be it that they were `named`.
    pub(in crate::command) fn since_in(
        root: &Path,
        now: &Config,
        named: Option<&Path>,
        name: &str,
    ) -> Result<Self, Failure> {
        if !is_day(name) || !git::is_repository(root)? {
            return Self::at_commit(root, (now, named), git::commit(root, name)?, false);
        }
        let commit = git::commit_of_day(root, name)?.ok_or_else(|| {
            let message = format!("there is no commit of {name} or of a day before it in the history of this branch");
            Failure::new(Exit::Usage, message, "name a later day; a shallow clone has no more: `git fetch --unshallow`")
        })?;
        Self::at_commit(root, (now, named), commit, false)
    }

    fn at(workspace: &Workspace, commit: String) -> Result<Self, Failure> {
        Self::at_commit(&workspace.root, (&workspace.config, workspace.named.as_deref()), commit, false)
    }

    fn at_commit(
        root: &Path,
        (now, named): (&Config, Option<&Path>),
        commit: String,
        is_of_gates: bool,
    ) -> Result<Self, Failure> {
        let config = match named {
            None => own(root, &commit)?,
            Some(named) => match of_the_tree(root, &commit, named)? {
                NamedSettings::Given => None,
                NamedSettings::There(config) => Some(*config),
                NamedSettings::New => own(root, &commit)?.or_else(|| Some(Config::default())),
            },
        };
        let is_given = config.is_none() && named.is_some();
        if config.is_none() || named.is_some() {
            let then: moved_workspace::SettingsThen<'_> = &|top, path| read(top, &commit, path);
            moved_workspace::refuse(root, &commit, config.as_ref().unwrap_or(now), then)?;
        }
        let config = if is_given { now.clone() } else { config.unwrap_or_default() };
        let differs = differences(now, &config);
        let places = [now, &config].into_iter().flat_map(compared).collect();
        // what is found in a module that was not there is new, so that nothing is missed by it
        let is_spared = |it: &RelPath| is_of_gates && it.below(&now.paths.stdlib).is_some();
        let others = OtherRepositories::of(root, &commit)?;
        others.refuse_at(&places, &is_spared)?;
        Ok(Self { commit, config, differs, is_given, others })
    }

    /// What the gates judge, as it was at the commit.
    pub(in crate::command) fn files(&self, workspace: &Workspace) -> Result<Memory, Failure> {
        let (paths, root) = (&self.config.paths, &workspace.root);
        let wanted = judged_places(paths);
        let wanted: Vec<&RelPath> = wanted.iter().collect();
        let mut files = git::files(root, &self.commit, &wanted)?;
        self.add_siblings(&workspace.root, &mut files)?;
        if dialect(&files, &self.config)?.is_late() {
            files.0.extend(git::files(root, &self.commit, &[&whole_runtime(&paths.runtime)])?.0);
        }
        let lane = files.text(&paths.core_lane)?.unwrap_or_default();
        let tests: Vec<RelPath> = lane.lines().filter_map(|it| RelPath::new(it.trim()).ok()).collect();
        if !tests.is_empty() {
            let tests: Vec<&RelPath> = tests.iter().collect();
            files.0.extend(git::files(root, &self.commit, &tests)?.0);
        }
        Ok(files)
    }

    /// What the states of the modules and the names that are required follow from, as it was at the commit.
    pub(in crate::command) fn tree(&self, workspace: &Workspace) -> Result<Memory, Failure> {
        self.tree_but(workspace, &|_| false)
    }

    /// The same, where the files that `is_same` knows are read from the work tree, which is quicker than asking git for each.
    pub(in crate::command) fn tree_but(
        &self,
        workspace: &Workspace,
        is_same: &dyn Fn(&RelPath) -> bool,
    ) -> Result<Memory, Failure> {
        let wanted = self.places();
        let wanted: Vec<&RelPath> = wanted.iter().collect();
        let (mut files, same) = git::files_but(&workspace.root, &self.commit, &wanted, is_same)?;
        let mut gone: Vec<&RelPath> = Vec::new();
        for path in &same {
            match workspace.disk.read(path)? {
                Some(bytes) => drop(files.0.insert(path.clone(), bytes)),
                None => gone.push(path),
            }
        }
        if !gone.is_empty() {
            files.0.extend(git::files(&workspace.root, &self.commit, &gone)?.0);
        }
        self.add_siblings(&workspace.root, &mut files)?;
        Ok(files)
    }

    /// The same with other files besides, in the repository of `root`.
    pub(in crate::command) fn tree_with(&self, root: &Path, more: &[&RelPath]) -> Result<Memory, Failure> {
        let places = self.places();
        let wanted: Vec<&RelPath> = places.iter().chain(more.iter().copied()).collect();
        let mut files = git::files(root, &self.commit, &wanted)?;
        self.add_siblings(root, &mut files)?;
        Ok(files)
    }

    /// Where that lies.
    pub(in crate::command) fn places(&self) -> Vec<RelPath> {
        let paths = &self.config.paths;
        let others = [&paths.scoreboard, &paths.exceptions, &paths.operations];
        [tree_places(paths), others.map(RelPath::clone).into()].concat()
    }

    /// A facade of the union loads files beside it.
    fn add_siblings(&self, root: &Path, files: &mut Memory) -> Result<(), Failure> {
        let siblings = UnionFile::siblings_at(files, &self.config.paths.union);
        if !siblings.is_empty() {
            let siblings: Vec<&RelPath> = siblings.iter().collect();
            files.0.extend(git::files(root, &self.commit, &siblings)?.0);
        }
        Ok(())
    }

    /// One file of it. What stands there and is not a plain file is a failure, and not none.
    pub(in crate::command) fn plain(&self, root: &Path, path: &RelPath) -> Result<Memory, Failure> {
        plain(root, &self.commit, path)
    }

    /// The budget of then; none where there was none. One that a branch put elsewhere is not new for that.
    pub(in crate::command) fn budget(&self, workspace: &Workspace) -> Result<Option<u64>, Failure> {
        let path = &self.config.paths.ratchet;
        let files = plain(&workspace.root, &self.commit, path)?;
        Ok(ratchet(&files, &self.config.paths)?.map(|Ratchet { budget }| budget))
    }
}

/// Files and folders that are compared, besides documents that patterns name.
fn compared(config: &Config) -> impl Iterator<Item = RelPath> {
    let named = config.paths.roles().into_iter().map(|(_, path)| path);
    let more = [&config.paths.stub_templates, &config.docs.bindings].into_iter().chain(config.docs.files.keys());
    named.chain(more.cloned())
}

/// The settings that whoever runs this named.
enum NamedSettings {
    /// They are not part of the repository.
    Given,
    /// They are, and this is what they said.
    There(Box<Config>),
    /// They are, and were not there.
    New,
}

/// The settings at `named`, as far as they are a part of the repository: a branch could have changed them.
fn of_the_tree(root: &Path, commit: &str, named: &Path) -> Result<NamedSettings, Failure> {
    let Some((top, _)) = git::places(root)? else { return Ok(NamedSettings::Given) };
    // by its name and not by where a link of the branch's leads
    let folder = named.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = named.file_name() else { return Ok(NamedSettings::Given) };
    let (place, top) = (host::absolute(folder).join(name), host::absolute(&top));
    let below = place.strip_prefix(&top).ok().and_then(Path::to_str);
    let Some(path) = below.and_then(|it| RelPath::new(it.replace('\\', "/")).ok()) else {
        return Ok(NamedSettings::Given);
    };
    if let Some(config) = read(&top, commit, &path)? {
        return Ok(NamedSettings::There(Box::new(config)));
    }
    Ok(if git::has_any(&top, &[path].into())? { NamedSettings::New } else { NamedSettings::Given })
}

/// The settings of a commit; none where it has none.
fn own(root: &Path, commit: &str) -> Result<Option<Config>, Failure> {
    read(root, commit, &settings())
}

fn read(root: &Path, commit: &str, path: &RelPath) -> Result<Option<Config>, Failure> {
    let Some(text) = plain(root, commit, path)?.text(path)? else { return Ok(None) };
    let name = format!("{path} of {}", &commit[..commit.len().min(9)]);
    if let Some(damage) = Damage::conflict(Input::Settings, &name, &text) {
        return Err(damage.into());
    }
    let config = Config::parse(&text).map_err(|error| {
        let hint = "a commit is judged by its own settings: repair them on that branch first, or name another revision";
        Failure::new(Exit::Usage, format!("cannot read {name}: {error}"), hint)
    })?;
    Ok(Some(config))
}

/// One file of a commit. What stands there and is not a plain file is a failure, and not none.
fn plain(root: &Path, commit: &str, path: &RelPath) -> Result<Memory, Failure> {
    let (files, has_any) = git::file_at(root, commit, path)?;
    if files.0.is_empty() && has_any {
        let message = format!("cannot read {path} of {}: it is not a plain file", &commit[..commit.len().min(9)]);
        let hint = "compare with a commit in which it is one";
        return Err(Failure::new(Exit::Usage, message, hint));
    }
    Ok(files)
}

fn settings() -> RelPath {
    RelPath::new(FILE).unwrap_or_else(|_| RelPath::root())
}
