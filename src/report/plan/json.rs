//! The plan as one JSON document.

use serde_json::{Value, json};

use super::PlanReport;
use crate::{
    audit::Status,
    clusters::{Candidate, ModuleStanding},
    report::envelope::{envelope, json_document},
};

impl PlanReport<'_> {
    /// It.
    pub fn json(&self) -> String {
        let clusters: Vec<Value> = self
            .clusters()
            .map(|(cluster, modules)| {
                let (finished, before) = self.finished(modules);
                json!({
                    "modules_finished": finished,
                    "modules_finished_before": before,
                    "name": cluster.name,
                    "id": cluster.id,
                    "order": cluster.order,
                    "line": cluster.line,
                    "finished": !modules.is_empty() && modules.iter().all(ModuleStanding::is_finished),
                    "modules": modules.iter().map(module).collect::<Vec<_>>(),
                })
            })
            .collect();
        let mut value = envelope(json!({
            "source": self.standing.source.map(ToString::to_string),
            "clusters": clusters,
            "next": self.next.iter().map(candidate).collect::<Vec<_>>(),
            "final_gate": {
                "can_be_set": self.left().is_empty(),
                "left": self.left().into_iter().map(|(word, count)| (word.to_owned(), json!(count))).collect::<serde_json::Map<_, _>>(),
            },
        }));
        let unmeasured = self.unmeasured.iter().map(|(series, why)| json!({ "series": series, "why": why }));
        value["not_measured"] = unmeasured.collect();
        if let Some(since) = &self.since {
            value["since"] = since.value();
        }
        if let Some(why) = &self.why {
            let chains = why.chains.iter().map(|it| json!({ "cluster": it.cluster, "modules": it.modules }));
            let mut it = module(&why.module);
            it["chains"] = chains.collect();
            it["blocker_chains"] = json!(why.blockers);
            value["why"] = it;
        }
        json_document(&value)
    }
}

fn module(it: &ModuleStanding<'_>) -> Value {
    json!({
        "module": it.name,
        "path": it.path.map(ToString::to_string),
        "status": it.status.map(Status::word),
        "stub": it.is_stub,
        "intrinsics": it.intrinsics,
        "missing_names": it.missing_names,
        "tests": { "targeted": it.tests.targeted, "generated": it.tests.generated },
        "dependents": it.dependents,
        "blocked_by": it.blocked_by,
        "blocked_by_more": it.blocked_more,
        "step": it.step,
        "marker": it.has_marker,
    })
}

fn candidate(it: &Candidate<'_>) -> Value {
    let mut value = module(&it.module);
    value["cluster"] = json!(it.cluster.map(|it| it.id.as_str()));
    value["blocks"] = json!(it.blocks);
    value["score"] = json!(it.score);
    value["reason"] = json!(it.reason());
    value
}
