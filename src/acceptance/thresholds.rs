//! What a thin shim may hold before a person has to look at it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The bounds of point 4; beyond one of them, a module is to be judged.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Thresholds {
    /// The least share of statements that forward or check, in percent.
    pub forwards: usize,
    /// Loops and comprehensions.
    pub loops: usize,
    /// Calculations.
    pub arithmetic: usize,
    /// Statements that keep state.
    pub state: usize,
    /// Imports of other modules.
    pub imports: usize,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { forwards: 90, loops: 0, arithmetic: 0, state: 0, imports: 8 }
    }
}
