//! The order in which modules are converted, as clusters, and where each of them stands: its status, what it waits for, who
//! waits for it, and what to do next. Pure: the plan document comes as a text, the tests of a module as a table.

mod candidate;
mod cluster;
mod document;
mod landed;
mod order;
mod standing;
mod why;

pub use candidate::{Candidate, candidates};
pub use cluster::Cluster;
pub use landed::{Landed, ModuleChange, RevisionChange, RevisionState, landed};
pub use order::Order;
pub use standing::{KnownTree, ModuleStanding, OrderStanding, TestCount, is_probe};
pub use why::{Chain, MOST_NAMED, chains};
