//! The workspace's stdlib tree as module names, by the rules of Molt's checker: `a/b.py` is the module `a.b`,
//! `a/b/__init__.py` the package `a.b`, the root's own `__init__.py` is `molt.stdlib`, and files whose name begins with a
//! dot are left out.

use std::collections::BTreeMap;

use crate::base::{FileError, Files, RelPath};

/// The module name of the tree's own `__init__.py`.
pub const ROOT_MODULE: &str = "molt.stdlib";

/// Where a name is implemented; both at once is a collision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamePlaces {
    /// `name.py`
    pub module: Option<RelPath>,
    /// `name/__init__.py`
    pub package: Option<RelPath>,
}

/// Every module of the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// By module name. Of two files that give one dotted name, `a.b.py` and `a/b.py`, the first in path order.
    pub names: BTreeMap<String, NamePlaces>,
    /// Every file with its module name, in path order.
    pub files: Vec<(RelPath, String)>,
}

impl Layout {
    /// Lists the tree below `root`.
    pub fn read(files: &dyn Files, root: &RelPath) -> Result<Self, FileError> {
        let named = |path: RelPath| {
            let (name, is_package) = path.below(root).and_then(module_name)?;
            Some((path, name, is_package))
        };
        let mut listed: Vec<_> = files.list(root, ".py")?.into_iter().filter_map(named).collect();
        // part by part: nothing sorts before the end of one
        listed.sort_by_cached_key(|(path, _, _)| path.as_str().replace('/', "\0"));
        let mut res = Self::default();
        for (path, name, is_package) in listed {
            let places = res.names.entry(name.clone()).or_default();
            let place = if is_package { &mut places.package } else { &mut places.module };
            place.get_or_insert_with(|| path.clone());
            res.files.push((path, name));
        }
        Ok(res)
    }

    /// The places of a name; none of them where it is missing.
    pub fn places(&self, name: &str) -> NamePlaces {
        self.names.get(name).cloned().unwrap_or_default()
    }
}

/// The module name of a path relative to the tree's root, and whether it is a package.
pub fn module_name(below: &str) -> Option<(String, bool)> {
    let stem = below.strip_suffix(".py")?;
    let file = stem.rsplit('/').next().unwrap_or(stem);
    if file.is_empty() || file.starts_with('.') {
        return None;
    }
    Some(match stem.strip_suffix("__init__") {
        Some("") => (ROOT_MODULE.to_owned(), true),
        Some(package) if package.ends_with('/') => (package.trim_end_matches('/').replace('/', "."), true),
        _ => (stem.replace('/', "."), false),
    })
}

impl NamePlaces {
    /// Whether there is anything at all.
    pub fn exist(&self) -> bool {
        self.module.is_some() || self.package.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_paths() {
        let name =
            |it| module_name(it).map(|(name, is_package)| format!("{name}{}", if is_package { "/" } else { "" }));
        for (path, expected) in [
            ("os.py", Some("os")),
            ("a/__init__.py", Some("a/")),
            ("a/b/c.py", Some("a.b.c")),
            ("__init__.py", Some("molt.stdlib/")),
            ("a/my__init__.py", Some("a.my__init__")),
            ("x.y.py", Some("x.y")),
            (".hidden.py", None),
            ("a/.py", None),
            ("a.txt", None),
        ] {
            assert_eq!(name(path).as_deref(), expected, "{path}");
        }
    }
}
