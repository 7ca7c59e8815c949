//! SARIF 2.1.0, for code scanning: one rule a gate, one result a finding, with fingerprints that outlive moved lines.

use serde_json::{Value, json};

use super::{GateReport, Row, Shown};

pub(in crate::report) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

impl GateReport<'_> {
    /// The log as one JSON document.
    pub fn sarif(&self) -> String {
        let rules: Vec<Value> = self.chosen().map(rule).collect();
        let all =
            self.chosen().enumerate().flat_map(|(index, row)| row.findings.iter().map(move |it| (index, row, it)));
        let results: Vec<Value> = all.map(|(index, row, shown)| self.result(index, row, shown)).collect();
        let driver = json!({
            "name": "molt-sync",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        });
        let log = json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": driver },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": { "ROOT": { "description": { "text": "The workspace." } } },
                "results": results,
            }],
        });
        format!("{log:#}\n")
    }

    fn result(&self, index: usize, row: &Row, shown: &Shown) -> Value {
        let mut result = json!({
            "ruleId": row.gate.id,
            "ruleIndex": index,
            "level": if self.counts(shown) { "error" } else { "note" },
            "message": { "text": shown.finding.message },
            "partialFingerprints": { "moltSyncFinding/v1": shown.fingerprint },
        });
        if let Some(is_new) = shown.is_new {
            result["baselineState"] = json!(if is_new { "new" } else { "unchanged" });
        }
        let path = shown.finding.path.as_ref().unwrap_or(&self.facts.inputs.sources.stdlib);
        let mut place = json!({ "artifactLocation": { "uri": uri(path.as_str()), "uriBaseId": "ROOT" } });
        if let Some(line) = shown.located.line {
            let mut region = json!({ "startLine": line });
            for (key, value) in [("startColumn", shown.located.column), ("endColumn", shown.located.end_column)] {
                if let Some(value) = value {
                    region[key] = json!(value);
                }
            }
            place["region"] = region;
        }
        result["locations"] = json!([{ "physicalLocation": place }]);
        result
    }
}

fn rule(row: &Row) -> Value {
    json!({
        "id": row.gate.id,
        "shortDescription": { "text": row.gate.title },
        "fullDescription": { "text": row.gate.why },
        "help": { "text": row.gate.repair },
        "defaultConfiguration": { "level": "error" },
        "properties": { "tags": if row.gate.is_hard { vec!["not-negotiable"] } else { vec![] } },
    })
}

/// A path as a relative reference.
pub(in crate::report) fn uri(path: &str) -> String {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"/-._~".contains(&it);
    path.bytes().map(|it| if is_plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect()
}
