//! Git without the filters of the repository.

use std::path::Path;

use super::{error::GitError, program::ask};

/// Settings under which no filter of the repository's starts when git reads a file of the work tree.
pub(super) fn without_filters(root: &Path, what: &str) -> Result<Vec<(String, &'static str)>, GitError> {
    let asked = ["config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process|required)$"];
    let names = ask(root, what, &asked)?.unwrap_or_default();
    let mut names: Vec<_> = names.split(|it| *it == 0).map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    names.retain(|it| !it.is_empty());
    names.sort();
    names.dedup();
    let value = |name: &str| if name.ends_with(".required") { "false" } else { "" };
    Ok(names.into_iter().map(|it| (it.clone(), value(&it))).collect())
}
