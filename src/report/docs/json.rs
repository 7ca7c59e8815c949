//! The claims as one JSON document.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    DocsReport, HistoryComparison, SHOWN,
    excerpt::{Excerpt, has_lines},
};
use crate::{
    base::shortened,
    docs::{Claim, CodeClass},
    report::{
        each::Each,
        envelope::{FORM, json_document},
    },
};

impl DocsReport {
    /// The report; `all` holds what is right too.
    pub fn json(&self, all: bool) -> String {
        let mut states: BTreeMap<&'static str, usize> = BTreeMap::new();
        for claim in &self.claims {
            // what is only told is no drift
            let is_note = claim.code.is_some_and(|it| it.class() == CodeClass::Note);
            *states.entry(if is_note { "note" } else { claim.state.word() }).or_default() += 1;
        }
        let compared = match &self.compared {
            HistoryComparison::Unasked => Value::Null,
            HistoryComparison::Not(why) => json!({ "with": null, "why": why, "settings_differ": [] }),
            HistoryComparison::With { revision, settings } => {
                json!({ "with": revision, "why": null, "settings_differ": settings })
            }
        };
        let value = DocsEnvelope {
            bound: self.bound,
            claims: Each(|| self.claims.iter().filter(|it| all || it.is_wrong()).map(claim_value)),
            compared,
            documents: self.documents,
            facts: self.facts,
            lost: self.lost(),
            not_looked_at: &self.unread,
            schema: FORM,
            states,
        };
        json_document(&value)
    }
}

/// The whole, its keys sorted.
#[derive(Serialize)]
struct DocsEnvelope<'a, C> {
    bound: usize,
    claims: C,
    compared: Value,
    documents: usize,
    facts: usize,
    lost: usize,
    not_looked_at: &'a [String],
    schema: u32,
    states: BTreeMap<&'static str, usize>,
}

/// One claim.
pub(super) fn claim_value(claim: &Claim) -> Value {
    let Excerpt { stated, wanted } = Excerpt::of(claim);
    let (stated, wanted) = if has_lines(claim) {
        (stated.join("\n"), wanted.map(|it| it.join("\n")))
    } else {
        let short = |it: &str| shortened(it, SHOWN).into_owned();
        (short(&claim.stated), claim.wanted.as_deref().map(short))
    };
    json!({
        "id": claim.id(),
        "kind": claim.kind.word(),
        "path": claim.path,
        "line": claim.line,
        "column": claim.column,
        "facts": claim.facts,
        "binding": claim.binding,
        "state": claim.state.word(),
        "code": claim.code.map(crate::docs::Code::id),
        "stated": stated,
        "wanted": wanted,
        "sentence": claim.sentence,
        "as_of": claim.as_of,
        "why": claim.why,
        "do": claim.repair,
        "waived": claim.waived,
        "old": claim.is_old,
    })
}
