//! What a workspace decides for itself: `[gates]` in `molt-sync.toml`. The defaults are Molt's values of 2026-02-13.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    base::Dialect,
    python::{Constants, Literal, constants},
};

/// Roots, lists and allowances. Every list is one of module names.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Policy {
    /// Modules that a program imports before anything else, with everything that they import.
    pub strict_roots: Vec<String>,
    /// Modules that start-up code uses.
    pub bootstrap_modules: Vec<String>,
    /// What `--critical-allowlist` adds; Molt added `re` in front on 2026-02-14.
    pub critical_roots: Option<Vec<String>>,
    /// Modules in which no failure of an intrinsic may be passed over.
    pub pass_fallback_modules: Vec<String>,
    /// Module names that begin like this are exempt from that.
    pub exempt_prefixes: Vec<String>,
    /// Modules that may do nothing but refuse to be imported; where it names none, those of the checker's own list may.
    pub allowed_policy_gates: Vec<String>,
    /// Statuses that a module of the core lane may have.
    pub core_lane_statuses: Vec<String>,
    /// The queues of the audit document.
    pub queues: Vec<Vec<String>>,
}

fn names(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            strict_roots: names("builtins sys types importlib importlib.machinery importlib.util"),
            bootstrap_modules: names(
                "__future__ _abc _collections_abc _weakrefset abc collections.abc copy copyreg dataclasses keyword \
                 linecache re reprlib types typing warnings weakref",
            ),
            critical_roots: None,
            pass_fallback_modules: names("json"),
            exempt_prefixes: names("test"),
            allowed_policy_gates: Vec::new(),
            core_lane_statuses: names("intrinsic-backed"),
            queues: vec![
                names("socket select selectors threading asyncio"),
                names("builtins types weakref math re struct time inspect functools itertools operator contextlib"),
                names(
                    "pathlib importlib importlib.util importlib.machinery pkgutil glob shutil py_compile compileall \
                     json csv pickle enum ipaddress encodings ssl subprocess concurrent.futures http.client http.server",
                ),
            ],
        }
    }
}

/// The lists that Molt's checker keeps as constants, by the name that `[gates]` has for them.
const CHECKERS: [(&str, &str); 3] = [
    ("strict-roots", "BOOTSTRAP_STRICT_ROOTS"),
    ("critical-roots", "CRITICAL_STRICT_IMPORT_ROOTS"),
    ("pass-fallback-modules", "INTRINSIC_PASS_FALLBACK_STRICT_MODULES"),
];

/// A queue of modules, with its title.
pub type Queue = (String, Vec<String>);

/// The name of the queues in Molt's checker.
const QUEUES: &str = "PRIORITY_LOWERING_QUEUES";

/// What Molt's checker keeps as constants.
#[derive(Debug, Default)]
pub struct CheckersLists {
    /// The lists: our name, its name, what is in it. One that is not a plain tuple of texts is left out.
    pub lists: Vec<(&'static str, &'static str, Vec<String>)>,
    /// The queues of the audit document; none where it has no such constant, or one of another form.
    pub queues: Option<Vec<Queue>>,
}

/// The lists that are in the text of Molt's checker.
pub fn checkers_lists(text: &str) -> CheckersLists {
    checkers_lists_of(&constants(text).unwrap_or_default())
}

/// Those that are among its constants.
pub fn checkers_lists_of(constants: &Constants) -> CheckersLists {
    let tuple = |it: &Literal| -> Option<Vec<String>> {
        let Literal::Tuple(items) = it else { return None };
        items.iter().map(|it| it.as_str().map(str::to_owned)).collect()
    };
    let list = |(name, constant)| Some((name, constant, tuple(&constants.get(constant)?.value)?));
    let queue = |it: &Literal| match it {
        Literal::Tuple(items) => match &items[..] {
            [title, names] => Some((title.as_str()?.to_owned(), tuple(names)?)),
            _ => None,
        },
        _ => None,
    };
    let queues = match constants.get(QUEUES).map(|it| &it.value) {
        Some(Literal::Tuple(items)) => items.iter().map(queue).collect(),
        _ => None,
    };
    CheckersLists { lists: CHECKERS.into_iter().filter_map(list).collect(), queues }
}

impl Policy {
    /// The same with what the tree's own checker has for each list that the workspace does not decide on.
    #[must_use]
    pub fn following(&self, checker: &CheckersLists) -> Self {
        let mut res = self.clone();
        for (name, _, list) in checker.lists.iter().filter(|(name, ..)| !self.is_own(name)) {
            match *name {
                "strict-roots" => res.strict_roots.clone_from(list),
                "critical-roots" => res.critical_roots = Some(list.clone()),
                _ => res.pass_fallback_modules.clone_from(list),
            }
        }
        res
    }

    /// Whether the workspace decided on one of those lists for itself.
    pub fn is_own(&self, name: &str) -> bool {
        let molts = Self::default();
        match name {
            "strict-roots" => self.strict_roots != molts.strict_roots,
            "critical-roots" => self.critical_roots.is_some(),
            "queues" => self.queues != molts.queues,
            _ => self.pass_fallback_modules != molts.pass_fallback_modules,
        }
    }

    /// What that list is here.
    pub fn list(&self, name: &str, dialect: Dialect) -> Vec<String> {
        match name {
            "strict-roots" => self.strict_roots.clone(),
            "critical-roots" => self.critical_roots(dialect),
            _ => self.pass_fallback_modules.clone(),
        }
    }

    /// The roots that `--critical-allowlist` adds.
    pub fn critical_roots(&self, dialect: Dialect) -> Vec<String> {
        self.critical_roots.clone().unwrap_or_else(|| {
            let first = if dialect.is_late() { "re " } else { "" };
            names(&format!("{first}socket threading asyncio pathlib time traceback sys os"))
        })
    }
}

/// How strictly a run judges: the options of Molt's checker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mode {
    /// Fallback patterns count in intrinsic-backed modules and strict roots only.
    pub fallback_backed_only: bool,
    /// The critical roots are strict.
    pub critical: bool,
    /// Further strict roots, as given: `A,B`. Empty counts as not given.
    pub allowlist: Option<String>,
    /// What Molt's checker says is asked: a damaged manifest is judged as it stands, as that does.
    pub as_molt: bool,
}

impl Mode {
    /// The modules of the list, without the empty items; none where there is no list.
    pub fn listed(&self) -> Option<Vec<String>> {
        let list = self.allowlist.as_deref().filter(|it| !it.is_empty())?;
        Some(list.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_the_workspaces_own_where_it_differs() {
        let names = ["strict-roots", "critical-roots", "queues", "pass-fallback-modules"];
        let own = |policy: &Policy| names.into_iter().filter(|it| policy.is_own(it)).collect::<Vec<_>>();
        assert_eq!(own(&Policy::default()), Vec::<&str>::new());
        let one = || vec!["colorsys".to_owned()];
        assert_eq!(own(&Policy { strict_roots: one(), ..Policy::default() }), ["strict-roots"]);
        assert_eq!(own(&Policy { critical_roots: Some(one()), ..Policy::default() }), ["critical-roots"]);
        assert_eq!(own(&Policy { queues: vec![one()], ..Policy::default() }), ["queues"]);
        assert_eq!(own(&Policy { pass_fallback_modules: one(), ..Policy::default() }), ["pass-fallback-modules"]);
    }
}
