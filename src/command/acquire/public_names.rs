//! The public names of the recorded releases: those that the cache has by the digest that is recorded, else those of the archive.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Interface, interface_at_hand, interface_of};
use crate::{
    acceptance::{KnownNames, LackingNames},
    base::{Files, RelPath, Request, Series, Sha256, Version},
    command::support::{
        context::Context,
        failure::{Exit, Failure},
        known_baselines::recorded_here,
    },
    config::{Config, FILE},
    gates::MissingNames,
    host::Cache,
    impact::{
        PublicNames, Row, Shims,
        api::{self, Api},
        surface,
    },
    stdlib::{Baseline, SourceKind},
};

/// How far a run goes for the names of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::command) enum Reach {
    /// To the mirror, as everything that asks for a release does.
    Mirror,
    /// To what this machine has already: nobody is asked, so that a tree can be judged at any time.
    AtHand,
}

/// The names of the recorded releases.
#[derive(Default)]
pub(in crate::command) struct PublicNamesHere {
    pub(in crate::command) by_series: BTreeMap<Series, PublicNames>,
    /// Each release with its artifact, and whether that was verified.
    pub(in crate::command) releases: Vec<(Version, String, bool)>,
    /// Recorded series whose names could not be had, with the reason.
    pub(in crate::command) absent: BTreeMap<Series, String>,
    /// Why the last of them could not.
    failure: Option<Failure>,
}

impl PublicNamesHere {
    /// The names of one more release.
    pub(in crate::command) fn add(&mut self, interface: &Interface) {
        self.releases.push((interface.version, interface.artifact.clone(), interface.is_verified));
        self.by_series.insert(interface.version.series, PublicNames::of(&interface.api));
    }

    /// What the modules of a tree lack of them: each module that is wanted with its private siblings, all where none is named.
    pub(in crate::command) fn rows(
        &self,
        shims: &Shims,
        attested: &BTreeSet<String>,
        wanted: &[String],
    ) -> Vec<Row> {
        surface(&self.by_series, shims, attested, wanted)
    }

    /// The same of each module, as point 9 of the acceptance template takes it.
    pub(in crate::command) fn lacking(self, shims: &Shims) -> KnownNames {
        let rows = self.rows(shims, &BTreeSet::new(), &[]);
        let lacking = |it: Row| {
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

    /// How many names each module of a tree lacks, for the gate; none where the settings of that tree have no number.
    pub(in crate::command) fn missing(
        context: &Context,
        files: &dyn Files,
        config: &Config,
    ) -> Result<Option<MissingNames>, Failure> {
        let (Some(most), Ok(settings)) = (config.surface.max_missing, RelPath::new(FILE)) else { return Ok(None) };
        let (names, shims) =
            rayon::join(|| recorded_names(context, Reach::AtHand), || Shims::read(files, &config.paths.stdlib));
        let (names, shims) = (names?, shims?);
        let by_module = match names.absent.first_key_value() {
            Some((series, why)) => Err(format!("{series} was not looked at: {why}")),
            None => {
                let rows = names.rows(&shims, &BTreeSet::new(), &[]);
                Ok(rows.into_iter().map(|it| (it.module, it.missing.len())).collect())
            }
        };
        Ok(Some(MissingNames { most, settings, by_module }))
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
struct Kept {
    form: u32,
    names: PublicNames,
}

/// Keeps the names of an interface apart from the rest of it, which is some hundred times as large.
pub(super) fn keep_names(context: &Context, digest: Sha256, api: &Api) {
    let cache = context.cache();
    if kept(&cache, digest).is_some() {
        return;
    }
    let text = serde_json::to_string(&Kept { form: api::FORM, names: PublicNames::of(api) }).unwrap_or_default();
    if let Err(error) = cache.put_names(digest, &text) {
        context.terminal.detail(&format!("the public names were not cached: {error}"));
    }
}

fn kept(cache: &Cache, digest: Sha256) -> Option<PublicNames> {
    let text = cache.names(digest)?;
    serde_json::from_str::<Kept>(&text).ok().filter(|it| it.form == api::FORM).map(|it| it.names)
}

/// The names of every recorded release.
pub(in crate::command) fn recorded_names(context: &Context, reach: Reach) -> Result<PublicNamesHere, Failure> {
    let mut res = PublicNamesHere::default();
    for baseline in recorded_here(context)? {
        let Some(version) = baseline.facts.release else {
            res.absent.insert(baseline.series, "its record names no release".to_owned());
            continue;
        };
        if let Some(names) = known(context, &baseline, version) {
            let artifact = baseline.provenance.artifact.clone().unwrap_or_default();
            res.releases.push((version, artifact, true));
            res.by_series.insert(baseline.series, names);
            continue;
        }
        match interface(context, version, reach) {
            Ok(it) => res.add(&it),
            // without the release nothing is required of that series, and the answer says so
            Err(failure) if failure.exit == Exit::Usage => {
                let why = match reach {
                    Reach::Mirror => failure.message.clone(),
                    Reach::AtHand => not_at_hand(version),
                };
                res.absent.insert(baseline.series, why);
                res.failure = Some(failure);
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(res)
}

/// The names of recorded releases that the cache has, for who has nothing else to ask; why those of one are not known.
pub(in crate::command) fn cached_names<'a>(
    cache: &Cache,
    baselines: impl Iterator<Item = &'a Baseline>,
) -> Result<PublicNamesHere, String> {
    let mut res = PublicNamesHere::default();
    for baseline in baselines {
        let Some(version) = baseline.facts.release else {
            return Err(format!("the record of {} names no release", baseline.series));
        };
        let names = known_to(cache, baseline, version).ok_or_else(|| not_at_hand(version))?;
        res.by_series.insert(baseline.series, names);
    }
    if res.by_series.is_empty() { Err("no release is recorded".to_owned()) } else { Ok(res) }
}

fn not_at_hand(version: Version) -> String {
    format!("the public names of CPython {version} are not at hand; `molt-sync surface` reads them")
}

/// The names of one release, by the series that it is of.
pub(in crate::command) fn names_of(interfaces: &[Interface]) -> PublicNamesHere {
    let mut res = PublicNamesHere::default();
    interfaces.iter().for_each(|it| res.add(it));
    res
}

/// What the cache has of the archive that a record was made from.
fn known(context: &Context, baseline: &Baseline, version: Version) -> Option<PublicNames> {
    known_to(&context.cache(), baseline, version)
}

fn known_to(cache: &Cache, baseline: &Baseline, version: Version) -> Option<PublicNames> {
    // what was rebuilt from a record has no names, and an interpreter no archive
    if baseline.provenance.source != SourceKind::ReleaseArchive {
        return None;
    }
    kept(cache, baseline.provenance.sha256?).filter(|it| it.release == Some(version))
}

fn interface(context: &Context, version: Version, reach: Reach) -> Result<Interface, Failure> {
    match reach {
        Reach::Mirror => interface_of(context, Request::Exact(version)),
        Reach::AtHand => interface_at_hand(context, Request::Exact(version)),
    }
}
