//! What is believed of an artifact before anything looks inside, and the facts of one that was looked into.

use super::{api_digest, read::UnverifiedSource, verify::Vouched};
use crate::{
    base::Version,
    impact::api::Api,
    release::{LockClaim, Locked, sigstore::Signed},
    stdlib::Baseline,
};

/// An artifact that is believed, before anything looks inside.
pub(in crate::command) struct Believed {
    /// Its name as it is published.
    pub(in crate::command) name: String,
    pub(in crate::command) version: Version,
    pub(in crate::command) read: UnverifiedSource,
    pub(in crate::command) vouched: Vouched,
    /// Whether the release API states its digest.
    pub(in crate::command) is_listed: bool,
    /// Where a signature was looked for and not found, in words.
    pub(in crate::command) unsigned: Option<String>,
}

impl Believed {
    /// Everything that agrees about it.
    pub(in crate::command) fn agree(&self) -> Vec<&str> {
        let listed = self.is_listed.then_some(api_digest::API);
        self.vouched.checked.iter().map(String::as_str).chain(listed).collect()
    }
}

/// Verified facts and what the lock is to remember of them.
pub(in crate::command) struct Acquired {
    pub(in crate::command) baseline: Baseline,
    pub(in crate::command) lock_entry: Option<Locked>,
    /// Who signed it, where this run verified that.
    pub(in crate::command) signed: Option<Signed>,
    /// What this run held its digest against.
    pub(in crate::command) ground: &'static str,
    /// What the lock says of it, which is no more than what it says.
    pub(in crate::command) claim: Option<LockClaim>,
    /// Whether the release API names it.
    pub(in crate::command) is_listed: bool,
    /// What was checked besides, a sentence each. It is of this run only: the lock and the baseline are the same without.
    pub(in crate::command) checked: Vec<String>,
    /// Its interface, where this run looked inside.
    pub(in crate::command) api: Option<Box<Api>>,
}
