//! What is recorded in a workspace, each input by itself: baselines, lock and attestation, and the dialect of the tree.

use std::collections::BTreeMap;

use crate::{
    audit::{Attestation, AttestationError, reads, spoken},
    base::{Dialect, Files, RelPath, Series, limits, text::conflict},
    command::support::{
        failure::{Exit, Failure},
        unknown::ATTESTED,
        unmerged::{merged, merged_lock, merged_record},
    },
    config::{Config, Paths},
    release::Lock,
    stdlib::{Baseline, Layout},
};

/// Where the baseline of a series is recorded.
pub(in crate::command) fn baseline_path(paths: &Paths, series: Series) -> RelPath {
    paths.baselines.join(&format!("{series}.json"))
}

/// Stops a run where something that is recorded cannot be read, also where the run itself needs nothing of it: what it says
/// of the rest would pass for all of it.
pub(in crate::command) fn whole_records(files: &dyn Files, paths: &Paths) -> Result<(), Failure> {
    all_unmerged(files, paths)?;
    lock(files, paths)?;
    baselines(files, paths).map(drop)
}

/// Refuses the records that a merge has left both sides in.
pub(in crate::command) fn all_unmerged(files: &dyn Files, paths: &Paths) -> Result<(), Failure> {
    for path in [&paths.union, &paths.ratchet] {
        unmerged(files, path, merged_record)?;
    }
    unmerged(files, &paths.attestation, merged)
}

/// Refuses a file that a merge has left both sides in, by that name and not by what a parser thinks of it.
fn unmerged(files: &dyn Files, path: &RelPath, told: fn(&str, usize) -> Failure) -> Result<(), Failure> {
    // that it cannot be read is told by what reads it for what it says
    match files.text(path).ok().flatten().as_deref().and_then(conflict) {
        Some(line) => Err(told(path.as_str(), line)),
        None => Ok(()),
    }
}

/// The configured dialect, else the one that the tree speaks.
pub(in crate::command) fn dialect(files: &dyn Files, config: &Config) -> Result<Dialect, Failure> {
    Ok(match config.audit.dialect {
        Some(dialect) => dialect,
        None => spoken(files, &config.paths.stdlib, &config.paths.checker)?.dialect(),
    })
}

/// What is attested. Where there is no file, nothing is; but where the tree's checker reads none, no module needs it.
pub(in crate::command) fn attestation(files: &dyn Files, paths: &Paths) -> Result<Attestation, Failure> {
    match Attestation::read(files, &paths.attestation) {
        Err(AttestationError::Missing(_)) if reads(files, &paths.stdlib, &paths.checker, ATTESTED)? => {
            Ok(Attestation::default())
        }
        Err(AttestationError::Missing(_)) => {
            let names = Layout::read(files, &paths.stdlib)?.files.into_iter().map(|(_, name)| name);
            Ok(Attestation { modules: names.collect(), is_unread: true, ..Attestation::default() })
        }
        other => Ok(other?),
    }
}

/// Every recorded baseline, by series.
pub(in crate::command) fn baselines(files: &dyn Files, paths: &Paths) -> Result<BTreeMap<Series, Baseline>, Failure> {
    each_baseline(files, paths)?.into_iter().map(|(series, it)| Ok((series, it?))).collect()
}

/// The same, where one that cannot be read does not keep the others: what stands in its place is never taken for nothing.
pub(in crate::command) fn each_baseline(
    files: &dyn Files,
    paths: &Paths,
) -> Result<BTreeMap<Series, Result<Baseline, Failure>>, Failure> {
    let mut res = BTreeMap::new();
    for path in files.list(&paths.baselines, ".json")? {
        let Ok(series) = path.file_name().trim_end_matches(".json").parse::<Series>() else {
            unmerged(files, &path, merged)?;
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
    unmerged(files, path, merged)?;
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
pub(in crate::command) fn lock(files: &dyn Files, paths: &Paths) -> Result<Lock, Failure> {
    if let Some(line) = files.text(&paths.lock)?.as_deref().and_then(conflict) {
        return Err(merged_lock(paths.lock.as_str(), line));
    }
    parsed(paths, &files.text(&paths.lock)?.unwrap_or_default())
}

pub(in crate::command) fn parsed(paths: &Paths, text: &str) -> Result<Lock, Failure> {
    Lock::parse(text).map_err(|error| {
        let message = format!("cannot read {}: {error}", paths.lock);
        Failure::new(Exit::Usage, message, "correct that line, or restore the file from git")
    })
}

/// The paths that documents name.
pub(in crate::command) fn paths_by_role(paths: &Paths) -> [(&'static str, String); 4] {
    [("baselines", &paths.baselines), ("lock", &paths.lock), ("union", &paths.union), ("ratchet", &paths.ratchet)]
        .map(|(role, path)| (role, path.to_string()))
}
