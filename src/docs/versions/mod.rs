//! Sets of CPython series in sentences, however they are written, and what each is about: the union, which follows the
//! union file, or what Molt targets, which is a person's to say.

mod claims;
mod listed;
mod subject;

pub(super) use claims::{claims, may_have};
pub use listed::{VersionList, version_lists};
pub(super) use listed::{former, has_other_list, may_have_former};
