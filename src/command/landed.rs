//! `molt-sync landed`: what was converted between two revisions, read through git.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use crate::{
    audit::{Audit, Manifest, ManifestError, Record},
    base::{Files, RelPath},
    clusters::{RevisionState, landed},
    command::support::{
        audited::audited,
        base_commit::Base,
        checked_out::{Reach, whole},
        context::{Context, Format},
        failure::{Exit, Failure},
        public_names::{PublicNamesHere, cached_names},
        records::baselines,
        workspace::Workspace,
    },
    config::Config,
    host::git,
    impact::Shims,
    refresh::index_tests,
    report::LandedReport,
};

/// What is asked for.
#[derive(Debug, Clone, Args)]
pub struct LandedArgs {
    /// The revision to begin at, or the day (2026-02-12) whose last commit it is
    #[arg(long, value_name = "REF", value_parser = Text::new())]
    pub since: String,
    /// The revision to end at; the tree as it is by default
    #[arg(long, value_name = "REF", value_parser = Text::new())]
    pub until: Option<String>,
}

/// Runs it.
pub fn run(context: &Context, request: &LandedArgs) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    let report = report(&workspace, &request.since, request.until.as_deref())?;
    context.print(&match context.options.format {
        Format::Json => report.json(),
        Format::Markdown => report.markdown(),
        _ => report.human(),
    })?;
    Ok(Exit::Done)
}

/// What landed from one revision or day to another, or to the tree as it is.
pub(super) fn report(workspace: &Workspace, name: &str, until: Option<&str>) -> Result<LandedReport, Failure> {
    let since = Base::since(workspace, name)?;
    let names = cached_names(&workspace.cache, baselines(&workspace.disk, &workspace.config.paths)?.values()).ok();
    let names = names.as_ref();
    let then = Read::at(workspace, &since, names)?;
    let end = until.map(|it| Base::since(workspace, it)).transpose()?;
    let now = if let Some(base) = &end {
        Read::at(workspace, base, names)?
    } else {
        whole(workspace, Reach::Tree, true)?;
        let tests = match folder(&workspace.config) {
            Some(folder) => workspace.disk.list(&folder, ".py")?,
            None => BTreeSet::new(),
        };
        Read::new(&workspace.disk, &workspace.config, (tests, names))?
    };
    let is_other = |old: &Record, new: &Record| then.texts.get(&old.path) != now.texts.get(&new.path);
    let landed = landed(&then.state(), &now.state(), is_other);
    let named = |name: &str, base: &Base| (name.to_owned(), base.commit.clone());
    let until = until.zip(end.as_ref()).map(|(name, base)| named(name, base));
    Ok(LandedReport { since: named(name, &since), until, landed })
}

/// The folder of the differential tests, which the index lies in.
fn folder(config: &Config) -> Option<RelPath> {
    config.paths.coverage_index.parent()
}

/// One state of the tree.
struct Read {
    audit: Audit,
    attested: BTreeSet<String>,
    indexed: BTreeMap<String, Vec<String>>,
    manifest: BTreeSet<String>,
    tests: BTreeSet<RelPath>,
    texts: BTreeMap<RelPath, crate::base::Sha256>,
    /// The public names that each module binds; none where the releases are not at hand.
    names: Option<BTreeMap<String, BTreeSet<String>>>,
}

impl Read {
    fn at(workspace: &Workspace, base: &Base, names: Option<&PublicNamesHere>) -> Result<Self, Failure> {
        let mut files = base.files(workspace)?;
        let paths = &base.config.paths;
        files.0.extend(git::files(&workspace.root, &base.commit, &[&paths.coverage_index])?.0);
        let tests = match folder(&base.config) {
            Some(folder) => git::names_at(&workspace.root, &base.commit, &[&folder])?,
            None => BTreeSet::new(),
        };
        Self::new(&files, &base.config, (tests, names))
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
        let index = files.text(&paths.coverage_index)?.unwrap_or_default();
        let indexed =
            index_tests(&index).into_iter().map(|(key, all)| (key, all.into_iter().map(|it| it.path).collect()));
        let tests = tests.into_iter().filter(|it| it.extension() == Some("py")).collect();
        let names = names.map(|names| {
            let rows = names.rows(&Shims::read(files, &paths.stdlib)?, &BTreeSet::new(), &[]);
            Ok::<_, Failure>(rows.into_iter().map(|it| (it.module, it.present.into_iter().collect())).collect())
        });
        let names = names.transpose()?;
        Ok(Self { audit, attested: attestation.modules, indexed: indexed.collect(), manifest, tests, texts, names })
    }

    fn state(&self) -> RevisionState<'_> {
        RevisionState {
            audit: &self.audit,
            attested: &self.attested,
            indexed: &self.indexed,
            manifest: &self.manifest,
            tests: &self.tests,
            names: self.names.as_ref(),
        }
    }
}
