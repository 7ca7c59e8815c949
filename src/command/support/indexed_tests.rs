//! The differential tests of each module, by the workspace's own index.

use std::collections::BTreeMap;

use crate::{
    base::{Files, RelPath},
    command::support::failure::Failure,
    refresh::index_tests,
};

/// The paths of the tests, by module; none where there is no index.
pub(in crate::command) fn indexed_tests(
    files: &dyn Files,
    index: &RelPath,
) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let text = files.text(index)?.unwrap_or_default();
    let tests = index_tests(&text).into_iter();
    Ok(tests.map(|(key, all)| (key, all.into_iter().map(|it| it.path).collect())).collect())
}
