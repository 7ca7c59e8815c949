//! The modules whose names a file takes over.

use std::collections::HashSet;

use super::ImportOrigin;

/// Each module once, where the file takes over its names last: what it gives is bound there, however often it was before.
pub(super) fn last_of_each(stars: Vec<(ImportOrigin, u32)>) -> Vec<(ImportOrigin, u32)> {
    let mut seen = HashSet::new();
    let mut res: Vec<_> = stars.into_iter().rev().filter(|(from, _)| seen.insert(from.clone())).collect();
    res.reverse();
    res
}
