//! What the branches of the repository propose and nobody has merged: a machine that is new for each look remembers nothing else of
//! what was out.

use std::collections::BTreeMap;

use crate::{
    base::{Files as _, Series, Version},
    command::support::{failure::Failure, workspace::Workspace},
    host::git,
    stdlib::Baseline,
    workspace::baseline_path,
};

/// By series, the releases on the remote branches `molt-sync/SERIES` that are newer than what is `recorded`.
///
/// # Errors
/// When git does not answer: that is not a sign of there being no branch.
pub(super) fn proposed(
    workspace: &Workspace,
    recorded: &BTreeMap<Series, Version>,
) -> Result<BTreeMap<Series, Version>, Failure> {
    let root = &workspace.root;
    let mut res = BTreeMap::new();
    if !git::is_repository(root)? {
        return Ok(res);
    }
    for (series, known) in recorded {
        let Some(tip) = git::fetched_tip(root, &format!("molt-sync/{series}"))? else { continue };
        let path = baseline_path(&workspace.config.paths, *series);
        // a record that cannot be read is told by the checks of its branch
        let text = git::files(root, &tip, &[&path])?.text(&path).unwrap_or_default();
        let release = text.and_then(|it| Baseline::parse(&it).ok()?.facts.release);
        res.extend(release.filter(|it| it.series == *series && it > known).map(|it| (*series, it)));
    }
    Ok(res)
}
