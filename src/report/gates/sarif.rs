//! SARIF 2.1.0, for code scanning: one rule a gate, one result a finding, with fingerprints that outlive moved lines.

use serde_json::{Value, json};

use super::{GateReport, GateRow, ShownFinding};
use crate::report::sarif;

impl GateReport<'_> {
    /// The log as one JSON document. The workspace lies at `prefix` in its repository: `compiler/`, or empty at the top.
    pub fn sarif(&self, prefix: &str) -> String {
        let rules: Vec<Value> = self.chosen().map(rule).collect();
        let all =
            || self.chosen().enumerate().flat_map(|(index, row)| row.findings.iter().map(move |it| (index, row, it)));
        let remarks: Vec<String> = self.remarks().collect();
        sarif::log("gates", (&rules, &remarks), || {
            all().map(|(index, row, shown)| self.result(prefix, index, row, shown))
        })
    }

    fn result(&self, prefix: &str, index: usize, row: &GateRow, shown: &ShownFinding) -> Value {
        let mut result = json!({
            "ruleId": row.gate.id,
            "ruleIndex": index,
            "level": if self.counts(shown) { "error" } else { "note" },
            "message": sarif::message(&shown.finding.message),
            "partialFingerprints": { "moltSyncFinding/v1": shown.fingerprint },
        });
        if let Some(is_new) = shown.is_new {
            result["baselineState"] = json!(if is_new { "new" } else { "unchanged" });
        }
        let path = shown.finding.path.as_ref().unwrap_or(&self.facts.inputs.sources.stdlib);
        let mut place = json!({ "artifactLocation": sarif::artifact(prefix, path.as_str()) });
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

fn rule(row: &GateRow) -> Value {
    json!({
        "id": row.gate.id,
        "shortDescription": { "text": row.gate.title },
        "fullDescription": { "text": row.gate.why },
        "help": { "text": row.gate.repair },
        "defaultConfiguration": { "level": "error" },
        "properties": { "tags": if row.gate.is_hard { vec!["not-negotiable"] } else { vec![] } },
    })
}
