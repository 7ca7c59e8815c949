//! The rules of August by which a module is on intrinsics through others: it imports one of its own package that is, or
//! it is a private helper that such a module imports.

use std::collections::{BTreeSet, HashMap};

use super::{Record, Status};
use crate::python::Import;

/// Raises `python-only` modules until nothing changes. `records` are in path order, which decides where two rules fit.
///
/// It is as if all modules were looked at in that order, round after round. Each is looked at again only where something
/// has changed that it depends on: in the same round where its turn is still to come, else in the next one.
pub(super) fn close(records: &mut [Record]) {
    let tree = ImportTree::new(records);
    let mut status: Vec<Option<Status>> = tree.records.iter().map(|it| records[*it].status).collect();
    // what holds of a module by one that is on intrinsics: it imports that one, or that one imports it
    let (mut imports_one, mut helps_one) = (vec![false; status.len()], vec![false; status.len()]);
    let mut open: BTreeSet<(usize, usize)> = BTreeSet::new();
    let spread = |from: usize, imports_one: &mut [bool], helps_one: &mut [bool]| -> Vec<usize> {
        let name = tree.names[from].as_str();
        let above = tree.importers[from].iter().filter(|it| root(&tree.names[**it]) == root(name)).copied();
        let above: Vec<usize> = above.filter(|it| !std::mem::replace(&mut imports_one[*it], true)).collect();
        let is_helper = |it: &&usize| is_private(&tree.names[**it]) && is_family(name, &tree.names[**it]);
        let below = tree.imports[from].iter().filter(is_helper).copied();
        above.into_iter().chain(below.filter(|it| !std::mem::replace(&mut helps_one[*it], true))).collect()
    };
    for from in (0..status.len()).filter(|it| status[*it].is_some_and(Status::is_implemented)) {
        open.extend(spread(from, &mut imports_one, &mut helps_one).into_iter().map(|it| (0, it)));
    }
    while let Some((round, at)) = open.pop_first() {
        if status[at] != Some(Status::PythonOnly) {
            continue;
        }
        status[at] = Some(if imports_one[at] { Status::Backed } else { Status::Support });
        let next = spread(at, &mut imports_one, &mut helps_one);
        open.extend(next.into_iter().map(|it| (round + usize::from(it < at), it)));
    }
    let closed: Vec<Option<Status>> =
        records.iter().map(|it| tree.number(&it.name).and_then(|it| status[it])).collect();
    for (record, status) in records.iter_mut().zip(closed) {
        record.status = record.status.and(status);
    }
}

/// The modules of a tree by number, in path order, and what imports what, as far as both are in the tree.
struct ImportTree {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
    /// Bytes of the longest name.
    longest: usize,
    /// The record of each: of two files with one name, the later one speaks for both.
    records: Vec<usize>,
    imports: Vec<Vec<usize>>,
    importers: Vec<Vec<usize>>,
}

impl ImportTree {
    fn new(records: &[Record]) -> Self {
        let mut res = Self {
            names: Vec::new(),
            numbers: HashMap::new(),
            longest: records.iter().map(|it| it.name.len()).max().unwrap_or_default(),
            records: Vec::new(),
            imports: Vec::new(),
            importers: Vec::new(),
        };
        for (index, record) in records.iter().enumerate() {
            if let Some(number) = res.numbers.get(&record.name) {
                res.records[*number] = index;
            } else {
                res.numbers.insert(record.name.clone(), res.names.len());
                res.names.push(record.name.clone());
                res.records.push(index);
            }
        }
        res.imports = res.records.iter().map(|it| res.imports_of(&records[*it])).collect();
        res.importers = vec![Vec::new(); res.names.len()];
        for (from, imports) in res.imports.iter().enumerate() {
            for to in imports {
                res.importers[*to].push(from);
            }
        }
        res
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// Everything that any statement imports, and the private files that strings name.
    fn imports_of(&self, record: &Record) -> Vec<usize> {
        let mut res = BTreeSet::new();
        let Some(summary) = record.said() else { return Vec::new() };
        for import in &summary.all_imports {
            match import {
                Import::Module(name) => res.extend(self.number(name)),
                Import::From { level, module, names } => {
                    let Some(base) = relative_base(record, *level, module) else { continue };
                    // no module below it is called so long
                    if base.len() < self.longest && names.iter().all(|it| &**it != "*") {
                        res.extend(names.iter().filter_map(|name| self.number(&format!("{base}.{name}"))));
                    }
                    res.extend(self.number(&base));
                }
            }
        }
        let parent = record.name.rsplit_once('.').map(|(parent, _)| parent);
        for stem in &summary.file_references {
            res.extend(match parent {
                Some(parent) => self.number(&format!("{parent}.{stem}")),
                None => self.number(stem),
            });
        }
        res.into_iter().collect()
    }
}

fn root(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
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

    use proptest::prelude::*;

    use super::{is_family, is_private, root};
    use crate::{
        audit::{Audit, Rules, Status},
        base::{Dialect, Memory, RelPath},
    };

    const LOAD: &str = "require_intrinsic('molt_x')\n";

    fn status(tree: &[(&str, &str)], name: &str) -> Status {
        let root = RelPath::new("s").unwrap();
        let files = Memory(tree.iter().map(|(path, text)| (root.join(path), text.as_bytes().to_vec())).collect());
        let none = BTreeSet::new();
        let rules = Rules { dialect: Dialect::August, attested: &none, stubs: None, is_early: false };
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

    const NAMES: [&str; 8] = ["_json", "_json_x", "_json_x_y", "json", "p._b", "p._c", "p.a", "p.d"];

    /// What the rules say where every module is looked at in order until nothing changes.
    fn slowly(loads: &[bool], imports: &[Vec<usize>]) -> Vec<bool> {
        let mut done = loads.to_vec();
        loop {
            let before = done.clone();
            for at in 0..NAMES.len() {
                let imports_one = imports[at].iter().any(|it| done[*it] && root(NAMES[*it]) == root(NAMES[at]));
                let mut owners = (0..NAMES.len()).filter(|it| done[*it] && imports[*it].contains(&at));
                let helps_one = is_private(NAMES[at]) && owners.any(|it| is_family(NAMES[it], NAMES[at]));
                done[at] |= imports_one || helps_one;
            }
            if done == before {
                return done;
            }
        }
    }

    proptest! {
        #[test]
        fn looking_at_what_changed_is_enough(
            loads in prop::collection::vec(prop::bool::weighted(0.2), 8),
            imports in prop::collection::vec(prop::collection::vec(0_usize..8, 0..3), 8),
        ) {
            let text = |at: usize| {
                let load = if loads[at] { LOAD } else { "" };
                load.to_owned() + &imports[at].iter().map(|it| format!("import {}\n", NAMES[*it])).collect::<String>()
            };
            let tree: Vec<(String, String)> =
                (0..8).map(|at| (format!("{}.py", NAMES[at].replace('.', "/")), text(at))).collect();
            let tree: Vec<(&str, &str)> = tree.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            let wanted = slowly(&loads, &imports);
            for at in 0..8 {
                prop_assert_eq!(status(&tree, NAMES[at]) != Status::PythonOnly, wanted[at], "{} in {:?}", NAMES[at], &tree);
            }
        }
    }
}
