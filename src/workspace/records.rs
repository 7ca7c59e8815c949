//! What is recorded in a workspace, each input by itself, and the dialect of its tree.

use std::collections::BTreeMap;

use super::{
    damage::{Damage, Input, Reading},
    sources::ATTESTED,
};
use crate::{
    audit::{Attestation, AttestationError, Ratchet, reads, spoken},
    base::{Dialect, FileError, Files, RelPath, Series},
    config::{Config, Paths},
    docs::LastRefresh,
    release::Lock,
    stdlib::{Baseline, Layout, UnionFile, recorded_baselines},
};

/// Where the baseline of a series is recorded.
pub fn baseline_path(paths: &Paths, series: Series) -> RelPath {
    paths.baselines.join(&format!("{series}.json"))
}

/// The paths that documents name.
pub fn paths_by_role(paths: &Paths) -> [(&'static str, String); 4] {
    [("baselines", &paths.baselines), ("lock", &paths.lock), ("union", &paths.union), ("ratchet", &paths.ratchet)]
        .map(|(role, path)| (role, path.to_string()))
}

/// Stops a run where something that is recorded cannot be read, also where the run itself needs nothing of it: what it says
/// of the rest would pass for all of it.
pub fn whole_records(files: &dyn Files, paths: &Paths) -> Reading<()> {
    all_unmerged(files, paths)?;
    lock(files, paths)?;
    baselines(files, paths).map(drop)
}

/// Refuses the records that a merge has left both sides in.
pub fn all_unmerged(files: &dyn Files, paths: &Paths) -> Reading<()> {
    let named =
        [(Input::Union, &paths.union), (Input::Budget, &paths.ratchet), (Input::Attestation, &paths.attestation)];
    let recorded = files.list(&paths.baselines, ".json")?;
    for (input, path) in named.into_iter().chain(recorded.iter().map(|it| (Input::Baseline, it))) {
        // that it cannot be read is told by what reads it for what it says
        let text = files.text(path).ok().flatten().unwrap_or_default();
        if let Some(damage) = Damage::conflict(input, path.as_str(), &text) {
            return Err(damage);
        }
    }
    Ok(())
}

/// Every recorded baseline, by series.
pub fn baselines(files: &dyn Files, paths: &Paths) -> Reading<BTreeMap<Series, Baseline>> {
    each_baseline(files, paths)?.into_iter().map(|(series, it)| Ok((series, it?))).collect()
}

/// The same, where one that cannot be read does not keep the others.
pub fn each_baseline(files: &dyn Files, paths: &Paths) -> Reading<BTreeMap<Series, Reading<Baseline>>> {
    let read = |it: Result<(Baseline, _), FileError>| match it {
        Ok((baseline, _)) => Ok(baseline),
        Err(error) => Err(Damage::of(Input::Baseline, &error)),
    };
    Ok(recorded_baselines(files, &paths.baselines)?.into_iter().map(|it| (it.series, read(it.read))).collect())
}

/// The lock; an empty one where there is no file.
pub fn lock(files: &dyn Files, paths: &Paths) -> Reading<Lock> {
    parsed(paths, &files.text(&paths.lock)?.unwrap_or_default())
}

/// The lock of that text.
pub fn parsed(paths: &Paths, text: &str) -> Reading<Lock> {
    Lock::parse(text).map_err(|error| Damage::text(Input::Lock, paths.lock.as_str(), text, error.to_string()))
}

/// The text of a lock that is to be written. One that nobody could read again is none.
///
/// # Errors
/// When it has become too long.
pub fn lock_text(lock: &Lock, paths: &Paths) -> Reading<String> {
    let text = lock.text();
    parsed(paths, &text).map(|_| text)
}

/// The last refresh of all series, as the lock says.
pub fn last_refresh(lock: &Lock, paths: &Paths) -> Reading<Option<LastRefresh>> {
    let damaged = |why: String| Damage {
        repair: "restore the file from git".into(),
        ..Damage::text(Input::Lock, paths.lock.as_str(), "", format!("its table last_refresh is damaged: {why}"))
    };
    let mut all = Vec::new();
    for (series, table) in &lock.last_refresh {
        let it = LastRefresh::try_from_toml(toml::Value::Table(table.clone()));
        let it = it.map_err(|error| damaged(error.message().to_owned()))?;
        if it.series != *series {
            return Err(damaged(format!("that of {series} is about {}", it.series)));
        }
        all.push(it);
    }
    // two branches can give the same number to two series
    Ok(all.into_iter().max_by_key(|it| (it.order, it.series)))
}

/// The union file and its siblings; none where there is no file.
pub fn union_file(files: &dyn Files, paths: &Paths) -> Reading<Option<UnionFile>> {
    UnionFile::read(files, &paths.union).map_err(|error| Damage::of(Input::Union, &error))
}

/// The budget; none where there is no file.
pub fn ratchet(files: &dyn Files, paths: &Paths) -> Reading<Option<Ratchet>> {
    Ratchet::read(files, &paths.ratchet).map_err(|error| Damage::of(Input::Budget, &error.into()))
}

/// The configured dialect, else the one that the tree speaks.
pub fn dialect(files: &dyn Files, config: &Config) -> Reading<Dialect> {
    Ok(match config.audit.dialect {
        Some(dialect) => dialect,
        None => spoken(files, &config.paths.stdlib, &config.paths.checker)?.dialect(),
    })
}

/// What is attested. Where there is no file, nothing is; but where the tree's checker reads none, no module needs it.
pub fn attestation(files: &dyn Files, paths: &Paths) -> Reading<Attestation> {
    match Attestation::read(files, &paths.attestation) {
        Err(AttestationError::Missing(_)) if reads(files, &paths.stdlib, &paths.checker, ATTESTED)? => {
            Ok(Attestation::default())
        }
        Err(AttestationError::Missing(_)) => {
            let names = Layout::read(files, &paths.stdlib)?.files.into_iter().map(|(_, name)| name);
            Ok(Attestation { modules: names.collect(), is_unread: true, ..Attestation::default() })
        }
        other => other.map_err(|error| Damage::of(Input::Attestation, &error.into())),
    }
}
