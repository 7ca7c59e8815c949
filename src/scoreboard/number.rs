//! The value of a figure.

use serde::{Deserialize, Serialize};

/// A count, or a share in percent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged, try_from = "serde_json::Number")]
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

impl TryFrom<serde_json::Number> for Number {
    type Error = String;

    fn try_from(it: serde_json::Number) -> Result<Self, String> {
        match (it.as_u64(), it.as_f64()) {
            (Some(count), _) => Ok(Self::Count(count)),
            (None, Some(share)) if (0.0..=100.0).contains(&share) => Ok(Self::Percent(share)),
            _ => Err(format!("{it} is neither a count nor a share in percent")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_a_count_nor_a_share_is_refused() {
        let read = |text: &str| serde_json::from_str::<Number>(text);
        assert_eq!(read("41").unwrap(), Number::Count(41));
        assert_eq!(read("63.5").unwrap(), Number::Percent(63.5));
        for text in ["-1", "-0.5", "100.1", "1e300", "\"41\"", "true"] {
            assert!(read(text).is_err(), "{text}");
        }
        for it in [Number::Count(41), Number::Percent(63.5)] {
            assert_eq!(read(&serde_json::to_string(&it).unwrap()).unwrap(), it);
        }
    }
}
