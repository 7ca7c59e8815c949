//! The rules of August by which a module is on intrinsics through others: it imports one of its own package that is, or
//! it is a private helper that such a module imports.

use std::collections::{HashMap, HashSet};

use super::{Record, Status};
use crate::python::Import;

/// Raises `python-only` modules until nothing changes. `records` are in path order, which decides where two rules fit.
pub(super) fn close(records: &mut [Record]) {
    // of two files with one name, the later one speaks for both
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut order: Vec<String> = Vec::new();
    for (index, record) in records.iter().enumerate() {
        if by_name.insert(record.name.clone(), index).is_none() {
            order.push(record.name.clone());
        }
    }
    let imports: HashMap<&str, HashSet<String>> =
        order.iter().map(|name| (name.as_str(), imports(&records[by_name[name]]))).collect();
    let mut importers: HashMap<&str, Vec<&str>> = HashMap::new();
    for (owner, imported) in &imports {
        for name in imported {
            importers.entry(name.as_str()).or_default().push(owner);
        }
    }
    let mut status: HashMap<&str, Option<Status>> =
        order.iter().map(|name| (name.as_str(), records[by_name[name]].status)).collect();
    loop {
        let mut changed = false;
        for name in order.iter().map(String::as_str) {
            if status[name] != Some(Status::PythonOnly) {
                continue;
            }
            let is_implemented = |name: &str| status.get(name).copied().flatten().is_some_and(Status::is_implemented);
            let same_root = |other: &str| other.split('.').next() == name.split('.').next();
            let new = if imports[name].iter().any(|it| same_root(it) && is_implemented(it)) {
                Status::Backed
            } else if is_private(name)
                && importers.get(name).is_some_and(|it| it.iter().any(|it| is_implemented(it) && is_family(it, name)))
            {
                Status::Support
            } else {
                continue;
            };
            status.insert(name, Some(new));
            changed = true;
        }
        if !changed {
            break;
        }
    }
    let closed: Vec<Option<Status>> = records.iter().map(|it| status[it.name.as_str()]).collect();
    for (record, status) in records.iter_mut().zip(closed) {
        record.status = record.status.and(status);
    }
}

/// Everything that any statement imports, as full names, known or not, and the private files that strings name.
fn imports(record: &Record) -> HashSet<String> {
    let mut res = HashSet::new();
    let Some(summary) = record.said() else { return res };
    for import in &summary.all_imports {
        match import {
            Import::Module(name) => {
                res.insert(name.to_string());
            }
            Import::From { level, module, names } => {
                let Some(base) = relative_base(record, *level, module) else { continue };
                if names.iter().all(|it| &**it != "*") {
                    res.extend(names.iter().map(|name| format!("{base}.{name}")));
                }
                res.insert(base);
            }
        }
    }
    let parent = record.name.rsplit_once('.').map(|(parent, _)| parent);
    for stem in &summary.file_references {
        res.insert(parent.map_or_else(|| stem.to_string(), |parent| format!("{parent}.{stem}")));
    }
    res
}

/// What the module part of a `from` means here. Too many dots mean what stands behind them.
fn relative_base(record: &Record, level: u32, module: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    if level > 0 {
        parts = record.name.split('.').collect();
        if !record.is_package() {
            parts.pop();
        }
        parts.truncate(parts.len().saturating_sub(level as usize - 1));
    }
    parts.extend(Some(module).filter(|it| !it.is_empty()));
    (!parts.is_empty()).then(|| parts.join("."))
}

fn is_private(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|it| it.starts_with('_'))
}

/// Whether `helper` belongs to `owner`: the same parent package, or for a top-level owner a name that goes on with `_`.
fn is_family(owner: &str, helper: &str) -> bool {
    match owner.rsplit_once('.') {
        Some((package, _)) => helper.rsplit_once('.').map_or("", |(it, _)| it) == package,
        None => helper.strip_prefix(owner).is_some_and(|it| it.starts_with('_')),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::{
        audit::{Audit, Rules, Status},
        base::{Dialect, Memory, RelPath},
    };

    const LOAD: &str = "require_intrinsic('molt_x')\n";

    fn status(tree: &[(&str, &str)], name: &str) -> Status {
        let root = RelPath::new("s").unwrap();
        let files = Memory(tree.iter().map(|(path, text)| (root.join(path), text.as_bytes().to_vec())).collect());
        let none = BTreeSet::new();
        let rules = Rules { dialect: Dialect::August, attested: &none, stubs: None };
        let audit = Audit::run(&files, &root, rules).unwrap();
        audit.get(name).unwrap().status.unwrap()
    }

    #[test]
    fn a_module_that_imports_its_own_package_is_on_intrinsics_too() {
        let init = ("p/__init__.py", LOAD);
        for (text, expected) in [
            ("import p\n", Status::Partial),
            ("def f():\n    from . import x\n", Status::Partial),
            ("from .q import x\n", Status::PythonOnly),
            ("import q\n", Status::PythonOnly),
        ] {
            assert_eq!(status(&[init, ("p/a.py", text), ("q.py", LOAD)], "p.a"), expected, "{text}");
        }
        let chain = [init, ("p/a.py", "import p.b\n"), ("p/b.py", "import p.c\n"), ("p/c.py", "import p\n")];
        assert_eq!(status(&chain, "p.a"), Status::Partial);
    }

    #[test]
    fn a_private_helper_is_support_for_its_family() {
        for (owner, text, helper, expected) in [
            ("json.py", "import json_x\n", "json_x.py", Status::PythonOnly),
            ("_json.py", "import _json_x\n", "_json_x.py", Status::Support),
            ("_json.py", "x = '_json_x.py'\n", "_json_x.py", Status::Support),
            ("json.py", "import _json\n", "_json.py", Status::PythonOnly),
            ("p/a.py", "from . import _b\n", "p/_b.py", Status::Support),
            ("p/a.py", "def f(): import p._b\n", "p/_b.py", Status::Support),
            ("p/a.py", "x = 'lib/_b.py'\n", "p/_b.py", Status::Support),
            ("p/a.py", "from . import b\n", "p/b.py", Status::PythonOnly),
            ("q/a.py", "import p._b\n", "p/_b.py", Status::PythonOnly),
        ] {
            let owner = (owner, &*format!("{LOAD}{text}"));
            let name = helper.trim_end_matches(".py").replace('/', ".");
            assert_eq!(status(&[owner, (helper, "x = 1\n")], &name), expected, "{text} {helper}");
        }
    }
}
