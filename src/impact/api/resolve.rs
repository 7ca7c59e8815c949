//! Names followed from module to module: re-exports, stars, modules under another name, classes and their bases.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use super::native::Names;
use crate::python::{Binding, Bound, Class, Export, Filter, Origin, Scope};

/// How many steps a name is followed.
const STEPS: u8 = 24;

/// A Python module.
pub(in crate::impact) struct Source<'a> {
    pub(in crate::impact) path: &'a str,
    pub(in crate::impact) is_package: bool,
    pub(in crate::impact) scope: &'a Scope,
}

/// What a name leads to.
#[derive(Clone, Copy)]
pub(super) enum Found<'a> {
    /// Something that a Python file binds: the module, the name there, and what it is bound to.
    Python(&'a str, &'a str, &'a Bound),
    /// Something of C code: the module, and the dotted name there.
    Native(&'a str, &'a str),
    /// A module.
    Module(&'a str),
}

/// The public names of a module, and how sure they are.
#[derive(Default, Clone)]
pub(super) struct Public {
    pub(super) names: BTreeSet<String>,
    /// Whether the module says itself which they are.
    pub(super) is_stated: bool,
    /// What is not known of them, in words.
    pub(super) unknown: Vec<String>,
}

/// All modules of a release.
pub(in crate::impact) struct Modules<'a> {
    pub(super) python: BTreeMap<String, Source<'a>>,
    pub(super) native: &'a BTreeMap<String, Names>,
    /// Modules under another name.
    pub(in crate::impact) aliases: BTreeMap<String, String>,
    /// What is public of each module, once it was asked for; none while it is being found out.
    public: RefCell<HashMap<String, Option<Public>>>,
}

impl<'a> Modules<'a> {
    pub(in crate::impact) fn new(python: BTreeMap<String, Source<'a>>, native: &'a BTreeMap<String, Names>) -> Self {
        Self { python, native, aliases: BTreeMap::new(), public: RefCell::default() }
    }

