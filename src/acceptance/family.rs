//! The modules that carry one: itself, its submodules, and its private siblings, as `operator` is carried by `_operator` and
//! `json` by `json.decoder` and `_json`.

use crate::audit::Audit;

/// The members of a module's family in the tree, the module first, the rest sorted.
pub fn family<'a>(audit: &'a Audit, module: &str) -> Vec<&'a str> {
    let names = audit.by_name().map(|it| it.name.as_str());
    let mut res: Vec<&str> = names.filter(|it| *it != module && is_member(it, module)).collect();
    if let Some(own) = audit.get(module) {
        res.insert(0, &own.name);
    }
    res
}

fn is_member(name: &str, module: &str) -> bool {
    let below = name.strip_prefix(module).and_then(|it| it.strip_prefix('.'));
    if let Some(below) = below {
        // a command line and tests carry nothing
        return !below.split('.').any(|it| matches!(it, "__main__" | "test" | "tests"));
    }
    let (parent, last) = split(name);
    let (own_parent, own) = split(module);
    // what is private itself has no helpers of its own
    parent == own_parent && !own.starts_with('_') && is_helper(last, own)
}

/// `_json`, `_json_x`, `_pyjson`, `_compat_json`.
fn is_helper(name: &str, of: &str) -> bool {
    let Some(bare) = name.strip_prefix('_') else { return false };
    let starts = bare.strip_prefix(of).is_some_and(|it| it.is_empty() || it.starts_with('_'));
    let ends = bare.strip_suffix(of).is_some_and(|it| it == "py" || it.ends_with('_'));
    starts || ends
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
        assert_eq!(family(&audit, "json"), ["json", "_compat_json", "_json", "_json_fast", "_pyjson", "json.decoder"]);
        assert_eq!(family(&audit, "_json"), ["_json"]);
        assert_eq!(family(&audit, "_x"), ["_x.y"]);
        assert_eq!(family(&audit, "nosuch"), Vec::<&str>::new());
    }
}
