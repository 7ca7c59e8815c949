//! Archives by their digest and facts by the digest of the archive they came from. What is read is checked again every
//! time; a cache that cannot be written to is not a reason to fail.

mod folders;
mod partial;
mod size;
mod store;

pub(super) use self::partial::PartialDownload;
pub use self::store::Cache;
