//! A series of which nothing is recorded, as the workspace's union file names it.

use super::{
    baseline::{Baseline, Provenance, SourceKind},
    facts::{ModuleKind, ReleaseFacts, StdlibModule, is_identifier},
    union::SeriesNames,
};
use crate::base::{FileError, RelPath, Series};

impl SeriesNames {
    /// The same names as a baseline, for a series that is known from the workspace's union file at `from` alone.
    pub fn import(&self, series: Series, from: &RelPath) -> Result<Baseline, FileError> {
        // a baseline with such a name is written and not read again
        let refuse = |what: String| Err(FileError::unusable(from, "", what));
        let module = |kind| StdlibModule { kind, path: None, platforms: Vec::new() };
        let mut facts = ReleaseFacts { top_level: self.modules.clone(), ..ReleaseFacts::default() };
        for name in self.modules.union(&self.py_modules) {
            let top = name.split('.').next().unwrap_or(name);
            if !name.split('.').all(is_identifier) {
                return refuse(format!("it lists `{}` for {series}, which is not a module name", name.escape_debug()));
            }
            if !self.modules.contains(top) {
                return refuse(format!("it lists `{name}` for {series} and not its top-level name `{top}`"));
            }
            let kind = match name {
                _ if self.py_packages.contains(name) || self.packages.contains(name) => ModuleKind::Package,
                _ if self.py_modules.contains(name) => ModuleKind::Module,
                _ => ModuleKind::Extension,
            };
            facts.modules.insert(name.clone(), module(kind));
        }
        let provenance = Provenance {
            source: SourceKind::Imported,
            artifact: Some(from.file_name().to_owned()),
            sha256: None,
            verified_by: None,
            note: Some("names only; a refresh of this series replaces it".into()),
        };
        Ok(Baseline { series, provenance, facts })
    }
}
