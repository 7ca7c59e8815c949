//! What was converted between two states of a workspace, of which one or both are commits.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::{
    audit::{Audit, Manifest, ManifestError, Record},
    base::{Files, RelPath},
    clusters::{Landed, RevisionState, landed},
    command::support::{
        audited::audited,
        base_commit::Base,
        checked_out::{WorkspaceReach, whole},
        failure::Failure,
        public_names::{PublicNamesHere, cached_names},
        state::WorkspaceState,
        workspace::Workspace,
    },
    config::Config,
    host::git,
    impact::Shims,
    report::LandedReport,
    workspace::{baselines, indexed_paths, lock},
};

/// What landed from one revision or day to another, or to the tree as it is.
pub(in crate::command) fn report(
    workspace: &Workspace,
    name: &str,
    until: Option<&str>,
) -> Result<LandedReport, Failure> {
    let since = Base::since(workspace, name)?;
    let (disk, paths) = (&workspace.disk, &workspace.config.paths);
    let names = cached_names(&workspace.cache, &lock(disk, paths)?, baselines(disk, paths)?.values()).ok();
    let names = names.as_ref();
    let then = TreeState::at(&workspace.root, &since, names)?;
    let end = until.map(|it| Base::since(workspace, it)).transpose()?;
    let now = if let Some(base) = &end {
        TreeState::at(&workspace.root, base, names)?
    } else {
        whole(workspace, WorkspaceReach::Tree, true)?;
        TreeState::now(&workspace.disk, &workspace.config, names)?
    };
    let until = until.zip(end.as_ref()).map(|(name, base)| (name.to_owned(), base.commit.clone()));
    Ok(LandedReport { since: (name.to_owned(), since.commit), until, landed: between(&then, &now) })
}

/// What landed since a revision or a day, in a tree that is seen as `files`. A document says the same on every machine, so that
/// public names are not compared, which are not at hand on each.
pub(in crate::command) fn since(
    files: &dyn Files,
    state: &WorkspaceState,
    name: &str,
) -> Result<LandedReport, Failure> {
    let base = Base::since_in(&state.root, &state.config, None, name)?;
    let then = TreeState::at(&state.root, &base, None)?;
    let now = TreeState::now(files, &state.config, None)?;
    Ok(LandedReport { since: (name.to_owned(), base.commit), until: None, landed: between(&then, &now) })
}

fn between(then: &TreeState, now: &TreeState) -> Landed {
    let is_other = |old: &Record, new: &Record| then.texts.get(&old.path) != now.texts.get(&new.path);
    // of a time at which nothing could be attested, nothing is told of it
    let attested = |own, other: &TreeState| if other.attested.is_none() { None } else { own };
    let old = attested(then.attested.as_ref(), now);
    let new = attested(now.attested.as_ref(), then);
    landed(&then.state(old), &now.state(new), is_other)
}

/// The folder of the differential tests, which the index lies in.
fn folder(config: &Config) -> Option<RelPath> {
    config.paths.coverage_index.parent()
}

/// One state of the tree.
struct TreeState {
    audit: Audit,
    /// The modules that are attested; none where the tree's checker reads no attestation.
    attested: Option<BTreeSet<String>>,
    indexed: BTreeMap<String, Vec<String>>,
    manifest: BTreeSet<String>,
    tests: BTreeSet<RelPath>,
    texts: BTreeMap<RelPath, crate::base::Sha256>,
    /// The public names that each module binds; none where the releases are not at hand.
    names: Option<BTreeMap<String, BTreeSet<String>>>,
}

impl TreeState {
    fn at(root: &Path, base: &Base, names: Option<&PublicNamesHere>) -> Result<Self, Failure> {
        let paths = &base.config.paths;
        let files = base.tree_with(root, &[&paths.manifest, &paths.coverage_index])?;
        let tests = match folder(&base.config) {
            Some(folder) => git::names_at(root, &base.commit, &[&folder])?,
            None => BTreeSet::new(),
        };
        Self::new(&files, &base.config, (tests, names))
    }

    /// The tree as it is.
    fn now(files: &dyn Files, config: &Config, names: Option<&PublicNamesHere>) -> Result<Self, Failure> {
        let tests = match folder(config) {
            Some(folder) => files.list(&folder, ".py")?,
            None => BTreeSet::new(),
        };
        Self::new(files, config, (tests, names))
    }

    fn new(
        files: &dyn Files,
        config: &Config,
        (tests, names): (BTreeSet<RelPath>, Option<&PublicNamesHere>),
    ) -> Result<Self, Failure> {
        let paths = &config.paths;
        let (audit, attestation) = audited(files, config)?;
        let manifest = match Manifest::read(files, &paths.manifest) {
            Ok(it) => it.names,
            Err(ManifestError::Missing(_)) => BTreeSet::new(),
            Err(ManifestError::File(error)) => return Err(error.into()),
        };
        let mut texts = BTreeMap::new();
        for it in &audit.records {
            if let Some(bytes) = files.read(&it.path)? {
                texts.insert(it.path.clone(), crate::base::Sha256::of(&bytes));
            }
        }
        let indexed = indexed_paths(files, &paths.coverage_index)?;
        let tests = tests.into_iter().filter(|it| it.extension() == Some("py")).collect();
        let names = names.map(|names| {
            let rows = names.rows(&Shims::read(files, &paths.stdlib)?, &BTreeSet::new(), &[]);
            Ok::<_, Failure>(rows.into_iter().map(|it| (it.module, it.present.into_iter().collect())).collect())
        });
        let names = names.transpose()?;
        let attested = (!attestation.is_unread).then_some(attestation.modules);
        Ok(Self { audit, attested, indexed, manifest, tests, texts, names })
    }

    fn state<'a>(&'a self, attested: Option<&'a BTreeSet<String>>) -> RevisionState<'a> {
        const NONE: &BTreeSet<String> = &BTreeSet::new();
        RevisionState {
            audit: &self.audit,
            attested: attested.unwrap_or(NONE),
            indexed: &self.indexed,
            manifest: &self.manifest,
            tests: &self.tests,
            names: self.names.as_ref(),
        }
    }
}
