//! A small tree of Molt's shape, built in code, and what it takes to change one, here or on disk.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use molt_sync::base::{Memory, RelPath};

pub const STD: &str = "src/molt/stdlib";
pub const UNION: &str = "tools/stdlib_module_union.py";
pub const RATCHET: &str = "tools/stdlib_intrinsics_ratchet.json";
pub const ATTESTATION: &str = "tools/stdlib_full_coverage_manifest.py";
pub const MANIFEST: &str = "runtime/molt-runtime/src/intrinsics/manifest.pyi";
pub const DOCUMENT: &str = "docs/spec/areas/compat/0016_STDLIB_INTRINSICS_AUDIT.md";
pub const LANE: &str = "tests/differential/basic/CORE_TESTS.txt";
pub const BINDINGS: &str = "src/molt/_intrinsics.pyi";
pub const TABLE: &str = "runtime/molt-runtime/src/intrinsics/generated.rs";

/// A module on intrinsics.
pub const LOAD: &str =
    "from _intrinsics import require_intrinsic\nrequire_intrinsic(\"molt_capabilities_has\", globals())\n";

/// Files by path, to be changed.
pub trait Tree {
    fn read(&self, path: &str) -> Option<Vec<u8>>;
    fn write(&mut self, path: &str, bytes: &[u8]);
    fn delete(&mut self, path: &str);

    fn text(&self, path: &str) -> String {
        String::from_utf8(self.read(path).unwrap_or_else(|| panic!("there is no {path}"))).unwrap()
    }

    fn append(&mut self, path: &str, text: &str) {
        let all = self.text(path) + text;
        self.write(path, all.as_bytes());
    }

    fn replace(&mut self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.write(path, text.replacen(from, to, 1).as_bytes());
    }

    /// Writes a module of the library, by its path in it.
    fn module(&mut self, path: &str, text: &str) {
        self.write(&format!("{STD}/{path}"), text.as_bytes());
    }

    fn append_module(&mut self, path: &str, text: &str) {
        self.append(&format!("{STD}/{path}"), text);
    }

    fn delete_module(&mut self, path: &str) {
        self.delete(&format!("{STD}/{path}"));
    }

    /// What is attested, and the contracts.
    fn attest(&mut self, modules: &str, contracts: &str) {
        let text = format!(
            "STDLIB_FULLY_COVERED_MODULES = ({modules})\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {{{contracts}}}\n"
        );
        self.write(ATTESTATION, text.as_bytes());
    }
}

impl Tree for Memory {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.0.get(&RelPath::new(path).unwrap()).cloned()
    }

    fn write(&mut self, path: &str, bytes: &[u8]) {
        self.0.insert(RelPath::new(path).unwrap(), bytes.to_vec());
    }

    fn delete(&mut self, path: &str) {
        self.0.remove(&RelPath::new(path).unwrap());
    }
}

/// A folder that is put back as it was.
pub struct OnDisk {
    root: PathBuf,
    before: BTreeMap<String, Option<Vec<u8>>>,
}

impl OnDisk {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), before: BTreeMap::new() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn put_back(&mut self) {
        for (path, bytes) in std::mem::take(&mut self.before) {
            match bytes {
                Some(bytes) => fs::write(self.root.join(path), bytes).unwrap(),
                None => drop(fs::remove_file(self.root.join(path))),
            }
        }
    }

    fn remember(&mut self, path: &str) {
        let there = self.read(path);
        self.before.entry(path.to_owned()).or_insert(there);
    }
}

impl Tree for OnDisk {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(path)).ok()
    }

    fn write(&mut self, path: &str, bytes: &[u8]) {
        self.remember(path);
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn delete(&mut self, path: &str) {
        self.remember(path);
        fs::remove_file(self.root.join(path)).unwrap();
    }
}

const MODULES: &[&str] = &[
    "__init__.py",
    "_intrinsics.py",
    "builtins.py",
    "sys.py",
    "types.py",
    "abc.py",
    "copy.py",
    "os.py",
    "time.py",
    "traceback.py",
    "threading.py",
    "socket.py",
    "colorsys.py",
    "this.py",
    "asyncio/__init__.py",
    "pathlib/__init__.py",
    "importlib/__init__.py",
    "importlib/machinery.py",
    "importlib/util.py",
    "json/__init__.py",
    "json/decoder.py",
    "json/tool.py",
    "xml/__init__.py",
    "xml/dom/__init__.py",
    "xml/dom/minidom.py",
    "test/__init__.py",
];

