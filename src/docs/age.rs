//! Which findings are old, held against those of another revision.

use std::collections::{BTreeMap, HashMap};

use super::{
    claim::{Claim, ClaimKind},
    code::Code,
};
use crate::base::RelPath;

/// What makes two findings the same in two revisions: lines move, and numbers of claims with them.
type DocsFindingIdentity = (ClaimKind, String, Vec<String>, String, String, String);

fn identity(it: &Claim, path: &RelPath) -> DocsFindingIdentity {
    // of what is about more than a value, why says how much it is
    let is_about_more = matches!(it.kind, ClaimKind::Audit | ClaimKind::Document | ClaimKind::Invariant);
    let mut what = match it.kind {
        // a text that is out of date is not one that a person changed, and neither is one that is gone
        ClaimKind::Block | ClaimKind::File => format!("{:?}", it.code),
        _ if is_about_more => format!("{:?} {}", it.code, it.why.join("; ")),
        // what a wrong value is called depends on the history of its fact
        _ => String::new(),
    };
    what += &it.words;
    let stated = if is_about_more { String::new() } else { it.stated.clone() };
    (it.kind, path.to_string(), it.facts.clone(), it.binding.clone(), stated, what)
}

/// Marks those of `claims` that `before` has too, each as often as it has them. That a wrong sentence goes is no news; that a
/// text goes of which a part was wrong is. A source that cannot be used is old for documents that are the `same`: of others
/// nothing that follows from it was compared. `renamed` are the names of now of documents that went by others before.
pub fn mark_old(claims: &mut [Claim], before: &[Claim], same: bool, renamed: &BTreeMap<RelPath, RelPath>) {
    let mut left: HashMap<DocsFindingIdentity, usize> = HashMap::new();
    for it in before.iter().filter(|it| it.is_wrong()) {
        *left.entry(identity(it, renamed.get(&it.path).unwrap_or(&it.path))).or_default() += 1;
    }
    let is_open = |it: &Claim| !same && it.kind == ClaimKind::Document && it.code == Some(Code::Source);
    for it in claims.iter_mut().filter(|it| it.is_wrong() && !is_open(it)) {
        if let Some(count) = left.get_mut(&identity(it, &it.path)).filter(|it| **it > 0) {
            *count -= 1;
            it.is_old = true;
        }
    }
}
