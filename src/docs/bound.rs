//! The parts of documents that claims cover: what stands there is judged already.

use std::collections::HashMap;

use super::claim::Claim;
use crate::base::RelPath;

/// The parts of documents that a claim covers.
pub(super) struct BoundSpans<'a>(HashMap<&'a RelPath, Vec<(usize, usize)>>);

impl<'a> BoundSpans<'a> {
    /// Those of these claims.
    pub(super) fn new(claims: &'a [Claim]) -> Self {
        let mut res: HashMap<&RelPath, Vec<(usize, usize)>> = HashMap::new();
        for claim in claims.iter().filter(|it| !it.span.is_empty()) {
            res.entry(&claim.path).or_default().push((claim.span.start, claim.span.end));
        }
        for spans in res.values_mut() {
            spans.sort_unstable();
            // those that meet become one
            let mut last = 0;
            for at in 1..spans.len() {
                if spans[at].0 <= spans[last].1 {
                    spans[last].1 = spans[last].1.max(spans[at].1);
                } else {
                    last += 1;
                    spans[last] = spans[at];
                }
            }
            spans.truncate(last + 1);
        }
        Self(res)
    }

    /// Whether one of them covers a byte of a document.
    pub(super) fn has(&self, path: &RelPath, at: usize) -> bool {
        let Some(spans) = self.0.get(path) else { return false };
        let before = spans.partition_point(|it| it.0 <= at);
        before.checked_sub(1).is_some_and(|it| at < spans[it].1)
    }
}
