//! Which rules of Molt's checker a workspace lives by.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A state of Molt's rules, named after the month whose tree it was read from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Dialect {
    /// Commit 0e1ce9897 (2026-02-13): four statuses, each file judged by itself.
    #[default]
    #[serde(rename = "2026-02")]
    February,
    /// Commit d90494473 (2026-08-15): private helpers and fail-closed modules have statuses of their own, and a module
    /// may be on intrinsics through what it imports.
    #[serde(rename = "2026-08")]
    August,
}

/// A word that names no dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no dialect `{0}`; there are 2026-02 and 2026-08")]
pub struct DialectError(String);

impl Dialect {
    /// All of them, oldest first.
    pub const ALL: [Self; 2] = [Self::February, Self::August];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::February => "2026-02",
            Self::August => "2026-08",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Dialect {
    type Err = DialectError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|it| it.word() == text).ok_or_else(|| DialectError(text.to_owned()))
    }
}
