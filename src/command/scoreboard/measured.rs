//! The tree as the scoreboard counts it, of the workspace or of a commit.

use std::collections::BTreeMap;

use crate::{
    audit::{Audit, Record, Rules},
    base::{Files, RelPath},
    command::support::{
        failure::{Exit, Failure},
        unknown::refuse,
    },
    config::Config,
    gates::Required,
    python::ParseMeter,
    scoreboard::Tree,
    stdlib::Layout,
    workspace::{OtherUnion, SourceEffect, attestation, dialect, stub_templates, union_file, unknown},
};

/// A tree, and what it was counted by.
pub(super) struct Counted {
    pub(super) tree: Tree,
    pub(super) audit: Audit,
    is_early: bool,
}

/// Another tree, and whether a file of it is the same in this one.
pub(super) type MeasuredTree<'a> = (&'a Counted, &'a (dyn Fn(&RelPath) -> bool + Sync));

/// The tree of `files`.
pub(super) fn tree(files: &dyn Files, config: &Config) -> Result<Tree, Failure> {
    Ok(counted(files, config, None)?.tree)
}

/// The same. Where another tree is known, with whether a file of it is the same here, the records of those files are taken from it.
pub(super) fn counted(files: &dyn Files, config: &Config, known: Option<MeasuredTree<'_>>) -> Result<Counted, Failure> {
    let paths = &config.paths;
    // a checker that has statuses which are not known leaves the states in doubt; without the attestation there are none
    let (doubts, none): (Vec<_>, Vec<_>) = unknown(files, config, true)?
        .into_iter()
        .filter(|it| it.of == SourceEffect::Statuses)
        .partition(|it| it.path == paths.checker);
    refuse(&none)?;
    let attestation = attestation(files, paths)?;
    let templates = stub_templates(files, paths)?;
    let rules = Rules {
        dialect: dialect(files, config)?,
        attested: &attestation.modules,
        stubs: Some(&templates),
        is_early: attestation.is_unread,
    };
    let layout = Layout::read(files, &paths.stdlib)?;
    let is_early = rules.is_early;
    // what one file says depends on these rules alone
    let known = known.filter(|(it, _)| (it.audit.dialect, it.is_early) == (rules.dialect, is_early));
    let records: BTreeMap<&RelPath, &Record> =
        known.iter().flat_map(|(it, _)| &it.audit.records).map(|it| (&it.path, it)).collect();
    let same = |path: &RelPath| known.filter(|(_, is_same)| is_same(path)).and_then(|_| records.get(path).copied());
    let audit = Audit::of_layout_beside(files, &paths.stdlib, &layout, rules, &ParseMeter::default(), &same)?;
    let other = OtherUnion::new(files, config);
    let (required, fault) = Required::of_workspace(files, &paths.union, || other.get());
    other.whole()?;
    // a union that is not there is another one; one that is damaged is none
    if let (Some(fault), true) = (fault, files.read(&paths.union)?.is_some()) {
        // Molt's checker wants more of it than is needed to write it
        union_file(files, paths)?;
        return Err(Failure::new(Exit::Usage, fault.message, format!("restore {} from git", paths.union)));
    }
    let doubt = doubts.first().map(|it| format!("by the rules of {}: {}", audit.dialect, it.why));
    Ok(Counted { tree: Tree { doubt, ..Tree::new(&audit, &layout, &required) }, audit, is_early })
}
