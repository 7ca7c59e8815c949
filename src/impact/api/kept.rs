//! The text that an interface is kept as: a head, and one line a module, so that who asks for one module reads no other.
//!
//! A member that a class has of another class is kept once, where that class is, and named elsewhere: a third of the size, as most
//! members of the library are inherited.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    documents::Note,
    facts::{Api, ModuleApi},
    name::Name,
    removals::Removal,
};
use crate::base::Version;

/// What is of no module that was looked at.
#[derive(Serialize, Deserialize)]
struct KeptHead {
    release: Option<Version>,
    not_looked_at: BTreeMap<String, String>,
    notes: Vec<Note>,
    removals: Vec<Removal>,
    unread: BTreeMap<String, String>,
}

/// Members that are those of other classes: by class, and by the class that they are of.
type Inherited<T> = BTreeMap<T, BTreeMap<T, Vec<T>>>;

/// A module: all but its names, the names that are its own, the others, and what the documentation dates.
type Line = (ModuleApi, BTreeMap<String, Name>, Inherited<String>, Vec<Note>);

impl Api {
    /// As it is kept.
    pub fn text(&self) -> String {
        let (own, other) = self.notes.iter().partition(|it| self.modules.contains_key(&it.module));
        let notes: Vec<&Note> = own;
        let other: Vec<&Note> = other;
        let head = KeptHead {
            release: self.release,
            not_looked_at: self.not_looked_at.clone(),
            notes: other.into_iter().cloned().collect(),
            removals: self.removals.clone(),
            unread: self.unread.clone(),
        };
        let all: Vec<(&String, &ModuleApi)> = self.modules.iter().collect();
        let line = |(name, it): (&String, &ModuleApi)| {
            let from = notes.partition_point(|it| it.module < *name);
            let notes: Vec<&Note> = notes[from..].iter().take_while(|it| it.module == *name).copied().collect();
            format!("{name}\t{}\n", self.line(it, &notes))
        };
        let lines: Vec<String> = all.into_par_iter().map(line).collect();
        let head = serde_json::to_string(&head).unwrap_or_default();
        std::iter::once(format!("{head}\n")).chain(lines).collect()
    }

    fn line(&self, module: &ModuleApi, notes: &[&Note]) -> String {
        let mut own: BTreeMap<&str, &Name> = BTreeMap::new();
        let mut inherited: Inherited<&str> = BTreeMap::new();
        for (key, name) in &module.names {
            let of = parts(key, name)
                .filter(|(_, owner, member)| source(&self.modules, owner, member).is_some_and(|it| is_like(name, it)));
            match of {
                Some((class, owner, member)) => {
                    inherited.entry(class).or_default().entry(owner).or_default().push(member);
                }
                None => _ = own.insert(key, name),
            }
        }
        let rest = ModuleApi {
            path: module.path.clone(),
            same_as: module.same_as.clone(),
            platforms: module.platforms.clone(),
            is_stated: module.is_stated,
            names: BTreeMap::new(),
            private: module.private.clone(),
            deprecated: module.deprecated.clone(),
            not_looked_at: module.not_looked_at.clone(),
        };
        serde_json::to_string(&(rest, own, inherited, notes)).unwrap_or_default()
    }

    /// The whole of what was kept; none where it is no such text.
    pub fn of_text(text: &str) -> Option<Self> {
        let (head, lines) = text.split_once('\n')?;
        let lines: Vec<&str> = lines.lines().collect();
        let all: Option<Vec<(String, Line)>> = lines.into_par_iter().map(parse).collect();
        Self::joined(head, all?)
    }

    /// What was kept of one module, and what is of none.
    pub fn of_text_of(text: &str, module: &str) -> Option<Self> {
        let (head, lines) = text.split_once('\n')?;
        let line = |name: &str| lines.lines().find(|it| it.strip_prefix(name).is_some_and(|it| it.starts_with('\t')));
        let mut all: Vec<(String, Line)> = line(module).map(parse).into_iter().collect::<Option<_>>()?;
        let owners = all.iter().flat_map(|(_, it)| it.2.values()).flat_map(BTreeMap::keys);
        let others: BTreeSet<String> = owners.filter_map(|it| Some(it.rsplit_once('.')?.0.to_owned())).collect();
        for other in others.iter().filter(|it| *it != module) {
            let (name, mut it) = parse(line(other)?)?;
            (it.2, it.3) = Default::default();
            all.push((name, it));
        }
        let mut res = Self::joined(head, all)?;
        res.modules.retain(|it, _| it == module);
        res.notes.retain(|it| it.module == module);
        Some(res)
    }

