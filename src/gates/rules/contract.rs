//! Every attested module has a contract, and loads what it names.

use std::collections::BTreeSet;

use super::{attestation::unread, manifest::whole};
use crate::audit::Attestation;
use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const ATTESTED: Gate = Gate {
    id: "contract-attested",
    title: "contracts are for attested modules",
    why: "A contract without an attestation is not checked.",
    repair: "Attest the module, or take its contract out.",
    is_hard: false,
    molt: Some(("12", Headline::Words("full-coverage intrinsic contract has non-attested modules"))),
    run: |facts| {
        each(facts, |facts, attestation| {
            let extra = attestation.contracts.keys().filter(|it| !attestation.modules.contains(*it));
            extra.map(|name| about(facts, name, format!("`{name}` has a contract and is not attested"))).collect()
        })
    },
};

pub(in crate::gates) const PRESENT: Gate = Gate {
    id: "contract-present",
    title: "attested modules have a contract",
    why: "The contract keeps an attested module from losing an intrinsic unnoticed.",
    repair: "Add the module with its intrinsics to STDLIB_REQUIRED_INTRINSICS_BY_MODULE.",
    is_hard: false,
    molt: Some(("13", Headline::Words("full-coverage intrinsic contract missing modules"))),
    run: |facts| {
        each(facts, |facts, attestation| {
            let bare = attestation.modules.iter().filter(|it| !attestation.contracts.contains_key(*it));
            bare.map(|name| about(facts, name, format!("`{name}` is attested and has no contract"))).collect()
        })
    },
};

pub(in crate::gates) const KNOWN: Gate = Gate {
    id: "contract-intrinsics",
    title: "contracts name intrinsics that there are",
    why: "A contract that nothing can fulfil hides what the module really needs.",
    repair: "Correct the name, or define the intrinsic in the manifest and in the runtime.",
    is_hard: false,
    molt: Some(("15a", Headline::Words("full-coverage intrinsic contract references unknown intrinsics"))),
    run: |facts| {
        if let Err(verdict) = whole(facts) {
            return verdict;
        }
        each(facts, |facts, attestation| {
            attested_contracts(attestation)
                .filter_map(|(name, wanted)| {
                    let unknown = unknown(facts, wanted)?;
                    let list = unknown.iter().cloned().collect::<Vec<_>>().join("`, `");
                    let message = format!("the contract of `{name}` names `{list}`, which the manifest does not have");
                    Some(about(facts, name, message).related(unknown))
                })
                .collect()
        })
    },
};

pub(in crate::gates) const KEPT: Gate = Gate {
    id: "contract-kept",
    title: "attested modules load what their contracts name",
    why: "Losing an intrinsic means that a finished module has gone back.",
    repair: "Load the intrinsic in the module again, or change the contract if it is really not needed.",
    is_hard: false,
    molt: Some(("15b", Headline::Words("full-coverage intrinsic contract violated"))),
    run: |facts| {
        each(facts, |facts, attestation| {
            attested_contracts(attestation)
                .filter(|(_, wanted)| unknown(facts, wanted).is_none())
                .filter_map(|(name, wanted)| {
                    let record = facts.audit().get(name)?;
                    let loads = &record.said()?.loads;
                    // they are sorted
                    let is_loaded = |it: &str| loads.binary_search_by(|(name, _)| (**name).cmp(it)).is_ok();
                    let lost: BTreeSet<String> = wanted.iter().filter(|it| !is_loaded(it)).cloned().collect();
                    let list = lost.iter().cloned().collect::<Vec<_>>().join("`, `");
                    let message = format!("`{name}` does not load `{list}`, which its contract names");
                    (!lost.is_empty()).then(|| Finding::of(record, message).related(lost))
                })
                .collect()
        })
    },
};

fn each(facts: &GateFacts<'_>, run: fn(&GateFacts<'_>, &Attestation) -> Vec<Finding>) -> Verdict {
    match &facts.inputs.attestation {
        Ok(attestation) => run(facts, attestation).into(),
        Err(_) => unread(facts),
    }
}

fn about(facts: &GateFacts<'_>, name: &str, message: String) -> Finding {
    Finding::new(message).module(name).at(&facts.inputs.sources.attestation)
}

fn attested_contracts(attestation: &Attestation) -> impl Iterator<Item = (&String, &Vec<String>)> {
    attestation.contracts.iter().filter(|(name, _)| attestation.modules.contains(*name))
}

/// The names that the manifest does not have; none where it has them all, or cannot be read.
fn unknown(facts: &GateFacts<'_>, wanted: &[String]) -> Option<BTreeSet<String>> {
    let manifest = facts.inputs.manifest.as_ref().ok()?;
    let res: BTreeSet<String> = wanted.iter().filter(|it| !manifest.names.contains(*it)).cloned().collect();
    (!res.is_empty()).then_some(res)
}
