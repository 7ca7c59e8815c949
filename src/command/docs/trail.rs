//! When the truth behind a claim moved: the commit, and what the fact was before and after it. The state of a module is
//! judged anew at each commit that touched its file or the attestation, where it depends on nothing else.

use std::collections::BTreeMap;

use crate::{
    audit::{Attestation, Audit, Rules},
    base::{Memory, RelPath, short_commit},
    command::support::{failure::Failure, state::WorkspaceState, workspace::Workspace},
    docs::{Fact, FactFileVersion, Histories, Value, trail},
    host::{
        self,
        git::{FileVersion, VersionBudget},
    },
};

/// A value of a fact with the commit that brought it.
#[derive(Clone)]
pub(super) struct TrailStep {
    pub(super) value: Option<String>,
    pub(super) commit: String,
    pub(super) date: String,
    pub(super) subject: String,
}

/// What a fact was, as far as it is known.
#[derive(Clone, Default)]
pub(super) struct FactTrail {
    /// The newest first.
    pub(super) steps: Vec<TrailStep>,
    /// Whether the tree itself says so, or the record of it.
    pub(super) is_trees: bool,
    /// Whether there are older commits that were not looked at.
    pub(super) is_cut: bool,
}

/// The most commits at which one module is judged anew.
const MOST_JUDGED: usize = 300;

/// The most modules of a run that are judged anew.
const MOST_MODULES: usize = 10;

/// What facts were, read in one go for all of them.
pub(super) struct Trails<'a> {
    histories: &'a Histories,
    is_shallow: bool,
    by_module: BTreeMap<String, FactTrail>,
}

impl<'a> Trails<'a> {
    /// Those of some facts.
    ///
    /// # Errors
    /// When git does not answer.
    pub(super) fn read<'f>(
        workspace: &Workspace,
        state: &WorkspaceState,
        facts: impl Iterator<Item = &'f Fact>,
        histories: &'a Histories,
    ) -> Result<Self, Failure> {
        let (mut by_module, mut facts) = (BTreeMap::new(), facts.peekable());
        let head = facts.peek().map(|_| host::git::head(&workspace.root)).transpose()?.flatten();
        let Some((_, is_shallow)) = head else { return Ok(Self { histories, is_shallow: false, by_module }) };
        // where a module depends on others, its own file is not enough
        let facts = facts.filter(|_| !state.dialect.traits().support);
        let mut modules: BTreeMap<&str, RelPath> = BTreeMap::new();
        for fact in facts {
            let (Some(module), Ok(path)) = (module_of(fact), RelPath::new(fact.source.as_str())) else { continue };
            if modules.len() < MOST_MODULES {
                modules.insert(module, path);
            } else if !modules.contains_key(module) {
                let left_out = FactTrail { is_trees: true, is_cut: true, ..FactTrail::default() };
                by_module.insert(module.to_owned(), left_out);
            }
        }
        let attestation = &state.paths.attestation;
        // a commit has the first of its names: either list has the same commits in the same order
        let asked: Vec<Vec<&RelPath>> =
            modules.values().flat_map(|path| [vec![path, attestation], vec![attestation, path]]).collect();
        let found = if asked.is_empty() {
            Vec::new()
        } else {
            host::git::versions(&workspace.root, &asked, &mut VersionBudget::default())?
        };
        let mut found = found.into_iter();
        for (module, path) in &modules {
            let (Some(files), Some(manifests)) = (found.next(), found.next()) else { break };
            let is_cut = is_shallow || !files.1 || !manifests.1 || files.0.len() > MOST_JUDGED;
            let steps = judged(state, (module, path), files.0, manifests.0)?;
            by_module.insert((*module).to_owned(), FactTrail { steps, is_trees: true, is_cut });
        }
        Ok(Self { histories, is_shallow, by_module })
    }

    /// What a fact was: as the tree says where it does, else as the record of it does.
    pub(super) fn of(&self, fact: &Fact) -> FactTrail {
        let of_tree = module_of(fact).and_then(|it| self.by_module.get(it));
        if let Some(it) = of_tree.filter(|it| it.is_cut || !it.steps.is_empty()) {
            return it.clone();
        }
        let step = |(value, it): (Option<Value>, &FactFileVersion)| TrailStep {
            value: value.map(|it| it.to_string()),
            commit: short_commit(&it.commit).to_owned(),
            date: it.date.clone(),
            subject: it.subject.clone(),
        };
        let versions = fact.history.as_ref().and_then(|(path, _)| self.histories.get(path));
        let is_cut = self.is_shallow || versions.is_some_and(|it| it.is_cut || !it.is_whole);
        FactTrail { steps: trail(fact, self.histories).into_iter().map(step).collect(), is_trees: false, is_cut }
    }
}

/// The module whose state a fact is.
fn module_of(fact: &Fact) -> Option<&str> {
    fact.id.strip_prefix("module.")?.strip_suffix(".status")
}

/// The states of a module by its own file and the attestation at each commit that touched one of them.
fn judged(
    state: &WorkspaceState,
    (module, path): (&str, &RelPath),
    modules: Vec<FileVersion>,
    attested: Vec<FileVersion>,
) -> Result<Vec<TrailStep>, Failure> {
    let attestation = &state.paths.attestation;
    let mut res: Vec<TrailStep> = Vec::new();
    for (file, manifest) in modules.into_iter().zip(attested).take(MOST_JUDGED) {
        let mut files = Memory::default();
        if file.bytes == manifest.bytes {
            // one of the two is not there
            let one = manifest.bytes.unwrap_or_default();
            files.0.insert(attestation.clone(), one.clone());
            if Attestation::read(&files, attestation).is_err() {
                files.0 = std::iter::once((path.clone(), one)).collect();
            }
        } else {
            let both = [(path, file.bytes), (attestation, manifest.bytes)];
            files.0.extend(both.into_iter().filter_map(|(path, bytes)| Some((path.clone(), bytes?))));
        }
        // before there was an attestation, no module needed one
        let rule = Attestation::read(&files, attestation).map(|it| it.modules);
        let is_early = rule.is_err();
        let attested = rule.unwrap_or_else(|_| std::iter::once(module.to_owned()).collect());
        let rules = Rules { dialect: state.dialect, attested: &attested, stubs: Some(&state.stubs), is_early };
        let audit = Audit::run(&files, &state.paths.stdlib, rules)?;
        let value = audit.get(module).and_then(|it| it.status).map(|it| it.word().to_owned());
        let commit = short_commit(&file.commit).to_owned();
        let step = TrailStep { value, commit, date: file.date, subject: file.subject };
        match res.last_mut() {
            // the oldest commit of a run of equal values brought it
            Some(last) if last.value == step.value => *last = step,
            _ => res.push(step),
        }
    }
    Ok(res)
}

/// Whether a value that was written on a day was one of that day's; none where nothing is known of it.
pub(super) fn was_so(steps: &[TrailStep], stated: &str, day: &str) -> Option<bool> {
    let before = steps.iter().position(|it| it.date.as_str() < day).map_or(steps.len(), |it| it + 1);
    let on_day: Vec<&str> =
        steps[..before].iter().filter(|it| it.date.as_str() <= day).filter_map(|it| it.value.as_deref()).collect();
    (!on_day.is_empty()).then(|| on_day.iter().any(|it| is_same(it, stated)))
}

fn is_same(value: &str, stated: &str) -> bool {
    let plain =
        |it: &str| it.trim_matches('`').replace(['/', ','], " ").split_whitespace().collect::<Vec<_>>().join(" ");
    plain(value) == plain(stated)
}