    fn joined(head: &str, all: Vec<(String, Line)>) -> Option<Self> {
        let KeptHead { release, not_looked_at, mut notes, removals, unread } = serde_json::from_str(head).ok()?;
        let mut modules: BTreeMap<String, ModuleApi> = BTreeMap::new();
        let mut passed_on: Vec<(String, Inherited<String>)> = Vec::new();
        for (name, (rest, names, inherited, own)) in all {
            notes.extend(own);
            passed_on.push((name.clone(), inherited));
            modules.insert(name, ModuleApi { names, ..rest });
        }
        for (module, inherited) in passed_on {
            let mut found = Vec::new();
            for (class, owner, member) in members(&inherited) {
                let it = source(&modules, owner, member)?;
                let origin = Some(format!("{owner}.{member}"));
                found.push((format!("{class}.{member}"), Name { origin, ..it.clone() }));
            }
            modules.get_mut(&module)?.names.extend(found);
        }
        notes.sort_by(|a, b| (&a.module, &a.name, &a.place).cmp(&(&b.module, &b.name, &b.place)));
        Some(Self { release, modules, not_looked_at, notes, removals, unread })
    }
}

fn parse(line: &str) -> Option<(String, Line)> {
    let (name, text) = line.split_once('\t')?;
    Some((name.to_owned(), serde_json::from_str(text).ok()?))
}

/// The class, the class that a member is of, and its name, if it is inherited under its own name.
fn parts<'a>(key: &'a str, it: &'a Name) -> Option<(&'a str, &'a str, &'a str)> {
    let (class, member) = key.rsplit_once('.')?;
    let (owner, theirs) = it.origin.as_deref()?.rsplit_once('.')?;
    (member == theirs).then_some((class, owner, member))
}

/// The member where it is defined.
fn source<'a>(modules: &'a BTreeMap<String, ModuleApi>, owner: &str, member: &str) -> Option<&'a Name> {
    let (module, class) = owner.rsplit_once('.')?;
    modules.get(module)?.names.get(&format!("{class}.{member}")).filter(|it| it.origin.is_none())
}

/// Whether two names differ at most in where they are defined.
fn is_like(a: &Name, b: &Name) -> bool {
    let rest = |it: &Name| (it.kind, it.condition.clone(), it.deprecated.clone(), it.described);
    a.provenance == b.provenance && a.signature == b.signature && rest(a) == rest(b)
}

fn members(inherited: &Inherited<String>) -> impl Iterator<Item = (&String, &String, &String)> {
    inherited.iter().flat_map(|(class, owners)| {
        owners.iter().flat_map(move |(owner, members)| members.iter().map(move |it| (class, owner, it)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::impact::api::tests::api_of;

    fn api() -> Api {
        api_of(&[
            ("Lib/a.py", "class A:\n    def m(self, x): pass\n    x = 1\nclass B(A):\n    def n(self): pass\n"),
            ("Lib/b.py", "from a import *\nimport a\nclass C(a.B):\n    x = 2\nclass D(C): pass\n"),
            ("Lib/ab.py", "x = (\n"),
            ("Doc/library/a.rst", ".. module:: a\n\n.. class:: B\n\n   .. versionadded:: 3.13\n"),
            ("Doc/library/ab.rst", ".. module:: ab\n\n.. versionchanged:: 3.13\n   More.\n"),
        ])
    }

    #[test]
    fn what_is_kept_comes_back_the_same() {
        let api = api();
        let text = api.text();
        let line = text.lines().find(|it| it.starts_with("b\t")).unwrap();
        assert!(!line.contains("\"D.m\""), "what is inherited is kept once: {line}");
        assert_eq!(api.notes.len(), 2);
        assert_eq!(Api::of_text(&text).unwrap(), api);
    }

    #[test]
    fn one_module_is_what_the_whole_says_of_it() {
        let whole = api();
        let text = whole.text();
        for module in ["a", "b", "ab", "c"] {
            let one = Api::of_text_of(&text, module).unwrap();
            assert_eq!(one.modules.get(module), whole.modules.get(module));
            assert!(one.modules.len() < 2);
            let notes: Vec<&Note> = whole.notes.iter().filter(|it| it.module == module).collect();
            assert_eq!(one.notes.iter().collect::<Vec<_>>(), notes);
            assert_eq!((&one.not_looked_at, &one.unread), (&whole.not_looked_at, &whole.unread));
        }
    }

    #[test]
    fn what_is_no_such_text_is_told() {
        let text = api().text();
        for odd in ["", "{}", "\n", "x\ny", &text[..text.len() - 20], &text.replacen("\na\t", "\nc\t", 1)] {
            assert!(Api::of_text(odd).is_none(), "{odd}");
        }
        assert!(Api::of_text_of(&text.replacen("\na\t", "\nc\t", 1), "b").is_none(), "what it inherits is not there");
    }
}
