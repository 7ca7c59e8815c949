//! What a workspace holds, read once and checked before anything is planned.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    audit::{Attestation, Audit, Ratchet, Rules},
    base::{Dialect, Files, RelPath, Series, Version},
    command::support::{
        accepted_doubt::AcceptedDoubt,
        checked_out::{WorkspaceReach, whole},
        checkout::{Checkout, GitCheckout},
        failure::{Exit, Failure},
        records::{all_unmerged, attestation, baselines, dialect, lock, parsed, paths_by_role},
        side::Side,
        unknown::{Unknown, unknown},
        workspace::{Workspace, stub_templates, templates},
    },
    config::{Config, Paths},
    docs::{DocFacts, DocTemplates, LastRefresh},
    host::Cache,
    release::Lock,
    stdlib::{Baseline, Layout, Union, UnionFile, bundled},
    stubs::{StubStyle, Templates},
};

/// The state before a run.
pub(in crate::command) struct WorkspaceState {
    /// Where the workspace is.
    pub(in crate::command) root: PathBuf,
    /// The checkout around it.
    pub(in crate::command) checkout: Arc<dyn Checkout>,
    pub(in crate::command) paths: Paths,
    pub(in crate::command) union_file: Option<UnionFile>,
    /// The union that the workspace works with so far.
    pub(in crate::command) union: Union,
    /// The recorded or imported facts of each supported series.
    pub(in crate::command) baselines: BTreeMap<Series, Baseline>,
    pub(in crate::command) lock: Lock,
    pub(in crate::command) last: Option<LastRefresh>,
    pub(in crate::command) ratchet: Option<Ratchet>,
    pub(in crate::command) attestation: Attestation,
    pub(in crate::command) dialect: Dialect,
    pub(in crate::command) config: Config,
    pub(in crate::command) stubs: Templates,
    pub(in crate::command) documents: DocTemplates,
    /// Sources that do not say what they should.
    pub(in crate::command) unknown: Vec<Unknown>,
    /// Whether nothing was ever recorded here.
    pub(in crate::command) is_fresh: bool,
    /// Things that a reader of the report should know.
    pub(in crate::command) notes: Vec<String>,
    /// Releases of series that are recorded and that the union does not have.
    pub(in crate::command) aside: Vec<Version>,
    /// What a person accepts in this run.
    pub(in crate::command) accepted: Vec<AcceptedDoubt>,
    /// Whose words count in files that a person edited.
    pub(in crate::command) take: Vec<(Side, RelPath)>,
    /// What is kept of releases; nothing of what is read of another revision.
    pub(in crate::command) cache: Cache,
}

impl WorkspaceState {
    /// Whose words count in a file that a person edited, where somebody has said so.
    pub(in crate::command) fn side(&self, path: &RelPath) -> Option<Side> {
        self.take.iter().rev().find(|(_, it)| it == path).map(|(side, _)| *side)
    }

    /// The same where the lock says `text`.
    pub(in crate::command) fn with_lock(self, text: &str) -> Result<Self, Failure> {
        let lock = parsed(&self.paths, text)?;
        let last = last_refresh(&lock, &self.paths)?;
        Ok(Self { lock, last, ..self })
    }

    /// Reads everything that a plan needs.
    pub(in crate::command) fn load(workspace: &Workspace) -> Result<Self, Failure> {
        let of = (workspace.root.as_path(), &workspace.config);
        Self::read((&workspace.disk, &workspace.disk), of, Some(workspace))
    }

    /// The same of other files, by the settings and the templates of today.
    pub(in crate::command) fn at(files: &dyn Files, workspace: &Workspace) -> Result<Self, Failure> {
        Self::read((files, &workspace.disk), (workspace.root.as_path(), &workspace.config), None)
    }

    /// The same of another revision, by its own settings and templates.
    pub(in crate::command) fn then(files: &dyn Files, root: &Path, config: &Config) -> Result<Self, Failure> {
        Self::read((files, files), (root, config), None)
    }

