//! Sources of facts that are there and cannot be believed: records that speak against each other, and modules that cannot be
//! judged. What follows from them is not known, and nothing is written that states it.

use crate::{
    audit::{Audit, Unreadable},
    base::{Files, RelPath, number_of},
    command::support::{failure::Failure, state::WorkspaceState, witnesses::contradictions},
    workspace::{SourceEffect, Unknown},
};

/// Finds them.
///
/// # Errors
/// When a record or the lock cannot be read at all.
pub(super) fn unbelieved(files: &dyn Files, state: &WorkspaceState, audit: &Audit) -> Result<Vec<Unknown>, Failure> {
    let mut res = records(files, state)?;
    let mut odd = audit.records.iter().filter_map(|it| Some((it, it.summary.as_ref().err()?)));
    if let Some((record, why)) = odd.next() {
        let (place, why) = match why {
            Unreadable::File(why) => (String::new(), why.as_str()),
            Unreadable::Syntax(error) => (format!(" at {}:{}", error.line, error.column), error.message.as_str()),
        };
        let more = match odd.count() {
            0 => String::new(),
            more => format!(", as is so with {}", number_of(more, "more module")),
        };
        res.push(Unknown {
            path: record.path.clone(),
            why: format!(
                "{} cannot be judged ({why}{place}){more}, so the states of the modules are not known",
                record.path
            ),
            repair: "repair the module; `molt-sync gates --only source` lists all of them".into(),
            of: SourceEffect::Statuses,
        });
    }
    Ok(res)
}

/// The record, or the union, that is not what the others say.
fn records(files: &dyn Files, state: &WorkspaceState) -> Result<Vec<Unknown>, Failure> {
    let paths = &state.paths;
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
    Ok(if differs { vec![unknown(paths.union.clone(), why)] } else { Vec::new() })
}
