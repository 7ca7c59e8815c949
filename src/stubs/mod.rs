//! Union and tree to stubs: which are missing, which stand for a name that has gone, which are in the wrong shape.

mod drift;
mod plan;
mod recognize;
mod render;
mod siblings;

pub use drift::{Drift, drift};
pub use plan::{Conflict, Move, PlanError, Stub, StubPlan, plan};
pub use recognize::{Generator, generator, is_molts, is_ours};
pub use render::{StubStyle, TEMPLATE, Templates};
