//! What a comparison of two differential runs prints; results themselves have their own types.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use crate::differential::{Changed, CountChange, Totals};

/// `molt-sync differential compare`
#[derive(Debug, JsonSchema)]
pub struct RunComparisonForm {
    /// The version of this form.
    pub schema: u32,
    /// How many are worse: tests, and counts of tests without names.
    pub worse: usize,
    /// The tests that are not as they were, by what became of them: `broken`, `fixed`, `newly-flaky` and others.
    pub changes: BTreeMap<String, Vec<Changed>>,
    /// Counts that differ, where one of the runs does not name each test.
    pub counts: Vec<CountChange>,
    /// The lanes of both runs.
    pub lanes: ComparedLanes,
    /// The counts of the earlier run, in the lanes that are looked at.
    pub before: Totals,
    /// Those of the later one.
    pub after: Totals,
}

/// Which lanes of two runs were compared.
#[derive(Debug, JsonSchema)]
pub struct ComparedLanes {
    /// Those that were, `A=B` where they have two names.
    pub compared: Vec<String>,
    /// Those that only the earlier run has.
    pub gone: Vec<String>,
    /// Those that only the later run has.
    pub new: Vec<String>,
}
