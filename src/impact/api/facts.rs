//! What is known of the interface of a release, as it is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{documents::Note, name::Name, removals::Removal};
use crate::{base::Version, python::Deprecated};

/// Changes whenever the same archive would give other facts.
pub const FORM: u32 = 2;

/// The interface of a release.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Packed", from = "Packed")]
pub struct Api {
    /// Which release.
    pub release: Option<Version>,
    /// Each module that was looked at.
    pub modules: BTreeMap<String, ModuleApi>,
    /// Each module that was not, with the reason.
    pub not_looked_at: BTreeMap<String, String>,
    /// What the documentation dates.
    pub notes: Vec<Note>,
    /// What is announced to be removed.
    pub removals: Vec<Removal>,
    /// Files that were not read, with the reason.
    pub unread: BTreeMap<String, String>,
}

/// The interface of a module.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleApi {
    /// Its file, if it is Python.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Which module it is another name of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// Whether it says itself which names are public.
    pub is_stated: bool,
    /// Its public names, and those of its classes, dotted.
    pub names: BTreeMap<String, Name>,
    /// Names that it has besides, and that are not public.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub private: BTreeSet<String>,
    /// That it is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<Deprecated>,
    /// What of it was not looked at, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_looked_at: Vec<String>,
}

/// Members that are those of other classes: by module, by class, and by the class that they are of.
type Inherited = BTreeMap<String, BTreeMap<String, BTreeMap<String, Vec<String>>>>;

/// What is kept: a member that a class has of another class is kept once, where that class is, and named elsewhere. A third of the
/// size, as most members of the library are inherited.
#[derive(Serialize, Deserialize)]
struct Packed {
    release: Option<Version>,
    modules: BTreeMap<String, ModuleApi>,
    inherited: Inherited,
    not_looked_at: BTreeMap<String, String>,
    notes: Vec<Note>,
    removals: Vec<Removal>,
    unread: BTreeMap<String, String>,
}

impl From<Api> for Packed {
    fn from(api: Api) -> Self {
        let Api { release, mut modules, not_looked_at, notes, removals, unread } = api;
        let mut inherited = Inherited::new();
        for (module, it) in &modules {
            for (key, name) in &it.names {
                let Some((class, owner, member)) = parts(key, name) else { continue };
                let is_same = source(&modules, owner, member).is_some_and(|it| like(it, owner, member) == *name);
                if is_same {
                    let classes = inherited.entry(module.clone()).or_default();
                    let owners = classes.entry(class.to_owned()).or_default();
                    owners.entry(owner.to_owned()).or_default().push(member.to_owned());
                }
            }
        }
        for (module, classes) in &inherited {
            let Some(it) = modules.get_mut(module) else { continue };
            for (class, member) in members(classes).map(|(class, _, member)| (class, member)) {
                it.names.remove(&format!("{class}.{member}"));
            }
        }
        Self { release, modules, inherited, not_looked_at, notes, removals, unread }
    }
}

impl From<Packed> for Api {
    fn from(packed: Packed) -> Self {
        let Packed { release, mut modules, inherited, not_looked_at, notes, removals, unread } = packed;
        for (module, classes) in &inherited {
            let found: Vec<(String, Name)> = members(classes)
                .filter_map(|(class, owner, member)| {
                    Some((format!("{class}.{member}"), like(source(&modules, owner, member)?, owner, member)))
                })
                .collect();
            if let Some(it) = modules.get_mut(module) {
                it.names.extend(found);
            }
        }
        Self { release, modules, not_looked_at, notes, removals, unread }
    }
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

fn like(it: &Name, owner: &str, member: &str) -> Name {
    Name { origin: Some(format!("{owner}.{member}")), ..it.clone() }
}

type Classes = BTreeMap<String, BTreeMap<String, Vec<String>>>;

fn members(classes: &Classes) -> impl Iterator<Item = (&String, &String, &String)> {
    classes.iter().flat_map(|(class, owners)| {
        owners.iter().flat_map(move |(owner, members)| members.iter().map(move |it| (class, owner, it)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::impact::api::tests::api_of;

    #[test]
    fn what_is_kept_comes_back_the_same() {
        let api = api_of(&[
            ("Lib/a.py", "class A:\n    def m(self, x): pass\n    x = 1\nclass B(A):\n    def n(self): pass\n"),
            ("Lib/b.py", "from a import *\nimport a\nclass C(a.B):\n    x = 2\nclass D(C): pass\n"),
        ]);
        let packed = Packed::from(api.clone());
        let own: Vec<&String> = packed.modules["b"].names.keys().filter(|it| it.starts_with("D.")).collect();
        assert!(own.is_empty(), "{own:?}");
        assert_eq!(Api::from(packed), api);
    }
}
