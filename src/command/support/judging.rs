//! What the gates judge, and what they say of it.

use std::sync::Arc;

use crate::{
    audit::{Audit, Graph},
    base::Files,
    command::support::{checkout::Checkout, failure::Failure, state::WorkspaceState},
    config::Paths,
    gates::{self, GateFacts, GateOutcome, Inputs, Known, Mode, Policy, Sources},
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
        checker: paths.checker.clone(),
        root: root.to_owned(),
    }
}

/// Reads what the gates judge, where the tree has to have the names of `union`.
pub(in crate::command) fn inputs(files: &dyn Files, state: &WorkspaceState, union: &Union) -> Result<Inputs, Failure> {
    let union = || union.clone();
    let known = Known { dialect: state.dialect, union: &union, stubs: Some(&state.stubs) };
    let mut inputs = Inputs::read(files, sources(&state.paths, "."), &known)?;
    only_repositories(&*state.checkout, &mut inputs)?;
    Ok(inputs)
}

/// Keeps links and other repositories of what is not looked into; a folder that is only empty holds nothing that could have been
/// looked at.
pub(in crate::command) fn only_repositories(checkout: &dyn Checkout, inputs: &mut Inputs) -> Result<(), Failure> {
    if inputs.unfollowed.iter().all(|it| it.is_link) {
        return Ok(());
    }
    let is_repository = checkout.is_repository()?;
    let known = if is_repository { checkout.repositories_in(&inputs.sources.stdlib)? } else { Vec::new() };
    inputs.unfollowed.retain(|it| it.is_link || known.contains(&it.path));
    Ok(())
}

/// The same of a tree that is judged already, for gates that look at nothing else.
pub(in crate::command) fn inputs_of_tree(
    files: &dyn Files,
    state: &WorkspaceState,
    (union, audit): (&Union, &Arc<Audit>),
) -> Result<Inputs, Failure> {
    let union = || union.clone();
    let known = Known { dialect: state.dialect, union: &union, stubs: Some(&state.stubs) };
    Ok(Inputs::of_tree(files, sources(&state.paths, "."), &known, Arc::clone(audit))?)
}

/// What every gate says.
pub(in crate::command) fn run(inputs: &Inputs, policy: &Policy, mode: &Mode) -> Vec<GateOutcome> {
    run_some(inputs, policy, mode, |_| true)
}

/// What the gates of some ids say.
pub(in crate::command) fn run_some(
    inputs: &Inputs,
    policy: &Policy,
    mode: &Mode,
    is_wanted: impl Fn(&str) -> bool + Sync,
) -> Vec<GateOutcome> {
    let graph = Graph::new(&inputs.audit);
    gates::run_some(&GateFacts { inputs, graph: &graph, policy, mode }, is_wanted)
}
