//! What changed from one release's facts to another's.

use schemars::JsonSchema;
use serde::Serialize;

use super::facts::{ModuleKind, ReleaseFacts};

/// One change to one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Difference {
    /// A name that was not there.
    Added {
        /// The name.
        name: String,
        /// How it is importable now.
        kind: ModuleKind,
    },
    /// A name that is gone.
    Removed {
        /// The name.
        name: String,
        /// How it was importable.
        kind: ModuleKind,
    },
    /// Still there, in another way: a module that became a package, an alias that gained a file, …
    Kind {
        /// The name.
        name: String,
        /// How it was importable.
        from: ModuleKind,
        /// How it is importable now.
        to: ModuleKind,
    },
    /// Required before, a test now.
    BecameTestOnly {
        /// The name.
        name: String,
    },
    /// A test before, required now.
    StoppedBeingTestOnly {
        /// The name.
        name: String,
    },
    /// Limited to other platforms than before.
    Platforms {
        /// The name.
        name: String,
        /// Empty for all.
        from: Vec<String>,
        /// Empty for all.
        to: Vec<String>,
    },
}

/// All changes, sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Delta(pub Vec<Difference>);

impl Delta {
    /// The changes from `old` to `new`. Where the old release is not known (names imported from a union file) there is
    /// nothing to tell of platforms, nor of aliases, which such a record never has.
    pub fn between(old: &ReleaseFacts, new: &ReleaseFacts) -> Self {
        let mut res = Vec::new();
        let knows = old.release.is_some() || old.modules.is_empty();
        let mut names: Vec<&String> = old.modules.keys().chain(new.modules.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let owned = name.clone();
            match (old.modules.get(name), new.modules.get(name)) {
                (None, Some(_)) if old.test_only.contains_key(name) => {
                    res.push(Difference::StoppedBeingTestOnly { name: owned });
                }
                (Some(_), None) if new.test_only.contains_key(name) => {
                    res.push(Difference::BecameTestOnly { name: owned });
                }
                (None, Some(it)) if it.kind == ModuleKind::Alias && !knows => {}
                (None, Some(it)) => res.push(Difference::Added { name: owned, kind: it.kind }),
                (Some(it), None) => res.push(Difference::Removed { name: owned, kind: it.kind }),
                (Some(a), Some(b)) if a.kind != b.kind => {
                    res.push(Difference::Kind { name: owned, from: a.kind, to: b.kind });
                }
                (Some(a), Some(b)) if knows && a.platforms != b.platforms => {
                    let (from, to) = (a.platforms.clone(), b.platforms.clone());
                    res.push(Difference::Platforms { name: owned, from, to });
                }
                _ => {}
            }
        }
        Self(res)
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names that are new.
    pub fn added(&self) -> Vec<&str> {
        let pick =
            |it: &'_ Difference| matches!(it, Difference::Added { .. } | Difference::StoppedBeingTestOnly { .. });
        self.0.iter().filter(|it| pick(it)).map(Difference::name).collect()
    }

    /// Names that are gone.
    pub fn removed(&self) -> Vec<&str> {
        let pick = |it: &'_ Difference| matches!(it, Difference::Removed { .. } | Difference::BecameTestOnly { .. });
        self.0.iter().filter(|it| pick(it)).map(Difference::name).collect()
    }

    /// Names that changed their kind.
    pub fn changed_kind(&self) -> Vec<&str> {
        self.0.iter().filter(|it| matches!(it, Difference::Kind { .. })).map(Difference::name).collect()
    }
}

impl Difference {
    /// The name that it is about.
    pub fn name(&self) -> &str {
        match self {
            Self::Added { name, .. }
            | Self::Removed { name, .. }
            | Self::Kind { name, .. }
            | Self::BecameTestOnly { name }
            | Self::StoppedBeingTestOnly { name }
            | Self::Platforms { name, .. } => name,
        }
    }

    /// The change in words.
    pub fn words(&self) -> String {
        let list = |it: &[String]| if it.is_empty() { "all platforms".to_owned() } else { it.join(", ") };
        match self {
            Self::Added { kind, .. } => format!("added ({})", kind.word()),
            Self::Removed { kind, .. } => format!("removed (was {})", kind.word()),
            Self::Kind { from: ModuleKind::Alias, to, .. } => format!("alias gained a file (now {})", to.word()),
            Self::Kind { from: ModuleKind::Module | ModuleKind::Package, to: ModuleKind::Alias, .. } => {
                "lost its file and lives on as an alias".into()
            }
            Self::Kind { from, to, .. } => format!("{} became {}", from.word(), to.word()),
            Self::BecameTestOnly { .. } => "became test-only".into(),
            Self::StoppedBeingTestOnly { .. } => "stopped being test-only".into(),
            Self::Platforms { from, to, .. } => format!("limited to {} (was {})", list(to), list(from)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stdlib::StdlibModule;

    fn facts(modules: &[(&str, ModuleKind)], tests: &[&str]) -> ReleaseFacts {
        let module = |kind| StdlibModule { kind, path: None, platforms: Vec::new() };
        ReleaseFacts {
            release: Some("3.14.0".parse().unwrap()),
            modules: modules.iter().map(|(name, kind)| ((*name).to_owned(), module(*kind))).collect(),
            test_only: tests.iter().map(|name| ((*name).to_owned(), String::new())).collect(),
            ..ReleaseFacts::default()
        }
    }

    #[test]
    fn each_kind_of_change_is_told_apart() {
        use ModuleKind::{Alias, Extension, Module, Package};
        let old = facts(
            &[("a", Module), ("b", Module), ("c.d", Alias), ("e", Package), ("x.y", Module), ("g", Extension)],
            &["t"],
        );
        let new = facts(
            &[("a", Package), ("c.d", Module), ("f", Extension), ("t", Module), ("x.y", Alias), ("g", Extension)],
            &["e"],
        );
        let delta = Delta::between(&old, &new);
        let words: Vec<String> = delta.0.iter().map(|it| format!("{} {}", it.name(), it.words())).collect();
        assert_eq!(
            words,
            [
                "a module became package",
                "b removed (was module)",
                "c.d alias gained a file (now module)",
                "e became test-only",
                "f added (extension)",
                "t stopped being test-only",
                "x.y lost its file and lives on as an alias",
            ]
        );
        assert!(Delta::between(&old, &old).is_empty());
        let with_alias = facts(&[("a", Module), ("a.b", Alias)], &[]);
        assert_eq!(Delta::between(&facts(&[("a", Module)], &[]), &with_alias).added(), ["a.b"]);
        assert_eq!((delta.added(), delta.removed()), (vec!["f", "t"], vec!["b", "e"]));
    }

    #[test]
    fn names_of_no_release_say_nothing_of_aliases_and_platforms() {
        use ModuleKind::{Alias, Module};
        let mut old = facts(&[("a", Module)], &[]);
        let mut new = facts(&[("a", Module), ("a.b", Alias), ("c", Module)], &[]);
        new.modules.get_mut("a").unwrap().platforms = vec!["win32".into()];
        let words = |old: &ReleaseFacts| {
            let delta = Delta::between(old, &new);
            delta.0.iter().map(|it| format!("{} {}", it.name(), it.words())).collect::<Vec<_>>()
        };
        let known = words(&old);
        assert!(known.len() == 3 && known[0].starts_with("a ") && known[1] == "a.b added (alias)", "{known:?}");
        old.release = None;
        assert_eq!(words(&old), ["c added (module)"]);
    }
}
