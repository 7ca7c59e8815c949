//! The public names of the recorded releases: those that the cache has by the digest that is recorded, else those of the archive.

use std::{collections::BTreeSet, path::PathBuf};

use super::{
    at_hand::at_hand,
    interface::{Interface, interface_at_hand, interface_of, interface_read},
    read::read_whole,
};
use crate::{
    base::{Files, RelPath, Request},
    command::support::{
        context::Context,
        failure::{Exit, Failure},
        known_baselines::recorded_here,
        public_names::{PublicNamesHere, is_bound, keep_names_of_release, kept_names, known_names, not_at_hand},
    },
    config::{Config, FILE},
    gates::{MissingNames, ModuleLack},
    impact::{PublicNames, Shims, SurfaceRow},
    stdlib::{SourceKind, bundled_series},
};

/// How far a run goes for the names of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::command) enum NamesReach {
    /// To the mirror, as everything that asks for a release does.
    Mirror,
    /// To what this machine has already: nobody is asked, so that a tree can be judged at any time.
    AtHand,
}

/// The names of every recorded release.
pub(in crate::command) fn recorded_names(context: &Context, reach: NamesReach) -> Result<PublicNamesHere, Failure> {
    let cache = context.cache_if_any();
    let (lock, _) = at_hand(context)?;
    let mut res = PublicNamesHere::default();
    // a mirror that did not answer is not asked again
    let mut silent: Option<Failure> = None;
    for recorded in recorded_here(context)? {
        // what a union file says names no release: what is bundled counts for it, as before anything was recorded
        let is_imported = recorded.provenance.source == SourceKind::Imported;
        let known = bundled_series(recorded.series).filter(|_| is_imported);
        let baseline = known.unwrap_or(recorded);
        let Some(version) = baseline.facts.release else {
            let why = format!("its record names no release; `molt-sync refresh {}` records one", baseline.series);
            res.absent.insert(baseline.series, why);
            continue;
        };
        if let Some((names, artifact)) = known_names(&cache, &lock, &baseline, version) {
            res.releases.push((version, artifact, true));
            res.by_series.insert(baseline.series, names);
            continue;
        }
        let request = Request::Exact(version);
        let found = match (reach, &silent) {
            (NamesReach::Mirror, None) => interface_of(context, request),
            _ => interface_at_hand(context, request),
        };
        match found {
            Ok(it) => {
                add(&mut res, &it);
                // all workspaces of the user take what is kept by version, so that the word of one of them is no ground for it
                if !is_bound(&baseline) && it.is_known_anywhere {
                    keep_by_version(context, &it);
                }
            }
            // without the release nothing is required of that series, and the answer says so
            Err(failure) if matches!(failure.exit, Exit::Usage | Exit::Io) => {
                let why = match (reach, &silent) {
                    (NamesReach::AtHand, _) => not_at_hand(version),
                    (NamesReach::Mirror, None) => failure.message.clone(),
                    (NamesReach::Mirror, Some(_)) => format!("{version} is not in the cache either"),
                };
                res.absent.insert(baseline.series, why);
                if failure.exit == Exit::Io && reach == NamesReach::Mirror {
                    silent.get_or_insert(failure);
                } else {
                    res.failure = Some(failure);
                }
            }
            Err(failure) => return Err(failure),
        }
    }
    res.failure = silent.or(res.failure);
    Ok(res)
}

/// The names of archives and source trees, believed or not.
pub(in crate::command) fn names_in(context: &Context, paths: &[PathBuf]) -> Result<PublicNamesHere, Failure> {
    let cache = context.cache();
    let mut res = PublicNamesHere::default();
    for path in paths {
        let read = read_whole(path)?;
        let known = kept_names(&cache, read.sha256).and_then(|it| Some((it.release?, it)));
        if let Some((version, names)) = known {
            res.releases.push((version, read.artifact, false));
            res.by_series.insert(version.series, names);
        } else {
            add(&mut res, &interface_read(context, &read)?);
        }
    }
    Ok(res)
}

/// Keeps names for a record that is bound to no archive.
fn keep_by_version(context: &Context, it: &Interface) {
    let names = PublicNames::of(&it.api);
    if let Err(error) = keep_names_of_release(&context.cache(), it.version, (names, &it.artifact)) {
        context.terminal.detail(&format!("the public names were not cached: {error}"));
    }
}

fn add(to: &mut PublicNamesHere, it: &Interface) {
    to.releases.push((it.version, it.artifact.clone(), it.is_verified));
    to.by_series.insert(it.version.series, PublicNames::of(&it.api));
}

/// How many names each module of a tree lacks, for the gate; none where the settings of that tree have no number.
pub(in crate::command) fn missing_names(
    context: &Context,
    files: &dyn Files,
    config: &Config,
) -> Result<Option<MissingNames>, Failure> {
    let (Some(most), Ok(settings)) = (config.surface.max_missing, RelPath::new(FILE)) else { return Ok(None) };
    let (names, shims) =
        rayon::join(|| recorded_names(context, NamesReach::AtHand), || Shims::read(files, &config.paths.stdlib));
    let (names, shims) = (names, shims?);
    let names = match names {
        // what is recorded cannot be used, which another gate says
        Err(failure) if failure.exit == Exit::Usage => {
            return Ok(Some(MissingNames { most, settings, by_module: Err(failure.message) }));
        }
        other => other?,
    };
    let by_module = if let Some((series, why)) = names.absent.first_key_value() {
        Err(format!("{series} was not looked at: {why}"))
    } else {
        let rows = names.rows(&shims, &BTreeSet::new(), &[]);
        let of_module = |it: SurfaceRow| {
            let (missing, uncounted) = (it.missing.len() as u64, it.uncounted as u64);
            ModuleLack { module: it.module, missing, uncounted }
        };
        Ok(rows.into_iter().filter(|it| !it.is_elsewhere()).map(of_module).collect())
    };
    Ok(Some(MissingNames { most, settings, by_module }))
}
