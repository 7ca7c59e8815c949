//! By which digest an artifact is believed. Every place that states one has to agree, and without one there is no way in.

use super::{
    catalog::Artifact,
    ground::{Ground, PINNED, RECONSTRUCTED, REVIEWED, REVIEWED_SIGNER},
    lock::{Lock, LockClaim},
    pinned,
};
use crate::base::{Sha256, Version, printable};

/// The digest that an artifact must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The digest.
    pub sha256: Sha256,
    /// Its length in bytes, where it is known.
    pub size: Option<u64>,
    /// What states it.
    pub by: Ground,
    /// What the lock says about it, if the lock has it.
    pub claim: Option<LockClaim>,
}

impl Expected {
    /// Who states the digest, in words: what is compiled in, or the lock with what it says.
    pub fn stated_by(&self) -> String {
        match (self.by, &self.claim) {
            (Ground::Pinned, _) => "pinned in molt-sync itself".into(),
            (Ground::Lock | Ground::Reconstructed, Some(claim)) => format!("the lock, which says: {claim}"),
            (by, _) => by.name().into(),
        }
    }

    /// What this run found about it in one sentence, beside what the lock says: `identity` is whose signature it checked.
    pub fn checked_words(&self, identity: Option<&str>) -> String {
        checked_words(self.by.name(), identity, self.claim.as_ref())
    }

    /// The word for what a new record of it stands on. That a person reviewed the digest into the lock is worth saying.
    pub fn word(&self) -> &'static str {
        match &self.claim {
            Some(claim) if self.by == Ground::Lock && claim.verified_by == REVIEWED => REVIEWED,
            _ => self.by.name(),
        }
    }
}

/// What a run checked of an artifact, in one sentence: `ground` is the name of what its digest was held against, `identity`
/// whose signature holds, `claim` what the lock says.
pub fn checked_words(ground: &str, identity: Option<&str>, claim: Option<&LockClaim>) -> String {
    let reviewer = claim.filter(|it| it.verified_by == REVIEWED).and_then(|it| it.reviewed_by.as_deref());
    match (ground, identity) {
        (REVIEWED_SIGNER, Some(identity)) => {
            format!(
                "signature by {} checked, a signer that the lock names and molt-sync does not know",
                printable(identity)
            )
        }
        (_, Some(identity)) => format!("signature by {} checked", printable(identity)),
        (PINNED, None) => "the digest agrees with the one that is pinned in molt-sync".into(),
        ("lock", None) => match reviewer {
            Some(name) => {
                format!("the digest agrees with the reviewed entry of the lock (reviewed by {})", printable(name))
            }
            None => "the digest agrees with the entry of the lock, and nothing else was there to check".into(),
        },
        (RECONSTRUCTED, None) => "the archive is the one that molt-sync rebuilds from its bundled baseline".into(),
        ("bundled", None) => "nothing: it is the bundled baseline of molt-sync itself".into(),
        (other, None) => format!("the digest, against: {}", printable(other)),
    }
}

/// Why an artifact is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Nobody states a digest.
    #[error("{artifact} of CPython {version} has no reviewed digest{}", unknown_words(sought.as_deref(), *found))]
    Unknown {
        /// The release.
        version: Version,
        /// The artifact.
        artifact: String,
        /// The digest that it has, where its bytes are at hand. It is not proof of anything, and is for a reviewer to compare.
        found: Option<Sha256>,
        /// Where its signature was looked for and not found; none for what is never signed.
        sought: Option<String>,
    },
    /// Two places state different digests.
    #[error("the digests stated for {artifact} disagree: {one} ({one_by}) and {other} ({other_by})")]
    Disagree {
        /// The artifact.
        artifact: String,
        /// One digest.
        one: Sha256,
        /// Where it stands.
        one_by: String,
        /// The other digest.
        other: Sha256,
        /// Where that stands.
        other_by: String,
    },
    /// The bytes are not those that were reviewed.
    #[error("{artifact} has digest {found} and should have {expected} ({by})")]
    Mismatch {
        /// The artifact.
        artifact: String,
        /// What it has.
        found: Sha256,
        /// What it should have.
        expected: Sha256,
        /// Who says so.
        by: String,
    },
    /// The bytes have the digest but not the length that the lock states.
    #[error("{artifact} has {found} bytes and the lock states {expected}")]
    Size {
        /// The artifact.
        artifact: String,
        /// What it has.
        found: u64,
        /// What it should have.
        expected: u64,
    },
}

