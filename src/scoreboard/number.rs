//! The value of a figure.

use serde::{Deserialize, Serialize};

/// A count, or a share in percent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// A count.
    Count(u64),
    /// A share in percent, with one decimal.
    Percent(f64),
}

impl Number {
    /// As a number to calculate with.
    #[expect(clippy::cast_precision_loss, reason = "counts of modules and tests are small")]
    pub fn value(self) -> f64 {
        match self {
            Self::Count(it) => it as f64,
            Self::Percent(it) => it,
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(it) => write!(f, "{it}"),
            Self::Percent(it) => write!(f, "{it:.1}"),
        }
    }
}
