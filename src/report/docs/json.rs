//! The claims as one JSON document.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::DocsReport;
use crate::docs::Claim;

impl DocsReport {
    /// The report; `all` holds what is right too.
    pub fn json(&self, all: bool) -> String {
        let mut states: BTreeMap<&'static str, usize> = BTreeMap::new();
        for claim in &self.claims {
            *states.entry(claim.state.word()).or_default() += 1;
        }
        let value = Document {
            claims: Shown { claims: &self.claims, all },
            documents: self.documents,
            facts: self.facts,
            schema: 1,
            states,
        };
        // nothing in it can fail to be written
        serde_json::to_string_pretty(&value).map_or_else(|error| format!("{error}\n"), |it| it + "\n")
    }
}

/// The whole, its keys sorted.
#[derive(Serialize)]
struct Document<'a> {
    claims: Shown<'a>,
    documents: usize,
    facts: usize,
    schema: u32,
    states: BTreeMap<&'static str, usize>,
}

/// The claims that are shown, one value at a time: there can be very many.
struct Shown<'a> {
    claims: &'a [Claim],
    all: bool,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.claims.iter().filter(|it| self.all || it.is_wrong()).map(claim_value))
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
