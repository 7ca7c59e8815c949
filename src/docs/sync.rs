//! Claims to documents: what a tool may repair is written in the form that stands there, and nothing else changes.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    check::check,
    claim::{Claim, ClaimKind},
    code::{Code, CodeClass},
    links,
    lost::losses,
    region::{regions_with, replace_all},
    rules::{DocsRules, Document},
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
/// When a document would not read back as it was written: then none is to be written, and each of those is named.
pub fn sync(
    documents: &[Document],
    claims: &[Claim],
    rules: &DocsRules<'_>,
    page: &RelPath,
    take_source: bool,
) -> Result<Vec<Document>, Vec<Refused>> {
    let mut by_path: BTreeMap<&RelPath, Vec<&Claim>> = BTreeMap::new();
    for claim in claims.iter().filter(|it| may_repair(it, take_source)) {
        by_path.entry(&claim.path).or_default().push(claim);
    }
    let by_name: HashMap<&RelPath, &Document> = documents.iter().map(|it| (&it.path, it)).collect();
    let (mut res, mut before, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for (path, claims) in &by_path {
        let old = by_name.get(path);
        let text = match one(path, old.map_or("", |it| it.text.as_str()), claims, rules, page) {
            Ok(text) => text,
            Err(why) => {
                refused.push(why);
                continue;
            }
        };
        if old.is_none_or(|it| it.text != text) {
            before.extend(old.map(|it| Document::clone(it)));
            res.push(Document { path: (*path).clone(), text });
        }
    }
    let (before, after) = (check(&before, rules), check(&res, rules));
    let (before, after) = (by_document(&before), by_document(&after));
    for new in &res {
        let before = before.get(&new.path).copied().unwrap_or_default();
        let after = after.get(&new.path).copied().unwrap_or_default();
        let repaired = by_path.get(&new.path).map_or(&[][..], Vec::as_slice);
        refused.extend(verify(before, new, after, repaired).err());
    }
    if refused.is_empty() { Ok(res) } else { Err(refused) }
}

/// The claims of each document: those of one stand together.
fn by_document(claims: &[Claim]) -> BTreeMap<&RelPath, &[Claim]> {
    claims.chunk_by(|a, b| a.path == b.path).filter_map(|it| Some((&it.first()?.path, it))).collect()
}

/// Whether a tool may repair it.
pub fn may_repair(claim: &Claim, take_source: bool) -> bool {
    let is_decided = take_source && matches!(claim.code, Some(Code::Contradicted | Code::EditedBlock));
    let can = claim.wanted.is_some() || claim.code == Some(Code::Definition);
    claim.waived.is_none()
        && claim.kind != ClaimKind::Audit
        && can
        && (claim.class() == CodeClass::Repair || is_decided)
}

fn one(path: &RelPath, old: &str, claims: &[&Claim], rules: &DocsRules<'_>, page: &RelPath) -> Result<String, Refused> {
    let refuse = |why: String| Refused { path: path.clone(), why };
    if let Some(file) = claims.iter().find(|it| it.kind == ClaimKind::File) {
        let wanted = file.wanted.clone().unwrap_or_default();
        let is_crlf = old.contains("\r\n");
        return Ok(if is_crlf { wanted.replace('\n', "\r\n") } else { wanted });
    }
    let blocks: Vec<&&Claim> = claims.iter().filter(|it| it.kind == ClaimKind::Block).collect();
    // no block stands in another
    let mut spans: Vec<_> = blocks.iter().map(|it| it.span.clone()).collect();
    spans.sort_by_key(|it| it.start);
    let in_block = |it: &std::ops::Range<usize>| {
        let before = spans.partition_point(|block| block.start <= it.start);
        before.checked_sub(1).is_some_and(|block| it.end <= spans[block].end)
    };
    let mut values: Vec<&&Claim> = claims
        .iter()
        .filter(|it| it.kind != ClaimKind::Block && it.code != Some(Code::Definition) && !in_block(&it.span))
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
    if !blocks.is_empty() {
        let found = regions_with(&text, rules.legacy).map_err(|error| refuse(error.to_string()))?;
        let names: HashSet<&str> = found.iter().map(|it| it.name.as_str()).collect();
        if let Some(gone) = blocks.iter().find(|it| !names.contains(it.binding.as_str())) {
            return Err(refuse(format!("block `{}` is gone", gone.binding)));
        }
        let stale: HashSet<&str> = blocks.iter().map(|it| it.binding.as_str()).collect();
        let wanted = |name: &str| rules.blocks.get(name).map_or("", String::as_str);
        let all: Vec<_> =
            found.iter().filter(|it| stale.contains(it.name.as_str())).map(|it| (it, wanted(&it.name))).collect();
        text = replace_all(&text, &all).map_err(|error| refuse(error.to_string()))?;
    }
    // a block can bring a link that has no definition yet
    if claims.iter().any(|it| it.code == Some(Code::Definition) || it.kind == ClaimKind::Block) {
        text = links::define(path, &text, page);
    }
    Ok(text)
}

/// What makes two claims the same in two states of a document.
fn same(it: &Claim) -> (ClaimKind, Option<Code>, &[String], &str, &str) {
    (it.kind, it.code, &it.facts, &it.binding, &it.stated)
}

/// What was repaired must now be right, and nothing that was right may be wrong.
fn verify(before: &[Claim], new: &Document, after: &[Claim], repaired: &[&Claim]) -> Result<(), Refused> {
    let repaired: HashSet<String> = repaired.iter().map(|it| it.id()).collect();
    let left = before.iter().filter(|it| it.is_wrong() && !repaired.contains(&it.id()));
    // its number can be another one now
    let left: HashSet<_> = left.map(same).collect();
    let is_new = |it: &&Claim| it.is_wrong() && !left.contains(&same(it));
    let refuse = |why: String| Err(Refused { path: new.path.clone(), why });
    // nor may it say less than before
    if let Some(gone) = losses(before, after).first() {
        return refuse(format!("line {} would state {} no longer", gone.claim.line, gone.about));
    }
    let Some(still) = after.iter().find(is_new) else { return Ok(()) };
    let why = format!("line {} would not read back as it was written: {}", still.line, still.message());
    refuse(why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::ClaimState;

    fn claim(kind: ClaimKind, code: Code, wanted: Option<&str>) -> Claim {
        let path = RelPath::new("a.md").unwrap();
        let mut res = Claim::new(kind, &path, 0..1, "1").wrong(ClaimState::HandEdited, code, "it is wrong");
        res.wanted = wanted.map(str::to_owned);
        res
    }

    #[test]
    fn a_tool_repairs_what_it_can_write_and_nobody_has_to_decide() {
        use ClaimKind::{Audit, Link, Phrase};
        for (kind, code, wanted, by_itself, if_asked) in [
            (Phrase, Code::StaleValue, Some("2"), true, true),
            (Phrase, Code::StaleValue, None, false, false),
            (Link, Code::Definition, None, true, true),
            (Phrase, Code::Contradicted, Some("2"), false, true),
            (Phrase, Code::Contradicted, None, false, false),
            (Audit, Code::StaleValue, Some("2"), false, false),
        ] {
            let mut it = claim(kind, code, wanted);
            assert_eq!((may_repair(&it, false), may_repair(&it, true)), (by_itself, if_asked), "{kind:?} {code:?}");
            it.waived = Some("it is another number".into());
            assert!(!may_repair(&it, true), "{kind:?} {code:?}");
        }
    }
}
