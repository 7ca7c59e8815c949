//! What keeps a document from being read as it is meant: a merge that is not resolved, and a comment that names no day.

use super::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    flow::{self, Flow},
    rules::Document,
    text::day::is_date,
};
use crate::base::RelPath;

/// A comment that should name a day and does not.
pub(super) fn no_day(path: &RelPath, flow: &Flow) -> Option<Claim> {
    let stated = flow.as_of.as_deref().filter(|it| !is_date(it))?;
    let claim = Claim::new(ClaimKind::Document, path, flow.place(0..1.min(flow.text.len())), stated);
    Some(claim.wrong(
        ClaimState::Broken,
        Code::AsOf,
        format!("`as-of {stated}` above it names no day such as 2026-02-12"),
    ))
}

/// An unresolved merge, outside of code.
pub(super) fn conflict(document: &Document, all: &[Flow]) -> Option<Claim> {
    let Document { path, text } = document;
    let mut at = 0;
    let is_code = |it: &&Flow| matches!(it.kind, flow::BlockKind::Code(_));
    let mut code: Vec<_> = all.iter().filter(is_code).map(|it| it.place(0..it.text.len())).collect();
    code.sort_by_key(|it| it.start);
    for line in text.split_inclusive('\n') {
        let in_code = || {
            let before = code.partition_point(|it| it.start <= at);
            before.checked_sub(1).is_some_and(|it| code[it].contains(&at))
        };
        if line.starts_with("<<<<<<< ") && !in_code() {
            let claim = Claim::new(ClaimKind::Document, path, at..at + line.trim_end().len(), line.trim_end());
            return Some(claim.wrong(ClaimState::Broken, Code::Conflict, "a merge is not resolved"));
        }
        at += line.len();
    }
    None
}
