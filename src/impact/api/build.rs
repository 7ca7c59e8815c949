//! Each public name of each module with all that is known of it.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    collect::CollectedFiles as Files,
    deprecate::deprecate,
    documents::Described,
    effort::CUT,
    facts::{Api, ModuleApi},
    given::given,
    name::{Kind, Name, is_member},
    native::NativeNames,
    resolve::{Found, ModuleSource, ReleaseModules},
};
use crate::{
    base::Series,
    python::{Bound, Class, Factory, Flavour, NameBinding},
    stdlib::{ModuleKind, ReleaseFacts},
};

/// The interface of a release, whose modules `facts` names.
pub(super) fn build(files: Files, facts: &ReleaseFacts) -> Api {
    let Files { python, native, pages, removals, unread, .. } = files;
    let computed = native.computed();
    let native = native.modules();
    let mut sources: BTreeMap<String, ModuleSource<'_>> = BTreeMap::new();
    for (path, scope) in &python {
        let stem = path.trim_start_matches("Lib/").trim_end_matches(".py");
        let (name, is_package) = match stem.strip_suffix("/__init__") {
            Some(package) => (package.replace('/', "."), true),
            None => (stem.replace('/', "."), false),
        };
        if !sources.get(&name).is_some_and(|it| it.is_package) {
            sources.insert(name, ModuleSource { path, is_package, scope });
        }
    }
    let mut modules = ReleaseModules::new(sources, &native);
    modules.aliases = aliases(&modules, facts);
    modules.computed = computed;
    let modules = modules;
    let mut res = Api { release: facts.release, ..Api::default() };
    let mut described: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for it in pages.iter().flat_map(|it| &it.objects) {
        described.entry(&it.module).or_default().entry(&it.name).or_insert(&it.place);
    }
    let listed: Vec<&Described> = pages.iter().flat_map(|it| &it.listed).collect();
    let room = Cell::new(ALL);
    for (name, module) in &facts.modules {
        let behind = modules.aliases.get(name).map(String::as_str);
        let source = behind.unwrap_or(name);
        if !modules.python.contains_key(source) && !native.contains_key(source) {
            let why = module.path.as_ref().and_then(|it| unread.get_key_value(it));
            let why = why.map_or_else(|| unseen(module.kind), |(path, why)| format!("{path}: {why}"));
            res.not_looked_at.insert(name.clone(), why);
            continue;
        }
        let none = BTreeMap::new();
        let own = described.get(name.as_str()).unwrap_or(&none);
        let mut it = Builder { modules: &modules, native: &native, module: source, room: &room }.module(own);
        if modules.effort.was_cut() {
            res.not_looked_at.insert(name.clone(), CUT.to_owned());
            continue;
        }
        if modules.is_computed(source) {
            it.not_looked_at.push("names that C code computes".into());
            for listed in listed.iter().filter(|it| it.module == *name) {
                let found = Name::new(Kind::Data, format!("D {}", listed.place));
                it.names.entry(listed.name.clone()).or_insert(Name { condition: Some(COMPUTED.into()), ..found });
            }
        }
        it.same_as = behind.map(str::to_owned);
        it.platforms.clone_from(&module.platforms);
        res.modules.insert(name.clone(), it);
    }
    res.notes = pages.into_iter().flat_map(|it| it.notes).filter(|it| facts.modules.contains_key(&it.module)).collect();
    res.notes.sort_by(|a, b| (&a.module, &a.name, &a.place).cmp(&(&b.module, &b.name, &b.place)));
    deprecate(&mut res);
    let series = facts.release.map(|it| it.series);
    res.removals = removals;
    res.removals
        .retain(|it| it.version.parse::<Series>().ok().is_some_and(|it| series.is_none_or(|series| it > series)));
    res.removals.sort_by(|a, b| (&a.version, &a.place).cmp(&(&b.version, &b.place)));
    res.unread = unread;
    res
}

/// What a name depends on that only the documentation has of a module of C code.
const COMPUTED: &str = "if C code computes it";

