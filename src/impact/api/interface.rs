//! The interface of a release, from what was collected of it.

use super::{Api, ApiCollector, build};
use crate::stdlib::ReleaseFacts;

impl ApiCollector {
    /// The interface of the release whose names are these.
    pub fn interface(self, facts: &ReleaseFacts) -> Api {
        build::build(self.finish(), facts)
    }
}
