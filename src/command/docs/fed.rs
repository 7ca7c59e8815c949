//! The audit document and what another tool fills from it are written together: the one without the other makes that tool's
//! own check fail.

use std::collections::HashSet;

use super::load::LoadedDocs;
use crate::{
    base::RelPath,
    docs::{self, AuditFed, Claim, ClaimKind, ClaimState, Code, CodeClass, Document, counts, may_repair},
};

/// The tool that fills blocks of Molt's documents from the audit document.
const TOOL: &str = "tools/update_status_blocks.py";

/// Leaves the audit document to a person where a value that another tool filled from it would stay behind: it is waived,
/// not asked for, or its document is held back.
pub(super) fn hold_audit(loaded: &LoadedDocs, claims: &mut [Claim]) {
    let Some(Ok(wanted)) = &loaded.audit.1 else { return };
    let is_stale = |it: &Claim| it.kind == ClaimKind::Audit && it.class() == CodeClass::Repair;
    if !claims.iter().any(is_stale) {
        return;
    }
    let Some(left) = left_behind(loaded, claims, wanted) else { return };
    let tool = RelPath::new(TOOL).is_ok_and(|it| loaded.scripts.contains(&it));
    let tool = if tool { format!("`python3 {TOOL} --write`") } else { "the tool that fills it".to_owned() };
    for claim in claims.iter_mut().filter(|it| is_stale(it)) {
        (claim.code, claim.state, claim.wanted) = (Some(Code::Contradicted), ClaimState::HandEdited, None);
        let (path, line) = (&left.path, left.line);
        claim.why.push(format!("{path}:{line} is filled from it, and would stay at {}", left.stated));
        claim.repair = format!("let `docs sync` write {path} too, or update the document yourself and run {tool}");
    }
}

/// A value that agrees with the audit document as it is, not as it will be, and that nothing repairs.
fn left_behind(loaded: &LoadedDocs, claims: &[Claim], wanted: &str) -> Option<Claim> {
    let (old, new) = (counts(&loaded.audit_text), counts(wanted));
    let fed = AuditFed::new(&loaded.documents, &old);
    let marked: Vec<Document> = loaded.documents.iter().filter(|it| fed.has(&it.path)).cloned().collect();
    let written: HashSet<String> = claims.iter().filter(|it| may_repair(it, false)).map(Claim::id).collect();
    let stays = |it: &Claim| {
        let agreed = |fact: &String| old.get(fact) != new.get(fact) && fed.holds(fact, it);
        it.as_of.is_none() && it.facts.iter().any(agreed) && !written.contains(&it.id())
    };
    docs::check(&marked, &loaded.rules()).into_iter().filter(Claim::is_wrong).find(stays)
}
