//! Every gate on the workspace before a refresh and on the staged tree after it.

use std::collections::BTreeSet;

use super::{
    failure::{Exit, Failure},
    state::State,
};
use crate::{
    audit::Graph,
    base::Files,
    config::Paths,
    gates::{self, Facts, Finding, Inputs, Known, Mode, Outcome, Policy, Sources},
    report::RefreshReport,
    stdlib::Union,
};

/// Where the gates find what they judge.
pub(super) fn sources(paths: &Paths, root: &str) -> Sources {
    Sources {
        stdlib: paths.stdlib.clone(),
        union: paths.union.clone(),
        ratchet: paths.ratchet.clone(),
        attestation: paths.attestation.clone(),
        manifest: paths.manifest.clone(),
        bindings_stub: paths.bindings_stub.clone(),
        bindings_table: paths.bindings_table.clone(),
        runtime: paths.runtime.clone(),
        core_lane: paths.core_lane.clone(),
        document: paths.audit.clone(),
        root: root.to_owned(),
    }
}

/// Reads what the gates judge, where the tree has to have the names of `union`.
pub(super) fn inputs(files: &dyn Files, state: &State, union: &Union) -> Result<Inputs, Failure> {
    let known = Known { dialect: state.dialect, union, stubs: Some(&state.stubs) };
    Ok(Inputs::read(files, sources(&state.paths, "."), &known)?)
}

/// What every gate says.
pub(super) fn run(inputs: &Inputs, policy: &Policy, mode: &Mode) -> Vec<Outcome> {
    let graph = Graph::new(&inputs.audit);
    gates::run(&Facts { inputs, graph: &graph, policy, mode })
}

/// Runs all gates before and after. What is found afterwards and was not there before stops the run.
pub(super) fn compare(
    before: &Inputs,
    after: &Inputs,
    state: &State,
    report: &mut RefreshReport,
) -> Result<(), Failure> {
    let mode = Mode::default();
    let old = run(before, &state.config.gates, &mode);
    let new = run(after, &state.config.gates, &mode);
    let findings =
        |outcomes: &'_ [Outcome]| -> Vec<Finding> { outcomes.iter().flat_map(|it| it.findings.clone()).collect() };
    let (old, new) = (findings(&old), findings(&new));
    let words = |it: &Finding| format!("{}: {}", it.gate, it.message);
    report.gates_before = old.len();
    report.gates_after = new.iter().map(words).collect();
    let known: BTreeSet<_> = old.iter().map(Finding::identity).collect();
    let broken: Vec<String> = new.iter().filter(|it| !known.contains(&it.identity())).map(words).collect();
    if broken.is_empty() {
        return Ok(());
    }
    let message = format!("the change would break the gates in {} places", broken.len());
    let hint = "repair the named files by hand, then run it again; `molt-sync gates` shows the workspace as it is";
    Err(Failure::new(Exit::No, message, hint).with_details(broken))
}