    /// The module's own name, if there is such a module.
    fn module(&'a self, name: &str) -> Option<&'a str> {
        let name = self.aliases.get(name).map_or(name, String::as_str);
        let python = self.python.get_key_value(name).map(|(it, _)| it.as_str());
        python.or_else(|| self.native.get_key_value(name).map(|(it, _)| it.as_str()))
    }

    /// The module that a `from` in `here` names.
    fn absolute(&self, here: &str, from: &Origin) -> String {
        if from.level == 0 {
            return from.module.clone();
        }
        let mut parts: Vec<&str> = here.split('.').collect();
        let is_package = self.python.get(here).is_some_and(|it| it.is_package);
        let up = from.level as usize - usize::from(is_package);
        parts.truncate(parts.len().saturating_sub(up));
        if !from.module.is_empty() {
            parts.push(&from.module);
        }
        parts.join(".")
    }

    /// What a dotted name leads to in a module.
    pub(super) fn dotted(&'a self, module: &str, name: &str) -> Option<Found<'a>> {
        self.dotted_in(module, name, STEPS)
    }

    /// What a name leads to.
    pub(super) fn look(&'a self, module: &str, name: &str) -> Option<Found<'a>> {
        self.look_in(module, name, STEPS)
    }

    fn dotted_in(&'a self, module: &str, name: &str, steps: u8) -> Option<Found<'a>> {
        let mut parts = name.split('.');
        let mut at = self.look_in(module, parts.next()?, steps)?;
        for part in parts {
            at = match at {
                Found::Module(module) => self.look_in(module, part, steps)?,
                Found::Python(_, _, Bound { binding: Binding::Class(class), .. }) => {
                    let (name, bound) = class.scope.names.get_key_value(part)?;
                    let Found::Python(module, ..) = at else { return None };
                    Found::Python(module, name, bound)
                }
                Found::Native(module, owner) => {
                    let (name, _) = self.native.get(module)?.get_key_value(&format!("{owner}.{part}"))?;
                    Found::Native(module, name)
                }
                Found::Python(..) => return None,
            };
        }
        Some(at)
    }

    fn look_in(&'a self, module: &str, name: &str, steps: u8) -> Option<Found<'a>> {
        let steps = steps.checked_sub(1)?;
        let module = self.aliases.get(module).map_or(module, String::as_str);
        let native = || {
            let (module, names) = self.native.get_key_value(module)?;
            names.get_key_value(name).map(|(name, _)| Found::Native(module, name))
        };
        let Some((module, source)) = self.python.get_key_value(module) else { return native() };
        let scope = source.scope;
        let own = scope.names.get_key_value(name);
        // a star behind the name binds it again
        for (from, line) in scope.stars.iter().rev() {
            let from = self.absolute(module, from);
            let later = own.is_none_or(|(_, it)| it.line < *line || it.condition.is_some());
            if later
                && from != *module
                && self.star(&from).contains(name)
                && let Some(found) = self.look_in(&from, name, steps)
            {
                return Some(found);
            }
        }
        let Some((name, bound)) = own else {
            let below = self.module(&format!("{module}.{name}")).map(Found::Module);
            let taken = || {
                scope.takes.iter().filter(|it| it.fits(name)).find_map(|it| {
                    match self.dotted_in(module, it.from.as_deref()?, steps)? {
                        Found::Module(from) => self.look_in(from, name, steps),
                        _ => None,
                    }
                })
            };
            return below.or_else(taken).or_else(|| {
                let made = |class: &'a Class| class.is_global.then(|| class.scope.names.get_key_value(name)).flatten();
                scope.names.values().find_map(|it| match &it.binding {
                    Binding::Class(class) => made(class).map(|(name, bound)| Found::Python(module, name, bound)),
                    _ => None,
                })
            });
        };
        let followed = match &bound.binding {
            Binding::From(from, theirs) => {
                let from = self.absolute(module, from);
                // a package may have a name and a module that is called the same
                let attribute = if from == *module { None } else { self.look_in(&from, theirs, steps) };
                attribute.or_else(|| self.module(&format!("{from}.{theirs}")).map(Found::Module))
            }
            Binding::Module(it) => self.module(it).map(Found::Module),
            Binding::Same(it) if it != name => self.dotted_in(module, it, steps),
            _ => None,
        };
        Some(followed.unwrap_or(Found::Python(module, name, bound)))
    }

    /// What `from module import *` gives.
    fn star(&'a self, module: &str) -> BTreeSet<String> {
        let module = self.aliases.get(module).map_or(module, String::as_str);
        let Some(source) = self.python.get(module) else {
            let names = self.native.get(module).into_iter().flat_map(|it| it.keys());
            return names.filter(|it| !it.starts_with('_') && !it.contains('.')).cloned().collect();
        };
        if source.scope.exports.is_some() {
            return self.public(module).names;
        }
        let mut res: BTreeSet<String> = source.scope.names.keys().filter(|it| !it.starts_with('_')).cloned().collect();
        if self.public.borrow().get(module).is_none_or(Option::is_some) {
            res.extend(self.public(module).names);
        }
        res
    }

    /// Every name that a module binds, but for those that it takes over.
    pub(in crate::impact) fn bound(&'a self, module: &str) -> BTreeSet<String> {
        match self.python.get(module) {
            Some(source) => {
                let stars = source.scope.stars.iter().flat_map(|(from, _)| self.star(&self.absolute(module, from)));
                source.scope.names.keys().cloned().chain(stars).collect()
            }
            None => self.star(module),
        }
    }

    /// Whether the module that a `from` in `here` names is among these.
    pub(in crate::impact) fn is_known(&self, here: &str, from: &Origin) -> bool {
        self.module(&self.absolute(here, from)).is_some()
    }

    /// Whether a module takes over all public names of another.
    pub(super) fn takes_over(&self, module: &str, other: &str) -> bool {
        let source = self.python.get(module);
        source.is_some_and(|it| it.scope.stars.iter().any(|(from, _)| self.absolute(module, from) == other))
    }

    /// What a name depends on where a module binds it.
    pub(super) fn condition(&self, module: &str, name: &str) -> Option<String> {
        self.python.get(module)?.scope.names.get(name)?.condition.clone()
    }

    /// The public names of a module.
    pub(super) fn public(&'a self, module: &str) -> Public {
        if let Some(known) = self.public.borrow().get(module) {
            // modules that take over each other's names
            return known.clone().unwrap_or_default();
        }
        self.public.borrow_mut().insert(module.to_owned(), None);
        let res = match self.python.get(module) {
            Some(source) => self.of_source(module, source.scope),
            None => Public { names: self.star(module), ..Public::default() },
        };
        self.public.borrow_mut().insert(module.to_owned(), Some(res.clone()));
        res
    }

    fn of_source(&'a self, module: &str, scope: &'a Scope) -> Public {
        let Some(exports) = &scope.exports else {
            return Public { names: self.own(module, scope, Filter::Public), ..Public::default() };
        };
        let mut res = Public { is_stated: true, ..Public::default() };
        for part in exports {
            match part {
                Export::Names(names) => res.names.extend(names.iter().cloned()),
                Export::Of(name) | Export::Public(name) => match self.dotted(module, name) {
                    Some(Found::Module(it)) => {
                        let theirs = self.public(it);
                        res.names.extend(theirs.names.into_iter().filter(|it| !it.starts_with('_')));
                        res.unknown.extend(theirs.unknown);
                    }
                    _ => res.unknown.push(format!("names that __all__ takes from {name}")),
                },
                Export::Own(filter) => res.names.extend(self.own(module, scope, *filter)),
                Export::Without(names) => names.iter().for_each(|it| _ = res.names.remove(it)),
                Export::Unknown(text) => res.unknown.push(format!("names that __all__ takes from `{text}`")),
            }
        }
        // where a part is not known, what the file defines itself is taken to be in it
        if !res.unknown.is_empty() {
            res.names.extend(self.own(module, scope, Filter::Public));
        }
        res
    }

    /// The names that a file binds itself, or takes from a private module, and that are not modules.
    fn own(&'a self, module: &str, scope: &'a Scope, filter: Filter) -> BTreeSet<String> {
        let package = module.split('.').next().unwrap_or(module);
        let is_own = |from: &str| {
            let is_private = from.split('.').any(|it| it.starts_with('_'));
            is_private
                || (self.python.get(module).is_some_and(|it| it.is_package) && from.split('.').next() == Some(package))
        };
        let mut res = BTreeSet::new();
        for (name, bound) in &scope.names {
            let fits = match filter {
                Filter::Public => !name.starts_with('_'),
                Filter::Capitals => {
                    name.starts_with(|it: char| it.is_ascii_uppercase())
                        && !name.contains(|it: char| it.is_ascii_lowercase())
                }
            };
            let is_name = match &bound.binding {
                Binding::Module(_) => false,
                Binding::From(from, _) => filter == Filter::Capitals || is_own(&self.absolute(module, from)),
                _ => true,
            };
            let is_module = || matches!(self.look(module, name), Some(Found::Module(_)));
            if fits && is_name && !is_module() {
                res.insert(name.clone());
            }
            if let Binding::Class(class) = &bound.binding
                && class.is_global
            {
                res.extend(class.scope.names.keys().filter(|it| !it.starts_with('_')).cloned());
            }
        }
        for it in &scope.takes {
            let Some(Found::Module(from)) = it.from.as_deref().and_then(|it| self.dotted(module, it)) else { continue };
            res.extend(self.bound(from).into_iter().filter(|name| !name.starts_with('_') && it.fits(name)));
        }
        for (from, _) in &scope.stars {
            let from = self.absolute(module, from);
            if from != module && (is_own(&from) || filter == Filter::Capitals) {
                res.extend(self.star(&from).into_iter().filter(|it| !it.starts_with('_')));
            }
        }
        res
    }

    /// A class and its bases, as far as they are known, in the order in which their members count; and whether all of them are.
    pub(super) fn bases(&'a self, found: Found<'a>) -> (Vec<Found<'a>>, bool) {
        let mut res: Vec<Found<'a>> = Vec::new();
        let mut seen = HashSet::new();
        let mut is_whole = true;
        let mut open = vec![found];
        let mut steps = 0;
        while let Some(it) = open.pop() {
            steps += 1;
            let Some(key) = key_of(it) else { continue };
            if steps > 500 {
                break;
            }
            // of several ways to a base, the last one counts: what is between comes before it
            if !seen.insert(key) {
                res.retain(|it| key_of(*it) != Some(key));
            }
            res.push(it);
            let Found::Python(module, _, Bound { binding: Binding::Class(class), .. }) = it else { continue };
            for base in class.bases.iter().rev() {
                match self.dotted(module, base) {
                    Some(
                        base @ (Found::Native(..) | Found::Python(_, _, Bound { binding: Binding::Class(_), .. })),
                    ) => {
                        open.push(base);
                    }
                    _ => {
                        is_whole &= matches!(
                            base.as_str(),
                            "object" | "Generic" | "typing.Generic" | "Protocol" | "abc.ABC" | "ABC"
                        );
                    }
                }
            }
        }
        (res, is_whole)
    }
}

/// What tells one class from another.
fn key_of(found: Found<'_>) -> Option<(&str, &str, u32)> {
    match found {
        Found::Python(module, name, bound) => Some((module, name, bound.line)),
        Found::Native(module, name) => Some((module, name, 0)),
        Found::Module(_) => None,
    }
}
