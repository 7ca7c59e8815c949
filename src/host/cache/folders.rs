//! The folders of a cache that hold archives.

pub(super) const ARCHIVES: &str = "sha256";

pub(super) const PARTIALS: &str = "partial";