    fn read(
        (files, own): (&dyn Files, &dyn Files),
        (root, config): (&Path, &Config),
        present: Option<&Workspace>,
    ) -> Result<Self, Failure> {
        let paths = config.paths.clone();
        let mut notes = Vec::new();
        all_unmerged(files, &paths)?;
        let union_file = UnionFile::read(files, &paths.union)?;
        let mut recorded = baselines(files, &paths)?;
        let is_fresh = union_file.is_none() && recorded.is_empty() && files.read(&paths.checker)?.is_none();
        let (mut kept, mut aside) = (BTreeMap::new(), Vec::new());
        match &union_file {
            Some(file) => {
                for (series, names) in &file.union.by_series {
                    let baseline = match recorded.remove(series) {
                        Some(known) => known,
                        None => names.import(*series, &paths.union)?,
                    };
                    kept.insert(*series, baseline);
                }
                aside.extend(recorded.values().filter_map(|it| it.facts.release));
                for series in recorded.keys() {
                    notes.push(format!(
                        "{}/{series}.json is left alone: the union does not have that series",
                        paths.baselines
                    ));
                }
            }
            None if recorded.is_empty() => {
                notes.push(
                    "the workspace has neither baselines nor a union file, so the bundled baselines count".into(),
                );
                kept = bundled().into_iter().map(|it| (it.series, it)).collect();
            }
            None => kept = recorded,
        }
        let union = match &union_file {
            Some(file) => file.union.clone(),
            None => Union::new(kept.values(), &Union::default(), &[]),
        };
        let layout = Layout::read(files, &paths.stdlib)?;
        let lacks = union.required().into_iter().any(|it| !layout.places(it).exist());
        if let Some(workspace) = present {
            whole(workspace, WorkspaceReach::Documents, lacks)?;
        }
        let lock = lock(files, &paths)?;
        let last = last_refresh(&lock, &paths)?;
        let dialect = dialect(files, config)?;
        Ok(Self {
            root: root.to_path_buf(),
            checkout: Arc::new(GitCheckout::at(root)),
            stubs: stub_templates(own, &paths)?.in_form(StubStyle::of(dialect)),
            documents: DocTemplates::new(&templates(own, &paths.doc_templates)?)?,
            ratchet: Ratchet::read(files, &paths.ratchet)?,
            attestation: attestation(files, &paths)?,
            dialect,
            unknown: unknown(files, config, union_file.is_some())?,
            is_fresh,
            config: config.clone(),
            paths,
            union_file,
            union,
            baselines: kept,
            lock,
            last,
            notes,
            aside,
            accepted: Vec::new(),
            take: Vec::new(),
            cache: present.map_or_else(Cache::none, |it| it.cache.clone()),
        })
    }
}

impl WorkspaceState {
    /// What the tree is judged by.
    pub(in crate::command) fn rules(&self) -> Rules<'_> {
        Rules {
            dialect: self.dialect,
            attested: &self.attestation.modules,
            stubs: Some(&self.stubs),
            is_early: self.attestation.is_unread,
        }
    }

    /// The facts that documents may state.
    pub(in crate::command) fn doc_facts(&self, union: &Union, audit: &Audit, budget: Option<u64>) -> DocFacts {
        let baselines: Vec<&Baseline> = self.baselines.values().collect();
        DocFacts::new(&baselines, union, audit, budget, self.last.clone()).with_paths(paths_by_role(&self.paths))
    }
}

/// The refresh that was recorded last, of all series.
fn last_refresh(lock: &Lock, paths: &Paths) -> Result<Option<LastRefresh>, Failure> {
    let each = lock.last_refresh.values().cloned().map(toml::Value::Table).map(LastRefresh::try_from_toml);
    let all = each.collect::<Result<Vec<_>, _>>().map_err(|error| {
        let message = format!("cannot read {}: its table last_refresh is damaged: {error}", paths.lock);
        Failure::new(Exit::Usage, message, "restore the file from git")
    })?;
    // two branches can give the same number to two series
    Ok(all.into_iter().max_by_key(|it| (it.order, it.series)))
}
