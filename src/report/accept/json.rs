//! The template as one JSON document.

use serde::Serialize;
use serde_json::{Value, json};

use super::{AcceptReport, AcceptedModule};
use crate::{
    acceptance::PointEvidence,
    report::{each::Each, envelope::json_document},
};

/// The keys in the order in which they are written.
#[derive(Serialize)]
struct AcceptDocument<'a, M> {
    #[serde(skip_serializing_if = "Option::is_none")]
    attestation: Option<&'a str>,
    met: bool,
    modules: M,
    schema: u32,
    settings_differ: &'a [String],
}

impl AcceptReport {
    /// It.
    pub fn json(&self) -> String {
        // a tree has thousands, each with nine points and their evidence
        let modules = Each(|| self.modules.iter().map(module));
        json_document(&AcceptDocument {
            attestation: self.attestation.as_deref(),
            met: self.is_met(),
            modules,
            schema: 1,
            settings_differ: &self.settings,
        })
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
