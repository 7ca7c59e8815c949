//! What CPython published, which of it is taken, and by which digest it is believed.

mod catalog;
pub mod feed;
mod ground;
mod lock;
mod lock_merge;
mod newest;
mod pinned;
mod places;
mod recalls;
mod sbom;
mod signer;
pub mod sigstore;
mod trust;
mod upstream;
mod verdict;

pub use catalog::{Artifact, ArtifactOf, Suffix, parse_listing};
pub use ground::{Ground, RECONSTRUCTED, REVIEWED};
pub use lock::{Lock, LockClaim, LockError, Locked};
pub use lock_merge::{MergeError, Merged, by_hand, merge};
pub use newest::newest;
pub use pinned::{pinned_digests, pinned_versions};
pub use recalls::{AcceptedDoubts, Recalls};
pub use sbom::{SBOM_LIMIT, Sbom, SbomError};
pub use signer::{ReviewedSigner, Signer, signer};
pub use trust::{Expected, TrustError, by_digest, check, checked_words, expected, stated_by};
pub use upstream::{Published, Standing, compare};
pub use verdict::{Evidence, ReleaseVerdict, judge};
