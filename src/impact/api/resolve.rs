//! Names followed from module to module: re-exports, stars, modules under another name, classes and their bases.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use super::{name::Kind, native::NativeNames};
use crate::python::{Bound, Class, Filter, ImportOrigin, NameBinding, Scope};

/// How many steps a name is followed, one behind the other, and in all directions together.
pub(super) const STEPS: u8 = 24;
const QUESTION: u32 = 2_000;
/// How many modules take names over, one behind the other.
const DEEPEST: u32 = 200;
/// How many public names all modules have together, each module by itself; those of 3.13.5 are some 20,000.
const ROOM: usize = 1_000_000;

/// A Python module.
pub(in crate::impact) struct ModuleSource<'a> {
    pub(in crate::impact) path: &'a str,
    pub(in crate::impact) is_package: bool,
    pub(in crate::impact) scope: &'a Scope,
}

/// What a name leads to.
#[derive(Clone, Copy)]
pub(super) enum Found<'a> {
    /// Something that a Python file binds: the module, the name there, and what it is bound to.
    Python(&'a str, &'a str, &'a Bound),
    /// The same of a class, by way of an instance.
    Attribute(&'a str, &'a str, &'a Bound),
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
pub(in crate::impact) struct ReleaseModules<'a> {
    pub(super) python: BTreeMap<String, ModuleSource<'a>>,
    pub(super) native: &'a BTreeMap<String, NativeNames>,
    /// Modules under another name.
    pub(in crate::impact) aliases: BTreeMap<String, String>,
    /// Modules of C code not all of whose names are seen.
    pub(super) computed: BTreeSet<String>,
    /// The modules of which a module takes over the names, each once, with the line where it does so last; in the order of these lines.
    stars: HashMap<String, Vec<(String, u32)>>,
    /// How many more steps the question at hand may take.
    left: Cell<u32>,
    /// What is public of each module, once it was asked for; none while it is being found out.
    public: RefCell<HashMap<String, Option<Public>>>,
    /// Behind how many other modules the one stands that is asked for.
    depth: Cell<u32>,
    /// How many more names the public ones of all modules may be.
    room: Cell<usize>,
}

/// What is said of a module whose names are too many.
fn full() -> String {
    format!("names beyond {ROOM} of all modules together")
}

impl<'a> ReleaseModules<'a> {
    pub(in crate::impact) fn new(
        python: BTreeMap<String, ModuleSource<'a>>,
        native: &'a BTreeMap<String, NativeNames>,
    ) -> Self {
        let (aliases, computed, left) = (BTreeMap::new(), BTreeSet::new(), Cell::new(QUESTION));
        let mut res = Self {
            python,
            native,
            aliases,
            computed,
            stars: HashMap::new(),
            left,
            public: RefCell::default(),
            depth: Cell::new(0),
            room: Cell::new(ROOM),
        };
        let takers = res.python.iter().filter(|(_, it)| !it.scope.stars.is_empty());
        res.stars = takers.map(|(module, it)| (module.clone(), res.last_stars(module, it.scope))).collect();
        res
    }

    /// A file may take over the names of the same module again and again.
    fn last_stars(&self, module: &str, scope: &Scope) -> Vec<(String, u32)> {
        let mut seen = HashSet::new();
        let all = scope.stars.iter().rev().map(|(from, line)| (self.absolute(module, from), *line));
        let mut res: Vec<(String, u32)> = all.filter(|(from, _)| seen.insert(from.clone())).collect();
        res.reverse();
        res
    }

    fn stars(&self, module: &str) -> &[(String, u32)] {
        self.stars.get(module).map(Vec::as_slice).unwrap_or_default()
    }

    /// The module's own name, if there is such a module.
    pub(super) fn module(&'a self, name: &str) -> Option<&'a str> {
        let name = self.aliases.get(name).map_or(name, String::as_str);
        let python = self.python.get_key_value(name).map(|(it, _)| it.as_str());
        python.or_else(|| self.native.get_key_value(name).map(|(it, _)| it.as_str()))
    }

    /// The module that a `from` in `here` names.
    pub(super) fn absolute(&self, here: &str, from: &ImportOrigin) -> String {
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
        self.asked(|| self.dotted_in(module, name, STEPS))
    }

    /// What a name leads to.
    pub(super) fn look(&'a self, module: &str, name: &str) -> Option<Found<'a>> {
        self.asked(|| self.look_in(module, name, STEPS))
    }

    /// A question of its own, also where it comes up inside of another one.
    pub(super) fn asked<T>(&self, ask: impl FnOnce() -> T) -> T {
        let before = self.left.replace(QUESTION);
        let res = ask();
        self.left.set(before);
        res
    }

    pub(super) fn dotted_in(&'a self, module: &str, name: &str, steps: u8) -> Option<Found<'a>> {
        let steps = steps.checked_sub(1)?;
        let mut parts = name.split('.');
        let first = parts.next()?;
        let mut at = self
            .look_in(module, first, steps)
            .or_else(|| self.past(module, first, steps))
            .or_else(|| self.builtin(first))?;
        for part in parts {
            at = match at {
                Found::Module(module) => self.look_in(module, part, steps)?,
                owner => self.attribute(owner, part, steps)?,
            };
        }
        Some(at)
    }

    /// What a name led to that a module has deleted since.
    fn past(&'a self, module: &str, name: &str, steps: u8) -> Option<Found<'a>> {
        let (module, source) = self.python.get_key_value(module)?;
        let (name, bound) = source.scope.past.get_key_value(name)?;
        Some(self.followed(module, name, bound, steps).unwrap_or(Found::Python(module, name, bound)))
    }

    fn builtin(&'a self, name: &str) -> Option<Found<'a>> {
        let (module, names) = self.native.get_key_value("builtins")?;
        names.get_key_value(name).map(|(name, _)| Found::Native(module, name))
    }

    pub(super) fn look_in(&'a self, module: &str, name: &str, steps: u8) -> Option<Found<'a>> {
        let steps = steps.checked_sub(1)?;
        self.left.set(self.left.get().checked_sub(1)?);
        let module = self.aliases.get(module).map_or(module, String::as_str);
        let native = || {
            let (module, names) = self.native.get_key_value(module)?;
            names.get_key_value(name).map(|(name, _)| Found::Native(module, name))
        };
        let Some((module, source)) = self.python.get_key_value(module) else { return native() };
        let scope = source.scope;
        let own = scope.names.get_key_value(name);
        // a star behind the name binds it again
        for (from, line) in self.stars(module).iter().rev() {
            let later = own.is_none_or(|(_, it)| it.line < *line || it.condition.is_some());
            if later
                && from != module
                && self.gives(from, name)
                && let Some(found) = self.look_in(from, name, steps)
            {
                // what only other platforms have takes the place of nothing here
                if own.is_some() && self.is_foreign(found) {
                    continue;
                }
                return Some(self.better(module, scope, name, found, steps));
            }
        }
        let Some((name, bound)) = own else {
            let below = self.module(&format!("{module}.{name}")).map(Found::Module);
            let taken = || {
                scope.takes.iter().filter(|it| it.fits(name)).find_map(|it| {
                    match self.dotted_in(module, it.from.as_deref()?, steps)? {
                        Found::Module(from) => self.look_in(from, name, steps),
                        owner => self.attribute(owner, name, steps),
                    }
                })
            };
            // what C code has that does not show it
            let fallback = || self.fallback(module, scope, name, steps);
            return below.or_else(taken).or_else(fallback).or_else(|| {
                let made = |class: &'a Class| class.is_global.then(|| class.scope.names.get_key_value(name)).flatten();
                scope.names.values().find_map(|it| match &it.binding {
                    NameBinding::Class(class) => made(class).map(|(name, bound)| Found::Python(module, name, bound)),
                    _ => None,
                })
            });
        };
        let followed = self.followed(module, name, bound, steps);
        if let (None, NameBinding::From(from, _)) = (followed, &bound.binding) {
            // an import that fails, and the file goes on
            let from = self.absolute(module, from);
            let is_native = self.native.contains_key(&from) && !self.python.contains_key(&from);
            if bound.is_tried && is_native && !self.computed.contains(&from) {
                return None;
            }
        }
        Some(followed.unwrap_or(Found::Python(module, name, bound)))
    }

    /// What something that is bound to another name leads to.
    fn followed(&'a self, module: &str, name: &str, bound: &'a Bound, steps: u8) -> Option<Found<'a>> {
        match &bound.binding {
            NameBinding::From(from, theirs) => {
                let from = self.absolute(module, from);
                // a package may have a name and a module that is called the same
                let attribute = if from == *module { None } else { self.look_in(&from, theirs, steps) };
                attribute.or_else(|| self.module(&format!("{from}.{theirs}")).map(Found::Module))
            }
            NameBinding::Module(it) => self.module(it).map(Found::Module),
            NameBinding::Same(it) if it == name => self.builtin(it),
            NameBinding::Same(it) => self.dotted_in(module, it, steps),
            NameBinding::Method(it) => {
                let (class, name) = it.rsplit_once('.')?;
                self.member(self.dotted_in(module, class, steps)?, name, steps, true)
            }
            // a type that code makes may be one of C code
            NameBinding::Class(class) if class.bases.first().is_some_and(String::is_empty) => {
                let (module, names) = self.native.get_key_value(module)?;
                names.get_key_value(name).map(|(name, _)| Found::Native(module, name))
            }
            _ => None,
        }
    }

    /// Whether only other platforms have something of C code.
    fn is_foreign(&self, found: Found<'_>) -> bool {
        let Found::Native(module, name) = found else { return false };
        self.native.get(module).and_then(|it| it.get(name)).is_some_and(|it| !it.is_usual())
    }

    /// What Python code has in place of C code under a name.
    fn fallback(&'a self, module: &str, scope: &Scope, name: &str, steps: u8) -> Option<Found<'a>> {
        let all = scope.fallbacks.iter().filter(|_| self.is_accelerated(module));
        all.map(|it| self.absolute(module, it)).find_map(|it| self.look_in(&it, name, steps))
    }

    /// What C code gives, or what Python code has in its place where that says more.
    fn better(&'a self, module: &str, scope: &Scope, name: &str, found: Found<'a>, steps: u8) -> Found<'a> {
        let Found::Native(native, theirs) = found else { return found };
        let is_data = self.native.get(native).and_then(|it| it.get(theirs)).is_some_and(|it| it.kind == Kind::Data);
        let is_more = |it: &Found<'_>| {
            matches!(it, Found::Python(_, _, Bound { binding: NameBinding::Class(_) | NameBinding::Function(_), .. }))
        };
        let other = if is_data { self.fallback(module, scope, name, steps).filter(is_more) } else { None };
        other.unwrap_or(found)
    }

    /// Whether a file takes names over from C code.
    fn is_accelerated(&self, module: &str) -> bool {
        self.stars(module).iter().any(|(from, _)| self.native.contains_key(from) && !self.python.contains_key(from))
    }

    /// Whether a name of a module is that of a star behind it.
    pub(super) fn is_from_star(&'a self, module: &str, name: &str) -> bool {
        let Some(source) = self.python.get(module) else { return false };
        let own = source.scope.names.get(name);
        self.stars(module).iter().any(|(from, line)| {
            let later = own.is_none_or(|it| it.line < *line || it.condition.is_some());
            later && from != module && self.gives(from, name)
        })
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

    /// Whether `from module import *` gives a name.
    fn gives(&'a self, module: &str, name: &str) -> bool {
        let module = self.aliases.get(module).map_or(module, String::as_str);
        let Some(source) = self.python.get(module) else {
            let is_public = !name.starts_with('_') && !name.contains('.');
            return is_public && self.native.get(module).is_some_and(|it| it.contains_key(name));
        };
        let is_stated = source.scope.exports.is_some();
        if !is_stated && !name.starts_with('_') && source.scope.names.contains_key(name) {
            return true;
        }
        if let Some(known) = self.public.borrow().get(module) {
            return known.as_ref().is_some_and(|it| it.names.contains(name));
        }
        self.public(module).names.contains(name)
    }

    /// Every name that a module binds, but for those that it takes over.
    pub(in crate::impact) fn bound(&'a self, module: &str) -> BTreeSet<String> {
        match self.python.get(module) {
            Some(source) => {
                let stars = self.stars(module).iter().flat_map(|(from, _)| self.star(from));
                source.scope.names.keys().cloned().chain(stars).collect()
            }
            None => self.star(module),
        }
    }

    /// Whether a module of Python binds a name, which `bound` would tell by listing all of them.
    pub(in crate::impact) fn binds(&'a self, module: &str, name: &str) -> bool {
        self.python.get(module).is_some_and(|it| it.scope.names.contains_key(name))
            || self.stars(module).iter().any(|(from, _)| self.gives(from, name))
    }

    /// Whether the module that a `from` in `here` names is among these.
    pub(in crate::impact) fn is_known(&self, here: &str, from: &ImportOrigin) -> bool {
        self.module(&self.absolute(here, from)).is_some()
    }

    /// Whether a module takes over all public names of another.
    pub(super) fn takes_over(&self, module: &str, other: &str) -> bool {
        self.stars(module).iter().any(|(from, _)| from == other)
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
        let depth = self.depth.get();
        if depth >= DEEPEST {
            let why = format!("names that come through more than {DEEPEST} modules");
            return Public { unknown: vec![why], ..Public::default() };
        }
        if self.room.get() == 0 {
            return Public { unknown: vec![full()], ..Public::default() };
        }
        self.depth.set(depth + 1);
        self.public.borrow_mut().insert(module.to_owned(), None);
        let res = match self.python.get(module) {
            Some(source) => self.of_source(module, source.scope),
            None => Public { names: self.star(module), ..Public::default() },
        };
        self.depth.set(depth);
        let left = self.room.get().checked_sub(res.names.len());
        self.room.set(left.unwrap_or(0));
        let res = if left.is_some() { res } else { Public { unknown: vec![full()], ..Public::default() } };
        self.public.borrow_mut().insert(module.to_owned(), Some(res.clone()));
        res
    }

    /// The names that a file binds itself, or takes from a private module, and that are not modules.
    pub(super) fn own(&'a self, module: &str, scope: &'a Scope, filter: Filter) -> BTreeSet<String> {
        let package = module.split('.').next().unwrap_or(module);
        let is_own = |from: &str| {
            let is_private = from.split('.').any(|it| it.starts_with('_'));
            (is_private && from != "__future__")
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
        let stars = self.stars(module).iter().map(|(from, _)| from.clone());
        let fallbacks = scope.fallbacks.iter().filter(|_| self.is_accelerated(module));
        let all: BTreeSet<String> = stars.chain(fallbacks.map(|from| self.absolute(module, from))).collect();
        for from in &all {
            if from != module {
                res.extend(self.star(from).into_iter().filter(|it| !it.starts_with('_')));
            }
        }
        res
    }
}
