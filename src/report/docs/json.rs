//! The claims as one JSON document.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::DocsReport;
use crate::docs::Claim;

impl DocsReport {
    /// The report; `all` holds what is right too.
    pub fn json(&self, all: bool) -> String {
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        for claim in &self.claims {
            *states.entry(claim.state.word()).or_default() += 1;
        }
        let shown: Vec<Value> = self.claims.iter().filter(|it| all || it.is_wrong()).map(claim_value).collect();
        let value = json!({
            "schema": 1,
            "documents": self.documents,
            "facts": self.facts,
            "states": states,
            "claims": shown,
        });
        format!("{value:#}\n")
    }
}

/// One claim.
pub(super) fn claim_value(claim: &Claim) -> Value {
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
        "stated": claim.stated,
        "wanted": claim.wanted,
        "sentence": claim.sentence,
        "as_of": claim.as_of,
        "why": claim.why,
        "do": claim.repair,
        "waived": claim.waived,
    })
}
