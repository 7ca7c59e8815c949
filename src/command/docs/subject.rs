//! What the facts of documents are about: a tree as it is, or as it will be.

use std::sync::Arc;

use crate::{audit::Audit, stdlib::Union};

/// What the facts are about.
pub(in super::super) struct Present<'a> {
    pub(in super::super) union: &'a Union,
    pub(in super::super) audit: &'a Arc<Audit>,
    pub(in super::super) budget: Option<u64>,
}