/// Names without a file that are another module, which some module has as an attribute.
fn aliases(modules: &ReleaseModules<'_>, facts: &ReleaseFacts) -> BTreeMap<String, String> {
    let all = facts.modules.keys().filter(|it| !modules.python.contains_key(*it) && !modules.native.contains_key(*it));
    let behind = |name: &String| {
        let frozen = FROZEN.iter().find(|(it, _)| it == name).map(|it| it.1.to_owned());
        let attribute = || {
            let (owner, attribute) = name.rsplit_once('.')?;
            match modules.look(owner, attribute) {
                Some(Found::Module(it)) => Some(it.to_owned()),
                _ => None,
            }
        };
        Some((name.clone(), frozen.or_else(attribute)?))
    };
    all.filter_map(behind).collect()
}

/// Modules that are built in from a file of another name (`Python/frozen.c` and `Lib/importlib/_bootstrap.py` of 3.13.5).
const FROZEN: [(&str, &str); 2] =
    [("_frozen_importlib", "importlib._bootstrap"), ("_frozen_importlib_external", "importlib._bootstrap_external")];

fn unseen(kind: ModuleKind) -> String {
    match kind {
        ModuleKind::Extension => "it has no Python file, and no C file that was read names it".into(),
        ModuleKind::Alias => "it is another module under this name, and which one is not known".into(),
        ModuleKind::Module | ModuleKind::Package => "its file was not read".into(),
    }
}

/// The most names that are read of a module, and of all together, inherited ones among them; tkinter of 3.13.5 has 10,000, and all modules
/// have 105,000.
const MODULE: usize = 50_000;
const ALL: usize = 600_000;

pub(super) struct Builder<'a> {
    pub(super) modules: &'a ReleaseModules<'a>,
    pub(super) native: &'a BTreeMap<String, NativeNames>,
    pub(super) module: &'a str,
    /// How many more names all modules may have.
    room: &'a Cell<usize>,
}

impl<'a> Builder<'a> {
    fn module(&self, described: &BTreeMap<&str, &str>) -> ModuleApi {
        let public = self.modules.public(self.module);
        let source = self.modules.python.get(self.module);
        let mut res = ModuleApi { is_stated: public.is_stated, not_looked_at: public.unknown, ..ModuleApi::default() };
        if let Some(source) = source {
            res.path = Some(source.path.to_owned());
            res.deprecated.clone_from(&source.scope.deprecated);
        }
        let mut is_bound = true;
        // what the documentation describes is public, also where the module does not say so
        let more = described.keys().filter(|it| !it.contains('.')).map(|it| (*it).to_owned());
        let stated = if public.is_stated { public.names.clone() } else { BTreeSet::new() };
        let own = public.names;
        let all: BTreeSet<String> = own.iter().cloned().chain(more).collect();
        for name in &all {
            if res.names.len() >= self.most() {
                res.not_looked_at.push(format!("names behind `{name}`: there are more than are read"));
                break;
            }
            match self.modules.look(self.module, name) {
                Some(found) => self.describe(name, found, &mut res.names),
                None if source.is_some_and(|it| it.scope.answered.contains(name)) => {
                    let place = format!("P {}", source.map_or("", |it| it.path));
                    res.names.insert(name.clone(), Name::new(Kind::Data, place));
                }
                // the module says so, and how it comes to be is not seen
                None if stated.contains(name) => {
                    is_bound = false;
                    let place = source.map_or_else(|| format!("C {}", self.module), |it| format!("P {}", it.path));
                    res.names.insert(name.clone(), Name::new(Kind::Data, place));
                }
                None => {}
            }
        }
        if let Some(source) = source {
            given(source, &mut res.names);
            res.not_looked_at.extend(self.unseen_members(&all));
        }
        // where a file writes all of its public names down and binds them, what else it computes is none of them
        if let Some(source) = source.filter(|it| !is_bound || !it.scope.has_literal_exports()) {
            res.not_looked_at.extend(source.scope.computed.iter().cloned());
        }
        res.not_looked_at.sort();
        res.not_looked_at.dedup();
        res.private = match (source, self.native.get(self.module)) {
            (None, Some(names)) => names.keys().cloned().collect(),
            _ if res.names.len() >= self.most() => BTreeSet::new(),
            _ => self.modules.bound(self.module),
        };
        if res.private.len() > self.most() {
            res.private.clear();
            res.not_looked_at.push("names that are not public: there are more than are read".into());
        }
        self.room.set(self.room.get().saturating_sub(res.names.len() + res.private.len()));
        res.private.retain(|it| !it.contains('.') && !res.names.contains_key(it));
        for (name, place) in described {
            if let Some(it) = res.names.get_mut(*name) {
                it.described = !name.contains('.') && !own.contains(*name);
                it.provenance.push(format!("D {place}"));
            }
        }
        res
    }

