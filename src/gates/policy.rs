//! What a workspace decides for itself: `[gates]` in `molt-sync.toml`. The defaults are Molt's values of 2026-02-13.

use serde::Deserialize;

use crate::base::Dialect;

/// Roots, lists and allowances. Every list is one of module names.
#[derive(Debug, Clone, Deserialize)]
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
    /// Modules that may do nothing but refuse to be imported.
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

impl Policy {
    /// The roots that `--critical-allowlist` adds.
    pub fn critical_roots(&self, dialect: Dialect) -> Vec<String> {
        self.critical_roots.clone().unwrap_or_else(|| {
            let first = if dialect == Dialect::August { "re " } else { "" };
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
}

impl Mode {
    /// The modules of the list, without the empty items; none where there is no list.
    pub fn listed(&self) -> Option<Vec<String>> {
        let list = self.allowlist.as_deref().filter(|it| !it.is_empty())?;
        Some(list.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect())
    }
}
