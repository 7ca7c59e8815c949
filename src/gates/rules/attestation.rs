//! What is attested can be read, names modules that there are, and holds.

use crate::audit::Status;
use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict, word},
};

pub(in crate::gates) const FILE: Gate = Gate {
    id: "attestation-file",
    title: "the attestation can be read",
    why: "Only an attested module counts as finished.",
    repair: "Correct the named constant, or restore the file from git. It is read as data: plain tuples and a plain dictionary.",
    is_hard: false,
    molt: Some(("4", Headline::Finding)),
    run: run_file,
};

pub(in crate::gates) const KNOWN: Gate = Gate {
    id: "attested-modules",
    title: "attested modules are in the tree",
    why: "An attestation for a module that is gone says something about nothing.",
    repair: "Take the name out of STDLIB_FULLY_COVERED_MODULES, or bring the module back.",
    is_hard: false,
    molt: Some(("11", Headline::Words("full-coverage attestation references unknown modules"))),
    run: run_known,
};

pub(in crate::gates) const BACKED: Gate = Gate {
    id: "attested-backed",
    title: "attested modules are intrinsic-backed",
    why: "Who attests a module says that nothing is missing in it.",
    repair: "Finish the module and take its progress marker out, or withdraw the attestation.",
    is_hard: false,
    molt: Some(("14", Headline::Words("full-coverage modules must remain intrinsic-backed"))),
    run: run_backed,
};

fn run_file(facts: &GateFacts<'_>) -> Verdict {
    let fault = facts.inputs.attestation.as_ref().err();
    fault.map(|it| Finding::fault(it, &facts.inputs.sources.attestation)).into_iter().collect()
}

/// That what is judged by it is not judged.
pub(super) fn unread(facts: &GateFacts<'_>) -> Verdict {
    Verdict::NotJudged(format!("{} cannot be read", facts.inputs.sources.attestation))
}

fn run_known(facts: &GateFacts<'_>) -> Verdict {
    let Ok(attestation) = &facts.inputs.attestation else { return unread(facts) };
    let unknown = attestation.modules.iter().filter(|it| !facts.inputs.layout.names.contains_key(*it));
    let finding = |name: &String| {
        Finding::new(format!("`{name}` is attested and not in the tree"))
            .module(name)
            .at(&facts.inputs.sources.attestation)
    };
    unknown.map(finding).collect()
}

fn run_backed(facts: &GateFacts<'_>) -> Verdict {
    let Ok(attestation) = &facts.inputs.attestation else { return unread(facts) };
    let modules = attestation.modules.iter().filter_map(|name| facts.audit().get(name));
    let open = modules.filter(|it| it.status.is_some_and(|status| status != Status::Backed));
    open.map(|it| {
        let finding = Finding::of(it, format!("`{}` is attested and {}", it.name, word(it.status)));
        match it.said().and_then(|it| it.marker) {
            Some(marker) => finding.span(marker),
            None => finding,
        }
    })
    .collect()
}
