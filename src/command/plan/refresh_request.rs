//! A refresh as it was asked for.

use crate::{
    base::{RelPath, Request},
    command::{
        plan::growth::SignOff,
        support::{output::Output, side::Side, source::Source},
    },
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Refresh {
    /// Which release.
    pub request: Request,
    /// From where.
    pub source: Source,
    /// Whether pre-releases count as answers to a series.
    pub pre: bool,
    /// What a person accepts of it.
    pub accepted: Accepted,
    /// What becomes of the plan.
    pub output: Output,
}

/// What a person accepts of a change.
#[derive(Debug, Clone, Default)]
pub struct Accepted {
    /// Who accepts growth, and which gates may break.
    pub sign_off: Option<SignOff>,
    /// Whose words count in files that a person edited.
    pub take: Vec<(Side, RelPath)>,
}
