//! The acceptance template of a converted module: nine points, each met, missing, not measured or to be judged, with the evidence
//! for it. What was not looked at is never met. Pure: sources and reports come as a view and as values.

mod attest;
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
pub use facts::{Facts, Member, Subject};
pub use family::family;
pub use names::{KnownNames, LackingNames};
pub use point::{Evidence, Outcome, Point, Verdict};
pub use runs::{Ended, Lane, Ran, Report};
pub use rust::Runtime;
pub use template::POINTS;
pub use thresholds::Thresholds;

use crate::base::RelPath;

/// What every point says of one module.
pub fn accept(facts: &Facts<'_>, subject: &Subject<'_>) -> Vec<Outcome> {
    POINTS.iter().map(|point| point.judge(facts, subject)).collect()
}

/// What every point says of a module that is there no longer.
pub fn gone(path: &RelPath) -> Vec<Outcome> {
    let outcome = |point: &'static Point| Outcome {
        point,
        verdict: Verdict::Missing,
        evidence: vec![Evidence {
            path: Some(path.clone()),
            line: None,
            text: "this branch deletes the module".into(),
        }],
    };
    POINTS.iter().map(outcome).collect()
}
