//! What the core tests import is finished.

use std::collections::BTreeSet;

use crate::{
    audit::Status,
    gates::{
        finding::{Finding, Place},
        gate::{Gate, GateFacts, Verdict, word},
        lane::LaneTest,
    },
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "core-lane",
    title: "the core lane imports only finished modules",
    why: "The core tests must not pass by way of something that is still in work.",
    repair: "Finish the module, or keep the test out of the lane's list. A test that the list names must be there.",
    is_hard: false,
    molt: None,
    run,
};

/// The modules that the lane's tests import, and all that those import.
pub fn closure<'a>(facts: &GateFacts<'a>, tests: &[LaneTest]) -> BTreeSet<&'a str> {
    let named = tests.iter().filter_map(|it| it.imports.as_ref().ok()).flatten();
    facts.graph.closure(named.filter_map(|it| facts.graph.canonical(it)))
}

fn run(facts: &GateFacts<'_>) -> Verdict {
    let list = &facts.inputs.sources.core_lane;
    let tests = match &facts.inputs.core_lane {
        Ok(Some(tests)) => tests,
        // with tests and without their list, the lane would pass by not looking
        Ok(None) if facts.inputs.has_lane_tests => {
            return Verdict::Judged(vec![Finding::new(format!("there is no {list}")).at(list)]);
        }
        Ok(None) => return Verdict::NotJudged(format!("there is no {list} and no test beside it")),
        Err(fault) => return Verdict::Judged(vec![Finding::fault(fault, list)]),
    };
    let broken = tests.iter().filter_map(|test| {
        let why = test.imports.as_ref().err()?;
        let finding = Finding::new(format!("{}: {why}", test.name)).at(list).place(Place::Line(test.line));
        Some(finding.related([test.name.clone()]))
    });
    let mut findings: Vec<Finding> = broken.collect();
    let allowed = &facts.policy.core_lane_statuses;
    for name in closure(facts, tests) {
        let Some(record) = facts.audit().get(name) else { continue };
        let status = record.lane_status();
        if status.is_some_and(|it: Status| !allowed.iter().any(|word| word == it.word())) {
            let message = format!("`{name}` is {} and the core lane imports it", word(status));
            let finding = Finding::of(record, message);
            findings.push(match record.said().and_then(|it| it.marker) {
                Some(marker) => finding.span(marker),
                None => finding,
            });
        }
    }
    findings.into()
}
