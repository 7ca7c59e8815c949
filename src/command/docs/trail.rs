//! When the truth behind a claim moved: the commit, and what the fact was before and after it. The state of a module is
//! judged anew at each commit that touched its file or the attestation, where it depends on nothing else.

use crate::{
    audit::{Attestation, Audit, Rules},
    base::{Memory, RelPath, short_commit},
    command::support::{failure::Failure, state::WorkspaceState, workspace::Workspace},
    docs::{Histories, trail},
    host::{self, git::VersionBudget},
};

/// A value of a fact with the commit that brought it, the newest first.
pub(super) struct TrailStep {
    pub(super) value: Option<String>,
    pub(super) commit: String,
    pub(super) date: String,
    pub(super) subject: String,
}

/// The most commits at which one module is judged anew.
const MOST_JUDGED: usize = 300;

/// What a fact was, newest first; and whether the tree itself says so, or its record.
pub(super) fn steps(
    workspace: &Workspace,
    state: &WorkspaceState,
    fact: &crate::docs::Fact,
    histories: &Histories,
) -> Result<(Vec<TrailStep>, bool), Failure> {
    let module = fact.id.strip_prefix("module.").and_then(|it| it.strip_suffix(".status"));
    let is_by_itself = !state.dialect.traits().support;
    if let (Some(module), Ok(path), true) = (module, RelPath::new(fact.source.as_str()), is_by_itself) {
        let found = of_tree(workspace, state, module, &path)?;
        if !found.is_empty() {
            return Ok((found, true));
        }
    }
    let step = |(value, it): (Option<crate::docs::Value>, &crate::docs::FactFileVersion)| TrailStep {
        value: value.map(|it| it.to_string()),
        commit: short_commit(&it.commit).to_owned(),
        date: it.date.clone(),
        subject: it.subject.clone(),
    };
    Ok((trail(fact, histories).into_iter().map(step).collect(), false))
}

/// The states of a module by its own file and the attestation at each commit that touched one of them.
fn of_tree(
    workspace: &Workspace,
    state: &WorkspaceState,
    module: &str,
    path: &RelPath,
) -> Result<Vec<TrailStep>, Failure> {
    let attestation = &state.paths.attestation;
    // a commit has the first of its names: either list has the same commits in the same order
    let asked = [vec![path, attestation], vec![attestation, path]];
    let mut found = host::git::versions(&workspace.root, &asked, &mut VersionBudget::default())?.into_iter();
    let (Some((modules, _)), Some((attested, _))) = (found.next(), found.next()) else { return Ok(Vec::new()) };
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
