//! Sources of facts that are there and cannot be believed: records that speak against each other, and modules that cannot be
//! judged. What follows from them is not known, and nothing is written that states it.

use crate::{
    audit::{Audit, Unreadable},
    base::{FileError, Files, RelPath, Sha256, number_of},
    command::support::{failure::Failure, state::WorkspaceState, witnesses::contradictions},
    config::Paths,
    stdlib::UnionFile,
    workspace::{SourceEffect, Unknown},
};

/// Finds them.
///
/// # Errors
/// When a record or the lock cannot be read at all.
pub(super) fn unbelieved(files: &dyn Files, state: &WorkspaceState, audit: &Audit) -> Result<Vec<Unknown>, Failure> {
    let mut res = records(files, state)?;
    res.extend(unjudged(audit));
    Ok(res)
}

/// The first module that cannot be judged: how many are in which state is not known without it.
pub(in crate::command) fn unjudged(audit: &Audit) -> Option<Unknown> {
    let mut odd = audit.records.iter().filter_map(|it| Some((it, it.summary.as_ref().err()?)));
    let (record, why) = odd.next()?;
    let (place, why) = match why {
        Unreadable::File(why) => (String::new(), why.as_str()),
        Unreadable::Syntax(error) => (format!(" at {}:{}", error.line, error.column), error.message.as_str()),
    };
    let more = match odd.count() {
        0 => String::new(),
        more => format!(", as is so with {}", number_of(more, "more module")),
    };
    Some(Unknown {
        path: record.path.clone(),
        why: format!(
            "{} cannot be judged ({why}{place}){more}, so the states of the modules are not known",
            record.path
        ),
        repair: "repair the module; `molt-sync gates --only source` lists all of them".into(),
        of: SourceEffect::Statuses,
    })
}

/// The record, or the union, that is not what the others say.
fn records(files: &dyn Files, state: &WorkspaceState) -> Result<Vec<Unknown>, Failure> {
    let paths = &state.paths;
    // what agreed once agrees as long as no byte of it is another one
    let key = digest(files, paths)?;
    if state.cache.history(key).is_some() {
        return Ok(Vec::new());
    }
    let recorded = contradictions(files, paths, None)?;
    let unknown = |path: RelPath, why: &str| Unknown {
        why: format!("{path} cannot be believed ({why}), so what the supported series require is not known"),
        path,
        repair: "restore it from git; `molt-sync gates --only recorded-union` says what else puts it right".into(),
        of: SourceEffect::Union,
    };
    if let Some((path, fault)) = recorded.faults.first() {
        return Ok(vec![unknown(path.clone(), &fault.message)]);
    }
    // one that is not there, or cannot be read, is told already
    let differs = recorded.union.as_ref().is_some_and(|it| recorded.expected(&paths.union, it) != *it);
    let why = "it is not the union of the recorded baselines";
    if differs {
        return Ok(vec![unknown(paths.union.clone(), why)]);
    }
    // a cache that cannot be written to costs time and nothing else
    drop(state.cache.put_history(key, "they agree"));
    Ok(Vec::new())
}

/// The digest of all that the records say, and of the program that holds them against each other.
fn digest(files: &dyn Files, paths: &Paths) -> Result<Sha256, FileError> {
    let mut all = files.list(&paths.baselines, ".json")?;
    all.extend([paths.lock.clone(), paths.union.clone()]);
    all.extend(UnionFile::siblings_at(files, &paths.union));
    let mut text = concat!("records that agree 1 ", env!("CARGO_PKG_VERSION")).to_owned();
    for path in all {
        let digest = files.read(&path)?.map(|it| Sha256::of(&it).to_string());
        text += &format!("\0{path}\0{}", digest.unwrap_or_default());
    }
    Ok(Sha256::of(text.as_bytes()))
}
