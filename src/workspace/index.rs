//! The differential tests of each module, by the workspace's own index.

use std::collections::BTreeMap;

use super::damage::{Damage, Input, Reading};
use crate::{
    base::{Files, RelPath},
    differential::CoverageIndex,
    refresh::{IndexedTest, index_tests},
};

/// The tests, by module; none where there is no index.
pub fn indexed_tests(files: &dyn Files, path: &RelPath) -> Reading<BTreeMap<String, Vec<IndexedTest>>> {
    let text = files.text(path)?.unwrap_or_default();
    coverage_of(path, &text)?;
    Ok(index_tests(&text))
}

/// The same as lists of paths.
pub fn indexed_paths(files: &dyn Files, path: &RelPath) -> Reading<BTreeMap<String, Vec<String>>> {
    let tests = indexed_tests(files, path)?.into_iter();
    Ok(tests.map(|(key, all)| (key, all.into_iter().map(|it| it.path).collect())).collect())
}

/// The index as the runner of the tests reads it.
pub fn coverage_index(files: &dyn Files, path: &RelPath) -> Reading<CoverageIndex> {
    coverage_of(path, &files.text(path)?.unwrap_or_default())
}

fn coverage_of(path: &RelPath, text: &str) -> Reading<CoverageIndex> {
    CoverageIndex::parse(text).map_err(|error| Damage::text(Input::Index, path.as_str(), text, error.to_string()))
}