    /// How many names the module may have.
    fn most(&self) -> usize {
        MODULE.min(self.room.get())
    }

    fn describe(&self, name: &str, found: Found<'a>, names: &mut BTreeMap<String, Name>) {
        let origin = self.origin(name, found);
        let condition =
            self.modules.condition(self.module, name).filter(|_| !self.modules.is_from_star(self.module, name));
        let is_foreign = condition.as_deref().is_some_and(|it| it.starts_with("only"));
        if is_foreign && !matches!(found, Found::Python(module, theirs, _) if module == self.module && theirs == name) {
            let mut all = BTreeMap::new();
            self.describe_found(name, found, origin, &mut all);
            names.extend(all.into_iter().map(|(key, it)| (key, Name { condition: condition.clone(), ..it })));
        } else {
            self.describe_found(name, found, origin, names);
        }
    }

    fn describe_found(&self, name: &str, found: Found<'a>, origin: Option<String>, names: &mut BTreeMap<String, Name>) {
        match found {
            Found::Module(it) => {
                let place =
                    self.modules.python.get(it).map_or_else(|| format!("C {it}"), |it| format!("P {}", it.path));
                names.insert(name.to_owned(), Name { origin: Some(it.to_owned()), ..Name::new(Kind::Module, place) });
            }
            Found::Native(module, theirs) => {
                let Some(all) = self.native.get(module) else { return };
                let below = format!("{theirs}.");
                for (key, it) in all.range(theirs.to_owned()..) {
                    if key == theirs {
                        // a method of an instance is a function of the module
                        let kind = if it.kind == Kind::Method { Kind::Function } else { it.kind };
                        names.insert(name.to_owned(), Name { kind, origin: origin.clone(), ..it.clone() });
                    } else if let Some(member) = key.strip_prefix(&below) {
                        if is_member(member) {
                            names.insert(format!("{name}.{member}"), it.clone());
                        }
                    } else if !key.starts_with(theirs) {
                        break;
                    }
                }
            }
            Found::Python(_, _, bound) | Found::Attribute(_, _, bound) => match &bound.binding {
                NameBinding::Class(class) => self.class(name, found, class, origin, names),
                NameBinding::Function(it) if it.flavour == Flavour::Property => {
                    let base = self.name(Kind::Data, found, bound);
                    names.insert(name.to_owned(), Name { origin, ..base });
                }
                NameBinding::Function(it) => {
                    let is_bound = matches!(found, Found::Attribute(..)) || it.flavour == Flavour::Class;
                    let signature = if is_bound { it.bound_signature() } else { it.signature.clone() };
                    let deprecated = it.deprecated.clone();
                    let base = self.name(Kind::Function, found, bound);
                    names.insert(name.to_owned(), Name { signature, origin, deprecated, ..base });
                }
                _ => {
                    let base = self.name(Kind::Data, found, bound);
                    names.insert(name.to_owned(), Name { origin, ..base });
                }
            },
        }
    }

    /// Where it is defined, if not as this name of this module.
    fn origin(&self, name: &str, found: Found<'a>) -> Option<String> {
        let (module, theirs) = match found {
            Found::Python(module, theirs, _) | Found::Attribute(module, theirs, _) | Found::Native(module, theirs) => {
                (module, theirs)
            }
            Found::Module(_) => return None,
        };
        (module != self.module || theirs != name).then(|| format!("{module}.{theirs}"))
    }

