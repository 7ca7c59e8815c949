//! What a stage of a plan says besides what it returns.

use crate::command::support::{failure::Failure, obstacles::Obstacles, way::Way};

/// What is said, each kind in its order.
#[derive(Debug, Default)]
pub(in crate::command) struct Remarks {
    /// What a reader should know.
    pub(in crate::command) notes: Vec<String>,
    /// What a person still has to do or to decide.
    pub(in crate::command) for_a_person: Vec<String>,
    /// What stands in the way. The stage went on as if each were resolved.
    pub(in crate::command) obstacles: Obstacles,
}

impl Remarks {
    /// Notes what a reader should know.
    pub(in crate::command) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Notes what stands in the way, with what resolves it.
    pub(in crate::command) fn obstacle(&mut self, failure: Failure, way: Way) {
        self.obstacles.note(failure, way);
    }

    /// Puts what another stage says behind it.
    pub(in crate::command) fn add(&mut self, other: Self) {
        self.notes.extend(other.notes);
        self.for_a_person.extend(other.for_a_person);
        self.obstacles.extend(other.obstacles);
    }
}
