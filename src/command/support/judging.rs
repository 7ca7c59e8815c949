//! What the gates judge, and what they say of it.

use crate::{
    audit::Graph,
    base::Files,
    command::support::{failure::Failure, state::State},
    config::Paths,
    gates::{self, Facts, Inputs, Known, Mode, Outcome, Policy, Sources},
    stdlib::Union,
};

/// Where the gates find what they judge.
pub(in crate::command) fn sources(paths: &Paths, root: &str) -> Sources {
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
        baselines: paths.baselines.clone(),
        root: root.to_owned(),
    }
}

/// Reads what the gates judge, where the tree has to have the names of `union`.
pub(in crate::command) fn inputs(files: &dyn Files, state: &State, union: &Union) -> Result<Inputs, Failure> {
    let union = || union.clone();
    let known = Known { dialect: state.dialect, union: &union, stubs: Some(&state.stubs) };
    Ok(Inputs::read(files, sources(&state.paths, "."), &known)?)
}

/// What every gate says.
pub(in crate::command) fn run(inputs: &Inputs, policy: &Policy, mode: &Mode) -> Vec<Outcome> {
    let graph = Graph::new(&inputs.audit);
    gates::run(&Facts { inputs, graph: &graph, policy, mode })
}