/// The tree: every gate passes on it.
pub fn mini() -> Memory {
    let mut res = Memory::default();
    for path in MODULES {
        res.module(path, LOAD);
    }
    res.module("importlib/__init__.py", &format!("import sys\nfrom . import machinery\n{LOAD}"));
    res.write(UNION, union().as_bytes());
    res.write(RATCHET, format!("{{\n  \"max_intrinsic_partial\": {}\n}}\n", MODULES.len()).as_bytes());
    res.attest("", "");
    let names = ["molt_capabilities_has", "molt_stdlib_probe", "molt_json_dumps"];
    let definitions: String = names.iter().map(|it| format!("def {it}(x: Any) -> Any: ...\n")).collect();
    let body = format!("from typing import Any\n\n{definitions}");
    res.write(MANIFEST, format!("# The intrinsics.\n# Two lines.\n\n{body}").as_bytes());
    res.write(BINDINGS, format!("# Generated.\n{body}").as_bytes());
    let entries: String = names
        .iter()
        .map(|it| {
            format!(
                "    IntrinsicSpec {{\n        name: \"{it}\",\n        symbol: \"{it}\",\n        arity: 1,\n    }},\n"
            )
        })
        .collect();
    let arms: String =
        names.iter().map(|it| format!("        \"{it}\" => Some(crate::{it} as usize as u64),\n")).collect();
    let table = format!(
        "pub(crate) const INTRINSICS: &[IntrinsicSpec] = &[\n{entries}];\nfn resolve(symbol: &str) -> Option<u64> {{\n    match symbol {{\n{arms}        _ => None,\n    }}\n}}\n"
    );
    res.write(TABLE, table.as_bytes());
    let functions: String =
        names.iter().map(|it| format!("pub extern \"C\" fn {it}(x: u64) -> u64 {{ x }}\n")).collect();
    res.write("runtime/molt-runtime/src/lib.rs", functions.as_bytes());
    res.write(LANE, b"# The core lane.\n\ntests/differential/basic/one.py\n");
    res.write("tests/differential/basic/one.py", b"import sys\nprint(sys)\n");
    document(&mut res);
    for (path, title) in
        [("docs/spec/STATUS.md", "Status"), ("ROADMAP.md", "Roadmap"), ("docs/OPERATIONS.md", "Operations")]
    {
        res.write(path, format!("# {title}\n").as_bytes());
    }
    res
}

/// The union of exactly the modules of the tree, without those that CPython does not have.
fn union() -> String {
    let names: Vec<(String, bool)> = MODULES
        .iter()
        .filter(|it| !["__init__.py", "_intrinsics.py", "test/__init__.py"].contains(it))
        .map(|it| match it.strip_suffix("/__init__.py") {
            Some(package) => (package.replace('/', "."), true),
            None => (it.trim_end_matches(".py").replace('/', "."), false),
        })
        .collect();
    let tuple = |wanted: &dyn Fn(&str, bool) -> bool| -> String {
        names
            .iter()
            .filter(|(name, package)| wanted(name, *package))
            .map(|(name, _)| format!("    \"{name}\",\n"))
            .collect()
    };
    format!(
        "BASELINE_PYTHON_VERSIONS = (\"3.14\",)\nSTDLIB_MODULE_UNION = (\n{})\nSTDLIB_PACKAGE_UNION = (\n{})\nSTDLIB_PY_SUBMODULE_UNION = (\n{})\nSTDLIB_PY_SUBPACKAGE_UNION = (\n{})\n",
        tuple(&|name, _| !name.contains('.')),
        tuple(&|name, package| !name.contains('.') && package),
        tuple(&|name, _| name.contains('.')),
        tuple(&|name, package| name.contains('.') && package),
    )
}

/// Writes the audit document anew.
pub fn document(tree: &mut Memory) {
    use molt_sync::audit::{Attestation, Audit, Rules, patch_document};
    let skeleton = include_str!("../../../docs-templates/init/audit.md");
    let attestation = Attestation::read(tree, &RelPath::new(ATTESTATION).unwrap()).unwrap();
    let rules = Rules {
        dialect: molt_sync::base::Dialect::February,
        attested: &attestation.modules,
        stubs: None,
        is_early: false,
    };
    let audit = Audit::run(tree, &RelPath::new(STD).unwrap(), rules).unwrap();
    let text = patch_document(skeleton, &audit).unwrap();
    tree.write(DOCUMENT, text.as_bytes());
}