fn unknown_words(sought: Option<&str>, found: Option<Sha256>) -> String {
    let sought = sought.map(|place| format!(", and no signature: there is no {place}")).unwrap_or_default();
    sought + &found.map(|it| format!("; what is at hand has the digest {it}, which proves nothing")).unwrap_or_default()
}

/// What `artifact` of `version` must be; an error where nobody says or where what is said disagrees.
pub fn expected(lock: &Lock, version: Version, artifact: &str) -> Result<Expected, TrustError> {
    let pinned = Artifact::parse(artifact).filter(|it| it.version == version).and_then(pinned::digest);
    let mut res = pinned.map(|sha256| Expected { sha256, size: None, by: Ground::Pinned, claim: None });
    for locked in lock.find(version, artifact) {
        let is_rebuilt = locked.verified_by == RECONSTRUCTED;
        let claim = || Some(locked.claim());
        let stated = || Expected { sha256: locked.sha256, size: locked.size, by: Ground::Lock, claim: claim() };
        match &mut res {
            // an archive that was built from a baseline never stands against the real one
            Some(_) if is_rebuilt => {}
            Some(known) if known.claim.as_ref().is_some_and(|it| it.verified_by == RECONSTRUCTED) => *known = stated(),
            None => res = Some(stated()),
            Some(known) if known.sha256 == locked.sha256 => {
                known.size = known.size.or(locked.size);
                known.claim = known.claim.take().or_else(claim);
            }
            Some(known) => {
                return Err(TrustError::Disagree {
                    artifact: artifact.to_owned(),
                    one: known.sha256,
                    one_by: known.stated_by(),
                    other: locked.sha256,
                    other_by: format!("the lock, which says: {}", locked.claim()),
                });
            }
        }
    }
    res.ok_or_else(|| TrustError::Unknown { version, artifact: artifact.to_owned(), found: None, sought: None })
}

/// Who states the digest `sha256` for `artifact` of `version`: `pinned`, `lock`, both or nobody.
pub fn stated_by(lock: &Lock, version: Version, artifact: &str, sha256: Sha256) -> Vec<&'static str> {
    let is_pinned =
        Artifact::parse(artifact).filter(|it| it.version == version).and_then(pinned::digest) == Some(sha256);
    let is_locked = lock.find(version, artifact).any(|it| it.sha256 == sha256);
    [("pinned", is_pinned), ("lock", is_locked)].into_iter().filter_map(|(name, is)| is.then_some(name)).collect()
}

/// Which release and which artifact of it some bytes are, by their digest: what is pinned or locked under it, whatever
/// the file is called.
pub fn by_digest(
    lock: &Lock,
    artifact: &str,
    sha256: Sha256,
) -> Result<Option<(Version, String, Expected)>, TrustError> {
    let pinned = pinned::by_digest(sha256).map(|it| (it.version, it.to_string()));
    let locked = lock.releases.iter().find(|it| it.sha256 == sha256).map(|it| (it.version, it.artifact.clone()));
    let Some((version, stated_for)) = pinned.or(locked) else { return Ok(None) };
    // a tree or an interpreter is never believed by an archive's digest, nor the other way round
    let is_archive = |name: &str| !matches!(name, "source-tree" | "interpreter");
    if is_archive(artifact) != is_archive(&stated_for) || (!is_archive(artifact) && artifact != stated_for) {
        return Ok(None);
    }
    expected(lock, version, &stated_for).map(|it| Some((version, stated_for, it)))
}

