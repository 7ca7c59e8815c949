//! Every intrinsic that a module loads is in the manifest.

use super::manifest::whole;
use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "known-intrinsics",
    title: "loaded intrinsics are in the manifest",
    why: "A name that the runtime does not have fails in the user's program.",
    repair: "Correct the name, or define the intrinsic in the manifest and in the runtime.",
    is_hard: false,
    molt: Some(("10", Headline::Words("unknown intrinsic names"))),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let manifest = match whole(facts) {
        Ok(manifest) => manifest,
        Err(verdict) => return verdict,
    };
    let records = facts.audit().records.iter().filter_map(|it| Some((it, it.said()?)));
    let loads = records.flat_map(|(record, said)| said.loads.iter().map(move |it| (record, it)));
    let unknown = loads.filter(|(_, (name, _))| !manifest.names.contains(&**name));
    unknown
        .map(|(record, (name, span))| {
            let message = format!("`{name}` is not in {}", facts.inputs.sources.manifest);
            Finding::of(record, message).span(*span).related([name.to_string()])
        })
        .collect()
}
