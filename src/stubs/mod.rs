//! Union and tree to stubs: which are missing, which stand for a name that has gone, which are in the wrong shape.

mod owned;
mod plan;
mod render;
mod siblings;

pub use owned::{Generator, generator, is_molts, is_ours};
pub use plan::{Conflict, Move, PlanError, Stub, StubPlan, plan};
pub use render::{Form, TEMPLATE, Templates};
