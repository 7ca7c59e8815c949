//! What vouches for bytes: every place that states something about them, held against the bytes. Each that speaks has to
//! agree, and where none speaks there is no way in.

use super::super::{
    context::Context,
    failure::{Exit, Failure},
};
use crate::{
    base::{Sha256, Version},
    host::Mirror,
    release::{
        Artifact, Expected, Lock, SIGSTORE, TrustError, check, expected, signer,
        sigstore::{self, BUNDLE_LIMIT, BUNDLE_SUFFIX, Refusal, Signed},
        stated_by,
    },
};

/// Bytes that are believed, and why.
pub(in crate::command) struct Vouched {
    pub(in crate::command) stated: Expected,
    pub(in crate::command) signed: Option<Signed>,
    /// What was held against each other.
    pub(in crate::command) checked: Vec<String>,
}

/// Holds the digest of an artifact against the lock, the pinned digests and its signature.
pub(super) fn vouch(
    context: &Context,
    lock: &Lock,
    version: Version,
    name: &str,
    found: (Sha256, u64),
    bundle: Option<&[u8]>,
) -> Result<Vouched, Failure> {
    let (sha256, size) = found;
    let stated = stated(lock, version, name)?;
    if let Some(stated) = &stated {
        check(name, sha256, size, stated)?;
    }
    let signed = match (bundle, signer(version)) {
        (Some(bundle), Some(signer)) => {
            let root = context.root_of_trust()?;
            Some(root.verify(bundle, sha256, &signer).map_err(|refusal| refused(name, &refusal))?)
        }
        (Some(_), None) if stated.is_none() => return Err(no_signer(version)),
        _ => None,
    };
    let mut checked = vec!["sha256".to_owned()];
    checked.extend(stated_by(lock, version, name).into_iter().map(str::to_owned));
    checked.extend(signed.as_ref().map(|_| SIGSTORE.to_owned()));
    let unknown = || TrustError::Unknown { version, artifact: name.to_owned(), found: Some(sha256) };
    let stated = match (stated, &signed) {
        (stated, Some(_)) => Expected { sha256, size: stated.and_then(|it| it.size), by: SIGSTORE.into() },
        (Some(stated), None) => stated,
        (None, None) => return Err(unknown().into()),
    };
    Ok(Vouched { stated, signed, checked })
}

/// What is pinned or locked for an artifact, if anything is.
pub(super) fn stated(lock: &Lock, version: Version, name: &str) -> Result<Option<Expected>, Failure> {
    match expected(lock, version, name) {
        Ok(stated) => Ok(Some(stated)),
        Err(TrustError::Unknown { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The signature bundle of an artifact on a mirror, if it has one.
pub(super) fn bundle_of(mirror: &Mirror, artifact: Artifact) -> Result<Option<Vec<u8>>, Failure> {
    Ok(mirror.small(&format!("{}{BUNDLE_SUFFIX}", artifact.path()), BUNDLE_LIMIT)?)
}

/// The digest to look for by the word of a bundle alone, where somebody is known who may have signed it.
pub(super) fn sought(artifact: Artifact, bundle: &[u8]) -> Result<Sha256, Failure> {
    if signer(artifact.version).is_none() {
        return Err(no_signer(artifact.version));
    }
    sigstore::claimed_digest(bundle).map_err(|refusal| refused(&artifact.to_string(), &refusal))
}

fn no_signer(version: Version) -> Failure {
    let message = format!("nobody is known who signs the releases of CPython {}", version.series);
    Failure::new(Exit::Trust, message, "a newer molt-sync may know; or review a digest: molt-sync trust add")
}

/// A signature that is not believed.
pub(in crate::command) fn refused(name: &str, refusal: &Refusal) -> Failure {
    let message = format!("the signature of {name} is not believed: {refusal}");
    let hint = "get the file and its bundle again, from python.org if this was a mirror; nothing skips this check";
    Failure::new(Exit::Trust, message, hint)
}