    pub(super) fn name(&self, kind: Kind, found: Found<'a>, bound: &Bound) -> Name {
        let module = match found {
            Found::Python(module, ..) | Found::Attribute(module, ..) => module,
            _ => self.module,
        };
        let path = self.modules.python.get(module).map_or("", |it| it.path);
        Name { condition: bound.condition.clone(), ..Name::new(kind, format!("P {path}:{}", bound.line)) }
    }

    fn class(
        &self,
        name: &str,
        found: Found<'a>,
        class: &'a Class,
        origin: Option<String>,
        names: &mut BTreeMap<String, Name>,
    ) {
        let Found::Python(_, _, bound) = found else { return };
        let (bases, is_whole) = self.modules.bases(found);
        let signature = self.constructor(class, &bases, is_whole);
        let deprecated = class.deprecated.clone();
        names.insert(name.to_owned(), Name { signature, origin, deprecated, ..self.name(Kind::Class, found, bound) });
        if let Some(takes) = &class.members_of {
            let Found::Python(module, ..) = found else { return };
            let from = takes.from.as_deref().and_then(|it| self.modules.dotted(module, it));
            let from = if let Some(Found::Module(it)) = from { it } else { module };
            for member in self.modules.bound(from).into_iter().filter(|it| takes.fits(it)) {
                if takes.test.is_none() && !is_constant(&member) {
                    continue;
                }
                let condition = match self.modules.look(from, &member) {
                    Some(Found::Python(_, _, bound)) => bound.condition.clone(),
                    Some(Found::Native(module, name)) => {
                        self.native.get(module).and_then(|it| it.get(name)).and_then(|it| it.condition.clone())
                    }
                    _ => None,
                };
                let base = self.name(Kind::Data, found, bound);
                names.insert(
                    format!("{name}.{member}"),
                    Name { condition: base.condition.clone().or(condition), ..base },
                );
            }
        }
        for (at, base) in bases.iter().enumerate() {
            if names.len() >= self.most() {
                break;
            }
            match base {
                Found::Python(module, theirs, Bound { binding: NameBinding::Class(it), .. }) => {
                    // of what an enumeration has of its base, only the methods are of the class
                    let is_enum = at > 0 && *module == "enum";
                    let is_own = |member: &str| is_member(member) && (!is_enum || member.starts_with("__"));
                    for (member, bound) in it.scope.names.iter().filter(|(it, _)| is_own(it)) {
                        let key = format!("{name}.{member}");
                        if names.contains_key(&key) {
                            continue;
                        }
                        let described = self.member(*base, bound, &it.scope.names);
                        let origin = (at > 0).then(|| format!("{module}.{theirs}.{member}"));
                        names.insert(key, Name { origin, ..described });
                    }
                    self.of_factory(name, it, names);
                }
                Found::Native(module, theirs) => {
                    let below = format!("{theirs}.");
                    let all = self.native.get(*module).into_iter().flat_map(|it| it.range(below.clone()..));
                    for (key, it) in all.take_while(|(key, _)| key.starts_with(&below)) {
                        let member = &key[below.len()..];
                        if is_member(member) {
                            let origin = Some(format!("{module}.{key}"));
                            names.entry(format!("{name}.{member}")).or_insert(Name { origin, ..it.clone() });
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

impl Builder<'_> {
    /// What a class has from the function that makes it.
    fn of_factory(&self, name: &str, class: &Class, names: &mut BTreeMap<String, Name>) {
        let Some((module, function)) = class.made_by.map(Factory::function) else { return };
        let Some(source) = self.modules.python.get(module) else { return };
        for (member, line) in source.scope.gives.get(function).into_iter().flatten().filter(|(it, _)| is_member(it)) {
            let it = Name::new(Kind::Method, format!("P {}:{line}", source.path));
            names.entry(format!("{name}.{member}")).or_insert(it);
        }
    }
}

fn is_constant(name: &str) -> bool {
    !name.contains('.') && !name.contains(|it: char| it.is_ascii_lowercase())
}
