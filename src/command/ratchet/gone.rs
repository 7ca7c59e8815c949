//! Whether a module that is gone is missed: whoever takes it out of the union in the same change has finished nothing.

use crate::{
    base::Files,
    command::support::{base_commit::Base, failure::Failure, witnesses::contradictions},
    config::Config,
    gates::{Recorded, Required},
    stdlib::{Union, UnionFile, bundled},
    workspace::OtherUnion,
};

/// What says that a module may be gone.
pub(super) struct Gone {
    /// What the tree must have now.
    required: Required,
    /// What it had to have then.
    before: Union,
    /// What it must have now, series by series.
    now: Union,
    /// What is known of CPython: what is recorded here, else what comes with the tool.
    recorded: Recorded,
    is_recorded: bool,
}

impl Gone {
    /// By the union of now and that of then, each where its own settings say that it is.
    pub(super) fn new(
        (files, config): (&dyn Files, &Config),
        (before, base): (&dyn Files, &Base),
    ) -> Result<Self, Failure> {
        let then = &base.config;
        let other = OtherUnion::new(files, config);
        let (required, _) = Required::of_workspace(files, &config.paths.union, || other.get());
        other.whole()?;
        let mut recorded = contradictions(files, &config.paths, Some((base, before)))?;
        let is_recorded = !recorded.is_empty();
        if !is_recorded {
            recorded.baselines = bundled().into_iter().map(|it| (it.series, it)).collect();
        }
        Ok(Self { required, before: union(before, then)?, now: union(files, config)?, recorded, is_recorded })
    }

    /// What speaks against the records, a line each.
    pub(super) fn faults(&self) -> Vec<String> {
        lines(&self.recorded)
    }

    /// Whether the tree must have a module: the union says so, or a release that is recorded, or it said so then and no release
    /// says that it went. A series that is dropped as a whole takes its names with it.
    pub(super) fn is_missed(&self, name: &str) -> bool {
        let had =
            self.before.by_series.iter().filter(|(_, it)| it.modules.contains(name) || it.py_modules.contains(name));
        let mut kept = had.filter(|(series, _)| self.now.by_series.contains_key(series));
        self.required.has(name)
            || (self.is_recorded && self.recorded.has(name))
            || kept.any(|(series, _)| !self.recorded.is_without(*series, name))
    }
}

/// What is wrong with records, a line each.
pub(super) fn lines(recorded: &Recorded) -> Vec<String> {
    recorded.faults.iter().map(|(path, fault)| format!("{path}: {}", fault.message)).collect()
}

/// The union by its file, else by what is recorded.
fn union(files: &dyn Files, config: &Config) -> Result<Union, Failure> {
    if let Ok(Some(file)) = UnionFile::read(files, &config.paths.union) {
        return Ok(file.union);
    }
    let other = OtherUnion::new(files, config);
    let union = other.get();
    other.whole()?;
    Ok(union)
}
