//! Whether a name is a module's or a class's own, so that what happens to it is told there.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
};

use super::api::{Api, Kind, ModuleApi, Name};

/// Whether a module is there for everybody.
pub(super) fn is_public(module: &str) -> bool {
    !module.split('.').any(|it| it.starts_with('_'))
}

/// The classes that public modules have, by where they are defined: what they have is told of them there.
pub(super) fn told(api: &Api) -> BTreeSet<&str> {
    let modules = api.modules.iter().filter(|(module, _)| is_public(module));
    let classes = modules.flat_map(|(_, it)| it.names.iter()).filter(|(name, _)| !name.contains('.'));
    classes.filter(|(_, it)| it.kind == Kind::Class).filter_map(|(_, it)| it.origin.as_deref()).collect()
}

/// Whether a member is that of another class than the one that it is asked of, and among those that are told of.
pub(super) fn is_told(it: &Name, name: &str, around: &ModuleApi, told: &BTreeSet<&str>) -> bool {
    let owner = it.origin.as_deref().and_then(|it| it.rsplit_once('.')).map(|it| it.0);
    let class =
        name.rsplit_once('.').and_then(|(class, _)| around.names.get(class)).and_then(|it| it.origin.as_deref());
    owner.is_some_and(|it| name.contains('.') && class != Some(it) && told.contains(it))
}

/// Whether a module only passes a name on that it does not state itself: what happens to it is told where it comes from.
pub(super) fn is_passed_on(name: &str, module: &str, around: &ModuleApi) -> bool {
    let top = name.split('.').next().unwrap_or(name);
    let origin = around.names.get(top).and_then(|it| it.origin.as_deref()).and_then(|it| it.rsplit_once('.'));
    !around.is_stated && origin.is_some_and(|(owner, _)| owner != module && is_public(owner))
}

/// Whether a name that only one side has is a difference of its own: not below a class that only that side has, not what a
/// class has from another public one, and not on other platforms.
pub(super) fn counts(it: &Name, name: &str, module: &str, around: &Around<'_>, other: &BTreeMap<String, Name>) -> bool {
    let owner = name.rsplit_once('.').map(|it| it.0);
    it.is_usual()
        && !is_passed_on(name, module, around)
        && owner.is_none_or(|it| other.contains_key(it))
        && !is_inherited(it, name, module, around)
}

/// Whether a constant of an enumeration is one of the module too, where it is told.
pub(super) fn is_twin(name: &str, it: &Name, around: &ModuleApi) -> bool {
    it.kind == Kind::Data && name.rsplit_once('.').is_some_and(|(_, last)| around.names.contains_key(last))
}

/// A module, with its own names by where they are defined.
pub(super) struct Around<'a> {
    module: &'a ModuleApi,
    classes: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Around<'a> {
    pub(super) fn new(module: &'a ModuleApi) -> Self {
        let mut classes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, it) in module.names.iter().filter(|(name, _)| !name.contains('.')) {
            if let Some(origin) = &it.origin {
                classes.entry(origin).or_default().push(name);
            }
        }
        Self { module, classes }
    }
}

impl Deref for Around<'_> {
    type Target = ModuleApi;

    fn deref(&self) -> &ModuleApi {
        self.module
    }
}

/// Whether a member is that of another public class, where it is told.
pub(super) fn is_inherited(it: &Name, name: &str, module: &str, around: &Around<'_>) -> bool {
    let Some(origin) = it.origin.as_deref().filter(|_| name.contains('.')) else { return false };
    // the base may be called otherwise where it is defined
    let (owner, member) = origin.rsplit_once('.').unwrap_or((origin, ""));
    let class = name.split('.').next().unwrap_or(name);
    let is_here = around.classes.get(owner).is_some_and(|all| all.iter().any(|it| *it != class));
    let own = owner.strip_prefix(module).and_then(|it| it.strip_prefix('.'));
    let is_own = own.is_some_and(|it| around.names.contains_key(&format!("{it}.{member}")));
    is_here || is_own || is_public(owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::impact::api::tests::api_of;

    #[test]
    fn what_a_public_class_has_is_told_there() {
        let api = api_of(&[
            ("Lib/_a.py", "class F:\n    def f(self): pass\nclass T(F):\n    def t(self): pass\n"),
            ("Lib/a.py", "from _a import F, T\n__all__ = ['F', 'T']\n"),
            ("Lib/b.py", "from _a import T\n__all__ = ['T']\n"),
        ]);
        let told = told(&api);
        for (module, name, expected) in
            [("b", "T.f", true), ("b", "T.t", false), ("b", "T", false), ("a", "F.f", false)]
        {
            let around = &api.modules[module];
            assert_eq!(is_told(&around.names[name], name, around, &told), expected, "{module}.{name}");
        }
    }

    #[test]
    fn what_a_module_passes_on_is_told_elsewhere() {
        let api = api_of(&[
            ("Lib/a.py", "__all__ = ['C']\nclass C:\n    def m(self): pass\n"),
            ("Lib/b.py", "from a import *\nclass D: pass\n"),
            ("Lib/c.py", "from a import *\n__all__ = ['C']\n"),
            ("Lib/_d.py", "class E: pass\n"),
            ("Lib/e.py", "from _d import *\n"),
        ]);
        for (module, name, expected) in [
            ("b", "C", true),
            ("b", "C.m", true),
            ("b", "D", false),
            ("c", "C.m", false),
            ("e", "E", false),
            ("a", "C", false),
        ] {
            assert_eq!(is_passed_on(name, module, &api.modules[module]), expected, "{module}.{name}");
        }
    }
}
