//! Files that a merge has left both sides in: named as that, and not by what a parser thinks of them.

use crate::command::support::failure::{Exit, Failure};

/// A file that a merge has left both sides in.
pub(in crate::command) fn merged(name: &str, line: usize) -> Failure {
    let message = format!("cannot read {name}: a merge left a conflict at line {line}");
    Failure::new(Exit::Person, message, format!("resolve the conflict, or {}", one_side(name)))
}

/// The same for what follows from other records: the union, the budget, what is generated as a whole.
pub(in crate::command) fn merged_record(name: &str, line: usize) -> Failure {
    let hint =
        format!("`molt-sync docs resolve {name}` settles it where the merge is still open; or {}", one_side(name));
    Failure { hint: Some(hint), ..merged(name, line) }
}

fn one_side(name: &str) -> String {
    format!(
        "take one side with `git checkout --ours {name}` or `--theirs` and refresh the series of the other side again"
    )
}

/// The same for the lock, of which both sides can be joined.
pub(in crate::command) fn merged_lock(name: &str, line: usize) -> Failure {
    let hint = format!("`molt-sync trust resolve` joins both sides of it; then `git add {name}`");
    Failure { hint: Some(hint), ..merged(name, line) }
}

/// The same for a document, whose managed regions can be settled by themselves.
pub(in crate::command) fn merged_document(name: &str, line: usize) -> Failure {
    let hint =
        format!("`molt-sync docs resolve {name}` settles what lies in managed regions; resolve the rest by hand");
    Failure { hint: Some(hint), ..merged(name, line) }
}
