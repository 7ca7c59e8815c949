//! All points of the template for one module.

use super::{POINTS, Point, PointEvidence, PointOutcome, PointVerdict, SharedFacts, Subject};
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
