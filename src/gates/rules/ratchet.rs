//! The budget of unfinished modules: it can be read, and it is kept.

use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};
use crate::{audit::Status, base::number_of};

pub(in crate::gates) const FILE: Gate = Gate {
    id: "ratchet-file",
    title: "the budget can be read",
    why: "A budget that cannot be read limits nothing.",
    repair: "Write {\"max_intrinsic_partial\": N} with a whole number, or restore the file from git.",
    is_hard: false,
    molt: Some(("3", Headline::Finding)),
    run: run_file,
};

pub(in crate::gates) const BUDGET: Gate = Gate {
    id: "intrinsic-partial-ratchet",
    title: "no more unfinished modules than the budget allows",
    why: "The number of intrinsic-partial modules may only go down, or the conversion never ends.",
    repair: "Finish a module, or take the new one back. Growth that a person accepts comes with `molt-sync refresh --sign-off`; after progress, `molt-sync ratchet lower` tightens the budget. Where a merge joined two raises that were each signed for, write the count into the ratchet file. That the budget itself has not been raised is looked at by `molt-sync ratchet check --base REF`, and not here.",
    is_hard: true,
    molt: Some(("29", Headline::Words("intrinsic-partial ratchet gate violated"))),
    run: run_budget,
};

fn run_file(facts: &GateFacts<'_>) -> Verdict {
    facts
        .inputs
        .ratchet
        .as_ref()
        .err()
        .map(|it| Finding::fault(it, &facts.inputs.sources.ratchet))
        .into_iter()
        .collect()
}

fn run_budget(facts: &GateFacts<'_>) -> Verdict {
    let Ok(ratchet) = &facts.inputs.ratchet else {
        return Verdict::NotJudged(format!("{} cannot be read", facts.inputs.sources.ratchet));
    };
    let count = facts.audit().count(Status::Partial) as u64;
    let finding = (count > ratchet.budget).then(|| {
        let stubs = facts.audit().count_stubs();
        let over = count - ratchet.budget;
        let message = format!(
            "{} intrinsic-partial ({stubs} of them stubs), {over} more than the budget of {}",
            number_of(count, "module"),
            ratchet.budget
        );
        Finding::new(message).at(&facts.inputs.sources.ratchet).weight(over)
    });
    finding.into_iter().collect()
}
