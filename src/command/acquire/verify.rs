//! What vouches for bytes: every place that states something about them, held against the bytes. Each that speaks has to
//! agree, and where none speaks there is no way in.

use crate::{
    base::{Sha256, Version, printable, shell_word},
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    host::Mirror,
    release::{
        Artifact, Expected, Ground, Lock, RECONSTRUCTED, TrustError, check, expected,
        sigstore::{self, BUNDLE_LIMIT, BUNDLE_SUFFIX, Requirement, SignatureRefusal, Signed},
        stated_by,
    },
    stdlib::{bundled_series, reconstruct},
};

/// Bytes that are believed, and why.
pub(in crate::command) struct Vouched {
    pub(in crate::command) stated: Expected,
    pub(in crate::command) signed: Option<Signed>,
    /// What was held against each other.
    pub(in crate::command) checked: Vec<String>,
}

/// Holds the digest of an artifact, which is called so where it was read, against the lock, the pinned digests and its signature.
pub(super) fn vouch(
    context: &Context,
    lock: &Lock,
    version: Version,
    name: &str,
    (called, sha256, size): (String, Sha256, u64),
    bundle: Option<&[u8]>,
) -> Result<Vouched, Failure> {
    let stated = stated(lock, version, name)?;
    if let Some(stated) = &stated {
        check(&called, sha256, size, stated)?;
    }
    let signers = lock.signers_of(version);
    let signed = match bundle {
        Some(_) if signers.is_empty() && stated.is_none() => return Err(no_signer(version)),
        Some(bundle) if !signers.is_empty() => {
            let _stage = context.terminal.stage(&format!("verifying the signature of {name}"));
            let root = context.root_of_trust()?;
            Some(root.verify_any(bundle, sha256, &signers).map_err(|refusal| refused(name, version, &refusal))?)
        }
        Some(_) => {
            context.terminal.warn(&format!("the signature of {name} was not checked: {}", no_signer(version).message));
            None
        }
        None => None,
    };
    if let Some(signed) = signed.as_ref().filter(|it| it.signer_reviewed_by.is_some()) {
        context.terminal.warn(&format!("{name} is signed {signed}"));
    }
    let mut checked = vec!["sha256".to_owned()];
    checked.extend(stated_by(lock, version, name, sha256).into_iter().map(str::to_owned));
    checked.extend(signed.as_ref().map(|it| it.ground().name().to_owned()));
    let sought = Artifact::parse(name).map(|_| format!("{name}{BUNDLE_SUFFIX} beside it"));
    let unknown = || TrustError::Unknown { version, artifact: name.to_owned(), found: Some(sha256), sought };
    let stated = match (stated, &signed) {
        (stated, Some(signed)) => {
            let (size, claim) = stated.map_or((None, None), |it| (it.size, it.claim));
            Expected { sha256, size, by: signed.ground(), claim }
        }
        (Some(stated), None) => proved(stated, version),
        (None, None) => return Err(unknown().into()),
    };
    Ok(Vouched { stated, signed, checked })
}

/// The lock's word that an archive was rebuilt is proof only where this run rebuilds it.
fn proved(stated: Expected, version: Version) -> Expected {
    let is_said = stated.claim.as_ref().is_some_and(|it| it.verified_by == RECONSTRUCTED);
    let is_so = stated.by == Ground::Lock && is_said && is_rebuilt(version, stated.sha256);
    if is_so { Expected { by: Ground::Reconstructed, ..stated } } else { stated }
}

/// Whether the archive that this program rebuilds from its bundled baseline of a release has this digest.
pub(in crate::command) fn is_rebuilt(version: Version, sha256: Sha256) -> bool {
    let bundled = bundled_series(version.series).filter(|it| it.facts.release == Some(version));
    bundled.and_then(|it| reconstruct(&it).ok()).is_some_and(|bytes| Sha256::of(&bytes) == sha256)
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
pub(super) fn sought(lock: &Lock, artifact: Artifact, bundle: &[u8]) -> Result<Sha256, Failure> {
    if lock.signers_of(artifact.version).is_empty() {
        return Err(no_signer(artifact.version));
    }
    sigstore::claimed_digest(bundle).map_err(|refusal| refused(&artifact.to_string(), artifact.version, &refusal))
}

fn no_signer(version: Version) -> Failure {
    let message = format!("no signer is known for the releases of CPython {}", version.series);
    Failure::new(
        Exit::Trust,
        message,
        "a newer molt-sync may know; or review a digest (`molt-sync trust add`) or a signer (`molt-sync trust signer`)",
    )
}

/// A signature that is not believed.
pub(in crate::command) fn refused(name: &str, version: Version, refusal: &SignatureRefusal) -> Failure {
    let message = format!("the signature of {name} is not believed: {refusal}");
    let hint = match refusal.requirement {
        Requirement::Identity | Requirement::Issuer => {
            let words = |it: &str| shell_word(&printable(it));
            let found = refusal.found.as_deref().map(|(identity, issuer)| (words(identity), words(issuer)));
            let (identity, issuer) = found.unwrap_or_else(|| ("IDENTITY".to_owned(), "ISSUER".to_owned()));
            let series = version.series;
            format!(
                "get the file and its bundle again; where the series has changed hands, a newer molt-sync knows, or a person reviews the signer: molt-sync trust signer {series} --identity {identity} --issuer {issuer} --by NAME --reason TEXT"
            )
        }
        Requirement::Form => "the bundle is damaged, or it is not one: get it again, from python.org if this was a mirror; nothing skips this check".to_owned(),
        Requirement::Artifact => "the bundle is of another file: get the file and its bundle again, from python.org if this was a mirror; nothing skips this check".to_owned(),
        _ => "get the file and its bundle again, from python.org if this was a mirror; nothing skips this check"
            .to_owned(),
    };
    Failure::new(Exit::Trust, message, hint)
}
