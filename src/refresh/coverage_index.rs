//! The index of the differential tests: a key for each module of the union, with the tests that cover it, in
//! `tests/differential/COVERAGE_INDEX.yaml` on 2026-02-13 and on 2026-08-15. Who covers a module is a person's to say.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{FileError, Files, RelPath};

/// What the index lacks, and what it has too much of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexKeys {
    /// Modules that are new and have no key, sorted.
    pub missing: Vec<String>,
    /// Modules that are gone and have one, sorted.
    pub surplus: Vec<String>,
}

/// Compares the index at `path` with modules that come and go; nothing where there is no index.
///
/// # Errors
/// When the index is there and cannot be read, or has no key at all: of one that is whole every module would seem to be missing.
pub fn index_keys(
    files: &dyn Files,
    path: &RelPath,
    new: &BTreeSet<&str>,
    gone: &BTreeSet<&str>,
) -> Result<IndexKeys, FileError> {
    let Some(text) = files.text(path)? else { return Ok(IndexKeys::default()) };
    let keys: BTreeSet<&str> = text.lines().filter_map(key).collect();
    if keys.is_empty() {
        return Err(FileError::unusable(path, &text, "it has no key"));
    }
    let those = |names: &BTreeSet<&str>, are_keys: bool| {
        names.iter().filter(|it| keys.contains(*it) == are_keys).map(|it| (*it).to_owned()).collect()
    };
    Ok(IndexKeys { missing: those(new, false), surplus: those(gone, true) })
}

/// One test of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedTest {
    /// Its path, as the index has it.
    pub path: String,
    /// Its line in the index, one-based.
    pub line: usize,
}

/// The tests of each key of the index, in its order. Only plain block YAML is understood, as Molt writes it.
pub fn index_tests(text: &str) -> BTreeMap<String, Vec<IndexedTest>> {
    let mut res: BTreeMap<String, Vec<IndexedTest>> = BTreeMap::new();
    // each key with the module whose tests stand below it
    let mut open: Vec<(usize, Option<&str>)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if let Some(key) = key(line) {
            while open.last().is_some_and(|(other, _)| *other >= indent) {
                open.pop();
            }
            let above = open.last().and_then(|(_, owner)| *owner);
            open.push((indent, if key == LIST { above } else { Some(key) }));
            if key != LIST {
                res.entry(key.to_owned()).or_default();
            }
        } else if let Some(path) = line.trim().strip_prefix("- ") {
            let owner = open.last().and_then(|(_, owner)| *owner);
            let path = path.split(" #").next().unwrap_or(path).trim().trim_matches(['"', '\'']);
            let tests = owner.and_then(|it| res.get_mut(it));
            if let Some(tests) = tests {
                tests.push(IndexedTest { path: path.to_owned(), line: at + 1 });
            }
        }
    }
    res
}

/// The key below which the tests of a module stand.
const LIST: &str = "tests";

/// The key of a line of plain block YAML.
fn key(line: &str) -> Option<&str> {
    let (key, rest) = line.trim_start().split_once(':')?;
    let is_end = rest.is_empty() || rest.starts_with([' ', '\t']);
    let is_item = key.starts_with(['#', '-']);
    (is_end && !is_item).then(|| key.trim_end().trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Memory;

    #[test]
    fn the_tests_of_each_key_are_read_with_their_lines() {
        let text = "# c\ncore:\n  builtins:\n    tests:\n      - a/abs.py\nstdlib:\n  \"os.path\":\n    tests:\n    - 'b/x.py' # why\n    - b/y.py\n  json:\n    tests: []\n";
        let found = index_tests(text);
        let shown = |key: &str| found[key].iter().map(|it| format!("{} {}", it.path, it.line)).collect::<Vec<_>>();
        assert_eq!(shown("builtins"), ["a/abs.py 5"]);
        assert_eq!(shown("os.path"), ["b/x.py 9", "b/y.py 10"]);
        assert!(shown("json").is_empty() && !found.contains_key("tests") && !found.contains_key("re"));
    }

    #[test]
    fn a_module_without_a_key_and_a_key_without_a_module_are_told() {
        let path = RelPath::new("tests/INDEX.yaml").unwrap();
        let text = "# c: d\ncore:\n  peps:\nstdlib:\n  os:\n    tests:\n      - a/b.py\n  \"os.path\":\n    tests: [x]\n  'zz' : # gone\n";
        let files = Memory([(path.clone(), text.into())].into());
        let keys = |new: &[&'static str], gone: &[&'static str]| {
            let set = |all: &[&'static str]| all.iter().copied().collect();
            index_keys(&files, &path, &set(new), &set(gone)).unwrap()
        };
        assert_eq!(keys(&["os", "os.path"], &["c", "x"]), IndexKeys::default());
        let told = keys(&["os", "os.new", "ab"], &["zz", "yy"]);
        assert_eq!((told.missing.join(" "), told.surplus.join(" ")), ("ab os.new".into(), "zz".into()));
        let none = Memory::default();
        assert_eq!(index_keys(&none, &path, &["x"].into(), &["os"].into()).unwrap(), IndexKeys::default());
    }
}
