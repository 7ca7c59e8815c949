//! Which findings are old, held against those of another revision.

use std::collections::HashMap;

use super::claim::{Claim, ClaimKind};

/// What makes two findings the same in two revisions: lines move, and numbers of claims with them.
type DocsFindingIdentity = (ClaimKind, String, Vec<String>, String, String, String);

fn identity(it: &Claim) -> DocsFindingIdentity {
    // of what is about more than a value, why says how much it is
    let is_about_more = matches!(it.kind, ClaimKind::Audit | ClaimKind::Document | ClaimKind::Invariant);
    let why = if is_about_more { format!("{:?} {}", it.code, it.why.join("; ")) } else { String::new() };
    let stated = if is_about_more { String::new() } else { it.stated.clone() };
    (it.kind, it.path.to_string(), it.facts.clone(), it.binding.clone(), stated, why)
}

/// Marks those of `claims` that `before` has too, each as often as it has them.
pub fn mark_old(claims: &mut [Claim], before: &[Claim]) {
    let mut left: HashMap<DocsFindingIdentity, usize> = HashMap::new();
    for it in before.iter().filter(|it| it.is_wrong()) {
        *left.entry(identity(it)).or_default() += 1;
    }
    for it in claims.iter_mut().filter(|it| it.is_wrong()) {
        if let Some(count) = left.get_mut(&identity(it)).filter(|it| **it > 0) {
            *count -= 1;
            it.is_old = true;
        }
    }
}
