//! What a workspace holds, read once and checked before anything is planned.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    checked_out::{Reach, whole},
    context::{Workspace, stub_templates, templates},
    doubts::Accepted,
    failure::{Exit, Failure},
    regions::Side,
    unknown::{Unknown, unknown},
    unmerged::{merged, merged_lock},
};
use crate::{
    audit::{Attestation, AttestationError, Ratchet, Rules, spoken},
    base::{Dialect, Files, RelPath, Series, Version, limits, text::conflict},
    config::{Config, Paths},
    docs::{DocTemplates, LastRefresh},
    release::Lock,
    stdlib::{Baseline, Layout, Union, UnionFile, bundled},
    stubs::{Form, Templates},
};

/// The state before a run.
pub(super) struct State {
    /// Where the workspace is.
    pub(super) root: PathBuf,
    pub(super) paths: Paths,
    pub(super) union_file: Option<UnionFile>,
    /// The union that the workspace works with so far.
    pub(super) union: Union,
    /// The recorded or imported facts of each supported series.
    pub(super) baselines: BTreeMap<Series, Baseline>,
    pub(super) lock: Lock,
    pub(super) last: Option<LastRefresh>,
    pub(super) ratchet: Option<Ratchet>,
    pub(super) attestation: Attestation,
    pub(super) dialect: Dialect,
    pub(super) config: Config,
    pub(super) stubs: Templates,
    pub(super) documents: DocTemplates,
    /// Sources that do not say what they should.
    pub(super) unknown: Vec<Unknown>,
    /// Whether nothing was ever recorded here.
    pub(super) is_fresh: bool,
    /// Things that a reader of the report should know.
    pub(super) notes: Vec<String>,
    /// Releases of series that are recorded and that the union does not have.
    pub(super) aside: Vec<Version>,
    /// What a person accepts in this run.
    pub(super) accepted: Vec<Accepted>,
    /// Whose words count in files that a person edited.
    pub(super) take: Vec<(Side, RelPath)>,
}

impl State {
    /// Whose words count in a file that a person edited, where somebody has said so.
    pub(super) fn side(&self, path: &RelPath) -> Option<Side> {
        self.take.iter().rev().find(|(_, it)| it == path).map(|(side, _)| *side)
    }

    /// The same where the lock says `text`.
    pub(super) fn with_lock(self, text: &str) -> Result<Self, Failure> {
        let lock = parsed(&self.paths, text)?;
        let last = last_refresh(&lock, &self.paths)?;
        Ok(Self { lock, last, ..self })
    }

    /// Reads everything that a plan needs.
    pub(super) fn load(workspace: &Workspace) -> Result<Self, Failure> {
        let of = (workspace.root.as_path(), &workspace.config);
        Self::read((&workspace.disk, &workspace.disk), of, Some(workspace))
    }

    /// The same of other files, by the settings and the templates of today.
    pub(super) fn at(files: &dyn Files, workspace: &Workspace) -> Result<Self, Failure> {
        Self::read((files, &workspace.disk), (workspace.root.as_path(), &workspace.config), None)
    }

    /// The same of another revision, by its own settings and templates.
    pub(super) fn then(files: &dyn Files, root: &Path, config: &Config) -> Result<Self, Failure> {
        Self::read((files, files), (root, config), None)
    }

    fn read(
        (files, own): (&dyn Files, &dyn Files),
        (root, config): (&Path, &Config),
        present: Option<&Workspace>,
    ) -> Result<Self, Failure> {
        let paths = config.paths.clone();
        let mut notes = Vec::new();
        for path in [&paths.union, &paths.ratchet, &paths.attestation] {
            unmerged(files, path)?;
        }
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
            whole(workspace, Reach::Documents, lacks)?;
        }
        let lock = lock(files, &paths)?;
        let last = last_refresh(&lock, &paths)?;
        let dialect = dialect(files, config)?;
        Ok(Self {
            root: root.to_path_buf(),
            stubs: stub_templates(own, &paths)?.in_form(Form::of(dialect)),
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
        })
    }
}

