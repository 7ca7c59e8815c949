//! What is known of recorded releases besides the records themselves: what the lock says, and the commit that a branch left.

use crate::{
    base::{Files, Version},
    command::support::{base_commit::Base, failure::Failure},
    config::Paths,
    gates::{Archive, Recorded, Then, Witnesses},
    release::{Lock, Locked, expected, pinned_digests},
    workspace::{accepted_older, each_baseline, lock},
};

/// Reads it, with what a commit has where there is one to compare with.
pub(in crate::command) fn witnesses(
    files: &dyn Files,
    paths: &Paths,
    then: Option<(&Base, &dyn Files)>,
) -> Result<Witnesses, Failure> {
    // nothing is older without another one to compare with
    let older = if then.is_some() { accepted_older(files, paths)? } else { Vec::new() };
    beside(&lock(files, paths)?, older, then)
}

/// The same where the lock is read already, and the older releases that a person took.
pub(in crate::command) fn beside(
    now: &Lock,
    older: Vec<Version>,
    then: Option<(&Base, &dyn Files)>,
) -> Result<Witnesses, Failure> {
    let locked = archives(now);
    let last = now.last_refresh.iter().filter_map(|(series, it)| {
        let release = it.get("release").and_then(toml::Value::as_str)?;
        Some((*series, release.parse().ok()?))
    });
    let pinned = locked.iter().map(|it| (it.release, pinned_digests(it.release)));
    let pinned = pinned.collect::<Vec<_>>().into_iter();
    let mut res = Witnesses {
        series: locked.iter().map(|it| it.release.series).chain(now.last_refresh.keys().copied()).collect(),
        refreshed: last.collect(),
        pinned: pinned.filter(|(_, it)| !it.is_empty()).collect(),
        locked,
        base: None,
        older,
        disputed: now.releases.iter().filter_map(disputed).collect(),
    };
    if let Some((base, files)) = then {
        let all = each_baseline(files, &base.config.paths)?;
        res.series.extend(all.keys());
        let name = base.commit[..base.commit.len().min(9)].to_owned();
        // one that could not be read then was believed by nobody
        let baselines = all.into_iter().filter_map(|(series, it)| Some((series, it.ok()?))).collect();
        // a lock that could not be read then vouched for nothing
        let locked = lock(files, &base.config.paths).map(|it| archives(&it)).unwrap_or_default();
        res.base = Some(Then { name, baselines, locked });
    }
    Ok(res)
}

/// What a lock has of recorded releases.
fn archives(lock: &Lock) -> Vec<Archive> {
    let recorded = lock.releases.iter().filter(|it| it.is_recorded());
    recorded.map(|it| Archive { release: it.version, sha256: it.sha256, names: it.names_sha256 }).collect()
}

/// The archive of an entry whose digest is not the one that molt-sync comes with.
fn disputed(it: &Locked) -> Option<String> {
    let known = expected(&Lock::default(), it.version, &it.artifact).ok()?;
    (known.sha256 != it.sha256).then(|| it.artifact.clone())
}

/// What is recorded in a workspace with what speaks against it; what the commit has as it is here is no matter of the branch.
pub(in crate::command) fn contradictions(
    files: &dyn Files,
    paths: &Paths,
    then: Option<(&Base, &dyn Files)>,
) -> Result<Recorded, Failure> {
    let mut recorded = Recorded::read(files, &paths.baselines, &paths.union)?;
    recorded.know(witnesses(files, paths, then)?, files, (&paths.baselines, &paths.union, &paths.lock));
    if let Some((base, before)) = then {
        let mut new = Vec::new();
        for (path, fault) in recorded.faults {
            let old = base.config.paths.baselines.join(path.file_name());
            if files.read(&path)? != before.read(&old)? {
                new.push((path, fault));
            }
        }
        recorded.faults = new;
    }
    Ok(recorded)
}
