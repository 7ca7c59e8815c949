//! Union and tree to stubs: which are missing, which stand for a name that has gone, which are in the wrong shape.

mod plan;
mod recognize;
mod render;
mod siblings;

pub use plan::{Conflict, Move, PlanError, Stub, StubPlan, plan};
pub use recognize::{Generator, generator, is_molts, is_ours};
pub use render::{Form, TEMPLATE, Templates};