impl State {
    /// What the tree is judged by.
    pub(super) fn rules(&self) -> Rules<'_> {
        Rules { dialect: self.dialect, attested: &self.attestation.modules, stubs: Some(&self.stubs) }
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

/// Refuses a file that a merge has left both sides in, by that name and not by what a parser thinks of it.
fn unmerged(files: &dyn Files, path: &RelPath) -> Result<(), Failure> {
    match files.text(path).ok().flatten().as_deref().and_then(conflict) {
        Some(line) => Err(merged(path.as_str(), line)),
        None => Ok(()),
    }
}

/// The configured dialect, else the one that the tree speaks.
pub(super) fn dialect(files: &dyn Files, config: &Config) -> Result<Dialect, Failure> {
    Ok(match config.audit.dialect {
        Some(dialect) => dialect,
        None => spoken(files, &config.paths.stdlib, &config.paths.checker)?.dialect(),
    })
}

/// What is attested; nothing where there is no file.
pub(super) fn attestation(files: &dyn Files, paths: &Paths) -> Result<Attestation, Failure> {
    match Attestation::read(files, &paths.attestation) {
        Err(AttestationError::Missing(_)) => Ok(Attestation::default()),
        other => Ok(other?),
    }
}

/// Every recorded baseline, by series.
pub(super) fn baselines(files: &dyn Files, paths: &Paths) -> Result<BTreeMap<Series, Baseline>, Failure> {
    each_baseline(files, paths)?.into_iter().map(|(series, it)| Ok((series, it?))).collect()
}

/// The same, where one that cannot be read does not keep the others: what stands in its place is never taken for nothing.
pub(super) fn each_baseline(
    files: &dyn Files,
    paths: &Paths,
) -> Result<BTreeMap<Series, Result<Baseline, Failure>>, Failure> {
    let mut res = BTreeMap::new();
    for path in files.list(&paths.baselines, ".json")? {
        let Ok(series) = path.file_name().trim_end_matches(".json").parse::<Series>() else {
            unmerged(files, &path)?;
            continue;
        };
        if res.len() == limits::SERIES {
            let why = format!("there are more than {} baselines, and that is not read", limits::SERIES);
            return Err(unreadable(&path, &why));
        }
        res.insert(series, baseline(files, &path, series));
    }
    Ok(res)
}

fn baseline(files: &dyn Files, path: &RelPath, series: Series) -> Result<Baseline, Failure> {
    unmerged(files, path)?;
    let text = files.text(path)?.ok_or_else(|| unreadable(path, "it is listed, and nothing is there"))?;
    let baseline = Baseline::parse(&text).map_err(|error| unreadable(path, &error.to_string()))?;
    if baseline.series != series {
        return Err(unreadable(path, &format!("it holds series {}", baseline.series)));
    }
    Ok(baseline)
}

fn unreadable(path: &RelPath, why: &str) -> Failure {
    let hint = "restore it from git, or delete it and refresh the series";
    Failure::new(Exit::Usage, format!("cannot read {path}: {why}"), hint)
}

/// The lock; an empty one where there is no file.
pub(super) fn lock(files: &dyn Files, paths: &Paths) -> Result<Lock, Failure> {
    if let Some(line) = files.text(&paths.lock)?.as_deref().and_then(conflict) {
        return Err(merged_lock(paths.lock.as_str(), line));
    }
    parsed(paths, &files.text(&paths.lock)?.unwrap_or_default())
}

fn parsed(paths: &Paths, text: &str) -> Result<Lock, Failure> {
    Lock::parse(text).map_err(|error| {
        let message = format!("cannot read {}: {error}", paths.lock);
        Failure::new(Exit::Usage, message, "correct that line, or restore the file from git")
    })
}
