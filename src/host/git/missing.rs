//! Objects that are not here.

use std::path::Path;

use super::{error::GitError, program::ask};

/// What is said of an object that is not here: a partial clone may do without it, but nothing is fetched while one reads.
pub(super) fn missing(root: &Path, what: &str, why: String) -> GitError {
    let asked = ["config", "--name-only", "--get-regexp", r"^(remote\..*\.promisor|extensions\.partialclone)$"];
    let is_partial = ask(root, what, &asked).is_ok_and(|it| it.is_some());
    let more = is_partial.then(|| "the repository has a promisor remote, of which nothing is asked here".to_owned());
    GitError::Failed { what: what.to_owned(), why, more: more.into_iter().collect() }
}
