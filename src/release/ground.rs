//! What a digest can be compared with, and the words that the lock has for it.

/// The lock's word for an archive whose signature was verified.
pub(super) const SIGSTORE: &str = "sigstore";

/// The lock's word for an archive whose signature, by a signer that the lock names, was verified.
pub(super) const REVIEWED_SIGNER: &str = "reviewed-signer";

/// The lock's word for an archive whose digest is compiled in.
pub(super) const PINNED: &str = "pinned";

/// The lock's word for a digest that a person reviewed.
pub const REVIEWED: &str = "reviewed";

/// The lock's word for an archive that was built from a recorded baseline.
pub const RECONSTRUCTED: &str = "reconstructed";

/// What a run compares a digest with. What the lock says besides is its own word, and no ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// A signature by a signer of the built-in table, which was verified.
    Sigstore,
    /// A signature by a signer that the workspace's lock names, which was verified.
    ReviewedSigner,
    /// The digests that are compiled in.
    Pinned,
    /// A digest in the lock.
    Lock,
    /// A digest in the lock, of an archive that this run has rebuilt from a bundled baseline.
    Reconstructed,
}

impl Ground {
    /// Its name, as reports have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sigstore => SIGSTORE,
            Self::ReviewedSigner => REVIEWED_SIGNER,
            Self::Pinned => PINNED,
            Self::Lock => "lock",
            Self::Reconstructed => RECONSTRUCTED,
        }
    }
}
