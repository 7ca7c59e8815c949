//! The claims as one JSON document.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::DocsReport;
use crate::{
    docs::Claim,
    report::each::{Each, document},
};

impl DocsReport {
    /// The report; `all` holds what is right too.
    pub fn json(&self, all: bool) -> String {
        let mut states: BTreeMap<&'static str, usize> = BTreeMap::new();
        for claim in &self.claims {
            *states.entry(claim.state.word()).or_default() += 1;
        }
        let value = Document {
            claims: Each(|| self.claims.iter().filter(|it| all || it.is_wrong()).map(claim_value)),
            documents: self.documents,
            facts: self.facts,
            schema: 1,
            states,
        };
        document(&value)
    }
}

/// The whole, its keys sorted.
#[derive(Serialize)]
struct Document<C> {
    claims: C,
    documents: usize,
    facts: usize,
    schema: u32,
    states: BTreeMap<&'static str, usize>,
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
