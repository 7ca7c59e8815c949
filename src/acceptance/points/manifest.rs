//! Point 2: every intrinsic has an entry in the manifest, with as many parameters as its function takes.

use crate::{
    acceptance::{
        facts::{SharedFacts, Subject},
        point::{Findings, Judgement, PointEvidence},
    },
    base::number_of,
};

pub(in crate::acceptance) fn manifest(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Judgement {
    let mut found = Findings::default();
    let path = &facts.inputs.sources.manifest;
    if let Err(fault) = &facts.inputs.manifest {
        found.missing(PointEvidence::of(path, fault.message.clone()));
        return found.outcome();
    }
    found.unread(subject);
    for (name, (file, line)) in subject.loads() {
        let Some(entry) = facts.manifest.get(name) else {
            found.missing(PointEvidence::at(file, line, format!("`{name}` is loaded here and is not in the manifest")));
            continue;
        };
        let symbol = facts.symbol(name);
        let other =
            facts.runtime.definitions(symbol).iter().find(|it| it.native_body.is_some() && it.arity != entry.arity);
        let parameters = number_of(entry.arity, "parameter");
        if let Some(it) = other {
            let text = format!(
                "`{name}` has {parameters} in the manifest, and `{symbol}` takes {} ({}:{})",
                it.arity, it.path, it.line
            );
            found.missing(PointEvidence::at(path, entry.line, text));
        } else {
            found.met(PointEvidence::at(path, entry.line, format!("`{name}`, {parameters}")));
        }
    }
    if subject.loads().is_empty() {
        found.missing(PointEvidence::words("the family loads no intrinsic that could be in the manifest"));
    }
    found.outcome()
}
