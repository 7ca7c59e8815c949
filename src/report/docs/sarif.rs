//! SARIF 2.1.0, for code scanning: one rule a code, one result a claim with a fix where a tool can make it, and
//! fingerprints that outlive moved and rewrapped lines.

use serde_json::{Value, json};

use super::{DocsReport, NAMED, SHOWN};
use crate::{
    docs::{Claim, ClaimKind, Code, CodeClass},
    report::sarif,
};

impl DocsReport {
    /// The log as one JSON document. The workspace lies at `prefix` in its repository.
    pub fn sarif(&self, prefix: &str) -> String {
        let rules: Vec<Value> = Code::ALL.into_iter().map(rule).collect();
        sarif::log(self.check, (&rules, &self.remarks(NAMED)), || {
            self.worst_first().into_iter().filter_map(|it| Some(result(prefix, it, (it.code?, self.new_only))))
        })
    }
}

fn result(prefix: &str, claim: &Claim, (code, new_only): (Code, bool)) -> Value {
    let place = sarif::artifact(prefix, claim.path.as_str());
    // the help of the rule is about all of its findings, and this one may need something else
    let repair = if claim.waived.is_some() { String::new() } else { format!("\ndo: {}", claim.repair) };
    let mut result = json!({
        "ruleId": code.id(),
        "ruleIndex": code as u8 - 1,
        "level": if claim.class() > CodeClass::Note { "error" } else { "note" },
        "message": sarif::message(&format!("{}{repair}", claim.message_and_why(". "))),
        "partialFingerprints": { "moltSyncClaim/v1": claim.id() },
        "locations": [{ "physicalLocation": {
            "artifactLocation": place,
            "region": { "startLine": claim.line, "startColumn": claim.column },
        }}],
    });
    if new_only {
        result["baselineState"] = json!(if claim.is_old { "unchanged" } else { "new" });
    }
    let is_value = matches!(claim.kind, ClaimKind::Phrase | ClaimKind::Link | ClaimKind::Status | ClaimKind::Message);
    if let Some(wanted) =
        claim.wanted.as_ref().filter(|it| is_value && it.len() <= SHOWN && claim.class() == CodeClass::Repair)
    {
        let region = json!({ "byteOffset": claim.span.start, "byteLength": claim.span.len() });
        let change = json!({
            "artifactLocation": place,
            "replacements": [{ "deletedRegion": region, "insertedContent": { "text": wanted } }],
        });
        result["fixes"] = json!([{ "description": { "text": claim.repair }, "artifactChanges": [change] }]);
    }
    if let Some(why) = &claim.waived {
        result["suppressions"] = json!([{ "kind": "external", "justification": why }]);
    }
    result
}

fn rule(code: Code) -> Value {
    let (title, meaning, repair) = code.page();
    json!({
        "id": code.id(),
        "shortDescription": { "text": title },
        "fullDescription": { "text": meaning },
        "help": { "text": repair },
        "defaultConfiguration": { "level": if code.class() > CodeClass::Note { "error" } else { "note" } },
    })
}
