//! What one release's standard library consists of.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Version;

/// How a name comes to be importable.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ModuleKind {
    /// A `.py` file.
    #[default]
    Module,
    /// A folder with `__init__.py`.
    Package,
    /// No file: code of another module, in Python or in C, puts it into `sys.modules` while that one is imported.
    Alias,
    /// A top-level name without a file in `Lib/`: C code, built in or not.
    Extension,
}

/// One importable name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StdlibModule {
    /// How it comes to be importable.
    pub kind: ModuleKind,
    /// Its file inside the release; for an alias, the file that makes it. None where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The platforms it is limited to, as `sys.platform` spells them; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
}

/// The facts of one release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseFacts {
    /// Which release; none where that is not known (names imported from a workspace's union file).
    pub release: Option<Version>,
    /// `sys.stdlib_module_names`
    pub top_level: BTreeSet<String>,
    /// Every required name below those, themselves included.
    pub modules: BTreeMap<String, StdlibModule>,
    /// Names that are left out, and why they are known to be tests.
    pub test_only: BTreeMap<String, String>,
    /// Files that are not modules although they end in `.py`, each with the reason.
    pub not_importable: BTreeMap<String, String>,
}

impl ReleaseFacts {
    /// Names of `.py` files and packages: what Molt counts as Python modules.
    pub fn py_modules(&self) -> impl Iterator<Item = (&str, ModuleKind)> {
        self.modules
            .iter()
            .filter(|(_, it)| matches!(it.kind, ModuleKind::Module | ModuleKind::Package))
            .map(|(name, it)| (name.as_str(), it.kind))
    }

    /// How many names of one kind there are.
    pub fn count(&self, kind: ModuleKind) -> usize {
        self.modules.values().filter(|it| it.kind == kind).count()
    }
}

impl ModuleKind {
    /// The word in files and messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Package => "package",
            Self::Alias => "alias",
            Self::Extension => "extension",
        }
    }
}

/// Whether `part` can stand in a dotted name. CPython's own file names are ASCII.
pub(super) fn is_identifier(part: &str) -> bool {
    let mut bytes = part.bytes();
    let first = bytes.next().is_some_and(|it| it == b'_' || it.is_ascii_alphabetic());
    first && bytes.all(|it| it == b'_' || it.is_ascii_alphanumeric())
}

/// Why a dotted name is known to be a test, if it is: some part of it names a test package.
pub(super) fn test_reason(name: &str) -> Option<String> {
    let mut at = 0;
    for part in name.split('.') {
        at += part.len() + 1;
        if matches!(part, "test" | "tests" | "idle_test") {
            return Some(format!("in the test package {}", &name[..at - 1]));
        }
    }
    None
}
