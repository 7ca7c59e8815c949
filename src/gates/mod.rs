//! One small file a gate: a function from workspace facts to findings. The order is that of Molt's checker, which stops
//! at the first gate that is violated; here every gate speaks.

mod fault;
mod finding;
mod gate;
mod inputs;
mod known_findings;
mod lane;
mod locate;
mod policy;
mod recorded;
mod registry;
mod rules;
mod run;
mod runtime_functions;
mod witnesses;

pub use fault::Fault;
pub use finding::{Finding, Identity, Place};
pub use gate::{Gate, GateFacts, GateOutcome, Headline, Verdict};
pub use inputs::{Inputs, Known, MissingNames, ModuleLack, Required, Sources, whole_runtime};
pub use known_findings::{KnownFindings, numbered};
pub use lane::LaneTest;
pub use locate::{Located, locate};
pub use policy::{CheckersLists, Mode, Policy, Queue, checkers_lists, checkers_lists_of};
pub use recorded::Recorded;
pub use registry::GATES;
pub use rules::{FallbackShape, SURFACE_KEPT, core_lane_closure, counted, shapes, symbol};
pub use run::{OK, by_id, first_in_molt, needs_the_tree_alone, run, run_some};
pub use runtime_functions::of_text as functions_of;
pub use witnesses::{Archive, Then, Witnesses};
