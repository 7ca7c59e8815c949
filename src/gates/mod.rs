//! One small file a gate: a function from workspace facts to findings. The order is that of Molt's checker, which stops
//! at the first gate that is violated; here every gate speaks.

mod finding;
mod gate;
mod inputs;
mod known_findings;
mod locate;
mod policy;
mod registry;
mod rules;
mod runtime_functions;

pub use finding::{Finding, Identity, Place};
pub use gate::{Facts, Gate, Headline, OK, Outcome, Verdict, by_id, first_in_molt, run};
pub use inputs::{Fault, Inputs, Known, LaneTest, Required, Sources, whole_runtime};
pub use known_findings::{Before, numbered};
pub use locate::{Located, locate};
pub use policy::{Mode, Policy, Queue, checkers_lists};
pub use registry::GATES;
pub use rules::{Shape, core_lane_closure, counted, shapes};
