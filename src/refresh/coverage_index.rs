//! The index of the differential tests: a key for each module of the union, with the tests that cover it, in
//! `tests/differential/COVERAGE_INDEX.yaml` on 2026-02-13 and on 2026-08-15. Who covers a module is a person's to say.

use std::collections::BTreeSet;

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
/// When the index is there and cannot be read.
pub fn index_keys(
    files: &dyn Files,
    path: &RelPath,
    new: &BTreeSet<&str>,
    gone: &BTreeSet<&str>,
) -> Result<IndexKeys, FileError> {
    let Some(text) = files.text(path)? else { return Ok(IndexKeys::default()) };
    let keys: BTreeSet<&str> = text.lines().filter_map(key).collect();
    let those = |names: &BTreeSet<&str>, are_keys: bool| {
        names.iter().filter(|it| keys.contains(*it) == are_keys).map(|it| (*it).to_owned()).collect()
    };
    Ok(IndexKeys { missing: those(new, false), surplus: those(gone, true) })
}

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
