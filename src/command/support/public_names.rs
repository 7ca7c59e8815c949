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
    release::Lock,
    stdlib::{Baseline, SourceKind, bundled, bundled_series},
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
        match self.failure.take_if(|_| self.by_series.is_empty()) {
            Some(failure) => Err(failure),
            None => Ok(self),
        }
    }
}

/// What is kept.
#[derive(Serialize, Deserialize)]
struct KeptNames {
    form: u32,
    /// What they were read from, where the key does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    artifact: Option<String>,
    names: PublicNames,
}

/// Keeps the names of an interface apart from the rest of it, which is some hundred times as large.
pub(in crate::command) fn keep_names(cache: &Cache, digest: Sha256, api: &Api) -> io::Result<()> {
    if kept_names(cache, digest).is_some() {
        return Ok(());
    }
    put(cache, digest, (PublicNames::of(api), None))
}

/// Keeps the names of a release by its version, for records that are bound to no archive. Every workspace takes them, so that what
/// verified the release must not be the word of one of them.
pub(in crate::command) fn keep_names_of_release(
    cache: &Cache,
    version: Version,
    (names, artifact): (PublicNames, &str),
) -> io::Result<()> {
    put(cache, of_version(version), (names, Some(artifact.to_owned())))
}

fn put(cache: &Cache, key: Sha256, (names, artifact): (PublicNames, Option<String>)) -> io::Result<()> {
    cache.put_names(key, &serde_json::to_string(&KeptNames { form: api::FORM, artifact, names })?)
}

/// The key of names that are kept by a version.
fn of_version(version: Version) -> Sha256 {
    Sha256::of(format!("the public names of CPython {version}").as_bytes())
}

/// The names that are kept of the archive with this digest.
pub(in crate::command) fn kept_names(cache: &Cache, digest: Sha256) -> Option<PublicNames> {
    kept(cache, digest).map(|it| it.names)
}

fn kept(cache: &Cache, key: Sha256) -> Option<KeptNames> {
    serde_json::from_str::<KeptNames>(&cache.names(key)?).ok().filter(|it| it.form == api::FORM)
}

/// What the cache has of the archive that a record was made from, or of the release where the record binds it to no archive: of one
/// that the lock names, or that was verified by what no workspace says; and what they were read from.
pub(in crate::command) fn known_names(
    cache: &Cache,
    lock: &Lock,
    baseline: &Baseline,
    version: Version,
) -> Option<(PublicNames, String)> {
    let of = |key: Sha256| kept(cache, key).filter(|it| it.names.release == Some(version));
    if let Some(found) = archive_of(baseline).and_then(of) {
        return Some((found.names, baseline.provenance.artifact.clone().unwrap_or_default()));
    }
    if is_bound(baseline) {
        return None;
    }
    if let Some(found) = of(of_version(version)) {
        return Some((found.names, found.artifact.unwrap_or_default()));
    }
    let locked = lock.releases.iter().filter(|it| it.version == version);
    locked.filter_map(|it| Some((of(it.sha256)?.names, it.artifact.clone()))).next()
}

/// The digest of the archive that a record was made from: what was rebuilt or put together has no names of its own.
fn archive_of(baseline: &Baseline) -> Option<Sha256> {
    baseline.provenance.sha256.filter(|_| baseline.provenance.source == SourceKind::ReleaseArchive)
}

/// Whether only the archive that a record was made from has its names. What is bundled is of a release, whichever of its archives
/// there is.
pub(in crate::command) fn is_bound(baseline: &Baseline) -> bool {
    let digest = archive_of(baseline);
    digest.is_some() && bundled_series(baseline.series).is_none_or(|it| it.provenance.sha256 != digest)
}

/// The names of recorded releases that the cache has, for who has nothing else to ask; why those of one are not known. What a union
/// file says names no release, and what is bundled counts then, as for everything that reads records.
pub(in crate::command) fn cached_names<'a>(
    cache: &Cache,
    lock: &Lock,
    baselines: impl Iterator<Item = &'a Baseline>,
) -> Result<PublicNamesHere, String> {
    let recorded: Vec<&Baseline> = baselines.filter(|it| it.provenance.source != SourceKind::Imported).collect();
    let bundled = if recorded.is_empty() { bundled() } else { Vec::new() };
    let mut res = PublicNamesHere::default();
    for baseline in recorded.into_iter().chain(&bundled) {
        let Some(version) = baseline.facts.release else {
            return Err(format!("the record of {} names no release", baseline.series));
        };
        let (names, _) = known_names(cache, lock, baseline, version).ok_or_else(|| not_at_hand(version))?;
        res.by_series.insert(baseline.series, names);
    }
    if res.by_series.is_empty() { Err("no release is recorded".to_owned()) } else { Ok(res) }
}

/// What is said of a release that nobody has read here.
pub(in crate::command) fn not_at_hand(version: Version) -> String {
    format!(
        "the public names of CPython {version} are not at hand; `molt-sync surface` reads them where the release can be had"
    )
}
