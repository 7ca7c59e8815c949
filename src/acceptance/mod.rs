//! The acceptance template of a converted module: nine points, each met, missing, not measured or to be judged, with the evidence
//! for it. What was not looked at is never met. Pure: sources and reports come as a view and as values.

mod accept;
mod attest;
mod checker_lane;
pub mod concern;
mod facts;
mod family;
mod names;
mod point;
mod points;
mod runs;
mod rust;
mod template;
mod thresholds;

pub use accept::{accept, gone};
pub use attest::{Proposal, join_attested, propose};
pub use checker_lane::CheckerLane;
pub use facts::{Member, SharedFacts, Subject};
pub use family::Families;
pub use names::{KnownNames, LackingNames};
pub use point::{Point, PointEvidence, PointOutcome, PointVerdict};
pub use runs::{Report, TestEnd, TestLane, TestRuns, is_of_cpython};
pub use rust::{Runtime, SHARED_SETTINGS};
pub use template::POINTS;
pub use thresholds::Thresholds;