/// Holds what was read against what it must be.
pub fn check(artifact: &str, found: Sha256, size: u64, expected: &Expected) -> Result<(), TrustError> {
    if found != expected.sha256 {
        let (artifact, by) = (artifact.to_owned(), expected.stated_by());
        return Err(TrustError::Mismatch { artifact, found, expected: expected.sha256, by });
    }
    match expected.size {
        Some(stated) if stated != size => {
            Err(TrustError::Size { artifact: artifact.to_owned(), found: size, expected: stated })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::Locked;

    fn lock(version: &str, artifact: &str, sha256: Sha256) -> Lock {
        let mut lock = Lock::default();
        let version = version.parse().unwrap();
        lock.record(Locked { size: Some(1), ..Locked::new(version, artifact, sha256, "reviewed") });
        lock
    }

    #[test]
    fn pinned_and_locked_digests_count_and_have_to_agree() {
        let version: Version = "3.13.5".parse().unwrap();
        let name = "Python-3.13.5.tar.xz";
        let pinned = expected(&Lock::default(), version, name).unwrap();
        assert_eq!((pinned.by, pinned.word()), (Ground::Pinned, "pinned"));
        let agreeing = expected(&lock("3.13.5", name, pinned.sha256), version, name).unwrap();
        assert_eq!((agreeing.sha256, agreeing.size), (pinned.sha256, Some(1)));
        let forged = lock("3.13.5", name, Sha256::of(b"other"));
        assert!(matches!(expected(&forged, version, name), Err(TrustError::Disagree { .. })));
        let new: Version = "3.15.0".parse().unwrap();
        assert!(matches!(expected(&Lock::default(), new, "Python-3.15.0.tgz"), Err(TrustError::Unknown { .. })));
        let locked = lock("3.15.0", "Python-3.15.0.tgz", Sha256::of(b"x"));
        let stated = expected(&locked, new, "Python-3.15.0.tgz").unwrap();
        assert_eq!((stated.by, stated.word()), (Ground::Lock, "reviewed"));
        // the lock's word for a signature is not a signature
        let mut claimed = Lock::default();
        claimed.record(Locked::new(new, "Python-3.15.0.tgz", Sha256::of(b"x"), "sigstore"));
        let stated = expected(&claimed, new, "Python-3.15.0.tgz").unwrap();
        assert_eq!((stated.by, stated.word()), (Ground::Lock, "lock"));
        // neither is its word for an archive that was rebuilt, and such a one gives way to any other
        claimed.record(Locked::new(new, "Python-3.15.0.tar.xz", Sha256::of(b"y"), RECONSTRUCTED));
        let stated = expected(&claimed, new, "Python-3.15.0.tar.xz").unwrap();
        assert_eq!((stated.by, stated.word()), (Ground::Lock, "lock"));
        claimed.record(Locked::new(new, "Python-3.15.0.tar.xz", Sha256::of(b"z"), "reviewed"));
        let stated = expected(&claimed, new, "Python-3.15.0.tar.xz").unwrap();
        assert_eq!((stated.sha256, stated.word()), (Sha256::of(b"z"), "reviewed"));
        // a digest is for one release: another release's entry of that name says nothing
        assert!(expected(&locked, "3.15.1".parse().unwrap(), "Python-3.15.0.tgz").is_err());
    }

    #[test]
    fn bytes_are_held_against_digest_and_size() {
        let want = Expected { sha256: Sha256::of(b"x"), size: Some(1), by: Ground::Pinned, claim: None };
        assert_eq!(check("a", Sha256::of(b"x"), 1, &want), Ok(()));
        assert!(matches!(check("a", Sha256::of(b"y"), 1, &want), Err(TrustError::Mismatch { .. })));
        assert!(matches!(check("a", Sha256::of(b"x"), 2, &want), Err(TrustError::Size { .. })));
    }
}
