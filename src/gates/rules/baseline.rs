//! The file that says which names CPython has can be used.

use crate::gates::{
    finding::{Finding, Place},
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "baseline",
    title: "the union of names can be read",
    why: "The gates on names compare the tree with it. Where it cannot be read, the recorded or bundled baselines are taken instead, and this gate says so.",
    repair: "Restore the file with `git checkout COMMIT -- FILE`: HEAD, or where the damage is committed, an earlier one of `git log -- FILE`.",
    is_hard: false,
    molt: Some(("2", Headline::Finding)),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    facts.inputs.union_fault.iter().map(|it| Finding::fault(it, &facts.inputs.sources.union)).collect()
}

impl Finding {
    /// A file that cannot be used.
    pub(in crate::gates) fn fault(fault: &crate::gates::Fault, path: &crate::base::RelPath) -> Self {
        let place = fault.line.map_or(Place::File, Place::Line);
        let finding = Self::new(&*fault.message).at(path).place(place);
        match &fault.molt {
            Some(line) => finding.headline(line.clone()),
            None => finding,
        }
    }
}
