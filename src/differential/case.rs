//! One test file: what it is called, what it says of itself, of which kind it is, and which modules it is about.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::LazyLock,
};

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::Headers;
use crate::base::Sha256;

/// Of which kind a test is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TestKind {
    /// A person wrote it.
    Test,
    /// A generated probe of a module's or of a builtin's surface.
    Probe,
}

/// One test file.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its path from the workspace's root, or its whole path where it lies elsewhere.
    pub test: String,
    /// Where it is.
    pub file: PathBuf,
    /// The digest of its bytes.
    pub digest: Sha256,
    /// What it says of itself.
    pub headers: Headers,
    /// Of which kind it is.
    pub kind: TestKind,
    /// The module that a probe names itself.
    pub own_module: Option<String>,
}

impl Case {
    /// A test with these bytes.
    pub fn new(test: impl Into<String>, file: PathBuf, bytes: &[u8]) -> Self {
        let (test, text) = (test.into(), String::from_utf8_lossy(bytes));
        let kind = if is_probe(&test) { TestKind::Probe } else { TestKind::Test };
        let own_module = if kind == TestKind::Probe { own_module(&text) } else { None };
        Self { digest: Sha256::of(bytes), headers: Headers::read(&text), kind, own_module, test, file }
    }

    /// The file's name without `.py`.
    pub fn stem(&self) -> &str {
        stem(&self.test)
    }
}

fn stem(test: &str) -> &str {
    let name = test.rsplit(['/', '\\']).next().unwrap_or(test);
    name.strip_suffix(".py").unwrap_or(name)
}

/// Whether Molt's tools generated the test, by how it is called: a name that ends in eight digits of a digest.
pub fn is_probe(test: &str) -> bool {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(cpython\d+plus_api_gap_(top_level|submodule)_|builtins_symbol_).+_[0-9a-f]{8}$").ok()
    });
    NAME.as_ref().is_some_and(|it| it.is_match(stem(test)))
}

/// `MODULE_NAME = "…"` at the beginning of a line.
fn own_module(text: &str) -> Option<String> {
    let value = text.lines().find_map(|it| it.strip_prefix("MODULE_NAME = "))?.trim();
    let name = value.trim_matches(['"', '\'']);
    (name.len() + 2 == value.len()).then(|| name.to_owned())
}

/// The modules that the names of tests may begin with: a tree has as many tests as modules.
pub struct TestedModules<'a>(HashMap<String, &'a str>);

impl<'a> TestedModules<'a> {
    /// Of these modules, sorted.
    pub fn new(known: &BTreeSet<&'a str>) -> Self {
        Self(known.iter().map(|it| (it.replace('.', "_"), *it)).collect())
    }

    /// The module that a test is about by its name alone: `json_loads.py` is about `json`, and `os_path_join.py` about `os.path`,
    /// because of all known modules the longest counts.
    pub fn of(&self, test: &str) -> Option<&'a str> {
        let stem = stem(test);
        let parts = stem.rmatch_indices('_').map(|(at, _)| &stem[..at]);
        std::iter::once(stem).chain(parts).find_map(|it| self.0.get(it)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_are_told_by_their_names_and_name_their_modules() {
        for (test, kind) in [
            ("t/stdlib/cpython312plus_api_gap_top_level_abc_0a1b2c3d.py", TestKind::Probe),
            ("t/stdlib/cpython313plus_api_gap_submodule_xml_dom_0a1b2c3d.py", TestKind::Probe),
            ("builtins_symbol_abs_82451b41.py", TestKind::Probe),
            ("builtins_symbol_abs.py", TestKind::Test),
            ("json_82451b41.py", TestKind::Test),
        ] {
            assert_eq!(Case::new(test, PathBuf::new(), b"").kind, kind, "{test}");
        }
        let probe =
            |text: &str| Case::new("builtins_symbol_abs_82451b41.py", PathBuf::new(), text.as_bytes()).own_module;
        assert_eq!(probe("x\nMODULE_NAME = \"xml.dom\"\n").as_deref(), Some("xml.dom"));
        assert_eq!(probe("MODULE_NAME = name()\n"), None);
    }

    #[test]
    fn the_longest_module_that_a_name_begins_with_counts() {
        let known: BTreeSet<&str> = ["os", "os.path", "json", "jso"].into();
        for (test, module) in [
            ("a/os_path_join.py", Some("os.path")),
            ("os_walk.py", Some("os")),
            ("os.py", Some("os")),
            ("osx.py", None),
            ("json_a.py", Some("json")),
        ] {
            assert_eq!(TestedModules::new(&known).of(test), module, "{test}");
        }
    }
}
