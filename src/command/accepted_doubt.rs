//! A doubt about a release that a person accepts.

use crate::base::Version;

/// What a person accepts of a release that speaks against itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AcceptedDoubt {
    /// The kind of doubt.
    pub(super) word: &'static str,
    pub(super) release: Version,
    /// The release that it is taken in place of.
    pub(super) before: Option<Version>,
    pub(super) why: String,
}
