//! Which names of a module are public, and which it binds at all: stars and exports followed from module to module.

use std::collections::BTreeSet;

use super::{
    public::Public,
    resolve::{Found, ReleaseModules},
};
use crate::python::{Filter, NameBinding, Scope};

/// How many modules take names over, one behind the other.
const DEEPEST: u32 = 200;

impl<'a> ReleaseModules<'a> {
    /// What `from module import *` gives.
    pub(super) fn star(&'a self, module: &str) -> BTreeSet<String> {
        let module = self.aliases.get(module).map_or(module, String::as_str);
        let Some(source) = self.python.get(module) else {
            let Some(names) = self.native.get(module).filter(|it| self.effort.takes(it.len())) else {
                return BTreeSet::new();
            };
            return names.keys().filter(|it| !it.starts_with('_') && !it.contains('.')).cloned().collect();
        };
        if source.scope.exports.is_some() {
            return self.public(module).names;
        }
        if !self.effort.takes(source.scope.names.len()) {
            return BTreeSet::new();
        }
        let mut res: BTreeSet<String> = source.scope.names.keys().filter(|it| !it.starts_with('_')).cloned().collect();
        if self.known.all.borrow().get(module).is_none_or(Option::is_some) {
            res.extend(self.public(module).names);
        }
        res
    }

    /// Whether `from module import *` gives a name.
    pub(super) fn gives(&'a self, module: &str, name: &str) -> bool {
        let module = self.aliases.get(module).map_or(module, String::as_str);
        let Some(source) = self.python.get(module) else {
            let is_public = !name.starts_with('_') && !name.contains('.');
            return is_public && self.native.get(module).is_some_and(|it| it.contains_key(name));
        };
        let is_stated = source.scope.exports.is_some();
        if !is_stated && !name.starts_with('_') && source.scope.names.contains_key(name) {
            return true;
        }
        if let Some(known) = self.known.all.borrow().get(module) {
            if known.as_ref().is_some_and(|it| it.is_cut) {
                self.effort.cut();
            }
            return known.as_ref().is_some_and(|it| it.names.contains(name));
        }
        self.public(module).names.contains(name)
    }

    /// Every name that a module binds, but for those that it takes over.
    pub(in crate::impact) fn bound(&'a self, module: &str) -> BTreeSet<String> {
        match self.python.get(module) {
            Some(source) => {
                if !self.effort.takes(source.scope.names.len()) {
                    return BTreeSet::new();
                }
                let stars = source.scope.stars.iter().flat_map(|(from, _)| self.star(&self.absolute(module, from)));
                source.scope.names.keys().cloned().chain(stars).collect()
            }
            None => self.star(module),
        }
    }

    /// The public names of a module.
    pub(super) fn public(&'a self, module: &str) -> Public {
        if let Some(known) = self.known.all.borrow().get(module) {
            // modules that take over each other's names
            let Some(known) = known else { return Public::default() };
            if !known.is_cut && self.effort.takes(known.names.len()) {
                return known.clone();
            }
            self.effort.cut();
            return Public { is_cut: true, ..Public::default() };
        }
        let depth = self.known.depth.get();
        if depth >= DEEPEST {
            self.effort.cut();
        }
        if self.effort.is_cut() {
            return Public { is_cut: true, ..Public::default() };
        }
        self.known.depth.set(depth + 1);
        self.known.all.borrow_mut().insert(module.to_owned(), None);
        let res = match self.python.get(module) {
            Some(source) => self.of_source(module, source.scope),
            None => Public { names: self.star(module), ..Public::default() },
        };
        self.known.depth.set(depth);
        let res = if self.effort.is_cut() { Public { is_cut: true, ..Public::default() } } else { res };
        self.known.all.borrow_mut().insert(module.to_owned(), Some(res.clone()));
        res
    }

    /// The names that a file binds itself, or takes from a private module, and that are not modules.
    pub(super) fn own(&'a self, module: &str, scope: &'a Scope, filter: Filter) -> BTreeSet<String> {
        let mut res = BTreeSet::new();
        if !self.effort.takes(scope.names.len()) {
            return res;
        }
        let package = module.split('.').next().unwrap_or(module);
        let is_own = |from: &str| {
            let is_private = from.split('.').any(|it| it.starts_with('_'));
            (is_private && from != "__future__")
                || (self.python.get(module).is_some_and(|it| it.is_package) && from.split('.').next() == Some(package))
        };
        for (name, bound) in &scope.names {
            let fits = match filter {
                Filter::Public => !name.starts_with('_'),
                Filter::Capitals => {
                    name.starts_with(|it: char| it.is_ascii_uppercase())
                        && !name.contains(|it: char| it.is_ascii_lowercase())
                }
            };
            let is_name = match &bound.binding {
                NameBinding::Module(_) => false,
                NameBinding::From(from, _) => filter == Filter::Capitals || is_own(&self.absolute(module, from)),
                _ => true,
            };
            let is_module = || matches!(self.look(module, name), Some(Found::Module(_)));
            if fits && is_name && !is_module() {
                res.insert(name.clone());
            }
            if let NameBinding::Class(class) = &bound.binding
                && class.is_global
            {
                res.extend(class.scope.names.keys().filter(|it| !it.starts_with('_')).cloned());
            }
        }
        for it in &scope.takes {
            let names = match it.from.as_deref().and_then(|it| self.dotted(module, it)) {
                Some(Found::Module(from)) => self.bound(from),
                Some(owner) => self.attributes(owner).unwrap_or_default(),
                None => continue,
            };
            res.extend(names.into_iter().filter(|name| !name.starts_with('_') && it.fits(name)));
        }
        let stars = scope.stars.iter().map(|(from, _)| from);
        let fallbacks = scope.fallbacks.iter().filter(|_| self.is_accelerated(module, scope));
        for from in stars.chain(fallbacks) {
            let from = self.absolute(module, from);
            if from != module {
                res.extend(self.star(&from).into_iter().filter(|it| !it.starts_with('_')));
            }
        }
        res
    }
}
