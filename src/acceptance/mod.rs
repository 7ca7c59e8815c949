//! The acceptance template of a converted module: nine points, each met, missing, not measured or to be judged, with the evidence
//! for it. What was not looked at is never met. Pure: sources and reports come as a view and as values.

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

pub use attest::{Proposal, propose};
pub use checker_lane::CheckerLane;
pub use facts::{Member, SharedFacts, Subject};
pub use family::Families;
pub use names::{KnownNames, LackingNames};
pub use point::{Point, PointEvidence, PointOutcome, PointVerdict};
pub use runs::{Report, TestEnd, TestLane, TestRuns};
pub use rust::Runtime;
pub use template::POINTS;
pub use thresholds::Thresholds;

use crate::base::RelPath;

/// What every point says of one module.
pub fn accept(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Vec<PointOutcome> {
    POINTS.iter().map(|point| point.judge(facts, subject)).collect()
}

/// What every point says of a module that is there no longer.
pub fn gone(path: &RelPath) -> Vec<PointOutcome> {
    let outcome = |point: &'static Point| PointOutcome {
        point,
        verdict: PointVerdict::Missing,
        evidence: vec![PointEvidence {
            path: Some(path.clone()),
            line: None,
            text: "this branch deletes the module".into(),
        }],
    };
    POINTS.iter().map(outcome).collect()
}
