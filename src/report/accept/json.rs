//! The template as one JSON document.

use serde_json::{Value, json};

use super::{AcceptReport, AcceptedModule};
use crate::{acceptance::PointEvidence, report::each::document};

impl AcceptReport {
    /// It.
    pub fn json(&self) -> String {
        let modules: Vec<Value> = self.modules.iter().map(module).collect();
        let mut value = json!({ "schema": 1, "met": self.is_met(), "modules": modules });
        if let Some(patch) = &self.attestation {
            value["attestation"] = json!(patch);
        }
        document(&value)
    }
}

fn module(it: &AcceptedModule) -> Value {
    let evidence = |it: &PointEvidence| json!({ "path": it.path.as_ref().map(ToString::to_string), "line": it.line, "text": it.text });
    let points: Vec<Value> = it
        .points
        .iter()
        .map(|it| {
            json!({
                "point": it.point.number,
                "id": it.point.id,
                "title": it.point.title,
                "verdict": it.verdict.word(),
                "evidence": it.evidence.iter().map(evidence).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "module": it.module, "met": it.is_met(), "family": it.family, "points": points })
}
