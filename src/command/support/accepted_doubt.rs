//! A doubt about a release that a person accepts.

use crate::base::Version;

/// What a person accepts of a release that speaks against itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) struct AcceptedDoubt {
    /// The kind of doubt.
    pub(in crate::command) word: &'static str,
    pub(in crate::command) release: Version,
    /// The release that it is taken in place of.
    pub(in crate::command) before: Option<Version>,
    pub(in crate::command) why: String,
}
