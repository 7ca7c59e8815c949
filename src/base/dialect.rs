//! Which rules of Molt's checker a workspace lives by.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A state of Molt's rules, named after the month whose tree it was read from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Dialect {
    /// Commit 0e1ce9897 (2026-02-13): four statuses, each file judged by itself.
    #[default]
    #[serde(rename = "2026-02")]
    February,
    /// Commit d90494473 (2026-08-15): private helpers and fail-closed modules have statuses of their own, and a module
    /// may be on intrinsics through what it imports.
    #[serde(rename = "2026-08")]
    August,
    /// What the checker of a tree says of its rules, where they are neither of these.
    #[serde(skip)]
    Own(Traits),
}

/// What one state of the rules has and another one has not. That a file is on intrinsics or has none is told by all.
#[expect(clippy::struct_excessive_bools, reason = "each is a rule that came on a day of its own")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traits {
    /// `intrinsic-partial`: not finished, or not attested (since 2026-02-06, commit ae649e0d3).
    pub partial: bool,
    /// `intrinsic-support`, and modules that are on intrinsics through others (since 2026-06-25, commit 150f0f912).
    pub support: bool,
    /// `policy-gate` (since 2026-06-22, commit bd40a65a8).
    pub policy_gates: bool,
    /// `probe-only`.
    pub probes: bool,
    /// `STDLIB_GAP(` marks open work as `TODO(` does (since 2026-02-25, commit 4ad3dcd72).
    pub gaps: bool,
    /// A loader that waits, and a loader's `name=` (since 2026-06-25).
    pub lazy_loads: bool,
    /// Either way of importing by a call, with `name=` too (since 2026-02-18, commit 0151bfbe1).
    pub keyword_imports: bool,
    /// Where intrinsics are demanded, only `intrinsic-backed` will do (until 2026-02-12, commit 02776f548).
    pub wants_backed: bool,
    /// The modules of start-up may be anything but `python-only` (until 2026-02-12).
    pub lenient_start: bool,
}

/// A word that names no dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no dialect `{0}`; there are 2026-02 and 2026-08")]
pub struct DialectError(String);

impl Dialect {
    /// Those that have a name, oldest first.
    pub const ALL: [Self; 2] = [Self::February, Self::August];

    /// The dialect of these rules.
    pub fn of(traits: Traits) -> Self {
        Self::ALL.into_iter().find(|it| it.traits() == traits).unwrap_or(Self::Own(traits))
    }

    /// What its rules have.
    pub fn traits(self) -> Traits {
        let february = Traits { partial: true, probes: true, ..Traits::default() };
        match self {
            Self::February => february,
            Self::August => Traits {
                support: true,
                policy_gates: true,
                gaps: true,
                lazy_loads: true,
                keyword_imports: true,
                ..february
            },
            Self::Own(traits) => traits,
        }
    }

    /// Whether it is of the time since the first status was added, when other things had changed too.
    pub fn is_late(self) -> bool {
        self.traits().policy_gates || self.traits().support
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::February => "2026-02",
            Self::August => "2026-08",
            Self::Own(_) => "the tree's own checker",
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
