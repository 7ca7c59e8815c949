//! Claims to documents: what a tool may repair is written in the form that stands there, and nothing else changes.

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
};

use super::{
    check::{Document, Rules, check},
    claim::{Claim, Kind},
    code::{Class, Code},
    links,
    region::{regions_with, replace},
};
use crate::base::RelPath;

/// Why nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {why}")]
pub struct Refused {
    /// The document.
    pub path: RelPath,
    /// Why.
    pub why: String,
}

/// The documents that change. With `take_source`, what a person would have to decide is decided for the source.
///
/// # Errors
/// When a document would not read back as it was written: then none is to be written.
pub fn sync(
    documents: &[Document],
    claims: &[Claim],
    rules: &Rules<'_>,
    page: &RelPath,
    take_source: bool,
) -> Result<Vec<Document>, Refused> {
    let mut by_path: BTreeMap<&RelPath, Vec<&Claim>> = BTreeMap::new();
    for claim in claims.iter().filter(|it| may_repair(it, take_source)) {
        by_path.entry(&claim.path).or_default().push(claim);
    }
    let mut res = Vec::new();
    for (path, claims) in by_path {
        let old = documents.iter().find(|it| it.path == *path);
        let text = one(path, old.map_or("", |it| it.text.as_str()), &claims, rules, page)?;
        if old.is_none_or(|it| it.text != text) {
            let new = Document { path: path.clone(), text };
            verify(old, &new, &claims, rules)?;
            res.push(new);
        }
    }
    Ok(res)
}

/// Whether a tool may repair it.
pub fn may_repair(claim: &Claim, take_source: bool) -> bool {
    let is_decided = take_source && matches!(claim.code, Some(Code::Contradicted | Code::EditedBlock));
    let can = claim.wanted.is_some() || claim.code == Some(Code::Definition);
    claim.waived.is_none() && claim.kind != Kind::Audit && can && (claim.class() == Class::Repair || is_decided)
}

fn one(path: &RelPath, old: &str, claims: &[&Claim], rules: &Rules<'_>, page: &RelPath) -> Result<String, Refused> {
    let refuse = |why: String| Refused { path: path.clone(), why };
    if let Some(file) = claims.iter().find(|it| it.kind == Kind::File) {
        let wanted = file.wanted.clone().unwrap_or_default();
        let is_crlf = old.contains("\r\n");
        return Ok(if is_crlf { wanted.replace('\n', "\r\n") } else { wanted });
    }
    let blocks: Vec<&&Claim> = claims.iter().filter(|it| it.kind == Kind::Block).collect();
    let in_block =
        |it: &Range<usize>| blocks.iter().any(|block| block.span.start <= it.start && it.end <= block.span.end);
    let mut values: Vec<&&Claim> = claims
        .iter()
        .filter(|it| it.kind != Kind::Block && it.code != Some(Code::Definition) && !in_block(&it.span))
        .collect();
    values.sort_by_key(|it| std::cmp::Reverse(it.span.start));
    // from the end, so that no place moves; put together once
    let mut parts: Vec<&str> = Vec::new();
    let mut end = old.len();
    for claim in values {
        let Some(wanted) = &claim.wanted else { continue };
        // two phrases can want the same number changed, to the same value
        if claim.span.end > end {
            if claim.span.start < end {
                return Err(refuse(format!("two sentences claim the bytes at line {}", claim.line)));
            }
            continue;
        }
        parts.push(&old[claim.span.end..end]);
        parts.push(wanted);
        end = claim.span.start;
    }
    parts.push(&old[..end]);
    let mut text: String = parts.into_iter().rev().collect();
    for block in blocks {
        let found = regions_with(&text, rules.legacy).map_err(|error| refuse(error.to_string()))?;
        let region = found.iter().find(|it| it.name == block.binding);
        let region = region.ok_or_else(|| refuse(format!("block `{}` is gone", block.binding)))?;
        let wanted = rules.blocks.get(&block.binding).map_or("", String::as_str);
        text = replace(&text, region, wanted).map_err(|error| refuse(error.to_string()))?;
    }
    // a block can bring a link that has no definition yet
    if claims.iter().any(|it| it.code == Some(Code::Definition) || it.kind == Kind::Block) {
        text = links::define(path, &text, page);
    }
    Ok(text)
}

/// What makes two claims the same in two states of a document.
fn same(it: &Claim) -> (Kind, Option<Code>, &[String], &str, &str) {
    (it.kind, it.code, &it.facts, &it.binding, &it.stated)
}

/// What was repaired must now be right, and nothing that was right may be wrong.
fn verify(old: Option<&Document>, new: &Document, repaired: &[&Claim], rules: &Rules<'_>) -> Result<(), Refused> {
    let after = check(std::slice::from_ref(new), rules);
    let before = old.map_or_else(Vec::new, |it| check(std::slice::from_ref(it), rules));
    let repaired: HashSet<String> = repaired.iter().map(|it| it.id()).collect();
    let left = before.iter().filter(|it| it.is_wrong() && !repaired.contains(&it.id()));
    // its number can be another one now
    let left: HashSet<_> = left.map(same).collect();
    let is_new = |it: &&Claim| it.is_wrong() && !left.contains(&same(it));
    let Some(still) = after.iter().find(is_new) else { return Ok(()) };
    let why = format!("line {} would not read back as it was written: {}", still.line, still.message());
    Err(Refused { path: new.path.clone(), why })
}
