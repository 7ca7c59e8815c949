//! What a comparison of two differential runs prints; results themselves have their own types.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use crate::differential::{Changed, Totals};

/// `molt-sync differential compare`
#[derive(Debug, JsonSchema)]
pub struct Compared {
    /// The version of this form.
    pub schema: u32,
    /// How many tests are worse.
    pub worse: usize,
    /// The tests that are not as they were, by what became of them: `broken`, `fixed`, `newly-flaky` and others.
    pub changes: BTreeMap<String, Vec<Changed>>,
    /// The counts of the earlier run.
    pub before: Totals,
    /// Those of the later one.
    pub after: Totals,
}
