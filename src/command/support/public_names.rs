//! The public names that the cache has of the recorded releases, and how a tree stands to them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use serde::{Deserialize, Serialize};

use crate::{
    acceptance::{KnownNames, LackingNames},
    base::{Series, Sha256, Version},
    command::support::failure::Failure,
    host::Cache,
    impact::{
        PublicNames, Shims, SurfaceRow,
        api::{self, Api},
        surface,
    },
    stdlib::{Baseline, SourceKind, bundled},
};

/// The names of the recorded releases.
#[derive(Default)]
pub(in crate::command) struct PublicNamesHere {
    pub(in crate::command) by_series: BTreeMap<Series, PublicNames>,
    /// Each release with its artifact, and whether that was verified.
    pub(in crate::command) releases: Vec<(Version, String, bool)>,
    /// Recorded series whose names could not be had, with the reason.
    pub(in crate::command) absent: BTreeMap<Series, String>,
    /// Why the last of them could not.
    pub(in crate::command) failure: Option<Failure>,
}

impl PublicNamesHere {
    /// What the modules of a tree lack of them: each module that is wanted with its private siblings, all where none is named.
    pub(in crate::command) fn rows(
        &self,
        shims: &Shims,
        attested: &BTreeSet<String>,
        wanted: &[String],
    ) -> Vec<SurfaceRow> {
        surface(&self.by_series, shims, attested, wanted)
    }

    /// The same of each module, as point 9 of the acceptance template takes it.
    pub(in crate::command) fn lacking(self, shims: &Shims) -> KnownNames {
        let rows = self.rows(shims, &BTreeSet::new(), &[]);
        let lacking = |it: SurfaceRow| {
            let series = |name: &String| it.required_by.get(name).cloned().unwrap_or_default();
            let missing = it.missing.iter().map(|name| (name.clone(), series(name))).collect();
            let not_looked_at = it.partly.into_iter().chain(it.not_looked_at).collect();
            (it.module, LackingNames { required: it.required, missing, unknown: it.unknown, not_looked_at })
        };
        KnownNames {
            modules: rows.into_iter().map(lacking).collect(),
            series: self.by_series.into_keys().collect(),
            absent: self.absent,
        }
    }

    /// Stops where no release could be had at all.
    pub(in crate::command) fn any(mut self) -> Result<Self, Failure> {
        match self.failure.take() {
            Some(failure) if self.by_series.is_empty() => Err(failure),
            _ => Ok(self),
        }
    }
}

/// What is kept.
#[derive(Serialize, Deserialize)]
struct KeptNames {
    form: u32,
    names: PublicNames,
}

/// Keeps the names of an interface apart from the rest of it, which is some hundred times as large.
pub(in crate::command) fn keep_names(cache: &Cache, digest: Sha256, api: &Api) -> io::Result<()> {
    if kept_names(cache, digest).is_some() {
        return Ok(());
    }
    let text = serde_json::to_string(&KeptNames { form: api::FORM, names: PublicNames::of(api) })?;
    cache.put_names(digest, &text)
}

/// The names that are kept of the archive with this digest.
pub(in crate::command) fn kept_names(cache: &Cache, digest: Sha256) -> Option<PublicNames> {
    let text = cache.names(digest)?;
    serde_json::from_str::<KeptNames>(&text).ok().filter(|it| it.form == api::FORM).map(|it| it.names)
}

/// What the cache has of the archive that a record was made from.
pub(in crate::command) fn known_names(cache: &Cache, baseline: &Baseline, version: Version) -> Option<PublicNames> {
    // what was rebuilt from a record has no names, and an interpreter no archive
    if baseline.provenance.source != SourceKind::ReleaseArchive {
        return None;
    }
    kept_names(cache, baseline.provenance.sha256?).filter(|it| it.release == Some(version))
}

/// The names of recorded releases that the cache has, for who has nothing else to ask; why those of one are not known. What a union
/// file says names no release, and what is bundled counts then, as for everything that reads records.
pub(in crate::command) fn cached_names<'a>(
    cache: &Cache,
    baselines: impl Iterator<Item = &'a Baseline>,
) -> Result<PublicNamesHere, String> {
    let recorded: Vec<&Baseline> = baselines.filter(|it| it.provenance.source != SourceKind::Imported).collect();
    let bundled = if recorded.is_empty() { bundled() } else { Vec::new() };
    let mut res = PublicNamesHere::default();
    for baseline in recorded.into_iter().chain(&bundled) {
        let Some(version) = baseline.facts.release else {
            return Err(format!("the record of {} names no release", baseline.series));
        };
        let names = known_names(cache, baseline, version).ok_or_else(|| not_at_hand(version))?;
        res.by_series.insert(baseline.series, names);
    }
    if res.by_series.is_empty() { Err("no release is recorded".to_owned()) } else { Ok(res) }
}

/// What is said of a release that nobody has read here.
pub(in crate::command) fn not_at_hand(version: Version) -> String {
    format!("the public names of CPython {version} are not at hand; `molt-sync surface` reads them")
}
