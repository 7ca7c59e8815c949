//! The modules that carry one: itself, its submodules, and its private siblings, as `operator` is carried by `_operator` and
//! `json` by `json.decoder` and `_json`.

use std::collections::HashMap;

use crate::audit::Audit;

/// The families of a tree.
pub struct Families<'a> {
    /// Every module, sorted.
    names: Vec<&'a str>,
    /// The private siblings by the package and the name that they carry.
    helpers: HashMap<(&'a str, &'a str), Vec<&'a str>>,
}

impl<'a> Families<'a> {
    /// Those of every module of the tree, sorted once: a tree of many modules is asked for the family of each.
    pub fn new(audit: &'a Audit) -> Self {
        let names: Vec<&str> = audit.by_name().map(|it| it.name.as_str()).collect();
        let mut helpers: HashMap<_, Vec<&str>> = HashMap::new();
        for name in &names {
            let (parent, last) = split(name);
            for own in carried(last) {
                helpers.entry((parent, own)).or_default().push(name);
            }
        }
        Self { names, helpers }
    }

    /// The members of a module's family, the module first, the rest sorted.
    pub fn of(&self, module: &str) -> Vec<&'a str> {
        let inside = format!("{module}.");
        let from = self.names.partition_point(|it| *it < inside.as_str());
        let below = self.names[from..].iter().map_while(|it| it.strip_prefix(&inside).map(|below| (*it, below)));
        // a command line and tests carry nothing
        let is_apart = |it: &str| it.split('.').any(|it| matches!(it, "__main__" | "test" | "tests"));
        let mut res: Vec<&str> = below.filter(|(_, below)| !is_apart(below)).map(|(it, _)| it).collect();
        let (parent, own) = split(module);
        // what is private itself has no helpers of its own
        if !own.starts_with('_') {
            res.extend(self.helpers.get(&(parent, own)).into_iter().flatten());
        }
        res.sort_unstable();
        res.dedup();
        if let Ok(at) = self.names.binary_search(&module) {
            res.insert(0, self.names[at]);
        }
        res
    }
}

/// The most underscores at which a name is split: no module of the library has as many.
const MOST_PARTS: usize = 8;

/// The names that a private one carries: `json` is carried by `_json`, `_json_x`, `_pyjson` and `_compat_json`.
fn carried(name: &str) -> Vec<&str> {
    let Some(bare) = name.strip_prefix('_') else { return Vec::new() };
    let parts = bare.match_indices('_').map(|(at, _)| at).take(MOST_PARTS);
    let mut res: Vec<&str> = parts.flat_map(|at| [&bare[..at], &bare[at + 1..]]).collect();
    res.push(bare);
    res.extend(bare.strip_prefix("py"));
    res.retain(|it| !it.is_empty() && !it.starts_with('_'));
    res.sort_unstable();
    res.dedup();
    res
}

fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        audit::Rules,
        base::{Dialect, Memory, RelPath},
    };

    #[test]
    fn submodules_and_private_siblings_belong_to_a_module() {
        let root = RelPath::new("s").unwrap();
        let paths = [
            "json/__init__.py",
            "json/decoder.py",
            "json/__main__.py",
            "json/tests/x.py",
            "_json.py",
            "_json_fast.py",
            "_compat_json.py",
            "_pyjson.py",
            "_jsonx.py",
            "jsonx.py",
            "a/_json.py",
            "_x/y.py",
        ];
        let files = paths.iter().map(|it| (root.join(it), Vec::new())).collect();
        let none = BTreeSet::new();
        let rules = Rules { dialect: Dialect::February, attested: &none, stubs: None, is_early: false };
        let audit = Audit::run(&Memory(files), &root, rules).unwrap();
        let families = Families::new(&audit);
        assert_eq!(carried(&format!("_{}z", "a_".repeat(100))).len(), 2 * MOST_PARTS + 1);
        assert_eq!(families.of("json"), ["json", "_compat_json", "_json", "_json_fast", "_pyjson", "json.decoder"]);
        assert_eq!(families.of("_json"), ["_json"]);
        assert_eq!(families.of("_x"), ["_x.y"]);
        assert_eq!(families.of("nosuch"), Vec::<&str>::new());
    }
}
