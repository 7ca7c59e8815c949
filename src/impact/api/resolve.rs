//! Names followed from module to module: re-exports, stars, modules under another name, classes and their bases.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap},
};

use super::{effort::Effort, name::Kind, native::NativeNames, public::KnownPublic};
use crate::python::{Bound, Class, ImportOrigin, NameBinding, Scope};

/// How many steps a name is followed, one behind the other, and in all directions together.
pub(super) const STEPS: u8 = 24;
const QUESTION: u32 = 2_000;

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

/// All modules of a release.
pub(in crate::impact) struct ReleaseModules<'a> {
    pub(super) python: BTreeMap<String, ModuleSource<'a>>,
    pub(super) native: &'a BTreeMap<String, NativeNames>,
    /// Modules under another name.
    pub(in crate::impact) aliases: BTreeMap<String, String>,
    /// Modules of C code not all of whose names are seen.
    pub(super) computed: BTreeSet<String>,
    /// The classes whose members are names of their module too.
    spread: HashMap<String, Vec<&'a Class>>,
    /// How many more steps the question at hand may take.
    left: Cell<u32>,
    /// The modules by whose stars it has come, each with the name that is asked of it.
    way: RefCell<Vec<(String, String)>>,
    pub(super) known: KnownPublic,
    pub(in crate::impact) effort: Effort,
}

impl<'a> ReleaseModules<'a> {
    pub(in crate::impact) fn new(
        python: BTreeMap<String, ModuleSource<'a>>,
        native: &'a BTreeMap<String, NativeNames>,
    ) -> Self {
        let (aliases, computed, left) = (BTreeMap::new(), BTreeSet::new(), Cell::new(QUESTION));
        let mut spread: HashMap<String, Vec<&'a Class>> = HashMap::new();
        for (name, it) in &python {
            let classes = it.scope.names.values().filter_map(|it| match &it.binding {
                NameBinding::Class(class) if class.is_global => Some(&**class),
                _ => None,
            });
            let classes: Vec<&'a Class> = classes.collect();
            if !classes.is_empty() {
                spread.insert(name.clone(), classes);
            }
        }
        let (known, effort) = (KnownPublic::default(), Effort::new());
        Self { python, native, aliases, computed, spread, left, way: RefCell::default(), known, effort }
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
        let Some(left) = self.left.get().checked_sub(1) else {
            self.effort.cut();
            return None;
        };
        self.left.set(left);
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
            if !self.effort.takes(1) {
                return None;
            }
            let later = own.is_none_or(|(_, it)| it.line < *line || it.condition.is_some());
            if later && from != *module && self.gives(&from, name) {
                let Some(found) = self.by_star(module, &from, name, steps) else { continue };
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
                scope.takes.iter().take_while(|_| self.effort.takes(1)).filter(|it| it.fits(name)).find_map(|it| {
                    match self.dotted_in(module, it.from.as_deref()?, steps)? {
                        Found::Module(from) => self.look_in(from, name, steps),
                        owner => self.attribute(owner, name, steps),
                    }
                })
            };
            // what C code has that does not show it
            let fallback = || self.fallback(module, scope, name, steps);
            let spread = || {
                let mut all = self.spread.get(module).into_iter().flatten().take_while(|_| self.effort.takes(1));
                all.find_map(|it| it.scope.names.get_key_value(name))
            };
            let spread = || spread().map(|(name, bound)| Found::Python(module, name, bound));
            return below.or_else(taken).or_else(fallback).or_else(spread);
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

    /// What a name of another module leads to, which a star of this one gives; nothing where that is what is being asked for: modules may
    /// take over each other's names.
    fn by_star(&'a self, here: &str, from: &str, name: &str, steps: u8) -> Option<Found<'a>> {
        if self.way.borrow().iter().any(|(module, it)| module == here && it == name) {
            return None;
        }
        if steps == 0 {
            self.effort.cut();
        }
        self.way.borrow_mut().push((here.to_owned(), name.to_owned()));
        let res = self.look_in(from, name, steps);
        self.way.borrow_mut().pop();
        res
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
        if scope.fallbacks.is_empty() || !self.is_accelerated(module, scope) {
            return None;
        }
        let all = scope.fallbacks.iter().take_while(|_| self.effort.takes(1));
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
    pub(super) fn is_accelerated(&self, module: &str, scope: &Scope) -> bool {
        scope.stars.iter().take_while(|_| self.effort.takes(1)).any(|(from, _)| {
            let from = self.absolute(module, from);
            self.native.contains_key(&from) && !self.python.contains_key(&from)
        })
    }

    /// Whether a name of a module is that of a star behind it.
    pub(super) fn is_from_star(&'a self, module: &str, name: &str) -> bool {
        let Some(source) = self.python.get(module) else { return false };
        let own = source.scope.names.get(name);
        source.scope.stars.iter().take_while(|_| self.effort.takes(1)).any(|(from, line)| {
            let from = self.absolute(module, from);
            let later = own.is_none_or(|it| it.line < *line || it.condition.is_some());
            later && from != module && self.gives(&from, name)
        })
    }

    /// Whether the module that a `from` in `here` names is among these.
    pub(in crate::impact) fn is_known(&self, here: &str, from: &ImportOrigin) -> bool {
        self.module(&self.absolute(here, from)).is_some()
    }

    /// Whether C code computes names of a module, or of one whose public names it takes over.
    pub(super) fn is_computed(&self, module: &str) -> bool {
        let source = self.python.get(module);
        self.computed.contains(module)
            || source
                .is_some_and(|it| it.scope.stars.iter().any(|it| self.computed.contains(&self.absolute(module, &it.0))))
    }

    /// What a name depends on where a module binds it.
    pub(super) fn condition(&self, module: &str, name: &str) -> Option<String> {
        self.python.get(module)?.scope.names.get(name)?.condition.clone()
    }
}
