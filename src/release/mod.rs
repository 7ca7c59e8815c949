//! What CPython published, which of it is taken, and by which digest it is believed.

mod catalog;
pub mod feed;
mod lock;
mod lock_merge;
mod pinned;
mod places;
mod recalls;
mod sbom;
mod signer;
pub mod sigstore;
mod trust;
mod upstream;
mod verdict;

pub use catalog::{Artifact, Suffix, newest, parse_listing};
pub use lock::{Claim, Lock, LockError, Locked};
pub use lock_merge::{MergeError, Merged, merge};
pub use pinned::pinned_versions;
pub use recalls::Recalls;
pub use sbom::{SBOM_LIMIT, Sbom, SbomError};
pub use signer::{ReviewedSigner, Signer, signer};
pub use trust::{
    Expected, Ground, RECONSTRUCTED, REVIEWED, TrustError, by_digest, check, checked_words, expected, stated_by,
};
pub use upstream::{Published, Standing, compare};
pub use verdict::{Evidence, Verdict, judge};
