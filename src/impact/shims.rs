//! What the workspace's modules bind, by their syntax alone.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::api::{ModuleSource, ReleaseModules};
use crate::{
    base::{FileError, Files, RelPath},
    python::{self, Export, ParseMeter, Scope},
    stdlib::Layout,
};

/// The modules of a tree.
pub struct Shims {
    files: BTreeMap<String, ShimRow>,
}

struct ShimRow {
    path: String,
    is_package: bool,
    /// What it binds; why that is not known where it is not.
    scope: Result<Scope, String>,
}

/// What a module is said to bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShimStanding {
    /// It does.
    Present,
    /// It does not.
    Missing,
    /// Its syntax does not show it.
    Unknown,
}

impl Shims {
    /// Reads every module below `root`.
    ///
    /// # Errors
    /// When a file cannot be read for a reason that lies outside of it, and when all are too much together.
    pub fn read(files: &dyn Files, root: &RelPath) -> Result<Self, FileError> {
        let layout = Layout::read(files, root)?;
        let meter = ParseMeter::default();
        meter.add_files(layout.files.len());
        let read = |(path, name): &(RelPath, String)| {
            let scope = match files.read(path) {
                Ok(Some(bytes)) if meter.admits(bytes.len()) => python::decode(bytes)
                    .and_then(|it| meter.parse(&it.text).map(|module| python::api(&module, &it.text)))
                    .map_err(|error| error.to_string()),
                Ok(Some(_)) => Err("all files together are too much to be read".into()),
                Ok(None) => Err("it is a link to nothing".into()),
                Err(error) if error.is_about_the_file() => Err(error.source.to_string()),
                Err(error) => return Err(error),
            };
            let is_package = path.file_name() == "__init__.py";
            Ok((name.clone(), ShimRow { path: path.to_string(), is_package, scope }))
        };
        let all: Result<Vec<_>, FileError> = layout.files.par_iter().with_max_len(1).map(read).collect();
        Ok(Self { files: all?.into_iter().collect() })
    }

    /// Every module.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// A module's file, where there is one.
    pub fn path(&self, module: &str) -> Option<&str> {
        self.files.get(module).map(|it| it.path.as_str())
    }

    /// How names stand in modules.
    pub fn all<'a>(&self, wanted: &[(&str, Vec<&'a str>)]) -> Vec<Vec<(&'a str, ShimStanding)>> {
        let native = BTreeMap::new();
        let sources = self.files.iter().filter_map(|(name, it)| {
            let scope = it.scope.as_ref().ok()?;
            Some((name.clone(), ModuleSource { path: &it.path, is_package: it.is_package, scope }))
        });
        let modules = ReleaseModules::new(sources.collect(), &native);
        wanted.iter().map(|(module, names)| self.standing_in(&modules, module, names.iter().copied())).collect()
    }

    fn standing_in<'a>(
        &self,
        modules: &ReleaseModules<'_>,
        module: &str,
        names: impl Iterator<Item = &'a str>,
    ) -> Vec<(&'a str, ShimStanding)> {
        let Some(shim) = self.files.get(module) else {
            // `os.path` can be an object that `os` makes
            let is_bound = module.rsplit_once('.').is_some_and(|(of, name)| modules.bound(of).contains(name));
            let standing = if is_bound { ShimStanding::Unknown } else { ShimStanding::Missing };
            return names.map(|it| (it, standing)).collect();
        };
        let Ok(scope) = &shim.scope else { return names.map(|it| (it, ShimStanding::Unknown)).collect() };
        let bound: BTreeSet<String> = modules.bound(module);
        // what is followed no further may bind it
        let is_open = modules.effort.was_cut()
            || !scope.computed.is_empty()
            || scope.exports.iter().flatten().any(|it| matches!(it, Export::Unknown(_)))
            || scope.stars.iter().any(|(from, _)| !modules.is_known(module, from));
        let stand = |name: &'a str| {
            let is_there = bound.contains(name)
                || scope.answered.contains(name)
                || self.files.contains_key(&format!("{module}.{name}"));
            let standing = match (is_there, is_open) {
                (true, _) => ShimStanding::Present,
                (false, true) => ShimStanding::Unknown,
                (false, false) => ShimStanding::Missing,
            };
            (name, standing)
        };
        names.map(stand).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Memory;

    #[test]
    fn a_module_that_another_one_makes_as_an_object_is_not_known() {
        let mut files = Memory::default();
        let path = |it: &str| RelPath::new(it).unwrap();
        files.0.insert(path("lib/os.py"), b"class _Path:\n    pass\n\n\npath = _Path()\n".to_vec());
        let shims = Shims::read(&files, &path("lib")).unwrap();
        let found = shims.all(&[("os.path", vec!["join"]), ("os.other", vec!["join"])]);
        let standings: Vec<ShimStanding> = found.iter().map(|it| it[0].1).collect();
        assert_eq!(standings, [ShimStanding::Unknown, ShimStanding::Missing]);
    }
}
